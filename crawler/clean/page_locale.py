"""Where a page is written, as far as it betrays that: its language, the order of day and month, its country's zone."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo

from crawler.clean.calendars import pairs_of
from crawler.clean.page import Page

# Countries of one zone, by top-level domain, and languages that are written in one such country only.
_ONE_ZONE = pairs_of(
    "de:Europe/Berlin at:Europe/Vienna ch:Europe/Zurich li:Europe/Vaduz fr:Europe/Paris be:Europe/Brussels "
    "nl:Europe/Amsterdam lu:Europe/Luxembourg it:Europe/Rome uk:Europe/London ie:Europe/Dublin dk:Europe/Copenhagen "
    "se:Europe/Stockholm no:Europe/Oslo fi:Europe/Helsinki is:Atlantic/Reykjavik pl:Europe/Warsaw cz:Europe/Prague "
    "sk:Europe/Bratislava hu:Europe/Budapest ro:Europe/Bucharest bg:Europe/Sofia gr:Europe/Athens "
    "si:Europe/Ljubljana hr:Europe/Zagreb rs:Europe/Belgrade ba:Europe/Sarajevo mk:Europe/Skopje al:Europe/Tirane "
    "ee:Europe/Tallinn lv:Europe/Riga lt:Europe/Vilnius ua:Europe/Kyiv by:Europe/Minsk md:Europe/Chisinau "
    "tr:Europe/Istanbul ge:Asia/Tbilisi am:Asia/Yerevan az:Asia/Baku sy:Asia/Damascus ps:Asia/Hebron "
    "krd:Asia/Baghdad lb:Asia/Beirut jo:Asia/Amman iq:Asia/Baghdad il:Asia/Jerusalem eg:Africa/Cairo sa:Asia/Riyadh "
    "ae:Asia/Dubai qa:Asia/Qatar kw:Asia/Kuwait bh:Asia/Bahrain om:Asia/Muscat ye:Asia/Aden ir:Asia/Tehran "
    "af:Asia/Kabul pk:Asia/Karachi in:Asia/Kolkata bd:Asia/Dhaka lk:Asia/Colombo np:Asia/Kathmandu th:Asia/Bangkok "
    "vn:Asia/Ho_Chi_Minh my:Asia/Kuala_Lumpur sg:Asia/Singapore ph:Asia/Manila jp:Asia/Tokyo kr:Asia/Seoul "
    "cn:Asia/Shanghai tw:Asia/Taipei hk:Asia/Hong_Kong ma:Africa/Casablanca dz:Africa/Algiers tn:Africa/Tunis "
    "sd:Africa/Khartoum ke:Africa/Nairobi ng:Africa/Lagos za:Africa/Johannesburg et:Africa/Addis_Ababa "
    "so:Africa/Mogadishu ly:Africa/Tripoli tz:Africa/Dar_es_Salaam ug:Africa/Kampala gh:Africa/Accra "
    "na:Africa/Windhoek au:Australia/Sydney nz:Pacific/Auckland pe:America/Lima co:America/Bogota "
    "ve:America/Caracas cu:America/Havana uy:America/Montevideo"
)
_ONE_COUNTRY = pairs_of(
    "tr:tr he:il uk:ua pl:pl cs:cz hu:hu fi:fi da:dk ja:jp ko:kr vi:vn th:th is:is bg:bg lt:lt lv:lv et:ee ka:ge "
    "hy:am sk:sk sl:si mk:mk nb:no nn:no no:no"
)
_WORLDWIDE = frozenset(("co", "ly", "so"))  # top-level domains that are sold to anybody


def language_of(page: Page) -> str | None:
    stated = page.stated_language or (page.languages[0] if page.languages else None)
    return stated[:2].lower() if stated else None


def is_month_first(page: Page) -> bool:
    """Whether `3/4/2024` is the fourth of March here: in the United States, as far as anybody can tell."""
    stated = (page.stated_language or "").lower().replace("_", "-")
    if stated == "en-us" or stated.startswith("fil"):
        return page.time_zone is None or page.time_zone.startswith("America/")
    if (language_of(page) or "en") != "en" or "-" in stated:
        return False
    if page.time_zone:
        return page.time_zone.startswith("America/")
    top = page.host.rsplit(".", 1)[-1]
    return len(top) != 2 or top in ("us", "ph", "io", "co", "ai", "me", "tv")


def guess_zone(page: Page) -> tzinfo | None:
    """The zone of the country that the top-level domain names, or else the language, if that has but one."""
    top = page.host.rsplit(".", 1)[-1]
    name = None if top in _WORLDWIDE else _ONE_ZONE.get(top)
    if name is None and (len(top) != 2 or top in _WORLDWIDE):
        name = _ONE_ZONE.get(_ONE_COUNTRY.get(language_of(page) or "", ""))
    return ZoneInfo(name) if name else None

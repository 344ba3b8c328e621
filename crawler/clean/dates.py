"""When a page was published and last changed: every claim is weighed by its origin, its place and what agrees with it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from crawler.clean.claims import (
    LONGEST_LINE,
    Claim,
    Layout,
    head_claims,
    hint_claim,
    label_of,
    near_blocks,
    script_claims,
    title_claim,
    url_claim,
    url_month,
    visible_claims,
)
from crawler.clean.date_weights import WEIGHTS
from crawler.clean.found import Found
from crawler.clean.instants import Moment, Reading, offset_of, parse_ago, read_all, to_ascii_digits, zone_of
from crawler.clean.page import Page
from crawler.records import Precision

UTC = timezone.utc
_HEAD = frozenset(("json-ld", "meta"))
_WEAK = frozenset(("meta-date", "meta-odd", "ld-created", "ld-other", "meta-many"))
_FIRST_YEAR = 1990
_TOLERANCE = timedelta(hours=1)
"""How far a stated date may lie after the fetch: clocks differ."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When it was published and when it was last changed, as far as the page says."""

    published: Found[Moment] | None = None
    modified: Found[Moment] | None = None


def find_dates(page: Page, headline: int | None, body: Sequence[int]) -> Dates:
    """Both dates; `headline` and `body` are indexes of blocks. Nothing before 1990, nothing later than the fetch."""
    claims = collect_claims(page, Layout(headline, body))
    relate(claims, page)
    place = _Place(page, claims)
    published = _choose_published(claims, place)
    modified = _choose_modified(claims, place, published)
    return Dates(published, modified)


def collect_claims(page: Page, layout: Layout) -> list[Claim]:
    """All claims; those far from the story only where nothing better says when it was published."""
    claims = head_claims(page)
    claims += filter(None, (url_claim(page.url), hint_claim(page), title_claim(page)))
    month_first, language = _is_month_first(page), _language(page)
    near = visible_claims(near_blocks(page, layout), page, layout, month_first=month_first, language=language)
    claims += near
    claims = [c for c in claims if _is_plausible(c, page.fetched_at)]
    if all(c.is_update or c.traits[0] in _WEAK for c in claims):
        seen = {c.block for c in near}
        rest = [block for block in page.blocks if block.index not in seen]
        far = visible_claims(rest, page, layout, month_first=month_first, language=language, far=True)
        far += script_claims(page)
        for claim in far:
            claim.traits.append("FAR")
        claims += (c for c in far if _is_plausible(c, page.fetched_at))
    if any(c.reading.is_ambiguous for c in claims):
        _settle_order(claims, page)
    _find_shown_changes(claims)
    return claims


def _is_plausible(claim: Claim, fetched_at: datetime | None) -> bool:
    reading = claim.reading
    if reading.day.year < _FIRST_YEAR:
        return False
    if fetched_at is None:
        return True
    if reading.zone is not None or reading.clock is None:
        at = _absolute(reading)
        return at <= fetched_at + (_TOLERANCE if reading.clock is not None else timedelta(hours=14))
    return _absolute(reading) <= fetched_at + timedelta(hours=14)  # its zone is not known yet


# --- how day and month stand -----------------------------------------------------------------------------------------

_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2(?:19|20)\d\d(?!\d)")


def _language(page: Page) -> str | None:
    stated = page.stated_language or (page.languages[0] if page.languages else None)
    return stated[:2].lower() if stated else None


def _is_month_first(page: Page) -> bool:
    """Whether `3/4/2024` is the fourth of March here: in the United States, as far as anybody can tell."""
    stated = (page.stated_language or "").lower().replace("_", "-")
    if stated == "en-us" or stated.startswith("fil"):
        return page.time_zone is None or page.time_zone.startswith("America/")
    if (_language(page) or "en") != "en" or "-" in stated:
        return False
    if page.time_zone:
        return page.time_zone.startswith("America/")
    top = page.host.rsplit(".", 1)[-1]
    return len(top) != 2 or top in ("us", "ph", "io", "co", "ai", "me", "tv")


def _settle_order(claims: list[Claim], page: Page) -> None:
    """Turn round the ambiguous dates where that makes them agree with one that is plain, or with the page's others."""
    plain = [c.reading for c in claims if not c.reading.is_ambiguous]
    for claim in claims:
        reading = claim.reading
        if not reading.is_ambiguous or any(agree(other, reading) for other in plain):
            continue
        turned = _turned(reading)
        if any(agree(other, turned) for other in plain) or _page_disagrees(page, reading):
            claim.reading = turned


def _turned(reading: Reading) -> Reading:
    return replace(reading, day=reading.day.replace(month=reading.day.day, day=reading.day.month))


def _page_disagrees(page: Page, reading: Reading) -> bool:
    """Whether other dates on the page, of which there is but one way to read them, are written the other way round."""
    votes = 0
    for block in page.blocks:
        text = block.text
        if len(text) <= LONGEST_LINE and ("/" in text or "-" in text):
            for match in _SLASHED.finditer(to_ascii_digits(text)):
                one, two = int(match[1]), int(match[3])
                if one > 12 >= two:
                    votes += 1
                elif two > 12 >= one:
                    votes -= 1
    if not votes:
        return False
    return (votes < 0) != _is_month_first(page)


def _find_shown_changes(claims: Sequence[Claim]) -> None:
    """A date that is shown, to the minute that the head gives for the last change, is no date of publication."""
    stated = [c.reading for c in claims if c.origin in _HEAD and not c.is_update and c.reading.clock]
    changed = [c.reading for c in claims if c.origin in _HEAD and c.is_update and c.reading.clock]
    if not stated or not changed:
        return
    for claim in claims:
        reading = claim.reading
        if claim.block is not None and not claim.is_update and reading.clock:
            claim.is_update = any(_is_same_minute(reading, c) for c in changed) and not any(
                _is_same_minute(reading, s) for s in stated
            )


def _is_same_minute(one: Reading, other: Reading) -> bool:
    if one.zone is None or other.zone is None:
        return _naive(one).replace(second=0) == _naive(other).replace(second=0)
    return _absolute(one).replace(second=0) == _absolute(other).replace(second=0)


# --- who agrees with whom --------------------------------------------------------------------------------------------


def agree(one: Reading, other: Reading) -> bool:
    """Whether two readings can mean the same publication: the same day in one zone or another."""
    if one.day == other.day:
        return True
    if abs((one.day - other.day).days) > 1:
        return False
    if one.clock is not None and other.clock is not None:
        apart = abs(_absolute(one) - _absolute(other))
        if one.zone is None or other.zone is None:
            return apart <= timedelta(hours=12)
        return apart < timedelta(hours=2) or _is_shift(apart, one, other)
    timed, bare = (one, other) if one.clock is not None else (other, one)
    if timed.clock is None or (timed.zone is not None and timed.zone is not UTC):
        return False
    hours = timed.clock / timedelta(hours=1)
    return hours >= 12 if bare.day > timed.day else hours < 10


def _is_shift(apart: timedelta, one: Reading, other: Reading) -> bool:
    """Whether two instants are one clock, once taken for UTC and once for local time."""
    exact = one.precision is other.precision is Precision.SECOND
    return exact and apart <= timedelta(hours=13) and apart % timedelta(minutes=30) == timedelta(0) and bool(_naive(one).second)


def _naive(reading: Reading) -> datetime:
    return datetime(reading.day.year, reading.day.month, reading.day.day) + (reading.clock or timedelta(0))  # noqa: DTZ001


def _absolute(reading: Reading) -> datetime:
    try:
        return _naive(reading).replace(tzinfo=reading.zone or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return _naive(reading).replace(tzinfo=UTC)


def relate(claims: Sequence[Claim], page: Page) -> None:
    """Add the traits of how claims stand to each other."""
    month = url_month(page.url)
    stated = [c for c in claims if c.origin in _HEAD and not c.is_update]
    changed = [c for c in claims if c.origin in _HEAD and c.is_update]
    shown = [c for c in claims if c.block is not None and not c.is_update]
    of_url = next((c for c in claims if c.origin == "url"), None)
    of_feed = next((c for c in claims if c.origin == "feed"), None)
    signatures = Counter(page.blocks[c.block].element.signature for c in claims if c.block is not None)
    for claim in claims:
        reading, traits = claim.reading, claim.traits
        relations = []
        with_stated = any(c is not claim and agree(c.reading, reading) for c in stated)
        with_changed = any(c is not claim and agree(c.reading, reading) for c in changed)
        if with_stated or with_changed:
            relations.append("with-both" if with_stated and with_changed else "with-stated" if with_stated else "with-changed")
        if not with_stated and any(c is not claim for c in stated):
            relations.append("against-stated")
        if of_url is not None and of_url is not claim:
            relations.append("with-url" if agree(of_url.reading, reading) else "against-url")
        elif month is not None and of_url is None:
            is_same = month == (reading.day.year, reading.day.month)
            relations.append("with-url-month" if is_same else "against-url-month")
        if of_feed is not None and of_feed is not claim:
            relations.append("with-feed" if agree(of_feed.reading, reading) else "against-feed")
        others = [c for c in shown if c.block != claim.block]
        with_shown = any(agree(c.reading, reading) for c in others)
        if claim.block is None:
            if others:
                relations.append("with-shown" if with_shown else "against-shown")
        else:
            if shown and claim is shown[0]:
                relations.append("first-shown")
            if signatures[page.blocks[claim.block].element.signature] > 2:
                relations.append("listed")
            if any(reading.day < c.reading.day for c in others):
                relations.append("older-shown")
            if any(reading.day > c.reading.day for c in others):
                relations.append("newer-shown")
            if with_shown:
                relations.append("shown-twice")
        if not (with_stated or with_changed or with_shown or "with-url" in relations or "with-feed" in relations):
            relations.append("alone")
        traits += relations


# --- the zone --------------------------------------------------------------------------------------------------------

# Countries of one zone, by top-level domain, and languages that are written in one such country only.
_ONE_ZONE = {
    "de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich", "li": "Europe/Vaduz", "fr": "Europe/Paris",
    "be": "Europe/Brussels", "nl": "Europe/Amsterdam", "lu": "Europe/Luxembourg", "it": "Europe/Rome", "uk": "Europe/London",
    "ie": "Europe/Dublin", "dk": "Europe/Copenhagen", "se": "Europe/Stockholm", "no": "Europe/Oslo", "fi": "Europe/Helsinki",
    "is": "Atlantic/Reykjavik", "pl": "Europe/Warsaw", "cz": "Europe/Prague", "sk": "Europe/Bratislava",
    "hu": "Europe/Budapest", "ro": "Europe/Bucharest", "bg": "Europe/Sofia", "gr": "Europe/Athens", "si": "Europe/Ljubljana",
    "hr": "Europe/Zagreb", "rs": "Europe/Belgrade", "ba": "Europe/Sarajevo", "mk": "Europe/Skopje", "al": "Europe/Tirane",
    "ee": "Europe/Tallinn", "lv": "Europe/Riga", "lt": "Europe/Vilnius", "ua": "Europe/Kyiv", "by": "Europe/Minsk",
    "md": "Europe/Chisinau", "tr": "Europe/Istanbul", "ge": "Asia/Tbilisi", "am": "Asia/Yerevan", "az": "Asia/Baku",
    "sy": "Asia/Damascus", "lb": "Asia/Beirut", "jo": "Asia/Amman", "iq": "Asia/Baghdad", "il": "Asia/Jerusalem",
    "eg": "Africa/Cairo", "sa": "Asia/Riyadh", "ae": "Asia/Dubai", "qa": "Asia/Qatar", "kw": "Asia/Kuwait",
    "bh": "Asia/Bahrain", "om": "Asia/Muscat", "ye": "Asia/Aden", "ir": "Asia/Tehran", "af": "Asia/Kabul",
    "pk": "Asia/Karachi", "in": "Asia/Kolkata", "bd": "Asia/Dhaka", "lk": "Asia/Colombo", "np": "Asia/Kathmandu",
    "th": "Asia/Bangkok", "vn": "Asia/Ho_Chi_Minh", "my": "Asia/Kuala_Lumpur", "sg": "Asia/Singapore", "ph": "Asia/Manila",
    "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "cn": "Asia/Shanghai", "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong",
    "ma": "Africa/Casablanca", "dz": "Africa/Algiers", "tn": "Africa/Tunis", "sd": "Africa/Khartoum", "ke": "Africa/Nairobi",
    "ng": "Africa/Lagos", "za": "Africa/Johannesburg", "et": "Africa/Addis_Ababa", "so": "Africa/Mogadishu",
    "ly": "Africa/Tripoli", "tz": "Africa/Dar_es_Salaam", "ug": "Africa/Kampala", "gh": "Africa/Accra", "na": "Africa/Windhoek",
    "au": "Australia/Sydney", "nz": "Pacific/Auckland", "pe": "America/Lima", "co": "America/Bogota", "ve": "America/Caracas", "cu": "America/Havana", "uy": "America/Montevideo",
}  # fmt: skip
_ONE_COUNTRY = {
    "tr": "tr", "he": "il", "uk": "ua", "pl": "pl", "cs": "cz", "hu": "hu", "fi": "fi", "da": "dk", "ja": "jp", "ko": "kr",
    "vi": "vn", "th": "th", "is": "is", "bg": "bg", "lt": "lt", "lv": "lv", "et": "ee", "ka": "ge", "hy": "am", "sk": "sk",
    "sl": "si", "mk": "mk", "nb": "no", "nn": "no", "no": "no",
}  # fmt: skip
_WORLDWIDE = frozenset(("co", "ly", "so"))  # top-level domains that are sold to anybody
_FURTHEST = timedelta(hours=14)


class _Place:
    """The zone of the page, and how it is known."""

    def __init__(self, page: Page, claims: Sequence[Claim]) -> None:
        self.fetched_at = page.fetched_at
        self.claims = claims
        self.stated = zone_of(page.time_zone) if page.time_zone else None
        self.shown = self._written() or self._betrayed()
        self.guessed = self._guess(page)

    @property
    def zone(self) -> tzinfo | None:
        return self.stated or self.shown or self.guessed

    @property
    def is_known(self) -> bool:
        return (self.stated or self.shown) is not None

    def _written(self) -> tzinfo | None:
        """The offset that the page writes with one of its own dates."""
        for claim in self.claims:
            zone = claim.reading.zone
            if claim.origin in _HEAD or claim.block is not None:
                if zone is None or zone is UTC or claim.reading.clock is None or "elsewhere" in claim.traits:
                    continue
                if isinstance(zone, ZoneInfo) or _absolute(claim.reading).utcoffset() is not None and _offset(claim.reading):
                    return zone
        return None

    def _betrayed(self) -> tzinfo | None:
        """The zone of a clock that shows the same minute as a date in UTC, but another hour."""
        absolute = [c.reading for c in self.claims if c.reading.zone is UTC and c.reading.clock and c.origin in _HEAD | {"time-element", "microdata"}]
        local = [c.reading for c in self.claims if c.reading.zone is None and c.reading.clock and c.origin != "ago"]
        for one in absolute:
            for other in local:
                ahead = _naive(other) - _naive(one)
                if one.precision is not Precision.SECOND or other.precision is not Precision.SECOND:
                    ahead = _naive(other).replace(second=0) - _naive(one).replace(second=0)
                if ahead and abs(ahead) <= _FURTHEST and ahead % timedelta(minutes=30) == timedelta(0):
                    return timezone(ahead)
        return None

    def _guess(self, page: Page) -> tzinfo | None:
        top = page.host.rsplit(".", 1)[-1]
        name = _ONE_ZONE.get(top) if top not in _WORLDWIDE else None
        if name is None and (len(top) != 2 or top in _WORLDWIDE):
            name = _ONE_ZONE.get(_ONE_COUNTRY.get(_language(page) or "", ""))
        return ZoneInfo(name) if name else None


def _offset(reading: Reading) -> timedelta:
    return _naive(reading).replace(tzinfo=reading.zone or UTC).utcoffset() or timedelta(0)


# --- the choice ------------------------------------------------------------------------------------------------------


def weigh(claim: Claim) -> float:
    return sum(WEIGHTS.get(trait, 0.0) for trait in claim.traits)


def eligible(claims: Sequence[Claim]) -> list[Claim]:
    """Claims that may be of the publication. A date of a change is one only where nothing better is there."""
    firm = any(not c.is_update and (c.origin in _HEAD or c.origin in ("url", "feed", "label", "microdata")) for c in claims)
    return [c for c in claims if not (firm and c.is_update)]


def _choose_published(claims: Sequence[Claim], place: _Place) -> Found[Moment] | None:
    able = eligible(claims)
    if not able:
        return None
    scores = [weigh(c) for c in able]
    best = max(range(len(able)), key=scores.__getitem__)
    chosen = able[best]
    top = scores[best]
    whole = sum(math.exp(s - top) for s in scores)
    share = sum(math.exp(s - top) for s, c in zip(scores, able, strict=True) if agree(c.reading, chosen.reading)) / whole
    same = [c for c in able if agree(c.reading, chosen.reading)]
    moment = _instant(chosen, same, claims, place)
    if moment is None or not _is_in_time(moment, place.fetched_at):
        return None
    return Found(moment, chosen.origin, _confidence(chosen, same, share))


_ORDER = {"ld": 0, "meta": 1, "ld-page": 2, "microdata": 3, "meta-odd": 4, "ld-other": 5, "feed": 6, "time": 7, "meta-date": 8,
          "ld-created": 9}  # fmt: skip


def _instant(chosen: Claim, same: list[Claim], claims: Sequence[Claim], place: _Place) -> Moment | None:
    """The instant of the chosen day that is written most exactly and most credibly."""
    timed = [c for c in same if c.reading.clock is not None and c.is_update == chosen.is_update]
    exact = [c for c in timed if c.reading.clock]  # midnight is what systems write that know no time
    if not exact:
        return _day_of(chosen, timed, place)
    shown = [c.reading for c in exact if c.block is not None and c.reading.zone is None]
    exact.sort(key=lambda c: _rank(c, shown))
    reading = exact[0].reading
    zone = place.zone
    if reading.zone is UTC:
        reading = _unmarked(reading, [c.reading for c in claims], shown, zone)
    if reading.zone is None:
        return reading.moment(zone)
    moment = reading.moment(None)
    if moment is None or zone is None or reading.zone is not UTC:
        return moment
    # Stated in UTC: the same instant with the outlet's offset, whose day is the day of the story.
    local = moment.at.astimezone(zone)
    if not (local.hour or local.minute or local.second) and (
        place.is_known or any(c.reading.day == local.date() != reading.day for c in same if c.block is not None)
    ):
        return Moment(local, Precision.DAY, offset_of(local))
    return Moment(local, moment.precision, offset_of(local))


def _rank(claim: Claim, shown: list[Reading]) -> tuple[int, bool, float]:
    """Stated in the head before seen; of several that are stated, the one whose minute is shown."""
    kind = claim.traits[0]
    if claim.block is not None and kind != "microdata":
        return 2 if kind == "line" else 1, False, 0.0
    is_shown = any(_minute(reading) == _minute(claim.reading) for reading in shown)
    return 0, not is_shown, _ORDER.get(kind, 9) - 0.5 * (claim.reading.precision is Precision.SECOND)


def _minute(reading: Reading) -> int:
    return int((reading.clock or timedelta(0)) / timedelta(minutes=1)) % 30


def _unmarked(reading: Reading, readings: list[Reading], shown: list[Reading], zone: tzinfo | None) -> Reading:
    """Local time that is marked as UTC: written elsewhere with the offset, or shown as it is while the page has one."""
    if zone is not None:
        local = replace(reading, zone=zone)
        if _offset(local) and any(r.zone is UTC and r.clock is not None and _is_same(r, local) for r in readings):
            return local
    offsets = [r for r in readings if r.zone is not None and r.clock is not None and _offset(r)]
    for other in offsets:
        if _naive(other).replace(second=0) == _naive(reading).replace(second=0):
            return replace(reading, zone=other.zone)
    if offsets and any(_naive(s).replace(second=0) == _naive(reading).replace(second=0) for s in shown):
        return replace(reading, zone=offsets[0].zone)
    return reading


def _is_same(one: Reading, other: Reading) -> bool:
    return _absolute(one) == _absolute(other) and one.precision is Precision.SECOND and bool(_naive(one).second)


def _day_of(chosen: Claim, timed: list[Claim], place: _Place) -> Moment | None:
    """A bare day. Midnight in UTC is a day of UTC, unless it shows to be the outlet's."""
    reading = replace(chosen.reading, clock=None, precision=Precision.DAY)
    if chosen.reading.clock is None and timed and timed[0].reading.zone is not None and timed[0].reading.day == reading.day:
        reading = replace(reading, zone=timed[0].reading.zone)
    return reading.moment(place.zone if reading.zone is None else reading.zone)


def _is_in_time(moment: Moment, fetched_at: datetime | None) -> bool:
    return moment.at.year >= _FIRST_YEAR and (fetched_at is None or moment.at <= fetched_at + _TOLERANCE)


def _confidence(chosen: Claim, same: list[Claim], share: float) -> float:
    return round(share, 2)


def _choose_modified(claims: Sequence[Claim], place: _Place, published: Found[Moment] | None) -> Found[Moment] | None:
    """The last change that is stated, or else shown; only where it is later than the publication."""
    changes = [c for c in claims if c.is_update and "elsewhere" not in c.traits and "in-body" not in c.traits]
    for origins, sure in ((_HEAD, 0.9), (frozenset(("microdata", "time-element", "visible", "label", "ago")), 0.7)):
        for claim in changes:
            if claim.origin not in origins:
                continue
            same = [c for c in changes if agree(c.reading, claim.reading)]
            moment = _instant(claim, same, claims, place)
            if moment is None or not _is_in_time(moment, place.fetched_at):
                continue
            if published is not None:
                first = published.value
                if moment.at <= first.at or (Precision.DAY in (moment.precision, first.precision) and moment.at.date() <= first.at.date()):
                    continue
            return Found(moment, claim.origin, sure)
    return None


# --- lines -----------------------------------------------------------------------------------------------------------

_FILLER = re.compile(
    r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|urday)?\b|\b(?:on|at|um|uhr|à|a las|le|den|der|vom|am|il|alle|ore|"
    r"kl|de|of|hrs?|by|date|datum|fecha|data|tarih|saat|time)\b|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|"
    r"miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|pazartesi|salı|çarşamba|"
    r"perşembe|cuma(?:rtesi)?|pazar|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|понедельник|вторник|среда|четверг|пятница|"
    r"суббота|воскресенье|понеділок|вівторок|середа|четвер|п.ятниця|субота|неділя|الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|"
    r"الجمعة|السبت|الأحد|الاحد|الساعة|بتاريخ|التاريخ|تاريخ|بتوقيت|غرينتش|يوم|دوشنبه|سه.?شنبه|چهارشنبه|پنج.?شنبه|شنبه|جمعه|یکشنبه|ساعت|"
    r"יום|ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת|[月火水木金土日]曜日?|星期.|[월화수목금토일]요일|입력|수정",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\b(?:first |last |date |originally )?(?:publi\w+|posted|updat\w+|modifi\w+|created|edited|aktualisiert|veröffentlicht|stand|erstellt|"
    r"mis à jour|actualizado|publicad\w+|aggiornat\w+|pubblicat\w+|güncelle\w+|yayın\w*|опубликовано|обновлено|оновлено|опубліковано)\b"
    r"|تاريخ النشر|نشر(?:ت|ر)? في|نشر|آخر تحديث|تم التحديث|تحديث|تاریخ انتشار|پנורסם|עודכן|פורסם",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d{1,2}\s?[:.h：時시点]\s?\d{2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b\.?|[صم]\b|uhr|h\b)?(?:\s?(?:UTC|GMT|Z|[A-Z]{2,4}T)\b)?", re.IGNORECASE)
_MOST_REST = 3


def is_date_line(text: str) -> bool:
    """Whether a line says nothing but a date, a time, and that it is of publication or of a change."""
    if len(text) > 100 or not (any(c.isdigit() for c in text) or len(text) < 30):
        return False
    text = to_ascii_digits(text)
    readings = read_all(text)
    if not readings:
        from_now = parse_ago(text, UTC, datetime(2020, 1, 1, tzinfo=UTC))
        return from_now is not None and len(text) <= 30
    for reading in reversed(readings):
        text = text[: reading.start] + " " + text[reading.end :]
    for pattern in (_CLOCK, _LABELS, _FILLER):
        text = pattern.sub(" ", text)
    return sum(char.isalnum() for char in text) <= _MOST_REST


def dates_of_lines(lines: Sequence[str], page: Page) -> Dates:
    """Both dates from the lines over a story that has no markup."""
    zone = zone_of(page.time_zone) if page.time_zone else None
    language, month_first = _language(page), _is_month_first(page)
    found: dict[bool, Found[Moment]] = {}
    for line in lines:
        text = to_ascii_digits(line[:LONGEST_LINE])
        for reading in read_all(text, month_first=month_first, language=language)[:2]:
            label = label_of(text[: reading.start])
            moment = reading.moment(zone)
            if label != "other" and moment and _is_in_time(moment, page.fetched_at):
                found.setdefault(label == "updated", Found(moment, "text-line", 0.8 if label or is_date_line(line) else 0.5))
    published, modified = found.get(False), found.get(True)
    if published and modified and modified.value.at <= published.value.at:
        modified = None
    return Dates(published, modified)

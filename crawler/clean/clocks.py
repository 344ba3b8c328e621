"""Times of day and the zones that are named beside them."""

from __future__ import annotations

import re
from datetime import date, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from crawler.clean.calendars import pairs_of
from crawler.records import Precision

UTC = timezone.utc

_ZONE_PATTERN = (
    r"Z\b|(?:UTC|GMT)\s?(?:[+-]\s?\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}|[A-Z][A-Za-z]{1,4}\b|بتوقيت \S+|"
    r"(?:Makkah|Mecca|Beirut|Damascus|Baghdad|Istanbul|Tehran|Jerusalem|Kyiv|Moscow|Beijing) time"
)
_CLOCK = re.compile(
    r"(?<![\d:.,/-])(?:(?P<early>午前|午後|上午|下午|凌晨|早上|晚上|中午|오전|오후)\s*)?"
    r"(?P<H>\d{1,2})\s?(?:(?:[:.h：]|[時时点點시]\s?|\s?Uhr\s)\s?(?P<M>\d{2})[分]?"
    r"(?:[:.：](?P<S>\d{2})(?:[.,]\d{1,6})?)?(?![\d:/]|\.\d)|(?=\s?[ap]\.?m\b))"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?|صباحا|صباح[اً]*|مساءا?|ظهرا|[صم](?![^\W\d_])|ق\.?ظ|ب\.?ظ|[πμ]\.?μ\.?|SA\b|CH\b)?"
    rf"[ً]*[\s,(]*(?P<zone>{_ZONE_PATTERN})?",
    re.IGNORECASE,
)
_LATE = re.compile(r"p|م|ب|μ\.?μ|午後|下午|晚上|오후|CH", re.IGNORECASE)
_EARLY = re.compile(r"a|ص|ق|π\.?μ|午前|上午|凌晨|早上|오전|SA", re.IGNORECASE)
_FIXED = {
    name: float(hours)
    for name, hours in pairs_of(
        "trt:3 msk:3 ast:3 eat:3 sast:2 cat:2 wat:1 irst:3.5 ist:5.5 pkt:5 npt:5.75 bdt:6 ict:7 wib:7 wita:8 wit:9 "
        "sgt:8 hkt:8 pht:8 myt:8 awst:8 kst:9 jst:9 aest:10 aedt:11 acst:9.5 acdt:10.5 nzst:12 nzdt:13 idt:3 gst:4 "
        "brt:-3 art:-3 hst:-10 akst:-9 akdt:-8 utc:0 gmt:0 z:0 bst:1"
    ).items()
}
# Writers say EST in summer too, and mean what the clock on the wall shows.
_WALL = pairs_of(
    "et:America/New_York est:America/New_York edt:America/New_York ct:America/Chicago cst:America/Chicago "
    "cdt:America/Chicago mt:America/Denver mst:America/Denver mdt:America/Denver pt:America/Los_Angeles "
    "pst:America/Los_Angeles pdt:America/Los_Angeles cet:Europe/Berlin cest:Europe/Berlin mez:Europe/Berlin "
    "mesz:Europe/Berlin eet:Europe/Athens eest:Europe/Athens wet:Europe/Lisbon west:Europe/Lisbon مكة:Asia/Riyadh "
    "makkah:Asia/Riyadh mecca:Asia/Riyadh السعودية:Asia/Riyadh بيروت:Asia/Beirut beirut:Asia/Beirut "
    "دمشق:Asia/Damascus damascus:Asia/Damascus بغداد:Asia/Baghdad baghdad:Asia/Baghdad القاهرة:Africa/Cairo "
    "القدس:Asia/Jerusalem jerusalem:Asia/Jerusalem istanbul:Europe/Istanbul tehran:Asia/Tehran kyiv:Europe/Kyiv "
    "moscow:Europe/Moscow beijing:Asia/Shanghai غرينتش:UTC جرينتش:UTC غرينيتش:UTC الإمارات:Asia/Dubai "
    "أبوظبي:Asia/Dubai"
)


def read_clock(text: str, day: date | None = None) -> tuple[timedelta, Precision, tzinfo | None] | None:
    """(time of day, precision, zone that is named) from a piece of a line, with `T` and a zone's name as in ISO."""
    if not any(char.isdigit() for char in text):
        return None
    text = re.sub(r"^T(?=\d)", " ", text)
    for match in _CLOCK.finditer(text):
        half = match["half"] or match["early"]
        clock = clock_of(match["H"], match["M"] or "00", match["S"], half)
        if clock:
            return *clock, zone_named(match["zone"], day)
    return None


def clock_of(
    hour: str | None, minute: str | None, second: str | None, half: str | None
) -> tuple[timedelta, Precision] | None:
    if hour is None or minute is None:
        return None
    h, m, s = int(hour), int(minute), int(second or 0)
    if half and h <= 12:
        if _LATE.match(half):
            h = h % 12 + 12
        elif _EARLY.match(half):
            h %= 12
    if h == 24 and m == s == 0:
        h = 0
    if h > 23 or m > 59 or s > 60:
        return None
    return timedelta(hours=h, minutes=m, seconds=min(s, 59)), Precision.MINUTE if second is None else Precision.SECOND


def zone_named(text: str | None, day: date | None = None) -> tzinfo | None:
    """The zone that a text names: an offset, an abbreviation, or a city's."""
    if not text:
        return None
    name = text.strip().lower()
    match = re.search(r"([+-])\s?(\d{1,2}):?(\d{2})?$", name)
    if match:
        ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return None if ahead > timedelta(hours=14) else timezone(-ahead if match[1] == "-" else ahead)
    name = name.removeprefix("بتوقيت ").removesuffix(" time")
    if name in _FIXED:
        return timezone(timedelta(hours=_FIXED[name])) if _FIXED[name] else UTC
    return ZoneInfo(_WALL[name]) if name in _WALL else None

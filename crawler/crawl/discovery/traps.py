"""Links that lead a crawler on without end: calendars, facets, paths that repeat themselves.

An article that is taken for a trap is lost, so each rule asks for the whole shape of one. What they miss is bounded by
the limits on links, pages and seconds.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit


class Trap(StrEnum):
    """What a link looks like; worded as in `left out: 120 like a calendar`."""

    CALENDAR = "like a calendar"
    REPEATING = "with a path that repeats itself"
    DEEP = "with too deep a path"
    FACETS = "like search filters"
    PARAMETERS = "with too many parameters"


MAX_DEPTH = 20
MAX_PARAMETERS = 12
_MIN_REPEATS = 3
_CALENDAR_WORD = re.compile(
    r"(?:^|[/_.-])(?:calend[ae]r\w*|calendrier|takvim|agenda|events?|etkinlik\w*|تقويم|روزنامة|فعاليات)(?:[/_.-]|$)",
    re.IGNORECASE,
)
_DATE_AT_END = re.compile(r"/(?P<year>\d{4})(?:[/-](?P<month>0?[1-9]|1[0-2])(?:[/-](?:0?[1-9]|[12]\d|3[01]))?)?/?$")
_YEARS = frozenset({"year", "yr", "cal_year", "jahr", "annee", "yil"})
_MONTHS = frozenset({"month", "mon", "cal_month", "monat", "mois", "ay"})
_MOMENTS = frozenset({*_YEARS, *_MONTHS, "day", "date", "week", "tribe-bar-date", "eventdisplay", "ical", "view"})
_DATES = frozenset({"date", "tribe-bar-date", "week"})
_FACETS = frozenset(
    {
        "sort",
        "sortby",
        "sort_by",
        "order",
        "orderby",
        "order_by",
        "dir",
        "direction",
        "filter",
        "facet",
        "per_page",
        "perpage",
        "page_size",
        "pagesize",
        "display",
        "layout",
        "min_price",
        "max_price",
        "date_from",
        "date_to",
        "sort_bef_combine",
    }
)
_BRACKETS = re.compile(r"\[[^\]]*\]$")


def find_trap(url: str, now: datetime) -> Trap | None:
    """What endless thing a link of a page looks like, or None."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = [segment for segment in path.split("/") if segment]
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if repeats_itself(segments):
        return Trap.REPEATING
    if len(segments) > MAX_DEPTH:
        return Trap.DEEP
    if _is_calendar(path, pairs, now):
        return Trap.CALENDAR
    if _is_faceted([name.lower() for name, _ in pairs]):
        return Trap.FACETS
    return Trap.PARAMETERS if len(pairs) > MAX_PARAMETERS else None


def repeats_itself(segments: list[str]) -> bool:
    """Whether a run of segments comes three times in a row: `/a/b/a/b/a/b`. Numbers may: `/11/11/11`."""
    for length in range(1, len(segments) // _MIN_REPEATS + 1):
        for start in range(len(segments) - length * _MIN_REPEATS + 1):
            run = segments[start : start + length]
            end = start + length * _MIN_REPEATS
            if segments[start:end] == run * _MIN_REPEATS and not all(segment.isdigit() for segment in run):
                return True
    return False


def _is_calendar(path: str, pairs: list[tuple[str, str]], now: datetime) -> bool:
    """A day, month or year of a calendar. Dates before a slug or a number are how many sites file their articles."""
    names = {name.lower() for name, _ in pairs}
    is_called_so = _CALENDAR_WORD.search(path) is not None
    if pairs and names <= _MOMENTS:
        if names & _YEARS and names & _MONTHS:
            return True
        if names & _DATES and is_called_so:
            return True
    match = _DATE_AT_END.search(path)
    if match is None or (pairs and not names <= _MOMENTS):
        return False
    if is_called_so and match["month"]:
        return True
    # /2031/05/: nobody has written there yet. A bare number of four digits may be an article's.
    return match["month"] is not None and now.year + 1 < int(match["year"]) < now.year + 200


def _is_faceted(names: list[str]) -> bool:
    """Two ways to sort or filter a list at once, or many boxes of one: combinations without end."""
    boxes = [name for name in names if _BRACKETS.search(name)]
    return len(_FACETS.intersection(names)) >= 2 or len(boxes) >= 3

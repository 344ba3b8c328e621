"""Reading dates and times as people and machines write them, in figures, in words, or counted back from now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawler.clean.ago import read_ago
from crawler.clean.calendars import DIGITS, Calendar, calendar_of_year, month_of, to_gregorian, words_of
from crawler.clean.clocks import UTC, clock_of, read_clock, zone_named
from crawler.records import Precision


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, with the offset from UTC that it was stated in, and how exactly it was stated."""

    at: datetime
    precision: Precision
    zone: str | None = None
    """The offset it was written in, as `+03:00`, or the source's; None where UTC was only assumed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A date as it stands in a text, before anything is known of the place it was written in."""

    day: date
    clock: timedelta | None = None
    """Time of day; None where there is none."""
    precision: Precision = Precision.DAY
    zone: tzinfo | None = None
    """The zone that the text names."""
    is_ambiguous: bool = False
    """Whether day and month could change places."""
    calendar: Calendar = Calendar.GREGORIAN
    start: int = 0
    end: int = 0

    @property
    def naive(self) -> datetime:
        """What the clock shows."""
        return datetime(self.day.year, self.day.month, self.day.day) + (self.clock or timedelta(0))  # noqa: DTZ001

    @property
    def absolute(self) -> datetime:
        """The instant in UTC, which is also what a reading without a zone is taken to be in."""
        try:
            return self.naive.replace(tzinfo=self.zone or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            return self.naive.replace(tzinfo=UTC)

    @property
    def offset(self) -> timedelta:
        """How far its own zone is ahead of UTC; nought without one."""
        if self.zone is None or self.zone is UTC:
            return timedelta(0)
        return self.naive.replace(tzinfo=self.zone).utcoffset() or timedelta(0)

    @property
    def minute(self) -> int:
        """The minute of the half hour: the same in all zones but a few."""
        return (self.clock or timedelta(0)).seconds // 60 % 30

    def agrees(self, other: Reading) -> bool:
        """Whether both can mean the same publication: the same day in one zone or another."""
        if self.day == other.day:
            return True
        if abs((self.day - other.day).days) > 1:
            return False
        if self.clock is not None and other.clock is not None:
            apart = abs(self.absolute - other.absolute)
            if self.zone is None or other.zone is None:
                return apart <= timedelta(hours=12)
            return apart < timedelta(hours=2) or _is_shift(apart, self, other)
        timed, bare = (self, other) if self.clock is not None else (other, self)
        if timed.clock is None or (timed.zone is not None and timed.zone is not UTC):
            return False
        hours = timed.clock / timedelta(hours=1)
        return hours >= 12 if bare.day > timed.day else hours < 10

    def moment(self, zone: tzinfo | None) -> Moment | None:
        """The instant; a reading without a zone of its own is in `zone`, or else in UTC."""
        own = self.zone or zone
        try:
            at = self.naive.replace(tzinfo=own or UTC)
            at.astimezone(UTC)
        except (ValueError, OverflowError):  # the first or last day that a datetime can hold
            return None
        return Moment(at, self.precision, offset_of(at) if own else None)


def _is_shift(apart: timedelta, one: Reading, other: Reading) -> bool:
    """Whether two instants are one clock, once taken for UTC and once for local time."""
    if one.precision is not Precision.SECOND or other.precision is not Precision.SECOND or not one.naive.second:
        return False
    return apart <= timedelta(hours=13) and apart % timedelta(minutes=30) == timedelta(0)


def offset_of(at: datetime) -> str:
    """Its offset from UTC as `+03:00`."""
    minutes = (at.utcoffset() or timedelta(0)) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def zone_of(name: str | None) -> tzinfo:
    """The zone of that IANA name; UTC without one."""
    return ZoneInfo(name) if name else UTC


def parse_iso(text: object, zone: tzinfo | None = None) -> Moment | None:
    """A machine's date: ISO 8601 and its cousins, RFC 2822, Unix seconds or milliseconds; else as `parse_words`."""
    reading = read_iso(text)
    return reading.moment(zone) if reading else None


def parse_words(
    text: str,
    zone: tzinfo | None = None,
    *,
    month_first: bool = False,
    language: str | None = None,
    fetched_at: datetime | None = None,
) -> Moment | None:
    """The first date in a short text, with the time that stands beside it.

    `month_first` decides `3/4/2024`; `language` (two letters) names of months on which languages disagree;
    `fetched_at` is what "two hours ago" is counted from, which is not read without it.
    """
    text = make_readable(text)
    reading = first_of(read_all(text, month_first=month_first, language=language))
    if reading is not None:
        return reading.moment(zone)
    return parse_ago(text, zone, fetched_at) if fetched_at else None


def parse_ago(text: str, zone: tzinfo | None, fetched_at: datetime) -> Moment | None:
    """A date counted back from the fetch: `3 hours ago`, `yesterday`."""
    ago = read_ago(make_readable(text))
    if ago is None:
        return None
    local = fetched_at.astimezone(zone or UTC)
    if ago.is_exact:
        at = (local - ago.back).replace(second=0, microsecond=0)
        return Moment(at, Precision.MINUTE, offset_of(at) if zone else None)
    clock = read_clock(text)
    reading = Reading((local - ago.back).date(), *(clock or (None, Precision.DAY, None)))
    return reading.moment(zone)


_OTHER_DIGIT = re.compile(f"[{''.join(map(chr, DIGITS))}]")


_GLUED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=[012]?\d[:.][0-5]\d(?![\d]))")


def make_readable(text: str) -> str:
    """The text with ASCII digits, and a space where markup left none between year and clock: `28 luglio 202010:43`."""
    if not text.isascii() and _OTHER_DIGIT.search(text):
        text = text.translate(DIGITS)
    return _GLUED.sub(r"\1 ", text)


# --- machines' dates -------------------------------------------------------------------------------------------------

_ISO = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:T|\s+|\s+at\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]m\b)?\s*(Z|UTC|GMT|"
    r"(?:GMT|UTC)?[+-]\d{2}:?\d{2}|[+-]\d{1,2}(?!\d)|[A-Z]{2,5}\b)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2})?\s*(Z|[+-]\d{2}:?\d{2})?)?$")
_LONGEST_STAMP = 80
_UNIX = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?$|[6-9]\d{8}$")


def read_iso(value: object) -> Reading | None:
    text = make_readable(str(value or "").strip()[:_LONGEST_STAMP])
    if not text:
        return None
    if match := _ISO.match(text):
        year, month, day, hour, minute, second, half, zone = match.groups()
        known = calendar_of_year(int(year))
        if known is None or (match.end() == match.end(3) < len(text) and text[match.end()].isdigit()):
            return None
        on = to_gregorian(known[0], known[1], int(month), int(day))
        return _stamp(on, clock_of(hour, minute, second, half), zone, match.end())
    if _UNIX.match(text):
        at = datetime.fromtimestamp(int(text[: 9 if text[0] != "1" else 10]), UTC)
        clock_time = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
        return Reading(at.date(), clock_time, Precision.SECOND, UTC, end=len(text))
    if match := _COMPACT.match(text):
        year, month, day, hour, minute, second, zone = match.groups()
        if not 1980 <= int(year) <= 2100:
            return None
        on = to_gregorian(Calendar.GREGORIAN, int(year), int(month), int(day))
        return _stamp(on, clock_of(hour, minute, second, None), zone, len(text))
    if "," in text[:5] and ":" in text:
        try:
            parsed = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            parsed = None
        if parsed is not None and 1980 <= parsed.year <= 2100:
            clock_time = timedelta(hours=parsed.hour, minutes=parsed.minute, seconds=parsed.second)
            precision = Precision.SECOND if text.count(":") > 1 else Precision.MINUTE
            return Reading(parsed.date(), clock_time, precision, parsed.tzinfo, end=len(text))
    return first_of(read_all(text, month_first=_looks_american(text)))


def _stamp(on: date | None, clock: tuple[timedelta, Precision] | None, zone: str | None, end: int) -> Reading | None:
    if on is None:
        return None
    if clock is None:
        return Reading(on, end=end)
    return Reading(on, clock[0], clock[1], zone_named(zone, on), end=end)


def _looks_american(text: str) -> bool:
    """`5/13/2024 10:20:00 AM`: what systems of American make print."""
    return bool(re.search(r"\d/\d+/\d{4} \d+:\d\d:\d\d [AP]M", text))


# --- people's dates --------------------------------------------------------------------------------------------------

_HAS_DATE = re.compile(
    r"(?<!\d)(?:19[89]\d|20\d\d|25[3-8]\d|1[34]\d\d)(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d\d(?!\d)|(?:令和|平成|民國|民国)\s*\d|"
    r"(?<!\d)\d{1,2}[ -][^\W\d_]{3,10}\.?[ -]['’]?\d\d(?![\d:])"
)
_LETTER = "[^\\W\\d_\u3000-\u9fff\uac00-\ud7a3]"
_MARKS = "[\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0e7f\u1780-\u17ff\u200c]"
_THAI_SHORT = "[\u0e00-\u0e7f]+\\.[\u0e00-\u0e7f]+"
_TOKEN = re.compile(rf"({_THAI_SHORT}|{_LETTER}+(?:{_MARKS}+{_LETTER}*)*)|(\d+)")
_NUMERIC = re.compile(
    r"(?<![\d/.\-:])(?:(\d{4})\s?([/.\-])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)|"
    r"(\d{1,2})\s?([/.\-])\s?(\d{1,2})\s?\6\s?(\d{4}|\d{2})(?![\d/]|[.\-:]\d))"
)
_EAST_ASIAN = re.compile(
    r"(?:(?P<era>令和|平成|民國|民国)\s*)?(?P<y>\d{1,4}|元)\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일号號]?"
)
_VIETNAMESE = re.compile(r"(\d{1,2})\s+(?:tháng|thg)\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})", re.IGNORECASE)
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
# Words that may stand between the parts of a date.
_BETWEEN = frozenset(
    words_of(
        "a am an d da de del den der di die dne do e el er gada i ko le m nd of rd re ren st ta th the ª º á "
        "ère ê î emîn "
        "г гг го е ж жыл жылы жылғы й ой оны року سال ساڵی سنة عام لعام ماه من ی ค.ศ พ พ.ศ ศ ខែ ឆ្នាំ"
    )
)
_LAST_CAPITAL = re.compile("(?<=[a-z])[A-Z][a-z]+$")
_MOST_READINGS = 6


def read_all(
    text: str, *, month_first: bool | None = None, language: str | None = None, short: bool = True
) -> list[Reading]:
    """All dates in a text whose digits are ASCII, by their place. `short`: also with years of two digits."""
    if not _HAS_DATE.search(text):
        return []
    found: list[Reading] = [*_numeric(text, month_first, short)]
    if "月" in text or "월" in text:
        found += _east_asian(text)
    found += _worded(text, language, short)
    if "th" in text and (match := _VIETNAMESE.search(text)):
        on = to_gregorian(Calendar.GREGORIAN, int(match[3]), int(match[2]), int(match[1]))
        if on:
            found.append(Reading(on, start=match.start(), end=match.end()))
    if not found:
        return found
    found.sort(key=lambda reading: reading.start)
    ends = [reading.start for reading in found[1:]] + [len(text)]
    starts = [0] + [reading.end for reading in found[:-1]]
    return [
        _with_clock(reading, text, after, end)
        for reading, after, end in zip(found[:_MOST_READINGS], starts, ends, strict=False)
    ]


def first_of(readings: list[Reading]) -> Reading | None:
    """The first Gregorian date, or else the first one; an odd calendar's date lends its time of day."""
    if not readings:
        return None
    chosen = next((r for r in readings if r.calendar is Calendar.GREGORIAN), readings[0])
    if chosen.clock is None and chosen is not readings[0]:
        timed = next((r for r in readings if r.clock is not None and abs(r.day - chosen.day).days <= 1), None)
        if timed:
            return Reading(
                chosen.day,
                timed.clock,
                timed.precision,
                timed.zone,
                chosen.is_ambiguous,
                start=chosen.start,
                end=chosen.end,
            )
    return chosen


def _numeric(text: str, month_first: bool | None, short: bool) -> Iterator[Reading]:
    for match in _NUMERIC.finditer(text):
        year, _, middle, last, one, mark, two, end_year = match.groups()
        if year:
            known = calendar_of_year(int(year))
            on = known and to_gregorian(known[0], known[1], int(middle), int(last))
            if known and on:
                yield Reading(on, calendar=known[0], start=match.start(), end=match.end())
            continue
        if len(end_year) == 2:
            if not short or (mark == "-" and int(end_year) < 32 and int(one) > 31):
                continue
            known = Calendar.GREGORIAN, 2000 + int(end_year) if int(end_year) < 70 else 1900 + int(end_year)
        else:
            known = calendar_of_year(int(end_year))
        if known is None:
            continue
        day, month = int(one), int(two)
        ambiguous = day <= 12 and month <= 12 and day != month
        if (month_first and mark != "." and day <= 12) or month > 12:
            day, month = month, day
        on = to_gregorian(known[0], known[1], month, day)
        if on:
            yield Reading(
                on, is_ambiguous=ambiguous and mark != ".", calendar=known[0], start=match.start(), end=match.end()
            )


def _east_asian(text: str) -> Iterator[Reading]:
    for match in _EAST_ASIAN.finditer(text):
        year = 1 if match["y"] == "元" else int(match["y"])
        year += _ERAS.get(match["era"] or "", 0)
        if 80 <= year < 100 or year < 70:
            year += 1900 if year >= 80 else 2000
        known = calendar_of_year(year)
        on = known and to_gregorian(known[0], known[1], int(match["m"]), int(match["d"]))
        if on:
            yield Reading(on, start=match.start(), end=match.end())


def _worded(text: str, language: str | None, short: bool) -> Iterator[Reading]:
    """Dates with the name of a month, the day and the year on either side of it, in any order."""
    tokens = [(match[1], match[2], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    taken = -1
    for place, (word, _, start, end) in enumerate(tokens):
        if not word or place <= taken:
            continue
        month, last = None, place
        if place + 1 < len(tokens) and tokens[place + 1][0] and tokens[place + 1][2] - end == 1:
            month = month_of(f"{word} {tokens[place + 1][0]}", language)
            last = place + 1 if month else place
        month = month or month_of(word, language)
        if month is None and not word.islower() and (glued := _LAST_CAPITAL.search(word)):
            month = month_of(glued[0], language)  # `by Ada FerranMay 13, 2024`
        if month is None:
            continue
        before = _numbers(text, tokens, place, -1)
        after = _numbers(text, tokens, last, 1)
        chosen = _day_and_year(before, after, short)
        if chosen is None:
            continue
        day, year, first, final = chosen
        known = calendar_of_year(year)
        if known is None or (
            known[0] is not month[0] and not (known[0] is not Calendar.GREGORIAN and month[0] is not Calendar.GREGORIAN)
        ):
            continue
        on = to_gregorian(month[0], known[1], month[1], day)
        if on:
            taken = max(last, place)
            yield Reading(on, calendar=month[0], start=min(start, first), end=max(tokens[last][3], final))


def _numbers(
    text: str, tokens: list[tuple[str, str, int, int]], place: int, step: int
) -> list[tuple[int, str, int, int]]:
    """The next numbers on one side, at most two, as far as nothing but joining words stands between."""
    found: list[tuple[int, str, int, int]] = []
    edge = tokens[place][3] if step > 0 else tokens[place][2]
    at, words = place + step, 0
    while 0 <= at < len(tokens) and len(found) < 2:
        word, number, start, end = tokens[at]
        gap = text[edge:start] if step > 0 else text[end:edge]
        if len(gap) > 4 or "|" in gap or ":" in gap:
            break
        if word:
            # A second name of the month, as in `كانون الثاني/يناير`, counts as joining.
            if words == 3 or not (word.lower() in _BETWEEN or month_of(word)):
                break
            words += 1
        else:
            found.append((int(number) if len(number) < 5 else -1, number, start, end))
        edge = end if step > 0 else start
        at += step
    return found


def _day_and_year(
    before: list[tuple[int, str, int, int]], after: list[tuple[int, str, int, int]], short: bool
) -> tuple[int, int, int, int] | None:
    """(day, year, first and last character) from the numbers before (nearest first) and after a month's name."""

    def is_day(at: tuple[int, str, int, int]) -> bool:
        return 1 <= at[0] <= 31 and len(at[1]) <= 2

    def is_year(at: tuple[int, str, int, int]) -> bool:
        return len(at[1]) == 4 and calendar_of_year(at[0]) is not None

    if before and is_day(before[0]):
        if after and is_year(after[0]):  # 13 May 2024
            return before[0][0], after[0][0], before[0][2], after[0][3]
        if len(before) > 1 and is_year(before[1]):  # 2024, 13 May
            return before[0][0], before[1][0], before[1][2], before[0][3]
        if short and after and len(after[0][1]) == 2 and not (len(after) > 1 and is_year(after[1])):  # 13 May 24
            return before[0][0], 2000 + after[0][0], before[0][2], after[0][3]
    if after and is_day(after[0]):
        if len(after) > 1 and is_year(after[1]):  # May 13, 2024
            return after[0][0], after[1][0], after[0][2], after[1][3]
        if before and is_year(before[0]):  # 2024 May 13
            return after[0][0], before[0][0], before[0][2], after[0][3]
    return None


_BEFORE, _AFTER = 26, 44


def _with_clock(reading: Reading, text: str, first: int, last: int) -> Reading:
    """The reading with the time of day that stands after it, or else before it; never another date's."""
    clock = None
    if reading.end < last:
        clock = read_clock(text[reading.end : min(last, reading.end + _AFTER)], reading.day)
    if clock is None and first < reading.start:
        clock = read_clock(text[max(first, reading.start - _BEFORE) : reading.start], reading.day)
    if clock is None:
        return reading
    return Reading(reading.day, *clock, reading.is_ambiguous, reading.calendar, reading.start, reading.end)

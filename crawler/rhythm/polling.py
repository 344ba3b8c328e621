"""When a feed, sitemap or section page is asked next.

Let an endpoint bring λ new articles an hour. Asked every T hours, its articles wait some T/2 and it costs 1/T requests
an hour. If waiting costs as its length to the power a, both together, however weighed, are least at T ∝ λ^(-1/(1+a)).
Here a = 2/3: the second hour of waiting matters less than the first. Since λ changes by the hour, the next request is
where ∫ λ^0.6 dt reaches a constant: close together in busy hours, far apart at night, and soon after a silent stretch
has ended. A list that could turn over before that is asked sooner: a lost article is worse than a request.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from crawler.rhythm.habit import Habit, HourCount

START_OF_RUN = timedelta(seconds=30)
"""Runs do not start to the second: what is due within this is asked now, and not one run later."""
LONGEST_WAIT = timedelta(days=1)
"""The longest Retry-After that is believed, and the longest pause of an endpoint that keeps failing."""
LONGEST_REST = timedelta(hours=1)
"""The longest `ttl`, `sy:updatePeriod` or `max-age` that is obeyed: many are left as some software had set them."""

_HOURS_AT_ONE = 0.66
"""Hours between requests to an endpoint that brings one article an hour."""
_POWER = 0.6
_TURNED_OVER = 0.7
"""From this share of never seen entries on, a list may have lost some between two requests."""
_SURGE = 2.0
"""What came since the last look may all have come in its last part: so much faster than its mean may it be coming."""
_UNFORESEEN = 12.0
_ROOM = 0.7
"""News may break at any hour: where λ articles an hour are the mean, suddenly λ + 12 √λ. So much of a list may they
fill between two requests."""
_LEVEL_HALF_LIFE = timedelta(hours=24)
_LEVEL_ARTICLES = 2.0
_LEAST_SHARE = 0.02
_BAD_NIGHT_SHARE = 1 / 64
_BAD_NIGHT_PAUSE = timedelta(minutes=8)
_BAD_NIGHT = timedelta(days=2)
"""A site that answered so lately is thought to come back soon: its pauses end before much of the list is replaced."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often an endpoint may be asked. `fixed`: always so often, whatever it brings."""

    fastest: timedelta = timedelta(minutes=5)
    slowest: timedelta = timedelta(hours=12)
    fixed: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A source as it is now: its habit, and how much livelier (>1) or quieter (<1) the last day was than the habit."""

    habit: Habit
    level: float

    @classmethod
    def from_hours(cls, rows: Iterable[HourCount], now: datetime, zone: tzinfo = timezone.utc) -> Rhythm:
        """Learn from history."""
        rows = list(rows)
        habit = Habit.from_hours(rows, now, zone)
        return cls(habit, level_of(habit, rows, now))


def level_of(habit: Habit, rows: Iterable[HourCount], now: datetime) -> float:
    """Found by expected in the last days, the newest hours counting most, shrunk towards 1."""
    found = expected = _LEVEL_ARTICLES * habit.dispersion / 2
    oldest = now - 5 * _LEVEL_HALF_LIFE
    for row in rows:
        if oldest <= row.hour <= now and row.watched_seconds >= 1:
            weight = 0.5 ** ((now - row.hour) / _LEVEL_HALF_LIFE)
            found += weight * row.found
            expected += weight * row.watched_seconds / 3600 * habit.rate_of(row.hour)
    return found / expected


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of an endpoint after it was asked.

    `share` is what part of the source's new articles it is the first to show, `entries` how many its list held when it
    last came (0: not known), `fresh_share` the part of them that was never seen before (None: there is nothing to
    compare with: a first look, or nothing changed), `since_previous` the time since it last answered. `failure_weight`
    sums its failures in a row: a hard one is 1, a soft one 1/2, a temporary one 1/4; `is_temporary` says which the last
    one was. `wait_seconds` and `skip_hours` (UTC) are what it asked for.
    """

    planned_at: datetime
    visited_at: datetime
    share: float = 1.0
    entries: int = 0
    fresh_share: float | None = None
    since_previous: timedelta | None = None
    failure_weight: float = 0.0
    is_temporary: bool = False
    wait_seconds: int | None = None
    skip_hours: Collection[int] = ()


class NextPoll(NamedTuple):
    """When an endpoint is due. `interval` is what its rhythm alone asks for."""

    due_at: datetime
    interval: timedelta


def next_poll(rhythm: Rhythm, visit: Visit, bounds: Bounds) -> NextPoll:
    """When to ask again: within the bounds, counted from when the visit was planned, and not before a wait is over."""
    sooner = _time_to_turn_over(rhythm, visit) if bounds.fixed is None else None
    interval = bounds.fixed or _clamp(min(_time_by_rhythm(rhythm, visit, bounds), sooner or bounds.slowest), bounds)
    pause = _backed_off(rhythm, visit, interval)
    due_at = visit.planned_at + pause - min(START_OF_RUN, pause / 10)
    if visit.wait_seconds:
        due_at = max(due_at, visit.visited_at + _wait(visit, bounds, sooner))
    return NextPoll(_outside(due_at, visit.skip_hours), interval)


def _time_by_rhythm(rhythm: Rhythm, visit: Visit, bounds: Bounds) -> timedelta:
    """The time until ∫ λ^0.6 dt has grown by as much as it does in `_HOURS_AT_ONE` at one article an hour."""
    factor = rhythm.level * max(visit.share, _LEAST_SHARE)
    left = _HOURS_AT_ONE
    for start, hours, rate in rhythm.habit.pieces(visit.planned_at, visit.planned_at + bounds.slowest):
        speed = float((rate * factor) ** _POWER)
        if speed * hours >= left:
            return start - visit.planned_at + left / speed * _HOUR
        left -= speed * hours
    return bounds.slowest


def _time_to_turn_over(rhythm: Rhythm, visit: Visit) -> timedelta | None:
    """The time after which a busy stretch could have pushed entries off the list unseen; None: not within a day."""
    times = []
    lately = 0.0
    if visit.fresh_share is not None and visit.since_previous:
        if visit.fresh_share >= _TURNED_OVER:
            times.append(visit.since_previous / 2)
        # What came since the last look may go on: news breaks at hours that no habit knows.
        lately = _SURGE * visit.fresh_share * visit.entries / max(visit.since_previous / _HOUR, 0.25)
    if visit.entries:
        # As many as come on average where thrice the standard deviation more would still fit on the list.
        spread = 3 * math.sqrt(rhythm.habit.dispersion)
        room = ((math.sqrt(spread**2 + 4 * visit.entries) - spread) / 2) ** 2
        times.append(_time_to_bring(room, rhythm, visit, lately))
        mean = rhythm.habit.mean_rate
        unforeseen = (mean + _UNFORESEEN * math.sqrt(mean)) * max(visit.share, _LEAST_SHARE)
        times.append(min(_ROOM * visit.entries / unforeseen * _HOUR, LONGEST_WAIT))
    return min(times, default=None)


def _time_to_bring(articles: float, rhythm: Rhythm, visit: Visit, lately: float = 0.0) -> timedelta:
    """The time in which so many come, at the rate of the habit or at that of `lately` (an hour), whichever is more."""
    factor = max(rhythm.level, 1.0) * max(visit.share, _LEAST_SHARE)
    left = articles
    for start, hours, usual in rhythm.habit.pieces(visit.planned_at, visit.planned_at + LONGEST_WAIT):
        rate = max(usual * factor, lately)
        if rate * hours >= left:
            return start - visit.planned_at + left / rate * _HOUR
        left -= rate * hours
    return LONGEST_WAIT


def _wait(visit: Visit, bounds: Bounds, sooner: timedelta | None) -> timedelta:
    wait = timedelta(seconds=visit.wait_seconds or 0)
    if visit.failure_weight:
        return min(wait, LONGEST_WAIT)
    # A working feed whose list turns over within the rest that it asks for would lose articles by it.
    return min(wait, LONGEST_REST, max(sooner or LONGEST_REST, bounds.fastest))


def _backed_off(rhythm: Rhythm, visit: Visit, interval: timedelta) -> timedelta:
    """Four times as long for each hard failure in a row, up to a day; never shorter than the interval itself.

    On a site's bad night the pause ends sooner: what was published meanwhile leaves the list as time goes on.
    """
    most = LONGEST_WAIT
    if visit.entries and visit.is_temporary and visit.since_previous and visit.since_previous < _BAD_NIGHT:
        most = min(max(_time_to_bring(visit.entries * _BAD_NIGHT_SHARE, rhythm, visit), _BAD_NIGHT_PAUSE), LONGEST_WAIT)
    most = max(most, interval)
    factor = 4.0 ** min(visit.failure_weight, 100.0)
    return interval * factor if factor < most / interval else most


def _outside(instant: datetime, hours: Collection[int]) -> datetime:
    """The instant itself, or the start of the next hour that is not to be skipped."""
    if len({hour for hour in hours if 0 <= hour < 24}) == 24:
        return instant
    instant = instant.astimezone(timezone.utc)
    while instant.hour in hours:
        instant = instant.replace(minute=0, second=0, microsecond=0) + _HOUR
    return instant


def _clamp(interval: timedelta, bounds: Bounds) -> timedelta:
    return max(bounds.fastest, min(interval, bounds.slowest))

"""A source's habit: how many new articles it publishes in each hour of the week, learnt from hours that were watched.

Units: rates are articles an hour; `expected` is a number of articles. An hour bucket starts at a full hour in UTC and
belongs to the hour of the week that it starts in, in the zone of the habit. Pure: no clock, no database.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HOURS_OF_WEEK = 168
HALF_LIFE = timedelta(weeks=3)
"""What is this old counts half: a changed rhythm is learnt within weeks, and one odd week is not a habit."""
MEMORY = timedelta(weeks=10)
"""Older hours weigh less than a tenth, and need not be kept."""

_PRIOR_RATE = 0.25
_PRIOR_HOURS = 8.0
"""A source that nothing is known of is taken for one of six articles a day, until some hours have been watched."""
_DAY_ARTICLES = 4.0
_HOUR_ARTICLES = 3.0
_CELL_ARTICLES = 6.0
"""Shrinkage: as if so many articles had been seen that keep to the coarser pattern. The finer, the more are needed."""
_ROUNDS = 3
_LEAST_RATE = 1 / (24 * 365)
_PRIOR_DISPERSION = 2.0
_PRIOR_DAYS = 5.0

_HOUR = timedelta(hours=1)


class HourCount(NamedTuple):
    """One hour of history. `hour` is its start in UTC, `watched_seconds` how long of it our visits cover (0 to 3600),
    `found` how many new articles were published in it. An hour that was not watched says nothing."""

    hour: datetime
    watched_seconds: float
    found: int


@dataclass(frozen=True, slots=True)
class Habit:
    """Rates of the 168 hours of a week from Monday 00:00 in `zone`. `dispersion` is variance by mean of a day's count
    (1: Poisson; news comes in bursts, so mostly more). `watched_hours` and `found` are the evidence, aged."""

    rates: tuple[float, ...]
    dispersion: float
    watched_hours: float
    found: float
    zone: tzinfo

    @classmethod
    def from_hours(cls, rows: Iterable[HourCount], now: datetime, zone: tzinfo = timezone.utc) -> Habit:
        """Learn from history. Rows after `now`, and rows that were not watched for a second, are passed over."""
        kept = [row for row in rows if row.watched_seconds >= 1 and row.hour <= now]
        seen = _Columns.of(kept, now, zone)
        watched = seen.by_place(seen.watched_hours)
        found = seen.by_place(seen.found)
        # An hour that was watched for a moment may look like a torrent; no hour is busier than the busiest one seen.
        most = max((row.found for row in kept), default=1)
        rates = [min(rate, max(most, 1.0)) for rate in _fit_rates(watched, found)]
        return cls(
            rates=tuple(rates),
            dispersion=_fit_dispersion(seen, rates),
            watched_hours=sum(watched),
            found=sum(found),
            zone=zone,
        )

    @property
    def mean_rate(self) -> float:
        """Articles an hour over a whole week."""
        return math.fsum(self.rates) / HOURS_OF_WEEK

    def rate_at(self, instant: datetime) -> float:
        """Articles an hour at this instant."""
        return self.rate_of(_floor(instant))

    def rate_of(self, hour: datetime) -> float:
        """As `rate_at`, for the start of an hour."""
        return self.rates[_hour_of_week(hour, self.zone)]

    def pieces(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, float, float]]:
        """The span cut at full hours: start, length in hours, rate."""
        start, hour = since, _floor(since)
        while start < until:
            end = min(hour + _HOUR, until)
            yield start, (end - start) / _HOUR, self.rate_of(hour)
            start = hour = end

    def expected(self, since: datetime, until: datetime) -> float:
        """Articles that are published from `since` to `until` by habit; 0 for an empty span."""
        return math.fsum(hours * rate for _, hours, rate in self.pieces(since, until))

    def expected_watched(self, rows: Iterable[HourCount]) -> float:
        """Articles that the watched part of these hours would have brought by habit."""
        return math.fsum(row.watched_seconds / 3600 * self.rate_of(row.hour) for row in rows)

    def probability_of_at_most(self, count: int, expected: float) -> float:
        """How probable `count` articles or fewer are where `expected` is the mean.

        Negative binomial whose variance is `dispersion` times its mean; so counts of disjoint spans add up to one of
        the same kind.
        """
        if count < 0:
            return 0.0
        if expected <= 0:
            return 1.0
        excess = self.dispersion - 1
        if excess < 1e-6:
            term = math.exp(-expected)
            step = [expected / (k + 1) for k in range(count)]
        else:
            size = expected / excess
            term = math.exp(-size * math.log(self.dispersion))
            share = excess / self.dispersion
            step = [(size + k) / (k + 1) * share for k in range(count)]
        if term == 0.0:
            return _normal_at_most(count, expected, expected * self.dispersion)
        total = term
        for factor in step:
            term *= factor
            total += term
        return min(1.0, total)


class SpanComparison(NamedTuple):
    """A span against the habit before it. `probability` is that of `found` articles or fewer."""

    expected: float
    found: int
    probability: float
    watched_hours: float
    """How much of the span was watched."""
    habit: Habit


def compare_span(
    rows: Iterable[HourCount], since: datetime, until: datetime, zone: tzinfo = timezone.utc
) -> SpanComparison:
    """How what came in the hours from `since` to `until` compares with the habit of the time before.

    Only what was watched is expected to have brought something. Look at `habit.watched_hours` before you trust it:
    with less than some days behind it a habit is mostly a guess.
    """
    rows = list(rows)
    habit = Habit.from_hours((row for row in rows if row.hour < since), since, zone)
    span = [row for row in rows if since <= row.hour < until and row.watched_seconds > 0]
    expected = habit.expected_watched(span)
    found = sum(row.found for row in span)
    watched_hours = math.fsum(row.watched_seconds for row in span) / 3600
    return SpanComparison(expected, found, habit.probability_of_at_most(found, expected), watched_hours, habit)


def _floor(instant: datetime) -> datetime:
    return instant.astimezone(timezone.utc).replace(minute=0, second=0, microsecond=0)


class _Columns(NamedTuple):
    """Rows of history, one array for each thing known of an hour. `weights` are by age, `days` count from 1970."""

    places: NDArray[np.int64]
    weights: NDArray[np.float64]
    watched_hours: NDArray[np.float64]
    found: NDArray[np.float64]
    days: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[HourCount], now: datetime, zone: tzinfo) -> _Columns:
        count = len(rows)
        seconds = np.fromiter((row.hour.timestamp() for row in rows), np.float64, count)
        return cls(
            places=np.fromiter((_hour_of_week(row.hour, zone) for row in rows), np.int64, count),
            weights=0.5 ** ((now.timestamp() - seconds) / HALF_LIFE.total_seconds()),
            watched_hours=np.fromiter((row.watched_seconds for row in rows), np.float64, count) / 3600,
            found=np.fromiter((row.found for row in rows), np.float64, count),
            days=(seconds // 86_400).astype(np.int64),
        )

    def by_place(self, values: NDArray[np.float64]) -> list[float]:
        """The aged sum of each hour of the week."""
        summed: list[float] = np.bincount(self.places, self.weights * values, HOURS_OF_WEEK).tolist()
        return summed


# Of one source to the next, and from one look at its history to the next, the hours are the same ones.
@lru_cache(maxsize=65_536)
def _hour_of_week(hour: datetime, zone: tzinfo) -> int:
    local = hour.astimezone(zone)
    return local.weekday() * 24 + local.hour


def _fit_rates(watched: list[float], found: list[float]) -> list[float]:
    """Overall mean × day of the week × hour of the day × the hour's own deviation, each shrunk towards 1.

    The days differ by factors and not by «weekend or not», since weekends differ by country.
    """
    mean = (sum(found) + _PRIOR_RATE * _PRIOR_HOURS) / (sum(watched) + _PRIOR_HOURS)
    days = [1.0] * 7
    hours = [1.0] * 24
    for _ in range(_ROUNDS):
        for day in range(7):
            places = range(day * 24, day * 24 + 24)
            by_mean = mean * sum(watched[place] * hours[place % 24] for place in places)
            days[day] = _shrunk(sum(found[place] for place in places), by_mean, _DAY_ARTICLES)
        of_hour = [sum(found[hour::24]) for hour in range(24)]
        by_day = [mean * sum(watched[day * 24 + hour] * days[day] for day in range(7)) for hour in range(24)]
        hours = [_shrunk(_around(of_hour, hour), _around(by_day, hour), _HOUR_ARTICLES) for hour in range(24)]
    rates = []
    for place in range(HOURS_OF_WEEK):
        usual = mean * days[place // 24] * hours[place % 24]
        rates.append(usual * _shrunk(found[place], watched[place] * usual, _CELL_ARTICLES))
    explained = sum(seen * rate for seen, rate in zip(watched, rates, strict=True))
    level = _shrunk(sum(found), explained, 1.0)
    return [max(rate * level, _LEAST_RATE) for rate in rates]


def _shrunk(found: float, expected: float, articles: float) -> float:
    """Found by expected, as if `articles` more had come just as expected: the mean of a gamma posterior."""
    return (found + articles) / (expected + articles)


def _around(values: list[float], hour: int) -> float:
    """An hour of the day with half of each neighbour: a habit keeps no time to the minute."""
    return values[hour] + (values[hour - 1] + values[(hour + 1) % 24]) / 2


def _fit_dispersion(seen: _Columns, rates: list[float]) -> float:
    """Pearson's statistic over days, shrunk towards a moderate one."""
    _, of_day = np.unique(seen.days, return_inverse=True)
    found = np.bincount(of_day, seen.found)
    expected = np.bincount(of_day, seen.watched_hours * np.asarray(rates)[seen.places])
    weights = np.zeros(len(found))
    np.maximum.at(weights, of_day, seen.weights)
    # A day that was hardly watched would weigh by its noise alone.
    weighed = _PRIOR_DAYS + float(np.sum(weights * np.minimum(1.0, expected)))
    squares = weights * np.minimum(1.0, 1 / expected) * (found - expected) ** 2
    return max(1.0, (_PRIOR_DAYS * _PRIOR_DISPERSION + float(np.sum(squares))) / weighed)


def _normal_at_most(count: int, mean: float, variance: float) -> float:
    return 0.5 * math.erfc((mean - count - 0.5) / math.sqrt(2 * variance))

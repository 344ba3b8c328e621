"""Invented sources with habits of many kinds: what they publish and when, the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

START = datetime(2026, 3, 2, tzinfo=timezone.utc)  # a Monday
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

Rate = Callable[[datetime], float]
"""Articles an hour, at the start of an hour."""


@dataclass(frozen=True)
class Feed:
    """One list of a source. `takes` is the part of the articles that it shows, drawn for each of them."""

    entries: int
    takes: float = 1.0
    ttl_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()


@dataclass(frozen=True)
class World:
    """One source: its articles' instants, for each feed the numbers of those it shows, and when its site is down."""

    kind: str
    published: tuple[datetime, ...]
    feeds: tuple[Feed, ...]
    shown: tuple[tuple[int, ...], ...]
    down: tuple[tuple[datetime, datetime], ...]

    def is_down(self, instant: datetime) -> bool:
        return any(since <= instant < until for since, until in self.down)


def make_worlds(sources: int, days: int, seed: int) -> list[World]:
    """`sources` sources, the kinds in the proportions of `_KINDS`, each `days` long."""
    weights = [weight for _, weight, _ in _KINDS]
    total = sum(weights)
    worlds = []
    for number in range(sources):
        place = (number + 0.5) / sources * total
        for kind, weight, make in _KINDS:
            place -= weight
            if place < 0:
                worlds.append(_make_world(kind, make, random.Random(f"{seed} {kind} {number}"), days))
                break
    return worlds


def _make_world(kind: str, make: Maker, dice: random.Random, days: int) -> World:
    rate, feeds = make(dice, days)
    published = _arrivals(rate, dice, days)
    shown = tuple(
        tuple(number for number in range(len(published)) if feed.takes == 1 or dice.random() < feed.takes)
        for feed in feeds
    )
    down = ()
    if dice.random() < 0.3:
        since = START + dice.uniform(1, days - 1) * DAY
        down = ((since, since + dice.uniform(2, 20) * HOUR),)
    return World(kind, published, feeds, shown, down)


def _arrivals(rate: Rate, dice: random.Random, days: int) -> tuple[datetime, ...]:
    found = []
    for number in range(days * 24):
        hour = START + number * HOUR
        # A day, and an hour of it, is livelier or quieter than usual: news is no Poisson process.
        left = rate(hour) * dice.gammavariate(4, 0.25)
        while (left := left - dice.expovariate(1)) > 0:
            found.append(hour + dice.random() * HOUR)
    return tuple(sorted(found))


def _wave(hour: datetime, shift: int) -> float:
    """A day of a newsroom that never closes: livelier by day."""
    return 1.5 if 6 <= (hour.hour + shift) % 24 < 20 else 0.4


def _desk_rate(dice: random.Random, a_day: tuple[float, float], weekend: tuple[int, ...]) -> Rate:
    at_work = dice.uniform(*a_day) / 9
    opens = dice.choice((5, 6, 7, 8))

    def rate(hour: datetime) -> float:
        is_open = opens <= hour.hour < opens + 9
        return at_work * (0.15 if hour.weekday() in weekend else 1.0) * (1.0 if is_open else 0.05)

    return rate


def _wire(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    base, shift = dice.uniform(5, 12), dice.randrange(-3, 4)
    return (lambda hour: base * _wave(hour, shift)), (Feed(50),)


def _desk(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    weekend = dice.choice(((4, 5), (4, 5), (5, 6)))
    feeds = (Feed(dice.choice((20, 30))),)
    if dice.random() < 0.3:  # a topic's feed beside the main one
        feeds = (*feeds, Feed(20, takes=0.3))
    return _desk_rate(dice, (8, 40), weekend), feeds


def _monitor(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    a_week = dice.uniform(2, 6)
    return (lambda hour: a_week / 7 / 14 if 6 <= hour.hour < 20 else 0.0), (Feed(10),)


def _ngo(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    weekday, at, size = dice.randrange(5), dice.randrange(8, 15), dice.uniform(4, 12)
    return (lambda hour: size if (hour.weekday(), hour.hour) == (weekday, at) else 0.01), (Feed(20),)


def _evening(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    a_day = dice.uniform(15, 40)
    return (lambda hour: a_day / 4 if 17 <= hour.hour < 21 else 0.03), (Feed(30),)


def _silent(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    usual, end = _desk_rate(dice, (10, 40), (4, 5)), START + 0.4 * days * DAY
    return (lambda hour: usual(hour) if hour < end else 0.0), (Feed(20),)


def _changing(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    usual, turn = _desk_rate(dice, (8, 20), (4, 5)), START + 0.5 * days * DAY
    at_night = dice.uniform(3, 5)
    return (lambda hour: usual(hour) if hour < turn else at_night if hour.hour >= 18 else 0.2), (Feed(30),)


def _breaking(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    usual = _desk_rate(dice, (8, 25), (4, 5))
    bursts = [START + dice.uniform(1, days) * DAY for _ in range(max(1, days // 10))]
    height = dice.uniform(10, 20)

    def rate(hour: datetime) -> float:
        return usual(hour) + sum(height for burst in bursts if burst <= hour < burst + 5 * HOUR)

    return rate, (Feed(20),)


def _short_list(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    base, shift = dice.uniform(4, 8), dice.randrange(-3, 4)
    return (lambda hour: base * _wave(hour, shift)), (Feed(10),)


def _resting(dice: random.Random, days: int) -> tuple[Rate, tuple[Feed, ...]]:
    ttl = dice.choice((1800, 3600, 7200))
    return _desk_rate(dice, (8, 30), (5, 6)), (Feed(20, ttl_seconds=ttl, skip_hours=(0, 1, 2, 3)),)


Maker = Callable[[random.Random, int], tuple[Rate, tuple[Feed, ...]]]
_KINDS: tuple[tuple[str, int, Maker], ...] = (
    ("wire, day and night", 16, _wire),
    ("desk, office hours", 70, _desk),
    ("monitor, a few a week", 40, _monitor),
    ("NGO, a burst a week", 20, _ngo),
    ("evening paper", 14, _evening),
    ("goes silent", 8, _silent),
    ("changes its rhythm", 8, _changing),
    ("desk with breaking news", 10, _breaking),
    ("list of 10 that turns over", 6, _short_list),
    ("asks for rest (ttl, skipHours)", 8, _resting),
)

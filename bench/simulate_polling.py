"""Adaptive polling against fixed intervals, on invented sources: `make simulate`.

The policy is the one that runs in production (`crawler.rhythm`) with the bounds that are shipped. It knows nothing but
what its own visits showed, from a cold start. A plan starts every five minutes, as `DATELINE_SCHEDULE` has it, a few
seconds late; a page is stored a while after its feed was read; sites are down at times, and so are we. Fixed polling
asks whatever happens. To save time a habit is learnt anew every six hours here, and not at each visit.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.polling_world import DAY, HOUR, START, World, make_worlds
from crawler.rhythm import Bounds, Habit, HourCount, Rhythm, next_poll
from crawler.rhythm.memory import Answer, EndpointMemory, remember, seconds_by_hour, visit_after, watched_since
from crawler.rhythm.polling import level_of

TICK = timedelta(minutes=5)
OUR_DOWNTIME = ((9.1, 7.0), (20.5, 2.0))
"""Day of the simulation and hours."""
ADAPTIVE = "adaptive"
FIXED = "fixed 15 min"
POLICIES = {
    ADAPTIVE: Bounds(),
    **{f"fixed {minutes} min": Bounds(fixed=timedelta(minutes=minutes)) for minutes in (5, 15, 30, 60)},
}
_RELEARN = timedelta(hours=6)
_HOURS_OF_LEVEL = 122
"""More than the policy looks back to for how lively the last days were."""


@dataclass
class Tally:
    """What polling brought: `delays` are seconds from publication to stored."""

    requests: int = 0
    published: int = 0
    missed: int = 0
    delays: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.requests += other.requests
        self.published += other.published
        self.missed += other.missed
        self.delays += other.delays

    @property
    def requests_per_article(self) -> float:
        return self.requests / max(1, len(self.delays))

    def quantile(self, share: float) -> float:
        """Seconds."""
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.delays) if self.delays else 0.0


class Poller:
    """Polls one source, and remembers of it what production would."""

    def __init__(self, world: World, bounds: Bounds) -> None:
        self.world = world
        self.bounds = bounds
        self.is_adaptive = bounds.fixed is None
        self.due = [START for _ in world.feeds]
        self.seen: dict[int, datetime] = {}
        self.requests = 0
        self._published = [[world.published[number] for number in shown] for shown in world.shown]
        self._memories: dict[str, EndpointMemory] = {}
        self._hours: dict[datetime, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._watched_until: datetime | None = None
        self._habit: Habit | None = None
        self._learnt_at = START

    def run(self, planned_at: datetime, dice: random.Random) -> None:
        """One run: ask the feeds that are due."""
        asked = []
        for number, due_at in enumerate(self.due):
            if due_at <= planned_at:
                fetched_at = planned_at + timedelta(seconds=dice.uniform(5, 40))
                asked.append((number, self._ask(number, fetched_at, dice)))
        if not self.is_adaptive:
            for number, _ in asked:
                # In step with the runs, so that a fixed interval is kept exactly.
                self.due[number] = planned_at + (self.bounds.fixed or TICK) - timedelta(seconds=30)
            return
        before = dict(self._memories)
        for number, answer in asked:
            url = str(number)
            self._memories[url] = remember(before.get(url), answer)
            self._watch(watched_since(url, before.get(url), answer, before), answer.visited_at)
        rhythm = self._rhythm(planned_at)
        for number, answer in asked:
            url = str(number)
            visit = visit_after(url, before.get(url), answer, self._memories, planned_at)
            self.due[number] = next_poll(rhythm, visit, self.bounds).due_at

    def _ask(self, number: int, fetched_at: datetime, dice: random.Random) -> Answer:
        self.requests += 1
        feed = self.world.feeds[number]
        if self.world.is_down(fetched_at):
            return Answer(visited_at=fetched_at, failure_weight=0.25)
        end = bisect_right(self._published[number], fetched_at)
        listed = self.world.shown[number][max(0, end - feed.entries) : end]
        new = [article for article in listed if article not in self.seen]
        for article in new:
            self.seen[article] = fetched_at + timedelta(seconds=dice.uniform(45, 120))
            published_at = self.world.published[article]
            self._hours[published_at.replace(minute=0, second=0, microsecond=0)][1] += 1
        return Answer(
            visited_at=fetched_at,
            entries=len(listed) if new else None,
            new=len(new),
            oldest_new_at=min((self.world.published[article] for article in new), default=None),
            wait_seconds=feed.ttl_seconds,
            skip_hours=feed.skip_hours,
        )

    def _watch(self, since: datetime | None, until: datetime) -> None:
        if since is None:
            return
        since = max(since, self._watched_until or since)
        for hour, seconds in seconds_by_hour(since, until):
            self._hours[hour][0] += seconds
        self._watched_until = max(until, self._watched_until or until)

    def _rhythm(self, now: datetime) -> Rhythm:
        if self._habit is None or now - self._learnt_at >= _RELEARN or now - START < DAY:
            self._habit = Habit.from_hours(self._rows(self._hours), now)
            self._learnt_at = now
        this_hour = now.replace(minute=0, second=0, microsecond=0)
        lately = (this_hour - number * HOUR for number in range(_HOURS_OF_LEVEL))
        return Rhythm(self._habit, level_of(self._habit, self._rows(lately), now))

    def _rows(self, hours: Iterable[datetime]) -> list[HourCount]:
        known = self._hours
        return [HourCount(hour, known[hour][0], int(known[hour][1])) for hour in hours if hour in known]

    def tally(self, until: datetime) -> Tally:
        """What was found, and what left all lists before we looked."""
        still_listed = {
            number
            for feed, shown in zip(self.world.feeds, self.world.shown, strict=True)
            for number in shown[-feed.entries :]
        }
        delays = [(at - self.world.published[number]).total_seconds() for number, at in self.seen.items()]
        missed = sum(
            number not in self.seen and number not in still_listed for number in range(len(self.world.published))
        )
        return Tally(self.requests, len(self.world.published), missed, delays)


def simulate(worlds: Sequence[World], days: int, bounds: Bounds, seed: int) -> dict[str, Tally]:
    """Tallies by kind of source."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    dice = random.Random(seed)
    ticks = []
    for number in range(int(days * DAY / TICK)):
        planned_at = START + number * TICK + timedelta(seconds=dice.uniform(0, 8))
        day = (planned_at - START) / DAY
        if not any(since <= day < since + hours / 24 for since, hours in OUR_DOWNTIME):
            ticks.append(planned_at)
    for place, world in enumerate(worlds):
        poller = Poller(world, bounds)
        own_dice = random.Random(seed * 1000 + place)
        at = 0
        while at < len(ticks):
            poller.run(ticks[at], own_dice)
            at = max(at + 1, bisect_right(ticks, min(poller.due) - timedelta(microseconds=1)))
        tallies[world.kind].add(poller.tally(START + days * DAY))
    return dict(tallies)


def total_of(tallies: dict[str, Tally]) -> Tally:
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    worlds = make_worlds(chosen.sources, chosen.days, chosen.seed)
    print(f"{chosen.sources} sources, {chosen.days} days, seed {chosen.seed}. Delays: from publication to stored.\n")
    results = {}
    _print_head("all sources")
    for name, bounds in POLICIES.items():
        results[name] = simulate(worlds, chosen.days, bounds, chosen.seed)
        _print_row(name, total_of(results[name]))
    print()
    _print_head("by kind")
    for kind in results[ADAPTIVE]:
        for name in (ADAPTIVE, FIXED):
            _print_row(f"{kind}: {name}", results[name][kind])
    adaptive, fixed = total_of(results[ADAPTIVE]), total_of(results[FIXED])
    ratio = fixed.requests_per_article / adaptive.requests_per_article
    print(f"\n{ratio:.2f} times fewer requests for each new article than with {FIXED}.")
    return 0 if ratio >= 3 and adaptive.median <= fixed.median else 1


def _print_head(title: str) -> None:
    print(f"| {title} | requests | articles found | requests an article | median delay | 95 % within | missed |")
    print("|---|---:|---:|---:|---:|---:|---:|")


def _print_row(name: str, tally: Tally) -> None:
    cells = (
        f"{tally.requests:,}",
        f"{len(tally.delays):,}",
        f"{tally.requests_per_article:.2f}",
        f"{tally.median / 60:.1f} min",
        f"{tally.quantile(0.95) / 60:.1f} min",
        f"{tally.missed:,}",
    )
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())

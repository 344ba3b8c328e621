"""What is remembered of a source's endpoints from one visit to the next: what each brings, and what was watched.

A visit covers the time since the last one, however long we were away, as long as the list reaches back that far. A
list that turned over meanwhile covers only what it shows. Time that no visit covers was not watched: it is not silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from crawler.rhythm.polling import Visit

TEMPORARY = 0.25
"""Weight of a failure that time mostly heals."""
YIELD_HALF_LIFE = timedelta(days=7)
LONGEST_REACH = timedelta(days=7)
"""How far back a first look is believed: what stood on a list before may be what somebody pinned there."""
_TURNED_OVER = 0.9
"""From this share of never seen links on a list counts as all new: some of its links never become known."""
_TELLING_SHARE = 0.25
"""An endpoint that brings less than this part of what the best one brings cannot tell that the source is silent."""
_FORGOTTEN_AFTER = timedelta(days=7)
"""An endpoint that has failed for so long is no longer compared with."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class EndpointMemory:
    """An endpoint after its last visit. `yielded` counts new articles that it was the first to show, aged."""

    visited_at: datetime
    succeeded_at: datetime | None = None
    entries: int = 0
    yielded: float = 0.0
    failure_weight: float = 0.0

    def yielded_at(self, now: datetime) -> float:
        """The count as old as it is at `now`."""
        age = max(now - self.visited_at, timedelta(0))
        return self.yielded * float(0.5 ** (age / YIELD_HALF_LIFE))


@dataclass(frozen=True, slots=True)
class Answer:
    """What one visit brought. `entries` is None where no list came: a failure, or nothing changed (304).

    `oldest_new_at` is since when the never seen entries were published, as far as the list says. `failure_weight` is 0
    for a visit that succeeded.
    """

    visited_at: datetime
    entries: int | None = None
    new: int = 0
    oldest_new_at: datetime | None = None
    failure_weight: float = 0.0
    wait_seconds: int | None = None
    skip_hours: Collection[int] = ()

    @property
    def is_good(self) -> bool:
        return self.failure_weight == 0

    def fresh_share_after(self, memory: EndpointMemory | None) -> float | None:
        """The part of the list that was never seen; None where there is nothing to compare with."""
        if memory is None or memory.succeeded_at is None or not self.entries:
            return None
        return min(1.0, self.new / self.entries)


def remember(memory: EndpointMemory | None, answer: Answer) -> EndpointMemory:
    """The endpoint after one more visit. A first look at a list does not count as yield: much of it is old."""
    if memory is None:
        memory = EndpointMemory(visited_at=answer.visited_at)
    is_first = memory.succeeded_at is None
    return EndpointMemory(
        visited_at=max(memory.visited_at, answer.visited_at),
        succeeded_at=answer.visited_at if answer.is_good else memory.succeeded_at,
        entries=memory.entries if answer.entries is None else answer.entries,
        yielded=memory.yielded_at(answer.visited_at) + (0 if is_first else answer.new),
        failure_weight=0.0 if answer.is_good else memory.failure_weight + answer.failure_weight,
    )


def share_of(url: str, memories: Mapping[str, EndpointMemory], now: datetime) -> float:
    """What part of the source's new articles this endpoint shows first, while those that fail now show none."""
    yields = {
        name: memory.yielded_at(now) + 0.5
        for name, memory in memories.items()
        if name == url or memory.failure_weight == 0
    }
    return yields[url] / sum(yields.values())


def visit_after(
    url: str,
    before: EndpointMemory | None,
    answer: Answer,
    memories: Mapping[str, EndpointMemory],
    planned_at: datetime,
) -> Visit:
    """What the policy needs to know of an endpoint that was just asked. `memories` are those after the visit."""
    after = memories[url]
    return Visit(
        planned_at=planned_at,
        visited_at=answer.visited_at,
        share=share_of(url, memories, answer.visited_at),
        entries=after.entries,
        fresh_share=answer.fresh_share_after(before),
        since_previous=answer.visited_at - before.succeeded_at if before and before.succeeded_at else None,
        failure_weight=after.failure_weight,
        is_temporary=0 < answer.failure_weight <= TEMPORARY,
        wait_seconds=answer.wait_seconds,
        skip_hours=answer.skip_hours,
    )


def watched_since(
    url: str,
    before: EndpointMemory | None,
    answer: Answer,
    memories: Mapping[str, EndpointMemory],
) -> datetime | None:
    """Since when this visit covers the time up to it; None where it does not tell. `memories` are those before."""
    if not answer.is_good:
        return None
    if before is None or before.succeeded_at is None:
        if answer.oldest_new_at is None:
            return None
        return max(answer.oldest_new_at, answer.visited_at - LONGEST_REACH)
    compared = [
        memory.yielded_at(answer.visited_at)
        for memory in memories.values()
        if memory.succeeded_at is not None and answer.visited_at - memory.succeeded_at < _FORGOTTEN_AFTER
    ]
    if before.yielded_at(answer.visited_at) < _TELLING_SHARE * max(compared, default=0.0):
        return None
    if answer.entries and answer.new >= _TURNED_OVER * answer.entries:
        return max(before.succeeded_at, answer.oldest_new_at or answer.visited_at)
    return before.succeeded_at


def seconds_by_hour(since: datetime, until: datetime) -> Iterator[tuple[datetime, float]]:
    """A span cut into hours: the start of each in UTC, and how many of its seconds are in the span."""
    start = since.astimezone(timezone.utc)
    while start < until:
        hour = start.replace(minute=0, second=0, microsecond=0)
        end = min(hour + _HOUR, until)
        yield hour, (end - start).total_seconds()
        start = end

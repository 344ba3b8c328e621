"""When the endpoints and sources of a batch are due again: facts from SQL, the policy of `crawler.rhythm`, back by SQL.

All instants are counted from the batch's own, never from a clock, so that a late or second load decides the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.extras import execute_values

from crawler.database.copying import copy_rows
from crawler.reasons import REASONS_OF, Outcome, Reason
from crawler.records import EndpointKind
from crawler.resources import read_sql
from crawler.rhythm import MEMORY, Bounds, HourCount, NextPoll, Rhythm, next_poll
from crawler.rhythm.memory import (
    TEMPORARY,
    Answer,
    EndpointMemory,
    remember,
    seconds_by_hour,
    visit_after,
    watched_since,
)
from crawler.sources.model import Source

_NOT_MODIFIED = 304
_HARD = frozenset(
    {Reason.GONE, Reason.NOT_FOUND, Reason.ROBOTS, Reason.OFF_HOST, Reason.PRIVATE_ADDRESS, Reason.REDIRECT_TO_HOME}
)
_TEMPORARY = frozenset(
    {
        Reason.SERVER_ERROR,
        Reason.MAINTENANCE,
        Reason.TIMEOUT,
        Reason.CONNECTION,
        Reason.DNS,
        Reason.TLS,
        Reason.RATE_LIMITED,
    }
)
_NOT_ASKED = REASONS_OF[Outcome.PENDING]


class _Endpoint(NamedTuple):
    """A row of load/11b_select_endpoints."""

    source_id: str
    url: str
    kind: str
    stands_in_for: str | None
    wait_seconds: int | None
    skip_hours: list[int]
    next_due_at: datetime | None
    visited_at_before: datetime | None
    succeeded_at_before: datetime | None
    entries_before: int
    yielded_before: float
    failure_weight_before: float
    visited_at: datetime | None
    http_status: int | None
    reason: str | None
    links: int | None
    new: int
    oldest_new_at: datetime | None

    @property
    def was_asked(self) -> bool:
        return self.visited_at is not None and self.reason not in _NOT_ASKED

    @property
    def memory(self) -> EndpointMemory | None:
        if self.visited_at_before is None:
            return None
        return EndpointMemory(
            visited_at=self.visited_at_before,
            succeeded_at=self.succeeded_at_before,
            entries=self.entries_before,
            yielded=self.yielded_before,
            failure_weight=self.failure_weight_before,
        )

    def answer(self, below: Sequence[_Endpoint]) -> Answer:
        """What the visit brought. What stood on the sitemaps or pages that it led to counts as its own."""
        if self.visited_at is None:
            raise ValueError(f"{self.url} was not asked in this batch")
        shown = [self, *below]
        has_list = self.reason is None and any(one.http_status != _NOT_MODIFIED for one in shown)
        oldest = [one.oldest_new_at for one in shown if one.oldest_new_at]
        return Answer(
            visited_at=self.visited_at,
            entries=sum(one.links or 0 for one in shown) if has_list else None,
            new=sum(one.new for one in shown),
            oldest_new_at=min(oldest, default=None),
            failure_weight=failure_weight(self.reason),
            wait_seconds=self.wait_seconds,
            skip_hours=self.skip_hours,
        )


def failure_weight(reason: str | None) -> float:
    """1 for a failure that time does not heal, 1/4 for one that it mostly does, 1/2 for all others; 0 for none.

    Not the weights of `crawler.health`, which ask what somebody must change: a name that does not resolve may be an
    outage of ours, after which no source should be asked rarely; what robots.txt forbids is not asked often.
    """
    if reason is None or reason in _NOT_ASKED:
        return 0.0
    return 1.0 if reason in _HARD else TEMPORARY if reason in _TEMPORARY else 0.5


def schedule_endpoints(
    cursor: Cursor, sources: Mapping[str, Source], values: Mapping[str, Any]
) -> Mapping[str, Sequence[HourCount]]:
    """Write when each endpoint and source is due next, and which hours were watched. Needs what 10 and 11 made.

    Answers the history of each source by hour, this batch included; none for a batch that saw no site.
    """
    cursor.execute(read_sql("load/11a_count_hours"), {**values, "memory": MEMORY})
    cursor.execute(read_sql("load/11c_create_polling"))
    if not values["is_news"]:
        return {}
    chosen = {"source_ids": sorted(sources)}
    cursor.execute(read_sql("queries/select_watched_until"), chosen)
    watched_until = dict(cursor.fetchall())
    cursor.execute(read_sql("load/11b_select_endpoints"))
    by_source: dict[str, list[_Endpoint]] = defaultdict(list)
    for row in map(_Endpoint._make, cursor.fetchall()):
        by_source[row.source_id].append(row)
    visited = {
        source_id: _Visited(source, by_source[source_id], values["created_at"], watched_until.get(source_id))
        for source_id, source in sources.items()
    }
    copy_rows(
        cursor,
        "batch_watch",
        (
            (source_id, hour.isoformat(), str(seconds))
            for source_id, one in visited.items()
            for hour, seconds in one.watched_hours()
        ),
    )
    cursor.execute(read_sql("load/11d_add_watched_hours"))
    cursor.execute(read_sql("queries/select_source_hours"), chosen)
    history: dict[str, list[HourCount]] = defaultdict(list)
    for source_id, *hour in cursor:
        history[source_id].append(HourCount._make(hour))
    polling, due = [], []
    for source_id, one in visited.items():
        polls = one.next_polls(history[source_id])
        polling += [one.polling_row(url, poll) for url, poll in polls.items()]
        due.append((source_id, one.next_due_at(polls), one.watched_until))
    execute_values(cursor, "insert into batch_polling values %s", polling)
    execute_values(cursor, "insert into batch_due values %s", due)
    cursor.execute(read_sql("load/11e_update_polling"))
    return history


class _Visited:
    """The endpoints of one source that are asked for themselves, before and after a batch."""

    def __init__(
        self, source: Source, endpoints: Sequence[_Endpoint], planned_at: datetime, watched_until: datetime | None
    ) -> None:
        self._source = source
        self._planned_at = planned_at
        self._stored_watch = watched_until
        named = set(source.endpoint_urls)
        self._roots = {one.url: one for one in endpoints if one.url in named or one.stands_in_for in named}
        below: dict[str, list[_Endpoint]] = defaultdict(list)
        for one in endpoints:
            if one.url not in self._roots and one.was_asked:
                below[one.kind].append(one)
        self._before = {url: one.memory for url, one in self._roots.items()}
        self._known = {url: memory for url, memory in self._before.items() if memory}
        self._answers = {
            url: one.answer(below[one.kind] if one.kind != EndpointKind.FEED else ())
            for url, one in self._roots.items()
            if one.was_asked
        }
        self._after = dict(self._known)
        for url, answer in self._answers.items():
            self._after[url] = remember(self._before[url], answer)
        self._span = self._watched_span()

    @property
    def watched_until(self) -> datetime | None:
        return self._span[1] if self._span else None

    def watched_hours(self) -> Iterable[tuple[datetime, float]]:
        return seconds_by_hour(*self._span) if self._span else ()

    def _watched_span(self) -> tuple[datetime, datetime] | None:
        spans = [
            (since, answer.visited_at)
            for url, answer in self._answers.items()
            if (since := watched_since(url, self._before[url], answer, self._known))
        ]
        if not spans:
            return None
        since, until = min(spans)[0], max(end for _, end in spans)
        if self._stored_watch is not None:
            since = max(since, self._stored_watch)
        return (since, until) if since < until else None

    def next_polls(self, history: Sequence[HourCount]) -> dict[str, NextPoll]:
        schedule = self._source.schedule
        bounds = Bounds(fastest=schedule.fastest, slowest=schedule.slowest, fixed=schedule.every)
        if not self._answers:
            return {}
        rhythm = Rhythm.from_hours(history, self._planned_at, self._source.zone)
        return {
            url: next_poll(rhythm, visit_after(url, self._before[url], answer, self._after, self._planned_at), bounds)
            for url, answer in self._answers.items()
        }

    def polling_row(self, url: str, poll: NextPoll) -> tuple[object, ...]:
        after = self._after[url]
        seconds = poll.interval.total_seconds()
        return (
            self._source.id, url, after.entries, after.yielded, after.failure_weight, seconds, poll.due_at
        )  # fmt: skip

    def next_due_at(self, polls: Mapping[str, NextPoll]) -> datetime:
        """The first instant at which one of its endpoints is due. One that was due and not asked is due very soon."""
        soon = self._planned_at + self._soonest
        instants = []
        for url in {*self._source.endpoint_urls, *self._roots}:
            stored = self._roots[url].next_due_at if url in self._roots else None
            due_at = polls[url].due_at if url in polls else stored
            instants.append(soon if due_at is None or due_at <= self._planned_at else due_at)
        return min(instants)

    @property
    def _soonest(self) -> timedelta:
        schedule = self._source.schedule
        return schedule.every or schedule.fastest

"""The states of a batch's sources: SQL gathers what was seen, `crawler.health` judges, SQL writes it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.health import (
    Change,
    Evidence,
    FieldCounts,
    Memory,
    Observation,
    PageEnd,
    Visit,
    is_our_network,
    observe,
    standing_of,
)
from crawler.health.fields import FIELDS
from crawler.reasons import Outcome, Reason
from crawler.records import EndpointVisit
from crawler.resources import read_sql
from crawler.rhythm import HourCount
from crawler.sources.model import Source


def judge_sources(
    cursor: Cursor,
    sources: Mapping[str, Source],
    values: Mapping[str, Any],
    hours: Mapping[str, Sequence[HourCount]],
) -> None:
    """Write the state of each source of a news batch, and what changed. A reprocess saw no site, and says nothing.

    `hours` is the history of each source, this batch included.
    """
    if not values["is_news"]:
        return
    cursor.execute(read_sql("load/14_select_evidence"))
    rows = cursor.fetchall()
    batch = {
        source_id: _observation(
            sources[source_id], values["created_at"], visits, ends, fields, tuple(hours.get(source_id, ()))
        )
        for source_id, _, _, visits, ends, fields in rows
    }
    is_ours = is_our_network(batch.values())
    for source_id, memory, is_paused, *_ in rows:
        before = Memory.recall(memory)
        step = observe(before, batch[source_id], is_our_network=is_ours)
        if step.memory == before:
            continue
        _write_state(cursor, source_id, step.memory, batch[source_id].observed_at)
        for change in step.changes if not is_paused else ():
            _write_change(cursor, source_id, change, batch[source_id].observed_at, values)


def _observation(
    source: Source,
    created_at: datetime,
    visits: list[dict[str, Any]],
    ends: list[dict[str, Any]],
    fields: dict[str, Any],
    hours: tuple[HourCount, ...],
) -> Observation:
    made = tuple(_visit(EndpointVisit.model_validate(visit)) for visit in visits)
    seen_at = [visit.at for visit in made] + [datetime.fromisoformat(end["at"]) for end in ends]
    return Observation(
        observed_at=max(seen_at, default=created_at),
        endpoints=frozenset(source.endpoint_urls),
        visits=made,
        ends=tuple(
            PageEnd(
                Outcome(end["outcome"]),
                Reason(end["reason"]),
                end["count"],
                Evidence.model_validate(end["example"]),
            )
            for end in ends
        ),
        fields=FieldCounts(
            fields.get("articles", 0),
            tuple((name, fields.get(name, 0)) for name in FIELDS),
            fields.get("log_words", 0.0),
            fields.get("log_words_squared", 0.0),
        ),
        hours=hours,
        zone=source.zone,
        per_day_min=source.expect.articles_per_day_min,
        per_day_max=source.expect.articles_per_day_max,
    )


def _visit(visit: EndpointVisit) -> Visit:
    return Visit(
        url=visit.url,
        kind=visit.kind,
        at=visit.fetched_at,
        reason=visit.reason,
        http_status=visit.http_status,
        detail=visit.detail,
        links=visit.links,
        moved_to=visit.moved_to,
        found_feeds=visit.found_feeds,
        stands_in_for=visit.stands_in_for,
        archive_file=visit.archive_file,
        archive_offset=visit.archive_offset,
        archive_length=visit.archive_length,
    )


def _write_state(cursor: Cursor, source_id: str, memory: Memory, observed_at: datetime) -> None:
    standing = standing_of(memory)
    cursor.execute(
        read_sql("load/15_update_state"),
        {
            "source_id": source_id,
            "state": standing.state.value,
            "reason": standing.reason.value,
            "detail": standing.detail,
            "since": standing.since,
            **standing.evidence.model_dump(),
            "score": standing.score,
            "observed_at": observed_at,
            "memory": memory.model_dump_json(exclude_defaults=True),
        },
    )


def _write_change(
    cursor: Cursor, source_id: str, change: Change, observed_at: datetime, values: Mapping[str, Any]
) -> None:
    cursor.execute(
        read_sql("queries/insert_source_event"),
        {
            "source_id": source_id,
            "observed_at": observed_at,
            "run_id": values["run_id"],
            "batch_id": values["batch_id"],
            "state_before": change.state_before.value,
            "state": change.state.value,
            "reason": change.reason.value,
            "detail": change.detail,
            "weight": change.weight,
            **change.evidence.model_dump(),
        },
    )

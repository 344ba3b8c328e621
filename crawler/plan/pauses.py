"""Pauses of sources: by their file, by somebody until a date, and what state they come back to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError, RunError
from crawler.health import Evidence, Memory, Standing, standing_of
from crawler.resources import read_sql
from crawler.states import SourceState, StateReason


def pause_source(settings: Settings, source_id: str, until: datetime | None, because: str) -> None:
    """Leave a source alone until an instant, or until it is resumed. Raises RunError for what cannot be meant."""
    if not because.strip():
        raise RunError("A pause needs a reason, for those who find it later: --because TEXT")
    if until is not None and until <= datetime.now(timezone.utc):
        raise RunError(f"{until:%Y-%m-%d %H:%M} UTC is over: name a later date, or none to pause until it is resumed")
    with _session(settings) as cursor:
        values = {"source_id": source_id, "until": until, "because": because.strip()}
        cursor.execute(read_sql("queries/pause_source"), values)
        _require_row(cursor, source_id)
        settle_pauses(cursor, source_id)


def resume_source(settings: Settings, source_id: str) -> Standing:
    """End a pause. Raises RunError for a source that nobody paused; one that its file disables stays paused."""
    with _session(settings) as cursor:
        cursor.execute(read_sql("queries/resume_source"), {"source_id": source_id})
        (was_paused,) = _require_row(cursor, source_id)
        if not was_paused:
            raise RunError(f"Source {source_id} was not paused. If it is disabled: `enabled: true` in its file")
        settle_pauses(cursor, source_id)
        return _standing(cursor, source_id)


def accept_source(settings: Settings, source_id: str) -> Standing:
    """Take what a source is like now for its habit: fill rates and readable pages are learnt anew."""
    with _session(settings) as cursor:
        cursor.execute(read_sql("queries/select_memory"), {"source_id": source_id})
        memory, state, now = _require_row(cursor, source_id)
        accepted = Memory.recall(memory).accepting(now)
        cursor.execute(
            "update ingest.source_state set memory = %s where source_id = %s",
            (accepted.model_dump_json(exclude_defaults=True), source_id),
        )
        if state != SourceState.PAUSED and standing_of(accepted).state != state:
            _change(cursor, source_id, state, standing_of(accepted), is_by_operator=False)
        return _standing(cursor, source_id)


def settle_pauses(cursor: Cursor, source_id: str | None = None) -> None:
    """Begin the pauses that are due, and end those whose time is over: of one source, or of all."""
    cursor.execute(read_sql("queries/select_pauses"), {"source_id": source_id})
    for found, state, memory, pause, because, until in cursor.fetchall():
        if pause is None:
            _change(cursor, found, state, standing_of(Memory.recall(memory)), is_by_operator=False)
            continue
        is_by_operator = pause == StateReason.BY_OPERATOR
        told = f"until {until:%Y-%m-%d %H:%M} UTC: {because}" if until else because
        detail = told if is_by_operator else None
        paused = Standing(SourceState.PAUSED, StateReason(pause), detail, None, Evidence(), 0.0)
        _change(cursor, found, state, paused, is_by_operator=is_by_operator)


def _change(cursor: Cursor, source_id: str, before: str, standing: Standing, *, is_by_operator: bool) -> None:
    values = {
        "source_id": source_id,
        "observed_at": None,
        "run_id": None,
        "batch_id": None,
        "state_before": before,
        "state": standing.state.value,
        "reason": standing.reason.value,
        "detail": standing.detail,
        "weight": standing.score,
        **standing.evidence.model_dump(),
        "is_by_operator": is_by_operator,
    }
    cursor.execute(read_sql("queries/update_pause"), values)
    cursor.execute(read_sql("queries/insert_source_event"), values)


def _standing(cursor: Cursor, source_id: str) -> Standing:
    cursor.execute(read_sql("queries/select_standing"), {"source_id": source_id})
    state, reason, detail, since, score = _require_row(cursor, source_id)
    return Standing(SourceState(state), StateReason(reason), detail, since, Evidence(), score)


def _require_row(cursor: Cursor, source_id: str) -> tuple[Any, ...]:
    row = cursor.fetchone()
    if row is None:
        raise RunError(
            f"The database knows no source {source_id!r}: `dateline sources list` shows the names, and `dateline plan` "
            "makes those of new files known"
        )
    return tuple(row)


@contextmanager
def _session(settings: Settings) -> Iterator[Cursor]:
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            yield cursor
    except psycopg2.Error as error:
        raise DatabaseError(f"The source could not be changed: {' '.join(str(error).split())}") from error
    finally:
        database.close()

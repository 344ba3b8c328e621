"""What is due now, taken on lease and packed into batches."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.extras import execute_values

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError, RunError
from crawler.manifests import BatchManifest, DueUrl, EndpointState, RunKind, RunManifest
from crawler.plan.packing import free_of_hosts, pack_batches
from crawler.plan.pauses import settle_pauses
from crawler.plan.recovery import abandon_and_adopt
from crawler.plan.templates import read_templates
from crawler.resources import read_sql
from crawler.runs import BATCH_FILE, RUN_FILE, read_record, write_record
from crawler.sources import check_known
from crawler.sources.model import Source

logger = logging.getLogger(__name__)

MAX_DUE_URLS = 5000
"""Revisits of one source in one run, newest first: after a long pause the old ones wait."""
_RUN_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,119}$")


def plan_run(
    settings: Settings,
    sources: Sequence[Source],
    *,
    only: Collection[str] = (),
    run_id: str | None = None,
) -> RunManifest:
    """Take on what is due, and write its run folder. Called again with the same `run_id` it answers the same.

    `only` names enabled sources to take on now, due or not; those in another batch's hands are in `busy_sources`.
    The files are written before the transaction commits: a crash leaves files without leases, never the reverse.
    Raises RunError for an unusable `run_id`, and for a name in `only` that is unknown, disabled or paused;
    DatabaseError where the database refuses, and then nothing is taken.
    """
    run_id = check_run_id(run_id) if run_id else new_run_id()
    by_id = {source.id: source for source in sources}
    _check_only(only, by_id)
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            cursor.execute(read_sql("queries/lock_plan"))
            if known := find_planned_run(settings, cursor, run_id, RunKind.NEWS):
                return known
            cursor.execute("select now()")
            (now,) = cursor.fetchone()  # type: ignore[misc]
            upsert_sources(cursor, sources)
            settle_pauses(cursor)
            _check_paused(cursor, only)
            register_run(cursor, run_id, RunKind.NEWS, now)
            recovered = abandon_and_adopt(settings, cursor, run_id, now, only)
            due, busy = _take_due(cursor, by_id, only, recovered.source_ids)
            batches = []
            for number, packed in enumerate(pack_batches(due, settings.batch_sources), start=1):
                manifest = _make_manifest(cursor, run_id, f"b{number:03}", now, packed, only)
                batches.append(_write_batch(settings, cursor, manifest, packed))
            run = RunManifest(
                run_id=run_id,
                kind=RunKind.NEWS,
                created_at=now,
                batches=(*recovered.batches, *batches),
                busy_sources=tuple(sorted(busy)),
                abandoned_batches=recovered.abandoned,
            )
            write_record(run_folder(settings, run_id) / RUN_FILE, run)
    except psycopg2.Error as error:
        raise DatabaseError(f"Run {run_id} could not be planned: {' '.join(str(error).split())}") from error
    finally:
        database.close()
    logger.info("Planned run %s: %d batches, %d sources due, %d busy", run_id, len(run.batches), len(due), len(busy))
    return run


def new_run_id() -> str:
    """A name that sorts by time, as in `20261123T004500Z-ab12`."""
    return f"{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def check_run_id(run_id: str) -> str:
    """Raises RunError unless it can be the name of a folder everywhere."""
    if not _RUN_ID.match(run_id):
        raise RunError(
            f"Run id {run_id!r} cannot be used: it names a folder, so keep to letters, digits, `_`, `-`, `.`"
        )
    return run_id


def run_folder(settings: Settings, run_id: str) -> Path:
    """The folder of a run, made when it is not there."""
    folder = settings.runs_dir / run_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def find_planned_run(settings: Settings, cursor: Cursor, run_id: str, kind: RunKind) -> RunManifest | None:
    """The manifest of a run that is planned already. Raises RunError when it is a run of the other kind."""
    cursor.execute("select kind from ingest.run where run_id = %(run_id)s", {"run_id": run_id})
    row = cursor.fetchone()
    if row is None:
        return None
    if row[0] != kind:
        raise RunError(f"Run id {run_id} is taken by a {row[0]} run: give this {kind} run another one")
    return read_record(settings.runs_dir / run_id / RUN_FILE, RunManifest)


def register_run(cursor: Cursor, run_id: str, kind: RunKind, now: datetime) -> None:
    values = {"run_id": run_id, "kind": kind.value, "created_at": now}
    cursor.execute(read_sql("queries/insert_run"), values)


def register_batch(settings: Settings, cursor: Cursor, manifest: BatchManifest, hosts: Collection[str]) -> str:
    """Write down a new batch with its lease; returns its folder's path below the runs folder."""
    path = f"{manifest.run_id}/{manifest.batch_id}"
    values = {
        "run_id": manifest.run_id,
        "batch_id": manifest.batch_id,
        "kind": manifest.kind.value,
        "path": path,
        "hosts": sorted(hosts),
        "lease_seconds": settings.lease_seconds,
        "planned_at": manifest.created_at,
    }
    cursor.execute(read_sql("queries/insert_batch"), values)
    return path


def upsert_sources(cursor: Cursor, sources: Sequence[Source]) -> None:
    """Bring the source files into the database. A source that has no file any more is disabled, never deleted."""
    cursor.execute(read_sql("queries/create_source_file"))
    rows = [(source.id, json.dumps(source.model_dump(mode="json"))) for source in sources]
    execute_values(cursor, "insert into source_file (source_id, definition) values %s", rows)
    cursor.execute(read_sql("queries/begin_write"))
    cursor.execute(read_sql("queries/upsert_sources"))
    cursor.execute(read_sql("queries/disable_absent_sources"))


def _check_only(only: Collection[str], by_id: Mapping[str, Source]) -> None:
    check_known(only, by_id)
    disabled = sorted(name for name in only if not by_id[name].enabled)
    if disabled:
        raise RunError(f"Source {', '.join(disabled)} is disabled: set `enabled: true` in its file to crawl it")


def _check_paused(cursor: Cursor, only: Collection[str]) -> None:
    cursor.execute(read_sql("queries/select_paused_sources"), {"only": sorted(only)})
    if paused := cursor.fetchall():
        told = ", ".join(f"{source_id} ({detail})" for source_id, detail in paused)
        raise RunError(f"Paused: {told}. `dateline sources resume ID` lets a source be crawled again")


def _take_due(
    cursor: Cursor, by_id: Mapping[str, Source], only: Collection[str], recovered: Collection[str]
) -> tuple[list[Source], set[str]]:
    """The sources to crawl now, and those of `only` that are in another batch's hands."""
    cursor.execute(read_sql("queries/select_due_sources"), {"only": sorted(only)})
    due = [by_id[source_id] for (source_id,) in cursor.fetchall() if source_id in by_id]
    cursor.execute(read_sql("queries/select_live_hosts"))
    taken = {host for (host,) in cursor.fetchall()}
    free, sharing = free_of_hosts(due, taken)
    if sharing:
        logger.info("Left for later, their hosts are in another batch: %s", ", ".join(one.id for one in sharing))
    return free, set(only) - {source.id for source in free} - set(recovered)


def _make_manifest(
    cursor: Cursor, run_id: str, batch_id: str, now: datetime, sources: Sequence[Source], only: Collection[str]
) -> BatchManifest:
    values = {"source_ids": [source.id for source in sources], "only": sorted(only), "most": MAX_DUE_URLS}
    cursor.execute(read_sql("queries/select_endpoint_states"), values)
    endpoints = tuple(EndpointState(**row) for row in _rows(cursor))
    cursor.execute(read_sql("queries/select_due_urls"), values)
    due_urls = tuple(DueUrl(**row) for row in _rows(cursor))
    return BatchManifest(
        run_id=run_id,
        batch_id=batch_id,
        kind=RunKind.NEWS,
        created_at=now,
        sources=tuple(source.model_dump(mode="json") for source in sources),
        endpoints=endpoints,
        due_urls=due_urls,
        templates=read_templates(cursor, [source.id for source in sources]),
    )


def _rows(cursor: Cursor) -> list[dict[str, Any]]:
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _write_batch(settings: Settings, cursor: Cursor, manifest: BatchManifest, sources: Sequence[Source]) -> str:
    path = register_batch(settings, cursor, manifest, {host for source in sources for host in source.hosts})
    values = {
        "run_id": manifest.run_id,
        "batch_id": manifest.batch_id,
        "source_ids": [source.id for source in sources],
    }
    cursor.execute(read_sql("queries/lease_sources"), values)
    folder = settings.runs_dir / path
    folder.mkdir(parents=True, exist_ok=True)
    write_record(folder / BATCH_FILE, manifest)
    return path

"""Cleaning and loading again what the archive holds, without a crawl."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError
from crawler.manifests import BatchManifest, RunKind, RunManifest
from crawler.plan.news import check_run_id, find_planned_run, new_run_id, register_batch, register_run, run_folder
from crawler.plan.templates import read_templates
from crawler.records import Capture
from crawler.resources import read_sql
from crawler.runs import BATCH_FILE, CAPTURES_FILE, RUN_FILE, write_record, write_records
from crawler.sources import check_known
from crawler.sources.model import Source

logger = logging.getLogger(__name__)

MAX_CAPTURES = 2000
"""Captures in one batch: some minutes of cleaning."""


def plan_reprocess(
    settings: Settings,
    sources: Sequence[Source],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only: Collection[str] = (),
    other_than_extractor: str | None = None,
    run_id: str | None = None,
) -> RunManifest:
    """Batches over captured pages fetched in [since, until), in the order source, article, time.

    `other_than_extractor` leaves out what this version of the extractor has cleaned last. No lease on sources is
    taken: nothing is fetched. A source without a file is cleaned as its last file said. Raises RunError as `plan_run`.
    """
    run_id = check_run_id(run_id) if run_id else new_run_id()
    files = {source.id: source.model_dump(mode="json") for source in sources}
    chosen = {"since": since, "until": until, "only": sorted(only), "extractor": other_than_extractor}
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            cursor.execute(read_sql("queries/lock_plan"))
            if known := find_planned_run(settings, cursor, run_id, RunKind.REPROCESS):
                return known
            cursor.execute("select now()")
            (now,) = cursor.fetchone()  # type: ignore[misc]
            register_run(cursor, run_id, RunKind.REPROCESS, now)
            cursor.execute(read_sql("queries/select_source_definitions"))
            definitions = {**dict(cursor.fetchall()), **files}
            check_known(only, definitions)
            captures = _stream(database, chosen)
            paths = []
            for number, part in enumerate(_chunks(captures, MAX_CAPTURES), start=1):
                manifest = _make_manifest(cursor, run_id, f"b{number:03}", now, part, definitions)
                paths.append(register_batch(settings, cursor, manifest, ()))
                folder = settings.runs_dir / paths[-1]
                folder.mkdir(parents=True, exist_ok=True)
                write_records(folder / CAPTURES_FILE, part)
                write_record(folder / BATCH_FILE, manifest)
            run = RunManifest(run_id=run_id, kind=RunKind.REPROCESS, created_at=now, batches=tuple(paths))
            write_record(run_folder(settings, run_id) / RUN_FILE, run)
    except psycopg2.Error as error:
        raise DatabaseError(f"Run {run_id} could not be planned: {' '.join(str(error).split())}") from error
    finally:
        database.close()
    logger.info("Planned reprocess run %s: %d batches", run_id, len(run.batches))
    return run


def _stream(database: Connection, chosen: Mapping[str, Any]) -> Iterator[Capture]:
    """The captures page by page: history may be larger than memory."""
    with database.cursor(name="captures") as cursor:
        cursor.itersize = MAX_CAPTURES
        cursor.execute(read_sql("queries/select_captures"), chosen)
        for (record,) in cursor:
            yield Capture.model_validate(record)


def _chunks(captures: Iterator[Capture], most: int) -> Iterator[list[Capture]]:
    while part := list(islice(captures, most)):
        yield part


def _make_manifest(
    cursor: Cursor,
    run_id: str,
    batch_id: str,
    now: datetime,
    captures: Sequence[Capture],
    definitions: Mapping[str, dict[str, Any]],
) -> BatchManifest:
    wanted = sorted({capture.source_id for capture in captures})
    return BatchManifest(
        run_id=run_id,
        batch_id=batch_id,
        kind=RunKind.REPROCESS,
        created_at=now,
        sources=tuple(definitions[source_id] for source_id in wanted),
        templates=read_templates(cursor, wanted),
    )

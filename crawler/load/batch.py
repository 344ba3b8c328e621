"""Loading a batch: staged by COPY, merged by SQL, all in one transaction."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.extras import execute_values
from pydantic import ValidationError

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError, ReconciliationError, RunError
from crawler.load.polling import schedule_endpoints
from crawler.load.staging import stage_batch
from crawler.load.states import judge_sources
from crawler.locks import lock_batch
from crawler.manifests import BatchManifest, RunKind, SourceCounts, Stage, StageReport, StateNotice
from crawler.progress import Progress
from crawler.resources import read_sql
from crawler.runs import BATCH_FILE, read_record, write_record
from crawler.sources.model import Source

logger = logging.getLogger(__name__)

_REPORT_FILE = f"{Stage.LOAD}.json"
_BEFORE_RECONCILING = (
    "load/02_read_captures",
    "load/03_read_articles",
    "load/04_find_versions",
    "load/05_merge_articles",
    "load/06_update_articles",
    "load/07_find_outcomes",
)
_AFTER_RECONCILING = (
    "load/09_insert_outcomes",
    "load/09a_record_events",
    "load/09b_queue_stories",
    "load/09c_make_search_documents",
    "load/09d_write_search_documents",
    "load/10_update_urls",
    "load/11_update_endpoints",
)
_AT_LAST = ("load/12_count_sources", "load/13_finish_batch")
_STEPS = 10 + len(_BEFORE_RECONCILING) + len(_AFTER_RECONCILING) + len(_AT_LAST)


def load_batch(settings: Settings, batch_dir: Path, progress: Progress) -> StageReport:
    """Load what crawl and clean left in a batch folder. A batch that is loaded changes nothing and is reported again.

    A batch that the database does not know (it was restored, or the folder comes from elsewhere) is registered first.
    Raises RunError for a folder that clean has not finished, that another process is at work on, or that holds other
    records; ReconciliationError where outcomes and discoveries differ. Nothing is committed then, nor where the
    database refuses (DatabaseError).
    """
    with lock_batch(batch_dir, Stage.LOAD):
        return _load(settings, batch_dir, progress)


def _load(settings: Settings, batch_dir: Path, progress: Progress) -> StageReport:
    manifest = read_record(batch_dir / BATCH_FILE, BatchManifest)
    started_at = datetime.now(timezone.utc)
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            if not _begin(settings, cursor, manifest):
                logger.info("Batch %s/%s is loaded already", manifest.run_id, manifest.batch_id)
            else:
                _merge(cursor, batch_dir, manifest, started_at, progress)
        with database, database.cursor() as cursor:
            report = _make_report(cursor, manifest)
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise DatabaseError(f"Batch {manifest.run_id}/{manifest.batch_id} could not be loaded: {said}") from error
    finally:
        database.close()
    if not _is_written(batch_dir, report):
        write_record(batch_dir / _REPORT_FILE, report)
    progress(_STEPS, _STEPS, "loaded")
    return report


def _begin(settings: Settings, cursor: Cursor, manifest: BatchManifest) -> bool:
    """Register the batch if need be, and lock it. False when it is loaded: a second loader waits here for the first."""
    values: dict[str, Any] = {
        "run_id": manifest.run_id,
        "batch_id": manifest.batch_id,
        "kind": manifest.kind.value,
        "path": f"{manifest.run_id}/{manifest.batch_id}",
        "hosts": [],
        "lease_seconds": settings.lease_seconds,
        "created_at": manifest.created_at,
        "planned_at": manifest.created_at,
    }
    cursor.execute(read_sql("queries/begin_write"))
    cursor.execute(read_sql("queries/insert_run"), values)
    cursor.execute(read_sql("queries/insert_batch"), values)
    cursor.execute(read_sql("queries/lock_batch"), values)
    (state,) = cursor.fetchone()  # type: ignore[misc]
    return bool(state != "loaded")


def _merge(cursor: Cursor, batch_dir: Path, manifest: BatchManifest, started_at: datetime, progress: Progress) -> None:
    sources = _read_sources(batch_dir, manifest)
    read_record(batch_dir / f"{Stage.CLEAN}.json", StageReport)  # clean has ended
    crawl_file = batch_dir / f"{Stage.CRAWL}.json"
    crawled = read_record(crawl_file, StageReport) if crawl_file.exists() else None
    is_news = manifest.kind is RunKind.NEWS
    values: dict[str, Any] = {
        "run_id": manifest.run_id,
        "batch_id": manifest.batch_id,
        "created_at": manifest.created_at,
        "started_at": started_at,
        "is_news": is_news,
        "is_stopped": is_news and (crawled is None or not crawled.is_complete),
        "is_crawled": is_news and crawled is not None,
    }
    done = 0

    def tick(note: str) -> None:
        nonlocal done
        done += 1
        progress(done, _STEPS, note)

    cursor.execute(read_sql("load/00_prepare"))
    _register_sources(cursor, sources)
    cursor.execute(read_sql("load/01_create_staging"))
    stage_batch(cursor, batch_dir, sources, crawled, tick)
    for step in _BEFORE_RECONCILING:
        tick(step)
        cursor.execute(read_sql(step), values)
    tick("reconcile")
    _reconcile(cursor, manifest, values)
    for step in _AFTER_RECONCILING:
        tick(step)
        cursor.execute(read_sql(step), values)
    tick("schedule")
    hours = schedule_endpoints(cursor, sources, values)
    for step in _AT_LAST:
        tick(step)
        cursor.execute(read_sql(step), values)
    tick("states")
    judge_sources(cursor, sources, values, hours)


def _read_sources(batch_dir: Path, manifest: BatchManifest) -> dict[str, Source]:
    try:
        sources = [Source.model_validate(definition) for definition in manifest.sources]
    except ValidationError as error:
        raise RunError(f"{batch_dir / BATCH_FILE}: holds a source that this version cannot read: {error}") from error
    return {source.id: source for source in sources}


def _register_sources(cursor: Cursor, sources: dict[str, Source]) -> None:
    """Make sure that the sources are known, and let no other load of theirs run at the same time."""
    cursor.execute(read_sql("queries/create_source_file"))
    rows = [(source.id, json.dumps(source.model_dump(mode="json"))) for source in sources.values()]
    execute_values(cursor, "insert into source_file (source_id, definition) values %s", rows)
    cursor.execute(read_sql("queries/select_unknown_sources"))
    if unknown := [source_id for (source_id,) in cursor.fetchall()]:
        cursor.execute("delete from source_file where source_id <> all(%s)", (unknown,))
        cursor.execute(read_sql("queries/upsert_sources"))
    cursor.execute(read_sql("queries/lock_sources"), {"source_ids": sorted(sources)})


def _reconcile(cursor: Cursor, manifest: BatchManifest, values: dict[str, Any]) -> None:
    cursor.execute(read_sql("load/08_find_unreconciled"), values)
    rows = cursor.fetchall()
    if not rows:
        return
    faults = defaultdict(list)
    for source_id, discovered, outcomes, fault, urls, example in rows:
        faults[f"{source_id}: discovered {discovered}, outcomes {outcomes}"].append(
            f"{urls} {fault} (for one, {example})"
        )
    found = "; ".join(f"{counts}: {', '.join(told)}" for counts, told in faults.items())
    raise ReconciliationError(
        f"Batch {manifest.run_id}/{manifest.batch_id} does not add up, so nothing of it is loaded. {found}. "
        "Crawl or clean lost URLs: run both again on this batch, and keep the folder for a report if it stays so"
    )


def _make_report(cursor: Cursor, manifest: BatchManifest) -> StageReport:
    """The report as the database has it: the same whenever it is asked for."""
    values = {"run_id": manifest.run_id, "batch_id": manifest.batch_id}
    # No statistics know a run that is new: the planner would take its outcomes for one row, and go through all of them
    # again for each source.
    cursor.execute("set local enable_nestloop = off")
    cursor.execute(read_sql("queries/select_batch_times"), values)
    started_at, finished_at = cursor.fetchone()  # type: ignore[misc]
    cursor.execute(read_sql("queries/select_batch_notices"), values)
    notices: dict[str, list[StateNotice]] = defaultdict(list)
    for source_id, *notice in cursor:
        notices[source_id].append(StateNotice(**dict(zip(StateNotice.model_fields, notice, strict=True))))
    cursor.execute(read_sql("queries/select_batch_counts"), values)
    sources = {
        source_id: SourceCounts(
            discovered=discovered,
            known=known,
            captured=captured,
            cleaned=cleaned,
            outcomes=outcomes,
            reasons=reasons,
            versions=versions,
            endpoints_visited=visited,
            endpoints_failed=failed,
            notices=tuple(notices[source_id]),
        )
        for source_id, discovered, known, captured, cleaned, versions, outcomes, reasons, visited, failed in cursor
    }
    return StageReport(
        stage=Stage.LOAD,
        run_id=manifest.run_id,
        batch_id=manifest.batch_id,
        started_at=started_at,
        finished_at=finished_at,
        is_complete=True,
        sources=sources,
    )


def _is_written(batch_dir: Path, report: StageReport) -> bool:
    """Whether the folder has this report, so that a second load leaves the file alone too."""
    path = batch_dir / _REPORT_FILE
    try:
        return path.exists() and read_record(path, StageReport) == report
    except RunError:
        return False

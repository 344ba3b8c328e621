"""Batches of runs that died: adopted while there is hope, then abandoned without losing what they captured.

A batch whose lease ran out before it was loaded goes into the next run as it is, in the same folder: crawl, clean and
load go on where they stopped. After MAX_ATTEMPTS runs it is abandoned, because something in it kills its runs. Then
its sources are free again, and the pages that its archive holds become a reprocess batch of the abandoning run: cleaned
and loaded, not crawled. Its other URLs are found again by the next crawl, since neither they nor the validators of its
feeds count as seen before a load. A reprocess or import batch that is abandoned in turn is only reported: its bytes
stay in the archive, and it holds no source.

A batch that a process is at work on is left to it, whatever its lease says: the database may have been out of reach.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.archive import salvage_folder
from crawler.archive.places import archive_folder, spool_dir
from crawler.config import Settings
from crawler.errors import ArchiveError
from crawler.locks import is_at_work, lock_batch
from crawler.manifests import BatchManifest, RunKind, Stage
from crawler.records import Capture, FetchOutcome
from crawler.resources import read_sql
from crawler.runs import BATCH_FILE, CAPTURES_FILE, FETCHES_FILE, read_record, read_records, write_record, write_records

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Recovered:
    """Batches for this run, the sources that are in them, and batches that were given up."""

    batches: tuple[str, ...]
    source_ids: frozenset[str]
    abandoned: tuple[str, ...]


def abandon_and_adopt(
    settings: Settings, cursor: Cursor, run_id: str, now: datetime, only: Collection[str]
) -> Recovered:
    """Take over the batches whose lease ran out; with `only`, those that hold one of these sources."""
    cursor.execute(read_sql("queries/select_expired_batches"), {"only": sorted(only)})
    batches: list[str] = []
    abandoned: list[str] = []
    sources: set[str] = set()
    for old_run_id, old_batch_id, path, attempts, source_ids in cursor.fetchall():
        if is_at_work(settings.runs_dir / path):
            logger.warning("The lease of batch %s ran out, and a process is at work on it: it is left alone", path)
            continue
        values = {"run_id": old_run_id, "batch_id": old_batch_id, "lease_seconds": settings.lease_seconds}
        if attempts < MAX_ATTEMPTS and (settings.runs_dir / path / BATCH_FILE).exists():
            cursor.execute(read_sql("queries/adopt_batch"), values)
            logger.warning("Adopted batch %s of a run that did not load it (try %d)", path, attempts + 1)
            batches.append(path)
            sources.update(source_ids)
            continue
        cursor.execute(read_sql("queries/abandon_batch"), values)
        cursor.execute(read_sql("queries/free_sources"), values)
        abandoned.append(path)
        salvaged = _salvage(settings, cursor, run_id, f"s{len(abandoned):03}", path, now)
        logger.error(
            "Abandoned batch %s after %d tries; its sources %s are free again; %s",
            path,
            attempts,
            ", ".join(source_ids) or "(none)",
            f"its captures go on as {salvaged}" if salvaged else "it has no captures to go on with",
        )
        if salvaged:
            batches.append(salvaged)
    return Recovered(tuple(batches), frozenset(sources), tuple(abandoned))


def _salvage(settings: Settings, cursor: Cursor, run_id: str, batch_id: str, path: str, now: datetime) -> str | None:
    """Make a reprocess batch of an abandoned batch's captures; None when there are none."""
    folder = settings.runs_dir / path
    if not (folder / BATCH_FILE).exists():
        return None
    old = read_record(folder / BATCH_FILE, BatchManifest)
    if old.kind is not RunKind.NEWS:
        return None
    captures = _captured_pages(settings, old, folder)
    if not captures:
        return None
    manifest = BatchManifest(
        run_id=run_id,
        batch_id=batch_id,
        kind=RunKind.REPROCESS,
        created_at=now,
        sources=old.sources,
        templates=old.templates,
    )
    new_path = f"{run_id}/{batch_id}"
    values = {
        "run_id": run_id,
        "batch_id": batch_id,
        "kind": RunKind.REPROCESS.value,
        "path": new_path,
        "hosts": [],
        "lease_seconds": settings.lease_seconds,
        "planned_at": now,
    }
    cursor.execute(read_sql("queries/insert_batch"), values)
    new_folder = settings.runs_dir / new_path
    new_folder.mkdir(parents=True, exist_ok=True)
    write_records(new_folder / CAPTURES_FILE, captures)
    write_record(new_folder / BATCH_FILE, manifest)
    return new_path


def _captured_pages(settings: Settings, batch: BatchManifest, folder: Path) -> list[Capture]:
    """The pages in a batch's archive, whose files are made whole: no crawl will come back to them."""
    try:
        with lock_batch(folder, Stage.CRAWL):
            found = salvage_folder(settings.archive_url, archive_folder(batch), spool_dir(folder))
    except ArchiveError as error:
        logger.warning("%s", error)
        return list(read_records(folder / CAPTURES_FILE, Capture))
    # Kept as evidence, and no page to clean: it was too large, or an error.
    evidence = {fetch.capture for fetch in read_records(folder / FETCHES_FILE, FetchOutcome) if fetch.capture}
    return [capture for capture in found if 200 <= capture.http_status < 300 and capture not in evidence]

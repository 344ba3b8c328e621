"""Keeping a batch while a stage works on it, and letting it go."""

from __future__ import annotations

from pathlib import Path

import psycopg2

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError, RunError
from crawler.locks import is_at_work
from crawler.manifests import BatchManifest
from crawler.resources import read_sql
from crawler.runs import BATCH_FILE, read_record


def renew_lease(settings: Settings, batch_dir: Path) -> str | None:
    """Start the batch's lease anew. A batch may wait long for a worker, and long in one's hands.

    Returns the batch's state: planned, or loaded or abandoned, and then there is no lease to renew; None for a batch
    that the database does not know.
    """
    return _update(settings, batch_dir, "queries/renew_lease", "renewed")


def release_lease(settings: Settings, batch_dir: Path) -> None:
    """End the lease of a batch that failed, so that the next plan adopts it and need not wait for the lease's end.

    Raises RunError when a stage is at work on it, and when there is nothing to release: it is loaded, given up, or
    unknown.
    """
    name = f"{batch_dir.parent.name}/{batch_dir.name}"
    if is_at_work(batch_dir):
        raise RunError(f"{name} is being worked on: wait for the end of that process, or stop it, then release")
    state = _update(settings, batch_dir, "queries/release_lease", "released")
    if state != "planned":
        raise RunError(f"{name} has no lease to release: it is {state or 'unknown to this database'}")


def _update(settings: Settings, batch_dir: Path, query: str, done: str) -> str | None:
    manifest = read_record(batch_dir / BATCH_FILE, BatchManifest)
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            values = {
                "run_id": manifest.run_id,
                "batch_id": manifest.batch_id,
                "lease_seconds": settings.lease_seconds,
            }
            cursor.execute(read_sql(query), values)
            row = cursor.fetchone()
            return None if row is None else str(row[0])
    except psycopg2.Error as error:
        raise DatabaseError(f"The lease of {batch_dir} could not be {done}: {' '.join(str(error).split())}") from error
    finally:
        database.close()

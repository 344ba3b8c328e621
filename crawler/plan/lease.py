"""Keeping a batch while a stage works on it."""

from __future__ import annotations

from pathlib import Path

import psycopg2

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError
from crawler.records import BatchManifest
from crawler.resources import read_sql
from crawler.runs import BATCH_FILE, read_record


def renew_lease(settings: Settings, batch_dir: Path) -> str | None:
    """Start the batch's lease anew. A batch may wait long for a worker, and long in one's hands.

    Returns the batch's state: planned, or loaded or abandoned, and then there is no lease to renew; None for a batch
    that the database does not know.
    """
    manifest = read_record(batch_dir / BATCH_FILE, BatchManifest)
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            values = {
                "run_id": manifest.run_id,
                "batch_id": manifest.batch_id,
                "lease_seconds": settings.lease_seconds,
            }
            cursor.execute(read_sql("queries/renew_lease"), values)
            row = cursor.fetchone()
            return None if row is None else str(row[0])
    except psycopg2.Error as error:
        raise DatabaseError(f"The lease of {batch_dir} could not be renewed: {' '.join(str(error).split())}") from error
    finally:
        database.close()

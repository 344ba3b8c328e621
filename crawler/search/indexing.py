"""Making the documents that search reads, for articles that were there before it or after its rules have changed."""

from __future__ import annotations

import time

import psycopg2

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError
from crawler.progress import Progress
from crawler.resources import read_sql

_ARTICLES_AT_ONCE = 500
_WAIT_FOR_LOADS_SECONDS = 0.5


def reindex_search(settings: Settings, progress: Progress, *, everything: bool = False) -> int:
    """Make the documents of the articles that wait, newest first; returns how many were written.

    `everything`: look at all articles anew. Each step is a short transaction that holds up no load; what is done
    stays done when this is broken off. Raises DatabaseError where the database refuses.
    """
    database = connect(settings)
    written = 0
    try:
        if everything:
            with database, database.cursor() as cursor:
                cursor.execute(read_sql("queries/queue_all_search_documents"))
        total = None
        while True:
            with database, database.cursor() as cursor:
                cursor.execute(read_sql("queries/select_search_backlog"))
                (waiting,) = cursor.fetchone()  # type: ignore[misc]
                total = max(total or 0, waiting)
                progress(total - waiting, total, f"{written} documents written")
                if not waiting:
                    return written
                cursor.execute("set local jit = off")
                cursor.execute(read_sql("queries/select_waiting_search_documents"), {"articles": _ARTICLES_AT_ONCE})
                written += cursor.rowcount
                cursor.execute(read_sql("load/09d_write_search_documents"), {})
                cursor.execute(read_sql("queries/select_search_backlog"))
                (left,) = cursor.fetchone()  # type: ignore[misc]
            if left == waiting:
                time.sleep(_WAIT_FOR_LOADS_SECONDS)
    except psycopg2.Error as error:
        raise DatabaseError(f"The articles could not be made searchable: {' '.join(str(error).split())}") from error
    finally:
        database.close()

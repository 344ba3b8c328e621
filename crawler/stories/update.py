"""Stories kept right: of the articles that wait, or of all anew."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError
from crawler.progress import Progress, no_progress
from crawler.resources import read_sql
from crawler.stories.settling import settle_stories
from crawler.stories.signing import sign_pending

_log = logging.getLogger(__name__)

BATCH = 1000
_LOCK = "hashtextextended('dateline stories', 0)"
_COUNT = "select count(*) from ingest.story_pending"


@dataclass(frozen=True)
class StoriesReport:
    """`articles` were judged; `waiting` is what is left in the queue. Not `is_done`: another process is at it."""

    articles: int
    waiting: int
    is_done: bool = True


def update_stories(
    settings: Settings,
    progress: Progress = no_progress,
    *,
    most: int | None = None,
    wait: bool = True,
    batch: int = BATCH,
) -> StoriesReport:
    """Find the stories of the articles that wait, up to `most`; in batches, each in a transaction of its own.

    A second run changes nothing. While another process does this, it is waited for, or with `wait` false left to go on.
    Raises DatabaseError; what was done until then is kept.
    """
    with _at_work(settings, wait) as database:
        if database is None:
            return StoriesReport(0, 0, is_done=False)
        done, total = 0, _count(database)
        if most is not None:
            total = min(total, most)
        while most is None or done < most:
            with database, database.cursor() as cursor:
                cursor.execute(read_sql("queries/begin_write"))
                signed = sign_pending(cursor, batch if most is None else min(batch, most - done))
                settle_stories(cursor, signed.touched)
            if not signed.taken:
                break
            done += signed.taken
            progress(done, max(total, done), "finding stories")
        return StoriesReport(done, _count(database))


def rebuild_stories(settings: Settings, progress: Progress = no_progress, *, batch: int = BATCH) -> StoriesReport:
    """Find all stories anew, in one transaction: until it ends, readers see the stories as they were.

    The result is that of `update_stories`. Raises DatabaseError; nothing is changed then.
    """
    with _at_work(settings, wait=True) as database:
        assert database is not None  # noqa: S101
        with database, database.cursor() as cursor:
            cursor.execute(read_sql("queries/begin_write"))
            cursor.execute(read_sql("stories/30_forget_all"))
            cursor.execute(_COUNT)
            (total,) = cursor.fetchone()  # type: ignore[misc]
            done = 0
            touched: set[int] = set()
            while (signed := sign_pending(cursor, batch)).taken:
                touched |= signed.touched
                done += signed.taken
                progress(done, max(total, done), "reading texts")
            articles = len(touched)
            settled: set[int] = set()
            waiting = sorted(touched)
            for start in range(0, articles, batch):
                settled |= settle_stories(cursor, set(waiting[start : start + batch]) - settled)
                progress(min(start + batch, articles), articles, "finding stories")
        return StoriesReport(articles, _count(database))


@contextmanager
def _at_work(settings: Settings, wait: bool) -> Iterator[Connection | None]:
    """A connection that keeps others from this work; None while another process is at it that is not waited for."""
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            cursor.execute(f"select {'pg_advisory_lock' if wait else 'pg_try_advisory_lock'}({_LOCK})")
            (got,) = cursor.fetchone()  # type: ignore[misc]
        yield None if got is False else database
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise DatabaseError(f"Stories could not be found: {said}. `dateline stories update` goes on") from error
    finally:
        database.close()


def _count(database: Connection) -> int:
    with database, database.cursor() as cursor:
        cursor.execute(_COUNT)
        (count,) = cursor.fetchone()  # type: ignore[misc]
    return int(count)

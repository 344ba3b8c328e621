"""From the archived pages of a source to a stored version of what its site is like."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timezone

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812

from crawler.clean.arguments import extract_arguments
from crawler.clean.memory import Observation, learn
from crawler.clean.payload import Payload, read_payload
from crawler.clean.pool import PageTask, WorkerPool
from crawler.clean.reject import Rejected
from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError
from crawler.learning.store import store_template
from crawler.progress import Progress, no_progress
from crawler.records import Capture, Record
from crawler.resources import read_sql
from crawler.sources import check_known
from crawler.sources.model import Source

logger = logging.getLogger(__name__)

MOST_PAGES = 200
_WINDOW_DAYS = 90
"""Before the newest page. Older ones tell of layouts that are gone."""
_OBSERVING = (sys.executable, "-m", "crawler.learning.observer")


class Learned(Record):
    """What came of one source. `version` is the current one, None where too little is known; `is_new`: since now."""

    source_id: str
    pages: int = 0
    stories: int = 0
    version: str | None = None
    is_new: bool = False


def learn_sources(
    settings: Settings,
    sources: Sequence[Source],
    *,
    only: Collection[str] = (),
    most: int = MOST_PAGES,
    now: datetime | None = None,
    progress: Progress = no_progress,
) -> list[Learned]:
    """Learn the sites of the sources (or of those in `only`), each from up to `most` pages of its last 90 days.

    A version is stored where it differs from the current one in what it does. A source of which too little is archived
    keeps what is known of it. Each source is committed for itself. Raises ConfigError for a name that is unknown, and
    DatabaseError.
    """
    by_id = {source.id: source for source in sources}
    check_known(only, by_id)
    chosen = [by_id[name] for name in sorted(only)] if only else list(sources)
    moment = now or datetime.now(timezone.utc)
    database = connect(settings)
    found = []
    try:
        with WorkerPool(
            settings.clean_workers, settings.page_seconds, settings.page_memory_bytes, command=_OBSERVING
        ) as pool:
            for done, source in enumerate(chosen, start=1):
                captures = _select_captures(database, source.id, most)
                observations = list(_observe(settings, pool, source, captures))
                template = learn(observations, moment)
                version, is_new = store_template(database, source.id, template)
                learned = Learned(
                    source_id=source.id,
                    pages=len(observations),
                    stories=template.stories if template else 0,
                    version=version,
                    is_new=is_new,
                )
                logger.info("%s", learned.model_dump_json())
                found.append(learned)
                progress(done, len(chosen), source.id)
    except psycopg2.Error as error:
        raise DatabaseError(f"What sites are like could not be stored: {' '.join(str(error).split())}") from error
    finally:
        database.close()
    return found


def _select_captures(database: Connection, source_id: str, most: int) -> list[Capture]:
    values = {"source_id": source_id, "days": _WINDOW_DAYS, "most": most}
    with database, database.cursor() as cursor:
        cursor.execute(read_sql("queries/select_template_captures"), values)
        return [Capture.model_validate(record) for (record,) in cursor.fetchall()]


def _observe(
    settings: Settings, pool: WorkerPool, source: Source, captures: Sequence[Capture]
) -> Iterator[Observation]:
    """What the pages tell that are articles and still in the archive."""

    def tasks() -> Iterator[PageTask]:
        for capture in captures:
            payload = read_payload(settings.archive_url, capture, source.limits.max_bytes)
            if isinstance(payload, Payload):
                yield PageTask(payload.body, {**extract_arguments(capture, source), "headers": payload.headers})

    for answer in pool.clean(tasks()):
        if not isinstance(answer, Rejected):
            yield Observation.model_validate_json(answer)

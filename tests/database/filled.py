"""A database as an older version left it, filled, and a server of another version to have it on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.database import connect_url
from crawler.database.lock_waits import LockWaits, log_wait
from crawler.database.migrations import Migration, apply_file, read_migrations
from crawler.resources import resource_dir

LAST_UNCHECKED = 12
"""Migrations up to this one came before the harness, and are what an old database has."""
BIG_TABLES = (
    "news.article",
    "news.article_version",
    "news.article_event",
    "ingest.url",
    "ingest.capture",
    "ingest.outcome",
)
ROWS = 5_000
_FILL = Path(__file__).with_name("filled.sql")
_OLD_VIEW = Path(__file__).with_name("old_source_run.sql")


def migration_files() -> list[Migration]:
    return read_migrations(resource_dir("sql") / "migrations")


@contextmanager
def lock_waits(url: str, seconds: float = 30) -> Iterator[LockWaits]:
    with closing(connect_url(url)) as database, LockWaits(database, url, seconds, log_wait) as waits:
        yield waits


def fill_old_database(url: str, rows: int = ROWS) -> None:
    """Apply the old migrations to an empty database, and put `rows` rows into each of the big tables."""
    with lock_waits(url) as waits:
        for file in migration_files()[:LAST_UNCHECKED]:
            apply_file(waits, file, "queries/insert_migration")
        waits.run("set local role dateline_owner", _OLD_VIEW.read_text(encoding="utf-8"))
        waits.run("set local role dateline_owner", (_FILL.read_text(encoding="utf-8"), {"rows": rows}))


def relfilenodes(cursor: Cursor) -> dict[str, int]:
    """Where the rows of the big tables and of their indexes lie, by the table's oid: another place is a rewrite."""
    cursor.execute(
        "select c.oid::text, c.relfilenode from pg_class c left join pg_index i on i.indexrelid = c.oid "
        "where coalesce(i.indrelid, c.oid) = any(%s::text[]::regclass[]) and c.relkind in ('r', 'i')",
        (list(BIG_TABLES),),
    )
    return dict(cursor.fetchall())


def copy_of_migrations(folder: Path) -> Path:
    return Path(shutil.copytree(resource_dir("sql") / "migrations", folder / "migrations"))

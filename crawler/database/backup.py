"""Backs the schemas of Dateline up with `pg_dump`: one snapshot, whatever is loaded meanwhile."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812

from crawler import __version__
from crawler.config import Settings
from crawler.database.backup_files import (
    BackupManifest,
    ProgressMaker,
    finish,
    list_files,
    require_new,
    unfinished,
)
from crawler.database.client_tools import find_tool, run_tool
from crawler.database.connection import connect, database_url, describe_url
from crawler.errors import ConfigError, DatabaseError
from crawler.progress import Progress
from crawler.resources import read_sql, resource_dir

SCHEMAS = ("news", "ingest")
_EXTENSION = re.compile(r'^\s*create extension (?:if not exists )?"?([a-z_0-9-]+)', re.IGNORECASE | re.MULTILINE)


def back_up(settings: Settings, target: Path, jobs: int, show: ProgressMaker) -> BackupManifest:
    """Write a backup to `target`: a file, or with several jobs a folder. It is there whole, or not at all.

    Raises ConfigError where the target cannot be written, and DatabaseError where `pg_dump` fails.
    """
    require_new(target)
    url = database_url(settings, "owner")
    database = connect(settings, role="owner", check_schema=False)
    try:
        server_major = database.server_version // 10000
        tool = find_tool("pg_dump", server_major, is_embedded=settings.database_url is None)
        with database, database.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            _require_schema(database)
            cursor.execute("select pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()  # type: ignore[misc]
            cursor.execute(read_sql("queries/select_schema_number"))
            (schema_number,) = cursor.fetchone()  # type: ignore[misc]
            cursor.execute(read_sql("queries/backup_extensions"), {"names": our_extensions()})
            extensions = [name for (name,) in cursor.fetchall()]
            row_counts = count_rows(database, show("count"))
            with unfinished(target) as folder:
                written = folder / "dump"
                arguments = [
                    f"--file={written}",
                    f"--snapshot={snapshot}",
                    *(["--format=directory", f"--jobs={jobs}"] if jobs > 1 else ["--format=custom"]),
                    *(f"--schema={name}" for name in SCHEMAS),
                    *(f"--extension={name}" for name in extensions),
                ]
                dumped = LineCounter("dumping contents of table", None, show("dump"), "tables")
                run_tool(tool, arguments, url, dumped.count)
                try:
                    manifest = BackupManifest(
                        made_at=datetime.now(timezone.utc),
                        dateline_version=__version__,
                        schema_number=schema_number,
                        server_major=server_major,
                        tool_major=tool.major,
                        archive_url=settings.archive_url,
                        row_counts=row_counts,
                        files=list_files(written, show("check", in_bytes=True)),
                    )
                    finish(written, target, manifest)
                except OSError as error:
                    raise ConfigError(f"{target} cannot be written: {error.strerror}: make room") from error
    except psycopg2.Error as error:
        raise DatabaseError(f"{describe_url(url)}: {' '.join(str(error).split())}") from error
    finally:
        database.close()
    return manifest


def count_rows(database: Connection, progress: Progress) -> dict[str, int]:
    """The rows of each of our tables, by `schema.table`."""
    counts = {}
    with database.cursor() as cursor:
        cursor.execute(read_sql("queries/backup_tables"))
        tables = cursor.fetchall()
        for number, (schema, table) in enumerate(tables, start=1):
            name = sql.Identifier(schema, table)
            cursor.execute(sql.SQL("select count(*) from {}").format(name))
            (counts[f"{schema}.{table}"],) = cursor.fetchone()  # type: ignore[misc]
            progress(number, len(tables), "rows")
    return counts


def our_extensions() -> list[str]:
    """The extensions that our migrations make."""
    files = (resource_dir("sql") / "migrations").glob("*.sql")
    return sorted({name for file in files for name in _EXTENSION.findall(file.read_text(encoding="utf-8"))})


def _require_schema(database: Connection) -> None:
    with database.cursor() as cursor:
        cursor.execute("select to_regclass('ingest.migration') is not null")
        if not cursor.fetchone()[0]:  # type: ignore[index]
            raise DatabaseError(f"{describe_url(database.dsn)}: there is nothing of Dateline's to back up")


class LineCounter:
    """Counts the lines in which a program says that it has come to another table."""

    def __init__(self, words: str, total: int | None, progress: Progress, note: str) -> None:
        self._words = words
        self._total = total
        self._progress = progress
        self._note = note
        self._done = 0

    def count(self, line: str) -> None:
        if self._words in line:
            self._done += 1
            self._progress(self._done, self._total, self._note)

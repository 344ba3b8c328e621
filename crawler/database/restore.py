"""Restores a backup into an empty database with `pg_restore`, and sees that all of it came back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812

from crawler.config import Settings
from crawler.database.backup import SCHEMAS, LineCounter, count_rows
from crawler.database.backup_files import BackupManifest, ProgressMaker, read_manifest, require_whole
from crawler.database.checks import CheckResult, run_checks
from crawler.database.client_tools import ClientTool, find_tool, run_tool
from crawler.database.connection import connect, database_url, describe_url, newest_migration_number
from crawler.database.migrations import Migration, migrate
from crawler.errors import DatabaseError
from crawler.resources import read_sql

_END_OF_ROLES = "set local role dateline_owner;"


@dataclass(frozen=True)
class Restored:
    """What came back, what was migrated on top of it, and the checks of the data."""

    manifest: BackupManifest
    applied: list[Migration]
    checks: list[CheckResult]


def restore(settings: Settings, backup: Path, jobs: int, *, replace: bool, show: ProgressMaker) -> Restored:
    """Restore a backup, compare the rows of each table, bring the schema to this version, and check the data.

    `replace` gives up what the database holds. Without several jobs it is one transaction. Raises ConfigError for what
    is no backup, and DatabaseError where it is damaged, the database does not fit or holds data, or a step fails.
    """
    manifest = read_manifest(backup)
    if manifest.schema_number > newest_migration_number():
        raise DatabaseError(
            f"{backup} has the schema {manifest.schema_number}, newer than the {newest_migration_number()} that this "
            f"version knows: install Dateline {manifest.dateline_version} or newer"
        )
    require_whole(backup, manifest, show("check", in_bytes=True))
    url = database_url(settings, "owner")
    database = connect(settings, role="owner", check_schema=False)
    try:
        tool = _fitting_tool(settings, database, manifest, backup)
        with database, database.cursor() as cursor:
            cursor.execute(read_sql("queries/lock_migrations"))
        _require_empty(database, replace=replace)
        _clear(database)
        _make_roles(database)
        _run(tool, backup, jobs, url, database, show)
        _compare(database, manifest, show)
        _analyze(database)
    except psycopg2.Error as error:
        raise DatabaseError(f"{describe_url(url)}: {' '.join(str(error).split())}") from error
    finally:
        database.close()
    return Restored(manifest, migrate(settings), run_checks(settings))


def _fitting_tool(settings: Settings, database: Connection, manifest: BackupManifest, backup: Path) -> ClientTool:
    server_major = database.server_version // 10000
    if server_major < manifest.server_major:
        raise DatabaseError(
            f"{backup} is of PostgreSQL {manifest.server_major}, and {describe_url(database.dsn)} is PostgreSQL "
            f"{server_major}: restore it into PostgreSQL {manifest.server_major} or newer"
        )
    least = max(server_major, manifest.tool_major)
    return find_tool("pg_restore", least, is_embedded=settings.database_url is None)


def _require_empty(database: Connection, *, replace: bool) -> None:
    where = describe_url(database.dsn)
    with database, database.cursor() as cursor:
        cursor.execute(read_sql("queries/restore_state"))
        has_schemas, is_ours = cursor.fetchone()  # type: ignore[misc]
        if not has_schemas:
            return
        if not is_ours:
            raise DatabaseError(f"{where}: it has a schema news or ingest that is not Dateline's: restore elsewhere")
        cursor.execute(read_sql("queries/restore_holds_data"))
        (holds_data,) = cursor.fetchone()  # type: ignore[misc]
        if holds_data and not replace:
            raise DatabaseError(
                f"{where}: it holds data already. Restore into an empty database; "
                "--replace gives up what this one holds"
            )


def _clear(database: Connection) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, SCHEMAS))
    with database, database.cursor() as cursor:
        cursor.execute(sql.SQL("drop schema if exists {} cascade").format(names))


def _make_roles(database: Connection) -> None:
    """As the first migration does, with its own words: all that it does before it becomes the owner."""
    text, found, _ = read_sql("migrations/0001_create_roles_and_schemas").partition(_END_OF_ROLES)
    if not found:
        raise DatabaseError(f"the first migration has no line {_END_OF_ROLES!r}: install Dateline again")
    with database, database.cursor() as cursor:
        cursor.execute(text)


def _run(tool: ClientTool, backup: Path, jobs: int, url: str, database: Connection, show: ProgressMaker) -> None:
    arguments = [
        "--exit-on-error",
        "--no-owner",
        "--no-tablespaces",
        "--role=dateline_owner",
        f"--jobs={jobs}" if jobs > 1 else "--single-transaction",
        str(backup),
    ]
    restored = LineCounter("processing data for table", None, show("restore"), "tables")
    try:
        run_tool(tool, arguments, url, restored.count)
    except BaseException:
        _clear(database)  # half a database must not be taken for one
        raise


def _compare(database: Connection, manifest: BackupManifest, show: ProgressMaker) -> None:
    with database:
        found = count_rows(database, show("count"))
    wrong = [
        f"{name} has {found.get(name, 'no')} rows, not {manifest.row_counts.get(name, 'any')}"
        for name in sorted({*found, *manifest.row_counts})
        if found.get(name) != manifest.row_counts.get(name)
    ]
    if wrong:
        raise DatabaseError(f"{describe_url(database.dsn)}: not all of it came back: {'; '.join(wrong)}")


def _analyze(database: Connection) -> None:
    """A restored table has no statistics, and queries would be slow until somebody gathers them."""
    with database, database.cursor() as cursor:
        cursor.execute(read_sql("queries/backup_tables"))
        for names in cursor.fetchall():
            cursor.execute(sql.SQL("analyze {}").format(sql.Identifier(*names)))

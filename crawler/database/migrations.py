"""Forward-only migrations: the files of `sql/migrations`, in order, each once; then the views that changed.

Each file runs in a transaction of its own together with its entry in `ingest.migration`, and one session advisory
lock keeps two runners apart. docs/decisions/0001-own-migration-runner.md says why this is our own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psycopg2
from psycopg2 import errors
from psycopg2.extensions import connection as Connection  # noqa: N812

from crawler.config import Settings
from crawler.database.connection import connect, describe_url
from crawler.errors import DatabaseError
from crawler.resources import read_sql, resource_dir

_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_MADE = re.compile(r"^(?:create or replace|drop) (?:view|function) (?:if exists )?([a-z_]+\.[a-z_0-9]+)", re.MULTILINE)

# What `create or replace` refuses: other columns, another result, and to drop what another view stands on.
_NEEDS_REBUILDING = (errors.InvalidTableDefinition, errors.InvalidFunctionDefinition, errors.DependentObjectsStillExist)


@dataclass(frozen=True)
class Migration:
    """One file of `sql/migrations`, or of `sql/views` (number 0). `applied_at` is None while it waits."""

    number: int
    name: str
    content_sha256: str
    path: Path
    applied_at: datetime | None = None


def migrate(settings: Settings, directory: Path | None = None, views_dir: Path | None = None) -> list[Migration]:
    """Apply what waits; returns what was applied now, changed views included. Raises DatabaseError naming the file."""
    files = read_migrations(directory or resource_dir("sql") / "migrations")
    views = _read_views(views_dir or resource_dir("sql") / "views")
    database = connect(settings, role="owner", check_schema=False)
    try:
        with _exclusive(database):
            _require_supported_server(database)
            waiting = [file for file in _with_state(database, files) if file.applied_at is None]
            applied = [_apply(database, file) for file in waiting]
            return applied + _apply_views(database, views)
    finally:
        database.close()


def migration_status(settings: Settings, directory: Path | None = None) -> list[Migration]:
    """All migrations, with when they were applied. Raises DatabaseError where files and database disagree."""
    files = read_migrations(directory or resource_dir("sql") / "migrations")
    database = connect(settings, role="owner", check_schema=False)
    try:
        return _with_state(database, files)
    finally:
        database.close()


def read_migrations(directory: Path) -> list[Migration]:
    """The files in order. Raises DatabaseError for a name or number out of line."""
    files = []
    for expected, path in enumerate(sorted(directory.glob("*.sql")), start=1):
        match = _NAME.match(path.name)
        if match is None:
            raise DatabaseError(f"{path}: name a migration as in 0007_add_claim.sql")
        if int(match[1]) != expected:
            raise DatabaseError(f"{path}: number {expected:04} is expected here: the files must count up without a gap")
        files.append(Migration(expected, path.name, _sha256(path), path))
    return files


def _read_views(directory: Path) -> list[Migration]:
    return [Migration(0, path.name, _sha256(path), path) for path in sorted(directory.glob("*.sql"))]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _with_state(database: Connection, files: Sequence[Migration]) -> list[Migration]:
    """The files with when they were applied, after checking that files and database tell the same story."""
    where = describe_url(database.dsn)
    with database, database.cursor() as cursor:
        cursor.execute("select to_regclass('ingest.migration') is not null")
        if not cursor.fetchone()[0]:  # type: ignore[index]
            return list(files)
        cursor.execute(read_sql("queries/select_migrations"))
        applied = {number: (name, content, at) for number, name, content, at in cursor.fetchall()}
    if len(applied) > len(files):
        raise DatabaseError(
            f"{where}: the schema is at {max(applied)}, newer than the {len(files)} that this version knows. "
            "Install the newer Dateline that migrated it"
        )
    for number, (name, content, _) in applied.items():
        file = files[number - 1] if number <= len(files) else None
        if file is None or number > len(applied):
            raise DatabaseError(f"{where}: {name} is applied, and one before it is not: restore the database's record")
        if file.name != name or file.content_sha256 != content:
            raise DatabaseError(
                f"{file.path}: changed after it was applied as {name}. "
                "Restore the file, and write the change as a new migration"
            )
    return [replace(file, applied_at=applied[file.number][2]) if file.number in applied else file for file in files]


def _applied_views(database: Connection) -> dict[str, str]:
    with database, database.cursor() as cursor:
        cursor.execute("select name, content_sha256 from ingest.view_file")
        return dict(cursor.fetchall())


def _apply_views(database: Connection, views: Sequence[Migration]) -> list[Migration]:
    """Apply the files that changed; where one cannot take the place of what is there, make all of them anew."""
    known = _applied_views(database)
    changed = [view for view in views if known.get(view.name) != view.content_sha256]
    applied = []
    for view in changed:
        try:
            with database:
                applied.append(_apply_view(database, view))
        except _NEEDS_REBUILDING:
            return _rebuild_views(database, views)
        except psycopg2.Error as error:
            raise _not_applied(view, error) from error
    return applied


def _rebuild_views(database: Connection, views: Sequence[Migration]) -> list[Migration]:
    """Drop all that the files make and make it again, in one transaction: readers see the old views or the new ones.

    What others have built on them is not dropped: then nothing changes, and the error names it.
    """
    applied = []
    view = views[0]
    try:
        with database:
            with database.cursor() as cursor:
                cursor.execute("set local role dateline_owner")
                names = [name for one in views for name in _MADE.findall(one.path.read_text(encoding="utf-8"))]
                cursor.execute(read_sql("queries/select_drops"), {"names": names})
                for (drop,) in cursor.fetchall():
                    cursor.execute(drop)
            for view in views:
                applied.append(_apply_view(database, view))
    except psycopg2.Error as error:
        raise _not_applied(view, error) from error
    return applied


def _apply_view(database: Connection, view: Migration) -> Migration:
    return _execute(database, view, "queries/upsert_view_file")


def _apply(database: Connection, file: Migration) -> Migration:
    try:
        with database:
            return _execute(database, file, "queries/insert_migration")
    except psycopg2.Error as error:
        raise _not_applied(file, error) from error


def _execute(database: Connection, file: Migration, record: str) -> Migration:
    """Run a file and record it, in the transaction of the caller."""
    values = {"number": file.number, "name": file.name, "content_sha256": file.content_sha256}
    with database.cursor() as cursor:
        cursor.execute(file.path.read_text(encoding="utf-8"))
        cursor.execute("set local role dateline_owner")
        cursor.execute(read_sql(record), values)
        (applied_at,) = cursor.fetchone()  # type: ignore[misc]
    return replace(file, applied_at=applied_at)


def _not_applied(file: Migration, error: psycopg2.Error) -> DatabaseError:
    said = [error.diag.message_primary or str(error).strip()]
    if isinstance(error, errors.DependentObjectsStillExist):
        said.append(f"{error.diag.message_detail}. Drop what is not Dateline's, migrate, and create it again")
    elif error.diag.message_hint:
        said.append(error.diag.message_hint)
    return DatabaseError(f"{file.path}: not applied, and nothing of it is left behind: {'. '.join(said)}")


def _require_supported_server(database: Connection) -> None:
    if database.server_version < 150000:
        raise DatabaseError(
            f"{describe_url(database.dsn)}: PostgreSQL {database.server_version // 10000} is too old: use 15 or newer"
        )


@contextmanager
def _exclusive(database: Connection) -> Iterator[None]:
    """Wait for other runners, and keep them out. The lock is the session's, since each file has its transaction."""
    with database, database.cursor() as cursor:
        cursor.execute(read_sql("queries/lock_migrations"))
    try:
        yield
    finally:
        if not database.closed:
            database.rollback()
            with database, database.cursor() as cursor:
                cursor.execute(read_sql("queries/unlock_migrations"))

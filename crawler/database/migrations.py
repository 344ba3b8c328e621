"""Forward-only migrations: the files of `sql/migrations`, in order, each once; then the views that changed.

Each file runs in a transaction of its own together with its entry in `ingest.migration`, and one session advisory
lock keeps two runners apart. A file may be divided into steps (lines `-- step: what it does`): each is committed by
itself, the last one together with the entry, and a file that was broken off begins with its first step again. A step
with the word `concurrently` is one statement, and runs outside a transaction.

docs/decisions/0001-own-migration-runner.md says why this is our own, 0017-migrations-on-a-full-database.md how others
go on working meanwhile.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psycopg2
from psycopg2 import errors
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.config import Settings
from crawler.database.connection import connect, database_url, describe_url
from crawler.database.lock_waits import LockWaits, Tell, log_wait
from crawler.errors import DatabaseError
from crawler.resources import read_sql, resource_dir

_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_STEP = re.compile(r"^-- step: .+$", re.MULTILINE)
_OUTSIDE_TRANSACTION = re.compile(r"^\s*(create|drop|reindex)\b.*\bconcurrently\b", re.MULTILINE)
_RUNNER_POLL_SECONDS = 0.2
WAIT_SECONDS = 600.0
"""How long a migration tries to get its locks, all tries together."""
_NOTHING_LEFT = "nothing of it is left behind"
_VIEW_ENTRY = "queries/upsert_view_file"
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


def migrate(
    settings: Settings,
    directory: Path | None = None,
    views_dir: Path | None = None,
    *,
    wait_seconds: float = WAIT_SECONDS,
    tell: Tell = log_wait,
) -> list[Migration]:
    """Apply what waits; returns what was applied now, changed views included. Raises DatabaseError naming the file.

    Whoever keeps a migration from its locks is named to `tell`, and in the error after `wait_seconds`.
    """
    files = read_migrations(directory or resource_dir("sql") / "migrations")
    views = _read_views(views_dir or resource_dir("sql") / "views")
    database = connect(settings, role="owner", check_schema=False)
    try:
        with LockWaits(database, database_url(settings, "owner"), wait_seconds, tell) as waits, _exclusive(waits):
            _require_supported_server(database)
            waiting = [file for file in _with_state(database, files) if file.applied_at is None]
            applied = [apply_file(waits, file, "queries/insert_migration") for file in waiting]
            return applied + _apply_views(waits, views)
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


def read_steps(text: str) -> list[str]:
    """The steps of a file; a file that names none is one."""
    marks = [found.start() for found in _STEP.finditer(text)]
    return [text[start:end] for start, end in zip(marks, [*marks[1:], None], strict=True)] if marks else [text]


def apply_file(waits: LockWaits, file: Migration, record: str) -> Migration:
    """Apply one file, and enter it with the query `record`. Raises DatabaseError."""
    *first, last = read_steps(file.path.read_text(encoding="utf-8"))
    left = _NOTHING_LEFT
    try:
        for number, step in enumerate(first, start=1):
            if _OUTSIDE_TRANSACTION.search(step):
                waits.run_alone(step)
            else:
                waits.run(step)
            left = f"step {number} of {len(first) + 1} and those before stand, the next try goes on from there"
        ((applied_at,),) = waits.run(last, "set local role dateline_owner", (read_sql(record), _entry(file)))
    except psycopg2.Error as error:
        raise _not_applied(waits, file, left, error) from error
    return replace(file, applied_at=applied_at)


def _entry(file: Migration) -> dict[str, object]:
    return {"number": file.number, "name": file.name, "content_sha256": file.content_sha256}


def _not_applied(waits: LockWaits, file: Migration, left: str, error: psycopg2.Error) -> DatabaseError:
    if isinstance(error, errors.LockNotAvailable):
        return DatabaseError(
            f"{file.path}: not applied, and {left}: it waited {waits.seconds:g} s for {waits.blockers()}. "
            "Pause the DAGs, or end that session (`select pg_terminate_backend(…)`), and migrate again"
        )
    said = [error.diag.message_primary or str(error).strip()]
    if isinstance(error, errors.DependentObjectsStillExist):
        said.append(f"{error.diag.message_detail}. Drop what is not Dateline's, migrate, and create it again")
    elif error.diag.message_hint:
        said.append(error.diag.message_hint)
    return DatabaseError(f"{file.path}: not applied, and {left}: {'. '.join(said)}")


def _apply_views(waits: LockWaits, views: Sequence[Migration]) -> list[Migration]:
    """Apply the files that changed; where one cannot take the place of what is there, make all of them anew."""
    known = _applied_views(waits.database)
    applied = []
    for view in views:
        if known.get(view.name) != view.content_sha256:
            try:
                applied.append(apply_file(waits, view, _VIEW_ENTRY))
            except DatabaseError as error:
                if isinstance(error.__cause__, _NEEDS_REBUILDING):
                    return _rebuild_views(waits, views)
                raise
    return applied


def _rebuild_views(waits: LockWaits, views: Sequence[Migration]) -> list[Migration]:
    """Drop all that the files make and make it again, in one transaction: readers see the old views or the new ones.

    What others have built on them is not dropped: then nothing changes, and the error names it.
    """
    names = [name for view in views for name in _MADE.findall(view.path.read_text(encoding="utf-8"))]
    made = views[0]

    def rebuild(cursor: Cursor) -> list[Migration]:
        nonlocal made
        cursor.execute("set local role dateline_owner")
        cursor.execute(read_sql("queries/select_drops"), {"names": names})
        for (drop,) in cursor.fetchall():
            cursor.execute(drop)
        applied = []
        for made in views:
            cursor.execute(made.path.read_text(encoding="utf-8"))
            cursor.execute("set local role dateline_owner")
            cursor.execute(read_sql(_VIEW_ENTRY), _entry(made))
            (applied_at,) = cursor.fetchone()  # type: ignore[misc]
            applied.append(replace(made, applied_at=applied_at))
        return applied

    try:
        return waits.transact(rebuild)
    except psycopg2.Error as error:
        raise _not_applied(waits, made, _NOTHING_LEFT, error) from error


def _require_supported_server(database: Connection) -> None:
    if database.server_version < 150000:
        raise DatabaseError(
            f"{describe_url(database.dsn)}: PostgreSQL {database.server_version // 10000} is too old: use 15 or newer"
        )


@contextmanager
def _exclusive(waits: LockWaits) -> Iterator[None]:
    """Wait for other runners, and keep them out. The lock is the session's, since each file has its transactions.

    It is asked for again and again: who waits for it inside a statement would hold up an index that the other builds.
    """
    while not waits.run(read_sql("queries/lock_migrations"))[0][0]:
        time.sleep(_RUNNER_POLL_SECONDS)
    try:
        yield
    finally:
        if not waits.database.closed:
            waits.database.rollback()
            with waits.database, waits.database.cursor() as cursor:
                cursor.execute(read_sql("queries/unlock_migrations"))

"""Logins of analysts. One that is merely granted `dateline_analyst` may read, but inherits none of its limits, so each
login gets them itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.config import Settings
from crawler.database.connection import connect, describe_url
from crawler.database.roles import ROLES
from crawler.errors import ConfigError, DatabaseError
from crawler.resources import read_sql

_log = logging.getLogger(__name__)

LIMITS = {
    "statement_timeout": "5min",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "5min",
    "default_transaction_read_only": "on",
    "work_mem": "64MB",
    "max_parallel_workers_per_gather": "1",
    "temp_file_limit": "10GB",
}
"""What a session of an analyst begins with. The last one binds; the others a session may set for itself."""
CONNECTIONS = 5
_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Analyst:
    """A login that may read `news`. `connections`: at most so many at once, -1: any number."""

    name: str
    connections: int
    limits: dict[str, str]
    sessions: int

    @property
    def missing(self) -> tuple[str, ...]:
        """Limits that the login does not have."""
        return tuple(name for name in LIMITS if name not in self.limits)


def add_analyst(settings: Settings, name: str, password: str, *, connections: int = CONNECTIONS) -> tuple[str, ...]:
    """Make a login that may read `news`, or give one that may its password and limits anew.

    Returns the limits that this user may not set. Raises ConfigError for a name that cannot be used, or is another's,
    and DatabaseError when this user may not make logins. The password is hashed here: the server never sees it.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name for a login: use small letters, digits and _, at most 63")
    if name in ROLES:
        raise ConfigError(f"{name} is a role of Dateline: choose another name")
    if not password:
        raise ConfigError(f"The password for {name} is empty: give it one")
    with _as_owner(settings, f"make the login {name}") as (database, cursor):
        known = {one.name for one in _select(cursor)}
        cursor.execute(read_sql("queries/select_role_names"), {"names": [name]})
        if cursor.fetchone() and name not in known:
            raise ConfigError(f"{name} exists, and is no analyst's login: choose another name")
        hashed = psycopg2.extensions.encrypt_password(password, name, scope=database, algorithm="scram-sha-256")
        login = sql.Identifier(name)
        how = sql.SQL("alter role" if name in known else "create role")
        make = sql.SQL("{} {} login password {} connection limit {}")
        cursor.execute(make.format(how, login, sql.Literal(hashed), sql.Literal(connections)))
        if name not in known:
            cursor.execute(sql.SQL("grant dateline_analyst to {}").format(login))
        refused = []
        for limit, value in LIMITS.items():
            cursor.execute("savepoint setting")
            try:
                statement = sql.SQL("alter role {} set {} = {}")
                cursor.execute(statement.format(login, sql.Identifier(limit), sql.Literal(value)))
            except psycopg2.errors.InsufficientPrivilege:
                cursor.execute("rollback to setting")
                refused.append(limit)
    return tuple(refused)


def remove_analyst(settings: Settings, name: str) -> int:
    """Drop the login of an analyst, and end its sessions; returns how many there were.

    Raises ConfigError for a login that is none, and DatabaseError when it owns something or this user may not drop it.
    """
    with _as_owner(settings, f"drop the login {name}") as (_, cursor):
        if name not in {one.name for one in _select(cursor)}:
            raise ConfigError(f"{name!r} is no analyst's login: `dateline db analysts` lists them")
        login = sql.Identifier(name)
        cursor.execute(sql.SQL("alter role {} nologin").format(login))
        cursor.execute("savepoint sessions")
        ended = 0
        try:
            cursor.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (name,))
            ended = cursor.rowcount
        except psycopg2.errors.InsufficientPrivilege:
            cursor.execute("rollback to sessions")
            _log.warning("the sessions of %s go on until they end: this user may not end them", name)
        cursor.execute(sql.SQL("drop role {}").format(login))
    return ended


def list_analysts(settings: Settings) -> list[Analyst]:
    """All logins that are members of `dateline_analyst`, whoever made them."""
    with _as_owner(settings, "list logins") as (_, cursor):
        return _select(cursor)


def _select(cursor: Cursor) -> list[Analyst]:
    cursor.execute(read_sql("queries/select_analysts"))
    return [Analyst(*row) for row in cursor.fetchall()]


@contextmanager
def _as_owner(settings: Settings, what: str) -> Iterator[tuple[Connection, Cursor]]:
    with closing(connect(settings, role="owner")) as database:
        where = describe_url(database.dsn)
        try:
            with database, database.cursor() as cursor:
                yield database, cursor
        except psycopg2.errors.InsufficientPrivilege as error:
            raise DatabaseError(
                f"{where}: this user may not {what} ({error.diag.message_primary}). It needs createrole, and "
                "`grant dateline_analyst to … with admin option`; set DATELINE_OWNER_DATABASE_URL to one that has them"
            ) from error
        except psycopg2.errors.DependentObjectsStillExist as error:
            detail = " ".join((error.diag.message_detail or "").split())
            raise DatabaseError(f"{where}: cannot {what}: {error.diag.message_primary}. {detail}") from error

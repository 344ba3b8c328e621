"""Connections to the database, and one clear line where there is none."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import make_dsn, parse_dsn

from crawler import __version__
from crawler.config import Settings
from crawler.database.embedded_state import embedded_url
from crawler.errors import ConfigError, DatabaseError
from crawler.resources import read_sql, resource_dir

Role = Literal["owner", "loader", "analyst"]


def connect(settings: Settings, *, role: Role = "loader", check_schema: bool = True) -> Connection:
    """A connection in UTC with autocommit off.

    `role` chooses among the embedded server's logins; with a configured database, `owner` prefers
    `DATELINE_OWNER_DATABASE_URL` and the others take `DATELINE_DATABASE_URL`. Raises DatabaseError where the server
    does not let us in, or its schema is not the one of this version.
    """
    database = connect_url(database_url(settings, role))
    if check_schema:
        try:
            _require_schema(database)
        except psycopg2.Error as error:
            database.close()
            where = describe_url(database_url(settings, role))
            raise DatabaseError(f"{where}: the connection was lost: {' '.join(str(error).split())}") from error
        except BaseException:
            database.close()
            raise
    return database


def database_url(settings: Settings, role: Role = "loader") -> str:
    """The libpq URL that `connect` uses. Raises DatabaseError when none is configured and no embedded server runs."""
    if role == "owner" and settings.owner_database_url:
        return settings.owner_database_url
    if settings.database_url:
        return settings.database_url
    url = embedded_url(settings.home, role)
    if url is None:
        raise DatabaseError(
            f"No database: the embedded PostgreSQL under {settings.home / 'postgres'} is not running. "
            "Start it with `dateline db start`, or set DATELINE_DATABASE_URL"
        )
    return url


def connect_url(url: str) -> Connection:
    """Connect to a libpq URL. Raises DatabaseError with host, port, database and user, never the password."""
    try:
        dsn = make_dsn(
            url,
            connect_timeout=10,
            application_name=f"dateline {__version__}",
            keepalives=1,
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=3,
            client_encoding="UTF8",
            options=_options(url),
        )
    except psycopg2.ProgrammingError:
        raise ConfigError(
            "DATELINE_DATABASE_URL cannot be read: write it as postgresql://user:password@host:5432/database"
        ) from None  # libpq quotes what it could not read, password included
    try:
        database = psycopg2.connect(dsn)
    except psycopg2.OperationalError as error:
        raise DatabaseError(f"Cannot connect to {describe_url(url)}: {_explain(str(error), url)}") from None
    database.autocommit = False
    return database


def describe_url(url: str) -> str:
    """`host:port, database …, user …`: what a person may see of a URL."""
    try:
        parts = parse_dsn(url)
    except psycopg2.ProgrammingError:
        return "the database of DATELINE_DATABASE_URL"
    user = parts.get("user", "(yours)")
    name = parts.get("dbname", user)
    return f"PostgreSQL at {parts.get('host', 'localhost')}:{parts.get('port', '5432')}, database {name}, user {user}"


def _options(url: str) -> str:
    """Keep the `options` of the URL, and add the time zone that all our SQL counts on."""
    return f"{parse_dsn(url).get('options', '')} -c TimeZone=UTC".strip()


def _explain(message: str, url: str) -> str:
    """What to do about a refusal. libpq gives no error code before a session exists, only its text."""
    password = parse_dsn(url).get("password") or urlsplit(url).password
    text = " ".join(message.split())
    if password:
        text = text.replace(password, "***")
    lowered = text.lower()
    if "password authentication failed" in lowered or "no password supplied" in lowered:
        return "the user or the password is wrong: correct it in DATELINE_DATABASE_URL"
    if "does not exist" in lowered and "database" in lowered:
        return "the database does not exist: create it, or correct its name in DATELINE_DATABASE_URL"
    if "role" in lowered and "does not exist" in lowered:
        return "the user does not exist: create it, or correct its name in DATELINE_DATABASE_URL"
    if "connection refused" in lowered or "no such file" in lowered:
        return "nothing listens there: start the server, or correct host and port in DATELINE_DATABASE_URL"
    if "could not translate host name" in lowered:
        return "the host name is unknown: correct it in DATELINE_DATABASE_URL"
    if "timeout" in lowered or "timed out" in lowered:
        return "the server does not answer: check the network and the host in DATELINE_DATABASE_URL"
    return text


def newest_migration_number() -> int:
    """The number of the last migration file of this version."""
    return len(list((resource_dir("sql") / "migrations").glob("*.sql")))


def _require_schema(database: Connection) -> None:
    where = describe_url(database.dsn)
    newest = newest_migration_number()
    with database, database.cursor() as cursor:
        cursor.execute("select to_regclass('ingest.migration') is not null")
        if not cursor.fetchone()[0]:  # type: ignore[index]
            raise DatabaseError(f"{where}: the schema is missing. Run `dateline db migrate`")
        try:
            cursor.execute(read_sql("queries/select_schema_number"))
        except psycopg2.errors.InsufficientPrivilege:
            raise DatabaseError(
                f"{where}: this user may not read the schema `ingest`. Ask for `grant dateline_loader to …`"
            ) from None
        (number,) = cursor.fetchone()  # type: ignore[misc]
    if number < newest:
        raise DatabaseError(
            f"{where}: the schema is at {number}, this version needs {newest}. Run `dateline db migrate`"
        )
    if number > newest:
        raise DatabaseError(
            f"{where}: the schema is at {number}, newer than the {newest} that this version knows. "
            "Install the newer Dateline that ran `dateline db migrate`"
        )

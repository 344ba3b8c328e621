"""A real PostgreSQL for the tests: one server a session, a fresh migrated database a test."""

from __future__ import annotations

import itertools
import logging
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import psycopg2
import pytest

from crawler.config import Settings, load_settings
from crawler.database import EmbeddedServer, connect_url, migrate

# For an example that fails, hypothesis also writes a patch, with libcst, and that breaks off the whole run over a
# module of zope's; without this one it leaves the patch, and the failure is shown.
sys.modules["hypothesis.extra._patching"] = None  # type: ignore[assignment]
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class TestDatabase:
    """One database of the test server, and the URLs of those who use it."""

    __test__ = False

    name: str
    url: str
    """Of the loader: what stages connect with, so that each test also tests its privileges."""
    owner_url: str
    """Of the superuser: what migrations connect with."""
    analyst_url: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_for(home: Path, **variables: str) -> Settings:
    return load_settings({"DATELINE_HOME": str(home), "DATELINE_CONTACT": "test@example.org", **variables})


def admin(server: EmbeddedServer, statement: str) -> None:
    database = psycopg2.connect(server.url("owner", "postgres"))
    try:
        database.autocommit = True
        with database.cursor() as cursor:
            cursor.execute(statement)
    finally:
        database.close()


@pytest.fixture(autouse=True)
def _logging_goes_on() -> Iterator[None]:
    """Commands that run in the tests' own process switch logging off for good."""
    yield
    logging.disable(logging.NOTSET)


@contextmanager
def started_server() -> Iterator[EmbeddedServer]:
    """A running embedded server with a migrated database `template_migrated`."""
    home = Path(tempfile.mkdtemp(prefix="dateline test "))
    home.chmod(0o755)
    server = EmbeddedServer(settings_for(home, DATELINE_POSTGRES_PORT=str(free_port())))
    os.environ["PGOPTIONS"] = ""
    try:
        server.start()
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            admin(server, f"alter system set {setting} = off")
        admin(server, "select pg_reload_conf()")
        admin(server, "create database template_migrated")
        url = server.url("owner", "template_migrated")
        migrate(settings_for(home, DATELINE_DATABASE_URL=url))
        yield server
    finally:
        server.stop(seconds=0)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedServer]:
    with started_server() as server:
        yield server


@pytest.fixture
def make_database(postgres_server: EmbeddedServer) -> Iterator[Callable[..., TestDatabase]]:
    """Databases made from a template: `template_migrated`, or `template1` for an empty one. They end with the test."""
    made = []

    def make(template: str = "template_migrated") -> TestDatabase:
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        admin(postgres_server, f"create database {name} template {template}")
        made.append(name)
        urls = [postgres_server.url(role, name) for role in ("loader", "owner", "analyst")]
        return TestDatabase(name, *urls)

    yield make
    for name in made:
        admin(postgres_server, f"drop database {name} with (force)")


@pytest.fixture
def database(make_database: Callable[..., TestDatabase]) -> TestDatabase:
    """A fresh database with the schema."""
    return make_database()


@pytest.fixture
def settings(tmp_path: Path, database: TestDatabase) -> Settings:
    """Settings of a home in `tmp_path` with that database."""
    return settings_for(
        tmp_path / "home", DATELINE_DATABASE_URL=database.url, DATELINE_OWNER_DATABASE_URL=database.owner_url
    )


@pytest.fixture
def query(database: TestDatabase) -> Iterator[Callable[..., list[tuple]]]:
    """Run one statement as superuser, and get its rows."""
    session = connect_url(database.owner_url)
    session.autocommit = True

    def run(statement: str, *values: object) -> list[tuple]:
        with session.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    yield run
    session.close()

"""Loader and server killed in turn, fifty times, at random instants of loads: nothing is lost, and nothing doubled."""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from crawler.config import Settings
from crawler.database import EmbeddedServer, connect_url, migrate, run_checks
from crawler.errors import DatabaseError
from crawler.load import load_batch
from crawler.progress import no_progress
from tests.conftest import free_port, settings_for
from tests.load.builders import Batch, make_source
from tests.load.snapshot import snapshot

KILLS = 50
BATCHES = 25
ROOT = Path(__file__).resolve().parents[2]
ORDERLESS = {
    "news.article": ("source_id", "url_key", "text", "first_fetched_at", "fetched_at", "checked_at", "archive_offset"),
    "news.article_version": ("url", "text", "fetched_at", "archive_file", "archive_offset"),
    "ingest.capture": ("source_id", "url_key", "fetched_at", "archive_file", "archive_offset"),
    "ingest.outcome": ("run_id", "batch_id", "source_id", "url_key", "outcome"),
    "ingest.url": ("source_id", "url_key", "first_fetched_at", "last_fetched_at", "fetch_count"),
}
SOURCES = tuple(make_source(f"outlet-{number}", schedule={"every": "300d"}) for number in range(3))


def batches() -> list[Batch]:
    """Each has new articles, and edits of those of the batch before."""
    made = []
    for number in range(BATCHES):
        batch = Batch(run_id=f"r{number:02}", sources=SOURCES)
        for source in SOURCES:
            batch.visit(60 * number, source=source)
        for place in range(36):
            story = 20 * number + place
            text = f"Report {story} from the road north. {'Corrected. ' if place < 16 else ''}" + "Trucks pass. " * 60
            batch.article(f"p{story}", text, 60 * number + 1 + place / 100, source=SOURCES[story % 3])
        made.append(batch)
    return made


def write_all(settings: Settings) -> list[Path]:
    return [batch.write(settings.runs_dir) for batch in batches()]


def rows_of(url: str) -> dict[str, list[str]]:
    session = connect_url(url)
    try:
        with session, session.cursor() as cursor:

            def query(statement, *values):
                cursor.execute(statement, values or None)
                return cursor.fetchall()

            return snapshot(query, across_databases=True)
    finally:
        session.close()


def physical_rows(url: str) -> list[tuple]:
    """Where every row of every table lies, and which transaction wrote it: what any write of a row would change."""
    session = connect_url(url)
    try:
        with session, session.cursor() as cursor:
            cursor.execute(
                "select oid::regclass::text from pg_class where relkind = 'r'"
                " and relnamespace in ('news'::regnamespace, 'ingest'::regnamespace) order by 1"
            )
            rows = []
            for (table,) in cursor.fetchall():
                cursor.execute(f"select '{table}', ctid::text, xmin::text from {table} order by 2")
                rows += cursor.fetchall()
            return rows
    finally:
        session.close()


@pytest.fixture(scope="module")
def peace(postgres_server, tmp_path_factory) -> dict[str, list[str]]:
    """What the database holds when all is loaded undisturbed."""
    name = f"peace_{os.getpid()}"
    session = psycopg2.connect(postgres_server.url("owner", "postgres"))
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute(f"create database {name} template template_migrated")
        settings = settings_for(
            tmp_path_factory.mktemp("peace"), DATELINE_DATABASE_URL=postgres_server.url("loader", name)
        )
        for folder in write_all(settings):
            load_batch(settings, folder, no_progress)
        rows = rows_of(postgres_server.url("owner", name))
        cursor.execute(f"drop database {name} with (force)")
    session.close()
    return rows


@pytest.fixture
def own_server() -> Iterator[tuple[EmbeddedServer, Settings]]:
    """A server that a test may kill, as careful with what is committed as it is in production."""
    home = Path(tempfile.mkdtemp(prefix="dateline kills "))
    home.chmod(0o755)
    settings = settings_for(home, DATELINE_POSTGRES_PORT=str(free_port()))
    server = EmbeddedServer(settings)
    try:
        server.start()
        migrate(settings)
        yield server, settings
    finally:
        with suppress(DatabaseError):
            server.stop(seconds=0)
        shutil.rmtree(home, ignore_errors=True)


def whatever_the_order(rows: dict[str, list[str]]) -> dict[str, list[list[str]]]:
    """What must not depend on which batch was loaded first: numbers of versions, for one, do."""
    return {
        table: sorted([str(json.loads(row)[name]) for name in names] for row in rows[table])
        for table, names in ORDERLESS.items()
    }


class Loaders:
    """Loader processes, each with all the folders of which none has yet said that they are committed."""

    def __init__(self, url: str, settings: Settings, folders: list[Path]) -> None:
        self._url = url
        self._settings = settings
        self.left = folders
        self._process: subprocess.Popen[bytes] | None = None

    def run_for(self, seconds: float) -> subprocess.Popen[bytes]:
        """A loader that has run so long since its first step."""
        process = self._process or self._start()
        assert process.stdout is not None
        self._note(process.stdout.readline())
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and select.select([process.stdout], [], [], left)[0]:
            line = process.stdout.readline()
            if not line:
                break
            self._note(line)
        return process

    def bury(self, process: subprocess.Popen[bytes]) -> None:
        """Read what it still said, and wait for its end."""
        assert process.stdout is not None
        for line in process.stdout:
            self._note(line)
        process.wait()
        self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.load.killed_loader", self._settings.home, self._url, *self.left]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        return self._process

    def _note(self, line: bytes) -> None:
        if line.startswith(b"committed "):
            self.left = [folder for folder in self.left if str(folder) != line[10:].decode().strip()]


def server_pid(server: EmbeddedServer) -> int:
    command = server.command()
    data_dir = Path(command[command.index("-D") + 1])
    return int((data_dir / "postmaster.pid").read_text().split()[0])


def test_fifty_kills_of_loader_and_server_lose_nothing_and_double_nothing(own_server, peace):
    server, settings = own_server
    chance = random.Random(50)
    folders = write_all(settings)
    loaders = Loaders(server.url("loader"), settings, list(folders))
    kills = 0
    while kills < KILLS:
        if not loaders.left:  # all is loaded: what is left are loads that find nothing to do
            loaders.left = list(folders)
        process = loaders.run_for(chance.uniform(0, 0.3))
        if kills % 2:
            os.kill(server_pid(server), signal.SIGKILL)
            loaders.bury(process)
            server.start()
        else:
            process.kill()
            loaders.bury(process)
        kills += 1
        for folder in folders:
            if folder not in loaders.left:
                assert (folder / "load.json").exists()
    for folder in folders:
        load_batch(settings, folder, no_progress)
    assert rows_of(server.url("owner")) == peace
    assert [check for check in run_checks(settings) if check.failures] == []


def test_two_loaders_over_the_same_folders_at_once_end_as_one_does(own_server, peace):
    server, settings = own_server
    folders = write_all(settings)
    loaders = [start_quietly(server, settings, folders) for _ in range(2)]
    assert [loader.wait() for loader in loaders] == [0, 0]
    assert rows_of(server.url("owner")) == peace


def test_two_loaders_that_meet_in_the_middle_lose_and_double_nothing(own_server, peace):
    server, settings = own_server
    folders = write_all(settings)
    # The second begins where the first one is halfway: edits are loaded before what they edit.
    halves = [folders, folders[BATCHES // 2 :] + folders[: BATCHES // 2]]
    loaders = [start_quietly(server, settings, half) for half in halves]
    assert [loader.wait() for loader in loaders] == [0, 0]
    assert whatever_the_order(rows_of(server.url("owner"))) == whatever_the_order(peace)
    assert [check for check in run_checks(settings) if check.failures] == []


def test_any_folder_loaded_again_writes_no_row(settings, database):
    folders = write_all(settings)[:6]
    for folder in folders:
        load_batch(settings, folder, no_progress)
    before = physical_rows(database.owner_url)
    for folder in random.Random(1).sample(folders, len(folders)):
        load_batch(settings, folder, no_progress)
        (folder / "load.json").unlink()
        load_batch(settings, folder, no_progress)
    assert physical_rows(database.owner_url) == before


def start_quietly(server: EmbeddedServer, settings: Settings, folders: list[Path]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.load.killed_loader", settings.home, server.url("loader"), *folders]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)

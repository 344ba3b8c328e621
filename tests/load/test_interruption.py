"""A loader that is killed at any instant, two at once, and a database that was restored empty."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg2
import pytest

from crawler.database import connect_url, run_checks
from crawler.errors import DatabaseError
from crawler.load import load_batch
from crawler.progress import no_progress
from crawler.reasons import Outcome, Reason
from tests.conftest import settings_for
from tests.load.builders import Batch, make_source
from tests.load.snapshot import snapshot

# So long that its next time is counted from the run, not from the clock of the load.
SOURCE = make_source(schedule={"every": "300d"})
ROOT = Path(__file__).resolve().parents[2]


def first_batch() -> Batch:
    batch = Batch(run_id="r1", sources=(SOURCE,))
    batch.visit()
    for number in range(30):
        batch.article(f"p{number}", f"Text {number}.", 1)
    return batch


def second_batch() -> Batch:
    batch = Batch(run_id="r2", sources=(SOURCE,), known=7)
    batch.visit(60)
    for number in range(200):
        batch.article(f"p{number}", f"Text {number}, edited." if number % 3 else f"Text {number}.", 61 + number / 100)
    for number in range(10):
        batch.article(f"short{number}", f"Text {number}.", 70, final=f"p{number}")
        batch.reject(f"r{number}", Reason.PAYWALL, 70)
        batch.fetch(f"f{number}", Outcome.FAILED, Reason.TIMEOUT, 70)
    return batch


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


@pytest.fixture
def undisturbed(make_database, tmp_path):
    """What the database holds when both batches are loaded in peace."""
    database = make_database()
    settings = settings_for(tmp_path / "peace", DATELINE_DATABASE_URL=database.url)
    for batch in (first_batch(), second_batch()):
        load_batch(settings, batch.write(settings.runs_dir), no_progress)
    return rows_of(database.owner_url)


@pytest.fixture
def folder(settings):
    """The second batch, with the first one loaded."""
    load_batch(settings, first_batch().write(settings.runs_dir), no_progress)
    return second_batch().write(settings.runs_dir)


def start_loader(settings, folder) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.load.killed_loader", settings.home, settings.database_url, folder]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("table", ["ingest.capture", "news.article_version", "ingest.outcome", "ingest.batch_source"])
def test_a_loader_killed_in_the_middle_leaves_nothing_and_the_next_one_does_it_all(
    settings, folder, database, query, undisturbed, table
):
    before = snapshot(query)
    blocker = psycopg2.connect(database.owner_url)
    with blocker.cursor() as cursor:
        cursor.execute(f"lock table {table} in share mode")  # readers pass, the loader's insert waits
        loader = start_loader(settings, folder)
        for _ in range(400):
            if query("select 1 from pg_locks where not granted and relation = %s::regclass", table):
                break
            time.sleep(0.05)
        else:
            pytest.fail("the loader never came to the table")
        loader.kill()
        loader.wait()
    blocker.rollback()
    blocker.close()
    assert snapshot(query) == before
    assert not (folder / "load.json").exists()
    load_batch(settings, folder, no_progress)
    assert rows_of(database.owner_url) == undisturbed
    assert [check for check in run_checks(settings) if check.failures] == []


def test_ten_kills_at_random_instants_end_as_if_undisturbed(settings, folder, database, undisturbed):
    chance = random.Random(7)
    kills = 0
    for _ in range(10):
        loader = start_loader(settings, folder)
        assert loader.stdout is not None
        loader.stdout.readline()  # it has begun: the kill falls into the load, not into Python's start
        time.sleep(chance.uniform(0, 0.25))
        loader.kill()
        kills += loader.wait() != 0
    assert kills >= 1
    load_batch(settings, folder, no_progress)
    assert rows_of(database.owner_url) == undisturbed
    assert [check for check in run_checks(settings) if check.failures] == []


def test_a_loader_killed_after_its_commit_reports_the_same(settings, folder, query):
    report = load_batch(settings, folder, no_progress)
    before = snapshot(query)
    (folder / "load.json").unlink()
    assert load_batch(settings, folder, no_progress) == report
    assert (folder / "load.json").exists()
    assert snapshot(query) == before


def test_of_two_loaders_at_once_one_does_nothing(settings, folder, database, query, undisturbed):
    # As plan leaves it: loaders that find the batch unknown would meet at its insert already.
    query("insert into ingest.run values ('r2', 'news', now())")
    query(
        "insert into ingest.batch (run_id, batch_id, kind, path, state, hosts, lease_until, planned_at)"
        " values ('r2', 'b001', 'news', 'r2/b001', 'planned', '{}', now(), now())"
    )
    reports = []
    threads = [
        threading.Thread(target=lambda: reports.append(load_batch(settings, folder, no_progress))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 3
    assert reports[0] == reports[1] == reports[2]
    assert rows_of(database.owner_url) == undisturbed


def test_what_the_database_refuses_is_one_message_and_loads_nothing(settings, folder, query):
    before = snapshot(query)
    query("revoke insert on ingest.outcome from dateline_loader")
    with pytest.raises(DatabaseError, match="r2/b001 could not be loaded: permission denied"):
        load_batch(settings, folder, no_progress)
    assert snapshot(query) == before


def test_a_folder_that_the_database_does_not_know_is_loaded(settings, make_database, tmp_path, undisturbed):
    for batch in (first_batch(), second_batch()):
        load_batch(settings, batch.write(settings.runs_dir), no_progress)
    restored = make_database()
    moved = settings_for(tmp_path / "moved", DATELINE_DATABASE_URL=restored.url)
    shutil.copytree(settings.runs_dir, moved.runs_dir)
    for name in ("r1/b001", "r2/b001"):
        load_batch(moved, moved.runs_dir / name, no_progress)
    assert rows_of(restored.owner_url) == undisturbed

"""Migrations on a full database: no row of a large table is moved, and none is read while others have to wait.

What is looked at is what a step does (docs/decisions/0017-migrations-on-a-full-database.md), not how long it takes: how
long others waited is printed (`pytest -s`).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from crawler.config import Settings
from crawler.database import EmbeddedServer, connect_url, migrate, run_checks
from crawler.database.lock_waits import LOCK_SECONDS
from crawler.database.migrations import read_steps
from crawler.errors import DatabaseError
from tests.conftest import TestDatabase, admin, settings_for
from tests.database.filled import (
    BIG_TABLES,
    LAST_UNCHECKED,
    ROWS,
    copy_of_migrations,
    fill_old_database,
    lock_waits,
    migration_files,
    relfilenodes,
)

# These stop the writers of a table, or its readers too; `share update exclusive` stops neither.
_STOPPING = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
_HELD = """
    select l.relation::text, l.mode, coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0)
    from pg_locks l left join pg_stat_xact_all_tables s on s.relid = l.relation
    where l.pid = pg_backend_pid() and l.granted and l.mode = any(%s) and l.relation::text = any(%s)
"""
_NAMES = "select oid::text, oid::regclass::text from pg_class where oid::text = any(%s)"
_FEW_ROWS = 10


@pytest.fixture(scope="module")
def filled(postgres_server: EmbeddedServer) -> Iterator[str]:
    admin(postgres_server, "create database template_filled")
    fill_old_database(postgres_server.url("owner", "template_filled"))
    yield "template_filled"
    admin(postgres_server, "drop database template_filled")


@pytest.fixture
def old(make_database: Callable[..., TestDatabase], filled: str, postgres_server: EmbeddedServer) -> TestDatabase:
    """A filled database that the migrations up to LAST_UNCHECKED have made."""
    database = make_database(filled)
    # What is granted on a database is not copied with it.
    admin(postgres_server, f"grant create, temporary on database {database.name} to dateline_owner, dateline_loader")
    return database


@pytest.fixture
def old_settings(old: TestDatabase, tmp_path: Path) -> Settings:
    return settings_for(tmp_path, DATELINE_DATABASE_URL=old.url, DATELINE_OWNER_DATABASE_URL=old.owner_url)


@dataclass
class Finding:
    """What was wrong with a step."""

    step: str
    said: list[str] = field(default_factory=list)


def walk(url: str, text: str) -> Iterator[Finding]:
    """Run the steps of a file as the runner does, and look at each before it commits."""
    for step in read_steps(text):
        found = Finding(step.splitlines()[0])
        with lock_waits(url) as waits:
            if re.search(r"\bconcurrently\b", "\n".join(x for x in step.splitlines() if not x.startswith("--"))):
                waits.run_alone(step)
                yield found
                continue
            database = waits.database
            with database, database.cursor() as cursor:
                before = relfilenodes(cursor)
                cursor.execute(
                    "select oid::text, oid::regclass::text from pg_class where oid::text = any(%s)", ([*before],)
                )
                names = dict(cursor.fetchall())
                cursor.execute("set local lock_timeout = '5s'")
                cursor.execute(step)
                cursor.execute("reset role")
                cursor.execute("select oid::text, relfilenode from pg_class where oid::text = any(%s)", ([*before],))
                after = dict(cursor.fetchall())
                for oid in before.keys() & after.keys():
                    if before[oid] != after[oid]:
                        found.said.append(f"{names[oid]} is rewritten")
                cursor.execute(_HELD, (list(_STOPPING), [*before]))
                for oid, mode, rows in cursor.fetchall():
                    if rows > _FEW_ROWS:
                        found.said.append(f"{rows} rows of {names[oid]} are read under {mode}")
                cursor.execute("set constraints all immediate")
        yield found


@pytest.mark.parametrize("last", [file.number for file in migration_files()[LAST_UNCHECKED:]])
def test_no_step_moves_large_tables_or_reads_them_while_others_wait(old: TestDatabase, last: int) -> None:
    for file in migration_files()[LAST_UNCHECKED:last]:
        findings = list(walk(old.owner_url, file.path.read_text(encoding="utf-8")))
        assert [f"{file.name}, {one.step}: {said}" for one in findings for said in one.said] == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("alter table news.article add column n double precision default random()", "news.article is rewritten"),
        ("alter table ingest.url add constraint n check (url <> '')", "rows of ingest.url are read under AccessExcl"),
        ("create index n on ingest.capture (http_status)", "rows of ingest.capture are read under ShareLock"),
        ("alter table ingest.url alter column url_key type varchar(64)", "ingest.url_pkey is rewritten|ingest.url is"),
    ],
)
def test_the_harness_sees_what_it_looks_for(old: TestDatabase, statement: str, said: str) -> None:
    (finding,) = walk(old.owner_url, statement)
    assert any(re.search(said, one) for one in finding.said), finding.said


@dataclass
class Visitor:
    """Somebody at work while a migration runs: each statement in a transaction of its own."""

    url: str
    statement: str
    ended: threading.Event
    done: int = 0
    longest_seconds: float = 0.0
    error: str | None = None

    def work(self) -> None:
        with closing(connect_url(self.url)) as session:
            while not self.ended.is_set() and self.error is None:
                started = time.monotonic()
                try:
                    with session, session.cursor() as cursor:
                        cursor.execute(self.statement, {"n": self.done})
                except psycopg2.Error as error:
                    self.error = str(error)
                self.longest_seconds = max(self.longest_seconds, time.monotonic() - started)
                self.done += 1
                time.sleep(0.002)


_CAPTURED = """
    insert into ingest.capture (
        source_id, url_key, final_url, final_url_key, fetched_at, http_status, archive_file, archive_offset,
        archive_length, payload_sha256, payload_bytes, is_page, record
    )
    values ('marj', 'new', 'u', 'new', now(), 200, 'warc/b.gz', %(n)s, 1, 'p', 1, true, '{}')
"""
_WORK = (
    "select count(*) from news.article where published_at > now() - interval '3 days'",
    "select count(*) from ingest.capture where source_id = 'marj' and url_key = 'x' and %(n)s > 0",
    "select count(*) from ingest.outcome where source_id = 'marj' and url_key = 'x' and %(n)s > 0",
    "update news.article set checked_at = greatest(checked_at, now()) where article_id = 1 + %(n)s %% 100",
    "update ingest.url set fetch_count = fetch_count + 1 where source_id = 'marj' and url = 'https://marj.example/7'",
    _CAPTURED,
)


def at_work(old: TestDatabase) -> tuple[list[Visitor], list[threading.Thread], threading.Event]:
    ended = threading.Event()
    visitors = [Visitor(old.analyst_url if "select" in one and "news" in one else old.url, one, ended) for one in _WORK]
    threads = [threading.Thread(target=visitor.work) for visitor in visitors]
    for thread in threads:
        thread.start()
    return visitors, threads, ended


def test_readers_and_writers_go_on_through_all_migrations(old: TestDatabase, old_settings: Settings) -> None:
    visitors, threads, ended = at_work(old)
    try:
        started = time.monotonic()
        migrate(old_settings)
        took = time.monotonic() - started
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    print(f"\n{len(migration_files()) - LAST_UNCHECKED} migrations over {ROWS} rows a table in {took:.1f} s")
    for visitor in visitors:
        words = " ".join(visitor.statement.split())[:60]
        print(f"  {visitor.done:5} times, longest {visitor.longest_seconds * 1000:6.0f} ms: {words}")
    assert [visitor.error for visitor in visitors] == [None] * len(_WORK)
    with closing(connect_url(old.owner_url)) as owner, owner, owner.cursor() as cursor:
        cursor.execute("select count(*) from ingest.capture where archive_file = 'warc/b.gz'")
        assert cursor.fetchone() == (visitors[-1].done,)
        cursor.execute("select count(*) from ingest.capture where archive_file = 'warc/a.gz'")
        assert cursor.fetchone() == (ROWS,)
        cursor.execute("select urls.stored, urls.discovered from ingest.source_run as urls")
        assert cursor.fetchall() == [(ROWS, ROWS)]
        cursor.execute("select count(*) from pg_index where not indisvalid")
        assert cursor.fetchone() == (0,)
        cursor.execute("select count(distinct capture_id) = count(*) from ingest.capture")
        assert cursor.fetchone() == (True,)
    assert [check.name for check in run_checks(old_settings) if check.failures] == []


def test_old_rows_are_one_partition_and_new_months_follow_it(old: TestDatabase, old_settings: Settings) -> None:
    migrate(old_settings)
    with closing(connect_url(old.url)) as loader, loader, loader.cursor() as cursor:
        cursor.execute(
            "select ingest.ensure_months('ingest.capture', array[now(), now() - interval '9 years'])"
        )  # both are in what there was
        assert cursor.fetchone() == (0,)
        cursor.execute("select ingest.ensure_months('ingest.capture', array[now() + interval '70 days'])")
        assert cursor.fetchone() == (1,)
        cursor.execute(_CAPTURED.replace("now()", "now() + interval '70 days'"), {"n": 1})
        cursor.execute("select count(*) from ingest.capture where archive_file = 'warc/b.gz'")
        assert cursor.fetchone() == (1,)


def test_an_empty_database_gets_no_partition_of_old_rows(database: TestDatabase, query: Any) -> None:
    assert query("select count(*) from pg_inherits") == [(0,)]
    assert query("select count(*) from ingest.monthly_table where first_month is not null") == [(0,)]


@pytest.mark.parametrize("broken_at", range(1, 10))
def test_a_migration_that_was_broken_off_goes_on(
    old: TestDatabase, old_settings: Settings, tmp_path: Path, broken_at: int
) -> None:
    """The file's first steps are done, then the runner dies; the next one begins with the first step again."""
    (stepped,) = [file for file in migration_files() if file.name.endswith("_growth.sql")]
    steps = read_steps(stepped.path.read_text(encoding="utf-8"))
    assert len(steps) == 10
    files = copy_of_migrations(tmp_path)
    half = files / stepped.name
    half.write_text("".join(steps[:broken_at]) + "-- step: dies\nselect no_such_function();\n", encoding="utf-8")
    with pytest.raises(DatabaseError, match=f"step {broken_at} of {broken_at + 1} and those before stand"):
        migrate(old_settings, files)
    migrate(old_settings)
    assert [check.name for check in run_checks(old_settings) if check.failures] == []


def test_an_index_that_was_broken_off_is_built_anew(old: TestDatabase, old_settings: Settings) -> None:
    with closing(connect_url(old.owner_url)) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute("set role dateline_owner")
            with closing(connect_url(old.url)) as loader, loader.cursor() as other:
                other.execute(_CAPTURED, {"n": 1})
                cursor.execute("set statement_timeout = '500ms'")
                with pytest.raises(psycopg2.errors.QueryCanceled):
                    cursor.execute(
                        "create unique index concurrently capture_before_pkey"
                        " on ingest.capture (archive_file, archive_offset, fetched_at)"
                    )
            cursor.execute("select indisvalid from pg_index where indexrelid = 'ingest.capture_before_pkey'::regclass")
            assert cursor.fetchone() == (False,)
    migrate(old_settings)
    assert [check.name for check in run_checks(old_settings) if check.failures] == []


def test_who_is_in_the_way_is_named_and_then_the_migration_gives_up(old: TestDatabase, old_settings: Settings) -> None:
    told: list[str] = []
    with closing(connect_url(old.analyst_url)) as analyst, analyst.cursor() as cursor:
        cursor.execute("select count(*), 'held \x1b[31m open' from news.article")
        with pytest.raises(DatabaseError) as caught:
            migrate(old_settings, wait_seconds=1, tell=told.append)
    pid = f"pid {analyst.info.backend_pid}" if not analyst.closed else "pid"
    assert pid in told[0]
    assert "(dateline_analyst with dateline" in told[0]
    assert "idle in transaction" in told[0]
    assert "\x1b" not in told[0]
    assert "from news.article" in told[0]
    assert "not applied" in str(caught.value)
    assert "pg_terminate_backend" in str(caught.value)
    migrate(old_settings)


def test_a_migration_waits_politely_for_an_analyst_and_a_load_is_not_kept_waiting(
    old: TestDatabase, old_settings: Settings
) -> None:
    visitors, threads, ended = at_work(old)
    applied: list[Any] = []
    runner = threading.Thread(target=lambda: applied.extend(migrate(old_settings, tell=lambda message: None)))
    with closing(connect_url(old.analyst_url)) as analyst, analyst.cursor() as cursor:
        cursor.execute("select count(*) from news.article")
        runner.start()
        time.sleep(3 * LOCK_SECONDS)
        assert not applied
        done = [visitor.done for visitor in visitors]
    runner.join()
    ended.set()
    for thread in threads:
        thread.join()
    assert applied
    assert min(done) > 1
    assert [visitor.error for visitor in visitors] == [None] * len(_WORK)


def test_the_tables_of_the_harness_are_filled(old: TestDatabase) -> None:
    with closing(connect_url(old.owner_url)) as owner, owner.cursor() as cursor:
        for table in BIG_TABLES:
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (ROWS,), table

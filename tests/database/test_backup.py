"""Backups come back whole, into an empty database, with roles, grants, months and numbers that go on."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from click.testing import CliRunner
from psycopg2.extensions import make_dsn

import crawler.database.backup as backup_module
import crawler.database.client_tools as client_tools
from crawler.cli.database import database as db_command
from crawler.config import Settings
from crawler.database import EmbeddedServer, connect_url
from crawler.database.backup import back_up, our_extensions
from crawler.database.backup_files import read_manifest
from crawler.database.client_tools import ClientTool, find_tool, run_tool
from crawler.database.restore import restore
from crawler.errors import ConfigError, DatabaseError
from crawler.load import load_batch
from crawler.progress import no_progress
from tests.conftest import TestDatabase, free_port, settings_for
from tests.load.builders import Batch
from tests.load.snapshot import TABLES

MONTHS = """
    set role dateline_owner;
    create table ingest.reading (seen_at timestamptz not null, value integer) partition by range (seen_at);
    insert into ingest.monthly_table values ('ingest.reading');
    select ingest.ensure_months('ingest.reading', array['2026-01-05', '2026-03-05']::timestamptz[]);
    insert into ingest.reading values ('2026-01-07', 1), ('2026-03-31 23:59+00', 2);
    reset role;
"""
GRANTS = """
    select relnamespace::regnamespace::text, relname, relacl::text, pg_get_userbyid(relowner)
    from pg_class
    where relnamespace in ('news'::regnamespace, 'ingest'::regnamespace) and relkind in ('r', 'p', 'v', 'S')
    union all
    select pronamespace::regnamespace::text, proname, proacl::text, pg_get_userbyid(proowner)
    from pg_proc where pronamespace in ('news'::regnamespace, 'ingest'::regnamespace)
    union all
    select 'schema', nspname, nspacl::text, pg_get_userbyid(nspowner)
    from pg_namespace where nspname in ('news', 'ingest')
    union all
    select 'default', defaclobjtype::text, defaclacl::text, pg_get_userbyid(defaclrole) from pg_default_acl
    order by 1, 2, 3
"""
COMMENTS = (
    "select objoid::regclass::text, objsubid, description from pg_description where classoid = 'pg_class'::regclass"
)


def silent(label: str, *, in_bytes: bool = False) -> Callable[..., None]:
    return no_progress


def rows(url: str, statement: str) -> list[tuple]:
    session = connect_url(url)
    try:
        with session, session.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        session.close()


def content(url: str, tables: tuple[str, ...] = (*TABLES, "ingest.migration", "ingest.view_file")) -> dict:
    return {table: rows(url, f"select to_jsonb(t)::text from {table} t order by 1") for table in tables}


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """A database with two articles, one of them with two versions."""
    batch = Batch()
    batch.article("bridge", "Twelve were hurt.")
    batch.article("souq", "فتح السوق أبوابه.", 2)
    load_batch(settings, batch.write(settings.runs_dir), no_progress)
    edit = Batch(run_id="r2")
    edit.article("bridge", "Twenty-one were hurt.", 90)
    load_batch(settings, edit.write(settings.runs_dir), no_progress)
    return settings


@pytest.fixture
def elsewhere(make_database, tmp_path: Path) -> Callable[..., tuple[Settings, TestDatabase]]:
    """Another database, empty, and settings that name it."""

    def make(template: str = "template1") -> tuple[Settings, TestDatabase]:
        made = make_database(template)
        urls = {"DATELINE_DATABASE_URL": made.url, "DATELINE_OWNER_DATABASE_URL": made.owner_url}
        return settings_for(tmp_path / "home of the other", **urls), made

    return make


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_backup_comes_back_whole(
    filled: Settings, database: TestDatabase, elsewhere, tmp_path: Path, jobs: int
) -> None:
    rows(database.owner_url, MONTHS)
    target = tmp_path / "a back up"
    manifest = back_up(filled, target, jobs, silent)
    assert manifest.row_counts["news.article_version"] == 3
    assert manifest.row_counts["ingest.reading"] == 2
    assert target.is_dir() == (jobs > 1)
    other, made = elsewhere()
    restored = restore(other, target, jobs, replace=False, show=silent)
    assert restored.manifest == manifest == read_manifest(target)
    assert restored.applied == []
    assert not any(check.failures for check in restored.checks)
    assert content(made.owner_url) == content(database.owner_url)
    assert rows(made.owner_url, GRANTS) == rows(database.owner_url, GRANTS)
    assert sorted(rows(made.owner_url, COMMENTS)) == sorted(rows(database.owner_url, COMMENTS))
    partitions = (
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'ingest.reading'::regclass order by 1"
    )
    assert rows(made.owner_url, partitions) == [("ingest.reading_2026_01",), ("ingest.reading_2026_03",)]
    assert rows(made.owner_url, "select value from ingest.reading_2026_03") == [(2,)]


def test_loads_go_on_after_a_restore(filled: Settings, elsewhere, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "it", 1, silent)
    other, made = elsewhere()
    restore(other, tmp_path / "it", 1, replace=False, show=silent)
    numbers = [number for (number,) in rows(made.owner_url, "select article_id from news.article")]
    batch = Batch(run_id="r3")
    batch.article("harbour", "The harbour is open.", 200)
    batch.article("bridge", "All were sent home.", 201)
    load_batch(other, batch.write(other.runs_dir), no_progress)
    (new,) = rows(made.owner_url, "select article_id from news.article where url like '%harbour'")
    assert new[0] > max(numbers)
    assert rows(made.owner_url, "select max(version_number) from news.article_version") == [(3,)]
    assert rows(made.analyst_url, "select count(*) from news.article") == [(3,)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        rows(made.owner_url, "update news.article_version set title = 'x'")
    # A table that is made later is the analysts' to read, as before.
    rows(made.owner_url, "set role dateline_owner; create table news.later (n integer)")
    assert rows(made.analyst_url, "select count(*) from news.later") == [(0,)]


def test_what_is_loaded_meanwhile_is_not_half_in_it(
    filled: Settings, elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = backup_module.count_rows

    def load_after_counting(*arguments) -> dict[str, int]:
        counted = count(*arguments)
        batch = Batch(run_id="r3")
        batch.article("late", "Loaded meanwhile.", 300)
        load_batch(filled, batch.write(filled.runs_dir), no_progress)
        return counted

    monkeypatch.setattr(backup_module, "count_rows", load_after_counting)
    back_up(filled, tmp_path / "it", 1, silent)
    other, made = elsewhere()
    restore(other, tmp_path / "it", 1, replace=False, show=silent)
    assert rows(made.owner_url, "select count(*) from news.article") == [(2,)]


def test_extensions_that_the_schema_needs_come_back(
    filled: Settings, database: TestDatabase, elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(database.owner_url, "create extension citext; create extension hstore")
    rows(database.owner_url, "create index by_words on news.article using gin (title ingest.gin_trgm_ops)")
    monkeypatch.setattr(backup_module, "our_extensions", lambda: ["pg_trgm", "unaccent", "citext"])
    back_up(filled, tmp_path / "it", 1, silent)
    other, made = elsewhere()
    restore(other, tmp_path / "it", 1, replace=False, show=silent)
    extensions = "select extname from pg_extension where extname <> 'plpgsql' order by 1"
    assert rows(made.owner_url, extensions) == [("citext",), ("pg_trgm",), ("unaccent",)]
    assert "gin_trgm_ops" in rows(made.owner_url, "select pg_get_indexdef('news.by_words'::regclass)")[0][0]


def test_extensions_are_read_from_the_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    text = (
        "-- create extension none\ncreate extension if not exists pg_trgm with schema news;\n"
        '  CREATE EXTENSION "unaccent";'
    )
    (folder / "0001_x.sql").write_text(text)
    monkeypatch.setattr(backup_module, "resource_dir", lambda name: tmp_path)
    assert our_extensions() == ["pg_trgm", "unaccent"]


def test_a_database_that_holds_data_is_left_alone(filled: Settings, database: TestDatabase, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "it", 1, silent)
    rows(database.owner_url, "update news.article set section = 'later'")
    with pytest.raises(DatabaseError, match=r"holds data already.*--replace"):
        restore(filled, tmp_path / "it", 1, replace=False, show=silent)
    assert rows(database.owner_url, "select distinct section from news.article") == [("later",)]
    restore(filled, tmp_path / "it", 1, replace=True, show=silent)
    assert rows(database.owner_url, "select distinct section from news.article") == [(None,)]


def test_an_owner_who_is_no_superuser_can_do_both(filled: Settings, database, elsewhere, tmp_path: Path) -> None:
    other, made = elsewhere()
    rows(made.owner_url, "create role migrator login password 'only a test'; grant dateline_owner to migrator")
    try:
        urls = {}
        for name, one in (("from", database), ("to", made)):
            rows(one.owner_url, f"alter database {one.name} owner to migrator")
            urls[name] = make_dsn(one.owner_url, user="migrator", password="only a test")
        back_up(replace(filled, owner_database_url=urls["from"]), tmp_path / "it", 1, silent)
        restore(replace(other, owner_database_url=urls["to"]), tmp_path / "it", 1, replace=False, show=silent)
        assert rows(made.owner_url, GRANTS) == rows(database.owner_url, GRANTS)
        assert content(made.owner_url) == content(database.owner_url)
    finally:
        for one in (database, made):
            rows(one.owner_url, f"alter database {one.name} owner to postgres; drop owned by migrator")
        rows(made.owner_url, "drop role migrator")


def test_a_schema_without_rows_gives_way(filled: Settings, elsewhere, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "it", 1, silent)
    other, made = elsewhere("template_migrated")
    restore(other, tmp_path / "it", 1, replace=False, show=silent)
    assert rows(made.owner_url, "select count(*) from news.article") == [(2,)]


def test_a_schema_of_somebody_else_is_never_dropped(filled: Settings, elsewhere, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "it", 1, silent)
    other, made = elsewhere()
    rows(made.owner_url, "create schema news; create table news.mine ()")
    with pytest.raises(DatabaseError, match="not Dateline's"):
        restore(other, tmp_path / "it", 1, replace=True, show=silent)
    assert rows(made.owner_url, "select * from news.mine") == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_damaged_backup_is_refused_before_anything_is_lost(
    filled: Settings, database: TestDatabase, tmp_path: Path, jobs: int
) -> None:
    target = tmp_path / "it"
    back_up(filled, target, jobs, silent)
    damaged = max(target.glob("*.gz"), key=lambda path: path.stat().st_size) if jobs > 1 else target
    bytes_there = bytearray(damaged.read_bytes())
    bytes_there[len(bytes_there) // 2] ^= 1
    damaged.write_bytes(bytes_there)
    with pytest.raises(DatabaseError, match="is damaged"):
        restore(filled, target, jobs, replace=True, show=silent)
    if jobs > 1:
        damaged.unlink()
        with pytest.raises(DatabaseError, match="is missing: the backup is not whole"):
            restore(filled, target, jobs, replace=True, show=silent)
    assert rows(database.owner_url, "select count(*) from news.article") == [(2,)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_restore_that_fails_leaves_nothing_behind(
    filled: Settings, database: TestDatabase, elsewhere, tmp_path: Path, jobs: int
) -> None:
    # The restored table calls a function of a schema that is not Dateline's.
    rows(database.owner_url, "create function public.fine(text) returns boolean language sql as 'select true'")
    rows(database.owner_url, "alter table news.source add constraint by_theirs check (public.fine(name))")
    back_up(filled, tmp_path / "it", jobs, silent)
    other, made = elsewhere()
    with pytest.raises(DatabaseError, match=r"pg_restore failed: .*public\.fine"):
        restore(other, tmp_path / "it", jobs, replace=False, show=silent)
    assert rows(made.owner_url, "select to_regnamespace('news')::text, to_regnamespace('ingest')::text") == [
        (None, None)
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema_number": 9999}, "install Dateline"),
        ({"server_major": 99}, "restore it into PostgreSQL 99 or newer"),
        ({"tool_major": 99}, "pg_restore is too old, PostgreSQL 99 is needed"),
        ({"row_counts": {"news.article": 3}}, "news.article has 2 rows, not 3"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(
    filled: Settings, elsewhere, tmp_path: Path, change: dict, says: str
) -> None:
    back_up(filled, tmp_path / "it", 1, silent)
    path = tmp_path / "it.manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(DatabaseError, match=says):
        restore(elsewhere()[0], tmp_path / "it", 1, replace=False, show=silent)


def test_a_dump_without_its_manifest_is_no_backup(filled: Settings, elsewhere, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "it", 1, silent)
    (tmp_path / "it.manifest.json").write_text("{")
    with pytest.raises(ConfigError, match="cannot be read as the manifest"):
        restore(filled, tmp_path / "it", 1, replace=False, show=silent)
    (tmp_path / "it.manifest.json").unlink()
    with pytest.raises(ConfigError, match="Keep a dump and its manifest together"):
        restore(filled, tmp_path / "it", 1, replace=False, show=silent)
    with pytest.raises(ConfigError, match="is not there"):
        restore(filled, tmp_path / "other", 1, replace=False, show=silent)


def test_a_backup_that_fails_leaves_nothing_behind(filled: Settings, database: TestDatabase, tmp_path: Path) -> None:
    poor = settings_for(tmp_path / "home", DATELINE_DATABASE_URL=database.url)
    rows(database.owner_url, "create table news.secret (n integer)")
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(DatabaseError, match="permission denied for table secret"):
        back_up(poor, folder / "it", 1, silent)
    assert list(folder.iterdir()) == []
    with pytest.raises(ConfigError, match="is not a folder"):
        back_up(filled, folder / "no" / "it", 1, silent)
    back_up(filled, folder / "it", 1, silent)
    with pytest.raises(ConfigError, match="exists already"):
        back_up(filled, folder / "it", 1, silent)
    assert sorted(path.name for path in folder.iterdir()) == ["it", "it.manifest.json"]


def test_nothing_of_dateline_is_no_backup(elsewhere, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="nothing of Dateline's"):
        back_up(elsewhere()[0], tmp_path / "it", 1, silent)


def script(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_password_is_never_on_a_command_line(tmp_path: Path) -> None:
    program = script(tmp_path / "bin", "pg_dump", 'echo "$@" >&2; echo "of environment: $PGPASSWORD" >&2')
    said: list[str] = []
    run_tool(ClientTool(program, 18), ["--file=a b"], "postgresql://rana:s%40crét@h:5433/d", said.append)
    assert said[-1] == "of environment: s@crét"
    assert "user=rana" in said[0]
    assert "crét" not in said[0]


def test_a_password_is_not_repeated_in_an_error(tmp_path: Path) -> None:
    program = script(tmp_path / "bin", "pg_dump", 'echo "pg_dump: error: no: $PGPASSWORD" >&2; exit 1')
    with pytest.raises(DatabaseError, match=r"pg_dump failed: error: no: \*\*\*"):
        run_tool(ClientTool(program, 18), [], "postgresql://rana:secret@h/d", print)


def test_the_oldest_program_that_is_not_too_old_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = script(tmp_path / "bin", "pg_dump", "echo 'pg_dump (PostgreSQL) 16.4 (Debian)'")
    script(tmp_path / "shipped", "pg_dump", "echo 'pg_dump (PostgreSQL) 18.1'")
    monkeypatch.setenv("PATH", f"{on_path.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(client_tools, "shipped_binaries", lambda: tmp_path / "shipped")
    chosen = {major: find_tool("pg_dump", major, is_embedded=False).major for major in (15, 16, 17, 18)}
    assert chosen == {15: 16, 16: 16, 17: 18, 18: 18}
    assert find_tool("pg_dump", 15, is_embedded=True).major == 18
    with pytest.raises(DatabaseError, match=r"PostgreSQL 19 is needed: .*bin/pg_dump is of PostgreSQL 16.*install the"):
        find_tool("pg_dump", 19, is_embedded=False)
    with pytest.raises(DatabaseError, match="no program pg_nothing that runs"):
        find_tool("pg_nothing", 15, is_embedded=False)


def test_a_bare_machine_gets_roles_and_all_from_the_command_line(filled: Settings, tmp_path: Path) -> None:
    """The restore drill: the command line, and a server of its own that has never seen Dateline's roles."""
    folder = tmp_path / "back ups"
    folder.mkdir()
    environment = {**os.environ, "DATELINE_DATABASE_URL": filled.database_url, "DATELINE_HOME": str(filled.home)}
    environment["DATELINE_OWNER_DATABASE_URL"] = str(filled.owner_database_url)
    command = [sys.executable, "-m", "crawler", "db"]
    for jobs in ("1", "2"):
        done = subprocess.run(
            [*command, "backup", str(folder), "--jobs", jobs],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "with 2 articles" in done.stdout
    (dump,) = folder.glob("*.dump")
    home = tmp_path / "bare machine"
    server = EmbeddedServer(settings_for(home, DATELINE_POSTGRES_PORT=str(free_port())))
    server.start()
    try:
        # A database of that server, as a DBA would give us one, before anybody made the roles.
        bare = server.url("owner", "postgres")
        session = connect_url(bare)
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute("create database bare")
            cursor.execute("drop database dateline")
            for role in ("owner", "loader", "analyst"):
                cursor.execute(f"drop role dateline_{role}")
        session.close()
        environment["DATELINE_DATABASE_URL"] = environment["DATELINE_OWNER_DATABASE_URL"] = server.url("owner", "bare")
        done = subprocess.run(
            [*command, "restore", str(dump)], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "2 articles came back" in done.stdout
        assert "checks of the data hold" in done.stdout
        found = rows(
            server.url("owner", "bare"),
            "select rolname, rolcanlogin, rolconfig::text from pg_roles where rolname like 'dateline%' order by 1",
        )
        assert [(name, may_log_in) for name, may_log_in, _ in found] == [
            ("dateline_analyst", False), ("dateline_loader", False), ("dateline_owner", False),
        ]  # fmt: skip
        assert "default_transaction_read_only=on" in found[0][2]
    finally:
        server.stop(seconds=0)


def test_json_says_what_is_in_it(filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_DATABASE_URL", str(filled.owner_database_url))
    monkeypatch.setenv("DATELINE_HOME", str(filled.home))
    told = json.loads(CliRunner().invoke(db_command, ["backup", str(tmp_path / "it"), "--json"]).stdout)
    assert told["row_counts"]["news.article"] == 2
    assert told["bytes"] == (tmp_path / "it").stat().st_size

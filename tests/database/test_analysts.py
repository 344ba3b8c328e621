"""Logins of analysts: what they may do, and what they cannot do to others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner

from crawler.cli.main import dateline
from crawler.config import Settings
from crawler.database import EmbeddedServer, connect_url, migrate
from crawler.database.analysts import LIMITS, add_analyst, list_analysts, remove_analyst
from crawler.errors import ConfigError, DatabaseError
from crawler.load import load_batch
from crawler.progress import no_progress
from tests.conftest import TestDatabase, admin, settings_for
from tests.load.builders import Batch

Query = Callable[..., list[tuple[Any, ...]]]
NAME = "amal_of_tests"


@pytest.fixture
def amal(settings: Settings, database: TestDatabase) -> Iterator[str]:
    """The URL of an analyst's login."""
    add_analyst(settings, NAME, "olive tree", connections=2)
    yield f"postgresql://{NAME}:olive%20tree@{database.url.split('@', 1)[1]}"
    if NAME in {one.name for one in list_analysts(settings)}:
        remove_analyst(settings, NAME)


@pytest.fixture(scope="module")
def fresh(postgres_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an analyst in a database that is no copy: what is granted on a database is not copied with it."""
    admin(postgres_server, "create database not_a_copy")
    url = postgres_server.url("owner", "not_a_copy")
    migrate(settings_for(tmp_path_factory.mktemp("fresh"), DATELINE_DATABASE_URL=url))
    yield postgres_server.url("analyst", "not_a_copy")
    admin(postgres_server, "drop database not_a_copy with (force)")


def shown(url: str, name: str) -> str:
    with closing(connect_url(url)) as session, session.cursor() as cursor:
        cursor.execute(f"show {name}")
        return str(cursor.fetchone()[0])  # type: ignore[index]


def test_a_login_has_each_limit_and_so_has_the_role_itself(amal: str, database: TestDatabase) -> None:
    for name, value in LIMITS.items():
        assert shown(amal, name) == value
        assert shown(database.analyst_url, name) == value


def test_a_login_that_is_merely_granted_the_role_has_none_and_is_listed_so(
    settings: Settings, database: TestDatabase, postgres_server: EmbeddedServer
) -> None:
    admin(postgres_server, "create role plain_member login password 'x' in role dateline_analyst")
    try:
        url = f"postgresql://plain_member:x@{database.url.split('@', 1)[1]}"
        assert shown(url, "statement_timeout") == "0"
        (found,) = [one for one in list_analysts(settings) if one.name == "plain_member"]
        assert set(found.missing) == set(LIMITS)
        add_analyst(settings, "plain_member", "y")
        assert not next(one for one in list_analysts(settings) if one.name == "plain_member").missing
    finally:
        admin(postgres_server, "drop role plain_member")


def test_a_login_may_connect_so_often_and_no_more(amal: str) -> None:
    with (
        closing(connect_url(amal)),
        closing(connect_url(amal)),
        pytest.raises(DatabaseError, match="too many connections"),
    ):
        connect_url(amal)


def test_a_login_that_is_removed_is_gone_with_its_sessions(settings: Settings, amal: str) -> None:
    with closing(connect_url(amal)) as session:
        assert remove_analyst(settings, NAME) == 1
        with session.cursor() as cursor, pytest.raises(psycopg2.OperationalError):
            cursor.execute("select 1")
    with pytest.raises(DatabaseError, match="the user or the password is wrong"):
        connect_url(amal)
    with pytest.raises(ConfigError, match="is no analyst's login"):
        remove_analyst(settings, NAME)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("dateline_owner", "is a role of Dateline"),
        ("postgres", "exists, and is no analyst's login"),
        ("pg_amal", "is no name for a login"),
        ('x"; drop role dateline_owner; --', "is no name for a login"),
        ("", "is no name for a login"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(settings: Settings, name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        add_analyst(settings, name, "x")


def test_nobody_else_is_removed(settings: Settings) -> None:
    for name in ("postgres", "dateline_loader", "nobody_at_all"):
        with pytest.raises(ConfigError, match="is no analyst's login"):
            remove_analyst(settings, name)


def test_a_user_who_may_not_make_logins_is_told_what_it_takes(settings: Settings, database: TestDatabase) -> None:
    loader = settings_for(settings.home, DATELINE_DATABASE_URL=database.url)
    with pytest.raises(DatabaseError, match="It needs createrole, and `grant dateline_analyst"):
        add_analyst(loader, NAME, "x")


def test_the_commands(settings: Settings) -> None:
    run = CliRunner()
    env = {
        "DATELINE_HOME": str(settings.home),
        "DATELINE_DATABASE_URL": settings.database_url or "",
        "DATELINE_OWNER_DATABASE_URL": settings.owner_database_url or "",
        "AMALS": "fig tree",
    }
    added = run.invoke(dateline, ["db", "add-analyst", NAME, "--password-env", "AMALS"], env=env)
    assert added.exit_code == 0, added.output
    assert "fig" not in added.output
    listed = run.invoke(dateline, ["db", "analysts", "--json"], env=env)
    assert {one["name"]: one["missing"] for one in json.loads(listed.stdout)}[NAME] == []
    assert NAME in run.invoke(dateline, ["db", "analysts"], env=env).output
    assert "is gone" in run.invoke(dateline, ["db", "remove-analyst", NAME], env=env).output
    refused = run.invoke(dateline, ["db", "add-analyst", NAME, "--password-env", "NOT_SET"], env=env)
    assert "the environment variable NOT_SET is empty" in str(refused.exception)


@pytest.mark.parametrize(
    "statement",
    [
        "begin; lock table news.article in row share mode",
        "begin; lock table news.article in share mode",
        "begin; lock table news.article in access exclusive mode",
        "select * from news.article for update",
        "select * from news.article for key share",
        "vacuum news.article",
        "analyze news.article_version, news.article",
        "create table public.mine (n integer)",
        "create temporary table mine (n integer)",
        "create schema mine",
        "select ingest.ensure_months('ingest.outcome', array[now()])",
        "select * from ingest.monthly_table",
        "set temp_file_limit = -1",
        "set role dateline_owner",
        "alter role current_user set temp_file_limit = -1",
        "select pg_read_file('/etc/passwd')",
        "copy (select 1) to program 'true'",
    ],
)
def test_what_an_analyst_may_not_do(fresh: str, statement: str) -> None:
    with closing(connect_url(fresh)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute("set default_transaction_read_only = off")  # a session may: the rights have to do
            try:
                cursor.execute(statement)
            except psycopg2.errors.InsufficientPrivilege:
                return
            # vacuum and analyze only warn, and do nothing
            assert any("permission denied" in notice or "only" in notice for notice in session.notices), statement


def test_an_analyst_in_the_middle_of_reading_keeps_no_load_waiting(
    settings: Settings, query: Query, database: TestDatabase
) -> None:
    with closing(connect_url(database.analyst_url)) as analyst, analyst.cursor() as cursor:
        cursor.execute("lock table news.article, news.article_version, news.story in access share mode")
        cursor.execute("select count(*) from news.article cross join news.source_health")
        batch = Batch()
        batch.visit()
        batch.article("a", "The bridge over the Karsuma is open again.")
        query("alter role dateline_loader set lock_timeout = '1s'")
        try:
            load_batch(settings, batch.write(settings.runs_dir), no_progress)
        finally:
            query("alter role dateline_loader reset lock_timeout")
        cursor.execute("select count(*) from news.article")
        assert cursor.fetchone() == (1,)


def test_months_are_made_whatever_advisory_locks_an_analyst_holds(database: TestDatabase) -> None:
    with closing(connect_url(database.analyst_url)) as analyst, analyst.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtextextended('dateline months', 0))")
        with closing(connect_url(database.url)) as loader, loader.cursor() as other:
            other.execute("set local statement_timeout = '5s'")
            other.execute("select ingest.ensure_months('ingest.outcome', array[now()])")
            assert other.fetchone() == (1,)


def test_functions_are_for_those_who_need_them(query: Query) -> None:
    """Of `news` for analysts, of `ingest` for the loader; for everybody, none but an extension's own."""
    open_to = """
        select p.oid::regprocedure::text, role
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
            unnest(array['dateline_analyst', 'dateline_loader', 'public']) as role
        where n.nspname in ('news', 'ingest', 'retired') and has_function_privilege(role, p.oid, 'execute')
            and (role = 'public' or (role = 'dateline_analyst' and n.nspname <> 'news'))
            and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    """
    assert query(open_to) == []


def test_a_function_made_later_is_for_nobody_or_in_news_for_analysts(query: Query) -> None:
    query("set role dateline_owner")
    for schema in ("news", "ingest"):
        query(f"create function {schema}.one() returns integer language sql return 1")
    can = "select has_function_privilege(%s, %s, 'execute')"
    allowed = {
        (role, name)
        for role in ("dateline_analyst", "public")
        for name in ("news", "ingest")
        if query(can, role, f"{name}.one()") == [(True,)]
    }
    assert allowed == {("dateline_analyst", "news")}

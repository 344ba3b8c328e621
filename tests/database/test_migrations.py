from __future__ import annotations

import re
import shutil
import threading

import psycopg2
import pytest

from crawler.database import connect, connect_url, migrate, migration_status, set_role_password
from crawler.errors import ConfigError, DatabaseError
from crawler.resources import resource_dir
from tests.conftest import admin, settings_for

LAST = len(list((resource_dir("sql") / "migrations").glob("*.sql")))
VIEWS = len(list((resource_dir("sql") / "views").glob("*.sql")))
NEXT = f"{LAST + 1:04}"


@pytest.fixture
def empty(make_database, tmp_path):
    """Settings of a database without the schema."""
    database = make_database("template1")
    return settings_for(tmp_path, DATELINE_DATABASE_URL=database.owner_url)


@pytest.fixture
def files(tmp_path):
    """A copy of the migrations, to change."""
    return shutil.copytree(resource_dir("sql") / "migrations", tmp_path / "migrations")


def test_from_scratch_and_twice(empty):
    assert all(one.applied_at is None for one in migration_status(empty))
    first = migrate(empty)
    assert [one.name for one in first if one.number] == [one.name for one in migration_status(empty)]
    assert migrate(empty) == []
    assert all(one.applied_at for one in migration_status(empty))
    connect(empty).close()


def test_two_runners_at_once_share_the_work(empty):
    results = []
    threads = [threading.Thread(target=lambda: results.append(migrate(empty))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3  # none ended in an error
    names = [one.name for applied in results for one in applied]
    assert len(names) == len(set(names)) == LAST + VIEWS


def test_a_changed_file_is_named(empty, files):
    migrate(empty, files)
    changed = files / "0002_create_news.sql"
    changed.write_text(changed.read_text() + "-- more\n")
    for act in (migrate, migration_status):
        with pytest.raises(DatabaseError, match=r"0002_create_news\.sql: changed after it was applied"):
            act(empty, files)


@pytest.mark.parametrize(
    ("name", "message"),
    [(f"{LAST + 2:04}_late.sql", f"number {NEXT} is expected"), (f"{NEXT}-dash.sql", "name a migration as in")],
)
def test_a_file_out_of_line_is_named(empty, files, name, message):
    (files / name).write_text("select 1")
    with pytest.raises(DatabaseError, match=message):
        migrate(empty, files)


def test_a_broken_migration_leaves_nothing_behind(empty, files):
    (files / f"{NEXT}_broken.sql").write_text("create table news.half (half_id integer);\nselect no_such_function();")
    with pytest.raises(DatabaseError, match=rf"{NEXT}_broken\.sql: not applied.*no_such_function"):
        migrate(empty, files)
    assert [one.number for one in migration_status(empty)] == list(range(1, LAST + 1))
    database = connect(empty)
    with database.cursor() as cursor:
        cursor.execute("select to_regclass('news.half')")
        assert cursor.fetchone() == (None,)
    database.close()


def test_a_newer_schema_is_not_touched(empty, files):
    (files / f"{NEXT}_more.sql").write_text("select 1")
    migrate(empty, files)
    with pytest.raises(DatabaseError, match=f"newer than the {LAST}"):
        migrate(empty)
    with pytest.raises(DatabaseError, match=f"schema is at {LAST + 1}, newer than the {LAST}"):
        connect(empty)


def test_a_missing_schema_names_the_command(empty, files):
    with pytest.raises(DatabaseError, match=r"the schema is missing\. Run `dateline db migrate`"):
        connect(empty)
    for path in sorted(files.glob("*.sql"))[2:]:
        path.unlink()
    with pytest.raises(DatabaseError, match="0001_source_run"):  # a view of a table that is not there
        migrate(empty, files)
    with pytest.raises(DatabaseError, match=f"schema is at 2, this version needs {LAST}"):
        connect(empty)


def test_everything_has_a_comment(query):
    relations = """
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('news', 'ingest') and c.relkind in ('r', 'v', 'm', 'p') and obj_description(c.oid) is null
        union all
        select a.attrelid::regclass || '.' || a.attname from pg_attribute a
        join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('news', 'ingest') and c.relkind in ('r', 'v', 'm', 'p') and a.attnum > 0
            and not a.attisdropped and col_description(c.oid, a.attnum) is null
        union all
        select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('news', 'ingest') and obj_description(p.oid, 'pg_proc') is null
            and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        union all
        select nspname from pg_namespace where nspname in ('news', 'ingest') and obj_description(oid) is null
    """
    assert query(relations) == []


def test_every_index_says_what_it_is_for(query):
    """An index costs at every write: one that no query needs has no place here. `comment on index` names the query."""
    silent = """
        select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('news', 'ingest') and c.relkind in ('r', 'p', 'm') and not c.relispartition
            and not i.indisprimary and obj_description(i.indexrelid, 'pg_class') is null
    """
    assert query(silent) == []


def test_an_index_names_only_queries_that_there_are(query):
    said = query(
        "select obj_description(i.indexrelid, 'pg_class') from pg_index i where not i.indisprimary"
        " and obj_description(i.indexrelid, 'pg_class') is not null"
    )
    named = {name for (text,) in said for name in re.findall(r"\b(?:queries|load|checks)/\w+", text)}
    assert len(named) >= 10
    files = [str(path.relative_to(resource_dir("sql"))) for path in resource_dir("sql").rglob("*.sql")]
    assert [name for name in sorted(named) if not any(file.startswith(name) for file in files)] == []


def test_everything_belongs_to_the_owner_role(query):
    owners = """
        select distinct pg_get_userbyid(c.relowner) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('news', 'ingest', 'retired')
    """
    assert query(owners) == [("dateline_owner",)]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("analyst", "update news.article set title = 'x'"),
        ("analyst", "insert into news.source (source_id) values ('x')"),
        ("analyst", "delete from news.article_version"),
        ("analyst", "select * from ingest.url"),
        ("analyst", "create table news.mine (n integer)"),
        ("loader", "update news.article_version set title = 'x'"),
        ("loader", "delete from news.article_version"),
        ("loader", "truncate news.article_version"),
        ("loader", "delete from news.article"),
        ("loader", "delete from ingest.outcome"),
        ("loader", "update ingest.outcome set reason = 'new'"),
        ("loader", "update ingest.capture set record = '{}'"),
        ("loader", "insert into ingest.migration (number, name, content_sha256) values (9, 'x', 'x')"),
        ("loader", "create table news.mine (n integer)"),
        ("analyst", "select * from ingest.search_document"),
        ("analyst", "select ingest.fold_search_text('x')"),
        ("loader", "delete from ingest.search_document"),
        ("owner", "update news.article_version set title = 'x'"),
        ("owner", "truncate news.article_version, news.article_event"),
        ("loader", "delete from news.article_event"),
        ("owner", "update news.article_event set event = 'restored'"),
    ],
)
def test_roles_may_not_do_more_than_they_need(database, role, statement):
    urls = {"analyst": database.analyst_url, "loader": database.url, "owner": database.owner_url}
    session = connect_url(urls[role])
    try:
        with session.cursor() as cursor:
            cursor.execute("set transaction read write")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)
    finally:
        session.close()


def test_the_loader_has_no_more_than_its_grants(query):
    granted = """
        select table_schema || '.' || table_name, privilege_type from information_schema.table_privileges
        where grantee = 'dateline_loader' and privilege_type not in ('SELECT', 'INSERT')
    """
    updated = ("news.source", "news.article", "ingest.run", "ingest.batch", "ingest.source_state", "ingest.endpoint")
    updated += ("ingest.url", "ingest.search_document", "ingest.source_day")
    rewritten = ("ingest.source_hour", "ingest.site_template", "ingest.search_backlog")
    rewritten += ("news.story", "news.story_article", "news.story_relation")
    rewritten += ("ingest.story_text", "ingest.story_edge")
    deleted = tuple(f"ingest.story_{name}" for name in ("pending", "band", "paragraph", "signature", "boilerplate"))
    expected = {(table, "UPDATE") for table in (*updated, *rewritten)}
    expected |= {(table, "DELETE") for table in (*rewritten, *deleted)}
    assert set(query(granted)) == expected


def test_analysts_read_within_limits(database):
    session = connect_url(database.analyst_url)
    with session.cursor() as cursor:
        cursor.execute("select count(*) from news.article join news.article_version using (article_id)")
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_read_only")
        limits = []
        for name in names:
            cursor.execute(f"show {name}")
            limits.append(cursor.fetchone()[0])
        assert limits == ["5min", "10s", "5min", "on"]
    session.close()


def test_a_user_who_may_not_make_roles_is_told_what_to_ask_for(postgres_server, tmp_path):
    admin(postgres_server, "create role plain_user login password 'plain' nocreaterole")
    admin(postgres_server, "create database plain owner plain_user")
    url = postgres_server.url("owner", "plain")
    parts = url.split("@", 1)[1]
    settings = settings_for(tmp_path, DATELINE_DATABASE_URL=f"postgresql://plain_user:plain@{parts}")
    with pytest.raises(DatabaseError, match=r"may not act as the role dateline_owner.*Ask the DBA to run: grant"):
        migrate(settings)
    admin(postgres_server, "grant dateline_owner to plain_user")
    assert len(migrate(settings)) == LAST + VIEWS
    assert migrate(settings) == []


def test_a_role_gets_a_password(settings, database):
    set_role_password(settings, "dateline_analyst", "opén sesame")
    host = database.url.split("@", 1)[1]
    try:
        connect_url(f"postgresql://dateline_analyst:op%C3%A9n%20sesame@{host}").close()
    finally:
        old = database.analyst_url.split(":", 2)[2].split("@")[0]
        set_role_password(settings, "dateline_analyst", old)
    connect_url(database.analyst_url).close()
    with pytest.raises(ConfigError, match="none of Dateline's roles"):
        set_role_password(settings, "postgres", "x")

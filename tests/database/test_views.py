"""Views and functions change with their files, whatever `create or replace` would refuse."""

from __future__ import annotations

import re
import shutil

import psycopg2
import pytest

from crawler.database import connect_url, migrate
from crawler.errors import DatabaseError
from crawler.resources import resource_dir
from tests.conftest import settings_for

NAMES = sorted(path.name for path in (resource_dir("sql") / "views").glob("*.sql"))
PAIR = """\
set local role dateline_owner;
create or replace view news.lower_view as select 1 as one, 2 as two;
create or replace function news.answer(asked integer) returns integer language sql as 'select 42';
"""
UPPER = """\
set local role dateline_owner;
create or replace view news.upper_view as select lower_view.two, news.answer(1) as answer from news.lower_view;
"""


@pytest.fixture
def owner(database, tmp_path):
    return settings_for(tmp_path / "home", DATELINE_DATABASE_URL=database.owner_url)


@pytest.fixture
def views(tmp_path, owner):
    """A copy of the view files with two of ours that are applied already, to change."""
    folder = shutil.copytree(resource_dir("sql") / "views", tmp_path / "views")
    (folder / "9001_lower.sql").write_text(PAIR)
    (folder / "9002_upper.sql").write_text(UPPER)
    assert [one.name for one in migrate(owner, views_dir=folder)] == ["9001_lower.sql", "9002_upper.sql"]
    return folder


def change(views, name, old, new):
    path = views / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_column_that_is_appended_touches_one_file(owner, views, query):
    change(views, "9001_lower.sql", "2 as two", "2 as two, 3 as three")
    assert [one.name for one in migrate(owner, views_dir=views)] == ["9001_lower.sql"]
    assert query("select three from news.lower_view") == [(3,)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1 as one, 2 as two", "2 as two"),
        ("1 as one, 2 as two", "'1'::text as one, 2 as two"),
        ("1 as one, 2 as two", "1 as first, 2 as two"),
        ("returns integer language sql as 'select 42'", "returns text language sql as 'select ''42'''"),
        ("answer(asked integer)", "answer(question integer)"),
    ],
)
def test_an_incompatible_change_makes_all_views_anew(owner, views, query, old, new):
    change(views, "9001_lower.sql", old, new)
    assert [one.name for one in migrate(owner, views_dir=views)] == [*NAMES, "9001_lower.sql", "9002_upper.sql"]
    assert query("select two, answer::text from news.upper_view") == [(2, "42")]
    assert migrate(owner, views_dir=views) == []


def test_what_a_file_drops_is_dropped_though_an_old_view_stands_on_it(owner, views, query):
    change(
        views, "9001_lower.sql",
        "create or replace function news.answer(asked integer) returns integer language sql as 'select 42';",
        "drop function if exists news.answer(integer);",
    )  # fmt: skip
    change(views, "9002_upper.sql", "news.answer(1) as answer", "42 as answer")
    migrate(owner, views_dir=views)
    assert query("select count(*) from pg_proc where proname = 'answer'") == [(0,)]
    assert query("select answer from news.upper_view") == [(42,)]


def test_analysts_read_the_new_view_as_they_read_the_old_one(owner, views, database):
    change(views, "9001_lower.sql", "1 as one, ", "")
    migrate(owner, views_dir=views)
    session = connect_url(database.analyst_url)
    with session.cursor() as cursor:
        for relation in ("news.upper_view", "news.lower_view", "news.edit", "news.source_day"):
            cursor.execute(f"select * from {relation}")
    session.close()


def test_a_view_of_somebody_else_is_named_and_left_alone(owner, views, query, database):
    session = psycopg2.connect(database.owner_url)
    with session, session.cursor() as cursor:
        cursor.execute("create schema desk; create view desk.mine as select one from news.lower_view")
    session.close()
    change(views, "9001_lower.sql", "1 as one, 2 as two", "2 as two")
    with pytest.raises(DatabaseError, match=r"nothing of it is left behind.*view desk\.mine depends on view news"):
        migrate(owner, views_dir=views)
    assert query("select one from desk.mine") == [(1,)]
    assert query("select two from news.upper_view") == [(2,)]


def test_a_view_that_cannot_be_made_is_named(owner, views, query):
    change(views, "9002_upper.sql", "lower_view.two", "lower_view.no_such_column")
    change(views, "9001_lower.sql", "1 as one, ", "")
    with pytest.raises(DatabaseError, match=r"9002_upper\.sql: not applied.*no_such_column"):
        migrate(owner, views_dir=views)
    assert query("select one from news.lower_view") == [(1,)]


def test_files_make_views_and_functions_in_the_one_form_that_the_runner_knows():
    """It drops what files name at the start of a line: what is made otherwise would be left standing."""
    for path in (resource_dir("sql") / "views").glob("*.sql"):
        for line in path.read_text().splitlines():
            if re.search(r"\bcreate\b.*\b(view|function)\b", line) and not line.lstrip().startswith("--"):
                assert re.match(r"create or replace (view|function) (news|ingest)\.", line), f"{path.name}: {line}"

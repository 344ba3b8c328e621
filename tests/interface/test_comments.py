"""Analysts learn the database from its comments alone."""

from __future__ import annotations

import re

from crawler.database.dictionary import data_dictionary

FUNCTIONS = """
    select p.oid::regprocedure::text, coalesce(p.proargnames, '{}'), coalesce(p.proargmodes::text[], '{}'),
        coalesce(obj_description(p.oid, 'pg_proc'), '')
    from pg_proc as p
    where p.pronamespace = 'news'::regnamespace and p.prorettype <> 'trigger'::regtype
    order by 1
"""


def test_every_comment_of_a_function_explains_its_arguments_and_results(query):
    """Result columns that news.article has too mean what they mean there."""
    known = {name for (name,) in query("select attname from pg_attribute where attrelid = 'news.article'::regclass")}
    functions = query(FUNCTIONS)
    assert len(functions) >= 10
    unexplained = [
        f"{signature}: {name}"
        for signature, names, modes, comment in functions
        for name, mode in zip(names, modes or ["i"] * len(names), strict=True)
        if not re.search(rf"\b{re.escape(name)}\b", comment) and not (mode == "t" and name in known)
    ]
    assert unexplained == []


def test_the_schema_says_where_to_begin_and_names_what_there_is(query):
    ((comment,),) = query("select obj_description('news'::regnamespace)")
    named = re.findall(r"news\.([a-z_]+)(\(\))?", comment)
    assert ("article", "") in named
    for name, is_function in named:
        found = query(
            "select to_regclass('news.' || %s) is not null, exists (select from pg_proc where proname = %s)", name, name
        )
        assert found == [(not is_function, bool(is_function))], name


def test_a_comment_names_only_what_there_is(query):
    """A comment that sends the reader to a table or view that is gone is worse than none."""
    comments = query(
        "select d.description from pg_description d join pg_class c on c.oid = d.objoid "
        "where d.classoid = 'pg_class'::regclass and c.relnamespace = 'news'::regnamespace union all "
        "select obj_description(oid, 'pg_proc') from pg_proc where pronamespace = 'news'::regnamespace"
    )
    named = {name for (text,) in comments for name in re.findall(r"\bnews\.([a-z_]+)", text)}
    known = {name for (name,) in query("select relname from pg_class where relnamespace = 'news'::regnamespace")}
    known |= {name for (name,) in query("select proname from pg_proc where pronamespace = 'news'::regnamespace")}
    assert named - known == set()


def test_analysts_may_run_every_function_and_read_every_view(ask):
    assert ask(
        "select p.oid::regprocedure from pg_proc p where pronamespace = 'news'::regnamespace "
        "and prorettype <> 'trigger'::regtype and not has_function_privilege(p.oid, 'execute')"
    ) == []  # fmt: skip
    assert ask(
        "select c.oid::regclass from pg_class c where relnamespace = 'news'::regnamespace "
        "and relkind in ('r', 'v', 'p', 'm') and not has_table_privilege(c.oid, 'select')"
    ) == []  # fmt: skip


def test_readers_that_come_again_find_when_rows_changed(query):
    """Tables have updated_at, or rows that are only ever added and created_at."""
    unmarked = query(
        "select relname from pg_class c where relnamespace = 'news'::regnamespace and relkind in ('r', 'p') "
        "and not relispartition and not exists (select from pg_attribute a where a.attrelid = c.oid "
        "and a.attname in ('updated_at', 'created_at'))"
    )
    assert unmarked == []


def test_every_table_has_a_primary_key(query):
    assert query(
        "select relname from pg_class c where relnamespace = 'news'::regnamespace and relkind in ('r', 'p') "
        "and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)"
    ) == []  # fmt: skip


def test_the_dictionary_has_the_functions_with_their_results(settings):
    page = data_dictionary(settings)
    assert "### news.changed_since(since timestamp with time zone) (function)" in page
    assert "| changes | text[] |" in page
    assert "### news.loaded_until() (function)" in page
    assert "Result: timestamp with time zone." in page

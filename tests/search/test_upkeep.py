"""The documents of search follow the articles: by loads, and by reindexing those that were there before."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from crawler.cli.database import database as database_command
from crawler.cli.search import search as search_command
from crawler.database import run_checks
from crawler.load import load_batch
from crawler.progress import no_progress
from crawler.search import reindex_search
from tests.load.builders import Batch

_DOCUMENTS = "select article_id, xmin::text, content_hash from ingest.search_document order by 1"


def load_article(settings, run_id, text, minutes, title="Flood"):
    batch = Batch(run_id=run_id)
    batch.article("a", text, minutes, fields={"title": title, "language": "en"})
    load_batch(settings, batch.write(settings.runs_dir), no_progress)


def failed(settings):
    return [check.name for check in run_checks(settings) if check.failures]


def test_an_edit_changes_what_is_found_and_a_mere_look_rewrites_nothing(settings, search, query):
    load_article(settings, "r1", "Water rose", 1)
    before = query(_DOCUMENTS)
    load_article(settings, "r2", "Water rose", 100)
    assert query(_DOCUMENTS) == before
    load_article(settings, "r3", "Mud remained", 200)
    assert search("mud") == ["a"]
    assert search("water") == []
    assert len(query(_DOCUMENTS)) == 1
    assert failed(settings) == []


def test_a_document_stays_in_the_month_that_it_was_put_in(settings, search, query):
    load_article(settings, "r1", "Water rose", 1)
    load_article(settings, "r0", "Water rose", -60 * 24 * 90)
    assert query("select first_fetched_at < '2026-09-01' from news.article") == [(True,)]
    assert query("select first_fetched_at > '2026-11-01' from ingest.search_document") == [(True,)]
    load_article(settings, "r3", "Mud remained", 200)
    assert search("mud") == ["a"]
    assert failed(settings) == []


def forget(query):
    """As it is after the migration of a database that holds articles."""
    query("truncate ingest.search_document, ingest.search_word, ingest.search_language")
    query("insert into ingest.search_backlog select min(article_id), max(article_id) from news.article")


def test_articles_from_before_are_made_searchable(settings, search, query, publish):
    publish(*((f"a{n}", "en", f"Flood {n}", "Water") for n in range(5)))
    forget(query)
    assert failed(settings) == []  # they are known to wait
    assert search("flood") == []
    told = []
    assert reindex_search(settings, lambda *said: told.append(said[:2])) == 5
    assert told[-1] == (5, 5)
    assert len(search("flood")) == 5
    assert query("select * from ingest.search_backlog") == []
    before = query(_DOCUMENTS)
    assert reindex_search(settings, no_progress) == 0
    assert reindex_search(settings, no_progress, everything=True) == 0
    assert query(_DOCUMENTS) == before


def test_all_is_made_anew_where_it_differs(settings, search, query, publish):
    publish(("a", "en", "Flood", "Water"), ("b", "en", "Fire", "Smoke"))
    query("update ingest.search_document set document = '' where language = 'en' and document @@ 'fire'")
    assert search("smoke") == []
    assert reindex_search(settings, no_progress, everything=True) == 1
    assert search("smoke") == ["b"]


def test_what_a_load_is_changing_waits_for_the_next_step(settings, query, publish, database):
    from crawler.database import connect_url

    publish(("a", "en", "Flood", "Water"), ("b", "en", "Fire", "Smoke"))
    forget(query)
    loader = connect_url(database.url)
    with loader.cursor() as cursor:
        cursor.execute("update news.article set checked_at = checked_at + interval '1 s' where url like '%/a'")

    def let_go_when_only_one_waits(done, total, note):
        if done == 1:
            loader.commit()

    assert reindex_search(settings, let_go_when_only_one_waits) == 2
    loader.close()
    assert failed(settings) == []


@pytest.mark.parametrize(
    "damage",
    [
        "delete from ingest.search_document",
        "update ingest.search_document set content_hash = 0",
        "insert into ingest.search_document select article_id, first_fetched_at + interval '1 s', dated_at, language, "
        "content_hash, document from ingest.search_document",
    ],
)
def test_the_check_tells_of_a_missing_stale_or_double_document(settings, query, publish, damage):
    publish(("a", "en", "Flood", "Water"))
    query(damage)
    assert failed(settings) == ["article_has_search_document"]


def test_no_query_reads_a_whole_table(settings, query, publish):
    publish(("a", "en", "Flood", "Water"))
    query(
        "insert into ingest.search_document select n, '2026-11-01 12:00+00', '2026-11-01 12:00+00', 'en', 0, "
        "to_tsvector('simple', 'w' || n || ' word') || 'l=en' from generate_series(1000000, 1030000) as n"
    )
    query("analyze ingest.search_document")
    query("analyze news.article")
    query("select pg_stat_force_next_flush()")
    scanned = "select coalesce(sum(seq_tup_read), 0) from pg_stat_user_tables where relname like 'search\\_document%'"
    query("select count(*) from news.search('nothing')")
    query("select pg_stat_force_next_flush()")
    before = query(scanned)
    for asked in ("w1000007", "word", '"w1000007 word"', "w100000*", "word -w1000007"):
        query("select count(*) from news.search(%s)", asked)
        query("select count(*) from news.search(%s, until_at => '2026-11-02')", asked)
    query("select pg_stat_force_next_flush()")
    assert query(scanned) == before


def test_the_command_prints_what_is_found_and_nothing_that_a_terminal_obeys(settings, publish, monkeypatch):
    monkeypatch.setenv("DATELINE_DATABASE_URL", settings.database_url)
    publish(("a", "en", "Flood [bold]\x1b[31mred", "Water \x07 rose in the flood"), ("b", "en", "Fire", "Smoke"))
    result = CliRunner().invoke(search_command, ["flood"])
    assert result.exit_code == 0
    assert "⟦Flood⟧ [bold]" in result.output
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert "https://alpha.example/a" in result.output
    result = CliRunner().invoke(search_command, ["flood", "--json", "--limit", "1"])
    assert '"source_id": "alpha"' in result.output
    assert CliRunner().invoke(search_command, ["--titles", "floods"]).output.startswith("Flood")
    result = CliRunner().invoke(search_command, ["submarine"])
    assert result.exit_code == 1
    assert "No articles" in result.output
    result = CliRunner().invoke(search_command, ["--", "-flood"])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "holds no word to look for" in result.output


def test_the_reindexing_command_says_what_it_did(settings, publish, monkeypatch, query):
    monkeypatch.setenv("DATELINE_DATABASE_URL", settings.database_url)
    publish(("a", "en", "Flood", "Water"))
    forget(query)
    result = CliRunner().invoke(database_command, ["reindex-search"])
    assert "1 documents written" in result.output

"""What comes back: order, filters, marks, titles that are like the query, and what analysts may do."""

from __future__ import annotations

from datetime import datetime, timezone

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.database import connect_url
from crawler.load import load_batch
from crawler.progress import no_progress
from tests.load.builders import Batch


def test_titles_come_before_descriptions_and_those_before_texts(publish, search):
    publish(
        ("text", "en", "Evening news", "The cholera ward opened. Cholera is spreading. Cholera again."),
        ("title", "en", "Cholera ward opens", "Beds for forty people, the ministry said, and a second tent."),
        ("described", "en", "Morning news", "A ward opened in the camp.", {"description": "Cholera in the camp"}),
    )
    assert search("cholera") == ["title", "described", "text"]


def test_filters_narrow_and_the_limit_cuts(publish, search):
    def dated(day):
        return {"published_at": datetime(2026, 10, day, tzinfo=timezone.utc), "published_precision": "day"}

    publish(*((f"d{day}", "en", f"Flood on day {day}", "Water.", dated(day)) for day in range(1, 6)))
    publish(("b", "fr", "Flood", "Eau.", dated(3)), source_id="beta")
    assert set(search("flood")) == {"d1", "d2", "d3", "d4", "d5", "b"}
    assert set(search("flood", from_at="2026-10-03 00:00+00")) == {"d3", "d4", "d5", "b"}
    assert set(search("flood", until_at="2026-10-03 00:00+00")) == {"d1", "d2"}
    assert search("flood", from_at="2026-10-03 00:00+00", until_at="2026-10-04 00:00+00", language="en") == ["d3"]
    assert search("flood", sources=["beta"]) == ["b"]
    assert set(search("flood", sources=["beta", "alpha"])) == {"d1", "d2", "d3", "d4", "d5", "b"}
    assert search("flood", sources=[]) == []
    assert search("flood", language="fr") == ["b"]
    assert search("flood", language="FR") == ["b"]
    assert len(search("flood", max_rows=2)) == 2
    assert search("flood", max_rows=0) == []
    assert search("flood", max_rows=-1) == []


def test_every_article_that_matches_can_be_counted_or_joined(publish, search, analyst):
    publish(*((f"f{number}", "en", f"Flood {number}", "Water in the streets.") for number in range(520)))
    publish(("quiet", "en", "Market", "No water was sold."), ("flut", "de", "Flood", "Wasser."))
    assert len(search("flood", max_rows=1000)) == 500
    counted = "select count(*), count(distinct id) from news.matching_articles(%s, language => %s) as found (id)"
    assert analyst(counted, "flood", None) == [(521, 521)]
    assert analyst(counted, "flood", "en") == [(520, 520)]
    assert analyst(counted, '"water in the streets"', None) == [(520, 520)]
    assert analyst(counted, "flood -water", None) == [(1, 1)]
    assert analyst(counted, "", None) == [(0, 0)]


@pytest.mark.parametrize("value", ["' | 'x", "\\", "'", "", "x'); drop table news.article; --", "l=en", "%s"])
def test_a_filter_is_a_value_and_nothing_else(publish, search, value):
    publish(("one", "en", "Flood", "Water"))
    assert search("flood", sources=[value]) == []
    assert search("flood", language=value) == []


def test_articles_without_a_date_go_by_when_they_were_fetched(publish, search):
    publish(("one", "en", "Flood", "Water"))
    assert search("flood", from_at="2026-11-01 12:00+00", until_at="2026-11-01 12:02+00") == ["one"]
    assert search("flood", from_at="2026-11-02 00:00+00") == []


def test_words_that_were_found_are_marked_in_title_and_text(publish, analyst):
    long = " ".join(f"word{n}" for n in range(200))
    publish(
        ("one", "en", "Bridges of the «north»", f"{long} Two bridges, one northern <b>bridge</b> fell. {long}"),
        ("two", "ar", "أحمد في إدلب", "قال أحمد، إنّ المدينةَ هادئة"),
        ("three", "zh", "停火生效", "联合国说停火生效了。"),
    )
    ((title, snippet),) = analyst("select title_marked, snippet from news.search('bridge north', 'en')")
    assert title == "⟦Bridges⟧ of the «⟦north⟧»"
    assert "Two ⟦bridges⟧, one ⟦northern⟧ " in snippet or "Two ⟦bridges⟧, one northern" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet.split()) <= 40
    ((title, snippet),) = analyst("select title_marked, snippet from news.search('احمد OR مدينه')")
    assert (title, snippet) == ("⟦أحمد⟧ في إدلب", "قال ⟦أحمد⟧، إنّ ⟦المدينةَ⟧ هادئة")
    ((title, snippet),) = analyst("select title_marked, snippet from news.search('停火')")
    assert (title, snippet) == ("⟦停火⟧生效", "联合国说⟦停火⟧生效了。")


def test_a_text_cannot_forge_marks(publish, analyst):
    publish(("one", "en", "⟦Flood⟧ water", "⟧⟦ dry \ue001 land and a flood"))
    assert analyst("select title_marked, snippet from news.search('flood')") == [
        ("⟦Flood⟧ water", "dry land and a ⟦flood⟧")
    ]


def test_withdrawn_articles_are_found_and_said_to_be(publish, analyst, query):
    publish(("one", "en", "Flood", "Water"))
    query("update news.article set withdrawn_at = '2026-11-02', withdrawn_reason = 'gone'")
    assert analyst("select withdrawn_at is not null from news.search('flood')") == [(True,)]


def test_misspelt_titles_are_found(publish, analyst):
    publish(
        ("one", "en", "Convoy reaches Deir ez-Zor", "Text"),
        ("two", "en", "Talks in Velisse", "Text"),
        ("three", "ar", "القذافي يخطب", "نص"),
    )

    def titles(query, **options):
        named = "".join(f", {name} => %s" for name in options)
        rows = analyst(f"select url from news.search_titles(%s{named})", query, *options.values())
        return [url.rpartition("/")[2] for (url,) in rows]

    assert titles("convoi") == ["one"]
    assert titles("Velise talk") == ["two"]
    assert titles("القدافي") == ["three"]
    assert titles("convoi", language="fr") == []
    assert titles("convoi", sources=["alpha"]) == ["one"]
    assert titles("submarine") == []
    assert titles('"(') == titles("") == []


@pytest.mark.parametrize(
    "query", ["", "   ", "the", "-flood", '"', '""', "*", "-", "OR", "| |", "!", "&", "()", ":*", None]
)
def test_a_query_without_words_finds_nothing_and_says_so(publish, search, analyst, query):
    publish(("one", "en", "Flood", "The water"))
    assert search(query) == []
    assert "holds no word to look for" in analyst.notices[-1]


@given(
    query=st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                '"',
                "-",
                "*",
                "OR",
                "|",
                "flood",
                "the",
                "a*",
                "'",
                "\\",
                ":",
                "&",
                "!",
                "(",
                "<->",
                "ال",
                "水",
                "́",
                "\ue001",
            ]
        ),
        max_size=12,
    ).map("".join)
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_is_an_error(publish_once, query):
    query = query.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
    for language in (None, "en", "ar"):
        publish_once("select * from news.search(%s, %s)", query, language)
    publish_once("select * from news.search_titles(%s)", query)


@pytest.fixture
def publish_once(publish, analyst):
    publish(
        ("one", "en", "The flood", "Water & <b>more</b> 水 of it"),
        ("two", "ar", "السيول", "الماء"),
        ("three", "zh", "水", "水火"),
        ("four", "tr", "Sel", "Su"),
        ("five", None, "x", "y"),
    )
    return analyst


def test_a_long_query_is_cut_and_answered(publish, search):
    publish(("one", "en", "Flood", "Water"))
    assert search("flood OR " + " OR ".join(f"w{n}" for n in range(500))) == ["one"]
    assert search("f" * 100_000) == []


def test_analysts_cannot_write_or_look_behind_the_search(database, publish):
    publish(("one", "en", "Flood", "Water"))
    session = connect_url(database.analyst_url)
    try:
        for statement in (
            "select * from ingest.search_document",
            "select ingest.make_search_query('simple', 'x', true)",
            "select * from ingest.find_documents('a', null, null, null, null)",
        ):
            with session, session.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)
    finally:
        session.close()


def test_a_stranger_s_search_path_does_not_lead_it_astray(database, publish, query):
    publish(("one", "en", "Flood", "Water"))
    query("create schema lure")
    query("create function lure.lower(text) returns text language sql as $$ select 'lured' $$")
    query(
        "create function lure.ts_rank(real[], tsvector, tsquery, integer) returns real language sql as 'select 1 / 0'"
    )
    query("grant usage on schema lure to public")
    session = connect_url(database.analyst_url)
    try:
        with session.cursor() as cursor:
            cursor.execute("set search_path = lure, pg_catalog")
            cursor.execute("select count(*) from news.search('FLOOD')")
            assert cursor.fetchone() == (1,)
    finally:
        session.close()


def test_the_search_goes_back_month_by_month(settings, search):
    for number, month in enumerate((1, 5, 9)):
        batch = Batch(run_id=f"r{number}")
        fetched = datetime(2026, month, 10, tzinfo=timezone.utc)
        capture = batch.capture(f"m{month}", fetched_at=fetched, discovered_at=fetched)
        batch.article(f"m{month}", "Water", capture=capture, fields={"title": "Flood", "language": "en"})
        load_batch(settings, batch.write(settings.runs_dir), no_progress)
    assert search("flood") == ["m9", "m5", "m1"]
    assert search("flood", until_at="2026-06-01 00:00+00") == ["m5", "m1"]
    assert search("flood", from_at="2026-02-01 00:00+00", until_at="2026-06-01 00:00+00") == ["m5"]

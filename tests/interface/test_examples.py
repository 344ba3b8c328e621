"""The example queries: each runs, finds its rows, and reads no big table as a whole."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timedelta, timezone

import pytest
from rich.console import Console

from crawler.local.first_run import show_example_queries
from crawler.reasons import Outcome, Reason
from crawler.resources import resource_dir
from tests.interface.stories import tell_story
from tests.load.builders import START, Batch, make_source

EXAMPLES = sorted((resource_dir("sql") / "queries").glob("example_*.sql"))
OUTLETS = (make_source("alpha"), make_source("beta"))


@pytest.fixture
def newsroom(load, query, minutes_ago):
    """Two outlets with an edit, a withdrawal, a place, a copy: all of it today."""
    toll = "At least {} people were hurt at the bridge of Harun, the mayor said."
    for run, number, minutes in (("r1", 12, -300), ("r2", 21, -200)):
        batch = Batch(run_id=run, sources=OUTLETS)
        for path, source in (("a", OUTLETS[0]), ("b", OUTLETS[1])):
            published = {"published_at": minutes_ago(310), "published_precision": "minute", "language": "en"}
            batch.article(
                path, toll.format(number), minutes_ago.since_start + minutes, source=source,
                fields={**published, "dateline_place": "Harun"},
            )  # fmt: skip
        load(batch)
    gone = Batch(run_id="r3", sources=OUTLETS)
    gone.fetch("a", Outcome.FAILED, Reason.GONE, minutes_ago.since_start - 100, evidence=True)
    load(gone)
    tell_story(query, ["https://alpha.example/a", "https://beta.example/b"])


@pytest.fixture
def minutes_ago():
    now = datetime.now(timezone.utc)

    def run(minutes: float) -> datetime:
        return now - timedelta(minutes=minutes)

    run.since_start = (now - START).total_seconds() / 60
    return run


def test_there_are_ten_and_each_says_what_it_asks():
    assert len(EXAMPLES) == 10
    assert [path.name[8:10] for path in EXAMPLES] == [f"{number:02}" for number in range(1, 11)]
    assert all(path.read_text().startswith("-- ") for path in EXAMPLES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_finds_rows(path, newsroom, ask):
    assert ask(path.read_text().replace("%", "%%"))


def test_examples_of_a_first_run_are_shown_with_rows_and_the_others_named(database, newsroom, query):
    query("delete from news.story_article returning 1")
    query("delete from news.story returning 1")
    shown = io.StringIO()
    show_example_queries(database.analyst_url, Console(file=shown, width=200))
    said = shown.getvalue()
    shown_rows, named = said.split("No rows yet for these")
    assert shown_rows.count("limit") >= 8
    assert "Who was first" in named
    assert named.count("\n  ") == 2


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_example_has_to_read_a_big_table_as_a_whole(path, newsroom, query):
    """Tables of a test are small, so that a scan of one is cheap: the planner is told to take it only if it must."""
    query("select set_config('enable_seqscan', 'off', false)")
    ((plan,),) = query("explain (format json) " + path.read_text().replace("%", "%%"))
    scanned = set(re.findall(r'"Node Type": "Seq Scan"[^{}]*?"Relation Name": "(\w+)"', json.dumps(plan)))
    assert scanned <= {"source", "source_state", "state_reason"}

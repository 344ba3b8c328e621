"""A load queues what is new, and its stage finds the stories; the command line shows them."""

from __future__ import annotations

import json
import threading
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner

from crawler import stages
from crawler.cli.main import dateline
from crawler.database import connect_url
from crawler.load import load_batch
from crawler.progress import no_progress
from crawler.stories import update_stories
from tests.load.builders import Batch, make_source
from tests.stories.articles import Query, Report, relations, store, stories
from tests.stories.test_stories import OTHER_TOLL, TITLE
from tests.stories.texts import FERRY, MARKET

ALPHA, BETA = make_source("alpha"), make_source("beta")


def batch_of(run_id: str, **texts: str) -> Batch:
    batch = Batch(run_id=run_id, sources=(ALPHA, BETA))
    for name, text in texts.items():
        source = BETA if name.startswith("b") else ALPHA
        batch.article(name, text, minutes=1 + int(run_id[1:]), source=source, fields={"title": TITLE, "language": "en"})
    return batch


def test_a_load_finds_stories_and_an_edit_changes_them(settings: Any, query: Query) -> None:
    batch_of("r1", a1=MARKET, b1=MARKET, a2=FERRY).write(settings.runs_dir)
    stages.load(settings, "r1/b001")
    stages.load(settings, "r1/b001")
    first, second, third = (row[0] for row in query("select article_id from news.article order by url"))
    assert sorted(map(len, stories(query))) == [1, 2]
    assert query("select count(*) from ingest.story_pending") == [(0,)]
    batch_of("r2", b1=OTHER_TOLL).write(settings.runs_dir)
    stages.load(settings, "r2/b001")
    assert sorted(map(len, stories(query))) == [1, 1, 1]
    assert list(relations(query).values()) == ["other_numbers"]
    assert {first, second, third} == {article for story in stories(query) for article in story}


def test_a_failure_of_stories_undoes_no_load(settings: Any, query: Query, caplog: Any) -> None:
    folder = batch_of("r1", a1=MARKET).write(settings.runs_dir)
    query("revoke select on news.story from dateline_loader")
    report = stages.load(settings, "r1/b001")
    assert report.is_complete
    assert "Stories could not be found" in caplog.text
    query("grant select on news.story to dateline_loader")
    assert query("select count(*) from news.story") == [(0,)]
    assert update_stories(settings).articles == 1
    assert load_batch(settings, folder, no_progress) == report


def test_two_at_once_wait_for_each_other(settings: Any, query: Query) -> None:
    reports = [Report(MARKET, TITLE, f"outlet{n}") for n in range(40)]
    store(query, enumerate(reports, start=1))
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(update_stories(settings, batch=3).articles)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 0, 40]
    assert stories(query) == [list(range(1, 41))]


def test_work_that_is_killed_is_done_again(settings: Any, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    store(query, enumerate([Report(MARKET, TITLE), Report(MARKET, TITLE, "beta"), Report(FERRY)], start=1))

    def die(*_: object) -> None:
        raise psycopg2.OperationalError("the server has gone")

    with monkeypatch.context() as patched:
        patched.setattr("crawler.stories.update.settle_stories", die)
        with pytest.raises(Exception, match="the server has gone"):
            update_stories(settings)
    assert query("select count(*) from ingest.story_edge") == [(0,)]
    assert query("select count(*) from ingest.story_pending") == [(3,)]
    update_stories(settings)
    assert stories(query) == [[1, 2], [3]]


def test_one_who_does_not_wait_leaves_it_to_the_other(settings: Any, database: Any) -> None:
    session = connect_url(database.url)
    with session.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtextextended('dateline stories', 0))")
    assert not update_stories(settings, wait=False).is_done
    session.close()


def test_the_command_line_updates_shows_and_rebuilds(
    settings: Any, query: Query, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DATABASE_URL", database.url)
    monkeypatch.setenv("DATELINE_HOME", str(settings.home))
    title = f"{TITLE} \x1b[31m[bold]"
    reports = [Report(MARKET, title), Report(MARKET, TITLE, "beta", days=1), Report(OTHER_TOLL, TITLE, "gamma")]
    store(query, enumerate(reports, start=1))
    run = CliRunner().invoke
    updated = run(dateline, ["stories", "update", "--json"])
    assert json.loads(updated.stdout) == {"articles": 3, "waiting": 0, "is_done": True}
    shown = run(dateline, ["stories", "show", "2", "--json"])
    story = json.loads(shown.stdout)
    assert (story["story_id"], [one["source"] for one in story["articles"]]) == (1, ["alpha", "beta"])
    assert [(one["story"], one["relation"]) for one in story["related"]] == [("3", "other_numbers")]
    text = run(dateline, ["stories", "show", "1"]).stdout
    assert "\x1b" not in text
    assert "[bold]" in text
    assert run(dateline, ["stories", "rebuild"]).stdout == "3 articles read, 0 wait\n"
    missing = run(dateline, ["stories", "show", "77"])
    assert "No story has the article 77" in str(missing.exception)

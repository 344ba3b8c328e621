"""What changed since a moment, and how articles read at one: edits, withdrawals, late loads."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

import crawler.load.batch as batch_module
from crawler.database import connect_url
from crawler.manifests import RunKind
from crawler.reasons import Outcome, Reason
from tests.load.builders import Batch, at

HOUR = 60
PUBLISHED = {"published_at": at(-10), "published_precision": "minute"}


def page(run: str, text: str, minutes: float, path: str = "a", **options: object) -> Batch:
    batch = Batch(run_id=run)
    batch.article(path, text, minutes, fields={**PUBLISHED, "title": f"Title of {path}"}, **options)
    return batch


def look(run: str, reason: Reason, minutes: float) -> Batch:
    batch = Batch(run_id=run)
    batch.fetch("a", Outcome.FAILED, reason, minutes, evidence=True)
    return batch


@pytest.fixture
def as_of(ask):
    """Text and withdrawal of the one article at a moment."""
    statement = "select text, version_number, withdrawn_at, withdrawn_reason from news.article_as_of(%s)"
    return lambda moment: ask(statement, moment)


def test_an_article_reads_at_each_moment_as_it_did(load, as_of):
    load(page("r1", "First.", 0))
    load(page("r2", "Second.", 2 * HOUR))
    load(page("r3", "First.", 5 * HOUR))
    assert as_of(at(-1)) == []
    assert as_of(at(0)) == [("First.", 1, None, None)]
    assert as_of(at(2 * HOUR - 1)) == [("First.", 1, None, None)]
    assert as_of(at(2 * HOUR)) == [("Second.", 2, None, None)]
    assert as_of(at(9 * HOUR)) == [("First.", 3, None, None)]


def test_the_order_of_loading_does_not_matter_to_what_was_read(load, as_of):
    load(page("r1", "Newer.", HOUR))
    load(page("r2", "Older.", 10))
    assert as_of(at(30)) == [("Older.", 2, None, None)]
    assert as_of(at(HOUR)) == [("Newer.", 1, None, None)]


def test_a_better_reading_of_an_old_page_counts_from_when_the_page_was_fetched(load, as_of, ask):
    first = Batch(run_id="r1")
    original = first.article("a", "Text. Share this!", 0, fields=PUBLISHED)
    load(first)
    load(page("r2", "Other text. Share this!", HOUR))
    again = Batch(run_id="r3", kind=RunKind.REPROCESS)
    again.article("a", "Text.", 0, extractor="2", capture=original.capture, fields=PUBLISHED)
    load(again)
    assert as_of(at(1))[0][0] == "Text."
    assert as_of(at(HOUR))[0][0] == "Other text. Share this!"
    assert ask("select old_text, new_text from news.edit") == [("Text. Share this!", "Other text. Share this!")], (
        "an edit is shown between readings of one extractor"
    )


def test_a_text_that_an_earlier_page_had_too_is_read_from_then(load, as_of):
    load(page("r1", "Same.", HOUR))
    load(page("r2", "Same.", 10))
    assert as_of(at(30)) == [("Same.", 1, None, None)]


def test_withdrawn_at_a_moment_means_missing_then(load, as_of):
    load(page("r1", "Text.", 0))
    load(look("r2", Reason.GONE, HOUR))
    load(page("r3", "Text.", 30 * HOUR))
    load(look("r4", Reason.GONE, 40 * HOUR))
    gone = lambda minutes: ("Text.", 1, at(minutes), "gone")  # noqa: E731
    assert as_of(at(HOUR - 1)) == [("Text.", 1, None, None)]
    assert as_of(at(HOUR)) == [gone(HOUR)]
    assert as_of(at(29 * HOUR)) == [gone(HOUR)]
    assert as_of(at(30 * HOUR)) == [("Text.", 1, None, None)]
    assert as_of(at(41 * HOUR)) == [gone(40 * HOUR)]


def test_a_period_takes_what_was_published_in_it_and_undated_articles_by_when_we_saw_them(load, ask):
    batch = Batch()
    batch.article("dated", "One.", 60, fields=PUBLISHED)
    batch.article("undated", "Two.", 60)
    load(batch)
    period = "select title from news.article_as_of(%s, %s, %s) order by 1"
    now = at(HOUR)
    assert ask(period, now, at(-10), at(-9)) == [("Title of dated",)]
    assert ask(period, now, at(-9), at(60)) == []
    assert ask(period, now, at(60), at(61)) == [("Title of undated",)]
    assert ask("select count(*) from news.article_as_of(%s)", now) == [(2,)]


def test_an_edit_shows_what_changed(load, ask):
    load(page("r1", "At least 12 people were hurt in Harun on Monday.", 0))
    load(page("r2", "At least 21 people were hurt in Harun on Monday.", HOUR))
    assert ask(
        "select source_id, old_version_number, version_number, old_fetched_at, observed_at, title_diff, text_diff, "
        "numbers_removed, numbers_added, words_gained from news.edit"
    ) == [
        (
            "alpha", 1, 2, at(0), at(HOUR), None,
            "~ At least [-12-]{+21+} people were hurt in Harun on Monday.", ["12"], ["21"], 0,
        )
    ]  # fmt: skip


def test_of_pages_loaded_out_of_order_the_younger_one_is_the_edit(load, ask):
    load(page("r1", "Newer.", HOUR))
    load(page("r2", "Older.", 0))
    assert ask("select old_text, new_text, observed_at from news.edit") == [("Older.", "Newer.", at(HOUR))]


def test_another_reading_of_a_page_is_no_edit(load, ask):
    first = Batch(run_id="r1")
    original = first.article("a", "Text. Share this!", 0)
    load(first)
    again = Batch(run_id="r2", kind=RunKind.REPROCESS)
    again.article("a", "Text.", 0, extractor="2", capture=original.capture)
    load(again)
    assert ask("select change_kind from news.article_version order by version_number") == [
        ("first",),
        ("reextraction",),
    ]
    assert ask("select * from news.edit") == []
    assert ask("select changes from news.changed_since('-infinity')") == [(["first_stored", "reextracted"],)]


def test_a_retraction_says_how_long_the_article_stood_and_its_last_text(load, ask):
    load(page("r1", "First.", 0))
    load(page("r2", "Last.", HOUR))
    load(look("r3", Reason.GONE, 3 * HOUR + 50))
    shown = (
        "select source_id, text, missing_since, reason, stood_hours::float, is_withdrawn, restored_at "
        "from news.retraction"
    )
    missing = at(3 * HOUR + 50)
    assert ask(shown) == [("alpha", "Last.", missing, "gone", 4.0, True, None)]
    load(page("r4", "Last.", 30 * HOUR))
    assert ask(shown) == [("alpha", "Last.", missing, "gone", 4.0, False, at(30 * HOUR))]


def test_a_reader_gets_each_change_since_it_came_last(load, ask):
    def changes(since: datetime) -> list[tuple]:
        return ask("select title, changes from news.changed_since(%s) order by title", since)

    def mark() -> datetime:
        return ask("select clock_timestamp()")[0][0]

    load(page("r1", "One.", 0))
    load(page("r2", "One.", 0, path="b"))
    marks = [mark()]
    load(page("r3", "Two.", HOUR))
    marks.append(mark())
    load(page("r4", "Two.", 2 * HOUR))
    assert changes(marks[1]) == [], "a look that found nothing new is no change"
    load(look("r5", Reason.GONE, 3 * HOUR))
    marks.append(mark())
    load(page("r6", "Three.", 40 * HOUR))
    assert changes(marks[2]) == [("Title of a", ["edited", "restored"])]
    assert changes(marks[1]) == [("Title of a", ["withdrawn", "edited", "restored"])]
    assert changes(marks[0]) == [("Title of a", ["edited", "withdrawn", "edited", "restored"])]
    assert changes(marks[2] + timedelta(days=1)) == []
    assert [title for title, _ in ask("select title, changes from news.changed_since('-infinity') order by 1")] == [
        "Title of a",
        "Title of b",
    ]


def test_a_field_beside_the_text_is_a_change_of_details(load, ask):
    load(page("r1", "One.", 0))
    (mark,) = ask("select clock_timestamp()")[0]
    batch = Batch(run_id="r2")
    batch.article("a", "One.", HOUR, fields={**PUBLISHED, "title": "Title of a", "authors": ("Rana Haddad",)})
    load(batch)
    assert ask("select changes from news.changed_since(%s)", mark) == [(["details"],)]


def test_the_horizon_stays_before_a_load_that_is_still_at_work(database, query, ask):
    """A reader that keeps the horizon, not the clock, meets the rows of a load that commits after it."""
    slow = connect_url(database.url)
    body = query("select prosrc from pg_proc where proname = 'begin_write'")[0][0]
    try:
        with slow.cursor() as cursor:
            cursor.execute(body.replace("now()", "(now() - interval '5 minutes')"))
        (behind,) = ask("select now() - news.loaded_until()")[0]
        assert timedelta(minutes=5) <= behind <= timedelta(minutes=6)
        slow.rollback()
    finally:
        slow.close()
    (behind,) = ask("select now() - news.loaded_until()")[0]
    assert behind == timedelta(seconds=10)


def test_the_loader_shows_that_it_is_at_work(load, monkeypatch, query):
    seen = []
    real = batch_module.stage_batch

    def stage(*arguments):
        seen.append(query("select objid::bigint * 60 from pg_locks where classid = 1145132101 and objsubid = 2"))
        return real(*arguments)

    monkeypatch.setattr(batch_module, "stage_batch", stage)
    load(page("r1", "One.", 0))
    ((epoch,),) = seen[0]
    assert 0 <= time.time() - epoch < 120

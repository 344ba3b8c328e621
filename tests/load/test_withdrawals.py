"""Articles that are withdrawn, come back, or hide behind a wall."""

from __future__ import annotations

from datetime import timedelta

import psycopg2
import pytest

from crawler.config import Settings
from crawler.crawl.seen import DatabaseSeen
from crawler.load import load_batch
from crawler.manifests import RunKind
from crawler.progress import no_progress
from crawler.reasons import Outcome, Reason
from tests.load.builders import Batch, at, sha
from tests.load.snapshot import snapshot

HOUR = 60
DAY = 24 * HOUR
KEY = sha("https://alpha.example/a")


def missing(run: int, reason: Reason, minutes: float) -> Batch:
    batch = Batch(run_id=f"r{run}")
    if reason is Reason.SOFT_404:
        batch.reject("a", reason, minutes)
    else:
        batch.fetch("a", Outcome.FAILED, reason, minutes, evidence=True)
    return batch


def seen(run: int, minutes: float, text: str = "Text.") -> Batch:
    batch = Batch(run_id=f"r{run}")
    batch.article("a", text, minutes)
    return batch


@pytest.fixture
def state(query):
    """(withdrawn_at, withdrawn_reason, next_due_at) of the one article."""
    statement = (
        "select withdrawn_at, withdrawn_reason, next_due_at from news.article join ingest.url using (article_id)"
    )
    return lambda: query(statement)[0]


@pytest.fixture
def events(query):
    return lambda: query("select event, reason, observed_at from news.article_event order by event_number")


def test_a_410_is_a_withdrawal_and_its_evidence_is_named(load, query, state, events):
    load(seen(0, 0))
    load(missing(1, Reason.GONE, HOUR))
    assert state() == (at(HOUR), "gone", at(HOUR + DAY))
    assert events() == [("first_stored", "new", at(0)), ("withdrawn", "gone", at(HOUR))]
    assert query(
        "select version_number, missing_since, archive_file, archive_offset, archive_length"
        " from news.article_event where event = 'withdrawn'"
    ) == [(1, at(HOUR), "warc/r1-b001/0.warc.gz", 500_000, 900)]
    assert query("select text, version_number, checked_at from news.article") == [("Text.", 1, at(0))]


@pytest.mark.parametrize("reason", [Reason.NOT_FOUND, Reason.REDIRECT_TO_HOME, Reason.SOFT_404])
def test_other_signs_need_a_second_look_an_hour_later(load, state, events, reason):
    load(seen(0, 0))
    load(missing(1, reason, HOUR))
    assert state() == (None, None, at(2 * HOUR))
    load(missing(2, reason, HOUR + 30))
    assert state() == (None, None, at(2 * HOUR)), "half an hour is too soon"
    load(missing(3, reason, 2 * HOUR))
    assert state() == (at(HOUR), reason.value, at(HOUR + DAY))
    assert events()[1:] == [("withdrawn", reason.value, at(2 * HOUR))]


def test_a_hiccup_is_no_withdrawal(load, query, state, events):
    load(seen(0, 0))
    load(missing(1, Reason.NOT_FOUND, HOUR))
    load(seen(2, 2 * HOUR))
    assert state() == (None, None, at(6 * HOUR))
    load(missing(3, Reason.NOT_FOUND, 6 * HOUR))
    assert state() == (None, None, at(7 * HOUR)), "the first look no longer counts"
    assert [event for event, *_ in events()] == ["first_stored"]
    assert query("select missing_since from ingest.url") == [(at(6 * HOUR),)]


def test_failures_in_between_say_nothing(load, state):
    load(seen(0, 0))
    load(missing(1, Reason.NOT_FOUND, HOUR))
    batch = Batch(run_id="r2")
    batch.fetch("a", Outcome.FAILED, Reason.TIMEOUT, 2 * HOUR)
    load(batch)
    assert state()[:2] == (None, None)
    load(missing(3, Reason.NOT_FOUND, 2 * HOUR + 15))
    assert state()[:2] == (at(HOUR), "not_found")


def test_a_withdrawn_article_is_looked_for_rarely_and_then_no_more(load, state, events):
    load(seen(0, 0))
    looks = (HOUR, HOUR + DAY, HOUR + 7 * DAY, HOUR + 30 * DAY)
    for number, minutes in enumerate(looks, start=1):
        load(missing(number, Reason.GONE, minutes))
        assert state()[2] == (at(looks[number]) if number < len(looks) else None)
    assert len(events()) == 2, "said once"
    batch = Batch(run_id="r9")
    batch.fetch("a", Outcome.FAILED, Reason.TIMEOUT, HOUR + 40 * DAY)
    load(batch)
    assert state()[2] is not None, "no answer is tried again"


def test_a_late_look_does_not_make_all_later_ones_due(load, state):
    load(seen(0, 0))
    load(missing(1, Reason.GONE, HOUR))
    load(missing(2, Reason.GONE, 20 * DAY))
    assert state()[2] == at(HOUR + 30 * DAY)


@pytest.mark.parametrize(
    ("text", "reason", "kinds"),
    [
        ("Text.", "same_text", ["first"]),
        ("Another text.", "changed", ["first", "edit"]),
        (None, "not_modified", ["first"]),
    ],
)
def test_an_article_comes_back(load, query, state, events, text, reason, kinds):
    load(seen(0, 0))
    load(missing(1, Reason.GONE, HOUR))
    before = query("select updated_at from news.article")
    if text is None:
        batch = Batch(run_id="r2")
        batch.fetch("a", Outcome.UNCHANGED, Reason.NOT_MODIFIED, DAY)
    else:
        batch = seen(2, DAY, text)
    load(batch)
    assert state() == (None, None, at(7 * DAY))
    assert ("restored", reason, at(DAY)) in events()
    assert [kind for (kind,) in query("select change_kind from news.article_version order by version_number")] == kinds
    assert query("select updated_at from news.article") > before
    assert query("select missing_since from ingest.url") == [(None,)]
    load(missing(3, Reason.GONE, 7 * DAY))
    assert [event for event, *_ in events() if event in ("withdrawn", "restored")] == [
        "withdrawn",
        "restored",
        "withdrawn",
    ]


@pytest.mark.parametrize("reason", [Reason.GONE, Reason.NOT_FOUND, Reason.SOFT_404])
def test_what_we_never_had_is_not_withdrawn(load, query, reason):
    for number, minutes in enumerate((0, DAY, 2 * DAY)):
        load(missing(number, reason, minutes))
    assert query("select * from news.article_event") == []
    assert query("select missing_since from ingest.url") == [(None,)]


def test_an_article_that_another_address_still_leads_to_is_judged_by_its_own(load, state):
    load(seen(0, 0))
    batch = Batch(run_id="r1")
    batch.article("short", "Text.", 5, final="a", fields={"title": "Title of a"})
    load(batch)
    batch = Batch(run_id="r2")
    batch.fetch("short", Outcome.FAILED, Reason.GONE, HOUR)
    load(batch)
    assert state()[:2] == (None, None)


def test_loads_out_of_order_tell_the_same_of_an_article(load, state, events):
    load(seen(0, 0))
    load(seen(2, 2 * HOUR))
    load(missing(1, Reason.GONE, HOUR))
    assert state()[:2] == (None, None), "it was there later"
    load(missing(4, Reason.GONE, 4 * HOUR))
    load(seen(3, 3 * HOUR))
    assert state()[:2] == (at(4 * HOUR), "gone"), "it was there before"
    assert [event for event, *_ in events()] == ["first_stored", "withdrawn"]


def test_a_wall_is_noted_once_and_is_no_withdrawal(load, query, state, events):
    load(seen(0, 0))
    for number, minutes in enumerate((HOUR, 6 * HOUR), start=1):
        batch = Batch(run_id=f"r{number}")
        batch.reject("a", Reason.PAYWALL, minutes)
        load(batch)
    batch = Batch(run_id="r3")
    batch.fetch("a", Outcome.BLOCKED, Reason.LOGIN_WALL, 7 * HOUR)
    load(batch)
    assert events()[1:] == [("walled", "paywall", at(HOUR))]
    assert state()[:2] == (None, None)
    load(seen(4, DAY))
    batch = Batch(run_id="r5")
    batch.fetch("a", Outcome.BLOCKED, Reason.LOGIN_WALL, 7 * DAY)
    load(batch)
    assert events()[2:] == [("walled", "login_wall", at(7 * DAY))]


def test_an_address_that_leads_to_another_article_now(load, query, events):
    load(seen(0, 0))
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", HOUR, final="b")
    load(batch)
    moved = query(
        "select article.url, event.detail from news.article_event as event join news.article using (article_id)"
        " where event = 'moved'"
    )
    assert moved == [("https://alpha.example/a", "https://alpha.example/b")]
    assert query("select count(*) from news.article where withdrawn_at is not null") == [(0,)]


def test_a_feed_that_names_a_missing_article_makes_it_due(load, settings: Settings, query):
    load(seen(0, 0))
    load(missing(1, Reason.GONE, HOUR))
    asked = DatabaseSeen(settings)
    try:
        assert asked.select_known("alpha", [KEY]) == {KEY: at(HOUR) + timedelta(hours=6)}
        load(seen(2, DAY))
        assert asked.select_known("alpha", [KEY]) == {KEY: at(7 * DAY)}
    finally:
        asked.close()


def test_the_history_is_the_analysts_to_read(load, query, database):
    load(seen(0, 0))
    load(seen(1, HOUR, "A text of more words."))
    load(missing(2, Reason.GONE, 6 * HOUR))
    session = psycopg2.connect(database.analyst_url)
    with session, session.cursor() as cursor:
        cursor.execute("select event, words_gained from news.article_history order by article_id, observed_at")
        assert cursor.fetchall() == [("first_stored", None), ("edited", 4), ("withdrawn", None)]
    session.close()


def test_events_are_only_added(load, query):
    load(seen(0, 0))
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query("delete from news.article_event")


def test_a_reprocess_takes_nothing_back(settings, load, query, state):
    first = seen(0, 0)
    load(first)
    load(missing(1, Reason.GONE, HOUR))
    before = snapshot(query)["news.article_event"]
    again = Batch(run_id="r2", kind=RunKind.REPROCESS)
    again.article("a", "Text.", capture=first.articles[0].capture, extractor="2")
    load_batch(settings, again.write(settings.runs_dir), no_progress)
    assert state()[:2] == (at(HOUR), "gone")
    assert snapshot(query)["news.article_event"] == before


def test_a_late_load_leaves_what_is_known_of_a_url(load, query, state):
    """It is looked for again as its newest look said, however late the load of an older one comes."""
    known = (
        "select next_due_at, missing_since, failure_count, last_outcome, last_reason, last_run_id, last_decided_at,"
        " etag from ingest.url"
    )
    load(seen(0, 0))
    load(missing(2, Reason.GONE, 40 * DAY))
    before = query(known)
    assert before[0][:2] == (at(41 * DAY), at(40 * DAY))
    load(seen(1, 39 * DAY))
    assert query(known) == before
    assert state()[:2] == (at(40 * DAY), "gone")


def test_a_late_load_of_an_article_is_looked_at_again(load, query):
    batch = Batch(run_id="r2")
    batch.fetch("a", Outcome.FAILED, Reason.NOT_FOUND, HOUR)
    load(batch)
    load(seen(1, 0))
    (found,) = query(
        "select article_id is not null, last_reason, next_due_at <= first_fetched_at + '1 hour' from ingest.url"
    )
    assert found == (True, "not_found", True)

"""When URLs, endpoints and sources are due again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.reasons import Outcome, Reason
from tests.load.builders import Batch, at, make_source

HOUR = 60
DAY = 24 * HOUR


def due(query):
    return query("select next_due_at from ingest.url")[0][0]


def test_an_article_is_visited_again_at_the_ages_of_its_source(load, query):
    wanted = [at(HOUR), at(6 * HOUR), at(6 * HOUR), at(DAY), at(7 * DAY), None]
    for number, minutes in enumerate((0, HOUR, 2 * HOUR, 6 * HOUR, DAY, 7 * DAY)):
        batch = Batch(run_id=f"r{number}")
        batch.article("a", "Text.", minutes)
        load(batch)
        assert due(query) == wanted[number]
    assert query("select fetch_count, first_fetched_at, last_fetched_at from ingest.url") == [(6, at(0), at(7 * DAY))]


@pytest.mark.parametrize(
    ("outcome", "reason", "delays"),
    [
        (Outcome.FAILED, Reason.TIMEOUT, [15, 30, 60, 120, 240, None]),
        (Outcome.BLOCKED, Reason.RATE_LIMITED, [15, 30, 60, 120, 240, None]),
        (Outcome.FAILED, Reason.NOT_FOUND, [DAY, DAY, None]),
        (Outcome.BLOCKED, Reason.ROBOTS, [DAY, DAY, None]),
        (Outcome.PENDING, Reason.TIME_LIMIT, [0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_failures_back_off_and_end(load_once, query, outcome, reason, delays):
    for number, delay in enumerate(delays):
        batch = Batch(run_id=f"r{number}")
        batch.fetch("a", outcome, reason, 10)
        load_once(batch)
        assert due(query) == (None if delay is None else at(10) + timedelta(minutes=delay))


def test_a_rejection_is_tried_twice_more_and_keeps_no_validators(load, query):
    for number, delay in enumerate((DAY, DAY, None)):
        batch = Batch(run_id=f"r{number}")
        batch.reject("a", Reason.SOFT_404, 10)
        load(batch)
        assert due(query) == (None if delay is None else at(10 + delay))
    assert query("select etag, failure_count from ingest.url") == [(None, 3)]


def test_an_article_that_we_have_is_not_given_up_when_its_page_fails(load, query):
    batch = Batch(run_id="r0")
    batch.article("a", "Text.", 0)
    load(batch)
    for number in range(1, 4):
        batch = Batch(run_id=f"r{number}")
        batch.fetch("a", Outcome.FAILED, Reason.CLIENT_ERROR, 70 + number)
        load(batch)
    assert due(query) == at(6 * HOUR)


def test_what_a_feed_said_of_a_url_waits_for_its_page(load, query):
    batch = Batch(run_id="r0")
    batch.fetch("a", Outcome.PENDING, Reason.PAGE_LIMIT, 1)
    hints = {"hint_title": "Said by the feed", "hint_published_at": at(-5)}
    batch.discoveries[:] = [found.model_copy(update=hints) for found in batch.discoveries]
    load(batch)
    batch = Batch(run_id="r1")
    batch.fetch("a", Outcome.FAILED, Reason.TIMEOUT, 20)
    load(batch)
    assert query("select hint_title, hint_published_at from ingest.url") == [("Said by the feed", at(-5))]


def test_a_success_forgives_failures(load, query):
    batch = Batch(run_id="r1")
    batch.fetch("a", Outcome.FAILED, Reason.TIMEOUT, 1)
    load(batch)
    batch = Batch(run_id="r2")
    batch.article("a", "Text.", 20)
    load(batch)
    assert query("select failure_count, first_fetched_at, next_due_at from ingest.url") == [(0, at(20), at(20 + HOUR))]


def test_not_modified_confirms_the_article(load, query):
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", 1)
    load(batch)
    batch = Batch(run_id="r2")
    batch.fetch("a", Outcome.UNCHANGED, Reason.NOT_MODIFIED, 1 + HOUR)
    assert load(batch).reasons == {"unchanged:not_modified": 1}
    assert query("select checked_at from news.article") == [(at(1 + HOUR),)]
    assert query("select next_due_at, etag from ingest.url") == [(at(1 + 6 * HOUR), '"a-1"')]
    assert query("select count(*) from ingest.outcome where article_id is not null") == [(2,)]


def test_endpoints_keep_their_validators_through_failures(load, query):
    visits = (
        {"etag": '"1"', "last_modified": "Sun"},
        {"http_status": 304, "etag": None},
        {"http_status": 500, "reason": "server_error", "etag": None},
        {"http_status": None, "reason": "timeout", "etag": None},
    )
    for number, changes in enumerate(visits):
        batch = Batch(run_id=f"r{number}")
        batch.visit(number, **changes)
        load(batch)
    assert query(
        "select etag, last_modified, last_reason, last_succeeded_at, failure_count, last_visited_at"
        " from ingest.endpoint"
    ) == [('"1"', "Sun", "timeout", at(1), 2, at(3))]
    batch = Batch(run_id="r9")
    batch.visit(9, etag=None)
    load(batch)
    assert query("select etag, last_modified, failure_count from ingest.endpoint") == [(None, None, 0)]


def test_with_a_fixed_interval_the_source_is_due_one_interval_after_the_run(load, query):
    source = make_source(schedule={"every": "6h"})
    (now,) = query("select now()")[0]
    batch = Batch(run_id="r1", sources=(source,), created_at=now - timedelta(hours=1))
    batch.visit()
    load(batch)
    early = timedelta(seconds=30)  # runs do not start to the second
    assert query("select next_due_at, last_success_at, lease_batch_id from ingest.source_state") == [
        (now + timedelta(hours=5) - early, now - timedelta(hours=1), None)
    ]
    # A batch of revisits asks no endpoint, and changes nothing of when they are asked.
    load(Batch(run_id="r2", sources=(source,), created_at=now))
    assert query("select next_due_at from ingest.source_state") == [(now + timedelta(hours=5) - early,)]


def test_what_needs_a_browser_does_not_make_its_source_due_at_every_tick(load, query):
    batch = Batch()
    batch.fetch("a", Outcome.PENDING, Reason.NO_BROWSER, 10)
    load(batch)
    assert query("select next_due_at from ingest.url") == [(at(70),)]

"""What a load learns of a source's rhythm, and when it has the endpoints asked next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.load import polling
from crawler.manifests import RunKind
from crawler.reasons import REASONS_OF, Outcome, Reason
from tests.load.builders import Batch, at, make_source

HOUR = 60
DAY = 24 * HOUR
FEED = "https://alpha.example/feed"


def feed_batch(run: str, minutes: float, hints: dict[str, float | None], **visit: object) -> Batch:
    """A run at START + minutes whose feed lists these pages, published at so many minutes after START."""
    batch = Batch(run_id=run, created_at=at(minutes))
    batch.visit(minutes, **{"links": len(hints), **visit})
    for path in hints:
        batch.article(path, f"Text of {path}.", minutes + 1)
    published = {f"https://alpha.example/{path}": hint for path, hint in hints.items()}
    batch.discoveries[:] = [
        found.model_copy(
            update={
                "discovered_at": at(minutes),
                "hint_published_at": at(hint) if (hint := published[found.url]) is not None else None,
            }
        )
        for found in batch.discoveries
    ]
    return batch


@pytest.fixture
def hours(query):
    """(hours after START, watched minutes, found) of all hours."""
    statement = "select hour, watched_seconds, found from ingest.source_hour order by 1"
    return lambda: [
        ((hour - at(0)) / timedelta(hours=1), seconds / 60, found) for hour, seconds, found in query(statement)
    ]


@pytest.fixture
def due(query):
    """Minutes after START at which the source and the feed are due."""

    def ask() -> tuple[float, float]:
        statement = "select s.next_due_at, e.next_due_at from ingest.source_state s, ingest.endpoint e where e.url = %s"
        return tuple((instant - at(0)) / timedelta(minutes=1) for instant in query(statement, FEED)[0])

    return ask


def test_a_first_look_covers_what_the_list_reaches_back_to(load, hours):
    load(feed_batch("r1", 150, {"a": 140, "b": 70, "c": 30}))
    assert hours() == [(0, 30, 1), (1, 60, 1), (2, 30, 1)]


def test_a_first_list_that_dates_only_days_tells_of_no_hours(load, hours):
    load(feed_batch("r1", 150, {"a": -12 * HOUR, "b": -36 * HOUR, "c": -60 * HOUR}))
    assert hours() == []


def test_one_pinned_entry_makes_no_list_reach_back_for_years(load, hours):
    hints = {f"p{number}": 140 - number for number in range(20)}
    load(feed_batch("r1", 150, {**hints, "pinned": -400 * DAY}))
    assert sum(minutes for _, minutes, _ in hours()) < 60
    assert sum(found for _, _, found in hours()) == 20


def test_what_the_list_still_shows_after_we_were_down_was_watched(load, hours):
    load(feed_batch("r1", 0, {"a": -10}))
    back = feed_batch("r2", 5 * HOUR, {"b": 70}, links=3)
    load(back)
    assert hours() == [(-1, 10, 1), (0, 60, 0), (1, 60, 1), (2, 60, 0), (3, 60, 0), (4, 60, 0)]


def test_what_a_list_lost_while_we_were_down_is_not_silence(load, hours):
    load(feed_batch("r1", 0, {"a": -10}))
    load(feed_batch("r2", 50 * HOUR, {"b": 49 * HOUR, "c": 49.5 * HOUR}))
    assert [hour for hour, minutes, _ in hours() if minutes] == [-1, 49]


def test_failures_watch_nothing_and_are_asked_ever_later(load, hours, due):
    load(feed_batch("r1", 0, {"a": -10}))
    pauses = []
    for number in range(1, 6):
        planned = due()[1] + 1
        batch = Batch(run_id=f"f{number}", created_at=at(planned))
        batch.visit(planned, http_status=404, reason="not_found", links=0)
        load(batch)
        pauses.append(due()[1] - planned)
    assert sum(minutes for _, minutes, _ in hours()) == pytest.approx(10)
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(DAY, abs=1)
    load(feed_batch("r9", planned + DAY, {"z": planned}, links=9))
    assert due()[1] - planned - DAY < 12 * HOUR


def test_retry_after_is_obeyed_up_to_a_day_and_a_ttl_up_to_an_hour(load, due):
    batch = Batch(run_id="r1", created_at=at(0))
    batch.visit(0, http_status=429, reason="rate_limited", links=0, wait_seconds=8 * 3600)
    load(batch)
    assert due() == (8 * HOUR, 8 * HOUR)
    batch = Batch(run_id="r2", created_at=at(DAY))
    batch.visit(DAY, http_status=503, reason="maintenance", links=0, wait_seconds=90 * 86400)
    load(batch)
    assert due()[1] == 2 * DAY
    busy = {f"p{number}": 3 * DAY - number for number in range(40)}
    load(feed_batch("r3", 3 * DAY, busy, wait_seconds=7 * 86400, links=400))
    assert due()[1] == pytest.approx(3 * DAY + HOUR, abs=1)
    load(feed_batch("r4", 3 * DAY + HOUR, {}, http_status=304, links=0, wait_seconds=None))
    assert due()[1] == pytest.approx(3 * DAY + 2 * HOUR, abs=1)  # a 304 repeats no ttl, and the list's stays in force


def test_hours_to_be_skipped_are_skipped(load, due):
    load(feed_batch("r1", 0, {"a": -10}, skip_hours=list(range(12, 20))))
    assert due()[1] == 8 * HOUR  # START is at 12:00


def test_where_no_hint_says_when_articles_are_spread_over_the_time_since_the_last_look(load, hours):
    load(feed_batch("r1", 0, {"old": None}))
    assert hours() == []  # nobody knows when it was published
    many = {f"p{number}": None for number in range(60)}
    load(feed_batch("r2", 10 * HOUR, many, links=70))
    found = [count for _, _, count in hours()]
    assert sum(found) == 60
    assert max(found) < 20


def test_days_without_a_time_and_instants_to_come_are_no_hints(load, query):
    load(feed_batch("r1", 0, {"a": -10}))
    load(feed_batch("r2", 30 * HOUR, {"midnight": DAY - 12 * HOUR, "future": 90 * DAY}, links=9))
    hours_found = [hour for (hour,) in query("select hour from ingest.source_hour where found > 0 order by 1")]
    assert len(hours_found) == 3
    assert max(hours_found) < at(30 * HOUR)


def test_pages_that_are_no_articles_and_old_ones_do_not_count(load, hours):
    load(feed_batch("r1", 0, {"a": -10}))
    batch = feed_batch("r2", HOUR, {"b": 20, "ancient": -9 * DAY}, links=9)
    batch.reject("tag", Reason.NOT_AN_ARTICLE, HOUR)
    load(batch)
    assert sum(found for _, _, found in hours()) == 2


def test_a_reprocess_teaches_nothing(load, query):
    load(feed_batch("r1", 0, {"a": -10}))
    before = query("select * from ingest.source_hour"), query("select * from ingest.endpoint")
    batch = Batch(run_id="again", kind=RunKind.REPROCESS)
    batch.article("a", "Text of a.", 1, capture=feed_batch("r1", 0, {"a": -10}).captures[0])
    load(batch)
    assert (query("select * from ingest.source_hour"), query("select * from ingest.endpoint")) == before


def test_a_batch_that_is_loaded_late_does_not_turn_back_the_clock(load, query, due):
    load(feed_batch("r2", 5 * HOUR, {"b": 70}, links=3))
    before, watched = due(), query("select watched_until from ingest.source_state")
    load(feed_batch("r1", 0, {"a": -10}))
    assert due() == before
    assert query("select watched_until from ingest.source_state") == watched


def test_an_endpoint_that_shows_nothing_first_is_asked_less(load, query):
    source = make_source(feeds=[FEED, "https://alpha.example/topic"])
    for number in range(12):
        batch = feed_batch(
            f"r{number}", number * HOUR, {f"p{number}{one}": number * HOUR - 9 for one in "abc"}, links=30
        )
        batch.sources = (source,)
        batch.visit(number * HOUR, url="https://alpha.example/topic", links=10)
        load(batch)
    intervals = dict(query("select url, interval_seconds from ingest.endpoint"))
    assert intervals["https://alpha.example/topic"] > 3 * intervals[FEED]
    (first,) = query("select min(next_due_at) from ingest.endpoint")
    assert query("select next_due_at from ingest.source_state") == [first]


def test_what_a_sitemap_of_an_index_brings_is_the_indexs(load, query):
    index, child = "https://alpha.example/sitemap.xml", "https://alpha.example/news.xml"
    source = make_source(feeds=[], sitemaps=[index])
    for number in range(2):
        batch = Batch(run_id=f"r{number}", sources=(source,), created_at=at(number * HOUR))
        batch.visit(number * HOUR, url=index, kind="sitemap", links=0, source=make_source())
        batch.visit(number * HOUR, url=child, kind="sitemap", links=50, source=make_source())
        for path in "abc":
            capture = batch.capture(f"{path}{number}", number * HOUR, source=make_source(), discovered_from=child)
            batch.article(
                f"{path}{number}", f"Text {path}{number}.", number * HOUR, capture=capture, source=make_source()
            )
        batch.discoveries[:] = [
            one.model_copy(update={"discovered_from": child, "hint_published_at": at(number * HOUR - 7)})
            for one in batch.discoveries
        ]
        load(batch)
    rows = query("select url, yielded, entries, next_due_at is null from ingest.endpoint order by url")
    assert rows == [(child, 0, 0, True), (index, 3, 50, False)]


def test_an_endpoint_that_was_due_and_not_asked_is_due_soon(load, query):
    source = make_source(feeds=[FEED, "https://alpha.example/other"])
    batch = feed_batch("r1", 0, {"a": -10})
    batch.sources = (source,)
    load(batch)
    assert query("select next_due_at from ingest.source_state") == [(at(4.5),)]  # the other was never asked
    batch = Batch(run_id="r2", sources=(source,), created_at=at(5))
    batch.visit(5, url="https://alpha.example/other", http_status=None, reason="time_limit", links=0)
    load(batch)
    assert query("select next_due_at from ingest.source_state") == [(at(10),)]
    assert query("select url from ingest.endpoint where url like '%%other'") == [], "it was not visited"


def test_history_is_kept_for_ten_weeks(load, query):
    load(feed_batch("r1", 0, {"a": -10}))
    load(feed_batch("r2", 71 * DAY, {"b": 71 * DAY - 5}))
    assert query("select min(hour) from ingest.source_hour")[0][0] >= at(70 * DAY)


def test_what_a_visit_says_of_an_endpoint_is_kept(load, query):
    said = {
        "newest_published_at": at(-9), "moved_to": "https://alpha.example/new", "hub_url": "https://hub.example/",
        "stands_in_for": "https://alpha.example/dead", "skip_hours": [1, 2], "wait_seconds": 600,
    }  # fmt: skip
    load(feed_batch("r1", 0, {"a": -10}, **said))
    evidence = {"archive_file": "warc/x.warc.gz", "archive_offset": 5, "archive_length": 7}
    batch = Batch(run_id="r2", created_at=at(HOUR))
    batch.visit(HOUR, reason="unreadable_list", found_feeds=["https://alpha.example/f2"], links=0, **evidence)
    load(batch)
    columns = "newest_published_at, hub_url, stands_in_for, skip_hours, found_feeds, archive_file, archive_offset"
    assert query(f"select {columns}, archive_length, failure_weight from ingest.endpoint") == [
        (at(-9), "https://hub.example/", "https://alpha.example/dead", [1, 2], ["https://alpha.example/f2"],
         "warc/x.warc.gz", 5, 7, 0.5)
    ]  # fmt: skip


def test_every_reason_of_a_failure_has_a_weight():
    for outcome in (Outcome.FAILED, Outcome.BLOCKED):
        for reason in REASONS_OF[outcome]:
            assert polling.failure_weight(reason) in (0.25, 0.5, 1.0)
    assert polling.failure_weight(None) == 0

"""«It published nothing» and «we were down» are different facts, and each gap has its reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from crawler.rhythm import MEMORY
from tests.load.builders import START, Batch, make_source

TODAY = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)


def days_ago(days: float) -> datetime:
    return TODAY - timedelta(days=days)


@pytest.fixture
def source(load, query):
    """The source `alpha`, known for twenty days and watched up to now."""
    load(Batch())
    query("update news.source set first_seen_at = %s returning 1", days_ago(20))
    query("update ingest.source_state set watched_until = now() returning 1")


@pytest.fixture
def watch(query):
    def run(start: datetime, end: datetime, *, seconds: float = 3600, found: int = 0) -> None:
        query(
            "insert into ingest.source_hour select 'alpha', hour, %s, %s "
            "from generate_series(%s, %s - interval '1 second', interval '1 hour') as hour returning 1",
            seconds, found, start, end,
        )  # fmt: skip

    return run


@pytest.fixture
def change(query):
    def run(at: datetime, state: str, reason: str, *, kind: str = "state", detail: str | None = None) -> None:
        query(
            "insert into ingest.source_event "
            "(source_id, observed_at, kind, state_before, state, reason, detail, weight) "
            "values ('alpha', %s, %s, %s, %s, %s, %s, 0) returning 1",
            at, kind, state if kind == "signal" else "other", state, reason, detail,
        )  # fmt: skip

    return run


@pytest.fixture
def status(ask):
    """(status, reason) of a day so many days ago."""

    def run(days: int) -> tuple:
        rows = ask("select status, reason from news.source_day where day = %s", days_ago(days).date())
        assert len(rows) == 1
        return rows[0]

    return run


def test_a_day_that_was_watched_tells_whether_it_published(source, watch, status, load):
    watch(days_ago(10), days_ago(8))
    batch = Batch(run_id="r2")
    batch.article("a", "Text.", fields={"published_at": days_ago(9.5), "published_precision": "minute"})
    load(batch)
    assert status(10) == ("published", None)
    assert status(9) == ("nothing_published", None)


def test_an_article_that_a_list_named_is_published_though_we_could_not_keep_it(source, watch, status):
    watch(days_ago(10), days_ago(9), found=1)
    assert status(10) == ("published", None)


def test_a_day_on_which_we_did_not_run_is_no_silence(source, watch, status, ask):
    watch(days_ago(10), days_ago(9))
    watch(days_ago(8), days_ago(7))
    assert status(9) == ("not_watched", "not_visited")
    assert "did not run" in ask("select meaning from news.source_day where day = %s", days_ago(9).date())[0][0]


def test_a_day_that_was_watched_in_part_says_how_much(source, watch, status, ask):
    watch(days_ago(10), days_ago(9.75))
    assert status(10) == ("partly_watched", "not_visited")
    assert ask("select watched_share::float from news.source_day where day = %s", days_ago(10).date()) == [(0.25,)]


@pytest.mark.parametrize(("state", "reason"), [("blocked", "challenge"), ("dead", "no_answer")])
def test_a_block_is_named_on_each_day_that_it_lasts(source, watch, change, status, state, reason):
    watch(days_ago(12), days_ago(10))
    change(days_ago(10), state, reason)
    change(days_ago(7), "healthy", "as_usual")
    watch(days_ago(7), days_ago(6))
    assert status(11) == ("nothing_published", None)
    assert [status(days) for days in (10, 9, 8)] == [("not_watched", reason)] * 3
    assert status(7) == ("nothing_published", None)


def test_a_cut_of_our_own_network_is_ours(source, change, status):
    change(days_ago(9.5), "healthy", "our_network", kind="signal")
    assert status(10) == ("not_watched", "our_network")


def test_a_pause_is_no_outage(source, change, status, ask):
    change(days_ago(9.9), "paused", "by_operator", detail="asked by the outlet")
    assert status(10) == status(5) == ("paused", "by_operator")
    assert ask("select detail from news.source_day where day = %s", days_ago(5).date()) == [("asked by the outlet",)]


def test_today_is_not_yet_known(source, watch, status):
    assert status(0) == ("not_yet_known", None)


def test_yesterday_is_not_yet_known_until_a_visit_has_looked_back(source, query, watch, status):
    query("update ingest.source_state set watched_until = %s returning 1", days_ago(0.5))
    assert status(1) == ("not_yet_known", None)


def test_days_before_anything_was_kept_are_not_called_gaps(source, query, load, watch, status):
    batch = Batch(run_id="r2")
    batch.article("a", "Text.", (days_ago(18) - START).total_seconds() / 60)
    load(batch)
    watch(days_ago(10), days_ago(9))
    assert status(15) == ("not_recorded", None)
    assert status(9) == ("not_watched", "not_visited")


def test_a_day_is_the_day_of_the_source(load, query, ask):
    load(Batch(sources=(make_source(time_zone="Asia/Damascus"),)))
    query("update news.source set first_seen_at = %s returning 1", days_ago(20))
    batch = Batch(run_id="r2", sources=(make_source(time_zone="Asia/Damascus"),))
    # What a date without a time of day becomes: midnight in Damascus, which is another day in UTC.
    fields = {"published_at": days_ago(10) - timedelta(hours=3), "published_precision": "day"}
    batch.article("a", "Text.", 1, fields=fields)
    load(batch)
    assert ask("select day, starts_at from news.source_day where published_count > 0") == [
        (days_ago(10).date(), days_ago(10) - timedelta(hours=3))
    ]


def test_hours_that_habits_forget_are_kept_by_the_day(load, query, ask):
    now = datetime.now(timezone.utc)
    old = now - MEMORY - timedelta(days=3)
    day: date = old.date()
    start = datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
    load(Batch(created_at=start))
    query("update news.source set first_seen_at = %s returning 1", start)
    query(
        "insert into ingest.source_hour select 'alpha', hour, 3600, 1 "
        "from generate_series(%s, %s + interval '23 hours', interval '1 hour') as hour returning 1", start, start,
    )  # fmt: skip
    before = ask("select * from news.source_day where day = %s", day)
    assert before[0][6:8] == (1, "published")
    load(Batch(run_id="r2", created_at=now))
    assert query("select watched_seconds, found from ingest.source_day") == [(86400, 24)]
    assert query("select count(*) from ingest.source_hour where hour < %s", start + timedelta(days=1)) == [(0,)]
    assert ask("select * from news.source_day where day = %s", day) == before

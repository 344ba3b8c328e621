"""The states of sources, from loaded batches: each over as much simulated time as it takes."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.database import connect_url
from crawler.manifests import RunKind, RunManifest
from crawler.reasons import Outcome, Reason
from crawler.reports import read_run_report
from crawler.runs import write_record
from crawler.states import STATE_REASONS_OF, SourceState, StateReason
from tests.load.builders import Batch, at, make_source

HOUR = 60
DAY = 24 * HOUR
FIELDS = {
    "authors": ("Somebody",),
    "published_at": at(0),
    "published_precision": "minute",
    "section": "News",
    "image_url": "https://alpha.example/i.jpg",
}
TEXT = " ".join(["word"] * 300)


@pytest.fixture
def state(query):
    """(state, reason) of a source."""
    statement = "select state, state_reason from ingest.source_state where source_id = %s"
    return lambda source_id="alpha": query(statement, source_id)[0]


def news(
    run: str, minutes: float, count: int = 5, *, fields: dict[str, object] | None = None, **batch: object
) -> Batch:
    """A visit that brings new articles, published just before it."""
    made = Batch(run_id=run, created_at=at(minutes), **batch)
    made.visit(minutes, links=30)
    for number in range(count):
        made.article(f"{run}-{number}", TEXT, minutes + 1, fields={**FIELDS, **(fields or {})})
        found = made.discoveries[-1]
        made.discoveries[-1] = found.model_copy(update={"hint_published_at": at(minutes - 7)})
    return made


def failing(run: str, minutes: float, reason: Reason, **changes: object) -> Batch:
    made = Batch(run_id=run, created_at=at(minutes))
    status = {Reason.FORBIDDEN: 403, Reason.DNS: None}.get(reason, 500)
    made.visit(minutes, http_status=status, reason=reason, etag=None, links=0, **changes)
    return made


@pytest.fixture
def well(load_once):
    """A source that has brought eight articles every six hours."""
    for number in range(5):
        load_once(news(f"w{number}", (number - 5) * 6 * HOUR, 8))


def test_reasons_of_states_in_the_database_are_those_of_the_contract(query):
    expected = {(reason.value, state.value) for state, reasons in STATE_REASONS_OF.items() for reason in reasons}
    assert set(query("select reason, state from ingest.state_reason")) == {
        *expected, (StateReason.OUR_NETWORK.value, None)
    }  # fmt: skip


def test_a_well_source_is_healthy_and_has_no_history(well, load, query, state):
    load(news("r1", 0))
    assert state() == ("healthy", "as_usual")
    assert query("select count(*) from ingest.source_event") == [(0,)]
    (counts,) = query("select field_counts from ingest.batch_source where run_id = 'r1'")[0]
    assert {name: counts[name] for name in ("articles", "author", "date", "dateline")} == {
        "articles": 5, "author": 5, "date": 5, "dateline": 0
    }  # fmt: skip


def test_an_author_that_vanishes_is_said_in_one_run_with_what_to_do(well, load, query, state):
    counts = load(news("r1", 0, fields={"authors": ()}))
    assert state() == ("layout_changed", "fields_lost")
    (notice,) = counts.notices
    assert "author: 0 of 5 pages, 100 % before" in notice.text
    assert "dateline sources accept" in notice.text
    assert query("select kind, state_before, state, run_id, detail from ingest.source_event") == [
        ("state", "healthy", "layout_changed", "r1", notice.detail)
    ]


def test_a_redesign_is_layout_changed_in_one_run_with_an_archived_page_as_evidence(well, load, query, state):
    batch = news("r1", 0, 0)
    for number in range(4):
        batch.reject(f"new-{number}", Reason.NO_TEXT, 1)
    load(batch)
    assert state() == ("layout_changed", "pages_unreadable")
    ((url, status, file, length),) = query(
        "select evidence_url, evidence_status, evidence_file, evidence_length from ingest.source_state"
    )
    assert url.startswith("https://alpha.example/new-")
    assert (status, file, length) == (200, "warc/r1-b001/0.warc.gz", 900)
    for number in range(6):
        load(news(f"s{number}", (number + 1) * HOUR))
    assert state() == ("healthy", "as_usual")
    assert query("select state_before, state from ingest.source_event order by event_id") == [
        ("healthy", "layout_changed"), ("layout_changed", "healthy")
    ]  # fmt: skip


def test_refusals_block_with_the_archived_answer_as_evidence(well, load, query, state):
    pointer = {"archive_file": "warc/e.warc.gz", "archive_offset": 5, "archive_length": 70}
    load(failing("r1", 0, Reason.FORBIDDEN, **pointer))
    assert state() == ("healthy", "as_usual")
    for number in range(2, 6):
        load(failing(f"r{number}", number * HOUR, Reason.FORBIDDEN, **pointer))
    assert state() == ("blocked", "forbidden")
    assert query(
        "select evidence_url, evidence_status, evidence_file, evidence_offset, evidence_length, failure_score"
        " from ingest.source_state"
    ) == [("https://alpha.example/feed", 403, "warc/e.warc.gz", 5, 70, 2.5)]


def test_a_host_that_is_gone_is_dead_after_days_and_alive_at_once(well, load, query, state):
    found = []
    for number in range(9):
        load(failing(f"r{number}", number * 12 * HOUR, Reason.DNS))
        found.append(state()[0])
    assert found == ["degraded"] * 7 + ["dead"] * 2
    assert query("select state_since from ingest.source_state") == [(at(7 * 12 * HOUR),)]
    load(news("back", 5 * DAY))
    assert state() == ("degraded", "unreachable")


def test_a_permanent_redirect_is_a_move_until_the_file_is_corrected(well, load, state):
    there = "https://alpha.example/rss"
    batch = news("r1", 0)
    batch.endpoints[0] = batch.endpoints[0].model_copy(update={"moved_to": there})
    assert there in load(batch).notices[0].text
    assert state() == ("moved", "redirected")
    load(news("r2", HOUR, sources=(make_source(feeds=[there]),)))
    assert state() == ("healthy", "as_usual")


def test_when_all_hosts_fail_at_once_nobody_is_blamed(load, query):
    sources = tuple(make_source(name) for name in ("alpha", "beta", "gamma"))
    for number in range(3):
        batch = Batch(run_id=f"r{number}", sources=sources, created_at=at(number * DAY))
        for source in sources:
            batch.visit(number * DAY, source, reason=Reason.DNS, http_status=None, etag=None, links=0)
        load(batch)
    assert set(query("select state, failure_score from ingest.source_state")) == {("healthy", 0.0)}
    assert query("select source_id, kind, reason, run_id from ingest.source_event order by 1") == [
        (source.id, "signal", "our_network", "r0") for source in sources
    ]
    beside = Batch(run_id="r9", sources=sources, created_at=at(4 * DAY))
    beside.visit(4 * DAY, sources[0])
    for source in sources[1:]:
        beside.visit(4 * DAY, source, reason=Reason.DNS, http_status=None, etag=None, links=0)
    load(beside)
    assert query("select source_id, state from ingest.source_state order by 1") == [
        ("alpha", "healthy"), ("beta", "degraded"), ("gamma", "degraded")
    ]  # fmt: skip


def test_a_late_load_does_not_overwrite_newer_evidence(well, load, state):
    load(news("r2", DAY))
    assert load(failing("r1", HOUR, Reason.DNS)).notices == ()
    assert state() == ("healthy", "as_usual")


def test_a_reprocess_says_nothing_of_the_site(well, load, query, state):
    before = query("select memory, observed_at from ingest.source_state")
    batch = Batch(run_id="again", kind=RunKind.REPROCESS, created_at=at(DAY))
    for number in range(5):
        capture = batch.capture(f"w4-{number}", -359, file="warc/w4-b001/0.warc.gz", offset=1000 * number)
        batch.article(f"w4-{number}", TEXT, -359, capture=capture, extractor="2")
    load(batch)
    assert state() == ("healthy", "as_usual")
    assert query("select memory, observed_at from ingest.source_state") == before


@pytest.fixture
def habit(load_once, query):
    """Hours that were watched, up to START; `publishes(hour)` says how many articles each brought."""

    def make(days: int, publishes) -> None:
        load_once(news("first", -HOUR, 0))
        query("delete from ingest.source_hour")
        hours = [at(-hour * HOUR) for hour in range(1, days * 24)]
        for hour in hours:
            query("insert into ingest.source_hour values ('alpha', %s, 3600, %s)", hour, publishes(hour))

    return make


def test_a_source_that_falls_silent_is_quiet_after_its_habitual_hours(habit, load_once, state, query):
    """Twelve articles each noon: silence is nothing at night, and much after noon."""
    habit(21, lambda hour: 12 if hour.hour == 12 else 0)
    found = []
    for hour in range(0, 30, 3):  # START is at noon
        load_once(news(f"s{hour:02}", hour * HOUR, 0))
        found.append((at(hour * HOUR).hour, state()[0]))
    first = next(hour for hour, name in found if name == "quiet")
    assert first in (12, 15)
    assert "nothing new since" in query("select state_detail from ingest.source_state")[0][0]
    load_once(news("back", 31 * HOUR, 12))
    assert state() == ("healthy", "as_usual")


def test_a_source_that_rests_on_friday_is_not_quiet_on_friday(habit, load_once, state):
    habit(42, lambda hour: 0 if hour.weekday() == 4 else 2)  # START is a Sunday
    found = []
    for hour in range(0, 6 * 24, 12):
        rests = at((hour - 1) * HOUR).weekday() == 4
        load_once(news(f"s{hour:03}", hour * HOUR, 0 if rests else 24))
        found.append(state()[0])
    assert set(found) == {"healthy"}
    for hour in range(6 * 24, 8 * 24, 12):  # Saturday and Sunday without a word
        load_once(news(f"s{hour:03}", hour * HOUR, 0))
        found.append(state()[0])
    assert found[-1] == "quiet"


def test_no_articles_while_nobody_watched_is_no_silence(habit, load_once, state):
    habit(14, lambda hour: 1)
    turned_over = news("later", 20 * DAY, 20)
    turned_over.endpoints[0] = turned_over.endpoints[0].model_copy(update={"links": 20, "taken_on": 20})
    load_once(turned_over)
    assert state() == ("healthy", "as_usual")


@pytest.mark.parametrize(("expect", "reason"), [((40, 100), "below_expected"), ((0, 5), "above_expected")])
def test_what_the_file_expects_is_compared(load_once, state, expect, reason):
    least, most = expect
    source = make_source(expect={"articles_per_day_min": least, "articles_per_day_max": most})
    for number in range(16):
        load_once(news(f"r{number:02}", number * 6 * HOUR, 3, sources=(source,)))
    assert state() == ("degraded", reason)


def test_a_page_that_was_not_reached_changes_nothing(well, load, query):
    before = query("select memory from ingest.source_state")
    batch = Batch(run_id="r1", created_at=at(0))
    batch.fetch("a", Outcome.PENDING, Reason.TIME_LIMIT, 1)
    load(batch)
    assert query("select memory from ingest.source_state") == before


def test_events_cannot_be_changed(well, load_once, query):
    load_once(failing("r1", 0, Reason.DNS))
    assert query("select observed_at - recorded_at < interval '0' from ingest.source_event") == [(True,)]
    granted = "select has_table_privilege('dateline_loader', 'ingest.source_event', %s)"
    assert [query(granted, one)[0][0] for one in ("insert", "update", "delete")] == [True, False, False]


def test_the_span_of_a_state_does_not_depend_on_its_detail(well, load, query):
    for number in range(3):
        load(failing(f"r{number}", number * HOUR, Reason.DNS))
    assert query("select state, state_since from ingest.source_state") == [("degraded", at(0))]
    assert query("select max(observed_at) - min(observed_at) from ingest.source_event") == [(timedelta(0),)]


def test_the_operating_page_says_what_the_database_says(query):
    text = (Path(__file__).resolve().parents[2] / "docs/operating.md").read_text(encoding="utf-8")
    section = text[text.index("## Source states") : text.index("## Outcomes and reason codes")]
    rows = re.findall(r"^\| (\(signal\)|\w+) \| (\w+) \| (.+?) \| (.*?) ?\|$", section, re.MULTILINE)
    told = {(state, reason, meaning, remedy) for state, reason, meaning, remedy in rows if reason != "reason"}
    known = "select coalesce(state, '(signal)'), reason, meaning, remedy from ingest.state_reason"
    assert told == set(query(known))
    states = set(re.findall(r"^\| (\w+) \| [^|]+ \| [^|]+ \|$", section, re.MULTILINE)) - {"state"}
    assert states == {state.value for state in SourceState}


def test_analysts_see_silence_apart_from_not_looking(habit, database, query):
    habit(3, lambda hour: 1)
    rows = query("select source_id, hour, watched_seconds, found from ingest.source_hour")
    (now,) = query("select date_trunc('hour', now())")[0]
    age = now - max(row[1] for row in rows)
    query("delete from ingest.source_hour")
    for source_id, hour, watched, found in rows:
        query("insert into ingest.source_hour values (%s, %s, %s, %s)", source_id, hour + age, watched, found)
    session = connect_url(database.analyst_url)
    with session.cursor() as cursor:
        cursor.execute("select to_jsonb(source_health) from news.source_health")
        ((row,),) = cursor.fetchall()
    session.close()
    assert (row["source_id"], row["state"], row["reason"]) == ("alpha", "healthy", "as_usual")
    assert row["last_article_at"] is None
    assert 0.4 < row["watched_share_7_days"] < 0.45  # three days of seven
    assert row["found_7_days"] == 71


def test_the_report_of_a_run_names_what_changed_with_the_remedy(well, load, settings):
    batch = news("r1", 0, fields={"authors": ()})
    load(batch)
    run = RunManifest(run_id="r1", kind=RunKind.NEWS, created_at=at(0), batches=("r1/b001",))
    write_record(settings.runs_dir / "r1" / "run.json", run)
    (line,) = read_run_report(settings, "r1").warnings
    assert line.startswith("alpha: healthy → layout_changed: fields_lost (author: 0 of 5 pages, 100 % before). Compare")


def test_a_late_load_does_not_turn_back_the_last_run(load, query):
    last = "select last_run_id, last_run_at, last_success_at from ingest.source_state"
    for run_id, minutes in (("r2", 600), ("r1", 0)):
        batch = Batch(run_id=run_id, created_at=at(minutes))
        batch.visit(minutes)
        load(batch)
    assert query(last) == [("r2", at(600), at(600))]


def test_an_endpoint_that_was_not_reached_has_not_failed(load, query):
    batch = Batch(run_id="r1")
    batch.visit(0)
    load(batch)
    batch = Batch(run_id="r2", created_at=at(60))
    batch.visit(60, http_status=None, reason=Reason.TIME_LIMIT, links=0, etag=None)
    counts = load(batch)
    assert (counts.endpoints_visited, counts.endpoints_failed) == (0, 0)
    found = query("select last_visited_at, last_reason, failure_count, last_links from ingest.endpoint")
    assert found == [(at(0), None, 0, 3)]

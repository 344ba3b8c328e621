"""The laws of the polling policy."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crawler.rhythm import Bounds, Habit, HourCount, Rhythm, Visit, next_poll
from crawler.rhythm.memory import Answer, EndpointMemory, remember, seconds_by_hour, share_of, watched_since
from crawler.rhythm.polling import LONGEST_REST, LONGEST_WAIT, START_OF_RUN

MONDAY = datetime(2026, 8, 3, tzinfo=timezone.utc)
NOW = datetime(2026, 8, 31, 10, 0, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


def rhythm_of(rate, weeks: int = 4) -> Rhythm:
    """A source that brings exactly `rate(hour)` articles in each hour."""
    rows = [HourCount(MONDAY + number * HOUR, 3600, rate(MONDAY + number * HOUR)) for number in range(weeks * 168 + 10)]
    return Rhythm.from_hours(rows, NOW)


BUSY = rhythm_of(lambda _: 9)
DESK = rhythm_of(lambda hour: 2 if 7 <= hour.hour < 16 and hour.weekday() < 5 else 0)
RARE = rhythm_of(lambda hour: int(hour.weekday() == 2 and hour.hour == 12))

instants = st.integers(0, 14 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
spans = st.integers(1, 30 * 86400).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def visits(draw):
    planned_at = draw(instants)
    return Visit(
        planned_at=planned_at,
        visited_at=planned_at + timedelta(seconds=draw(st.integers(0, 3600))),
        share=draw(st.floats(0, 1)),
        entries=draw(st.integers(0, 1000)),
        fresh_share=draw(st.none() | st.floats(0, 1)),
        since_previous=draw(st.none() | spans),
        failure_weight=draw(st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.75, 400.0])),
        is_temporary=draw(st.booleans()),
        wait_seconds=draw(st.none() | st.integers(0, 10**9)),
        skip_hours=draw(st.lists(st.integers(-3, 30), max_size=30)),
    )


@st.composite
def bounds(draw):
    fastest, slowest = sorted([draw(spans), draw(spans)])
    return Bounds(fastest, slowest, draw(st.none() | spans))


rhythms = st.builds(
    Rhythm,
    st.builds(
        Habit,
        st.lists(st.floats(1e-4, 500), min_size=168, max_size=168).map(tuple),
        st.floats(1, 100), st.just(100.0), st.just(10.0), st.just(timezone.utc),
    ),
    st.floats(0.001, 100),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(rhythms, visits(), bounds())
def test_the_next_visit_is_within_the_bounds_or_a_wait_that_was_asked_for(rhythm, visit, within):
    poll = next_poll(rhythm, visit, within)
    shortest, longest = (within.fixed, within.fixed) if within.fixed else (within.fastest, within.slowest)
    assert shortest <= poll.interval <= longest
    early = min(START_OF_RUN, poll.interval / 10)
    assert poll.due_at > visit.planned_at
    assert poll.due_at >= visit.planned_at + shortest - early
    latest = max(visit.planned_at + max(longest, LONGEST_WAIT), visit.visited_at + LONGEST_WAIT)
    assert poll.due_at <= latest + 24 * HOUR  # skipped hours come on top
    if not visit.skip_hours:
        assert poll.due_at <= latest
        if not visit.failure_weight and not visit.wait_seconds:
            assert poll.due_at <= visit.planned_at + longest
    hours = {hour for hour in visit.skip_hours if 0 <= hour < 24}
    assert len(hours) == 24 or poll.due_at.hour not in hours


@settings(max_examples=100, deadline=None)
@given(rhythms, visits(), bounds(), st.floats(0, 50))
def test_more_failures_never_bring_an_earlier_visit(rhythm, visit, within, more):
    assume(visit.failure_weight)
    worse = next_poll(rhythm, _with(visit, failure_weight=visit.failure_weight + more), within)
    assert worse.due_at >= next_poll(rhythm, visit, within).due_at


@settings(max_examples=100, deadline=None)
@given(rhythms, visits(), bounds(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_longer_wait_never_brings_an_earlier_visit(rhythm, visit, within, wait, more):
    shorter = next_poll(rhythm, _with(visit, wait_seconds=wait), within)
    assert next_poll(rhythm, _with(visit, wait_seconds=wait + more), within).due_at >= shorter.due_at


@settings(max_examples=100, deadline=None)
@given(rhythms, visits(), bounds(), st.floats(0, 1))
def test_an_endpoint_that_brings_more_is_asked_no_later(rhythm, visit, within, share):
    less, more = sorted([share, visit.share])
    later = next_poll(rhythm, _with(visit, share=less), within)
    assert next_poll(rhythm, _with(visit, share=more), within).interval <= later.interval


def test_busy_sources_are_asked_often_and_quiet_ones_seldom():
    visit = Visit(NOW, NOW, entries=30)
    minutes = [next_poll(one, visit, Bounds()).interval / timedelta(minutes=1) for one in (BUSY, DESK, RARE)]
    assert minutes[0] < 15 < minutes[1] < 60 < minutes[2]


def test_a_desk_is_left_alone_at_night_and_asked_when_it_opens():
    evening = NOW.replace(hour=19)
    poll = next_poll(DESK, Visit(evening, evening, entries=30), Bounds())
    assert poll.interval > 1.5 * HOUR
    night = NOW.replace(hour=4) + timedelta(days=1)
    morning = next_poll(DESK, Visit(night, night, entries=30), Bounds()).due_at
    assert morning < night.replace(hour=8, minute=15)


def test_a_short_list_is_asked_before_it_can_turn_over():
    long_list, short_list = (next_poll(DESK, Visit(NOW, NOW, entries=n), Bounds()).interval for n in (100, 2))
    assert short_list < long_list / 2
    turned = Visit(NOW, NOW, entries=30, fresh_share=1.0, since_previous=20 * timedelta(minutes=1))
    assert next_poll(RARE, turned, Bounds()).interval <= timedelta(minutes=10)
    burst = Visit(NOW, NOW, entries=20, fresh_share=0.6, since_previous=HOUR)
    assert next_poll(RARE, burst, Bounds()).interval < HOUR


def test_what_a_site_asks_for_is_obeyed_within_reason():
    ttl = Visit(NOW, NOW, entries=300, wait_seconds=1800)
    assert next_poll(BUSY, ttl, Bounds()).due_at == NOW + timedelta(minutes=30)
    absurd = Visit(NOW, NOW, entries=300, wait_seconds=10**8)
    assert next_poll(BUSY, absurd, Bounds()).due_at == NOW + LONGEST_REST
    turning = Visit(NOW, NOW, entries=8, wait_seconds=10**8)
    assert next_poll(BUSY, turning, Bounds()).due_at < NOW + timedelta(minutes=20)
    refused = Visit(NOW, NOW, entries=8, wait_seconds=10**8, failure_weight=0.25, is_temporary=True)
    assert next_poll(BUSY, refused, Bounds(fixed=HOUR)).due_at == NOW + LONGEST_WAIT


def test_a_site_that_was_well_a_while_ago_is_thought_to_come_back():
    down = Visit(NOW, NOW, entries=50, failure_weight=5.0, is_temporary=True, since_previous=8 * HOUR)
    assert next_poll(BUSY, down, Bounds()).due_at - NOW < HOUR
    gone = _with(down, is_temporary=False)
    assert next_poll(BUSY, gone, Bounds()).due_at - NOW > 20 * HOUR
    for_days = _with(down, since_previous=4 * 24 * HOUR)
    assert next_poll(BUSY, for_days, Bounds()).due_at - NOW > 20 * HOUR


def test_a_lively_day_is_noticed_before_the_habit_learns_it():
    usual = [HourCount(MONDAY + number * HOUR, 3600, int(number % 6 == 0)) for number in range(4 * 168)]
    lively = [HourCount(MONDAY + (4 * 168 + number) * HOUR, 3600, 3) for number in range(10)]
    silent = [row._replace(found=0) for row in lively]
    levels = [Rhythm.from_hours(usual + last, NOW).level for last in (lively, silent)]
    assert levels[0] > 2
    assert levels[1] < 0.8


@settings(max_examples=100, deadline=None)
@given(st.datetimes(timezones=st.just(timezone.utc)), st.integers(0, 500_000))
def test_a_span_cut_into_hours_is_the_span(since, seconds):
    assume(since.year < 9000)
    until = since + timedelta(seconds=seconds)
    parts = list(seconds_by_hour(since, until))
    assert sum(part for _, part in parts) == pytest.approx(seconds)
    assert all(0 < part <= 3600 for _, part in parts)
    assert len({hour for hour, _ in parts}) == len(parts)


def test_the_share_of_a_failing_endpoint_falls_to_the_others():
    memories = {"feed": EndpointMemory(NOW, NOW, 30, 90.0), "section": EndpointMemory(NOW, NOW, 30, 10.0)}
    assert share_of("section", memories, NOW) < 0.15
    memories["feed"] = remember(memories["feed"], Answer(NOW, failure_weight=1.0))
    assert share_of("section", memories, NOW) == 1
    assert share_of("feed", memories, NOW) > 0.85


def test_an_endpoint_that_brings_little_does_not_tell_that_the_source_is_silent():
    main, side = EndpointMemory(NOW, NOW, 30, 90.0), EndpointMemory(NOW, NOW, 30, 2.0)
    later = NOW + 3 * HOUR
    memories = {"main": main, "side": side}
    assert watched_since("side", side, Answer(later), memories) is None
    assert watched_since("main", main, Answer(later), memories) == NOW
    assert watched_since("main", main, Answer(later, failure_weight=0.25), memories) is None
    much_later = NOW + timedelta(days=9)
    side = remember(side, Answer(much_later - HOUR))
    assert watched_since("side", side, Answer(much_later), {"main": main, "side": side}) == much_later - HOUR


def _with(visit: Visit, **changes: object) -> Visit:
    fields = {name: getattr(visit, name) for name in Visit.__slots__}
    return Visit(**{**fields, **changes})

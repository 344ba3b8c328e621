"""What a habit learns, and the laws that it keeps."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.rhythm import Habit, HourCount, compare_span

MONDAY = datetime(2026, 8, 3, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def history(hours: int, rate, *, start: datetime = MONDAY, seed: int = 1, watched=lambda _: 3600) -> list[HourCount]:
    """Hours of a source whose rate is a function of the instant; arrivals are random, and the same for a seed."""
    dice = random.Random(seed)
    rows = []
    for number in range(hours):
        hour = start + number * HOUR
        seconds = watched(hour)
        left = rate(hour) * seconds / 3600
        found = 0
        while (left := left - dice.expovariate(1)) > 0:
            found += 1
        rows.append(HourCount(hour, seconds, found))
    return rows


def office_hours(instant: datetime) -> float:
    """A desk of the Middle East: nobody works on Friday and Saturday."""
    return 2.0 if instant.weekday() not in (4, 5) and 7 <= instant.hour < 16 else 0.05


def test_a_habit_follows_day_and_hour_and_its_own_weekend():
    rows = history(6 * 168, office_hours)
    habit = Habit.from_hours(rows, MONDAY + 6 * WEEK)
    at_work, at_night = habit.rate_at(MONDAY + 10 * HOUR), habit.rate_at(MONDAY + 2 * HOUR)
    friday, sunday = habit.rate_at(MONDAY + 106 * HOUR), habit.rate_at(MONDAY + 154 * HOUR)
    assert 1.3 < at_work < 2.7
    assert at_night < 0.35
    assert friday < 0.5
    assert sunday > 1.3
    week = habit.expected(MONDAY, MONDAY + WEEK)
    assert week == pytest.approx(sum(row.found for row in rows) / 6, rel=0.1)


def test_a_day_of_history_is_enough_for_the_level_and_no_more():
    habit = Habit.from_hours(history(24, lambda _: 5.0), MONDAY + 24 * HOUR)
    assert habit.watched_hours == pytest.approx(24, rel=0.05)
    assert all(1.5 < rate < 12 for rate in habit.rates)
    unknown = Habit.from_hours([], MONDAY)
    assert unknown.watched_hours == 0
    assert len(set(unknown.rates)) == 1


def test_hours_that_were_not_watched_are_not_silence():
    def down(hour: datetime) -> float:
        return 0 if MONDAY + WEEK <= hour < MONDAY + 2 * WEEK else 3600

    now = MONDAY + 2 * WEEK
    with_gap = Habit.from_hours(history(2 * 168, office_hours, watched=down), now)
    silent = [row._replace(found=0) if row.hour >= MONDAY + WEEK else row for row in history(2 * 168, office_hours)]
    as_silence = Habit.from_hours(silent, now)
    assert with_gap.expected(now, now + WEEK) > 1.7 * as_silence.expected(now, now + WEEK)
    assert compare_span(silent, now - WEEK, now).probability < 1e-6
    gone = compare_span(history(2 * 168, office_hours, watched=down), now - WEEK, now)
    assert (gone.expected, gone.found, gone.probability, gone.watched_hours) == (0, 0, 1, 0)


def test_a_changed_rhythm_is_learnt():
    rows = history(6 * 168, office_hours) + history(3 * 168, lambda _: 4.0, start=MONDAY + 6 * WEEK)
    habit = Habit.from_hours(rows, MONDAY + 9 * WEEK)
    assert habit.rate_at(MONDAY + 2 * HOUR) > 1.5


def test_the_zone_keeps_an_evening_paper_in_the_evening_when_clocks_change():
    berlin = ZoneInfo("Europe/Berlin")
    rows = history(4 * 168, lambda hour: 3.0 if hour.astimezone(berlin).hour == 20 else 0.02)
    habit = Habit.from_hours(rows, MONDAY + 4 * WEEK, berlin)
    winter = datetime(2026, 11, 10, 19, tzinfo=timezone.utc)  # 20 h in Berlin; in August it was 18 h UTC
    assert habit.rate_at(winter) > 2 * habit.rate_at(winter - HOUR)


def test_a_silent_night_is_usual_and_a_silent_working_day_is_not():
    rows = history(5 * 168, office_hours)
    monday = MONDAY + 5 * WEEK
    night = [HourCount(monday + number * HOUR, 3600, 0) for number in range(6)]
    day = [HourCount(monday + number * HOUR, 3600, 0) for number in range(16)]
    assert compare_span(rows + night, monday, monday + 6 * HOUR).probability > 0.3
    assert compare_span(rows + day, monday, monday + 16 * HOUR).probability < 0.01


def test_bursts_make_silence_less_telling():
    steady = history(5 * 168, lambda _: 0.2)
    bursts = history(5 * 168, lambda hour: 33.6 if (hour - MONDAY) // HOUR % 168 == (hour.day * 7) % 168 else 0.0)
    now = MONDAY + 5 * WEEK
    of_steady, of_bursts = Habit.from_hours(steady, now), Habit.from_hours(bursts, now)
    assert of_bursts.dispersion > 2 * of_steady.dispersion
    assert of_bursts.probability_of_at_most(0, 10) > 10 * of_steady.probability_of_at_most(0, 10)


rows_of_some_weeks = st.lists(
    st.builds(
        HourCount,
        st.integers(0, 10 * 168).map(lambda number: MONDAY + number * HOUR),
        st.floats(0, 3600),
        st.integers(0, 500),
    ),
    max_size=60,
    unique_by=lambda row: row.hour,
)
instants = st.integers(0, 20 * 168 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
NOW = MONDAY + 10 * WEEK


@settings(max_examples=60, deadline=None)
@given(rows_of_some_weeks, st.lists(instants, min_size=3, max_size=3).map(sorted))
def test_what_is_expected_adds_up_over_spans(rows, span):
    since, between, until = span
    habit = Habit.from_hours(rows, NOW)
    parts = habit.expected(since, between) + habit.expected(between, until)
    assert habit.expected(since, until) == pytest.approx(parts, abs=1e-9)
    assert habit.expected(until, since) == 0
    assert all(0 < rate <= 500 for rate in habit.rates)
    assert habit.dispersion >= 1


@settings(max_examples=60, deadline=None)
@given(rows_of_some_weeks, st.floats(0, 3000), st.floats(0, 500), st.integers(0, 2000))
def test_probabilities_are_ordered(rows, expected, more, count):
    habit = Habit.from_hours(rows, NOW)
    probability = habit.probability_of_at_most(count, expected)
    assert 0 <= probability <= 1
    assert probability <= habit.probability_of_at_most(count + 1, expected) + 1e-9
    assert habit.probability_of_at_most(count, expected + more) <= probability + 1e-3
    assert habit.probability_of_at_most(-1, expected) == 0


@settings(max_examples=40, deadline=None)
@given(rows_of_some_weeks)
def test_order_and_unwatched_hours_do_not_matter(rows):
    habit = Habit.from_hours(rows, NOW)
    others = [HourCount(NOW + HOUR, 3600, 99), HourCount(MONDAY - HOUR, 0, 99)]
    again = Habit.from_hours([*others, *reversed(rows)], NOW)
    assert again.rates == pytest.approx(habit.rates)
    assert again.dispersion == pytest.approx(habit.dispersion)

"""The states of a source: what brings it there, and what brings it back."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.health import Memory, Observation, failure_weight, is_our_network, observe, standing_of
from crawler.health.machine import PRECEDENCE, STATE_OF
from crawler.health.weights import HARD, NOT_ASKED, TEMPORARY
from crawler.reasons import Reason
from crawler.records import EndpointKind
from crawler.states import STATE_REASONS_OF, SourceState, StateReason
from tests.health.builders import (
    FEED,
    OTHER,
    articles,
    end,
    hours_after,
    news,
    seen,
    states,
    visit,
    walk,
    weeks_of_news,
)

DAY = 24.0


def test_failures_weigh_one_a_half_or_a_quarter() -> None:
    assert {failure_weight(reason) for reason in HARD} == {1.0}
    assert {failure_weight(reason) for reason in TEMPORARY} == {0.25}
    assert {failure_weight(reason) for reason in NOT_ASKED} == {failure_weight(None)} == {0.0}
    assert failure_weight(Reason.FORBIDDEN) == failure_weight(Reason.BAD_RESPONSE) == 0.5
    assert not HARD & TEMPORARY


def test_every_reason_belongs_to_one_state_and_has_its_place() -> None:
    assigned = [reason for reasons in STATE_REASONS_OF.values() for reason in reasons]
    assert sorted([*assigned, StateReason.OUR_NETWORK]) == sorted(StateReason)
    assert set(STATE_REASONS_OF) == set(SourceState)
    stated = {SourceState.HEALTHY, SourceState.PAUSED}
    assert set(PRECEDENCE) == {reason for reason in assigned if STATE_OF[reason] not in stated}
    order = list(dict.fromkeys(STATE_OF[reason].value for reason in PRECEDENCE))
    assert order == ["dead", "blocked", "moved", "layout_changed", "quiet", "degraded"]


def test_the_gravest_condition_is_the_state() -> None:
    known = walk(seen(visit(Reason.DNS)))[-1].memory.conditions[StateReason.UNREACHABLE]
    left = list(PRECEDENCE)
    while left:
        memory = Memory(observed_at=hours_after(0), conditions=dict.fromkeys(reversed(left), known))
        assert standing_of(memory).reason is left.pop(0)


def test_a_source_that_was_never_visited_is_healthy_until_something_is_known() -> None:
    assert standing_of(Memory()).reason is StateReason.NEVER_VISITED
    (step,) = walk(news(0))
    assert (step.standing.state, step.standing.reason) == (SourceState.HEALTHY, StateReason.AS_USUAL)
    assert step.standing.since == hours_after(0)
    assert step.changes == ()


@pytest.mark.parametrize(
    ("reason", "visits"), [(Reason.DNS, 1), (Reason.BAD_RESPONSE, 2), (Reason.TIMEOUT, 4), (Reason.SERVER_ERROR, 4)]
)
def test_an_endpoint_fails_when_its_failures_add_up_to_one(reason, visits) -> None:
    steps = walk(*(seen(visit(reason, hours=hour)) for hour in range(visits)))
    assert states(steps) == ["healthy"] * (visits - 1) + ["degraded"]
    standing = steps[-1].standing
    assert standing.reason is StateReason.UNREACHABLE
    assert standing.score == 1.0
    assert reason.value in (standing.detail or "")
    assert standing.evidence.url == FEED
    assert standing.since == hours_after(visits - 1)


def test_one_of_two_endpoints_fails() -> None:
    both = (FEED, OTHER)
    (step,) = walk(seen(visit(Reason.NOT_FOUND), visit(url=OTHER), endpoints=both))
    assert step.standing.reason is StateReason.ENDPOINT_FAILS
    assert step.standing.score == 0.0  # there is a way in
    (change,) = step.changes
    assert (change.state_before, change.state) == (SourceState.HEALTHY, SourceState.DEGRADED)


def test_a_dead_source_has_failed_hard_and_for_days_and_one_answer_revives_it() -> None:
    failing = walk(*(seen(visit(Reason.DNS, hours=12.0 * number)) for number in range(8)))
    assert states(failing) == ["degraded"] * 7 + ["dead"]
    assert failing[-1].standing.reason is StateReason.NO_ANSWER
    alive = walk(*(news(100.0 + hour) for hour in range(3)), memory=failing[-1].memory)
    assert states(alive) == ["degraded", "degraded", "healthy"]
    assert [step.standing.score for step in alive] == [1.0, 0.5, 0.25]


def test_many_failures_on_one_day_are_no_death() -> None:
    steps = walk(*(seen(visit(Reason.DNS, hours=number)) for number in range(30)))
    assert set(states(steps)) == {"degraded"}


def test_temporary_failures_need_four_times_as_many() -> None:
    steps = walk(*(seen(visit(Reason.TIMEOUT, hours=12.0 * number)) for number in range(40)))
    assert states(steps).index("dead") == 31


def test_a_source_with_one_good_endpoint_is_not_dead() -> None:
    both = (FEED, OTHER)
    steps = walk(
        *(seen(visit(Reason.DNS, hours=12.0 * n), visit(hours=12.0 * n, url=OTHER), endpoints=both) for n in range(20))
    )
    assert steps[-1].standing.state is SourceState.DEGRADED


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.BAD_RESPONSE, Reason.FORBIDDEN, Reason.RATE_LIMITED])
def test_alternating_single_failures_do_not_turn_the_state_to_and_fro(reason) -> None:
    observations = [seen(visit(reason, hours=n)) if n % 2 else news(n) for n in range(200)]
    found = states(walk(*observations))
    assert sum(one != other for one, other in pairwise(found)) <= 1


def test_hard_failures_every_other_time_are_one_lasting_degradation() -> None:
    observations = [seen(visit(Reason.NOT_FOUND, hours=n)) if n % 2 else news(n) for n in range(100)]
    assert states(walk(*observations)) == ["healthy"] + ["degraded"] * 99


@pytest.mark.parametrize(
    "reason",
    [
        Reason.FORBIDDEN,
        Reason.CHALLENGE,
        Reason.CONSENT_WALL,
        Reason.LOGIN_WALL,
        Reason.GEO_BLOCKED,
        Reason.ROBOTS,
        Reason.RATE_LIMITED,
    ],
)
def test_blocked_by_its_feed_at_the_second_refusal_and_free_after_answers(reason) -> None:
    memory = weeks_of_news()
    refused = walk(*(seen(visit(reason, hours=n)) for n in range(1, 8)), memory=memory)
    assert states(refused)[0] == "healthy"
    assert "blocked" in states(refused)
    assert states(refused)[-1] == "blocked"
    assert refused[-1].standing.reason.value == reason.value
    free = states(walk(*(news(20 + n) for n in range(6)), memory=refused[-1].memory))
    assert free[0] == "blocked"  # one answer may be luck
    assert free[-1] == "healthy"
    assert free == sorted(free)  # and no way back


def test_blocked_in_one_run_when_the_pages_are_refused() -> None:
    (step,) = walk(seen(visit(hours=1), ends=[end(Reason.CHALLENGE, 5), end(Reason.NEW, 2)]), memory=weeks_of_news())
    assert (step.standing.state, step.standing.reason) == (SourceState.BLOCKED, StateReason.CHALLENGE)
    assert step.standing.evidence.archive_file == "w.warc.gz"


def test_a_refusal_among_many_answers_is_no_block() -> None:
    (step,) = walk(seen(visit(hours=1), ends=[end(Reason.FORBIDDEN, 2), end(Reason.NEW, 9)]), memory=weeks_of_news())
    assert step.standing.state is SourceState.HEALTHY


def test_pages_on_another_host_mean_that_it_moved() -> None:
    (step,) = walk(seen(visit(hours=1), ends=[end(Reason.OFF_HOST, 6)]), memory=weeks_of_news())
    assert (step.standing.state, step.standing.reason) == (SourceState.MOVED, StateReason.OTHER_HOST)


def test_moved_while_a_permanent_redirect_answers() -> None:
    there = "https://www.alpha.example/rss"
    steps = walk(seen(visit(moved_to=there)), seen(visit(hours=1, http_status=304, moved_to=there)), news(2))
    assert states(steps) == ["moved", "moved", "healthy"]
    assert there in (steps[0].standing.detail or "")
    assert steps[0].standing.since == steps[1].standing.since == hours_after(0)
    corrected = seen(visit(url=there, hours=3), endpoints=[there])
    assert states(walk(corrected, memory=steps[1].memory)) == ["healthy"]


def test_moved_when_another_feed_stands_in_for_a_dead_one() -> None:
    new = "https://alpha.example/new-feed"
    first = seen(visit(Reason.UNREADABLE_LIST, found_feeds=(new,)))
    then = seen(visit(Reason.UNREADABLE_LIST, hours=1), visit(url=new, hours=1, stands_in_for=FEED))
    lost = seen(visit(Reason.NOT_FOUND, hours=2), visit(Reason.DNS, url=new, hours=2, stands_in_for=FEED))
    steps = walk(first, then, lost)
    assert [step.standing.reason.value for step in steps] == ["feed_replaced", "feed_replaced", "unreachable"]
    assert steps[1].standing.score == 0.0  # nothing is missing


@pytest.mark.parametrize("field", ["author", "date", "time", "section", "image"])
def test_a_field_that_vanishes_is_said_within_one_run(field) -> None:
    (step,) = walk(news(1, 4, **{field: 0}), memory=weeks_of_news())
    assert (step.standing.state, step.standing.reason) == (SourceState.LAYOUT_CHANGED, StateReason.FIELDS_LOST)
    assert step.standing.detail == f"{field}: 0 of 4 pages, 100 % before"


def test_a_field_that_falls_a_little_degrades() -> None:
    (step,) = walk(news(1, 10, author=5), memory=weeks_of_news())
    assert (step.standing.state, step.standing.reason) == (SourceState.DEGRADED, StateReason.FIELDS_FELL)


@pytest.mark.parametrize(("words", "reason"), [(150, "fields_fell"), (60, "fields_lost")])
def test_texts_that_become_short_are_a_fallen_field(words, reason) -> None:
    (step,) = walk(news(1, 5, words), memory=weeks_of_news())
    assert step.standing.reason.value == reason
    assert "400 before" in (step.standing.detail or "")


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_articles_prove_nothing(count) -> None:
    (step,) = walk(news(1, count, author=0), memory=weeks_of_news())
    assert step.standing.state is SourceState.HEALTHY


def test_articles_that_come_one_by_one_prove_it_together() -> None:
    steps = walk(*(news(n, 1, author=0) for n in range(1, 16)), memory=weeks_of_news())
    assert states(steps)[0] == "healthy"
    assert states(steps)[-1] != "healthy"


def test_a_field_that_was_never_there_is_not_missed() -> None:
    memory = walk(*(news(n, author=0) for n in range(20)))[-1].memory
    assert states(walk(news(30, author=0), memory=memory)) == ["healthy"]


def test_a_redesign_is_seen_within_one_run_and_its_repair_too() -> None:
    broken = [seen(visit(hours=n), ends=[end(Reason.NO_TEXT, 5)]) for n in (1, 7)]
    steps = walk(*broken, memory=weeks_of_news())
    assert states(steps) == ["layout_changed"] * 2
    assert steps[0].standing.reason is StateReason.PAGES_UNREADABLE
    assert "no_text" in (steps[0].standing.detail or "")
    assert [len(step.changes) for step in steps] == [1, 0]
    repaired = walk(*(news(10 + n) for n in range(12)), memory=steps[-1].memory)
    assert states(repaired)[-1] == "healthy"
    assert states(repaired) == sorted(states(repaired), reverse=True)


def test_shells_that_need_javascript_have_their_own_reason() -> None:
    (step,) = walk(seen(visit(hours=1), ends=[end(Reason.NEEDS_JAVASCRIPT, 5)]), memory=weeks_of_news())
    assert step.standing.reason is StateReason.NEEDS_JAVASCRIPT


def test_a_new_paywall_blocks_and_an_old_one_is_a_habit() -> None:
    walled = seen(visit(hours=1), ends=[end(Reason.PAYWALL, 5)])
    assert walk(walled, memory=weeks_of_news())[-1].standing.reason is StateReason.PAYWALL
    always = [seen(visit(hours=n), ends=[end(Reason.PAYWALL, 4), end(Reason.NEW)]) for n in range(20)]
    assert set(states(walk(*always))) == {"healthy"}


def test_a_change_that_stays_becomes_the_habit_after_four_weeks() -> None:
    steps = walk(*(news(12.0 * n, author=0) for n in range(1, 70)), memory=weeks_of_news())
    found = states(steps)
    assert found[0] == "layout_changed"
    assert found[50] == "layout_changed"  # day 25
    assert found[-1] == "healthy"


def test_a_change_that_is_accepted_is_the_habit_at_once() -> None:
    (step,) = walk(news(1, author=0), memory=weeks_of_news())
    accepted = step.memory.accepting(hours_after(2))
    assert standing_of(accepted).state is SourceState.HEALTHY
    assert standing_of(accepted).since == hours_after(2)
    assert set(states(walk(*(news(3 + n, author=0) for n in range(9)), memory=accepted))) == {"healthy"}


@pytest.mark.parametrize(("kind", "visits"), [(EndpointKind.SECTION, 1), (EndpointKind.FEED, 3)])
def test_a_list_that_falls_empty(kind, visits) -> None:
    full = seen(visit(kind=kind, links=30))
    empty = [seen(visit(kind=kind, links=0, hours=n)) for n in range(1, visits + 1)]
    steps = walk(full, *empty)
    assert states(steps) == ["healthy"] * visits + ["layout_changed"]
    assert steps[-1].standing.reason is StateReason.LIST_EMPTY


def test_pages_that_fail_degrade_though_the_feed_answers() -> None:
    broken = seen(visit(hours=1), ends=[end(Reason.SERVER_ERROR, 4), end(Reason.NEW)])
    steps = walk(broken, news(2), news(3), memory=weeks_of_news())
    assert states(steps) == ["degraded", "degraded", "healthy"]
    assert steps[0].standing.reason is StateReason.PAGES_FAIL


def test_what_was_not_reached_says_nothing() -> None:
    memory = weeks_of_news()
    empty = seen(hours=1, ends=[end(Reason.TIME_LIMIT, 50)])
    assert observe(memory, empty).memory == memory
    assert observe(memory, seen(visit(Reason.CRAWL_STOPPED, hours=1))).memory == memory


def test_older_evidence_than_the_newest_changes_nothing() -> None:
    memory = weeks_of_news()
    late = seen(visit(Reason.DNS, hours=-20))
    step = observe(memory, late)
    assert step.memory == memory
    assert step.changes == ()


def test_our_own_network_condemns_nobody() -> None:
    def batch(hours: float, reason: Reason | None) -> list[Observation]:
        urls = [f"https://{name}.example/feed" for name in "abcd"]
        return [seen(visit(reason, hours=hours, url=url), endpoints=[url]) for url in urls]

    assert is_our_network(batch(1, Reason.DNS))
    assert not is_our_network(batch(1, Reason.DNS)[:2])
    assert not is_our_network([*batch(1, Reason.DNS)[:2], *batch(1, None)[2:]])
    assert not is_our_network(batch(1, Reason.FORBIDDEN))
    memory = observe(Memory(), batch(0, None)[0]).memory
    for hour in range(1, 200):
        step = observe(memory, batch(hour, Reason.DNS)[0], is_our_network=True)
        assert step.standing.state is SourceState.HEALTHY
        assert step.standing.score == 0.0
        assert [change.reason for change in step.changes] == ([StateReason.OUR_NETWORK] if hour == 1 else [])
        memory = step.memory
    back = observe(memory, batch(300, None)[0])
    assert back.memory.conditions == {}


def test_a_memory_of_another_version_is_begun_anew() -> None:
    memory = weeks_of_news()
    assert Memory.recall(memory.model_dump(mode="json")) == memory
    assert Memory.recall({"conditions": {"no_such_reason": {"since": "2026-11-02T12:00:00Z"}}}) == Memory()


# Laws

REASONS = st.sampled_from([None, *sorted(set(Reason) - {Reason.NEW, Reason.CHANGED})])
PAGE_REASONS = st.sampled_from(sorted(Reason))


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    made = []
    hour = 0.0
    for _ in range(draw(st.integers(1, 12))):
        hour += draw(st.floats(-5, 40))
        visits = [
            visit(
                draw(REASONS),
                hours=hour,
                url=url,
                kind=draw(st.sampled_from(EndpointKind)),
                links=draw(st.integers(0, 9)),
                moved_to=draw(st.sampled_from([None, None, "https://alpha.example/moved"])),
                found_feeds=draw(st.sampled_from([(), (OTHER,)])),
                stands_in_for=draw(st.sampled_from([None, FEED])),
            )
            for url in draw(st.lists(st.sampled_from([FEED, OTHER, "https://alpha.example/child"]), unique=True))
        ]
        pages = draw(st.lists(PAGE_REASONS, max_size=4, unique=True))
        ends = [end(reason, draw(st.integers(1, 20)), reason.value) for reason in pages]
        count = draw(st.integers(0, 8))
        fields = articles(count, draw(st.integers(1, 900)), author=draw(st.integers(0, count)))
        made.append(seen(*visits, hours=hour, ends=ends, endpoints=(FEED, OTHER), fields=fields))
    return made


@given(observations())
@settings(max_examples=100, deadline=None)
def test_laws(found: list[Observation]) -> None:
    memory = Memory()
    for observation in found:
        step = observe(memory, observation)
        turned = Observation(
            **{
                **{name: getattr(observation, name) for name in Observation.__dataclass_fields__},
                "visits": tuple(reversed(observation.visits)),
                "ends": tuple(reversed(observation.ends)),
            }
        )
        # Deterministic, whatever the order in the batch; and what is stored is what was meant.
        assert observe(memory, turned) == step
        assert Memory.model_validate_json(step.memory.model_dump_json()) == step.memory
        standing = step.standing
        assert standing_of(step.memory) == standing
        assert standing.reason in STATE_REASONS_OF[standing.state]
        assert 0 <= standing.score <= 32
        # A state is never left or entered without a word.
        was = standing_of(memory)
        turns = [change for change in step.changes if change.state is not change.state_before]
        assert [(one.state_before, one.state) for one in turns] == (
            [(was.state, standing.state)] if was.state is not standing.state else []
        )
        assert len({change.reason for change in step.changes}) == len(step.changes)
        # What is remembered stays small.
        assert set(step.memory.endpoints) <= {FEED, OTHER}
        assert len(step.memory.model_dump_json()) < 20_000
        memory = step.memory


@given(observations())
@settings(max_examples=40, deadline=None)
def test_whatever_happened_a_week_of_good_visits_heals(found: list[Observation]) -> None:
    memory = Memory()
    for observation in found:
        memory = observe(memory, observation).memory
    start = (memory.observed_at or hours_after(0)) + timedelta(hours=1)
    hours = (start - hours_after(0)).total_seconds() / 3600
    both = (FEED, OTHER)
    for number in range(40):
        at = hours + 24 * number  # a change of habit is accepted after four weeks
        good = seen(
            visit(hours=at), visit(url=OTHER, hours=at), ends=[end(Reason.NEW, 5)], fields=articles(5), endpoints=both
        )
        memory = observe(memory, good).memory
    assert standing_of(memory).state is SourceState.HEALTHY

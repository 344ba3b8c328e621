"""The state machine: what was remembered and what was seen, in; what is remembered, the state and what changed, out.

Conditions come and go one by one, each with its own rule. The state is that of the gravest condition that holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.health.answers import judge_answers, remember_answers
from crawler.health.endpoints import judge_endpoints, lowest_score, remember_visits
from crawler.health.evidence import NO_EVIDENCE, Evidence, Observation
from crawler.health.fields import follow, judge_articles, judge_pages, tally_articles, tally_pages
from crawler.health.finding import Finding, Findings
from crawler.health.memory import Condition, Memory
from crawler.health.yields import judge_yield
from crawler.states import STATE_REASONS_OF, SourceState, StateReason

PRECEDENCE = (
    StateReason.NO_ANSWER,
    StateReason.CHALLENGE,
    StateReason.FORBIDDEN,
    StateReason.GEO_BLOCKED,
    StateReason.LOGIN_WALL,
    StateReason.CONSENT_WALL,
    StateReason.ROBOTS,
    StateReason.RATE_LIMITED,
    StateReason.PAYWALL,
    StateReason.OTHER_HOST,
    StateReason.REDIRECTED,
    StateReason.FEED_REPLACED,
    StateReason.NEEDS_JAVASCRIPT,
    StateReason.PAGES_UNREADABLE,
    StateReason.FIELDS_LOST,
    StateReason.LIST_EMPTY,
    StateReason.SILENT,
    StateReason.BELOW_HABIT,
    StateReason.UNREACHABLE,
    StateReason.ENDPOINT_FAILS,
    StateReason.PAGES_FAIL,
    StateReason.FIELDS_FELL,
    StateReason.BELOW_EXPECTED,
    StateReason.ABOVE_EXPECTED,
)
"""The gravest first: dead, blocked, moved, layout_changed, quiet, degraded. A cause comes before its effects."""
STATE_OF = {reason: state for state, reasons in STATE_REASONS_OF.items() for reason in reasons}
CLEAR_AFTER = 2
"""So many visits in a row must be without a finding that rests on shares and samples before it is taken back."""
_CLEAR_AT_ONCE = frozenset(
    {
        # These have a gap of their own between beginning and end, or are plain facts.
        StateReason.NO_ANSWER,
        StateReason.UNREACHABLE,
        StateReason.ENDPOINT_FAILS,
        StateReason.SILENT,
        StateReason.BELOW_HABIT,
        StateReason.BELOW_EXPECTED,
        StateReason.ABOVE_EXPECTED,
        StateReason.REDIRECTED,
        StateReason.FEED_REPLACED,
        StateReason.OUR_NETWORK,
    }
)
_ALTERNATIVES = (
    frozenset({StateReason.UNREACHABLE, StateReason.ENDPOINT_FAILS}),
    frozenset({StateReason.FIELDS_FELL, StateReason.FIELDS_LOST}),
    frozenset({StateReason.PAGES_UNREADABLE, StateReason.NEEDS_JAVASCRIPT}),
)
"""Grades of one thing: where one begins, the other has ended."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a source stands. `score` is the sum of weighted failures of its best endpoint."""

    state: SourceState
    reason: StateReason
    detail: str | None
    since: datetime | None
    evidence: Evidence
    score: float


@dataclass(frozen=True, slots=True)
class Change:
    """Something that began, or the end of all: `state` differs from `state_before`, or it is a mere signal."""

    state_before: SourceState
    state: SourceState
    reason: StateReason
    detail: str | None
    evidence: Evidence
    weight: float


@dataclass(frozen=True, slots=True)
class Step:
    memory: Memory
    standing: Standing
    changes: tuple[Change, ...]


def standing_of(memory: Memory) -> Standing:
    """The state that what is remembered amounts to."""
    score = lowest_score(memory.endpoints)
    for reason in PRECEDENCE:
        if condition := memory.conditions.get(reason):
            since = memory.since or condition.since
            return Standing(STATE_OF[reason], reason, condition.detail, since, condition.evidence, score)
    reason = StateReason.AS_USUAL if memory.observed_at else StateReason.NEVER_VISITED
    return Standing(SourceState.HEALTHY, reason, None, memory.since, NO_EVIDENCE, score)


def observe(memory: Memory, observation: Observation, *, is_our_network: bool = False) -> Step:
    """Take in what a batch saw. What is older than the newest known, or nothing at all, changes nothing.

    `is_our_network`: the batch as a whole says that we were cut off; then no score rises.
    """
    before = standing_of(memory)
    if observation.is_empty or (memory.observed_at and observation.observed_at < memory.observed_at):
        return Step(memory, before, ())
    now = observation.observed_at
    active = frozenset(memory.conditions)
    if is_our_network:
        findings: Findings = {StateReason.OUR_NETWORK: Finding("nearly all hosts of the batch failed at once")}
        learnt: dict[str, object] = {}
    else:
        since_last = now - memory.observed_at if memory.observed_at else timedelta(0)
        endpoints = remember_visits(memory.endpoints, observation)
        answers = remember_answers(memory.answers, observation)
        pages, pages_fell = follow(memory.pages, tally_pages(observation), since_last, now)
        articles, fields_fell = follow(memory.articles, tally_articles(observation), since_last, now)
        findings = {
            **judge_endpoints(endpoints, observation),
            **judge_answers(answers, observation, active),
            **judge_pages(pages_fell, observation),
            **judge_articles(fields_fell, observation),
            **judge_yield(observation, active),
            StateReason.OUR_NETWORK: None,
        }
        learnt = {"endpoints": endpoints, "answers": answers, "pages": pages, "articles": articles, "observed_at": now}
    conditions = _next_conditions(memory, findings, now)
    after = memory.model_copy(update={**learnt, "conditions": conditions})
    standing = standing_of(after)
    if standing.state is not before.state or after.since is None:
        after = after.model_copy(update={"since": now})
        standing = standing_of(after)
    return Step(after, standing, _changes(memory, after, before, standing))


def _next_conditions(memory: Memory, findings: Findings, now: datetime) -> dict[StateReason, Condition]:
    conditions: dict[StateReason, Condition] = {}
    present = {reason for reason, finding in findings.items() if finding}
    superseded = {reason for group in _ALTERNATIVES if group & present for reason in group - present}
    for reason in sorted({*memory.conditions, *findings}):
        known = memory.conditions.get(reason)
        if finding := findings.get(reason):
            evidence = finding.evidence
            if known and evidence == NO_EVIDENCE:
                evidence = known.evidence
            since = known.since if known else now
            conditions[reason] = Condition(since=since, detail=finding.detail, evidence=evidence)
        elif known and reason not in findings:
            conditions[reason] = known
        elif known and reason not in superseded and reason not in _CLEAR_AT_ONCE and known.absent + 1 < CLEAR_AFTER:
            conditions[reason] = known.model_copy(update={"absent": known.absent + 1})
    return conditions


def _changes(before: Memory, after: Memory, was: Standing, now: Standing) -> tuple[Change, ...]:
    changes = []
    if now.state is not was.state:
        changes.append(Change(was.state, now.state, now.reason, now.detail, now.evidence, now.score))
    begun = sorted(after.conditions.keys() - before.conditions.keys())
    for reason in begun:
        if now.state is not was.state and reason is now.reason:
            continue
        condition = after.conditions[reason]
        changes.append(Change(now.state, now.state, reason, condition.detail, condition.evidence, now.score))
    return tuple(changes)

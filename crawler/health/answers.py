"""What the site lets us have: walls among its answers, pages that fail, pages that are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.health.evidence import NO_EVIDENCE, Evidence, Observation
from crawler.health.finding import Finding, Findings
from crawler.health.memory import Answers
from crawler.health.weights import NETWORK
from crawler.reasons import Outcome, Reason
from crawler.states import StateReason

WALLS = {
    Reason.FORBIDDEN: StateReason.FORBIDDEN,
    Reason.CHALLENGE: StateReason.CHALLENGE,
    Reason.CONSENT_WALL: StateReason.CONSENT_WALL,
    Reason.LOGIN_WALL: StateReason.LOGIN_WALL,
    Reason.GEO_BLOCKED: StateReason.GEO_BLOCKED,
    Reason.ROBOTS: StateReason.ROBOTS,
    Reason.RATE_LIMITED: StateReason.RATE_LIMITED,
    Reason.OFF_HOST: StateReason.OTHER_HOST,
}
BLOCKED_SHARE = 0.5
LEAST_WALLS = 2.0
"""Half of the answers, of the last ones or of this batch, and at least two: one refusal may be a mistake."""
OPEN_SHARE = 0.25
"""Below this share of walls a source is let in again."""
LEAST_FAILED_PAGES = 3
_HALF_LIFE_ANSWERS = 4.0
_MOST_REMEMBERED = 4.0
"""However many pages came before, a few answers later they no longer outweigh a wall."""


def remember_answers(before: Answers, observation: Observation) -> Answers:
    """The last answers with those of this batch. The batch counts as a whole: an order within it has no meaning."""
    counts: dict[Reason, int] = {}
    total = 0
    for reason, count, _ in _answers(observation):
        total += count
        if reason in WALLS:
            counts[reason] = counts.get(reason, 0) + count
    if not total:
        return before
    factor = min(1.0, _MOST_REMEMBERED / (before.count or 1.0)) * 0.5 ** (total / _HALF_LIFE_ANSWERS)
    walls = {
        reason: before.walls.get(reason, 0.0) * factor + counts.get(reason, 0)
        for reason in sorted({*before.walls, *counts})
    }
    return Answers(
        count=before.count * factor + total, walls={reason: one for reason, one in walls.items() if one > 0.01}
    )


def judge_answers(answers: Answers, observation: Observation, active: frozenset[StateReason]) -> Findings:
    found: dict[StateReason, Finding | None] = {}
    examples = {reason: evidence for reason, _, evidence in sorted(_answers(observation), key=_by_address)}
    if examples:
        found.update(dict.fromkeys(WALLS.values()))
        shut = sum(answers.walls.values())
        alone = remember_answers(Answers(), observation)
        is_shut = _is_shut(answers) or _is_shut(alone)
        is_still_shut = shut >= OPEN_SHARE * answers.count and bool(active.intersection(WALLS.values()))
        if answers.walls and (is_shut or is_still_shut):
            worst = max(answers.walls, key=lambda reason: (answers.walls[reason], reason))
            share = f"{100 * shut / answers.count:.0f} % of the last answers were refusals or walls"
            found[WALLS[worst]] = Finding(share, examples.get(worst, NO_EVIDENCE))
    ended = [end for end in observation.ends if end.outcome not in (Outcome.PENDING, Outcome.BLOCKED)]
    pages = sum(end.count for end in ended)
    if pages:
        failed = [end for end in ended if end.outcome is Outcome.FAILED and end.reason is not Reason.GONE]
        count = sum(end.count for end in failed)
        found[StateReason.PAGES_FAIL] = None
        if count >= LEAST_FAILED_PAGES and 2 * count >= pages:
            worst_end = max(failed, key=lambda end: (end.count, end.reason))
            detail = f"{count} of {pages} pages failed, mostly {worst_end.reason}"
            found[StateReason.PAGES_FAIL] = Finding(detail, worst_end.example)
    return found


def _is_shut(answers: Answers) -> bool:
    shut = sum(answers.walls.values())
    # Of two refusals in a row the first has aged a little.
    return shut >= BLOCKED_SHARE * answers.count and shut >= LEAST_WALLS * 0.9


def _answers(observation: Observation) -> Iterator[tuple[Reason | None, int, Evidence]]:
    for visit in observation.asked:
        if visit.reason not in NETWORK:
            yield visit.reason, 1, visit.evidence
    for end in observation.ends:
        if end.outcome is not Outcome.PENDING and end.reason not in NETWORK:
            yield end.reason if end.outcome is Outcome.BLOCKED else None, end.count, end.example


def _by_address(answer: tuple[Reason | None, int, Evidence]) -> tuple[str, str, str, int]:
    reason, _, evidence = answer
    return (reason or "", evidence.url or "", evidence.archive_file or "", evidence.archive_offset or 0)

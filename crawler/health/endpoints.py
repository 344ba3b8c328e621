"""Feeds, sitemaps and section pages: weighted failures, moves, and lists that fell empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from crawler.health.evidence import Observation, Visit
from crawler.health.finding import Finding, Findings
from crawler.health.memory import EndpointMemory
from crawler.health.weights import failure_weight
from crawler.records import EndpointKind
from crawler.states import StateReason

FAILING_FROM = 1.0
"""An endpoint fails from this sum of weights on: one hard failure, two soft ones, four temporary ones."""
WORKING_BELOW = 0.5
"""It works again when its score is less than this. The gap keeps single failures from turning the state to and fro."""
SCORE_AFTER_SUCCESS = 1.0
"""The first success takes a score to this at most; every success halves it."""
HIGHEST_SCORE = 32.0
DEAD_FROM = 8.0
DEAD_AFTER = timedelta(days=3)
"""Dead is a source all of whose endpoints have this score, and have failed for so long."""
_EMPTY_AFTER = {EndpointKind.SECTION: 1, EndpointKind.FEED: 3, EndpointKind.SITEMAP: 3}
"""Empty lists in a row that mean something. A feed of one day may be empty now and then, a section page never."""
_USUAL_LINKS = 3


def remember_visits(before: Mapping[str, EndpointMemory], observation: Observation) -> dict[str, EndpointMemory]:
    """The endpoints of the source file after this batch. Those that the file no longer names are forgotten."""
    after = {url: before.get(url, EndpointMemory()) for url in sorted(observation.endpoints)}
    for visit in observation.asked:
        if visit.url in after:
            after[visit.url] = _after(after[visit.url], visit)
    for visit in observation.asked:
        if visit.stands_in_for in after:
            replaced_by = visit.url if visit.reason is None else None
            after[visit.stands_in_for] = after[visit.stands_in_for].model_copy(update={"replaced_by": replaced_by})
    return after


def _after(memory: EndpointMemory, visit: Visit) -> EndpointMemory:
    if visit.reason is not None:
        score = min(memory.score + failure_weight(visit.reason), HIGHEST_SCORE)
        return memory.model_copy(
            update={
                "score": score,
                "is_failing": memory.is_failing or score >= FAILING_FROM,
                "failing_since": memory.failing_since or visit.at,
                "reason": visit.reason,
                "moved_to": visit.moved_to or memory.moved_to,
                "replaced_by": memory.replaced_by or next(iter(sorted(visit.found_feeds)), None),
                "evidence": visit.evidence,
            }
        )
    score = min(memory.score / 2, SCORE_AFTER_SUCCESS)
    is_unchanged = visit.http_status == 304
    is_empty = not is_unchanged and visit.links == 0
    return memory.model_copy(
        update={
            "score": score,
            "is_failing": memory.is_failing and score >= WORKING_BELOW,
            "failing_since": None,
            "reason": None,
            "moved_to": visit.moved_to,
            "replaced_by": None,
            "links": visit.links or memory.links,
            "empty_visits": memory.empty_visits if is_unchanged else memory.empty_visits + 1 if is_empty else 0,
            "evidence": visit.evidence,
        }
    )


def lowest_score(endpoints: Mapping[str, EndpointMemory]) -> float:
    """A source is as reachable as its best way in."""
    return min((memory.own_score for memory in endpoints.values()), default=0.0)


def judge_endpoints(endpoints: Mapping[str, EndpointMemory], observation: Observation) -> Findings:
    kinds = {visit.url: visit.kind for visit in observation.asked}
    found: dict[StateReason, Finding | None] = {
        StateReason.NO_ANSWER: _dead(endpoints, observation.observed_at),
        StateReason.UNREACHABLE: None,
        StateReason.ENDPOINT_FAILS: None,
        StateReason.REDIRECTED: None,
        StateReason.FEED_REPLACED: None,
    }
    failing = {url: one for url, one in endpoints.items() if one.is_failing and not one.replaced_by}
    if failing:
        url, worst = max(failing.items(), key=lambda item: (item[1].score, item[0]))
        is_all = len(failing) == len(endpoints)
        reason = StateReason.UNREACHABLE if is_all else StateReason.ENDPOINT_FAILS
        how_many = f"{len(failing)} of {len(endpoints)} feeds, sitemaps and sections fail"
        found[reason] = Finding(f"{how_many}; {url}: {worst.reason or 'answers again'}", worst.evidence)
    for url, memory in sorted(endpoints.items()):
        if memory.moved_to and not found[StateReason.REDIRECTED]:
            found[StateReason.REDIRECTED] = Finding(f"{url} is now {memory.moved_to}", memory.evidence)
        if memory.replaced_by and not found[StateReason.FEED_REPLACED]:
            found[StateReason.FEED_REPLACED] = Finding(f"{url} is replaced by {memory.replaced_by}", memory.evidence)
    judged = [url for url in endpoints if url in kinds]
    if judged:
        found[StateReason.LIST_EMPTY] = None
    for url in sorted(judged):
        memory = endpoints[url]
        if memory.links >= _USUAL_LINKS and memory.empty_visits >= _EMPTY_AFTER[kinds[url]]:
            detail = f"{url} lists nothing, where it listed {memory.links} links"
            found[StateReason.LIST_EMPTY] = found[StateReason.LIST_EMPTY] or Finding(detail, memory.evidence)
    return found


def _dead(endpoints: Mapping[str, EndpointMemory], now: datetime) -> Finding | None:
    if not endpoints:
        return None
    for memory in endpoints.values():
        if memory.own_score < DEAD_FROM or memory.failing_since is None or now - memory.failing_since < DEAD_AFTER:
            return None
    since = min(memory.failing_since for memory in endpoints.values() if memory.failing_since)
    url, worst = max(endpoints.items(), key=lambda item: (item[1].score, item[0]))
    return Finding(f"no endpoint has answered since {since:%Y-%m-%d %H:%M} UTC; {url}: {worst.reason}", worst.evidence)

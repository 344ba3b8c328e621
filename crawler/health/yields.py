"""How much comes: against the source's own habit by weekday and hour, and against what its file expects.

Only hours that were watched count. When we were down, nothing is said of the source.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from crawler.health.evidence import Observation
from crawler.health.finding import Finding, Findings
from crawler.rhythm import SpanComparison, compare_span
from crawler.states import StateReason

LEAST_WATCHED_HOURS = 72.0
LEAST_FOUND = 5.0
"""With less behind it, a habit is mostly a guess."""
IMPROBABLE = 0.001
ORDINARY = 0.05
"""Quiet begins where so few articles are less probable than the first, and ends where they are more than the second."""
SPANS = (timedelta(days=1), timedelta(days=7))
LEAST_WATCHED_OF_DAY = 20.0
_LEAST_EXPECTED = 5.0
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def judge_yield(observation: Observation, active: frozenset[StateReason]) -> Findings:
    if not observation.has_answer:
        return {}
    now = observation.observed_at.astimezone(timezone.utc)
    end = now.replace(minute=0, second=0, microsecond=0) + _HOUR
    rows = [row for row in observation.hours if row.hour < end]
    found: dict[StateReason, Finding | None] = {}
    if not rows:
        return found
    day = compare_span(rows, end - _DAY, end, observation.zone)
    found.update(_against_file(observation, day))
    latest = max((row.hour for row in rows if row.found > 0), default=None)
    if latest is None:
        return found
    silence = compare_span(rows, latest + _HOUR, end, observation.zone)
    if _is_known(silence):
        found[StateReason.SILENT] = _silence(silence, latest, active)
    for span in SPANS:
        compared = day if span == _DAY else compare_span(rows, end - span, end, observation.zone)
        if _is_known(compared) and not found.get(StateReason.BELOW_HABIT):
            found[StateReason.BELOW_HABIT] = _below(compared, span, active)
    return found


def _is_known(compared: SpanComparison) -> bool:
    return compared.habit.watched_hours >= LEAST_WATCHED_HOURS and compared.habit.found >= LEAST_FOUND


def _silence(compared: SpanComparison, latest: datetime, active: frozenset[StateReason]) -> Finding | None:
    limit = ORDINARY if StateReason.SILENT in active else IMPROBABLE
    if compared.probability >= limit:
        return None
    last = f"{latest:%Y-%m-%d %H:%M}"
    return Finding(f"nothing new since {last} UTC, where its habit is {compared.expected:.1f} articles")


def _below(compared: SpanComparison, span: timedelta, active: frozenset[StateReason]) -> Finding | None:
    limit = ORDINARY if StateReason.BELOW_HABIT in active else IMPROBABLE
    if compared.expected < _LEAST_EXPECTED or 2 * compared.found > compared.expected or compared.probability >= limit:
        return None
    hours = span / _HOUR
    return Finding(f"{compared.found} new in {hours:.0f} hours, where its habit is {compared.expected:.1f} articles")


def _against_file(observation: Observation, day: SpanComparison) -> dict[StateReason, Finding | None]:
    """The last 24 hours against `expect` of the source file."""
    found: dict[StateReason, Finding | None] = {}
    if day.watched_hours >= LEAST_WATCHED_OF_DAY and not _is_day_of_rest(day):
        least = observation.per_day_min
        detail = f"{day.found} new in 24 hours, its file expects {least} or more"
        found[StateReason.BELOW_EXPECTED] = Finding(detail) if day.found < least else None
    if day.habit.watched_hours >= LEAST_WATCHED_OF_DAY:
        most = observation.per_day_max
        detail = f"{day.found} new in 24 hours, its file expects {most} or fewer"
        found[StateReason.ABOVE_EXPECTED] = Finding(detail) if day.found > most else None
    return found


def _is_day_of_rest(day: SpanComparison) -> bool:
    """Whether it publishes less than half as usual on such a day: «a normal day» is not meant of it."""
    if not _is_known(day) or not day.watched_hours:
        return False
    usual = sum(day.habit.rates) / len(day.habit.rates) * day.watched_hours
    return day.expected < usual / 2

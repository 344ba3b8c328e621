"""Whether pages still read as they used to: how many are articles, and how many of these have each field.

A page becomes part of what is usual when it has left the window of the last pages, and only if nothing was wrong then:
so a change is measured against the time before it, however slowly it comes in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.health.evidence import NO_EVIDENCE, Observation, PageEnd
from crawler.health.finding import Finding, Findings
from crawler.health.memory import Habits, Tally
from crawler.reasons import Outcome, Reason
from crawler.states import StateReason

FIELDS = ("author", "date", "time", "dateline", "section", "image")
"""Fields whose fill rates are watched, besides the length of the text. `time`: the date has a time of day."""
LEAST_USUAL = 8.0
LEAST_PAGES = 3
"""So many pages must be known from before, and have come now, to say anything."""
IMPROBABLE = 0.001
FELL_BELOW = 0.75
LOST_BELOW = 0.25
"""A field fell when it is filled at less than 3/4 of its usual rate, and is lost at less than 1/4 of it."""
SHORTER = 0.5
MUCH_SHORTER = 0.25
NEW_HABIT_AFTER = timedelta(days=28)
"""After so long a change counts as the new habit, and is no longer reported."""

_HALF_LIFE = timedelta(days=21)
_RECENT_PAGES = 10.0
_MOST_USUAL = 60.0
_LEAST_RATE = 0.2
_UNREADABLE = frozenset(
    {Reason.NO_TEXT, Reason.NOT_AN_ARTICLE, Reason.NEEDS_JAVASCRIPT, Reason.SOFT_404, Reason.UNDECODABLE}
)
_READABLE = "readable"
_OPEN = "open"


@dataclass(frozen=True, slots=True)
class Fall:
    """A field that is filled less than usual. `left` is the share of the usual rate that remains."""

    name: str
    left: float
    text: str


def tally_pages(observation: Observation) -> Tally:
    """The pages that came, and how many could be read, and were open to all."""
    judged = unreadable = walled = 0
    for end in observation.ends:
        if end.outcome in (Outcome.STORED, Outcome.DUPLICATE) or end.reason is Reason.SAME_TEXT:
            judged += end.count
        elif end.reason in _UNREADABLE:
            judged += end.count
            unreadable += end.count
        elif end.reason is Reason.PAYWALL:
            judged += end.count
            walled += end.count
    return Tally(pages=judged, filled={_READABLE: judged - unreadable, _OPEN: judged - walled})


def tally_articles(observation: Observation) -> Tally:
    fields = observation.fields
    return Tally(
        pages=fields.articles,
        filled={name: float(count) for name, count in fields.filled},
        log_words=fields.log_words,
        log_words_squared=fields.log_words_squared,
    )


def follow(habits: Habits, batch: Tally, since_last: timedelta, now: datetime) -> tuple[Habits, list[Fall] | None]:
    """The habits after a batch, and what fell in it; None where no page came."""
    usual = habits.usual.times(0.5 ** (max(since_last, timedelta(0)) / _HALF_LIFE))
    if batch.pages < 1:
        return habits.model_copy(update={"usual": usual}), None
    factor = 0.5 ** (batch.pages / _RECENT_PAGES)
    recent = habits.recent.times(factor).plus(batch)
    if habits.fallen_since is not None and now - habits.fallen_since >= NEW_HABIT_AFTER:
        return Habits(recent=batch), []
    falls = _falls(usual, batch, recent)
    if falls:
        return Habits(usual=usual, recent=recent, fallen_since=habits.fallen_since or now), falls
    if habits.fallen_since is None:
        usual = usual.plus(habits.recent.times(1 - factor))
    return Habits(usual=usual, recent=recent), []


def judge_pages(falls: list[Fall] | None, observation: Observation) -> Findings:
    if falls is None:
        return {}
    by_name = {fall.name: fall for fall in falls}
    found: dict[StateReason, Finding | None] = dict.fromkeys(
        (StateReason.PAGES_UNREADABLE, StateReason.NEEDS_JAVASCRIPT, StateReason.PAYWALL)
    )
    if fall := by_name.get(_READABLE):
        bad = [end for end in observation.ends if end.reason in _UNREADABLE]
        worst = max(bad, key=_by_count, default=None)
        by_script = worst is not None and worst.reason is Reason.NEEDS_JAVASCRIPT
        reason = StateReason.NEEDS_JAVASCRIPT if by_script else StateReason.PAGES_UNREADABLE
        mostly = f", mostly {worst.reason}" if worst else ""
        found[reason] = Finding(fall.text + mostly, worst.example if worst else NO_EVIDENCE)
    if fall := by_name.get(_OPEN):
        walled = max((end for end in observation.ends if end.reason is Reason.PAYWALL), key=_by_count, default=None)
        found[StateReason.PAYWALL] = Finding(fall.text, walled.example if walled else NO_EVIDENCE)
    return found


def judge_articles(falls: list[Fall] | None, observation: Observation) -> Findings:
    if falls is None:
        return {}
    found: dict[StateReason, Finding | None] = dict.fromkeys((StateReason.FIELDS_LOST, StateReason.FIELDS_FELL))
    if falls:
        is_lost = any(fall.left < LOST_BELOW for fall in falls)
        stored = (end for end in observation.ends if end.outcome is Outcome.STORED)
        example = max(stored, key=_by_count, default=None)
        detail = ", ".join(fall.text for fall in sorted(falls, key=lambda fall: (fall.left, fall.name)))
        reason = StateReason.FIELDS_LOST if is_lost else StateReason.FIELDS_FELL
        found[reason] = Finding(detail, example.example if example else NO_EVIDENCE)
    return found


def _by_count(end: PageEnd) -> tuple[int, str]:
    return end.count, end.reason


def _falls(usual: Tally, batch: Tally, recent: Tally) -> list[Fall]:
    if usual.pages < LEAST_USUAL:
        return []
    found: dict[str, Fall] = {}
    for window in (recent, batch):  # what the batch alone shows is the clearer word
        for fall in _falls_in(usual, window):
            found[fall.name] = fall
    return [found[name] for name in sorted(found)]


def _falls_in(usual: Tally, window: Tally) -> Iterator[Fall]:
    pages = round(window.pages)
    if pages < LEAST_PAGES:
        return
    weight = min(1.0, _MOST_USUAL / usual.pages)
    for name in sorted(usual.filled):
        rate = usual.filled[name] / usual.pages
        filled = min(pages, round(window.filled.get(name, 0.0)))
        left = filled / pages / rate if rate > 0 else 1.0
        if rate < _LEAST_RATE or left >= FELL_BELOW:
            continue
        with_it = usual.filled[name] * weight + 0.5
        without = (usual.pages - usual.filled[name]) * weight + 0.5
        if _at_most(filled, pages, with_it, without) < IMPROBABLE:
            yield Fall(name, left, f"{name}: {filled} of {pages} pages, {100 * rate:.0f} % before")
    yield from _shorter_text(usual, window, pages)


def _shorter_text(usual: Tally, window: Tally, pages: int) -> Iterator[Fall]:
    if not usual.log_words or not window.log_words:
        return
    before = usual.log_words / usual.pages
    now = window.log_words / window.pages
    ratio = math.exp(now - before)
    spread = math.sqrt(max(usual.log_words_squared / usual.pages - before**2, 0.09))
    error = spread * math.sqrt(1 / pages + 1 / min(usual.pages, _MOST_USUAL))
    if ratio < SHORTER and before - now > 3.3 * error:
        left = 0.0 if ratio < MUCH_SHORTER else ratio
        yield Fall("text", left, f"text: {math.exp(now):.0f} words, {math.exp(before):.0f} before")


def _at_most(count: int, pages: int, with_it: float, without: float) -> float:
    """P(at most `count` of `pages` have it), where the rate is Beta-distributed: what a sample of that size tells."""
    total = 0.0
    whole = math.lgamma(with_it) + math.lgamma(without) - math.lgamma(with_it + without)
    for k in range(count + 1):
        ways = math.lgamma(pages + 1) - math.lgamma(k + 1) - math.lgamma(pages - k + 1)
        part = math.lgamma(with_it + k) + math.lgamma(without + pages - k) - math.lgamma(with_it + without + pages)
        total += math.exp(ways + part - whole)
    return min(1.0, total)

"""What a batch saw of a source, in a few words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from crawler.health import Evidence, FieldCounts, Memory, Observation, PageEnd, Step, Visit, observe
from crawler.reasons import REASONS_OF, Reason
from crawler.records import EndpointKind

START = datetime(2026, 11, 2, 12, 0, tzinfo=timezone.utc)
FEED = "https://alpha.example/feed"
OTHER = "https://alpha.example/other"
FIELDS = ("author", "date", "time", "section", "image")
OUTCOME_OF = {reason: outcome for outcome, reasons in REASONS_OF.items() for reason in reasons}


def hours_after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def visit(reason: Reason | None = None, *, hours: float = 0, url: str = FEED, **changes: object) -> Visit:
    values = {"kind": EndpointKind.FEED, "links": 0 if reason else 10, "http_status": 403 if reason else 200, **changes}
    return Visit(url=url, at=hours_after(hours), reason=reason, **values)  # type: ignore[arg-type]


def end(reason: Reason, count: int = 1, path: str = "a") -> PageEnd:
    evidence = Evidence(url=f"https://alpha.example/{path}", archive_file="w.warc.gz", archive_offset=7)
    return PageEnd(OUTCOME_OF[reason], reason, count, evidence)


def articles(count: int, words: int = 400, **filled: int) -> FieldCounts:
    """Articles with all fields but as `filled` says."""
    rows = tuple((name, filled.get(name, count)) for name in FIELDS)
    log = math.log(words)
    return FieldCounts(count, rows, count * log, count * log * log)


def seen(
    *visits: Visit,
    hours: float | None = None,
    ends: Iterable[PageEnd] = (),
    endpoints: Iterable[str] = (FEED,),
    **more: object,
) -> Observation:
    at = max((one.at for one in visits), default=START) if hours is None else hours_after(hours)
    return Observation(
        observed_at=at,
        endpoints=frozenset(endpoints),
        visits=visits,
        ends=tuple(ends),
        **more,  # type: ignore[arg-type]
    )


def news(hours: float, count: int = 5, words: int = 400, **filled: int) -> Observation:
    """A good visit that brought articles."""
    return seen(
        visit(hours=hours), ends=[end(Reason.NEW, count)] if count else [], fields=articles(count, words, **filled)
    )


def walk(*observations: Observation, memory: Memory | None = None) -> list[Step]:
    steps: list[Step] = []
    for observation in observations:
        steps.append(observe(steps[-1].memory if steps else memory or Memory(), observation))
    return steps


def states(steps: list[Step]) -> list[str]:
    return [step.standing.state.value for step in steps]


def weeks_of_news(count: int = 30) -> Memory:
    """A source that has been well for a while: five articles every six hours, up to START."""
    return walk(*(news(6.0 * (number - count)) for number in range(count)))[-1].memory

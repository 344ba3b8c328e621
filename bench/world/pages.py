"""Who publishes what when: pages in the order of time, each with the cluster of copies that it belongs to."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bench.world.outlets import Outlet
from bench.world.reports import COPY_KINDS, CopyKind, Desk, Report, is_number
from bench.world.timeline import published_seconds

COPIES_SHARE = 0.25
EDITS_SHARE = 0.06
OTHER_NUMBERS_SHARE = 0.01
MOST_IN_CLUSTER = 40
_COPIES_EXPONENT = 1.8
_COPY_KINDS, _KIND_WEIGHTS = tuple(COPY_KINDS), tuple(COPY_KINDS.values())
_SINGLE = "single"
_FIRST = "first"
_OTHER_NUMBERS = "other_numbers"


@dataclass(frozen=True)
class Page:
    """An article at its address. All copies of one report have one `cluster`; those of one with other numbers have
    another, and one `family`. `role` is single, first, other_numbers, or a CopyKind."""

    number: int
    outlet: Outlet
    published: int
    report: Report
    agency: str | None
    cluster: int
    family: int
    role: str
    is_revised: bool = False


@dataclass(frozen=True)
class _Planned:
    """What an outlet is going to print."""

    outlet: Outlet
    report: Report
    agency: str | None
    cluster: int
    family: int
    role: str
    kind: CopyKind | None


class World:
    """Pages of so many articles; `pages` is to be asked once."""

    def __init__(self, outlets: Sequence[Outlet], desk: Desk) -> None:
        self._desk = desk
        self._outlets = list(outlets)
        self._weights = list(accumulate(one.weight for one in outlets))
        self._of_language: dict[str, list[Outlet]] = {}
        for one in outlets:
            self._of_language.setdefault(one.vocabulary.language.code, []).append(one)
        sizes = range(1, MOST_IN_CLUSTER)
        weights = [size**-_COPIES_EXPONENT for size in sizes]
        self._copies, self._copies_weights = list(sizes), list(accumulate(weights))
        self._wire_share = {}
        for code, peers in self._of_language.items():
            # Where there are few outlets, reports have fewer copies: more of them are copied then.
            counted = zip(sizes, weights, strict=True)
            mean = sum(min(size, len(peers) - 1) * weight for size, weight in counted) / sum(weights)
            self._wire_share[code] = COPIES_SHARE / (1 - COPIES_SHARE) / mean if mean else 0.0
        self._planned: list[tuple[int, int, _Planned]] = []
        self._order = itertools.count()

    def pages(self, articles: int, seed: int) -> Iterator[Page]:
        """Every article once, in the order of time, as it is published first."""
        for number, now in enumerate(published_seconds(articles, seed).tolist()):
            if self._planned and self._planned[0][0] <= now:
                yield self._print(number, now, heapq.heappop(self._planned)[2])
            else:
                yield self._report(number, now)

    def revise(self, page: Page) -> Page:
        """The page after its outlet has corrected it. What is copied keeps its numbers: its copies say the same."""
        is_alone = page.role == _SINGLE and self._desk.chance.random() < 0.6
        change = self._desk.with_other_numbers if is_alone else self._desk.with_addition
        return replace(page, report=change(page.report), is_revised=True)

    def is_revised_later(self) -> bool:
        return self._desk.chance.random() < EDITS_SHARE

    def _report(self, number: int, now: int) -> Page:
        chance = self._desk.chance
        outlet = chance.choices(self._outlets, cum_weights=self._weights)[0]
        report = self._desk.write(outlet.vocabulary)
        if chance.random() < OTHER_NUMBERS_SHARE / (1 - COPIES_SHARE):
            twin = self._desk.with_other_numbers(report)
            later = now + round(chance.uniform(0.8, 3) * 86_400)
            printer = outlet if chance.random() < 0.5 else chance.choice(self._peers(outlet))
            self._plan(later, _Planned(printer, twin, None, -1, number, _OTHER_NUMBERS, None))
            return Page(number, outlet, now, report, None, number, number, _SINGLE)
        if chance.random() >= self._wire_share[outlet.vocabulary.language.code]:
            return Page(number, outlet, now, report, None, number, number, _SINGLE)
        others = [one for one in self._peers(outlet) if one is not outlet]
        copies = min(chance.choices(self._copies, cum_weights=self._copies_weights)[0], len(others))
        agency = outlet.source.name
        for printer in chance.sample(others, copies):
            later = now + 60 + round(chance.expovariate(1 / (5 * 3600)))
            kind = chance.choices(_COPY_KINDS, _KIND_WEIGHTS)[0]
            self._plan(later, _Planned(printer, report, agency, number, number, kind.value, kind))
        return Page(number, outlet, now, report, None, number, number, _FIRST)

    def _peers(self, outlet: Outlet) -> list[Outlet]:
        return self._of_language[outlet.vocabulary.language.code]

    def _plan(self, later: int, planned: _Planned) -> None:
        heapq.heappush(self._planned, (later, next(self._order), planned))

    def _print(self, number: int, now: int, planned: _Planned) -> Page:
        report = planned.report
        if planned.kind is not None:
            report = self._desk.copy(report, planned.kind, planned.agency or "")
            if self._desk.chance.random() < 0.4:
                report = replace(report, title=self._other_title(report))
        cluster = number if planned.cluster < 0 else planned.cluster
        return Page(number, planned.outlet, now, report, planned.agency, cluster, planned.family, planned.role)

    def _other_title(self, report: Report) -> str:
        """A headline of the copying outlet's own."""
        words = [word for word in report.paragraphs[0] if not is_number(word)]
        drawn = self._desk.chance.sample(words, min(7, len(words)))
        return " ".join(word.strip(".,") for word in drawn).capitalize()

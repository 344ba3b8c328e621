"""The world written down: batch folders in the order of time, and a file with the clusters that it has."""

from __future__ import annotations

import csv
import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bench.world.folders import REVISED_AFTER, Batch, page_key, write_run
from bench.world.outlets import Outlet, found_outlets
from bench.world.pages import Page, World
from bench.world.reports import Desk

CLUSTERS_FILE = "clusters.csv"
CLUSTERS_COLUMNS = ("source_id", "url_key", "cluster", "family", "role")


@dataclass(frozen=True)
class Plan:
    """Outlets are shared out among `groups`; each has a batch of about `batch_pages` pages in every run."""

    articles: int
    seed: int = 1
    outlets: int = 300
    batch_pages: int = 2_000
    groups: int = 6


@dataclass(frozen=True)
class Written:
    folder: Path
    pages: int
    """Articles and new versions of articles."""


def write_world(runs_dir: Path, plan: Plan) -> Iterator[Written]:
    """Write batch after batch, each when it is asked for. The same plan makes the same bytes."""
    desk = Desk(plan.seed)
    outlets = found_outlets(desk, plan.outlets)
    world = World(outlets, desk)
    pages = world.pages(plan.articles, plan.seed)
    revisions: list[tuple[int, int, Page]] = []
    order = itertools.count()
    runs_dir.mkdir(parents=True, exist_ok=True)
    with (runs_dir / CLUSTERS_FILE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(CLUSTERS_COLUMNS)
        for number in itertools.count(1):
            new = list(itertools.islice(pages, plan.batch_pages * plan.groups))
            if not new and not revisions:
                return
            _write_clusters(file, new)
            created = new[-1].published + 1_000 if new else max(due for due, *_ in revisions) + 1
            revised = []
            while revisions and revisions[0][0] < created:
                revised.append(heapq.heappop(revisions)[2])
            for page in new:
                if world.is_revised_later():
                    due = page.published + REVISED_AFTER
                    heapq.heappush(revisions, (due, next(order), world.revise(page)))
            yield from _write_window(runs_dir, f"w{number:05}", created, outlets, [*new, *revised], plan.groups)


def _write_window(
    runs_dir: Path, run_id: str, created: int, outlets: Sequence[Outlet], pages: Sequence[Page], groups: int
) -> Iterator[Written]:
    group_of = {outlet.source.id: index % groups for index, outlet in enumerate(outlets)}
    batches = [
        Batch(run_id, f"b{group + 1:03}", created, [one for one in outlets if group_of[one.source.id] == group])
        for group in range(groups)
    ]
    for page in pages:
        batches[group_of[page.outlet.source.id]].pages.append(page)
    write_run(runs_dir, run_id, created, [batch.batch_id for batch in batches])
    for batch in batches:
        yield Written(batch.write(runs_dir), len(batch.pages))


def _write_clusters(file: TextIO, pages: Sequence[Page]) -> None:
    rows = ((page.outlet.source.id, page_key(page), page.cluster, page.family, page.role) for page in pages)
    csv.writer(file).writerows(rows)

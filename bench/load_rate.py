"""Loads batches one after the other, and notes for each what it took."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import psutil

from bench.usage import tree_cpu
from crawler import stages
from crawler.config import Settings

_BEFORE_STEPS = "start"


@dataclass(frozen=True)
class Loaded:
    """One batch: its articles and new versions, and the seconds until `stages.load` came back."""

    pages: int
    seconds: float


@dataclass
class LoadRate:
    """Times are seconds. `step_seconds` is by the note that the load gave before each step."""

    settings: Settings
    server_pid: int
    batches: list[Loaded] = field(default_factory=list)
    own_cpu: float = 0.0
    server_cpu: float = 0.0
    step_seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def pages(self) -> int:
        return sum(batch.pages for batch in self.batches)

    @property
    def seconds(self) -> float:
        return sum(batch.seconds for batch in self.batches)

    def load(self, folder: Path, pages: int, *, is_kept: bool) -> None:
        """Load a batch through the stage, and delete its folder unless it is kept."""
        step, step_started = _BEFORE_STEPS, perf_counter()

        def note(done: int, total: int | None, name: str) -> None:
            nonlocal step, step_started
            now = perf_counter()
            self.step_seconds[step] += now - step_started
            step, step_started = name, now

        server_before, own_before, started = tree_cpu(self.server_pid), process_time(), perf_counter()
        stages.load(self.settings, f"{folder.parent.name}/{folder.name}", note)
        self.batches.append(Loaded(pages, perf_counter() - started))
        self.own_cpu += process_time() - own_before
        self.server_cpu += tree_cpu(self.server_pid) - server_before
        if not is_kept:
            shutil.rmtree(folder)

    def rate_of_first(self, pages: int) -> float:
        return _rate(self.batches, pages)

    def rate_of_last(self, pages: int) -> float:
        return _rate(self.batches[::-1], pages)


def find_server(data_dir: Path) -> int:
    """Process of the PostgreSQL server of a data folder."""
    return int((data_dir / "postmaster.pid").read_text().split()[0])


def machine() -> str:
    """What the figures were measured on, as far as it can be told."""
    memory = psutil.virtual_memory().total / 1e9
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory, load average before {os.getloadavg()[0]:.1f}"


def _rate(batches: Sequence[Loaded], pages: int) -> float:
    """Pages a second of as many batches as have so many pages. The world's last ones, which are small, do not count."""
    counted, seconds = 0, 0.0
    usual = median(batch.pages for batch in batches)
    for batch in (one for one in batches if 2 * one.pages >= usual):
        if counted >= pages:
            break
        counted += batch.pages
        seconds += batch.seconds
    return counted / seconds

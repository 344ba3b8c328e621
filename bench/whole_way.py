"""Rows a CPU second, from the site to the database: our stages against Scrapy with trafilatura and INSERTs.

`python -m bench.whole_way`: both fetch the same saved pages from the same local server into the same PostgreSQL, one
after the other. CPU is that of all processes, PostgreSQL's included, and without the server's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg2

from bench.crawl_rate import CONCURRENCY, HOSTS, ROOT, PageServer
from bench.own_server import own_server
from bench.saved_pages import missing
from bench.server import describe_source
from bench.table import print_table
from bench.usage import tree_cpu
from crawler.config import Settings
from crawler.database import EmbeddedServer
from crawler.sources.model import Source
from crawler.sources.writing import dump_full_source

OURS, USUAL = "Dateline", "Scrapy, trafilatura, INSERT"


@dataclass(frozen=True)
class Measured:
    rows: int
    pages: int
    seconds: float
    cpu_seconds: float
    stages: dict[str, float]

    @property
    def rate(self) -> float:
        """Rows a CPU second."""
        return self.rows / self.cpu_seconds


def write_sources(folder: Path, ports: list[int], pages: int) -> None:
    folder.mkdir()
    for port in ports:
        source = Source.model_validate(describe_source(port, pages, CONCURRENCY // HOSTS))
        (folder / f"{source.id}.yaml").write_text(dump_full_source(source), encoding="utf-8")


def run(command: list[str], environment: dict[str, str], server: EmbeddedServer, log: Path) -> tuple[Any, float, float]:
    """The JSON that a command prints, its wall-clock seconds, and CPU seconds with those of PostgreSQL."""
    postmaster = postmaster_of(server)
    before, started = tree_cpu(postmaster), perf_counter()
    with log.open("wb") as words:
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=words)
        assert child.stdout is not None  # noqa: S101 - opened above
        printed = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[2]} ended with {child.returncode}:\n{log.read_text()[-3000:]}")
    seconds = perf_counter() - started
    cpu = usage.ru_utime + usage.ru_stime + tree_cpu(postmaster) - before
    return json.loads(printed), seconds, cpu


def postmaster_of(server: EmbeddedServer) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])


def measure_ours(server: EmbeddedServer, settings: Settings, ports: list[int], pages: int, number: int) -> Measured:
    home = settings.home / f"ours-{number}"
    home.mkdir()
    write_sources(home / "sources", ports, pages)
    environment = {
        **os.environ,
        "DATELINE_HOME": str(home),
        "DATELINE_SOURCES": str(home / "sources"),
        "DATELINE_DATABASE_URL": server.url("loader"),
        "DATELINE_CONTACT": "bench@example.org",
    }
    command = [sys.executable, "-m", "bench.our_way", str(postmaster_of(server))]
    with psycopg2.connect(server.url("owner")) as database, database.cursor() as cursor:
        cursor.execute("select count(*) from news.article")
        (known,) = cursor.fetchone() or (0,)
        stages, seconds, cpu = run(command, environment, server, home / "log")
        cursor.execute("select count(*) from news.article")
        (rows,) = cursor.fetchone() or (0,)
    return Measured(rows - known, pages, seconds, cpu, stages)


def measure_usual(server: EmbeddedServer, settings: Settings, ports: list[int], pages: int, number: int) -> Measured:
    command = [sys.executable, "-m", "bench.usual_way", server.url("owner"), *map(str, ports)]
    found, seconds, cpu = run(command, dict(os.environ), server, settings.home / f"usual-{number}.log")
    return Measured(found["rows"], pages, seconds, cpu, {})


def main() -> None:
    parser = argparse.ArgumentParser(description="Rows a CPU second of our stages and of the usual pipeline.")
    parser.add_argument("--pages", type=int, default=1400)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", choices=("ours", "usual"), help="measure one of the two alone")
    arguments = parser.parse_args()
    if why := missing():
        print(f"The whole way is {why}")
        return
    pages = arguments.pages // HOSTS * HOSTS
    measured: dict[str, list[Measured]] = {OURS: [], USUAL: []}
    with own_server() as (server, settings, _):
        for number in range(arguments.rounds):
            for name, measure in ((OURS, measure_ours), (USUAL, measure_usual)):
                if arguments.only and (arguments.only == "ours") != (name == OURS):
                    continue
                # Ports of its own each time: what is known is not fetched again.
                site = PageServer(pages, "gzip", saved=True)
                try:
                    measured[name].append(measure(server, settings, site.ports, pages, number))
                finally:
                    site.close()
    print_measured(measured)


def print_measured(measured: dict[str, list[Measured]]) -> None:
    usual = statistics.median(one.rate for one in measured[USUAL]) if measured[USUAL] else None
    rows = []
    for name, runs in measured.items():
        if not runs:
            continue
        rate = statistics.median(one.rate for one in runs)
        rows.append(
            (
                name,
                str(runs[0].pages),
                f"{statistics.median(one.rows for one in runs):.0f}",
                f"{rate:.1f}",
                f"{rate / usual:.1f}" if usual else "",
                f"{1000 * statistics.median(one.cpu_seconds / one.pages for one in runs):.2f}",
                f"{statistics.median(one.seconds for one in runs):.1f}",
            )
        )
    print_table(("pipeline", "pages", "rows", "rows/CPU s", "times", "CPU ms/page", "seconds"), rows)
    if ours := measured[OURS]:
        print()
        stages = [
            (stage, f"{1000 * statistics.median(one.stages[stage] / one.pages for one in ours):.2f}")
            for stage in ours[0].stages
        ]
        print_table(("stage of ours", "CPU ms/page"), stages)


if __name__ == "__main__":
    main()

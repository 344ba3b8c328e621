"""How fast our crawl fetches and archives, against bare Scrapy that fetches the same pages and discards them.

`python -m bench.crawl_rate`: the two, and our crawl without its archive, take turns in one run; the server's clock
counts from the first page asked to the last one sent. CPU and memory are those of the whole crawl process.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bench.server import describe_source
from bench.table import print_table
from crawler.manifests import BatchManifest, RunKind
from crawler.runs import BATCH_FILE, write_record

ROOT = Path(__file__).resolve().parents[1]
HOSTS = 8
CONCURRENCY = 32
"""Of all hosts together: 4 a host."""
BARE, OURS, NO_ARCHIVE = "bare Scrapy", "with archive", "without archive"


@dataclass(frozen=True)
class Measured:
    pages: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    archive_mb: float

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


class PageServer:
    """The server's process."""

    def __init__(self, pages: int, encoding: str, *, saved: bool = False) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.server", str(HOSTS), str(pages), encoding, *(["saved"] if saved else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.ports: list[int] = self._read()

    def take(self) -> dict[str, float]:
        """Pages and seconds since the last time."""
        assert self._process.stdin is not None  # noqa: S101 - opened above
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        taken: dict[str, float] = self._read()
        return taken

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()

    def _read(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101 - opened above
        return json.loads(self._process.stdout.readline())


@contextmanager
def batch_folder(ports: list[int], pages: int) -> Iterator[Path]:
    """A batch of one source a port, each with one sitemap, and no delay."""
    home = Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    sources = tuple(describe_source(port, pages, CONCURRENCY // HOSTS) for port in ports)
    manifest = BatchManifest(
        run_id="bench", batch_id="b001", kind=RunKind.NEWS, created_at=datetime.now(timezone.utc), sources=sources
    )
    folder = home / "runs" / "bench" / "b001"
    folder.mkdir(parents=True)
    write_record(folder / BATCH_FILE, manifest)
    try:
        yield folder
    finally:
        shutil.rmtree(home)


def measure(name: str, server: PageServer, pages: int, profile: Path | None = None) -> Measured:
    """One crawl of all pages in a process of its own."""
    with batch_folder(server.ports, pages) as folder:
        home = folder.parents[2]
        python = [sys.executable, *(["-m", "cProfile", "-o", str(profile)] if profile else [])]
        command = {
            BARE: [*python, "-m", "bench.bare_scrapy", str(pages), str(CONCURRENCY), *map(str, server.ports)],
            OURS: [*python, "-m", "crawler.crawl.process", str(folder), "--no-database"],
            NO_ARCHIVE: [*python, "-m", "bench.crawl_without_archive", str(folder), "--no-database"],
        }[name]
        environment = {**os.environ, "DATELINE_HOME": str(home), "DATELINE_CONTACT": "bench@example.org"}
        server.take()
        with (home / "log").open("wb") as log:
            # Its input stays open: at its end our crawl would stop.
            child = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log
            )
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.stdin:
            child.stdin.close()
        served = server.take()
        if child.returncode != 0 or served["pages"] < pages:
            words = (home / "log").read_text()[-3000:]
            raise SystemExit(f"{name} ended with {child.returncode} after {served['pages']} of {pages} pages:\n{words}")
        return Measured(
            pages=int(served["pages"]),
            seconds=served["seconds"],
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_mb=usage.ru_maxrss / 1024,
            archive_mb=sum(path.stat().st_size for path in home.rglob("*.warc.gz")) / 1e6,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Pages a second of our crawl and of bare Scrapy.")
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--encoding", choices=("gzip", "identity"), nargs="+", default=["gzip", "identity"])
    parser.add_argument("--profile", type=Path, help="write cProfile's figures of one crawl with archive here, and end")
    arguments = parser.parse_args()
    pages = arguments.pages // HOSTS * HOSTS
    if arguments.profile:
        server = PageServer(pages, arguments.encoding[0])
        measure(OURS, server, pages, arguments.profile)
        server.close()
        return
    for encoding in arguments.encoding:
        print(f"\n{pages} pages of 60 to 120 KB from {HOSTS} hosts, sent as {encoding}; {CONCURRENCY} at a time")
        server = PageServer(pages, encoding)
        measured: dict[str, list[Measured]] = {BARE: [], OURS: [], NO_ARCHIVE: []}
        try:
            for _ in range(arguments.rounds):
                for name, runs in measured.items():
                    runs.append(measure(name, server, pages))
        finally:
            server.close()
        print_rates(measured)


def print_rates(measured: dict[str, list[Measured]]) -> None:
    rows = []
    for name, runs in measured.items():
        ratios = [one.rate / bare.rate for one, bare in zip(runs, measured[BARE], strict=True)]
        rows.append(
            (
                name,
                f"{statistics.median(one.rate for one in runs):.0f}",
                f"{100 * statistics.median(ratios):.0f} % ({100 * min(ratios):.0f}-{100 * max(ratios):.0f})",
                f"{1000 * statistics.median(one.cpu_seconds / one.pages for one in runs):.2f}",
                f"{max(one.peak_mb for one in runs):.0f}",
                f"{statistics.median(one.archive_mb for one in runs):.1f}",
            )
        )
    print_table(("crawl", "pages/s", "of bare", "CPU ms/page", "peak MB", "archive MB"), rows)


if __name__ == "__main__":
    main()

"""How long it takes to tell which of 10,000 discovered links are new, with millions of URLs known.

`python -m bench.novelty --urls 10000000`: fills `ingest.url` of an embedded PostgreSQL of its own, then asks through
the code of the crawl (Gate and DatabaseSeen; discoveries are written to their file), with cold and with warm caches.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from datetime import datetime, timezone
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import psycopg2

from bench.own_server import own_server
from bench.table import print_table
from crawler.config import Settings
from crawler.crawl.discovery.links import Link
from crawler.crawl.intake import Gate
from crawler.crawl.job import Job
from crawler.crawl.seen import DatabaseSeen, KnownUrls
from crawler.manifests import BatchManifest, RunKind
from crawler.plan.news import upsert_sources
from crawler.records import DiscoveredVia
from crawler.runs import BATCH_FILE, write_record
from crawler.sources.model import Source

SOURCES = 200
ASKED_SOURCES = 20
LINKS_A_SOURCE = 500
"""Of each source that is asked; half of them are known."""
CHUNK = 500_000


def make_source(number: int) -> Source:
    return Source.model_validate(
        {
            "id": f"source-{number}",
            "name": f"Source {number}",
            "home_page": f"https://source-{number}.example/",
            "country": "XX",
            "languages": ["en"],
            "kind": "news",
            "enabled": True,
            "feeds": [f"https://source-{number}.example/feed.xml"],
        }
    )


def address(number: int) -> str:
    """As in fill_urls.sql."""
    return f"https://source-{number % SOURCES}.example/2026/11/{number}/report-from-the-road-north"


class TimedSeen(DatabaseSeen):
    """Also says how long the database took."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.seconds = 0.0

    def select_known(self, source_id: str, keys: Any) -> KnownUrls:
        started = perf_counter()
        try:
            return super().select_known(source_id, keys)
        finally:
            self.seconds += perf_counter() - started


def fill(owner_url: str, urls: int) -> None:
    """Known URLs, as many as wanted. Checks and logs that only guard against mistakes and crashes are off meanwhile."""
    statement = (Path(__file__).with_name("fill_urls.sql")).read_text(encoding="utf-8")
    database = psycopg2.connect(owner_url)
    database.autocommit = True
    with contextlib.closing(database), database.cursor() as cursor:
        upsert_sources(_in_transaction(cursor), [make_source(number) for number in range(SOURCES)])
        cursor.execute("commit")
        cursor.execute("set session_replication_role = replica")
        cursor.execute("alter table ingest.url set unlogged")
        cursor.execute("alter table ingest.url drop constraint url_pkey")
        for first in range(0, urls, CHUNK):
            last = min(first + CHUNK, urls) - 1
            cursor.execute(statement, {"first": first, "last": last, "sources": SOURCES})
            print(f"\r{last + 1:,} URLs", end="", flush=True)
        print(", now the key", flush=True)
        cursor.execute("set maintenance_work_mem = '512MB'")
        cursor.execute("alter table ingest.url add primary key (source_id, url_key)")
        cursor.execute("vacuum analyze ingest.url")
        cursor.execute("select pg_relation_size('ingest.url'), pg_indexes_size('ingest.url')")
        table, indexes = cursor.fetchone() or (0, 0)
        print(f"table {table / 1e9:.2f} GB, indexes {indexes / 1e9:.2f} GB", flush=True)


def _in_transaction(cursor: Any) -> Any:
    """The upsert's temporary table lives for a transaction."""
    cursor.execute("begin")
    return cursor


async def decide(settings: Settings, folder: Path, urls: int, salt: int) -> tuple[str, ...]:
    """Seconds in all, seconds in the database, our own seconds of CPU; how many were new, how many known."""
    seen = TimedSeen(settings)
    job = Job(settings, folder, seen)
    gate = Gate(job)
    new = known = 0
    started, cpu_started = perf_counter(), process_time()
    for source in job.sources.values():
        number = int(source.id.removeprefix("source-"))
        half = LINKS_A_SOURCE // 2
        step = urls // SOURCES // half
        there = [number + SOURCES * (step * index + salt % step) for index in range(half)]
        missing = [number + SOURCES * (urls + salt * half + index) for index in range(half)]
        links = [Link(address(one)) for one in (*there, *missing)]
        intake = await gate.take_in(source, links, DiscoveredVia.FEED, source.feeds[0])
        new += intake.taken_on
        known += intake.known
    seconds, cpu_seconds = perf_counter() - started, process_time() - cpu_started
    job.close()
    return f"{seconds:.2f}", f"{seen.seconds:.2f}", f"{cpu_seconds:.2f}", f"{new:,}", f"{known:,}"


def make_folder(settings: Settings, name: str) -> Path:
    folder = settings.runs_dir / "bench" / name
    folder.mkdir(parents=True)
    sources = tuple(make_source(number).model_dump(mode="json") for number in range(ASKED_SOURCES))
    manifest = BatchManifest(
        run_id="bench", batch_id=name, kind=RunKind.NEWS, created_at=datetime.now(timezone.utc), sources=sources
    )
    write_record(folder / BATCH_FILE, manifest)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description="Time to tell new links from known ones.")
    parser.add_argument("--urls", type=int, default=1_000_000, help="how many URLs are known")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{ASKED_SOURCES * LINKS_A_SOURCE:,} links of {ASKED_SOURCES} sources, {arguments.urls:,} URLs known")
    rows = []
    with own_server() as (server, settings, restart):
        started = perf_counter()
        fill(server.url("owner"), arguments.urls)
        print(f"filled in {perf_counter() - started:.0f} s", flush=True)
        restart()
        for number in range(arguments.rounds):
            folder = make_folder(settings, f"b{number:03}")
            # The first one asks a server that has just started; each of the others asks for other URLs.
            name = "cold" if number == 0 else f"warm, other links {number}"
            rows.append((name, *asyncio.run(decide(settings, folder, arguments.urls, number * 7))))
        folder = make_folder(settings, "again")
        rows.append(("warm, same links", *asyncio.run(decide(settings, folder, arguments.urls, 0))))
    print_table(("caches", "seconds", "of it database", "our CPU", "new", "known"), rows)


if __name__ == "__main__":
    main()

"""Decides which links of an endpoint the run takes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import NamedTuple

from w3lib.url import safe_url_string

from crawler.crawl.discovery.links import Link
from crawler.crawl.discovery.traps import Trap, find_trap
from crawler.crawl.job import Job
from crawler.crawl.middlewares.guard import MAX_URL_LENGTH
from crawler.crawl.seen import KnownUrls
from crawler.records import DiscoveredVia, Discovery
from crawler.sources.model import Source
from crawler.urls import host_of, unwrap_amp_cache, url_key

NO_WEB_ADDRESSES = "no web addresses"
_ASKED_AT_ONCE = 1000
TAKEN_AT_ONCE = 200
MAX_TAKEN_ON = 5_000
"""Of one source in one crawl. What is above it is met again, and taken on then."""
MAX_SECTION_LINKS = 1000
"""Taken on from one section page in one crawl. Front pages have some hundred links."""
_MAX_EXAMPLE_LENGTH = 120


@dataclass
class Intake:
    """What became of the links of one endpoint. `left_out` counts links that are no articles, by cause."""

    links: int = 0
    known: int = 0
    taken_on: int = 0
    new: list[Discovery] = field(default_factory=list)
    due: set[str] = field(default_factory=set)
    """Keys of those in `new` that are known, and due."""
    left_out: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    """An address for each cause that a person may want to judge."""
    is_complete: bool = True
    """All that was new has been taken on."""

    def leave_out_trap(self, trap: Trap, url: str) -> None:
        self.left_out[trap] += 1
        self.examples.setdefault(trap, url[:_MAX_EXAMPLE_LENGTH])

    @property
    def detail(self) -> str | None:
        parts = [
            f"{count} {cause}" + (f" ({self.examples[cause]})" if cause in self.examples else "")
            for cause, count in sorted(self.left_out.items())
        ]
        return f"left out: {', '.join(parts)}" if parts else None


class _Candidate(NamedTuple):
    """A link that may be new. Lists are long, and most of their links are known: a record is made of few."""

    url: str
    canonical_url: str
    link: Link

    def discovery(self, source: Source, key: str, via: DiscoveredVia, found_at: str, now: datetime) -> Discovery:
        return Discovery(
            source_id=source.id,
            url=self.url,
            canonical_url=self.canonical_url,
            url_key=key,
            discovered_via=via,
            discovered_from=found_at,
            discovered_at=now,
            hint_title=self.link.title,
            hint_published_at=self.link.published_at,
        )


class Gate:
    """Takes links in, one question to the database at a time."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._asking = asyncio.Lock()
        self._taken_on = Counter(source_id for source_id, _ in job.ledger.discoveries)
        self._endpoint_keys = {
            (source.id, url_key(source.canonicalize(url)))
            for source in job.sources.values()
            for url in (*source.endpoint_urls, source.home_page)
        }

    async def take_in(self, source: Source, links: list[Link], via: DiscoveredVia, found_at: str) -> Intake:
        """Fold the links by key, tell new from known, and note the new ones as discoveries.

        Some at a time: of 50,000 known links no record need ever be made, and other hosts wait for their turn.
        """
        intake = Intake(links=len(links))
        listed: set[str] = set()
        for start in range(0, len(links), _ASKED_AT_ONCE):
            candidates: dict[str, _Candidate] = {}
            for step in range(start, min(start + _ASKED_AT_ONCE, len(links)), TAKEN_AT_ONCE):
                some = links[step : min(step + TAKEN_AT_ONCE, start + _ASKED_AT_ONCE)]
                self._add_candidates(candidates, source, some, via, intake)
                await asyncio.sleep(0)  # other hosts wait for their turn
            for key in listed.intersection(candidates):
                del candidates[key]
            listed.update(candidates)
            await self._take_on(source, candidates, via, found_at, intake)
        return intake

    async def _take_on(
        self, source: Source, candidates: dict[str, _Candidate], via: DiscoveredVia, found_at: str, intake: Intake
    ) -> None:
        unknown: dict[str, _Candidate] = {}
        for key, candidate in candidates.items():
            earlier = self._job.ledger.discoveries.get((source.id, key))
            if earlier is None:
                unknown[key] = candidate
            elif earlier.discovered_from == found_at:
                intake.taken_on += 1  # by a try that was killed
        known = await self._select_known(source, list(unknown))
        now = datetime.now(timezone.utc)
        for number, (key, candidate) in enumerate(unknown.items(), start=1):
            if number % TAKEN_AT_ONCE == 0:
                await asyncio.sleep(0)
            due_at = known.get(key)
            if key in known and (due_at is None or due_at > now):
                intake.known += 1
            elif via is DiscoveredVia.SECTION and intake.taken_on >= MAX_SECTION_LINKS:
                intake.is_complete = False
                intake.left_out[f"above the {MAX_SECTION_LINKS} that one page may bring"] += 1
            elif self._taken_on[source.id] >= MAX_TAKEN_ON:
                intake.is_complete = False
                intake.left_out[f"above the {MAX_TAKEN_ON} that one crawl takes on"] += 1
            elif (source.id, key) not in self._job.ledger.discoveries:
                self._taken_on[source.id] += 1
                discovery = candidate.discovery(source, key, via, found_at, now)
                self._job.ledger.add_discovery(discovery)
                intake.new.append(discovery)
                intake.taken_on += 1
                if key in known:
                    intake.due.add(key)

    def _add_candidates(
        self,
        candidates: dict[str, _Candidate],
        source: Source,
        links: list[Link],
        via: DiscoveredVia,
        intake: Intake,
    ) -> None:
        now = datetime.now(timezone.utc)
        for link in links:
            try:
                # A copy in somebody's cache is asked of the site itself.
                url = safe_url_string(unwrap_amp_cache(link.url))
                canonical_url = source.canonicalize(url)
                host = host_of(url)
            except ValueError:
                intake.left_out[NO_WEB_ADDRESSES] += 1
                continue
            key = url_key(canonical_url)
            if len(url) > MAX_URL_LENGTH:
                intake.left_out["too long"] += 1
            elif not source.allows_host(host):
                intake.left_out["of other hosts"] += 1
            elif not source.takes_url(url):
                intake.left_out["by include and exclude"] += 1
            elif trap := _trap_of(url, via, now):
                intake.leave_out_trap(trap, url)
            elif (source.id, key) not in self._endpoint_keys:
                candidates.setdefault(key, _Candidate(url, canonical_url, link))

    async def _select_known(self, source: Source, keys: list[str]) -> KnownUrls:
        known: dict[str, datetime | None] = {}
        async with self._asking:
            for start in range(0, len(keys), _ASKED_AT_ONCE):
                chunk = keys[start : start + _ASKED_AT_ONCE]
                known.update(await asyncio.to_thread(self._job.seen.select_known, source.id, chunk))
        return known


def _trap_of(url: str, via: DiscoveredVia, now: datetime) -> Trap | None:
    """Feeds and sitemaps list what their site wants to be read; only what repeats itself is a mistake there too."""
    trap = find_trap(url, now)
    return trap if via is DiscoveredVia.SECTION or trap is Trap.REPEATING else None

"""The state of one crawl process, which the spider and the middlewares share: batch, limits, archive, ledger."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from scrapy import Request

from crawler.archive import ArchiveWriter
from crawler.archive.places import archive_folder, spool_dir
from crawler.config import Settings
from crawler.crawl.addresses import names_host
from crawler.crawl.bodies import LargeBodies
from crawler.crawl.evidence import EndpointEvidence
from crawler.crawl.fetch import fetch_of
from crawler.crawl.ledger import Ledger
from crawler.crawl.mementos import asked_of_archive
from crawler.crawl.outcomes import Refused
from crawler.crawl.seen import SeenUrls
from crawler.crawl.slots import MAX_REQUESTS_A_HOST, Slots
from crawler.crawl.walls import Walls
from crawler.errors import DatelineError
from crawler.manifests import BatchManifest, EndpointState
from crawler.reasons import Outcome, Reason
from crawler.runs import BATCH_FILE, read_record
from crawler.sources.model import Source
from crawler.urls import host_of

_log = logging.getLogger(__name__)


class Job:
    """One batch being crawled."""

    def __init__(self, settings: Settings, batch_dir: Path, seen: SeenUrls) -> None:
        self.batch_dir = batch_dir
        self.batch = read_record(batch_dir / BATCH_FILE, BatchManifest)
        self.settings = settings
        sources = map(Source.model_validate, self.batch.sources)
        web_archive = self.batch.web_archive
        self.sources = {one.id: asked_of_archive(one, web_archive) if web_archive else one for one in sources}
        self.user_agent = settings.user_agent
        self.ledger = Ledger(batch_dir)
        self.archive = ArchiveWriter(settings.archive_url, archive_folder(self.batch), spool_dir(batch_dir))
        self.evidence = EndpointEvidence(self.archive.write)
        self.seen = seen
        self.slots = Slots()
        self.walls = Walls()
        self.large_bodies = LargeBodies()
        self.robots_sitemaps: dict[str, tuple[str, ...]] = {}
        """By host: the sitemaps that its robots.txt names."""
        self.problem: str | None = None
        self.is_stopping = False
        self.on_problem: Callable[[], None] = lambda: None
        """Called once when going on would lose or falsify something."""
        self._endpoints = {(state.source_id, state.url): state for state in self.batch.endpoints}
        self._deadlines: dict[str, float] = {}
        self._pages = Counter(source_id for source_id, _ in self.ledger.ended)
        self.private_hosts = _hosts_where_all(self.sources, lambda source: source.allow_private_addresses)
        self.unverified_hosts = _hosts_where_all(self.sources, lambda source: not source.verify_tls)

    def start_clocks(self) -> None:
        """Start the time limit of each source."""
        now = monotonic()
        self._deadlines = {source.id: now + source.limits.max_seconds for source in self.sources.values()}

    def seconds_left(self, source: Source) -> float:
        return self._deadlines.get(source.id, monotonic()) - monotonic()

    def check_request(self, request: Request) -> None:
        """Raise Refused after the end of the crawl or of its source's time, and for a host that wants peace."""
        self.check_time(fetch_of(request).source)
        host = host_of(request.url)
        if host in self.slots.resting:
            raise self.slots.resting[host].refused()

    def check_time(self, source: Source) -> None:
        """Raise Refused after the end of the crawl or of a source's time."""
        if self.is_stopping:
            raise Refused(Outcome.PENDING, Reason.CRAWL_STOPPED)
        if self.seconds_left(source) <= 0:
            raise Refused(Outcome.PENDING, Reason.TIME_LIMIT, f"the source's {source.limits.max_seconds} s are over")

    def count_request(self, request: Request) -> None:
        """Count a request that is about to leave. Raises Refused when its host has had all that one crawl may ask."""
        host = host_of(request.url)
        if not self.slots.count(host):
            limit = f"{host} has been sent {MAX_REQUESTS_A_HOST} requests in this crawl"
            raise Refused(Outcome.PENDING, Reason.PAGE_LIMIT, limit)

    def verifies(self, url: str) -> bool | None:
        """Whether certificates of a URL's host are verified; None where there is none."""
        parts = urlsplit(url)
        if parts.scheme != "https":
            return None
        return not names_host(self.unverified_hosts, (parts.hostname or "").lower(), parts.port or 443)

    def take_page(self, source: Source) -> bool:
        """Count one page of a source; false when its limit is reached."""
        if self._pages[source.id] >= source.limits.max_pages:
            return False
        self._pages[source.id] += 1
        return True

    def state_of(self, source: Source, url: str) -> EndpointState:
        """What is remembered of an endpoint."""
        return self._endpoints.get((source.id, url)) or EndpointState(source_id=source.id, url=url)

    def stand_ins(self, source: Source) -> list[EndpointState]:
        """What is remembered of endpoints that were found for dead ones of the source."""
        return [
            state
            for state in self.batch.endpoints
            if state.source_id == source.id
            and state.stands_in_for in source.endpoint_urls
            and state.url not in source.endpoint_urls
        ]

    def fail(self, problem: str) -> None:
        """Note why the crawl must end, and have it ended. The first problem counts."""
        if self.problem is None:
            self.problem = problem
            _log.error("The crawl stops: %s", problem)
            self.on_problem()

    def close(self) -> None:
        """Finish the archive file, and close what is open."""
        try:
            self.archive.close()
        except DatelineError as error:
            self.fail(str(error))
        self.ledger.close()
        self.seen.close()


def _hosts_where_all(sources: dict[str, Source], holds: Callable[[Source], bool]) -> frozenset[str]:
    """The hosts of which all sources say something. Connections are shared by host, so one objection counts."""
    agreed = {host for source in sources.values() if holds(source) for host in source.hosts}
    return frozenset(agreed - {host for source in sources.values() if not holds(source) for host in source.hosts})


def payload_sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def tell(**event: object) -> None:
    """One line to the stage that started this process."""
    print(json.dumps(event), flush=True)

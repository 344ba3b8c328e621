"""The state of one crawl process, which the spider and the middlewares share: batch, limits, archive, ledger."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from scrapy import Request

from crawler.archive import ArchiveWriter
from crawler.archive.places import archive_folder, spool_dir
from crawler.config import Settings
from crawler.crawl.fetch import fetch_of
from crawler.crawl.ledger import Ledger
from crawler.crawl.outcomes import Refused
from crawler.crawl.seen import SeenUrls
from crawler.crawl.slots import Slots
from crawler.errors import DatelineError
from crawler.records import BatchManifest, EndpointState, Outcome, Reason
from crawler.runs import BATCH_FILE, read_record
from crawler.sources.model import Source
from crawler.urls import host_of

_log = logging.getLogger(__name__)


class Job:
    """One batch being crawled."""

    def __init__(self, settings: Settings, batch_dir: Path, seen: SeenUrls) -> None:
        self.batch = read_record(batch_dir / BATCH_FILE, BatchManifest)
        self.sources = {source.id: source for source in map(Source.model_validate, self.batch.sources)}
        self.user_agent = settings.user_agent
        self.ledger = Ledger(batch_dir)
        self.archive = ArchiveWriter(settings.archive_url, archive_folder(self.batch), spool_dir(batch_dir))
        self.seen = seen
        self.slots = Slots()
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
        if self.is_stopping:
            raise Refused(Outcome.PENDING, Reason.CRAWL_STOPPED)
        fetch = fetch_of(request)
        if self.seconds_left(fetch.source) <= 0:
            limit = fetch.source.limits.max_seconds
            raise Refused(Outcome.PENDING, Reason.TIME_LIMIT, f"the source's {limit} s are over")
        host = host_of(request.url)
        if host in self.slots.resting:
            raise Refused(Outcome.BLOCKED, Reason.RATE_LIMITED, self.slots.resting[host])

    def take_page(self, source: Source) -> bool:
        """Count one page of a source; false when its limit is reached."""
        if self._pages[source.id] >= source.limits.max_pages:
            return False
        self._pages[source.id] += 1
        return True

    def state_of(self, source: Source, url: str) -> EndpointState:
        """What is remembered of an endpoint."""
        return self._endpoints.get((source.id, url)) or EndpointState(source_id=source.id, url=url)

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

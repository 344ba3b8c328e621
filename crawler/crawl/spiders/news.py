"""The one spider: asks the endpoints of the batch's sources, and fetches what is new or due."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timezone
from functools import partial
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.crawl.children import Children
from crawler.crawl.endpoints import failed_visit, is_conditional, read_endpoint
from crawler.crawl.fetch import Fetch, Purpose, fetch_of, make_request
from crawler.crawl.intake import TAKEN_AT_ONCE, Gate
from crawler.crawl.job import Job, tell
from crawler.crawl.memory import peak_memory_bytes
from crawler.crawl.outcomes import Refused, outcome_of_exception
from crawler.crawl.slots import abandon_queued
from crawler.crawl.stand_ins import StandIns
from crawler.crawl.statuses import is_page_status, outcome_of_response
from crawler.errors import ConfigError, DatelineError
from crawler.manifests import DueUrl
from crawler.reasons import Outcome, Reason
from crawler.records import Capture, DiscoveredVia, Discovery, EndpointKind, EndpointVisit, FetchOutcome
from crawler.sources.model import Render, Source

REVISIT_PATIENCE_SECONDS = 10.0
"""How long a crawl stays open for a second look. A later one happens only if the crawl still runs by then."""
_TELL_EVERY_SECONDS = 0.5
_LIST_PRIORITY = 100
_VIA = {
    EndpointKind.FEED: DiscoveredVia.FEED,
    EndpointKind.SITEMAP: DiscoveredVia.SITEMAP,
    EndpointKind.SECTION: DiscoveredVia.SECTION,
}

_log = logging.getLogger(__name__)


class NewsSpider(Spider):
    """Driven by a batch: started by `crawler.crawl.process`, not by `scrapy crawl`."""

    name = "news"

    def __init__(self, job: Job | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if job is None:
            raise ConfigError("The spider needs a batch: use `dateline crawl <batch folder>`")
        self.job = job
        self._asked: set[tuple[str, str]] = set()
        self._revisits_to_wait_for = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_opened, signals.spider_opened)
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        crawler.signals.connect(spider.on_closed, signals.spider_closed)
        return spider

    # The life of the crawl

    def on_opened(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        self.job.on_problem = self.stop
        self.job.start_clocks()
        self._gate = Gate(self.job)
        self._children = Children(self.job)
        self._stand_ins = StandIns(self.job, self._ask, self._write_visit)
        unverified = [source.id for source in self.job.sources.values() if not source.verify_tls]
        if unverified:
            _log.warning("Certificates are accepted without verification: %s", ", ".join(unverified))
        for source in self.job.sources.values():
            loop.call_later(source.limits.max_seconds, self._end_source, source)
        self._tell_progress()

    def on_idle(self) -> None:
        if self._revisits_to_wait_for and not self.job.is_stopping:
            raise DontCloseSpider

    def on_closed(self, reason: str) -> None:
        self.job.close()
        _log.info("Peak memory: %d MB", peak_memory_bytes() // 1024**2)
        tell(event="closed", reason=reason, problem=self.job.problem)

    def stop(self) -> None:
        """End the crawl soon: what is on its way is awaited, what waits for its turn is left pending."""
        if self.job.is_stopping:
            return
        self.job.is_stopping = True
        refused = Refused(Outcome.PENDING, Reason.CRAWL_STOPPED)
        abandon_queued(self.crawler.engine.downloader, refused, lambda _: True)
        asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="stopped"))  # noqa: RUF006 - ends the loop

    def _end_source(self, source: Source) -> None:
        refused = Refused(Outcome.PENDING, Reason.TIME_LIMIT, f"the source's {source.limits.max_seconds} s are over")
        abandon_queued(self.crawler.engine.downloader, refused, lambda request: fetch_of(request).source is source)

    def _tell_progress(self) -> None:
        ledger = self.job.ledger
        tell(event="progress", done=len(ledger.ended), total=len(ledger.discoveries))
        asyncio.get_running_loop().call_later(_TELL_EVERY_SECONDS, self._tell_progress)

    # What is asked

    async def start(self) -> AsyncIterator[Request]:
        # Noted before the first list is read, so that no list takes them on as well.
        pages = list(self._pages_at_start())
        # The lists go first: of a host that may be asked a few times only, the pages would take all.
        for source in self.job.sources.values():
            places = (
                (EndpointKind.FEED, source.feeds),
                (EndpointKind.SITEMAP, source.sitemaps),
                (EndpointKind.SECTION, source.section_pages),
            )
            for kind, addresses in places:
                for address in addresses:
                    if not self.job.state_of(source, address).is_due:
                        continue
                    yield self._ask(Fetch(Purpose.ENDPOINT, source, address, kind=kind))
            for fetch in self._stand_ins.remembered(source):
                yield self._ask(fetch)
        for request in pages:
            yield request

    def _pages_at_start(self) -> Iterator[Request]:
        """What an earlier try has left, and what is due."""
        due = {(url.source_id, url.url_key): url for url in self.job.batch.due_urls}
        for discovery in self.job.ledger.unfinished():
            yield from self._fetch_page(discovery, due.get((discovery.source_id, discovery.url_key)))
        for url_id, url in due.items():
            if url_id not in self.job.ledger.discoveries and url.source_id in self.job.sources:
                discovery = _discovery_of(url)
                self._note(partial(self.job.ledger.add_discovery, discovery))
                yield from self._fetch_page(discovery, url)

    def _ask(self, fetch: Fetch) -> Request:
        self._asked.add((fetch.source.id, fetch.url))
        state = self.job.state_of(fetch.source, fetch.url)
        return make_request(
            fetch,
            self.on_endpoint,
            self.on_endpoint_failure,
            etag=state.etag,
            last_modified=state.last_modified,
            priority=_LIST_PRIORITY,
        )

    def _fetch_page(self, discovery: Discovery, due: DueUrl | None, *, is_due: bool = False) -> Iterator[Request]:
        source = self.job.sources[discovery.source_id]
        if not self.job.take_page(source):
            limit = f"the source's {source.limits.max_pages} pages are reached"
            self._end(discovery, Outcome.PENDING, Reason.PAGE_LIMIT, limit)
            return
        fetch = Fetch(Purpose.ARTICLE, source, discovery.url, discovery, is_due=is_due or due is not None)
        # A shell that scripts fill is the same bytes whatever they fill it with.
        is_conditional = due is not None and source.render is Render.NONE
        etag, last_modified = (due.etag, due.last_modified) if due and is_conditional else (None, None)
        yield make_request(
            fetch, self.on_page, self.on_page_failure, etag=etag, last_modified=last_modified, priority=10 * bool(due)
        )

    # Feeds, sitemaps and section pages

    async def on_endpoint(self, response: Response) -> AsyncIterator[Request]:
        fetch = fetch_of(response.request)
        try:
            found, visit = await read_endpoint(fetch, response)
        finally:
            self.job.large_bodies.release(fetch)
        visit = self._stand_ins.with_remembered(visit, fetch.source)
        if found is None:
            announced = await self._stand_ins.announced_in(fetch, visit, response)
            for request in self._give_up(fetch, visit, announced):
                yield request
            return
        for request in self._stand_ins.judge(fetch, None, response.url):
            yield request
        if self._stand_ins.is_turned_down(fetch):
            self.job.evidence.drop(fetch.source.id, fetch.url)
            return
        try:
            intake = await self._gate.take_in(fetch.source, found.links, _VIA[visit.kind], fetch.url)
        except DatelineError as error:
            self.job.fail(str(error))
            return
        except Exception as error:  # noqa: BLE001 - the database's driver has errors of its own
            self.job.fail(f"The database cannot say which links are known: {error}")
            return
        children = self._children.choose(fetch, found.children, self._asked, intake)
        counts: dict[str, object] = {"links": intake.links, "known": intake.known, "taken_on": intake.taken_on}
        if not intake.is_complete:
            counts |= {"etag": None, "last_modified": None}  # a 304 next time would hide the rest
        passed_over = f"{found.passed_over} entries are older than the source wants" if found.passed_over else None
        beyond = f"{found.beyond} entries are more than one list may have" if found.beyond else None
        detail = "; ".join(filter(None, (visit.detail, intake.detail, passed_over, beyond))) or None
        self._visited(visit.model_copy(update={**counts, "detail": detail}))
        for child in children:
            place = Fetch(Purpose.ENDPOINT, fetch.source, child.url, kind=fetch.kind, page=fetch.page + 1)
            place.listed_lastmod = child.changed_by
            yield self._ask(place)
        for number, discovery in enumerate(intake.new, start=1):
            if number % TAKEN_AT_ONCE == 0:
                await asyncio.sleep(0)  # other hosts wait for their turn
            for request in self._fetch_page(discovery, None, is_due=discovery.url_key in intake.due):
                yield request

    def on_endpoint_failure(self, failure: Failure) -> list[Request]:
        fetch, error = self._failed(failure)
        return self._give_up(fetch, self._stand_ins.with_remembered(failed_visit(fetch, error), fetch.source), [])

    def _give_up(self, fetch: Fetch, visit: EndpointVisit, announced: list[str]) -> list[Request]:
        """Note a visit that brought nothing to read, and say what is asked in its place."""
        if self._stand_ins.is_candidate(fetch):
            if visit.reason is None:
                self._visited(visit)  # not modified since it was read in an earlier crawl
            else:
                self.job.evidence.drop(fetch.source.id, fetch.url)
            return self._stand_ins.judge(fetch, visit.reason, fetch.url)
        self._visited(visit)
        return self._stand_ins.replace(fetch, visit, announced)

    # Pages

    def on_page(self, response: Response) -> None:
        fetch = fetch_of(response.request)
        self.job.large_bodies.release(fetch)
        discovery = _needed(fetch)
        if response.status == 304 and fetch.is_due and is_conditional(response):
            self._end(discovery, Outcome.UNCHANGED, Reason.NOT_MODIFIED, None, http_status=304)
        elif not is_page_status(response.status):
            outcome, reason, detail = outcome_of_response(response.status, fetch.recognised)
            self._end(discovery, outcome, reason, detail, http_status=response.status, capture=fetch.capture)
        elif fetch.capture is not None and not fetch.is_due and fetch.recognised is None:
            self._plan_revisit(fetch, fetch.capture)

    def on_page_failure(self, failure: Failure) -> None:
        fetch, error = self._failed(failure)
        outcome, reason, detail = outcome_of_exception(error)
        status = fetch.capture.http_status if fetch.capture else None
        self._end(_needed(fetch), outcome, reason, detail, http_status=status, capture=fetch.capture)

    def _plan_revisit(self, fetch: Fetch, capture: Capture) -> None:
        """Look again at a page once, when its first age for that comes while the crawl runs."""
        age = min((age.total_seconds() for age in fetch.source.revisit_after), default=None)
        if age is None or age >= self.job.seconds_left(fetch.source):
            return
        is_awaited = age <= REVISIT_PATIENCE_SECONDS
        self._revisits_to_wait_for += is_awaited
        asyncio.get_running_loop().call_later(age, self._revisit, fetch, capture, is_awaited)

    def _revisit(self, fetch: Fetch, capture: Capture, is_awaited: bool) -> None:
        self._revisits_to_wait_for -= is_awaited
        if self.job.is_stopping or not self.crawler.engine.running or self.crawler.engine.spider is None:
            return
        again = Fetch(
            Purpose.REVISIT, fetch.source, fetch.url, fetch.discovery, first_sha256=capture.page_sha256, is_due=True
        )
        self.crawler.engine.crawl(
            make_request(
                again,
                self.on_revisit,
                self.on_revisit_failure,
                etag=capture.etag if capture.rendered_sha256 is None else None,
                last_modified=capture.last_modified if capture.rendered_sha256 is None else None,
                priority=10,
            )
        )

    def on_revisit(self, response: Response) -> None:
        self.job.large_bodies.release(fetch_of(response.request))
        _log.debug("%s: looked again, HTTP %d", response.url, response.status)

    def on_revisit_failure(self, failure: Failure) -> None:
        """The page has its capture; that a second look failed changes nothing."""
        fetch, error = self._failed(failure)
        _log.info("%s: a second look failed: %s", fetch.url, error)

    # Notes

    def _end(
        self,
        discovery: Discovery,
        outcome: Outcome,
        reason: Reason,
        detail: str | None,
        *,
        http_status: int | None = None,
        capture: Capture | None = None,
    ) -> None:
        ended = FetchOutcome(
            source_id=discovery.source_id,
            url_key=discovery.url_key,
            url=discovery.url,
            outcome=outcome,
            reason=reason,
            detail=detail,
            http_status=http_status,
            decided_at=datetime.now(timezone.utc),
            capture=capture,
        )
        self._note(partial(self.job.ledger.add_outcome, ended))

    def _visited(self, visit: EndpointVisit) -> None:
        if visit.reason:
            _log.warning("%s %s: %s %s", visit.kind, visit.url, visit.reason, visit.detail or visit.http_status or "")
        if visit.moved_to:
            _log.warning(
                "%s %s has moved for good to %s: correct the source file", visit.kind, visit.url, visit.moved_to
            )
        self._write_visit(visit)

    def _write_visit(self, visit: EndpointVisit) -> None:
        self._note(partial(self._add_visit, visit))

    def _add_visit(self, visit: EndpointVisit) -> None:
        before = self.job.state_of(self.job.sources[visit.source_id], visit.url)
        self.job.ledger.add_visit(self.job.evidence.keep(visit, before))

    def _failed(self, failure: Failure) -> tuple[Fetch, BaseException]:
        """What an errback is told: Scrapy adds the request to Twisted's failure."""
        fetch = fetch_of(getattr(failure, "request", None))
        self.job.large_bodies.release(fetch)
        return fetch, failure.value or RuntimeError("a failure without an error")

    def _note(self, write: Callable[[], None]) -> None:
        try:
            write()
        except DatelineError as error:
            self.job.fail(str(error))


def _needed(fetch: Fetch) -> Discovery:
    if fetch.discovery is None:
        raise ValueError(f"{fetch.url} is fetched as a page without a discovery")
    return fetch.discovery


def _discovery_of(due: DueUrl) -> Discovery:
    return Discovery(
        source_id=due.source_id,
        url=due.url,
        canonical_url=due.canonical_url,
        url_key=due.url_key,
        discovered_via=DiscoveredVia.REVISIT,
        discovered_at=datetime.now(timezone.utc),
        hint_title=due.hint_title,
        hint_published_at=due.hint_published_at,
    )

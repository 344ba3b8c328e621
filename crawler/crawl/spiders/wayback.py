"""The spider that fetches captures from a web archive, in place of a site that is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timezone
from functools import partial

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.crawl.fetch import Fetch, Purpose, fetch_of, make_request
from crawler.crawl.mementos import replay_address
from crawler.crawl.outcomes import outcome_of_exception
from crawler.crawl.spiders.news import NewsSpider
from crawler.crawl.statuses import TEMPORARY, is_page_status, outcome_of_status
from crawler.errors import ConfigError
from crawler.manifests import Memento, MementoEnd
from crawler.reasons import Outcome, Reason
from crawler.records import DiscoveredVia, Discovery
from crawler.runs import MEMENTO_ENDS_FILE, MEMENTOS_FILE, read_records
from crawler.urls import url_key


class WaybackSpider(NewsSpider):
    """As the news spider in all that it does not say here: one batch, its archive, one outcome a URL."""

    name = "wayback"

    async def start(self) -> AsyncIterator[Request]:
        archive = self.job.batch.web_archive
        if archive is None:
            raise ConfigError("The batch names no web archive: use `dateline wayback`")
        ended = {
            (end.url, end.timestamp)
            for end in read_records(self.job.batch_dir / MEMENTO_ENDS_FILE, MementoEnd)
            if end.reason not in TEMPORARY
        }
        # Captured, and cut off before its end was noted.
        ended |= {(file, "") for file in self.job.ledger.origins}
        for memento in read_records(self.job.batch_dir / MEMENTOS_FILE, Memento):
            address = replay_address(archive, memento)
            if (memento.url, memento.timestamp) in ended or (address, "") in ended:
                continue
            discovery = self._discover(memento, archive.replay_url)
            source = self.job.sources[memento.source_id]
            fetch = Fetch(Purpose.ARTICLE, source, address, discovery, memento=memento)
            request = make_request(fetch, self.on_memento, self.on_memento_failure)
            # The bytes as the site sent them, not packed anew: the index has their digest.
            request.headers["Accept-Encoding"] = "identity"
            yield request

    def _discover(self, memento: Memento, found_in: str) -> Discovery:
        source = self.job.sources[memento.source_id]
        canonical_url = source.canonicalize(memento.url)
        key = url_key(canonical_url)
        known = self.job.ledger.discoveries.get((source.id, key))
        if known is not None:
            return known
        discovery = Discovery(
            source_id=source.id,
            url=memento.url,
            canonical_url=canonical_url,
            url_key=key,
            discovered_via=DiscoveredVia.IMPORT,
            discovered_from=found_in,
            discovered_at=datetime.now(timezone.utc),
        )
        self._note(partial(self.job.ledger.add_discovery, discovery))
        return discovery

    def on_memento(self, response: Response) -> None:
        fetch = fetch_of(response.request)
        self.job.large_bodies.release(fetch)
        if is_page_status(response.status):
            self._end_memento(fetch)
            return
        outcome, reason = outcome_of_status(response.status)
        detail = f"the web archive answered {response.status} to {fetch.url}"
        self._end_memento(fetch, outcome, reason, detail, response.status)

    def on_memento_failure(self, failure: Failure) -> None:
        fetch, error = self._failed(failure)
        self._end_memento(fetch, *outcome_of_exception(error))

    def _end_memento(
        self,
        fetch: Fetch,
        outcome: Outcome | None = None,
        reason: Reason | None = None,
        detail: str | None = None,
        status: int | None = None,
    ) -> None:
        if fetch.memento is None or fetch.discovery is None:
            raise ValueError(f"{fetch.url} is no memento")
        if outcome is not None and reason is not None:
            # Counts only where no other capture of the URL is had: crawler.crawl.reconcile.
            self._end(fetch.discovery, outcome, reason, detail, http_status=status)
        memento = fetch.memento
        end = MementoEnd(url=memento.url, timestamp=memento.timestamp, outcome=outcome, reason=reason, detail=detail)
        self._note(partial(self.job.ledger.add_memento_end, end))

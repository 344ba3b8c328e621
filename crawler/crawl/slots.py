"""The pace of each host: Scrapy's downloader slots, keyed by `host_of(url)`, set from source and robots.txt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from crawler.crawl.outcomes import Refused
from crawler.records import Outcome, Reason
from crawler.sources.model import Politeness

MAX_CRAWL_DELAY_SECONDS = 60.0
"""A longer Crawl-delay is cut to this: beyond it a crawl would get next to nothing."""

MIN_DELAY_SECONDS = 0.01
"""Scrapy 2.19 counts a request as under way one turn of the loop after it left the queue: with no delay at all it sends
the whole queue at once, whatever the concurrency."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rest:
    """Why a host is left alone until the crawl ends: it asked for a long pause, or lets nobody in."""

    reason: Reason
    why: str

    def refused(self) -> Refused:
        return Refused(Outcome.BLOCKED, self.reason, self.why)


class Slots:
    """What all requests to a host keep to."""

    def __init__(self) -> None:
        self._paces: dict[str, tuple[float, int]] = {}
        self._paused_until: dict[str, float] = {}
        self.resting: dict[str, Rest] = {}
        """Hosts that are not asked again in this crawl."""

    def require(self, downloader: Downloader, host: str, politeness: Politeness) -> None:
        """Hold a host to a source's politeness; of two sources on one host the slower counts."""
        delay, concurrency = self._paces.get(host, (MIN_DELAY_SECONDS, politeness.concurrent_requests))
        pace = (max(delay, politeness.delay_seconds), min(concurrency, politeness.concurrent_requests))
        self._set(downloader, host, pace)

    def require_delay(self, downloader: Downloader, host: str, delay_seconds: float) -> None:
        """Hold a host to the Crawl-delay of its robots.txt, if that is longer."""
        if delay_seconds > MAX_CRAWL_DELAY_SECONDS:
            _log.warning("%s asks for a delay of %g s; %g s are kept", host, delay_seconds, MAX_CRAWL_DELAY_SECONDS)
        delay, concurrency = self._paces[host]
        self._set(downloader, host, (max(delay, min(delay_seconds, MAX_CRAWL_DELAY_SECONDS)), concurrency))

    def _set(self, downloader: Downloader, host: str, pace: tuple[float, int]) -> None:
        if self._paces.get(host) == pace:
            return
        self._paces[host] = pace
        # Scrapy drops idle slots, and makes new ones from these settings.
        downloader.per_slot_settings[host] = {"delay": pace[0], "concurrency": pace[1], "jitter": 0.0}
        if host in downloader.slots:
            downloader.slots[host].delay, downloader.slots[host].concurrency = pace

    def pause(self, downloader: Downloader, host: str, seconds: float) -> None:
        """Send nothing more to a host for some seconds. Of two pauses the one that ends later counts."""
        slot = downloader.slots.get(host)
        if slot is None or seconds <= 0:
            return
        until = monotonic() + seconds
        if until <= self._paused_until.get(host, 0.0):
            return
        self._paused_until[host] = until
        slot.close()
        # While a slot has a call to come, Scrapy takes nothing from its queue.
        slot.latercall = call_later(seconds, downloader._latercall, slot)


def abandon_queued(downloader: Downloader, error: Exception, which: Callable[[Request], bool]) -> None:
    """End those of the requests that wait for their turn with an error."""
    for slot in downloader.slots.values():
        waiting = list(slot.queue)
        slot.queue.clear()
        slot.queue.extend(entry for entry in waiting if not which(entry[0]))
        for request, result in waiting:
            if which(request):
                result.errback(Failure(error))  # type: ignore[no-untyped-call]

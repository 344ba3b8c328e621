"""The pace of each host: Scrapy's downloader slots, keyed by `host_of(url)`, set from source, robots and answers."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from crawler.crawl.outcomes import Refused
from crawler.reasons import Outcome, Reason
from crawler.sources.model import Politeness

MIN_DELAY_SECONDS = 0.01
"""Scrapy 2.19 counts a request as under way one turn of the loop after it left the queue: with no delay at all it sends
the whole queue at once, whatever the concurrency."""

MAX_REQUESTS_A_HOST = 10_000
"""In one crawl, whatever the sources on it allow each."""

CALM_SECONDS = 1.0
"""A host that begins to answer within this time is not slow."""
MAX_SLOWDOWN_SECONDS = 60.0
"""What we add to a host's delay by ourselves, at most."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rest:
    """Why a host is left alone until the crawl ends: it asked for a long pause, or lets nobody in."""

    reason: Reason
    why: str

    def refused(self) -> Refused:
        return Refused(Outcome.BLOCKED, self.reason, self.why)


@dataclass
class _Pace:
    """`delay` and `concurrency` are asked for by sources and robots.txt; `slowdown` is added while the host labours."""

    delay: float
    concurrency: int
    slowdown: float = 0.0


class Slots:
    """What all requests to a host keep to."""

    def __init__(self) -> None:
        self._paces: dict[str, _Pace] = {}
        self._paused_until: dict[str, float] = {}
        self._asked: Counter[str] = Counter()
        self.resting: dict[str, Rest] = {}
        """Hosts that are not asked again in this crawl."""

    def require(self, downloader: Downloader, host: str, politeness: Politeness) -> None:
        """Hold a host to a source's politeness; of two sources on one host the slower counts."""
        pace = self._paces.get(host)
        if pace is None:
            pace = self._paces[host] = _Pace(MIN_DELAY_SECONDS, politeness.concurrent_requests)
        pace.delay = max(pace.delay, politeness.delay_seconds)
        pace.concurrency = min(pace.concurrency, politeness.concurrent_requests)
        self._apply(downloader, host)

    def require_delay(self, downloader: Downloader, host: str, delay_seconds: float) -> None:
        """Hold a host to the Crawl-delay of its robots.txt, if that is longer, however long it is.

        The longer delay counts from the next request on, not from that for robots.txt: a site that asks for more
        than the time of its source would never be asked for anything else.
        """
        pace = self._paces[host]
        longer_by = delay_seconds - pace.delay
        if longer_by <= 0:
            return
        pace.delay = delay_seconds
        self._apply(downloader, host)
        if host in downloader.slots:
            downloader.slots[host].lastseen -= longer_by

    def observe(self, downloader: Downloader, host: str, latency_seconds: float, *, is_well: bool) -> None:
        """Slow down with a host that answers slowly or with errors; come back as it recovers.

        The delay grows at once by twice what the host needs for an answer; what was added doubles with each complaint
        (429, 5xx, no answer in time) and halves with each good answer. It never falls below what was asked for.
        """
        pace = self._paces.get(host)
        if pace is None:
            return
        # The delay runs from request to request, and holds the answer: the host rests for as long as it worked.
        needed = 2 * latency_seconds if latency_seconds > CALM_SECONDS else 0.0
        from_before = pace.slowdown / 2 if is_well else max(2 * pace.slowdown, pace.delay)
        slowdown = min(max(needed, from_before), MAX_SLOWDOWN_SECONDS)
        pace.slowdown = slowdown if slowdown >= MIN_DELAY_SECONDS else 0.0
        self._apply(downloader, host)

    def delay_of(self, host: str) -> float:
        """Seconds between two requests to a host, as things stand."""
        pace = self._paces.get(host)
        return pace.delay + pace.slowdown if pace else 0.0

    def count(self, host: str) -> bool:
        """Count one request to a host; false when it has had all that one crawl may ask."""
        self._asked[host] += 1
        return self._asked[host] <= MAX_REQUESTS_A_HOST

    def _apply(self, downloader: Downloader, host: str) -> None:
        concurrency = self._paces[host].concurrency
        settings = {"delay": self.delay_of(host), "concurrency": concurrency, "jitter": 0.0}
        if downloader.per_slot_settings.get(host) == settings:
            return
        # Scrapy drops idle slots, and makes new ones from these settings.
        downloader.per_slot_settings[host] = settings
        if host in downloader.slots:
            downloader.slots[host].delay, downloader.slots[host].concurrency = self.delay_of(host), concurrency

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

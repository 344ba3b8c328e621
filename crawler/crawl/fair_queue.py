"""Which request is next: of the host that has the fewest under way, and none of a host that has enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface

HELD_BY_HOST = 16
"""Requests of one host that may be in the downloader, most of them waiting for their turn."""


class FairQueue(DownloaderAwarePriorityQueue):
    """Scrapy's, but that a host which is slow, or hangs, keeps its requests here and takes no room from the others.

    Scrapy bounds the requests in its downloader by their sum: a host with a long queue would fill it while the others
    still wait for their first page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._downloader_interface = _UnderWay(self.crawler)

    def pop(self) -> Request | None:
        under_way = self._downloader_interface.stats(self.pqueues)
        if not under_way or min(active for active, _ in under_way) >= HELD_BY_HOST:
            return None  # the engine asks again whenever a request ends
        slot = self._next_slot(under_way, update_state=True)
        queue = self.pqueues[slot]
        request = queue.pop()
        if not queue:
            del self.pqueues[slot]
            queue.close()
        return request


class _UnderWay(DownloaderInterface):
    """Counts requests from the moment they leave the queue: also those that wait for their host's robots.txt."""

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        named = self.downloader.DOWNLOAD_SLOT
        # Asked for each request, over all that are under way: nearly all of them say their slot themselves.
        active = Counter([request.meta.get(named) or self.get_slot_key(request) for request in self.downloader.active])
        return [(active[slot], slot) for slot in possible_slots]

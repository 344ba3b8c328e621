"""Sees what comes in the place of pages and lists, and leaves a host alone that answers with challenges only."""

from __future__ import annotations

import logging
from collections import Counter

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.http import Response

from crawler.archive import BodyError, decompress
from crawler.crawl.fetch import Purpose, fetch_of
from crawler.crawl.slots import Rest, Slots, abandon_queued
from crawler.reasons import Reason
from crawler.recognition import Recognised, is_plainly_article, recognise
from crawler.urls import host_of

MOST_PAGE_BYTES = 16_384
"""As sent. A page that answers 200 with more is looked at by clean alone: walls are smaller, and the crawl is quick."""
_MOST_DECODED_BYTES = 500_000
_SOME_PROSE_BYTES = 600
"""A page that answers 200 with so much prose is left to clean as well."""
PATIENCE = 5
"""So many challenges in a row, and the host is not asked again in this crawl."""

_log = logging.getLogger(__name__)


class Walls:
    """The challenges that each host has answered with, in a row."""

    def __init__(self) -> None:
        self._in_a_row: Counter[str] = Counter()

    def look_at(self, downloader: Downloader, slots: Slots, request: Request, response: Response) -> None:
        """Note in the request's fetch what the response is. After too many challenges its host is left alone."""
        fetch = fetch_of(request)
        if fetch.memento is not None:
            return  # a wall that was met years ago, by another crawler: clean sees it
        fetch.recognised = recognise_response(response, fetch.url)
        if fetch.purpose in (Purpose.ROBOTS, Purpose.FILE):
            return
        host = host_of(request.url)
        if fetch.recognised is None or fetch.recognised.reason is not Reason.CHALLENGE:
            # Redirects and errors of other kinds neither let us in nor keep us out.
            if 200 <= response.status < 300 or response.status == 304:
                self._in_a_row.pop(host, None)
            return
        self._in_a_row[host] += 1
        if self._in_a_row[host] >= PATIENCE and host not in slots.resting:
            why = f"{host} answered {PATIENCE} times in a row with a challenge ({fetch.recognised.detail})"
            _log.warning("%s: it is left alone", why)
            rest = slots.resting[host] = Rest(Reason.CHALLENGE, why)
            abandon_queued(downloader, rest.refused(), lambda queued: host_of(queued.url) == host)


def recognise_response(response: Response, url: str) -> Recognised | None:
    """What a response as it was sent is, so far as that is worth knowing while the crawl runs."""
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name in response.headers
        for value in response.headers.getlist(name)
    ]
    body = response.body
    is_page = 200 <= response.status < 300
    if is_page and len(body) > MOST_PAGE_BYTES:
        body = b""
    try:
        for coding in reversed(b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").split(",")):
            body = decompress(body, coding.strip().lower(), _MOST_DECODED_BYTES)
    except BodyError:
        body = b""
    if is_page and is_plainly_article(body, _SOME_PROSE_BYTES):
        body = b""
    return recognise(response.status, headers, body, url, response.url)

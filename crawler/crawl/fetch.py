"""What a request is for: carried in `request.meta["fetch"]` through retries and redirects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from scrapy import Request

from crawler.manifests import Memento
from crawler.recognition import Recognised
from crawler.records import Capture, Discovery, EndpointKind
from crawler.sources.model import Source
from crawler.urls import host_of

MAX_SITEMAP_BYTES = 52_428_800
"""What the sitemap protocol allows, whatever a source says of its pages."""
MAX_ROBOTS_BYTES = 512_000
"""What RFC 9309 asks a crawler to read at least. The rest is not read: each rule costs time for each page."""

MAX_RENDER_FILE_BYTES = 5_000_000
"""Of a script or of data that a page asks for while it is drawn."""


class Purpose(StrEnum):
    """Why something is fetched. A revisit is a second look at a page within the crawl that found it; a file is what a
    page asks for while a browser draws it."""

    ARTICLE = "article"
    REVISIT = "revisit"
    ENDPOINT = "endpoint"
    ROBOTS = "robots"
    FILE = "file"
    HOME = "home"
    """The home page, looked at for the feeds that it announces."""


@dataclass
class Fetch:
    """One thing to fetch, and what has become of it so far."""

    purpose: Purpose
    source: Source
    url: str
    discovery: Discovery | None = None
    kind: EndpointKind | None = None
    page: int = 1
    """Of a section: which page of its pagination this is."""
    first_sha256: str | None = None
    """Of a revisit: what the page was before."""
    is_due: bool = False
    """A known page that is due: its ages are counted from an earlier fetch."""
    redirects: list[str] = field(default_factory=list)
    """URLs that redirected, in order."""
    is_moved_for_good: bool = True
    """Each redirect so far was a permanent one."""
    leads_to: str | None = None
    """Where the last redirect leads, also one that is not followed."""
    stands_in_for: str | None = None
    """Of an endpoint that no source file names: the dead one that it was found for."""
    listed_lastmod: datetime | None = None
    """Of a sitemap that an index names: when it last changed, by the index."""
    retries: int = 0
    retry_in: float | None = None
    """Seconds until the next try, when the last one failed and another is planned."""
    capture: Capture | None = None
    rendered: bytes | None = None
    """The document that a browser drew, as HTML in UTF-8."""
    render_problem: str | None = None
    recognised: Recognised | None = None
    """What the last response was in the place of what was asked for."""
    memento: Memento | None = None
    """Of a capture that is fetched from a web archive."""

    @property
    def is_page(self) -> bool:
        return self.purpose in (Purpose.ARTICLE, Purpose.REVISIT)

    @property
    def max_bytes(self) -> int:
        if self.purpose is Purpose.ROBOTS:
            return MAX_ROBOTS_BYTES
        if self.purpose is Purpose.FILE:
            return MAX_RENDER_FILE_BYTES
        if self.kind is EndpointKind.SITEMAP:
            return max(self.source.limits.max_bytes, MAX_SITEMAP_BYTES)
        return self.source.limits.max_bytes

    def may_ask(self, host: str) -> bool:
        """Whether a host may be asked for this: pages of the source's hosts, endpoints also of their own.

        A page's scripts may come from anywhere, as may a host's robots.txt.
        """
        if self.purpose in (Purpose.ROBOTS, Purpose.FILE):
            return True
        return self.source.allows_host(host) or (not self.is_page and host in self.source.hosts)


def fetch_of(request: Request | None) -> Fetch:
    if request is None:
        raise ValueError("a response without its request")
    fetch: Fetch = request.meta["fetch"]
    return fetch


def make_request(
    fetch: Fetch,
    callback: Callable[..., Any],
    errback: Callable[..., Any] | None = None,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    priority: int = 0,
) -> Request:
    """A request for a fetch, conditional when validators are given."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return Request(
        fetch.url,
        callback=callback,
        errback=errback,
        headers={name: value for name, value in headers.items() if value},
        priority=priority,
        dont_filter=True,  # duplicates are folded by URL key, where they are counted
        meta={"fetch": fetch, **meta_for(fetch, fetch.url)},
    )


def meta_for(fetch: Fetch, url: str) -> dict[str, Any]:
    """What Scrapy must know of a request to a URL."""
    return {
        "download_slot": host_of(url),
        "download_maxsize": fetch.max_bytes,
        "download_timeout": float(fetch.source.limits.response_seconds),
    }

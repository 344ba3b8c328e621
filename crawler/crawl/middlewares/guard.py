"""Refuses requests that must not be made: other hosts, other schemes, private addresses, after the time."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request

from crawler.addresses import is_private_literal
from crawler.crawl.fetch import Fetch, fetch_of
from crawler.crawl.middlewares import JobMiddleware
from crawler.crawl.outcomes import Refused
from crawler.reasons import Outcome, Reason
from crawler.urls import host_of

MAX_URL_LENGTH = 2000


class GuardMiddleware(JobMiddleware):
    """Checks each request, so each redirect and retry too. Raises Refused."""

    def process_request(self, request: Request) -> None:
        fetch = fetch_of(request)
        self.job.check_request(request)
        check_url(fetch, request.url)
        self.job.slots.require(self.crawler.engine.downloader, host_of(request.url), fetch.source.politeness)


def check_url(fetch: Fetch, url: str) -> None:
    """Whether a URL may be asked for this fetch. Raises Refused."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(Outcome.FAILED, Reason.BAD_REDIRECT, f"{url[:200]} is no http(s) address")
    if parts.username is not None or parts.password is not None:
        raise Refused(Outcome.FAILED, Reason.BAD_REDIRECT, f"the address carries credentials for {parts.hostname}")
    if len(url) > MAX_URL_LENGTH:
        raise Refused(Outcome.FAILED, Reason.BAD_REDIRECT, f"the address has {len(url)} characters")
    if not fetch.may_ask(host_of(url)):
        raise Refused(Outcome.BLOCKED, Reason.OFF_HOST, f"{host_of(url)} is not a host of {fetch.source.id}")
    if is_private_literal(parts.hostname) and not fetch.source.allow_private_addresses:
        raise Refused(Outcome.BLOCKED, Reason.PRIVATE_ADDRESS, f"{parts.hostname} is not a public address")

"""Decides whether a fetch is tried again, and for how long its host is left alone before that.

Decided in the download handler: a moment later Scrapy already sends the host its next request.
"""

from __future__ import annotations

from datetime import datetime, timezone

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.crawl.fetch import Purpose, fetch_of
from crawler.crawl.job import Job
from crawler.crawl.outcomes import RETRIED, outcome_of_exception
from crawler.crawl.slots import Rest
from crawler.crawl.statuses import RETRY_STATUSES
from crawler.crawl.text import header_text
from crawler.reasons import Outcome, Reason
from crawler.retry_after import parse_retry_after
from crawler.urls import host_of

MAX_RETRY_AFTER_SECONDS = 60.0


def plan_after_response(crawler: Crawler, job: Job, request: Request, response: Response) -> None:
    """Leave the host alone if the response says so; `fetch.retry_in` tells whether the request is made again."""
    fetch = fetch_of(request)
    fetch.retry_in = None
    is_well = response.status not in RETRY_STATUSES
    latency = float(request.meta.get("download_latency", 0.0))
    job.slots.observe(crawler.engine.downloader, host_of(request.url), latency, is_well=is_well)
    if is_well:
        return
    header = response.headers.get("Retry-After")
    asked = parse_retry_after(header_text(header), datetime.now(timezone.utc))
    if fetch.recognised is not None and fetch.recognised.outcome is Outcome.BLOCKED:
        # A wall answers the same a second time. A pause that it asks for is kept.
        if asked is None or asked <= MAX_RETRY_AFTER_SECONDS:
            job.slots.pause(crawler.engine.downloader, host_of(request.url), asked or 0)
            return
    else:
        _plan(crawler, job, request, asked)
    if fetch.retry_in is None and asked is not None and response.status in (429, 503):
        host = host_of(request.url)
        said = (header or b"").decode("latin-1").strip()
        why = f"{host} answered {response.status} with Retry-After: {said}"
        job.slots.resting.setdefault(host, Rest(Reason.RATE_LIMITED, why))


def plan_after_error(crawler: Crawler, job: Job, request: Request, error: Exception, seconds: float) -> None:
    """The same for a request that got no response in so many seconds."""
    fetch_of(request).retry_in = None
    reason = outcome_of_exception(error)[1]
    if reason is Reason.TIMEOUT:
        job.slots.observe(crawler.engine.downloader, host_of(request.url), seconds, is_well=False)
    if reason in RETRIED:
        _plan(crawler, job, request, None)


def _plan(crawler: Crawler, job: Job, request: Request, asked_seconds: float | None) -> None:
    fetch = fetch_of(request)
    # A revisit has no second try: it is an extra. Nor has a script: its page waits for it.
    if fetch.purpose in (Purpose.REVISIT, Purpose.FILE) or fetch.retries >= crawler.settings.getint("RETRY_TIMES"):
        return
    backoff = crawler.settings.getlist("RETRY_BACKOFF_SECONDS")
    seconds = asked_seconds if asked_seconds is not None else float(backoff[min(fetch.retries, len(backoff) - 1)])
    if seconds > MAX_RETRY_AFTER_SECONDS or seconds >= job.seconds_left(fetch.source):
        return
    fetch.retry_in = seconds
    job.slots.pause(crawler.engine.downloader, host_of(request.url), seconds)

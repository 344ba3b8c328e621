"""Makes requests again that are likely to pass (`crawler.crawl.retries` decides which)."""

from __future__ import annotations

import logging

from scrapy import Request
from scrapy.http import Response

from crawler.crawl.fetch import fetch_of
from crawler.crawl.middlewares import JobMiddleware

_log = logging.getLogger(__name__)


class RetriesMiddleware(JobMiddleware):
    """Turns a response or an error into the next try, if one is planned."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        return self._next_try(request, f"HTTP {response.status}") or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        return self._next_try(request, type(exception).__name__)

    def _next_try(self, request: Request, why: str) -> Request | None:
        fetch = fetch_of(request)
        if fetch.retry_in is None:
            return None
        _log.info("%s: %s, asked again in %g s", request.url, why, fetch.retry_in)
        self.job.large_bodies.release(fetch)  # lest others wait until then
        fetch.retry_in = None
        fetch.retries += 1
        return request.replace(priority=request.priority + 1)

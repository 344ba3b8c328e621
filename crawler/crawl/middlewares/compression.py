"""Undoes Content-Encoding for what the crawl itself reads. Pages stay as sent: they go to the archive only."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.crawl.fetch import fetch_of
from crawler.crawl.outcomes import Refused
from crawler.reasons import Outcome, Reason


class EndpointCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, bounded by the request's `download_maxsize`, for feeds, sitemaps, section pages and robots.txt."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override, unused-ignore]
        if fetch_of(request).is_page:
            return response
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise Refused(Outcome.FAILED, Reason.TOO_LARGE, str(error)) from error

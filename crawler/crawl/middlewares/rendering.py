"""Has the pages of sources that say `render: browser` drawn, before they are archived."""

from __future__ import annotations

import logging

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from crawler.archive import ArchivedResponse, BodyError, decode_body
from crawler.crawl.browser import Browser, RenderingError, document_headers, find_browser
from crawler.crawl.fetch import Fetch, Purpose, fetch_of
from crawler.crawl.middlewares import JobMiddleware
from crawler.crawl.outcomes import Refused
from crawler.errors import ConfigError
from crawler.reasons import Outcome, Reason
from crawler.records import EndpointKind
from crawler.sources.model import Render

_log = logging.getLogger(__name__)


class RenderingMiddleware(JobMiddleware):
    """A page gets `fetch.rendered`, or `fetch.render_problem`; a section page becomes what the browser drew."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._browser: Browser | None = None
        self._missing: str | None = None
        crawler.signals.connect(self._close, signals.spider_closed)

    def process_request(self, request: Request) -> None:
        fetch = fetch_of(request)
        if not _is_drawn(fetch):
            return
        if self._browser is None and self._missing is None:
            try:
                self._browser = Browser(self.crawler, find_browser(self.job.settings.browser))
            except ConfigError as error:
                self._missing = str(error)
                _log.error("Pages of %s are not fetched: %s", fetch.source.id, error)
        if self._missing is not None:
            raise Refused(Outcome.PENDING, Reason.NO_BROWSER, self._missing)

    async def process_response(self, request: Request, response: Response) -> Response:
        fetch = fetch_of(request)
        if self._browser is None or not _is_drawn(fetch) or not _is_html(response):
            return response
        if fetch.recognised is not None and fetch.recognised.reason is Reason.CHALLENGE:
            return response  # its scripts are there to be passed, and we do not pass for readers
        headers = {
            name.decode("latin-1").lower(): b", ".join(response.headers.getlist(name)).decode("latin-1")
            for name in response.headers
        }
        fetch.rendered = fetch.render_problem = None
        self.job.large_bodies.release(fetch)  # the page's scripts may be large as well
        archived = ArchivedResponse(response.url, response.status, response.body, tuple(headers.items()))
        try:
            document = decode_body(archived, fetch.max_bytes)
            rendered = await self._browser.render(fetch, response.url, document_headers(headers), document)
        except BodyError:
            return response  # ends as it would without a browser
        except RenderingError as error:
            _log.info("%s could not be drawn: %s", response.url, error)
            fetch.render_problem = str(error)
            if fetch.kind is not None:
                raise Refused(Outcome.FAILED, Reason.RENDERING, str(error)) from error
            return response
        if fetch.recognised is not None and fetch.recognised.reason is Reason.NEEDS_JAVASCRIPT:
            fetch.recognised = None  # which it has had now
        if fetch.kind is None:
            fetch.rendered = rendered
            return response
        plain = response.headers.copy()
        plain.pop("Content-Encoding", None)
        plain["Content-Type"] = "text/html; charset=utf-8"
        return response.replace(cls=HtmlResponse, body=rendered, headers=plain, encoding="utf-8")

    async def _close(self) -> None:
        if self._browser is not None:
            await self._browser.close()


def _is_drawn(fetch: Fetch) -> bool:
    if fetch.source.render is not Render.BROWSER or fetch.purpose is Purpose.FILE or fetch.memento is not None:
        return False
    return fetch.is_page or fetch.kind is EndpointKind.SECTION


def _is_html(response: Response) -> bool:
    kind = (response.headers.get("Content-Type") or b"text/html").lower()
    return 200 <= response.status < 300 and (b"html" in kind)

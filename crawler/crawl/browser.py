"""A headless Chromium that draws pages and has no network of its own.

The document is what the crawl has fetched and what the archive holds. Whatever else a page asks for is fetched by
Scrapy's download handler, and so under the same rules: public addresses, verified certificates, bounded sizes, the
source's time. docs/decisions says why no other way.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit
from weakref import WeakValueDictionary

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.archive import ArchivedResponse, BodyError, decode_body
from crawler.crawl.fetch import MAX_RENDER_FILE_BYTES, Fetch, Purpose, meta_for
from crawler.crawl.middlewares.guard import check_url
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Page, Playwright, Route

    from crawler.crawl.spiders.news import NewsSpider

PAGE_SECONDS = 30.0
"""All of one page, from its start to its drawn document."""
SETTLE_SECONDS = 5.0
"""How long after loading a page that never stops asking is waited for."""
PAGES_AT_ONCE = 2
MAX_FILES = 100
MAX_CACHED_BYTES = 50_000_000
MAX_REDIRECTS = 5
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_FETCHED_TYPES = frozenset({"script", "xhr", "fetch"})
_KEPT_TYPES = frozenset({"script"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_NETWORK = ("--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>")
"""What the interception would not see (sockets, prefetches) goes to a proxy that is not there."""

_log = logging.getLogger(__name__)


class RenderingError(Exception):
    """A page could not be drawn: the message says why."""


def find_browser(named: str | None) -> str:
    """The program to start. Raises ConfigError when there is none, or no library to drive it."""
    try:
        import playwright  # noqa: F401 - an optional extra
    except ImportError as error:
        raise ConfigError("Playwright is not installed: add Dateline's extra `browser`") from error
    found = next(filter(None, map(shutil.which, (named,) if named else _PROGRAMS)), None)
    if found is None:
        where = f"DATELINE_BROWSER={named!r} is no program" if named else "there is no Chromium or Chrome on the PATH"
        raise ConfigError(f"{where}: install one (on Debian: chromium), or name it in DATELINE_BROWSER")
    return found


@dataclass
class _Cached:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class _Files:
    """What one page has asked for so far."""

    count: int = 0
    refused: list[str] = field(default_factory=list)


class Browser:
    """Started with the first page, and again when it has died."""

    def __init__(self, crawler: Crawler, program: str) -> None:
        self._crawler = crawler
        self._program = program
        self._turns = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._cache: dict[str, _Cached] = {}
        self._cached_bytes = 0
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def render(self, fetch: Fetch, url: str, headers: dict[str, str], document: bytes) -> bytes:
        """The document of a page after its scripts have run, as HTML in UTF-8.

        Raises RenderingError, and Refused for a page whose turn comes after its source's time.
        """
        job = cast("NewsSpider", self._crawler.spider).job
        async with self._turns:
            job.check_time(fetch.source)
            seconds = min(PAGE_SECONDS, job.seconds_left(fetch.source))
            try:
                async with asyncio.timeout(seconds):
                    context = await self._new_context()
                    try:
                        html = await self._draw(context, fetch, url, headers, document)
                    finally:
                        await self._end(context)
            except TimeoutError as error:
                raise RenderingError(f"not drawn within {seconds:.0f} s") from error
            except RenderingError:
                raise
            except Exception as error:  # a page can do anything to its browser
                raise RenderingError(f"{type(error).__name__}: {error}"[:300]) from error
        rendered = html.encode("utf-8", "replace")
        if len(rendered) > fetch.max_bytes:
            raise RenderingError(f"the drawn document has {len(rendered)} bytes, more than {fetch.max_bytes}")
        return rendered

    async def close(self) -> None:
        """End the browser, whatever it is doing."""
        chromium, playwright = self._chromium, self._playwright
        self._chromium = self._playwright = None
        for end in (chromium and chromium.close, playwright and playwright.stop):
            if end:
                with contextlib.suppress(Exception):  # it may be dead already
                    await asyncio.wait_for(end(), 5)

    async def _new_context(self) -> BrowserContext:
        async with self._starting:
            if self._chromium is None or not self._chromium.is_connected():
                await self.close()
                await self._start()
            if self._chromium is None:
                raise RenderingError("the browser has been closed")
            return await self._chromium.new_context(
                user_agent=self._crawler.settings["USER_AGENT"],
                service_workers="block",
                accept_downloads=False,
                permissions=[],
            )

    async def _start(self) -> None:
        from playwright.async_api import async_playwright

        self._playwright = await async_playwright().start()
        self._chromium = await self._playwright.chromium.launch(
            executable_path=self._program,
            args=[*_NO_NETWORK, "--disable-gpu", "--disable-dev-shm-usage"],
            # Chromium refuses to run as root inside its sandbox.
            chromium_sandbox=os.geteuid() != 0,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
        _log.info("Started %s %s", self._program, self._chromium.version)

    async def _end(self, context: BrowserContext) -> None:
        try:
            await asyncio.wait_for(context.close(), 5)
        except Exception as error:  # noqa: BLE001 - a page that holds its process: the next one gets a new browser
            _log.info("A page did not close (%s): the browser is started anew", error)
            await self.close()

    async def _draw(
        self, context: BrowserContext, fetch: Fetch, url: str, headers: dict[str, str], document: bytes
    ) -> str:
        page = await context.new_page()
        files = _Files()
        shown = False

        async def answer(route: Route) -> None:
            nonlocal shown
            request = route.request
            try:
                if request.is_navigation_request() and request.frame == page.main_frame and not shown:
                    shown = True
                    await route.fulfill(status=200, headers=headers, body=document)
                elif request.resource_type == "stylesheet":
                    # Scripts wait for their styles; nobody looks at them.
                    await route.fulfill(status=200, content_type="text/css", body="")
                elif request.resource_type in _FETCHED_TYPES:
                    await self._fetch_file(route, fetch, files)
                else:
                    await route.abort("blockedbyclient")
            except Exception as error:  # noqa: BLE001 - the page may be gone by now, or want what is refused
                files.refused.append(f"{request.url[:100]}: {error}")
                with contextlib.suppress(Exception):
                    await route.abort("failed")

        await page.route("**/*", answer)
        # «load» may never come: what stands after a while is what a reader would see.
        await self._patiently(page, page.goto(url, wait_until="load", timeout=(PAGE_SECONDS - 10) * 1000))
        await self._patiently(page, page.wait_for_load_state("networkidle", timeout=SETTLE_SECONDS * 1000))
        if not shown:
            raise RenderingError("the browser did not take the document")
        if files.refused:
            _log.debug("%s: not fetched: %s", url, "; ".join(files.refused[:5]))
        return await page.content()

    async def _patiently(self, page: Page, step: Any) -> None:
        from playwright.async_api import TimeoutError as PatienceError

        try:
            await step
        except PatienceError:
            _log.debug("%s: still busy", page.url)

    async def _fetch_file(self, route: Route, fetch: Fetch, files: _Files) -> None:
        request = route.request
        if request.resource_type in _KEPT_TYPES and request.method == "GET":
            # Of two pages that are drawn at the same time, one asks for the script of both.
            lock = self._locks.setdefault(request.url, asyncio.Lock())
            async with lock:
                file = self._cache.get(request.url)
                if file is None:
                    file = await self._download_counted(request, fetch, files)
                    if file.status == 200:
                        self._keep(request.url, file)
        else:
            file = await self._download_counted(request, fetch, files)
        await route.fulfill(status=file.status, headers=file.headers, body=file.body)

    async def _download_counted(self, request: Any, fetch: Fetch, files: _Files) -> _Cached:
        files.count += 1
        if files.count > MAX_FILES:
            raise RenderingError(f"more than {MAX_FILES} files")
        return await self._download(request, fetch)

    def _keep(self, url: str, file: _Cached) -> None:
        if self._cached_bytes + len(file.body) <= MAX_CACHED_BYTES:
            self._cache[url] = file
            self._cached_bytes += len(file.body)

    async def _download(self, request: Any, fetch: Fetch) -> _Cached:
        """Fetch a file as the crawl fetches. Other hosts are asked by GET only: nothing is sent to them."""
        if request.method not in ("GET", "POST"):
            raise RenderingError(f"{request.method} is not made")
        if request.method == "POST" and not fetch.source.allows_host(urlsplit(request.url).netloc.lower()):
            raise RenderingError("POST to another host is not made")
        headers = {
            name: value for name, value in (await request.all_headers()).items() if not name.startswith((":", "sec-"))
        }
        headers["accept-encoding"] = "gzip, deflate, br"
        url, method, body = request.url, request.method, request.post_data_buffer or b""
        for _ in range(MAX_REDIRECTS + 1):
            file = Fetch(Purpose.FILE, fetch.source, url)
            check_url(file, url)
            meta = {"fetch": file, **meta_for(file, url), "download_timeout": 15}
            asked = Request(url, method=method, headers=headers, body=body, meta=meta, dont_filter=True)
            try:
                response = await self._crawler.engine.downloader.handlers.download_request_async(asked)
            finally:
                cast("NewsSpider", self._crawler.spider).job.large_bodies.release(file)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return _decoded(response)
            url, method, body = urljoin(url, location.decode("latin-1")), "GET", b""
        raise RenderingError("redirected too often")


def _decoded(response: Any) -> _Cached:
    headers = {
        name.decode("latin-1").lower(): b", ".join(response.headers.getlist(name)).decode("latin-1")
        for name in response.headers
    }
    pairs = tuple(headers.items())
    try:
        body = decode_body(ArchivedResponse(response.url, response.status, response.body, pairs), MAX_RENDER_FILE_BYTES)
    except BodyError as error:
        raise RenderingError(str(error)) from error
    return _Cached(response.status, document_headers(headers), body)


def document_headers(headers: dict[str, str]) -> dict[str, str]:
    """The headers of a response without those that speak of how it was sent."""
    sent = {"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"}
    return {name: value for name, value in headers.items() if name not in sent}

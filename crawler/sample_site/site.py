"""The running site: five outlets, each on its own port."""

from __future__ import annotations

import errno
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from crawler.errors import ConfigError
from crawler.sample_site.article import article_at, load_articles
from crawler.sample_site.outlets import OUTLET_TYPES, build_outlet
from crawler.sample_site.outlets.base import Outlet, Page, View
from crawler.sample_site.server import OutletServer
from crawler.sample_site.sources import write_source_files
from crawler.sample_site.state import SiteState

DEFAULT_BASE_PORT = 8460
REQUEST_LOG_LENGTH = 20_000


class Request(NamedTuple):
    """One request as it was answered; `at` is of the monotonic clock, in seconds."""

    outlet: str
    method: str
    path: str
    status: int
    at: float
    user_agent: str


class SampleSite:
    """Start with `start()` or `with`; `urls` maps outlet id to base URL. `base_port=0` takes free ports."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        base_port: int = DEFAULT_BASE_PORT,
        state_path: Path | None = None,
        edition_seconds: float = 0,
        developing_seconds: float = 3.0,
    ) -> None:
        last_port = base_port + len(OUTLET_TYPES) - 1
        if base_port < 0 or last_port > 65535:
            raise ConfigError(f"--port is {base_port}; use 0 or a number from 1 to {65536 - len(OUTLET_TYPES)}.")
        self._host = host
        self._base_port = base_port
        self._state = SiteState(state_path, edition_seconds, developing_seconds)
        self._servers: list[OutletServer] = []
        self._threads: list[threading.Thread] = []
        self._log: deque[Request] = deque(maxlen=REQUEST_LOG_LENGTH)
        self.urls: dict[str, str] = {}
        self.outlets: dict[str, Outlet] = {}

    def start(self) -> None:
        """Bind every port and serve in the background. Raises ConfigError when a port is taken."""
        try:
            for index, outlet_type in enumerate(OUTLET_TYPES):
                self._start_outlet(outlet_type.id, self._base_port + index if self._base_port else 0)
        except BaseException:
            self.stop()
            raise

    def _start_outlet(self, outlet_id: str, port: int) -> None:
        try:
            server = OutletServer(
                (self._host, port), self._responder(outlet_id), self.set_edition, self._noter(outlet_id)
            )
        except OSError as error:
            taken = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise ConfigError(
                f"Port {port} of {self._host} {taken}. The sample site needs {len(OUTLET_TYPES)} ports in a row: "
                "choose others with --port or DATELINE_SAMPLE_PORT."
            ) from error
        url = f"http://{self._host}:{server.server_address[1]}/"
        self.urls[outlet_id] = url
        self.outlets[outlet_id] = build_outlet(outlet_id, url)
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), name=f"sample-{outlet_id}", daemon=True)
        thread.start()
        self._servers.append(server)
        self._threads.append(thread)

    def stop(self) -> None:
        for server in self._servers:
            server.close()
        for thread in self._threads:
            thread.join(timeout=5)
        self._servers.clear()
        self._threads.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def edition(self) -> int:
        return self._state.edition

    def set_edition(self, edition: int) -> None:
        self._state.set_edition(edition)

    @property
    def request_log(self) -> list[Request]:
        """The latest requests, oldest first; control requests too."""
        return list(self._log)

    def view(self, outlet_id: str) -> View:
        """The outlet's articles as they read now."""
        edition = self._state.edition
        articles = [
            article_at(article, edition, self._state.has_developed(_key(outlet_id, article.slug)))
            for article in load_articles()
            if article.outlet == outlet_id and article.edition <= edition
        ]
        return View(edition, tuple(articles))

    def _responder(self, outlet_id: str) -> Callable[[str, bool], Page]:
        def respond(target: str, is_get: bool) -> Page:
            outlet = self.outlets[outlet_id]
            view = self.view(outlet_id)
            article = outlet.find_article(target, view)
            if is_get and article is not None and article.developing is not None:
                self._state.note_read(_key(outlet_id, article.slug))
            return outlet.respond(target, view)

        return respond

    def _noter(self, outlet_id: str) -> Callable[[str, str, int, str], None]:
        def note(method: str, path: str, status: int, user_agent: str) -> None:
            self._log.append(Request(outlet_id, method, path, status, time.monotonic(), user_agent))

        return note


def _key(outlet_id: str, slug: str) -> str:
    return f"{outlet_id}/{slug}"


def run_site(
    port: int = DEFAULT_BASE_PORT,
    state_path: Path | None = None,
    edition_seconds: float = 600,
    developing_seconds: float = 3.0,
    sources_directory: Path | None = None,
    echo: Callable[[str], None] = print,
) -> None:
    """Serve until SIGINT or SIGTERM. Call from the main thread: only that one can take signals."""
    site = SampleSite("127.0.0.1", port, state_path, edition_seconds, developing_seconds)
    stopping = threading.Event()
    previous = {number: signal.signal(number, lambda *_: stopping.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with site:
            if sources_directory is not None:
                for path in write_source_files(sources_directory, site.urls):
                    echo(f"wrote {path}")
            for outlet_id, url in site.urls.items():
                echo(f"{outlet_id:<22} {url}  {site.outlets[outlet_id].name}")
            echo(f"Sample site is up at edition {site.edition}; Ctrl-C stops it.")
            stopping.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)

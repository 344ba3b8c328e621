"""A small web of real HTTP servers on this machine, and source files to point at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from crawler.clean.overrides.applying import apply_page_object
from crawler.clean.reject import Rejected
from crawler.config import Settings, load_settings
from crawler.records import ArticleFields
from crawler.sources.fetching import FetchLimits
from tests.sources.page_object_cases import ARGUMENTS, GENERIC, HEAD, PAGE

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """One HTTP server. Paths answer what `add` says, all else is 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.busy = self.busiest = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers.get("User-Agent", "")))
                site.busy += 1
                site.busiest = max(site.busiest, site.busy)
                try:
                    site.answers.get(self.path, _not_found)(self)
                except OSError:
                    pass  # the client has had enough
                finally:
                    site.busy -= 1

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def add(
        self,
        path: str,
        body: str | bytes = b"",
        content_type: str = "text/html; charset=utf-8",
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        data = body.encode() if isinstance(body, str) else body

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", content_type)
            handler.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(data)

        self.answers[path] = answer

    def redirect(self, path: str, target: str, status: int = 301) -> None:
        self.add(path, status=status, headers={"Location": target})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _not_found(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(404)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.fixture
def new_site() -> Iterator[Callable[[], Site]]:
    sites: list[Site] = []

    def start() -> Site:
        sites.append(Site())
        return sites[-1]

    yield start
    for site in sites:
        site.close()


@pytest.fixture
def site(new_site: Callable[[], Site]) -> Site:
    return new_site()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"DATELINE_HOME": str(tmp_path / "home"), "DATELINE_CONTACT": "mailto:desk@example.org"})


@pytest.fixture
def limits() -> FetchLimits:
    return FetchLimits(seconds=1.5, connect_seconds=1.0, max_bytes=300_000)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a file into the folder `sources` of an otherwise empty working directory; give the folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "sources"

    def put(name: str, content: str | bytes) -> Path:
        folder.mkdir(exist_ok=True)
        data = dedent(content).encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
        return folder

    return put


def _rss(base: str, count: int, date: str, language: str) -> str:
    items = "".join(
        f"<item><title>Report {n}</title><link>{base}/2026/report-number-{n}</link><pubDate>{date}</pubDate></item>"
        for n in range(count)
    )
    language = f"<language>{language}</language>" if language else ""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>{language}{items}</channel></rss>'


@pytest.fixture
def rss() -> Callable[..., str]:
    def make(base: str, count: int = 3, date: str = "", language: str = "") -> str:
        return _rss(base.rstrip("/"), count, date, language)

    return make


@pytest.fixture
def sitemap() -> Callable[..., str]:
    def make(base: str, count: int = 3, root: str = "urlset", item: str = "url") -> str:
        namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
        entries = "".join(f"<{item}><loc>{base.rstrip('/')}/a/some-long-title-{n}</loc></{item}>" for n in range(count))
        return f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{namespace}">{entries}</{root}>'

    return make


@pytest.fixture
def write_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    monkeypatch.chdir(tmp_path)

    def write(code: str) -> Path:
        path = tmp_path / "sources" / "pages" / "gazette.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + dedent(code), encoding="utf-8")
        return path

    return write


@pytest.fixture
def apply(write_pages: Callable[[str], Path]) -> Callable[..., Any]:
    def run(code: str, result: ArticleFields | Rejected = GENERIC, payload: bytes = PAGE, **arguments: Any) -> Any:
        return apply_page_object(result, payload, write_pages(code), {**ARGUMENTS, **arguments})

    return run

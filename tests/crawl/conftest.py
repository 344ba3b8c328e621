"""A real HTTP server to crawl, and batches that crawl it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.config import Settings, load_settings
from crawler.crawl import crawl_batch
from crawler.manifests import BatchManifest, RunKind, StageReport
from crawler.progress import no_progress
from crawler.records import Capture, Discovery, EndpointVisit, FetchOutcome
from crawler.runs import (
    BATCH_FILE,
    CAPTURES_FILE,
    DISCOVERIES_FILE,
    ENDPOINTS_FILE,
    FETCHES_FILE,
    read_records,
    write_record,
)

NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)


@dataclass
class Answer:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    close_after: int | None = None
    """Close the connection after so many bytes of the body."""


@dataclass
class Asked:
    at: float
    path: str
    headers: dict[str, str]


class Site:
    """A server whose pages are a dict from path to answer, or to a function that gives one."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Any] = {}
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked = Asked(time.monotonic(), self.path, {k.lower(): v for k, v in self.headers.items()})
                site.asked.append(asked)
                answer = site.pages.get(self.path, Answer("nothing here", 404))
                if callable(answer):
                    answer = answer(asked)
                if not isinstance(answer, Answer):
                    answer = Answer(answer, headers={"Content-Type": "text/html; charset=utf-8"})
                etag = answer.headers.get("ETag")
                if etag and asked.headers.get("if-none-match") == etag:
                    answer = Answer(status=304, headers={"ETag": etag})
                time.sleep(answer.wait)
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.status != 304 and "Transfer-Encoding" not in answer.headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if answer.close_after is not None:
                    self.wfile.write(body[: answer.close_after])
                    self.close_connection = True
                elif answer.status != 304:
                    self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def feed(self, *paths: str, at: str = "/feed.xml", **headers: str) -> None:
        """Serve an RSS feed that lists paths (or whole URLs)."""
        items = "".join(
            f"<item><title>On {path}</title><link>{self.full(path)}</link>"
            "<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate></item>"
            for path in paths
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
        self.pages[at] = Answer(body, headers={"Content-Type": "application/rss+xml", **headers})

    def full(self, path: str) -> str:
        return path if "://" in path else self.url + path

    def asked_for(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    yield server
    server.close()


@pytest.fixture
def other_site() -> Iterator[Site]:
    server = Site()
    yield server
    server.close()


@pytest.fixture
def tls_site(tmp_path: Path) -> Iterator[Site]:
    """A site whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "site.pem"
    plain = serialization.NoEncryption()
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = Site(context)
    server.host = f"localhost:{server.port}"
    server.url = f"https://{server.host}"
    yield server
    server.close()


@dataclass
class Batch:
    settings: Settings
    folder: Path
    use_database: bool = False

    def crawl(self) -> StageReport:
        report = crawl_batch(self.settings, self.folder, no_progress, use_database=self.use_database)
        self.check_sums(report)
        return report

    def check_sums(self, report: StageReport) -> None:
        """The law: each discovered URL has exactly one end."""
        captured = {(c.source_id, c.url_key) for c in self.captures}
        ended = [(f.source_id, f.url_key) for f in self.fetches]
        assert len(ended) == len(set(ended))
        assert not captured & set(ended)
        assert captured | set(ended) == {(d.source_id, d.url_key) for d in self.discoveries}
        assert len(self.discoveries) == len({(d.source_id, d.url_key) for d in self.discoveries})
        for counts in report.sources.values():
            assert counts.discovered == counts.captured + sum(counts.outcomes.values())
            assert sum(counts.outcomes.values()) == sum(counts.reasons.values())

    @property
    def captures(self) -> list[Capture]:
        return list(read_records(self.folder / CAPTURES_FILE, Capture))

    @property
    def discoveries(self) -> list[Discovery]:
        return list(read_records(self.folder / DISCOVERIES_FILE, Discovery))

    @property
    def fetches(self) -> list[FetchOutcome]:
        return list(read_records(self.folder / FETCHES_FILE, FetchOutcome))

    @property
    def visits(self) -> list[EndpointVisit]:
        return list(read_records(self.folder / ENDPOINTS_FILE, EndpointVisit))

    @property
    def warc_files(self) -> list[Path]:
        return sorted(Path(self.settings.archive_url).rglob("*.warc.gz"))

    @property
    def log(self) -> str:
        return (self.folder / "crawl.log").read_text()

    def ends(self) -> dict[str, str]:
        """The outcome and reason of each URL path that ended without a page."""
        return {fetch.url.split("/", 3)[3]: f"{fetch.outcome}:{fetch.reason}" for fetch in self.fetches}


def make_source(site: Site, **fields: Any) -> dict[str, Any]:
    source = {
        "id": "example",
        "name": "Example",
        "home_page": f"{site.url}/",
        "country": "SY",
        "languages": ["en"],
        "kind": "news",
        "allow_private_addresses": True,
        "politeness": {"delay_seconds": 0, "concurrent_requests": 4},
        **fields,
    }
    if not {"feeds", "sitemaps", "section_pages"} & set(fields):
        source["feeds"] = [f"{site.url}/feed.xml"]
    return source


@pytest.fixture
def make_batch(tmp_path: Path) -> Callable[..., Batch]:
    def make(*sources: dict[str, Any], environment: dict[str, str] | None = None, **fields: Any) -> Batch:
        home = tmp_path / "home"
        settings = load_settings(
            {"DATELINE_HOME": str(home), "DATELINE_CONTACT": "ops@example.org", **(environment or {})}
        )
        folder = settings.runs_dir / "r1" / fields.get("batch_id", "b1")
        folder.mkdir(parents=True, exist_ok=True)
        manifest = {"run_id": "r1", "batch_id": "b1", "kind": RunKind.NEWS, "created_at": NOW, "sources": sources}
        write_record(folder / BATCH_FILE, BatchManifest.model_validate({**manifest, **fields}))
        return Batch(settings, folder)

    return make


@pytest.fixture
def source_of() -> Callable[..., dict[str, Any]]:
    return make_source


@pytest.fixture
def answer() -> type[Answer]:
    return Answer

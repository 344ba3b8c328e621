"""Three small outlets with a feed, a sitemap tree and a paginated section, in two editions: between them they edit."""

from __future__ import annotations

import hashlib
import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import yaml

from tests.recovery.wire import Wire

OUTLETS = ("alpha-post", "beta-times", "gamma-daily")
FIRST_DAY = datetime(2026, 11, 20, 8, 0, tzinfo=timezone.utc)
PAGE_SECONDS = 0.03
"""How long a page takes: a crawl of the whole site lasts about a second, so that a random instant falls into it."""
_PLACES = "Tel Marun,Qasr Dabil,Wadi Hamra,Ain Sabil,Bir Nahal,Deir Komar,Marj Salim,Jisr Adwan,Kafr Lutan,Sahl Birka"
_BODIES = "the harbour office,the district council,the road authority,the water board,a teachers' union,the grain store"
_SENTENCES = (
    "{body} in {place} said on {day} that {n} families had received flour and lamp oil before the roads closed.",
    "Residents of {place} counted {n} trucks on the northern road, fewer than in any week since the harvest ended.",
    "A spokeswoman for {body} said the pump near {place} would run again within {n} days if spare parts arrive.",
    "Drivers who came through {place} described a queue of {n} vehicles and a checkpoint that opened only at noon.",
    "The market of {place} sold bread at {n} pieces an hour, according to figures that {body} made public.",
    "Teachers in {place} reopened {n} classrooms and asked {body} for window glass before the rain sets in.",
    "Engineers found {n} breaks in the line between {place} and the coast, and repaired the larger ones overnight.",
)


@dataclass
class Page:
    title: str
    paragraphs: list[str]
    published_at: datetime
    has_etag: bool = False

    def html(self) -> str:
        text = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{self.title}</title>'
            f'<meta property="article:published_time" content="{self.published_at.isoformat()}"></head><body>'
            f'<nav><a href="/">Home</a></nav><article><h1>{self.title}</h1><p class="byline">By Nadia Tahhan</p>'
            f"{text}</article><footer>Invented for a test.</footer></body></html>"
        )


@dataclass
class Outlet:
    """What one host serves. `pages` are articles by path; `moved` redirect, `gone` answer 410."""

    name: str
    pages: dict[str, Page] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def answer(self, path: str, base: str) -> tuple[int, dict[str, str], bytes]:
        html = {"Content-Type": "text/html; charset=utf-8"}
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private/\n"
        if path in self.moved:
            return 301, {"Location": self.moved[path]}, b""
        if path in self.gone:
            return 410, html, b"<h1>Withdrawn</h1>"
        if path in self.pages:
            page = self.pages[path]
            body = page.html().encode()
            tag = f'"{hash_of(body)}"'
            return 200, {**html, "ETag": tag} if page.has_etag else html, body
        lists = {"/feed.xml": self._feed, "/sitemap.xml": self._sitemap_index, "/news": self._section}
        name, _, query = path.partition("?")
        if name in lists:
            kind, body = lists[name](base, query)
            # Of what it lists, not of the bytes: they hold our port.
            return 200, {"Content-Type": kind, "ETag": f'"{hash_of(" ".join(self.links).encode())}"'}, body
        if name.startswith("/sitemap-"):
            return 200, {"Content-Type": "application/xml"}, self._sitemap(base, name)
        return 404, html, b"<h1>Not found</h1>"

    @property
    def links(self) -> list[str]:
        """All that the outlet lists, its dead ends included."""
        return [*self.pages, *self.moved, *sorted(self.gone), "/private/memo", "/news/missing"]

    def _feed(self, base: str, _: str) -> tuple[str, bytes]:
        items = "".join(
            f"<item><title>{path}</title><link>{base}{path}</link>"
            f"<pubDate>{format_datetime(FIRST_DAY)}</pubDate></item>"
            for path in self.links
        )
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
        return "application/rss+xml", text.encode()

    def _sitemap_index(self, base: str, _: str) -> tuple[str, bytes]:
        parts = "".join(f"<sitemap><loc>{base}/sitemap-{part}.xml</loc></sitemap>" for part in (0, 1))
        xmlns = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return "application/xml", f'<?xml version="1.0"?><sitemapindex xmlns="{xmlns}">{parts}</sitemapindex>'.encode()

    def _sitemap(self, base: str, name: str) -> bytes:
        part = int(name.removeprefix("/sitemap-").removesuffix(".xml"))
        urls = "".join(f"<url><loc>{base}{path}</loc></url>" for path in self.links[part::2])
        xmlns = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0"?><urlset xmlns="{xmlns}">{urls}</urlset>'.encode()

    def _section(self, _: str, query: str) -> tuple[str, bytes]:
        number = int(query.removeprefix("page=") or 1)
        half = -(-len(self.links) // 2)
        shown = self.links[(number - 1) * half : number * half]
        anchors = "".join(f'<li><a href="{path}">{path}</a></li>' for path in shown)
        following = '<a rel="next" href="/news?page=2">Older</a>' if number == 1 else ""
        return "text/html", f"<html><body><ul>{anchors}</ul>{following}</body></html>".encode()


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


def make_page(name: str) -> Page:
    """An article that is the same whenever it is asked for, and like no other."""
    dice = random.Random(name)
    place = dice.choice(_PLACES.split(","))

    def paragraph() -> str:
        sentences = dice.sample(_SENTENCES, 3)
        day = dice.choice(("Monday", "Tuesday", "Thursday"))
        values = {"place": place, "body": dice.choice(_BODIES.split(",")), "day": day}
        return " ".join(sentence.format(**values, n=dice.randint(12, 950)) for sentence in sentences)

    title = f"{place} waits for the road to open, report {dice.randint(100, 9999)}"
    published_at = FIRST_DAY + timedelta(minutes=dice.randint(0, 3000))
    return Page(title, [paragraph() for _ in range(4)], published_at, has_etag=dice.random() < 0.5)


class NewsSite:
    """The outlets on their servers, each behind a wire that can be cut. `publish` sets the edition."""

    def __init__(self) -> None:
        self.outlets: dict[str, Outlet] = {}
        self._servers: list[ThreadingHTTPServer] = []
        self.wires: list[Wire] = []
        for name in OUTLETS:
            server = self._serve(name)
            self._servers.append(server)
            self.wires.append(Wire(server.server_port))
        self.publish(1)

    def publish(self, edition: int) -> None:
        """Show the first or the second edition."""
        for name in OUTLETS:
            outlet = Outlet(name, gone={"/news/withdrawn"})
            for number in range(7):
                outlet.pages[f"/news/story-{number}"] = make_page(f"{name} {number}")
            outlet.moved["/short/3"] = "/news/story-3"
            outlet.moved["/short/new"] = "/news/by-short-link"
            if edition == 2:
                outlet.pages["/news/story-1"].paragraphs[2] = make_page(f"{name} edit").paragraphs[0]
                outlet.pages["/news/story-2"].title += ", corrected"
                outlet.pages["/news/late"] = make_page(f"{name} late")
                outlet.gone.add("/news/story-5")
                del outlet.pages["/news/story-5"]
            self.outlets[name] = outlet
            # Reached by redirect only: no list names it.
            self.hidden = {"/news/by-short-link": make_page(f"{name} hidden")}

    def write_sources(self, directory: Path) -> None:
        """One source a way of discovery."""
        directory.mkdir(parents=True, exist_ok=True)
        places = ({"feeds": "/feed.xml"}, {"sitemaps": "/sitemap.xml"}, {"section_pages": "/news"})
        for name, wire, place in zip(OUTLETS, self.wires, places, strict=True):
            base = f"http://127.0.0.1:{wire.port}"
            ((key, path),) = place.items()
            source = {
                "id": name,
                "name": name.title(),
                "home_page": f"{base}/",
                "country": "XX",
                "languages": ["en"],
                "kind": "news",
                "enabled": True,
                key: [base + path],
                "allow_private_addresses": True,
                "politeness": {"delay_seconds": 0.05, "concurrent_requests": 2},
            }
            (directory / f"{name}.yaml").write_text(yaml.safe_dump(source, sort_keys=False), encoding="utf-8")

    def close(self) -> None:
        for wire in self.wires:
            wire.close()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _serve(self, name: str) -> ThreadingHTTPServer:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # an answer in one piece: else the second packet waits for the acknowledgement of the first

            def do_GET(self) -> None:
                outlet = site.outlets[name]
                base = f"http://{self.headers.get('Host', '')}"
                if self.path in site.hidden:
                    status, headers, body = 200, {"Content-Type": "text/html"}, site.hidden[self.path].html().encode()
                else:
                    status, headers, body = outlet.answer(self.path, base)
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                time.sleep(PAGE_SECONDS)
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(body)
                self.wfile.flush()

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server

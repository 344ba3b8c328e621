"""A web archive on 127.0.0.1: it speaks the CDX server protocol, and serves captures as the Wayback Machine does."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, quote_plus, urlsplit

HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest"]


def digest_of(body: bytes) -> str:
    return base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


@dataclass
class Held:
    """A capture that the archive has."""

    timestamp: str
    url: str
    body: bytes
    status: int = 200
    mimetype: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)
    digest: str | None = None
    is_listed: bool = True
    answer: Callable[[BaseHTTPRequestHandler], None] | None = None
    """What is answered in place of the capture."""

    @property
    def urlkey(self) -> str:
        parts = urlsplit(self.url)
        host = (parts.hostname or "").removeprefix("www.")
        return f"{','.join(reversed(host.split('.')))}){parts.path.lower()}{'?' + parts.query if parts.query else ''}"

    @property
    def row(self) -> list[str]:
        digest = self.digest or digest_of(self.body)
        return [self.urlkey, self.timestamp, self.url, self.mimetype, str(self.status), digest]


class WebArchive:
    def __init__(self) -> None:
        self.held: list[Held] = []
        self.page_rows = 2
        self.refusals: list[tuple[int, dict[str, str], bytes]] = []
        """Answers to the next questions to the index, in place of an index."""
        self.asked: list[str] = []
        self.user_agents: set[str] = set()
        self.as_pywb = False
        archive = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                archive.asked.append(self.path)
                archive.user_agents.add(self.headers.get("User-Agent", ""))
                if self.path.startswith("/cdx/search/cdx"):
                    archive.answer_index(self)
                elif self.path.startswith("/web/"):
                    archive.answer_capture(self)
                else:
                    send(self, 404, {}, b"nothing here")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def hold(self, timestamp: str, url: str, body: bytes, **more: object) -> Held:
        held = Held(timestamp, url, body, **more)  # type: ignore[arg-type]
        self.held.append(held)
        return held

    @property
    def fetched(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/web/")]

    @property
    def queries(self) -> list[dict[str, list[str]]]:
        return [parse_qs(urlsplit(path).query) for path in self.asked if path.startswith("/cdx/")]

    def answer_index(self, request: BaseHTTPRequestHandler) -> None:
        if self.refusals:
            send(request, *self.refusals.pop(0))
            return
        query = parse_qs(urlsplit(request.path).query)
        rows = [row for row in sorted(held.row for held in self.held if held.is_listed) if matches(row, query)]
        key = query.get("resumeKey", [""])[0]
        if key:
            rows = [row for row in rows if (row[0], row[1]) > tuple(key.split(" ")[:2])]
        limit = min(self.page_rows, int(query["limit"][0]))
        page, rest = rows[:limit], rows[limit:]
        if self.as_pywb:
            names = ["urlkey", "timestamp", "url", "mime", "status", "digest"]
            body = "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)
            send(request, 200, {"Content-Type": "text/x-ndjson"}, body.encode())
            return
        fields = query["fl"][0].split(",")
        table: list[list[str]] = (
            [fields, *[[row[HEADER.index(name)] for name in fields] for row in page]] if page else []
        )
        if rest and query.get("showResumeKey") == ["true"]:
            table += [[], [quote_plus(f"{page[-1][0]} {page[-1][1]} ")]]
        send(request, 200, {"Content-Type": "application/json"}, json.dumps(table).encode())

    def answer_capture(self, request: BaseHTTPRequestHandler) -> None:
        stamp, _, url = request.path.removeprefix("/web/").partition("/")
        asked = stamp.removesuffix("id_")
        same = [held for held in self.held if held.url == url]
        if not same:
            send(request, 404, {"Content-Type": "text/html"}, b"<html>The archive has not archived that URL.</html>")
            return
        nearest = min(same, key=lambda held: abs(int(held.timestamp) - int(asked)))
        if nearest.answer is not None:
            nearest.answer(request)
            return
        if nearest.timestamp != asked:
            send(request, 302, {"Location": f"/web/{nearest.timestamp}id_/{nearest.url}"}, b"")
            return
        made = datetime.strptime(nearest.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Memento-Datetime": format_datetime(made, usegmt=True),
            "Link": f'<{nearest.url}>; rel="original", <{self.url}/web/timemap/link/{nearest.url}>; rel="timemap"',
            "X-Archive-Src": "items/invented-0001.warc.gz",
            **{f"X-Archive-Orig-{name}": value for name, value in nearest.headers.items()},
        }
        send(request, nearest.status, headers, nearest.body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def matches(row: list[str], query: dict[str, list[str]]) -> bool:
    _, timestamp, original, mimetype, status, _ = row
    host = urlsplit(original).netloc.removeprefix("www.")
    wanted = query["url"][0]
    is_there = {
        "host": host == wanted.removeprefix("www."),
        "domain": host == wanted or host.endswith("." + wanted),
        "prefix": original.partition("://")[2].startswith(wanted.partition("://")[2] or wanted),
    }[query["matchType"][0]]
    fields = {"statuscode": status, "mimetype": mimetype}
    passes = all(fields[name] == value for name, _, value in (one.partition(":") for one in query.get("filter", [])))
    after = timestamp >= query.get("from", ["0"])[0]
    before = timestamp[: len(query.get("to", ["9"])[0])] <= query.get("to", ["9"])[0]
    return is_there and passes and after and before


def send(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


__all__ = ["Held", "WebArchive", "digest_of", "send"]

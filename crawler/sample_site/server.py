"""A small HTTP/1.1 server for one outlet: keep-alive, gzip, conditional GET, HEAD."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import socket
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.errors import ConfigError
from crawler.sample_site.outlets.base import Page

log = logging.getLogger("crawler.sample_site")

Respond = Callable[[str, bool], Page]
SetEdition = Callable[[int], None]
Note = Callable[[str, str, int, str], None]


class OutletServer(ThreadingHTTPServer):
    """Serves what `respond(target, is_get)` returns; `note` is told of every request."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], respond: Respond, set_edition: SetEdition, note: Note) -> None:
        self.respond = respond
        self.set_edition = set_edition
        self.note = note
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, OutletHandler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that hangs up is no news; anything else is a fault of ours and wants its traceback.
        level = logging.DEBUG if _is_disconnect() else logging.ERROR
        log.log(level, "request from %s failed", client_address, exc_info=level == logging.ERROR)

    def close(self) -> None:
        """Stop serving and drop kept-alive connections, so that no client talks to a site that has stopped."""
        self.shutdown()
        self.server_close()
        with self._open_lock:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("connection was closed already")


class OutletHandler(BaseHTTPRequestHandler):
    server: OutletServer
    protocol_version = "HTTP/1.1"
    server_version = "SampleSite/1"
    sys_version = ""
    timeout = 60
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_POST(self) -> None:
        if self.path == "/_control/edition":
            self._control()
        else:
            self._refuse()

    def _refuse(self) -> None:
        # The body of a refused request is not read, so the connection cannot be used again.
        self.close_connection = True
        headers = {"Allow": "GET, HEAD", "Connection": "close"}
        self._send(Page(405, "text/plain; charset=utf-8", b"Method not allowed\n", headers=headers), with_body=True)

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = _refuse

    def _answer(self, with_body: bool) -> None:
        self._send(self.server.respond(self.path, with_body), with_body)

    def _control(self) -> None:
        """Set the edition. Only this machine may do so."""
        if not self.client_address[0].startswith("127."):
            self._send(Page(403, "text/plain; charset=utf-8", b"Only from this machine\n"), with_body=True)
            return
        try:
            length = int(self.headers.get("Content-Length", "0"))
            asked = json.loads(self.rfile.read(max(0, min(length, 1000))))
            self.server.set_edition(int(asked["edition"]))
        except (ValueError, KeyError, TypeError, ConfigError) as error:
            body = json.dumps({"error": f'send {{"edition": 1}}, 2 or 3: {error}'}).encode()
            self.close_connection = True
            self._send(Page(400, "application/json", body), with_body=True)
            return
        body = json.dumps({"edition": int(asked["edition"])}).encode()
        self._send(Page(200, "application/json", body), with_body=True)

    def _send(self, page: Page, with_body: bool) -> None:
        body, status = page.body, page.status
        headers = dict(page.headers)
        headers["Content-Type"] = page.content_type
        if status == HTTPStatus.OK:
            etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
            headers["ETag"] = etag
            headers["Cache-Control"] = "max-age=0, must-revalidate"
            headers["Vary"] = "Accept-Encoding"
            if page.last_modified is not None:
                headers["Last-Modified"] = format_datetime(page.last_modified, usegmt=True)
            if self._is_unchanged(etag, page.last_modified):
                status, body = HTTPStatus.NOT_MODIFIED, b""
                del headers["Content-Type"]
        if body and _is_text(page.content_type) and "gzip" in self.headers.get("Accept-Encoding", ""):
            # mtime=0: the same page is the same bytes at every fetch.
            body = gzip.compress(body, compresslevel=5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self.server.note(self.command, self.path, int(status), self.headers.get("User-Agent", ""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _is_unchanged(self, etag: str, last_modified: datetime | None) -> bool:
        known = self.headers.get("If-None-Match")
        if known is not None:
            tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
            return etag.removeprefix("W/") in tags or "*" in tags
        since = self.headers.get("If-Modified-Since")
        if since is None or last_modified is None:
            return False
        try:
            parsed = parsedate_to_datetime(since)
        except ValueError:
            return False
        return last_modified <= (parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed)

    def log_message(self, format: str, *args: Any) -> None:
        log.debug("%s %s", self.client_address[0], format % args)


def _is_disconnect() -> bool:
    return isinstance(sys.exc_info()[1], ConnectionError | TimeoutError)


def _is_text(content_type: str) -> bool:
    kind = content_type.split(";")[0]
    return kind.startswith("text/") or kind.endswith(("xml", "json"))

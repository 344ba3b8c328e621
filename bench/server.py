"""A fast local server of generated (or saved) news pages on several ports, in a process of its own.

`python -m bench.server HOSTS PAGES ENCODING [saved]` prints its ports as a JSON list, serves until its input
ends, and answers a line on its input with the seconds and pages since the line before: from the first page asked to
the last one sent.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sys
from time import perf_counter
from typing import Any

from bench.saved_pages import read_pages

BODIES = 150
SMALLEST, LARGEST = 60_000, 120_000
_WORDS = (
    "the of and to in a on for with from said officials road water harbour council families report market bridge "
    "district residents supplies convoy grain school hospital clinic village river morning evening Tuesday workers "
    "agreement ministry statement according repaired closed opened delivered percent kilometres hundreds winter rain"
)
_TAGS = ('<div class="card card--{n} grid__item"><a href="/section/{n}">{t}</a></div>', "<p>{t}</p>", "<li>{t}</li>")


def make_body(number: int) -> bytes:
    """HTML of 60 to 120 KB that compresses about as well as a news page does."""
    dice = random.Random(number)
    words = _WORDS.split()
    wanted = dice.randint(SMALLEST, LARGEST)
    parts = [f"<!doctype html><html><head><meta charset='utf-8'><title>Page {number}</title></head><body>"]
    size = len(parts[0])
    while size < wanted:
        text = " ".join(dice.choices(words, k=dice.randint(6, 60))) + f" {dice.randint(1, 10**6)}"
        parts.append(dice.choice(_TAGS).format(n=dice.randint(1, 999), t=text))
        size += len(parts[-1])
    return ("\n".join(parts) + "</body></html>").encode()


class Counter:
    """Pages, and the time between the first one asked and the last one sent."""

    def __init__(self) -> None:
        self.pages = 0
        self.first = self.last = 0.0

    def take(self) -> dict[str, float]:
        taken = {"pages": self.pages, "seconds": self.last - self.first}
        self.__init__()  # type: ignore[misc]
        return taken


class Server(asyncio.Protocol):
    """Just enough HTTP/1.1 for a client that sends one GET at a time."""

    def __init__(self, responses: list[bytes], pages_a_host: int, counter: Counter) -> None:
        self._responses = responses
        self._pages = pages_a_host
        self._counter = counter
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._port = transport.get_extra_info("sockname")[1]

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while b"\r\n\r\n" in self._pending:
            request, _, self._pending = self._pending.partition(b"\r\n\r\n")
            self._answer(request.split(b" ", 2)[1])

    def _answer(self, path: bytes) -> None:
        if path.startswith(b"/page/"):
            counter = self._counter
            counter.first = counter.first or perf_counter()
            self._transport.write(self._responses[int(path[6:]) % len(self._responses)])
            counter.pages += 1
            counter.last = perf_counter()
        elif path == b"/sitemap.xml":
            base = f"http://127.0.0.1:{self._port}/page"
            urls = "".join(f"<url><loc>{base}/{number}</loc></url>" for number in range(self._pages))
            text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
            self._transport.write(_response(text.encode(), "200 OK", "application/xml"))
        else:
            self._transport.write(_response(b"", "404 Not Found", "text/plain"))


def describe_source(port: int, pages: int, concurrency: int) -> dict[str, Any]:
    """A source file's content for what is served on a port, without a delay between requests."""
    return {
        "id": f"host-{port}",
        "name": f"Host {port}",
        "home_page": f"http://127.0.0.1:{port}/",
        "country": "XX",
        "languages": ["en"],
        "kind": "news",
        "enabled": True,
        "sitemaps": [f"http://127.0.0.1:{port}/sitemap.xml"],
        "allow_private_addresses": True,
        "politeness": {"delay_seconds": 0, "concurrent_requests": concurrency},
        "limits": {"max_pages": pages},
    }


def _response(body: bytes, status: str, kind: str, encoding: str = "") -> bytes:
    coding = f"Content-Encoding: {encoding}\r\n" if encoding else ""
    head = f"HTTP/1.1 {status}\r\nServer: bench\r\nContent-Type: {kind}\r\n{coding}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(hosts: int, pages: int, encoding: str, *, is_saved: bool = False) -> None:
    bodies = [make_body(number) for number in range(BODIES)]
    if is_saved:
        bodies = list(read_pages(("articles", "metadata", "dates"), pages))
    if encoding == "gzip":
        bodies = [gzip.compress(body, 6) for body in bodies]
    coding = encoding if encoding == "gzip" else ""
    responses = [_response(body, "200 OK", "text/html; charset=utf-8", coding) for body in bodies]
    counter = Counter()
    loop = asyncio.get_running_loop()
    count = pages // hosts
    servers = []
    for number in range(hosts):
        own = responses[number * count : (number + 1) * count] if is_saved else responses

        def accept(own: list[bytes] = own) -> Server:
            return Server(own, count, counter)

        servers.append(await loop.create_server(accept, "127.0.0.1", 0))
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(counter.take()), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], is_saved="saved" in sys.argv[4:]))

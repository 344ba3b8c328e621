"""Hosts that break the rules: raw TCP on 127.0.0.1, each host a port of its own, all in one thread."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

_MOST_HEAD_BYTES = 20_000


def http(
    body: bytes | str = b"",
    status: str = "200 OK",
    *,
    kind: str | None = "text/html; charset=utf-8",
    headers: Iterable[str] = (),
    length: int | str | None = None,
    keeps: bool = False,
) -> bytes:
    """A whole HTTP/1.1 answer. `length` lies about the body's; `keeps` leaves the connection open."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [] if keeps else ["Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@dataclass
class Ask:
    """One request, and the connection to answer on."""

    path: str
    headers: dict[str, str]
    number: int
    """How often this path has been asked for, with this time."""
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data: bytes, pause_seconds: float) -> None:
        for start in range(len(data)):
            await self.send(data[start : start + 1])
            await asyncio.sleep(pause_seconds)

    async def pour(self, piece: bytes) -> None:
        """The same piece for as long as somebody takes it."""
        while True:
            await self.send(piece)

    async def hang(self) -> None:
        await asyncio.sleep(3600)

    def reset(self) -> None:
        """End the connection with a RST."""
        transport = self.writer.transport
        transport.abort()


Route = bytes | Callable[[Ask], Awaitable[None]]


@dataclass
class Host:
    """One port. Paths without a route are answered with 404."""

    name: str
    tls: ssl.SSLContext | None = None
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[tuple[float, str]] = field(default_factory=list)
    """When (monotonic) and for what."""
    port: int = 0
    on_connection: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] | None = None
    """Takes the place of HTTP."""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.address}"

    def paths(self) -> list[str]:
        return [path for _, path in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = (OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError)
        with contextlib.suppress(*ends):
            if self.on_connection is not None:
                await self.on_connection(reader, writer)
            else:
                while await self._answer(reader, writer):
                    pass
        with contextlib.suppress(Exception):
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        path = first.split(" ")[1]
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)}
        self.asked.append((time.monotonic(), path))
        number = Counter(self.paths())[path]
        route = self.routes.get(path) or self.routes.get("*") or http("nothing here", "404 Not Found")
        if path == "/robots.txt" and path not in self.routes:
            route = http("", "404 Not Found")
        if isinstance(route, bytes):
            writer.write(route)
            await writer.drain()
            return b"connection: close" not in route.lower()
        await route(Ask(path, headers, number, writer))
        return False


class HostileNet:
    """All hosts, served by one thread."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def add(self, name: str, tls: ssl.SSLContext | None = None) -> Host:
        host = self.hosts[name] = Host(name, tls)
        started = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(host.serve, "127.0.0.1", 0, ssl=tls, limit=_MOST_HEAD_BYTES), self._loop
        )
        server = started.result(10)
        self._servers.append(server)
        host.port = server.sockets[0].getsockname()[1]
        return host

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

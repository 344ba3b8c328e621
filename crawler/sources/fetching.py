"""A small, careful HTTP client for looking at sites: `dateline sources add` and `check`. The crawl has its own.

Every request is bounded in size and in time as a whole, follows redirects itself, honours robots.txt, and goes to
public addresses only: the address that was looked at is the address that is connected to.
"""

from __future__ import annotations

import math
import socket
import ssl
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from protego import Protego

from crawler.addresses import is_public_address
from crawler.config import ROBOT_NAME
from crawler.errors import SiteError
from crawler.reasons import Reason
from crawler.urls import host_of

_MAX_REDIRECTS = 8
_MAX_ROBOTS_BYTES = 512_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True)
class FetchLimits:
    """Bounds of one request; the time is for all of it, from the name look-up to the last byte."""

    seconds: float = 30.0
    connect_seconds: float = 10.0
    max_bytes: int = 8_000_000


@dataclass(frozen=True)
class Fetched:
    """What came of a request. `reason` is None where a body with status 2xx came, `detail` says more in words."""

    url: str
    final_url: str
    status: int | None = None
    reason: Reason | None = None
    detail: str = ""
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    body: bytes = b""
    redirects: tuple[tuple[int, str], ...] = ()
    """Status and target of each redirect, in order."""

    @property
    def is_ok(self) -> bool:
        return self.reason is None

    @property
    def content_type(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def has_moved_for_good(self) -> bool:
        return bool(self.redirects) and all(status in _PERMANENT for status, _ in self.redirects)


class _RefusedError(Exception):
    """A request that ends without a usable response. Never leaves this module."""

    def __init__(self, reason: Reason, detail: str, status: int | None = None) -> None:
        super().__init__(detail)
        self.reason, self.detail, self.status = reason, detail, status


class Fetcher:
    """Fetches pages, one request a host at a time. Safe to share between threads."""

    def __init__(
        self,
        user_agent: str,
        *,
        allow_private: bool = False,
        verify_tls: bool = True,
        delay_seconds: float = 1.0,
        limits: FetchLimits | None = None,
        gates: HostGates | None = None,
    ) -> None:
        self.limits = limits or FetchLimits()
        self._allow_private = allow_private
        self._verify_tls = verify_tls
        self._delay_seconds = delay_seconds
        self._gates = gates or HostGates()
        self._headers = {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        self._robots: dict[str, Protego | None] = {}

    def fetch(self, url: str) -> Fetched:
        """Fetch a page, feed or sitemap. Never raises for what a server does."""
        return self._follow(url, self.limits.max_bytes, heed_robots=True)

    def robots(self, url: str) -> Protego | None:
        """The robots.txt of a URL's host; None where its server failed, which stands for "nothing is allowed"."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            answer = self._follow(f"{root}/robots.txt", _MAX_ROBOTS_BYTES, heed_robots=False)
            # RFC 9309, 2.3.1: "unavailable" (4xx) allows all, "unreachable" (5xx) allows nothing. Where there is no
            # connection at all, the request that we came for fails the same way and says so better.
            # 429 is a 4xx that comes from the server's load and says nothing of the rules: the crawl heeds it too.
            if answer.reason in (Reason.SERVER_ERROR, Reason.RATE_LIMITED):
                self._robots[root] = None
            else:
                self._robots[root] = Protego.parse(answer.body.decode("utf-8", "replace") if answer.is_ok else "")
        return self._robots[root]

    def _follow(self, url: str, max_bytes: int, heed_robots: bool) -> Fetched:
        current, redirects, seen = url, list[tuple[int, str]](), {url}
        try:
            while True:
                if heed_robots:
                    self._heed_robots(current)
                status, headers, body = self._request(current, max_bytes)
                target = headers.get("location")
                if status not in _REDIRECTS or not target:
                    reason, detail = _judge(status, headers, current)
                    return Fetched(url, current, status, reason, detail, headers, body, tuple(redirects))
                current = _redirect_target(current, target, status)
                redirects.append((status, current))
                _stop_at_loop(current, seen, status)
                seen.add(current)
        except _RefusedError as refused:
            return Fetched(url, current, refused.status, refused.reason, refused.detail, redirects=tuple(redirects))

    def _heed_robots(self, url: str) -> None:
        robots = self.robots(url)
        if robots is None:
            why = "its server fails, or asks for fewer requests"
            raise _RefusedError(Reason.ROBOTS, f"the robots.txt of {host_of(url)} cannot be had: {why}")
        if not robots.can_fetch(url, ROBOT_NAME):
            raise _RefusedError(
                Reason.ROBOTS, f"the robots.txt of {host_of(url)} disallows {urlsplit(url).path or '/'}"
            )

    def _request(self, url: str, max_bytes: int) -> tuple[int, httpx.Headers, bytes]:
        host = host_of(url)
        with self._gates.enter(host, 0.0 if self._allow_private else self._delay_seconds):
            deadline = time.monotonic() + self.limits.seconds
            try:
                return self._request_once(url, max_bytes, deadline)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
                raise _describe_failure(error, host, self.limits.seconds) from error

    def _request_once(self, url: str, max_bytes: int, deadline: float) -> tuple[int, httpx.Headers, bytes]:
        transport = _Transport(self._verify_tls, _GuardedBackend(deadline, self._allow_private))
        timeout = httpx.Timeout(self.limits.seconds, connect=self.limits.connect_seconds)
        with (
            httpx.Client(transport=transport, timeout=timeout, headers=self._headers) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code in _REDIRECTS:
                return response.status_code, response.headers, b""
            body = _read_body(response, max_bytes)
            return response.status_code, response.headers, body


@contextmanager
def open_stream(
    url: str, user_agent: str, *, allow_private: bool = False, headers: Mapping[str, str] | None = None
) -> Iterator[httpx.Response]:
    """A response of any size whose body is read by the caller, with redirects followed. For one file that was named.

    Each step is bounded in time, the whole is not. Raises SiteError where no response comes; reading the body raises
    httpx's errors.
    """
    transport = _Transport(True, _GuardedBackend(math.inf, allow_private))
    sent = {"User-Agent": user_agent, "Accept": "*/*", **(headers or {})}
    with httpx.Client(transport=transport, timeout=httpx.Timeout(60.0, connect=10.0), headers=sent) as client:
        current, seen = url, {url}
        while True:
            try:
                response = client.send(client.build_request("GET", current), stream=True)
                target = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not target:
                    break
                response.close()
                current = _redirect_target(current, target, response.status_code)
                _stop_at_loop(current, seen, response.status_code)
                seen.add(current)
            except _RefusedError as refused:
                raise SiteError(f"{url}: {refused.detail}") from refused
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
                raise SiteError(f"{url}: {_describe_failure(error, host_of(current), 60.0).detail}") from error
        try:
            yield response
        finally:
            response.close()


class HostGates:
    """Lets one request through to a host at a time, and a pause between two."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._free_at: dict[str, float] = {}

    def enter(self, host: str, delay_seconds: float) -> _Gate:
        with self._guard:
            lock = self._locks[host]
        return _Gate(lock, self._free_at, host, delay_seconds)


class _Gate:
    def __init__(self, lock: threading.Lock, free_at: dict[str, float], host: str, delay_seconds: float) -> None:
        self._lock, self._free_at, self._host, self._delay_seconds = lock, free_at, host, delay_seconds

    def __enter__(self) -> None:
        self._lock.acquire()
        time.sleep(max(0.0, self._free_at.get(self._host, 0.0) - time.monotonic()))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        was_asked = not (isinstance(error, _RefusedError) and error.reason in (Reason.DNS, Reason.PRIVATE_ADDRESS))
        if was_asked:
            self._free_at[self._host] = time.monotonic() + self._delay_seconds
        self._lock.release()


class _Transport(httpx.HTTPTransport):
    """HTTPTransport over a network backend of ours, which httpx has no parameter for."""

    def __init__(self, verify_tls: bool, backend: httpcore.NetworkBackend) -> None:
        super().__init__(verify=_tls_context(verify_tls))
        self._pool = httpcore.ConnectionPool(ssl_context=_tls_context(verify_tls), network_backend=backend)


@cache
def _tls_context(verify_tls: bool) -> ssl.SSLContext:
    return httpx.create_ssl_context(verify=verify_tls)


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to looked-up addresses only if they may be asked, and holds every step to one deadline."""

    def __init__(self, deadline: float, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise _RefusedError(Reason.DNS, f"no host {host} is found: check the spelling") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._allow_private:
            for address in addresses:
                if not is_public_address(address):
                    where = address if host == address else f"{host} ({address})"
                    raise _RefusedError(Reason.PRIVATE_ADDRESS, f"{where} is not an address of the public internet")
        last_error: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(address, port, self._left(timeout), local_address, socket_options)
                return _DeadlineStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last_error = error
        raise last_error

    def _left(self, timeout: float | None) -> float:
        return _left(self._deadline, timeout)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection on which no step may wait beyond the deadline, however many bytes drip in before it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("deadline")
    return left if timeout is None else min(left, timeout)


def _read_body(response: httpx.Response, max_bytes: int) -> bytes:
    """The body, decompressed and bounded: a small answer may not unpack into a large one."""
    encoding = str(response.headers.get("content-encoding", "identity")).strip().lower()
    if encoding in ("gzip", "x-gzip", "deflate"):
        unpack: _Unpacker | None = _Unpacker()
    elif encoding in ("identity", ""):
        unpack = None
    else:
        raise _RefusedError(Reason.BAD_RESPONSE, f"answers in the encoding {encoding!r}, which was not asked for")
    body = bytearray()
    for chunk in response.iter_raw():
        body += unpack(chunk, max_bytes - len(body) + 1) if unpack else chunk
        if len(body) > max_bytes:
            raise _RefusedError(Reason.TOO_LARGE, f"is larger than {max_bytes / 1_000_000:g} MB", response.status_code)
    return bytes(body)


class _Unpacker:
    """gzip, zlib, or the headless deflate that some servers send under the same name."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=47)
        self._started = False

    def __call__(self, chunk: bytes, max_bytes: int) -> bytes:
        try:
            unpacked = self._zlib.decompress(chunk, max_bytes)
        except zlib.error as error:
            if self._started:
                raise _RefusedError(Reason.BAD_RESPONSE, "is not compressed as its header says") from error
            self._zlib = zlib.decompressobj(wbits=-15)
            try:
                unpacked = self._zlib.decompress(chunk, max_bytes)
            except zlib.error:
                raise _RefusedError(Reason.BAD_RESPONSE, "is not compressed as its header says") from error
        self._started = True
        return unpacked


def _stop_at_loop(target: str, seen: set[str], status: int) -> None:
    if target in seen:
        raise _RefusedError(Reason.REDIRECT_LOOP, f"redirects in a circle, back to {target}", status)
    if len(seen) > _MAX_REDIRECTS:
        raise _RefusedError(Reason.REDIRECT_LOOP, f"redirects more than {_MAX_REDIRECTS} times", status)


def _redirect_target(url: str, location: str, status: int) -> str:
    try:
        target = urljoin(url, location.strip())
        usable = urlsplit(target).scheme in ("http", "https") and bool(host_of(target))
    except ValueError:
        target, usable = location, False
    if not usable:
        raise _RefusedError(Reason.BAD_REDIRECT, f"redirects to {target[:200]!r}, which is no web address", status)
    return target.partition("#")[0]


def _judge(status: int, headers: httpx.Headers, url: str) -> tuple[Reason | None, str]:
    if 200 <= status < 300:
        return None, ""
    if "cf-mitigated" in headers:
        return Reason.FORBIDDEN, f"{host_of(url)} answers {status} with a bot challenge: ask the site for access"
    if status in (404, 410):
        return (Reason.GONE if status == 410 else Reason.NOT_FOUND), f"is not there ({status})"
    if status in (401, 403, 407, 451):
        return Reason.FORBIDDEN, f"{host_of(url)} does not let us in ({status}): ask the site for access"
    if status == 429:
        return Reason.RATE_LIMITED, f"{host_of(url)} asks for fewer requests (429): try later, with a longer delay"
    if status >= 500:
        return Reason.SERVER_ERROR, f"the server fails ({status}): try later"
    return Reason.CLIENT_ERROR, f"answers {status}, which is no page"


def _describe_failure(error: Exception, host: str, seconds: float) -> _RefusedError:
    """In plain words, what kept a response from coming."""
    tls_error = next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)
    if isinstance(tls_error, ssl.SSLCertVerificationError):
        return _RefusedError(Reason.TLS, f"the certificate of {host} cannot be trusted: {tls_error.verify_message}")
    if tls_error is not None:
        return _RefusedError(Reason.TLS, f"no secure connection with {host}: {tls_error.reason or tls_error}")
    if isinstance(error, httpx.TimeoutException):
        return _RefusedError(Reason.TIMEOUT, f"{host} did not answer in full within {seconds:g} s")
    if isinstance(error, httpx.ConnectError):
        return _RefusedError(Reason.CONNECTION, f"{host} does not accept a connection")
    if isinstance(error, httpx.NetworkError):
        return _RefusedError(Reason.CONNECTION, f"{host} broke the connection off")
    return _RefusedError(Reason.BAD_RESPONSE, f"{host} breaks the rules of HTTP: {str(error)[:100]}")


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

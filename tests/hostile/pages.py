"""Hostile pages: each is listed by an ordinary feed, as `/page`."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.hostile.server import Ask, Host, http
from tests.hostile.table import article, behaviour, feed, of_host, page

_MB = 1_000_000
HASTY = {"limits": {"response_seconds": 2}}
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def _start(rest: bytes) -> Any:
    async def answer(ask: Ask) -> None:
        await ask.send(rest)

    return answer


# Slow, silent and broken connections


async def _drip_head(ask: Ask) -> None:
    await ask.drip(_HEAD * 1000, 0.2)


async def _drip_body(ask: Ask) -> None:
    await ask.send(http("", length=1_000_000))
    await ask.drip(b"x" * 1_000_000, 0.2)


async def _never(ask: Ask) -> None:
    await ask.hang()


async def _reset_at_once(ask: Ask) -> None:
    ask.reset()


async def _close_at_once(ask: Ask) -> None:
    ask.writer.close()


async def _reset_in_body(ask: Ask) -> None:
    await ask.send(http("<p>half", length=5000))
    await asyncio.sleep(0.1)
    ask.reset()


page("drip_head", "sends its headers a byte at a time", _drip_head, "failed:timeout", source=HASTY)
page("drip_body", "sends its body a byte at a time", _drip_body, "failed:timeout", source=HASTY)
page("never_answers", "takes the request and says nothing", _never, "failed:timeout", source=HASTY)
page("reset_before_head", "resets the connection before the headers", _reset_at_once, "failed:connection")
page("close_before_head", "closes the connection without a word", _close_at_once, "failed:connection")
page("reset_in_body", "resets the connection in mid-body", _reset_in_body, "failed:connection")
page("length_too_long", "promises more bytes than it sends", http("<p>short", length=9999), "failed:connection")
page(
    "length_too_short",
    "promises fewer bytes than it sends: the rest is not the page",
    http(article("length_too_short") + "<p>smuggled</p>", length=len(article("length_too_short"))),
    "stored:new",
)
page("length_negative", "Content-Length: -5", http("<p>x", length=-5), "failed:bad_response")
page("length_garbage", "Content-Length: many", http("<p>x", length="many"), "failed:bad_response")
page(
    "length_twice",
    "two Content-Lengths that differ",
    http("<p>x", headers=["Content-Length: 99"]),
    "failed:bad_response",
)
page("length_huge", "Content-Length of a petabyte", http("<p>x", length=10**15), "failed:too_large")
page(
    "chunk_broken",
    "a chunk size that is none",
    _start(_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
    "failed:bad_response",
)
page(
    "chunk_endless",
    "chunks without a last one",
    _start(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<p>ab\r\n"),
    "failed:connection",
)
page(
    "chunk_line_huge",
    "a chunk size of a million digits",
    _start(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * _MB),
    "failed:bad_response",
)
page(
    "transfer_unknown",
    "Transfer-Encoding: sloth",
    _start(_HEAD + b"Transfer-Encoding: sloth\r\n\r\n<p>x"),
    "failed:bad_response",
)
page(
    "no_length",
    "neither length nor chunks: the end of the connection ends it",
    _start(_HEAD + b"Connection: close\r\n\r\n" + article("no_length").encode()),
    "stored:new",
)


# Heads

page(
    "header_line_huge",
    "one header line of a megabyte",
    http("<p>x", headers=["X-A: " + "a" * _MB]),
    "failed:connection",
)
page(
    "header_lines_10000",
    "10,000 header lines",
    http("<p>x", headers=[f"X-{n}: {'a' * 40}" for n in range(10_000)]),
    "failed:bad_response",
)


async def _endless_head(ask: Ask) -> None:
    await ask.send(_HEAD)
    await ask.pour(b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 500)


async def _interim_flood(ask: Ask) -> None:
    await ask.pour(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)


page("header_endless", "header lines without end", _endless_head, "failed:bad_response")
page("interim_flood", "100 Continue without end", _interim_flood, "failed:bad_response")
page(
    "early_hints",
    "103 Early Hints, then the page",
    _start(b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n" + http(article("early_hints"))),
    "stored:new",
)
page(
    "header_nul",
    "NUL and other control characters in headers",
    http(
        article("header_nul"),
        kind="text/html\0; charset=utf-8\x01",
        headers=['ETag: "a\0b"', "X-A: b\0c", "Last-Modified: \0"],
    ),
    "stored:new",
)
page(
    "header_injection",
    "a bare CR that would forge a header",
    http(article("header_injection"), headers=["X-A: b\rSet-Cookie: a=1", "X-B: c\r X-D: e"]),
    "stored:new",
)
page(
    "header_no_colon",
    "header lines that are none",
    http(article("header_no_colon"), headers=["This is no header", "=?x"]),
    "stored:new",
)
page(
    "cookie_flood",
    "2,000 cookies",
    http(article("cookie_flood"), headers=[f"Set-Cookie: c{n}=1; Path=/" for n in range(2000)]),
    "stored:new",
)
page(
    "http_09",
    "HTTP/0.9: a body and nothing else",
    _start(b"<html>\r\n<p>What headers?</p>\r\n\r\n</html>"),
    "failed:bad_response",
)
page(
    "http_2",
    "HTTP/2 frames that nobody negotiated",
    _start(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 30),
    "failed:connection",
)
page("status_garbage", "a status line that is none", _start(b"HTTP/1.1 OK fine\r\n\r\n"), "failed:bad_response")
page("status_999", "status 999", http("<p>x", "999 Request denied"), "failed:bad_response")
page("status_0", "status 0", http("<p>x", "0 None"), "failed:bad_response")
page("status_negative", "status -200", http("<p>x", "-200 OK"), "failed:bad_response")


# Statuses

page(
    "status_204", "204, with a body against the rule", http(article("status_204"), "204 No Content"), "rejected:no_text"
)
page("status_205", "205, which asks to clear the form", http("", "205 Reset Content"), "rejected:no_text")
page("empty_200", "200 and nothing", http(""), "rejected:no_text")
page(
    "partial_206",
    "206, a part that nobody asked for",
    http(article("partial_206"), "206 Partial Content", headers=["Content-Range: bytes 0-99/5000"]),
    "failed:bad_response",
)
page("unasked_304", "304 to a first request", http("", "304 Not Modified"), "failed:bad_response")
page("status_400", "400", http("", "400 Bad Request"), "failed:client_error")
page("status_410", "410", http("gone", "410 Gone"), "failed:gone")
page("status_451", "451", http("no", "451 Unavailable For Legal Reasons"), "blocked:forbidden")
page("status_505", "505", http("", "505 HTTP Version Not Supported"), "failed:server_error")


async def _flapping(ask: Ask) -> None:
    await ask.send(http("", "500 Oops") if ask.number == 1 else http(article("flapping")))


page("flapping", "500, then 200", _flapping, "stored:new")


# Limits on the pace


def _retry(status: str, *headers: str) -> bytes:
    return http("", status, headers=headers)


async def _busy_seconds(ask: Ask) -> None:
    await ask.send(_retry("429 Slow down", "Retry-After: 1") if ask.number == 1 else http(article("busy_seconds")))


async def _busy_date(ask: Ask) -> None:
    past = "Retry-After: Sun, 22 Nov 2026 10:00:00 GMT"
    await ask.send(_retry("429 Slow down", past) if ask.number == 1 else http(article("busy_date")))


async def _closed_once(ask: Ask) -> None:
    await ask.send(_retry("503 Later", "Retry-After: 1") if ask.number == 1 else http(article("closed_once")))


page("busy_seconds", "429 with Retry-After in seconds, then the page", _busy_seconds, "stored:new")
page("busy_date", "429 with a Retry-After that has passed, then the page", _busy_date, "stored:new")
page("closed_once", "503 with Retry-After, then the page", _closed_once, "stored:new")
page(
    "busy_absurd",
    "429 with Retry-After of 30 years",
    _retry("429 Slow down", "Retry-After: 999999999"),
    "blocked:rate_limited",
)
page(
    "busy_huge",
    "429 with a Retry-After of 300 digits",
    _retry("429 Slow down", "Retry-After: " + "9" * 300),
    "blocked:rate_limited",
)
page(
    "busy_digits",
    "429 with a Retry-After of 5,000 digits",
    _retry("429 Slow down", "Retry-After: " + "9" * 5000),
    "blocked:rate_limited",
)
page("busy_always", "429 without Retry-After, always", _retry("429 Slow down"), "blocked:rate_limited")
page("closed_always", "503, always", _retry("503 Later"), "failed:server_error")


# Redirects


def _to(target: str, status: str = "302 Found") -> bytes:
    return http("", status, headers=[f"Location: {target}"])


@behaviour("redirect_chain", "a chain of 50 redirects", page="failed:redirect_loop")
def _chain(host: Host) -> None:
    host.routes["/list"] = feed(host, "/page")
    host.routes["/page"] = _to("/hop1")
    host.routes |= {f"/hop{n}": _to(f"/hop{n + 1}") for n in range(1, 50)}


@behaviour("redirect_circle", "two pages that redirect to each other", page="failed:redirect_loop")
def _circle(host: Host) -> None:
    host.routes["/list"] = feed(host, "/page")
    host.routes |= {"/page": _to("/other"), "/other": _to("/page")}


async def _cookie_wall(ask: Ask) -> None:
    await ask.send(
        http(article("x"))
        if "cookie" in ask.headers
        else http("", "302 Found", headers=["Location: /page", "Set-Cookie: seen=1"])
    )


page("cookie_wall", "redirects to itself until a cookie is sent", _cookie_wall, "failed:redirect_loop")
page("redirect_nowhere", "301 without Location", http("", "301 Moved"), "failed:bad_redirect")
page("redirect_empty", "301 with an empty Location", _to(""), "failed:bad_redirect")
_ELSEWHERE = {
    "file": ("file:///etc/passwd", "failed:bad_redirect"),
    "data": ("data:text/html,<p>hello", "failed:bad_redirect"),
    "javascript": ("javascript:alert(1)", "failed:bad_redirect"),
    "ftp": ("ftp://127.0.0.1/x", "failed:bad_redirect"),
    "gopher": ("gopher://127.0.0.1:70/x", "failed:bad_redirect"),
    "metadata": ("http://169.254.169.254/latest/meta-data/", "blocked:off_host"),
    "ipv6": ("http://[::1]:80/", "blocked:off_host"),
    "ipv4_in_ipv6": ("http://[::ffff:127.0.0.1]/", "blocked:off_host"),
    "decimal": ("http://2130706433/", "blocked:off_host"),
    "localhost": ("http://localhost:1/", "blocked:off_host"),
    "bad_port": ("http://127.0.0.1:99999/", "failed:bad_redirect"),
    "bad_host": ("http://[half/", "failed:bad_redirect"),
    "long": ("/" + "x" * 5000, "failed:bad_redirect"),
    "control": ('/\x01\x02<>"{}|', "failed:not_found"),
}
for _name, (_target, _end) in _ELSEWHERE.items():
    page(f"redirect_{_name}", f"redirects to {_target[:40]!r}", _to(_target), _end)
page(
    "redirect_credentials",
    "redirects to itself with credentials",
    of_host(lambda host: _to(f"http://user:secret@{host.address}/x")),
    "failed:bad_redirect",
)
page(
    "redirect_port",
    "redirects to another port",
    of_host(lambda host: _to(f"http://127.0.0.1:{host.port + 1}/")),
    "blocked:off_host",
)


@behaviour("redirect_mixed_case", "redirects to HTTP:// in capitals", page="stored:new")
def _mixed_case(host: Host) -> None:
    host.routes["/list"] = feed(host, "/page")
    host.routes |= {"/page": _to(f"HTTP://{host.address}/other"), "/other": http(article("redirect_mixed_case"))}


@behaviour("meta_refresh", "a meta refresh to a file, which nobody follows", page="rejected:no_text")
def _meta_refresh(host: Host) -> None:
    host.routes["/list"] = feed(host, "/page")
    host.routes["/page"] = http(
        "<html><head><meta http-equiv=refresh content='0;url=file:///etc/passwd'></head></html>"
    )

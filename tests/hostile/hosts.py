"""Hosts that are hostile as a whole: their robots.txt, their certificates, their connections."""

from __future__ import annotations

import gzip

from tests.hostile.lists import pouring
from tests.hostile.pages import HASTY
from tests.hostile.server import Ask, Host, http
from tests.hostile.table import article, behaviour, feed

_MB = 1_000_000


def _with_robots(host: Host) -> None:
    host.routes["/list"] = feed(host, "/page")
    host.routes["/page"] = http(article(host.name))


def _robots(name: str, does: str, answer: object, **expected: object) -> None:
    def arrange(host: Host) -> None:
        _with_robots(host)
        host.routes["/robots.txt"] = answer(host) if getattr(answer, "wants_host", False) else answer  # type: ignore[assignment,operator]

    behaviour(name, does, **expected)(arrange)


async def _hang(ask: Ask) -> None:
    await ask.hang()


async def _robots_10mb(ask: Ask) -> None:
    await ask.send(http(b"User-agent: *\nDisallow: /secret\n" + b"# nothing\n" * _MB, kind="text/plain"))


_robots("robots_500", "robots.txt answers 500", http("", "500 Oops"), visit="robots")
_robots("robots_403", "robots.txt answers 403: no rules", http("", "403 No"), page="stored:new")
_robots("robots_timeout", "robots.txt never comes", _hang, visit="timeout", detail="robots.txt", source=HASTY)
_robots("robots_10mb", "a robots.txt of 10 MB: its start is read", _robots_10mb, page="stored:new")
_robots(
    "robots_endless",
    "a robots.txt without end",
    pouring("User-agent: *\nDisallow: /page\n", "Allow: /x\n"),
    pages={"/page": "blocked:robots"},
)
_robots(
    "robots_loop",
    "robots.txt redirects in a circle: no rules",
    http("", "302 Found", headers=["Location: /robots.txt"]),
    page="stored:new",
)
_robots("robots_html", "a page where robots.txt was", http(article("x")), page="stored:new")
_robots(
    "robots_bomb",
    "a robots.txt that unpacks to 60 MB",
    http(gzip.compress(b"#" * 60 * _MB), headers=["Content-Encoding: gzip"]),
    visit="too_large",
    detail="robots.txt",
)
_robots(
    "robots_wildcards",
    "rules made of wildcards",
    http("User-agent: *\n" + ("Disallow: /" + "*a" * 400 + "*b$\n") * 200, kind="text/plain"),
    page="stored:new",
)
_robots(
    "crawl_delay_1h",
    "Crawl-delay: 3600",
    http("User-agent: *\nCrawl-delay: 3600\n", kind="text/plain"),
    page="pending:time_limit",
    source={"limits": {"max_seconds": 6}},
)
_robots(
    "crawl_delay_absurd",
    "Crawl-delay: inf, -1 and nan",
    http("User-agent: *\nCrawl-delay: inf\nCrawl-delay: -1\nCrawl-delay: nan\n", kind="text/plain"),
    page="stored:new",
)
_robots(
    "robots_elsewhere",
    "robots.txt redirects to an address inside our network",
    http("", "302 Found", headers=["Location: http://169.254.169.254/"]),
    visit="private_address",
)


@behaviour("tls_unknown", "a certificate that nobody vouches for", visit="tls", uses_tls=True)
def _tls_unknown(host: Host) -> None:
    _with_robots(host)


@behaviour(
    "tls_accepted",
    "the same, and the source says verify_tls: false",
    page="stored:new",
    uses_tls=True,
    source={"verify_tls": False},
)
def _tls_accepted(host: Host) -> None:
    _with_robots(host)


@behaviour("keep_alive_stale", "promises to keep connections, and closes them", page="stored:new")
def _stale(host: Host) -> None:
    async def answer(ask: Ask) -> None:
        await ask.send(http(article(host.name), keeps=True))

    _with_robots(host)
    host.routes["/page"] = answer

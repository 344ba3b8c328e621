"""What a behaviour is: a name, what the host does, and how that is to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.hostile.server import Host, http

FINE = "fine"
"""Of a visit: no reason, the list was read."""


@dataclass(frozen=True)
class Behaviour:
    """One host of the hostile net, and the source that it is crawled as.

    `arrange` fills the host's routes. `page` is the end of `/page` (or of each page in `pages`) as outcome and reason
    in `ingest.outcome`, with `|` between those of a fast and a slow machine; `visit` is the reason of the visit to the
    host's one endpoint.
    """

    name: str
    does: str
    arrange: Callable[[Host], None]
    page: str | None = None
    pages: dict[str, str] = field(default_factory=dict)
    visit: str = FINE
    detail: str = ""
    """Text that the detail of the visit (or, with a page, of its outcome) holds."""
    kind: str = "feeds"
    endpoint: str = "/list"
    source: dict[str, Any] = field(default_factory=dict)
    uses_tls: bool = False

    def expected_pages(self) -> dict[str, str]:
        return self.pages or ({"/page": self.page} if self.page else {})


BEHAVIOURS: list[Behaviour] = []


def behaviour(name: str, does: str, **expected: Any) -> Callable[[Callable[[Host], None]], Callable[[Host], None]]:
    """Puts a function that fills a host's routes into the table."""

    def add(arrange: Callable[[Host], None]) -> Callable[[Host], None]:
        BEHAVIOURS.append(Behaviour(name, does, arrange, **expected))
        return arrange

    return add


def page(name: str, does: str, answer: Any, end: str, **more: Any) -> None:
    """A behaviour of a page: an answer in bytes, or a function that talks to the connection."""

    def arrange(host: Host) -> None:
        host.routes["/list"] = feed(host, "/page")
        host.routes["/page"] = answer(host) if getattr(answer, "wants_host", False) else answer

    BEHAVIOURS.append(Behaviour(name, does, arrange, page=end, **more))


def listing(name: str, does: str, answer: Any, visit: str, **more: Any) -> None:
    """A behaviour of a feed, sitemap or section page. `/page` is an ordinary article."""

    def arrange(host: Host) -> None:
        host.routes["/list"] = answer(host) if getattr(answer, "wants_host", False) else answer
        host.routes["/page"] = http(article(name))

    BEHAVIOURS.append(Behaviour(name, does, arrange, visit=visit, **more))


def of_host(function: Callable[[Host], Any]) -> Any:
    """Marks an answer that is made once the host's port is known."""
    function.wants_host = True  # type: ignore[attr-defined]
    return function


def feed(host: Host, *paths: str) -> bytes:
    """An ordinary feed of paths, or of whole URLs."""
    return http(feed_text(host, *paths), kind="application/rss+xml")


def feed_text(host: Host, *paths: str) -> str:
    items = "".join(
        f"<item><title>On {n}</title><link>{path if ':' in path else host.url + path}</link></item>"
        for n, path in enumerate(paths)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'


def article(name: str, extra: str = "") -> str:
    """An ordinary page of news."""
    topic = name.replace("_", " ")
    sentences = [
        f"The council of Nahrin met on Tuesday to hear about {topic} and what it means for the wells of the valley.",
        "Engineers from three districts brought measurements that had been taken since the spring, and read them out.",
        f"Nobody in the hall could say how long {topic} would last, but the mayor asked for patience and for rain.",
        "Two trucks with pipes left the depot in the afternoon, and a third is expected to follow before the weekend.",
        f"A report on {topic} is to be printed next month, with the figures of each village and the wells.",
    ]
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Council hears about {topic}</title>"
        f"<meta property='article:published_time' content='2026-11-20T08:00:00Z'>{extra}</head>"
        f"<body><article><h1>Council hears about {topic}</h1>{text}</article></body></html>"
    )

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from crawler.sample_site import SampleSite


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


Fetch = Callable[..., Answer]


def fetch_url(
    url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """One request over a connection of its own; redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target or "/", body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


@pytest.fixture
def fetch() -> Fetch:
    return fetch_url


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    """A site at edition 1 whose developing article never develops. Tests that change a site start their own."""
    with SampleSite(base_port=0, developing_seconds=3600) as running:
        yield running

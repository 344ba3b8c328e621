"""How hard a host is asked: its pace follows its answers, and no host's trouble is another's."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.bodies import LARGE_BYTES, LargeBodies
from crawler.crawl.slots import MAX_REQUESTS_A_HOST, MAX_SLOWDOWN_SECONDS, MIN_DELAY_SECONDS, Slots
from crawler.sources.model import Politeness
from crawler.urls import url_key
from tests.hostile.server import Ask, Host, HostileNet, http
from tests.hostile.table import article, feed


def _source(host: Host, source_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": source_id,
        "name": source_id,
        "home_page": f"{host.url}/",
        "country": "SY",
        "languages": ["en"],
        "kind": "news",
        "revisit_after": ["1h"],
        "allow_private_addresses": True,
        "feeds": [f"{host.url}/list"],
        "politeness": {"delay_seconds": 0},
        **fields,
    }


def _pages(host: Host, count: int) -> list[str]:
    paths = [f"/{n}" for n in range(count)]
    host.routes["/list"] = feed(host, *paths)
    host.routes |= {path: http(article(f"{host.name} {path}")) for path in paths}
    return paths


def test_hosts_that_hang_take_no_room_from_one_that_answers(net: HostileNet, make_batch: Any) -> None:
    async def hang(ask: Ask) -> None:
        await ask.hang()

    limits = {"response_seconds": 12, "max_seconds": 14}
    sources = []
    for number in range(12):
        silent = net.add(f"silent{number}")
        silent.routes |= dict.fromkeys(_pages(silent, 40), hang)
        sources.append(_source(silent, f"silent{number}", limits=limits, politeness={"concurrent_requests": 4}))
    good = net.add("good")
    paths = _pages(good, 8)

    async def rules(ask: Ask) -> None:
        await asyncio.sleep(1.5)  # by now the silent ones have all the room that they can get
        await ask.send(http("", "404 Not Found"))

    good.routes["/robots.txt"] = rules
    batch = make_batch(*sources, _source(good, "good"))
    assert batch.crawl().is_complete
    assert {path for path in good.paths() if path in paths} == set(paths)
    # The silent hosts give no room back before their first page is given up.
    silent = [at for host in net.hosts.values() if host is not good for at, path in host.asked if path[1:].isdigit()]
    assert max(at for at, _ in good.asked) < min(silent) + limits["response_seconds"]
    ends = {fetch.reason for fetch in batch.fetches if fetch.source_id != "good"}
    assert ends <= {"time_limit", "timeout"}


def test_a_host_that_labours_is_asked_less(net: HostileNet, make_batch: Any) -> None:
    host = net.add("tired")
    paths = _pages(host, 9)

    async def tired(ask: Ask) -> None:
        await asyncio.sleep(1.3)
        await ask.send(http(article(ask.path)))

    host.routes |= dict.fromkeys(paths[3:6], tired)
    batch = make_batch(_source(host, "tired", politeness={"delay_seconds": 0.1}))
    batch.crawl()
    assert len(batch.captures) == 9
    at = [at for at, path in host.asked if path in paths]
    gaps = [later - earlier for earlier, later in pairwise(at)]
    # Gap n begins with page n. One at a time, a gap holds the answer, and after a slow one as much time again.
    assert min(gaps[3:6]) > 2 * 1.3 - 0.1
    assert gaps[-1] < 0.75 * gaps[5], "and it comes back, a page later"


def test_two_sources_on_one_host_share_its_pace(net: HostileNet, make_batch: Any) -> None:
    host = net.add("shared")
    _pages(host, 4)
    host.routes["/other"] = feed(host, *(f"/b{n}" for n in range(4)))
    host.routes |= {f"/b{n}": http(article(f"b{n}")) for n in range(4)}
    slow = _source(host, "slow", politeness={"delay_seconds": 0.3})
    fast = _source(host, "fast", feeds=[f"{host.url}/other"], politeness={"delay_seconds": 0, "concurrent_requests": 8})
    batch = make_batch(fast, slow)
    batch.crawl()
    assert len(batch.captures) == 8
    at = [at for at, _ in host.asked]
    # The first ones may leave before the slower source has been heard of.
    assert min(later - earlier for earlier, later in pairwise(at[2:])) > 0.3 - 0.03


def test_a_crawl_delay_is_obeyed_in_full(net: HostileNet, make_batch: Any) -> None:
    host = net.add("patient")
    _pages(host, 3)
    host.routes["/robots.txt"] = http("User-agent: *\nRequest-rate: 1/2m\n", kind="text/plain")
    batch = make_batch(_source(host, "patient", limits={"max_seconds": 3}))
    report = batch.crawl()
    assert report.is_complete
    assert host.paths() == ["/robots.txt", "/list"]
    assert [visit.reason for visit in batch.visits] == [None]
    assert {str(fetch.reason) for fetch in batch.fetches} == {"time_limit"}


def test_a_list_is_read_before_the_pages_that_are_due(net: HostileNet, make_batch: Any) -> None:
    """Of a host that may be asked once in a crawl, they would take every turn, and nothing new be found again."""
    host = net.add("patient")
    _pages(host, 3)
    host.routes["/robots.txt"] = http("User-agent: *\nCrawl-delay: 3600\n", kind="text/plain")
    due = [
        {
            "source_id": "patient",
            "url": f"{host.url}/old{number}",
            "canonical_url": f"{host.url}/old{number}",
            "url_key": url_key(f"{host.url}/old{number}"),
        }
        for number in range(20)
    ]
    batch = make_batch(_source(host, "patient", limits={"max_seconds": 3}), due_urls=due)
    assert batch.crawl().is_complete
    assert host.paths() == ["/robots.txt", "/list"]
    assert len(batch.fetches) == 23


def _downloader() -> Any:
    return SimpleNamespace(slots={}, per_slot_settings={})


_ANSWERS = st.lists(st.tuples(st.floats(0, 200), st.booleans()), max_size=30)


@given(own=st.floats(0, 600), answers=_ANSWERS)
def test_the_pace_is_never_below_what_was_asked_for_and_comes_back(own: float, answers: Any) -> None:
    slots, downloader = Slots(), _downloader()
    slots.require(downloader, "h", Politeness(delay_seconds=own))
    least = max(own, MIN_DELAY_SECONDS)
    for latency, is_well in answers:
        slots.observe(downloader, "h", latency, is_well=is_well)
        assert least <= slots.delay_of("h") <= least + MAX_SLOWDOWN_SECONDS
        assert downloader.per_slot_settings["h"]["delay"] == slots.delay_of("h")
    for _ in range(20):
        slots.observe(downloader, "h", 0.1, is_well=True)
    assert slots.delay_of("h") == pytest.approx(least)


def test_complaints_double_the_slowdown() -> None:
    slots, downloader = Slots(), _downloader()
    slots.require(downloader, "h", Politeness(delay_seconds=2))
    seen = []
    for _ in range(4):
        slots.observe(downloader, "h", 0.0, is_well=False)
        seen.append(slots.delay_of("h"))
    assert seen == [4, 6, 10, 18]


def test_a_host_is_asked_so_often_and_no_more() -> None:
    slots = Slots()
    assert all(slots.count("h") for _ in range(MAX_REQUESTS_A_HOST))
    assert not slots.count("h")
    assert slots.count("other")


class _Transport:
    def __init__(self) -> None:
        self.is_paused = False

    def pauseProducing(self) -> None:
        self.is_paused = True

    def resumeProducing(self) -> None:
        self.is_paused = False


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=60))
def test_one_large_body_grows_at_a_time(steps: Any) -> None:
    bodies = LargeBodies()
    transports = [_Transport() for _ in range(5)]
    large: set[int] = set()
    for owner, grows in steps:
        if grows and not transports[owner].is_paused:
            bodies.grew(owner, LARGE_BYTES + 1, transports[owner])
            large.add(owner)
        elif not grows:
            bodies.release(owner)
            large.discard(owner)
            transports[owner].is_paused = False
        growing = [owner for owner in large if not transports[owner].is_paused]
        assert len(growing) == bool(large), "one grows, if there is one"
    bodies.grew(9, LARGE_BYTES, transports[0])

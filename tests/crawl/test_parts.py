"""The parts of the crawl that decide without a network."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Request, Response

from crawler.crawl.addresses import names_host
from crawler.crawl.discovery.dates import parse_instant
from crawler.crawl.discovery.links import Link
from crawler.crawl.fetch import Fetch, Purpose, make_request
from crawler.crawl.intake import Gate
from crawler.crawl.job import Job
from crawler.crawl.middlewares.redirects import RedirectsMiddleware
from crawler.crawl.outcomes import Refused
from crawler.crawl.reconcile import CrawlFiles
from crawler.crawl.statuses import outcome_of_status
from crawler.reasons import REASONS_OF, Reason
from crawler.records import DiscoveredVia
from crawler.retry_after import parse_retry_after
from crawler.sources.model import Source
from crawler.urls import url_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)


def test_hosts_are_named_with_their_port() -> None:
    assert names_host({"a.org"}, "a.org", 443)
    assert not names_host({"a.org"}, "a.org", 8080)
    assert names_host({"*.a.org:8080"}, "b.a.org", 8080)
    assert names_host({"[::1]:8000"}, "::1", 8000)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 23 Nov 2026 00:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


def test_each_status_has_a_reason_of_its_outcome() -> None:
    for status in range(100, 600):
        outcome, reason = outcome_of_status(status)
        assert reason in REASONS_OF[outcome], status


@given(st.text(max_size=40))
def test_no_date_is_worse_than_none(text: str) -> None:
    instant = parse_instant(text)
    assert instant is None or instant.tzinfo is timezone.utc


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1/x", Reason.PRIVATE_ADDRESS),
        ("http://[::1]/x", Reason.PRIVATE_ADDRESS),
        ("//169.254.169.254/latest/meta-data/", Reason.PRIVATE_ADDRESS),
        ("http://other.org/", Reason.OFF_HOST),
        ("ftp://example.org/x", Reason.BAD_REDIRECT),
        ("http://[bad/", Reason.BAD_REDIRECT),
        ("/" + "x" * 3000, Reason.BAD_REDIRECT),
        ("/page", Reason.REDIRECT_LOOP),
    ],
)
def test_redirects_that_are_not_followed(site: Any, source_of: Any, location: str, reason: Reason) -> None:
    hosts = ["example.org", "127.0.0.1", "[::1]", "169.254.169.254"]
    source = Source.model_validate(source_of(site, allowed_hosts=hosts, allow_private_addresses=False))
    request = make_request(Fetch(Purpose.ARTICLE, source, "http://example.org/page"), lambda _: None)
    response = Response(request.url, status=302, headers={"Location": location})
    with pytest.raises(Refused) as refused:
        RedirectsMiddleware(cast("Crawler", None)).process_response(request, response)
    assert refused.value.reason is reason


def test_validators_of_one_page_are_not_shown_to_another(site: Any, source_of: Any) -> None:
    source = Source.model_validate(source_of(site, allowed_hosts=["example.org"], allow_private_addresses=False))
    request = make_request(Fetch(Purpose.ARTICLE, source, "http://example.org/page"), lambda _: None)
    request.headers.update({"If-None-Match": '"1"', "If-Modified-Since": "Mon, 23 Nov 2026 00:00:00 GMT"})
    response = Response(request.url, status=301, headers={"Location": "/moved"})
    followed = RedirectsMiddleware(cast("Crawler", None)).process_response(request, response)
    assert isinstance(followed, Request)
    assert followed.url == "http://example.org/moved"
    assert not {b"If-None-Match", b"If-Modified-Since"} & set(followed.headers)


class Remembered:
    """What a database would know."""

    def __init__(self, known: dict[str, datetime | None]) -> None:
        self.known = known
        self.asked: list[int] = []

    def select_known(self, source_id: str, keys: Any) -> dict[str, datetime | None]:
        self.asked.append(len(keys))
        return {key: self.known[key] for key in keys if key in self.known}

    def close(self) -> None:
        pass


def test_known_links_are_counted_and_due_ones_taken_on(site: Any, make_batch: Any, source_of: Any) -> None:
    batch = make_batch(source_of(site, exclude=["/video/"]))
    now = datetime.now(timezone.utc)
    seen = Remembered(
        {
            url_key(f"{site.url}/never-again"): None,
            url_key(f"{site.url}/later"): now + timedelta(hours=1),
            url_key(f"{site.url}/due"): now - timedelta(hours=1),
        }
    )
    job = Job(batch.settings, batch.folder, seen)
    source = job.sources["example"]
    names = ["new", "new?utm_source=x", "never-again", "later", "due", "video/1", "feed.xml", ""]
    links = [Link(f"{site.url}/{name}") for name in names] + [Link("http://other.org/"), Link("no address")]

    async def take_in(found_at: str) -> Any:
        return await Gate(job).take_in(source, links, DiscoveredVia.FEED, found_at)

    intake = asyncio.run(take_in(f"{site.url}/feed.xml"))
    assert (intake.links, intake.known, intake.taken_on) == (10, 2, 2)
    assert [discovery.url for discovery in intake.new] == [f"{site.url}/new", f"{site.url}/due"]
    assert intake.due == {url_key(f"{site.url}/due")}
    assert intake.detail == "left out: 1 by include and exclude, 1 no web addresses, 1 of other hosts"
    again = asyncio.run(take_in(f"{site.url}/other.xml"))
    assert (again.known, again.taken_on, again.new) == (2, 0, []), "a link is taken on once a run"
    arabic = asyncio.run(Gate(job).take_in(source, [Link(f"{site.url}/حلب?ص=1 2")], DiscoveredVia.FEED, "f")).new[0]
    assert arabic.url.isascii()
    assert source.canonicalize(arabic.url) == arabic.canonical_url
    many = [Link(f"{site.url}/{n}") for n in range(2500)]
    asyncio.run(Gate(job).take_in(source, many, DiscoveredVia.SITEMAP, "s"))
    assert seen.asked[-3:] == [1000, 1000, 500]
    assert [discovery.url for discovery in batch.discoveries][:2] == [f"{site.url}/new", f"{site.url}/due"]


def test_files_are_held_to_what_the_archive_holds(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/kept", "/lost", "/gone")
    site.pages["/kept"] = site.pages["/lost"] = "<h1>page</h1>"
    site.pages["/gone"] = answer("gone", 410)
    source = source_of(site)
    batch = make_batch(source)
    batch.crawl()
    files = CrawlFiles.read(batch.folder)
    whole = [capture for capture in files.captures if capture.url.endswith("/kept")]
    files.adopt_archive(whole, {"example": Source.model_validate(source)})
    assert [capture.url for capture in files.captures] == [f"{site.url}/kept"]
    [gone] = files.fetches.values()
    assert (gone.reason, gone.capture) == (Reason.GONE, None)
    files.settle(Reason.CRAWL_STOPPED)
    assert {fetch.url: str(fetch.reason) for fetch in files.fetches.values()} == {
        f"{site.url}/lost": "crawl_stopped",
        f"{site.url}/gone": "gone",
    }


def test_a_page_that_was_not_drawn_is_no_capture_after_a_kill(site: Any, make_batch: Any, source_of: Any) -> None:
    site.feed("/shell")
    site.pages["/shell"] = "<h1>page</h1>"
    batch = make_batch(source_of(site))
    batch.crawl()
    [shell] = batch.captures
    drawn = shell.model_copy(update={"archive_offset": 9000, "rendered_sha256": "0" * 64})
    source = Source.model_validate(source_of(site, render="browser"))
    files = CrawlFiles()
    files.adopt_archive([shell], {"example": source})
    assert files.captures == []
    assert [fetch.reason for fetch in files.fetches.values()] == [Reason.RENDERING]
    files.adopt_archive([shell, drawn], {"example": source})
    assert files.captures == [drawn]

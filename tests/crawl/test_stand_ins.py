"""Feeds that move and die: where they went, what is read in their place, and what the owner is told."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from crawler.manifests import EndpointState
from tests.crawl.test_walls import wall

HOME = (
    '<html><head><link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
    '<link rel="alternate" type="application/rss+xml" href="/new.xml">'
    '<link rel="alternate" type="application/atom+xml" href="http://other.example/feed">'
    '<link rel="alternate" type="application/rss+xml" href="/second.xml"></head><body>Home</body></html>'
)


def visits_of(batch: Any, site: Any) -> dict[str, Any]:
    """The last line on each endpoint counts, as for load."""
    return {visit.url.removeprefix(site.url): visit for visit in batch.visits}


def test_a_feed_that_moved_for_good_is_told_and_read(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/1", at="/new.xml")
    site.pages["/1"] = "<h1>One</h1>"
    site.pages["/hop"] = answer(status=308, headers={"Location": "/new.xml"})
    site.pages["/feed.xml"] = answer(status=301, headers={"Location": "/hop"})
    site.pages["/for-now.xml"] = answer(status=302, headers={"Location": "/hop"})
    site.pages["/away.xml"] = answer(status=301, headers={"Location": "http://other.example/feed"})
    feeds = [f"{site.url}{path}" for path in ("/feed.xml", "/for-now.xml", "/away.xml")]
    batch = make_batch(source_of(site, feeds=feeds))
    batch.crawl()
    visits = visits_of(batch, site)
    assert visits["/feed.xml"].moved_to == f"{site.url}/new.xml"
    assert visits["/feed.xml"].links == 1
    assert visits["/for-now.xml"].moved_to is None
    assert (visits["/away.xml"].reason, visits["/away.xml"].moved_to) == ("off_host", "http://other.example/feed")
    assert "has moved for good to" in batch.log
    assert len(batch.captures) == 1


@pytest.mark.parametrize("death", ["gone", "html", "home"])
def test_a_dead_feed_is_replaced_in_the_same_crawl(
    site: Any, make_batch: Any, source_of: Any, answer: Any, death: str
) -> None:
    site.feed("/1", "/2", at="/new.xml")
    site.feed("/2", "/3", at="/second.xml")
    site.feed("/c", at="/comments/feed/")
    site.pages.update({f"/{n}": f"<h1>{n}</h1>" for n in (1, 2, 3)})
    site.pages["/"] = HOME
    if death == "html":
        site.pages["/feed.xml"] = HOME
    elif death == "home":
        site.pages["/feed.xml"] = answer(status=301, headers={"Location": "/"})
    else:
        site.pages["/feed.xml"] = answer("gone", 410)
    batch = make_batch(source_of(site))
    batch.crawl()
    visits = visits_of(batch, site)
    assert set(visits) == {"/feed.xml", "/new.xml", "/second.xml"}
    dead = visits["/feed.xml"]
    assert dead.reason == ("gone" if death == "gone" else "unreadable_list")
    assert dead.found_feeds == (f"{site.url}/new.xml", f"{site.url}/second.xml")
    assert dead.moved_to is None
    assert visits["/new.xml"].stands_in_for == visits["/second.xml"].stands_in_for == f"{site.url}/feed.xml"
    assert visits["/new.xml"].reason is None
    assert {capture.url.removeprefix(site.url) for capture in batch.captures} == {"/1", "/2", "/3"}
    assert "put it into the source file" in batch.log
    assert not site.asked_for("/comments/feed/")
    assert len(site.asked_for("/")) == (1 if death != "html" else 0)


def test_well_known_places_are_tried_last_and_one_by_one(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    site.pages["/"] = "<html><link rel=alternate type=application/rss+xml href=/broken.xml></html>"
    site.pages["/broken.xml"] = "<p>no feed</p>"
    site.feed("/1", at="/rss.xml")
    site.feed("/2", at="/atom.xml")
    site.pages["/1"] = "<h1>One</h1>"
    batch = make_batch(source_of(site, feeds=[f"{site.url}/feed.xml", f"{site.url}/also-dead.xml"]))
    batch.crawl()
    visits = visits_of(batch, site)
    assert set(visits) == {"/feed.xml", "/also-dead.xml", "/rss.xml"}
    assert visits["/feed.xml"].found_feeds == visits["/also-dead.xml"].found_feeds == (f"{site.url}/rss.xml",)
    asked = [path for path in site.paths() if path in ("/", "/broken.xml", "/feed/", "/rss", "/rss.xml", "/atom.xml")]
    assert asked == ["/", "/broken.xml", "/feed/", "/rss", "/rss.xml"]


def test_a_search_that_finds_nothing_says_so(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/1", at="/live.xml")
    site.pages["/1"] = "<h1>One</h1>"
    # The home page announces what is read already, once in disguise.
    site.pages["/"] = (
        "<html><link rel=alternate type=application/rss+xml href=/live.xml>"
        "<link rel=alternate type=application/rss+xml href=/alias.xml></html>"
    )
    site.pages["/alias.xml"] = answer(status=302, headers={"Location": "/live.xml"})
    batch = make_batch(source_of(site, feeds=[f"{site.url}/feed.xml", f"{site.url}/live.xml"]))
    batch.crawl()
    visits = visits_of(batch, site)
    assert set(visits) == {"/feed.xml", "/live.xml"}
    assert visits["/feed.xml"].found_feeds == ()
    assert "no other feed was found" in visits["/feed.xml"].detail
    assert "which is read already" in visits["/feed.xml"].detail


def test_a_site_is_not_searched_at_each_visit_nor_around_a_refusal(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    cases = [(404, 0, True), (404, 1, True), (404, 2, False), (404, 3, True)]
    cases += [(500, 0, False), (500, 7, True), (403, 7, False)]
    sources, states = [], []
    for number, (status, failures, _) in enumerate(cases):
        feed = f"{site.url}/feed{number}.xml"
        site.pages[f"/feed{number}.xml"] = answer("no", status, headers={"Retry-After": "0"})
        sources.append(source_of(site, id=f"s{number}", home_page=f"{site.url}/home{number}", feeds=[feed]))
        states.append(EndpointState(source_id=f"s{number}", url=feed, failure_count=failures))
    make_batch(*sources, endpoints=states).crawl()
    searched = [bool(site.asked_for(f"/home{number}")) for number in range(len(cases))]
    assert searched == [expected for _, _, expected in cases]


def test_remembered_stand_ins_are_asked_and_spare_the_search(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    site.feed("/1", at="/new.xml", ETag='"n"')
    site.feed("/2", at="/later.xml")
    dead = f"{site.url}/feed.xml"
    now = datetime.now(timezone.utc)
    states = [
        EndpointState(source_id="example", url=dead, failure_count=3),
        EndpointState(
            source_id="example", url=f"{site.url}/new.xml", stands_in_for=dead, last_succeeded_at=now, etag='"n"'
        ),
        EndpointState(source_id="example", url=f"{site.url}/later.xml", stands_in_for=dead, is_due=False),
        EndpointState(source_id="example", url=f"{site.url}/old.xml", stands_in_for=f"{site.url}/not-listed-now.xml"),
    ]
    batch = make_batch(source_of(site), endpoints=states)
    batch.crawl()
    visits = visits_of(batch, site)
    assert set(visits) == {"/feed.xml", "/new.xml"}
    assert (visits["/new.xml"].http_status, visits["/new.xml"].stands_in_for) == (304, dead)
    assert visits["/feed.xml"].found_feeds == (f"{site.url}/new.xml", f"{site.url}/later.xml")
    assert not site.asked_for("/")


def test_robots_names_sitemaps_for_a_dead_one(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.pages["/robots.txt"] = answer(f"Sitemap: {site.url}/alive.xml\nSitemap: http://other.example/s.xml\n")
    site.pages["/alive.xml"] = answer(f"<urlset><url><loc>{site.url}/1</loc></url></urlset>")
    site.pages["/1"] = "<h1>One</h1>"
    batch = make_batch(source_of(site, sitemaps=[f"{site.url}/sitemap.xml"]))
    batch.crawl()
    visits = visits_of(batch, site)
    assert visits["/sitemap.xml"].found_feeds == (f"{site.url}/alive.xml",)
    assert visits["/alive.xml"].stands_in_for == f"{site.url}/sitemap.xml"
    assert len(batch.captures) == 1


def test_what_a_feed_asks_of_its_readers_is_noted(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    body = (
        "<rss version='2.0'><channel><ttl>20</ttl><skipHours><hour>2</hour></skipHours>"
        "<item><link>/1</link><pubDate>Sun, 22 Nov 2026 10:00:00</pubDate></item></channel></rss>"
    )
    headers = {"Cache-Control": "max-age=60", "Link": f'<{site.url}/hub>; rel="hub"'}
    site.pages["/feed.xml"] = answer(body, headers=headers)
    site.pages["/1"] = "<h1>One</h1>"
    site.pages["/busy.xml"] = answer("later", 503, headers={"Retry-After": "5000"})
    home = f"http://localhost:{site.port}"
    busy = source_of(site, id="busy", home_page=f"{home}/", feeds=[f"{home}/busy.xml"])
    batch = make_batch(source_of(site, time_zone="Asia/Damascus"), busy)
    batch.crawl()
    visits = {visit.source_id: visit for visit in batch.visits}
    feed = visits["example"]
    assert (feed.wait_seconds, feed.skip_hours, feed.hub_url) == (1200, (2,), f"{site.url}/hub")
    assert feed.newest_published_at == datetime(2026, 11, 22, 7, 0, tzinfo=timezone.utc)
    assert (visits["busy"].reason, visits["busy"].wait_seconds) == ("server_error", 5000)


@pytest.mark.parametrize("status", [403, 200])
def test_a_site_that_lets_nobody_in_is_not_tried_for_feeds(
    site: Any, make_batch: Any, source_of: Any, answer: Any, status: int
) -> None:
    site.pages["/"] = wall(answer, "anubis-200", status=status)
    site.feed("/1", at="/feed/")
    batch = make_batch(source_of(site))
    batch.crawl()
    assert site.paths() == ["/robots.txt", "/feed.xml", "/"]
    [visit] = visits_of(batch, site).values()
    assert "challenge" in visit.detail


def test_a_remembered_stand_in_is_asked_once(site: Any, make_batch: Any, source_of: Any) -> None:
    site.feed("/1", at="/new.xml")
    site.pages["/1"] = "<h1>One</h1>"
    site.pages["/"] = HOME
    dead = f"{site.url}/feed.xml"
    states = [
        EndpointState(source_id="example", url=dead, failure_count=3),
        EndpointState(source_id="example", url=f"{site.url}/new.xml", stands_in_for=dead, failure_count=1),
    ]
    batch = make_batch(source_of(site), endpoints=states)
    batch.crawl()
    assert len(site.asked_for("/new.xml")) == 1
    assert visits_of(batch, site)["/new.xml"].reason is None


def test_a_stand_in_that_has_not_changed_is_found_again(site: Any, make_batch: Any, source_of: Any) -> None:
    site.feed("/1", at="/new.xml", ETag='"n"')
    site.pages["/"] = HOME
    dead, stand_in = f"{site.url}/feed.xml", f"{site.url}/new.xml"
    states = [
        EndpointState(source_id="example", url=dead, failure_count=3),
        EndpointState(source_id="example", url=stand_in, stands_in_for=dead, failure_count=1, etag='"n"', is_due=False),
    ]
    batch = make_batch(source_of(site), endpoints=states)
    batch.crawl()
    visits = visits_of(batch, site)
    assert (visits["/new.xml"].http_status, visits["/new.xml"].reason) == (304, None)
    assert visits["/feed.xml"].found_feeds == (stand_in,)

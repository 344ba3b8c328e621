"""Sitemap trees, pagination and traps, through the crawl."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.children import MAX_SITEMAP_DEPTH, is_unchanged, order_sitemaps
from crawler.crawl.discovery.links import Child
from crawler.crawl.discovery.sections import parse_section
from crawler.crawl.discovery.sitemaps import MAX_ENTRIES, parse_sitemap
from crawler.manifests import EndpointState

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
URL = "https://example.org/map.xml"


def state(url: str = "u", **fields: Any) -> EndpointState:
    return EndpointState(source_id="example", url=url, **fields)


@pytest.mark.parametrize(
    ("changed_by", "read_at", "failures", "expected"),
    [
        (NOW - timedelta(hours=5), NOW - timedelta(hours=1), 0, True),
        (NOW - timedelta(hours=1), NOW - timedelta(hours=5), 0, False),
        (NOW - timedelta(hours=1, minutes=30), NOW - timedelta(hours=1), 0, False),
        (NOW - timedelta(days=9), NOW - timedelta(days=2), 0, False),
        (NOW - timedelta(hours=5), NOW - timedelta(hours=1), 1, False),
        (NOW - timedelta(hours=5), None, 0, False),
        (None, NOW, 0, False),
    ],
)
def test_which_sitemaps_have_not_changed(changed_by: Any, read_at: Any, failures: int, expected: bool) -> None:
    remembered = state(last_succeeded_at=read_at, failure_count=failures, listed_lastmod=changed_by)
    assert is_unchanged(Child("u", changed_by), remembered, NOW) is expected


def test_a_lastmod_that_moved_is_a_change_though_it_lies_before_the_last_visit() -> None:
    remembered = state(last_succeeded_at=NOW, listed_lastmod=NOW - timedelta(days=3))
    assert not is_unchanged(Child("u", NOW - timedelta(days=2)), remembered, NOW)


@given(st.integers(0, 40), st.integers(1, 12))
def test_each_sitemap_has_its_turn_though_others_change_always(count: int, room: int) -> None:
    children = [Child(f"m{n}", NOW if n % 2 else None) for n in range(count)]
    states = {child.url: state(child.url) for child in children}
    met: set[str] = set()
    for run in range(200):
        chosen = [child.url for child in order_sitemaps(children, states, room)]
        assert len(chosen) == len(set(chosen)) == min(room, count)
        met.update(chosen)
        for url in chosen:
            states[url] = state(url, last_succeeded_at=NOW + timedelta(minutes=run))
    assert len(met) == count or room < 5, "with little room all of it is for the newest"


def test_a_tree_of_sitemaps(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    now = datetime.now(timezone.utc)

    def index(*entries: tuple[str, timedelta | None]) -> Any:
        texts = [
            f"<sitemap><loc>{site.url}{path}</loc>"
            + (f"<lastmod>{(now - age).isoformat()}</lastmod>" if age is not None else "")
            + "</sitemap>"
            for path, age in entries
        ]
        return answer(f"<sitemapindex>{''.join(texts)}</sitemapindex>")

    def urls(*paths: str) -> Any:
        return answer("<urlset>" + "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in paths) + "</urlset>")

    hour = timedelta(hours=1)
    site.pages["/index.xml"] = index(
        ("/old.xml", 9 * hour),
        ("/same.xml", 8 * hour),
        ("/new.xml", hour),
        ("/deep1.xml", 2 * hour),
        ("/undated.xml", None),
    )
    for n in range(1, 9):
        site.pages[f"/deep{n}.xml"] = index((f"/deep{n + 1}.xml", None), ("/index.xml", None))
    for name in ("old", "same", "new", "undated"):
        site.pages[f"/{name}.xml"] = urls(f"/{name}-story")
        site.pages[f"/{name}-story"] = f"<h1>{name}</h1>"
    states = [state(f"{site.url}/same.xml", last_succeeded_at=now - 2 * hour, listed_lastmod=now - 8 * hour)]
    source = source_of(
        site, sitemaps=[f"{site.url}/index.xml"], politeness={"delay_seconds": 0, "concurrent_requests": 1}
    )
    batch = make_batch(source, endpoints=states)
    batch.crawl()
    asked = [path for path in site.paths() if path.endswith(".xml")]
    assert asked[:5] == ["/index.xml", "/new.xml", "/deep1.xml", "/old.xml", "/undated.xml"]
    assert asked[5:] == [f"/deep{n}.xml" for n in range(2, MAX_SITEMAP_DEPTH)]
    details = {visit.url.removeprefix(site.url): visit.detail or "" for visit in batch.visits}
    assert "1 sitemaps not changed since the last visit" in details["/index.xml"]
    assert "indexes deep" in details[f"/deep{MAX_SITEMAP_DEPTH - 1}.xml"]
    assert {capture.url.rsplit("/", 1)[1] for capture in batch.captures} == {"new-story", "old-story", "undated-story"}


def test_sitemaps_above_the_limit_are_counted_and_the_newest_come_first(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    now = datetime.now(timezone.utc)
    entries = "".join(
        f"<sitemap><loc>{site.url}/m{n}.xml</loc><lastmod>{(now - timedelta(hours=n)).isoformat()}</lastmod></sitemap>"
        for n in (3, 1, 4, 2, 5)
    )
    site.pages["/index.xml"] = answer(f"<sitemapindex>{entries}</sitemapindex>")
    batch = make_batch(source_of(site, sitemaps=[f"{site.url}/index.xml"], limits={"max_sitemaps": 3}))
    batch.crawl()
    assert {path for path in site.paths() if path.startswith("/m")} == {"/m1.xml", "/m2.xml"}
    assert "3 sitemaps above the limit of 3" in next(visit.detail for visit in batch.visits if visit.detail)


def test_extensions_name_no_other_pages() -> None:
    body = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
    <url><image:image><image:loc>https://example.org/i.jpg</image:loc></image:image><video:video><video:title>V</video:title>
    <video:publication_date>2026-11-20</video:publication_date></video:video><loc>https://example.org/a</loc>
    <xhtml:link rel="alternate" hreflang="ar" href="https://example.org/ar/a"/></url></urlset>"""
    found = parse_sitemap(body.encode(), URL, NOW - timedelta(days=14), 1_000_000)
    assert [(link.url, link.title, link.published_at) for link in found.links] == [
        ("https://example.org/a", None, None)
    ]


def test_a_feed_may_serve_as_a_sitemap() -> None:
    feed = b"<rss version='2.0'><channel><item><title>A</title><link>/a</link></item></channel></rss>"
    assert parse_sitemap(feed, URL, NOW, 1_000_000).links[0].title == "A"


def test_a_sitemap_is_read_to_a_number_of_entries() -> None:
    body = b"<urlset>" + b"<url><loc>/a</loc></url>" * (MAX_ENTRIES + 3) + b"</urlset>"
    found = parse_sitemap(body, URL, NOW, 10_000_000)
    assert (len(found.links), found.beyond) == (MAX_ENTRIES, 3)


def test_pages_are_followed_while_they_bring_something(site: Any, make_batch: Any, source_of: Any) -> None:
    for n in range(1, 9):
        stories = f"<a href='/s/{min(n, 3)}-a'>Story</a><a href='/s/x'>X</a>"
        page = f"{stories}<a href='/world?page={n + 1}'>Next</a>"
        site.pages["/world" if n == 1 else f"/world?page={n}"] = page
    for name in ("1-a", "2-a", "3-a", "x"):
        site.pages[f"/s/{name}"] = "<h1>story</h1>"
    batch = make_batch(source_of(site, section_pages=[f"{site.url}/world"], limits={"max_section_pages": 7}))
    batch.crawl()
    assert [path for path in site.paths() if path.startswith("/world")] == [
        "/world",
        *(f"/world?page={n}" for n in (2, 3, 4)),
    ]


@pytest.mark.parametrize(
    ("section", "hrefs", "following"),
    [
        ("/world", ["/world/page/2", "/world/page/3"], "/world/page/2"),
        ("/world/page/2", ["/world", "/world/page/1", "/world/page/3"], "/world/page/3"),
        ("/world", ["/world?paged=2"], "/world?paged=2"),
        ("/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1", ["/أخبار/صفحة/2"], "/أخبار/صفحة/2"),
        ("/world", ["/world/sayfa-2.html"], "/world/sayfa-2.html"),
        ("/world", ["/world?start=40", "/world?start=20"], "/world?start=20"),
        ("/world?start=20", ["/world?start=0", "/world?start=40"], "/world?start=40"),
        ("/world", ["/world/page/7"], None),
        ("/world", ["/sport?page=2"], None),
        ("/world", ["/world?p=2"], None),
        ("/world", ["/world/2"], None),
    ],
)
def test_the_next_page(section: str, hrefs: list[str], following: str | None) -> None:
    base = "https://example.org"
    text = "".join(f"<a href='{href}'>weiter</a>" for href in hrefs) + "<a href='/story-1'>Story</a>"
    found = parse_section(text, base + section)
    assert [child.url for child in found.children] == ([base + following] if following else [])
    assert f"{base}/story-1" in [link.url for link in found.links]


def test_a_number_is_a_page_where_its_link_says_so() -> None:
    found = parse_section(
        "<a href='/world/2'>2</a><a href='/world/3'>War in its 3rd year</a>", "https://example.org/world"
    )
    assert [child.url for child in found.children] == ["https://example.org/world/2"]
    assert [link.url for link in found.links] == ["https://example.org/world/3"]


def test_traps_are_left_out_and_told(site: Any, make_batch: Any, source_of: Any) -> None:
    months = "".join(f"<a href='/calendar/2027/{month:02}/'>m</a>" for month in range(1, 13))
    more = "<a href='/a/b/a/b/a/b'>r</a><a href='/2026/11/22/'>day</a><a href='/2026/11/22/story'>Story</a>"
    sessions = "".join(f"<a href='/story-1;jsessionid={n:032x}'>s</a>" for n in range(50))
    site.pages["/world"] = months + more + sessions
    site.pages["/2026/11/22/"] = site.pages["/2026/11/22/story"] = "<h1>x</h1>"
    site.feed("/calendar/2027/01/story", "/a/b/a/b/a/b")
    batch = make_batch(source_of(site, feeds=[f"{site.url}/feed.xml"], section_pages=[f"{site.url}/world"]))
    batch.crawl()
    visits = {visit.kind: visit for visit in batch.visits}
    assert f"12 like a calendar ({site.url}/calendar/2027/01/)" in visits["section"].detail
    assert f"1 with a path that repeats itself ({site.url}/a/b/a/b/a/b)" in visits["section"].detail
    assert visits["feed"].detail.count("left out") == 1
    found = {discovery.url.removeprefix(site.url).partition(";")[0] for discovery in batch.discoveries}
    assert found == {"/2026/11/22/", "/2026/11/22/story", "/story-1", "/calendar/2027/01/story"}
    assert len(batch.discoveries) == 4


def test_one_page_brings_so_many_links_and_says_how_many_more(site: Any, make_batch: Any, source_of: Any) -> None:
    site.pages["/world"] = "".join(f"<a href='/s/{n}-story'>s</a>" for n in range(1200))
    batch = make_batch(source_of(site, section_pages=[f"{site.url}/world"], limits={"max_pages": 1}))
    batch.crawl()
    assert len(batch.discoveries) == 1000
    assert "200 above the 1000 that one page may bring" in batch.visits[0].detail
    assert batch.visits[0].links == 1200


def test_an_amp_copy_is_asked_of_the_site_itself(site: Any, make_batch: Any, source_of: Any) -> None:
    site.feed(f"https://x.cdn.ampproject.org/c/{site.host}/2026/toll/amp/", "/2026/toll/")
    site.pages["/2026/toll/amp/"] = "<h1>Toll</h1>"
    batch = make_batch(source_of(site))
    batch.crawl()
    [capture] = batch.captures
    assert capture.url == f"{site.url}/2026/toll/amp/"
    assert capture.canonical_url == f"{site.url}/2026/toll/"

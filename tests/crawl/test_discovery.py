"""What feeds, sitemaps and section pages yield, whole and broken."""

from __future__ import annotations

import gzip
from datetime import datetime, timezone

import pytest

from crawler.crawl.discovery.feeds import parse_feed
from crawler.crawl.discovery.links import Child, Link, UnreadableError
from crawler.crawl.discovery.sections import parse_section
from crawler.crawl.discovery.sitemaps import parse_sitemap

URL = "https://example.org/feed"
AT = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)
OLDEST = datetime(2026, 11, 1, tzinfo=timezone.utc)

RSS2 = """<rss version="2.0"><channel><title>t</title><item><title>A &amp;amp; &lt;b&gt;B&lt;/b&gt;</title>
<link>/a</link><pubDate>Sun, 22 Nov 2026 12:00:00 +0200</pubDate></item></channel></rss>"""
RSS1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="x"><title>A &amp; B</title>
<link>https://example.org/a</link><dc:date>2026-11-22T10:00:00Z</dc:date></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>A &amp; B</title><link href="a"/>
<updated>2026-11-22T10:00:00Z</updated></entry></feed>"""
GUID = """<rss version="2.0"><channel><item><title>A &amp; B</title><guid>https://example.org/a</guid>
<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "items": [
{"id": "1", "url": "a", "title": "A & B", "date_published": "2026-11-22T12:00:00+02:00"}, {"id": "2"}, 7]}"""


@pytest.mark.parametrize("text", [RSS2, RSS1, ATOM, GUID, JSON, "\ufeff" + ATOM, "\n\n" + JSON])
def test_feeds_of_all_kinds(text: str) -> None:
    found = parse_feed(text.encode(), URL, None)
    assert found.links == [Link("https://example.org/a", "A & B", AT)]


def test_a_link_that_is_no_address_costs_no_other() -> None:
    feed = parse_feed(b'{"items": [{"url": "http://[b"}, {"url": "/a", "title": "\\ud800 A"}]}', URL, None)
    assert feed.links == [Link("http://[b"), Link("https://example.org/a", "? A")]
    entries = b"<url><loc>http://[b</loc></url><url><loc>/a</loc></url>"
    sitemap = parse_sitemap(b"<urlset>" + entries + b"</urlset>", URL, OLDEST, 1000)
    assert [link.url for link in sitemap.links] == ["http://[b", "https://example.org/a"]


def test_feed_in_an_arabic_charset() -> None:
    text = RSS2.replace("A &amp;amp; &lt;b&gt;B&lt;/b&gt;", "حلب")
    body = f'<?xml version="1.0" encoding="windows-1256"?>{text}'.encode("windows-1256")
    assert parse_feed(body, URL, "application/rss+xml").links[0].title == "حلب"


@pytest.mark.parametrize(
    "body", [b"", b"<html><p>404</p></html>", b"{]", b'{"items": 3}', b"{}", b"\x00\xff", b"plain"]
)
def test_no_feed_is_said(body: bytes) -> None:
    with pytest.raises(UnreadableError, match="is not a"):
        parse_feed(body, URL, "text/html")


def test_damaged_feed_yields_what_can_be_read_and_says_so() -> None:
    found = parse_feed(RSS2.replace("</channel></rss>", "<item><title>x & y").encode(), URL, None)
    assert found.links[0].url == "https://example.org/a"
    assert "malformed" in (found.problem or "")


def test_empty_feed_is_a_feed() -> None:
    assert parse_feed(b'<rss version="2.0"><channel><title>t</title></channel></rss>', URL, None).links == []


def test_feed_entities_read_no_file() -> None:
    hostile = (
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel><item>'
        "<title>&x;</title><link>https://example.org/a</link></item></channel></rss>"
    )
    links = parse_feed(hostile.encode(), URL, None).links
    assert all((link.title or "") in ("", "&x;") for link in links)


NEWS_MAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://example.org/a </loc><image:image><image:loc>https://example.org/i.jpg</image:loc>
<image:title>photo</image:title></image:image>
<news:news><news:publication_date>2026-11-22T12:00:00+02:00</news:publication_date><news:title>A &amp; B</news:title>
</news:news></url>
<url><loc>https://example.org/undated</loc></url>
<url><loc>https://example.org/old</loc><lastmod>2020-01-01</lastmod></url>
<url><loc>https://example.org/updated</loc><lastmod>2026-11-22</lastmod></url><url></url></urlset>"""


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_news_sitemap(pack: object) -> None:
    body = NEWS_MAP.encode()
    found = parse_sitemap(gzip.compress(body) if pack is gzip.compress else body, URL, OLDEST, 1_000_000)
    assert found.links == [
        Link("https://example.org/a", "A & B", AT),
        Link("https://example.org/updated"),
        Link("https://example.org/undated"),
    ], "the newest first"
    assert (found.passed_over, found.is_index, found.children) == (1, False, [])


def test_sitemap_index_and_plain_text() -> None:
    index = b"<sitemapindex><sitemap><loc>/m1.xml</loc></sitemap><sitemap><loc>/m2.xml</loc>"
    old = b"<lastmod>2020-01-01</lastmod></sitemap></sitemapindex>"
    found = parse_sitemap(index + old, URL, OLDEST, 1000)
    assert (found.children, found.is_index, found.passed_over) == ([Child("https://example.org/m1.xml")], True, 1)
    text = parse_sitemap(b"https://example.org/a\r\nhttps://example.org/b\r\n", URL, OLDEST, 1000)
    assert [link.url for link in text.links] == ["https://example.org/a", "https://example.org/b"]


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>no</body></html>", b"<other/>", b"\x1f\x8bxx", gzip.compress(b" " * 2_000_000)]
)
def test_no_sitemap_is_said(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse_sitemap(body, URL, OLDEST, 1_000_000)


def test_damaged_sitemap_yields_what_stands_before_the_damage() -> None:
    found = parse_sitemap(NEWS_MAP[: NEWS_MAP.index("updated<")].encode(), URL, OLDEST, 1_000_000)
    assert [link.url for link in found.links] == ["https://example.org/a", "https://example.org/undated"]
    assert "malformed" in (found.problem or "")


def test_sitemap_entities_are_not_followed() -> None:
    laughs = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    hostile = f"<!DOCTYPE urlset [{laughs}]><urlset><url><loc>https://example.org/&j;</loc></url></urlset>"
    try:
        found = parse_sitemap(hostile.encode(), URL, OLDEST, 1_000_000)
    except UnreadableError:
        return
    assert all(len(link.url) < 1000 for link in found.links)
    secret = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://e.org/&x;</loc></url></urlset>'
    assert [link.url for link in parse_sitemap(secret.encode(), URL, OLDEST, 1000).links] in ([], ["https://e.org/"])


def test_section_links_and_the_next_page() -> None:
    text = """<html><head><base href="/b/"></head><body><a href="story?id=1#top"> A <b>story</b></a>
    <a href="pic.JPG">p</a><a href="javascript:void(0)">j</a><a href="http://[bad">x</a>
    <a href="/news?page=1">1</a><a href="/news?page=2">2</a><a href="/news?page=3">3</a></body></html>"""
    found = parse_section(text, "https://example.org/news")
    assert found.links == [Link("https://example.org/b/story?id=1", "A story")]
    assert found.children == [Child("https://example.org/news?page=2")]
    second = parse_section(text.replace("/b/", "/"), "https://example.org/news?page=2")
    assert second.children == [Child("https://example.org/news?page=3")]
    relative = parse_section("<a href='/x'>x</a><a rel='nofollow next' href='/older'>o</a>", "https://example.org/news")
    assert relative.children == [Child("https://example.org/older")]
    with pytest.raises(UnreadableError):
        parse_section("plain", URL)

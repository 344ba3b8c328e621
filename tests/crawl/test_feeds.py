"""What feeds say: links, dates, and how they want to be asked."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response

from crawler.crawl.discovery.dates import parse_feed_date, parse_latest
from crawler.crawl.discovery.feeds import parse_feed
from crawler.crawl.discovery.links import Found, Link
from crawler.crawl.endpoints import newest_of
from crawler.crawl.poll_wishes import read_wishes

URL = "https://example.org/news/feed.xml"
AT = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)
DAMASCUS = ZoneInfo("Asia/Damascus")


def rss(item: str, channel: str = "") -> bytes:
    spaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" '
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    )
    return f'<rss version="2.0" {spaces}><channel><title>F</title>{channel}<item>{item}</item></channel></rss>'.encode()


def links(body: bytes | str) -> list[str]:
    return [link.url for link in parse_feed(body.encode() if isinstance(body, str) else body, URL, None).links]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<link>/a</link><guid>https://example.org/guid</guid>", ["https://example.org/a"]),
        ("<guid isPermaLink='true'>https://example.org/g</guid>", ["https://example.org/g"]),
        ("<guid isPermaLink='false'>https://example.org/g</guid>", []),
        ("<guid>tag:example.org,2026:1</guid>", []),
        (
            "<link>https://feeds.example/1</link><feedburner:origLink>/a</feedburner:origLink>",
            ["https://example.org/a"],
        ),
        ("<atom:link rel='self' href='/self'/><link>/a</link>", ["https://example.org/a"]),
        ("<atom:link rel='alternate' href='/a'/>", ["https://example.org/a"]),
        ("<link>/a</link><source url='/other.xml'>Other</source><enclosure url='/a.mp3'/>", ["https://example.org/a"]),
        (
            "<link>/a</link><media:content url='/i.jpg'><media:title>x</media:title></media:content>",
            ["https://example.org/a"],
        ),
        ("<title>no link</title>", []),
    ],
)
def test_the_page_of_an_rss_item(item: str, expected: list[str]) -> None:
    assert links(rss(item)) == expected


def test_the_title_is_the_items_own() -> None:
    item = "<link>/a</link><media:title>Photo</media:title><itunes:title>Pod</itunes:title><title>A &#38; B</title>"
    content = "<content:encoded><![CDATA[<title>C</title>]]></content:encoded>"
    assert parse_feed(rss(item + content), URL, None).links[0].title == "A & B"
    assert parse_feed(rss("<link>/a</link><dc:title>D</dc:title>"), URL, None).links[0].title == "D"


def test_atom_links_bases_and_dates() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/base/"><link rel="self" href="/s"/>
    <link rel="hub" href="https://hub.example/"/>
    <entry xml:base="deep/"><link rel="edit" href="/e"/><link rel="alternate" type="application/json" href="/j"/>
    <link rel="alternate" type="text/html" href="a"/><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A
    <b>B</b></div></title><source><title>S</title><link href="/source"/><updated>2020-01-01T00:00:00Z</updated></source>
    <updated>2026-11-23T10:00:00Z</updated><published>2026-11-22T10:00:00Z</published></entry>
    <entry><id>https://example.org/by-id</id></entry><entry><id>urn:1</id></entry></feed>"""
    found = parse_feed(feed.encode(), URL, None)
    assert found.links == [
        Link("https://example.org/base/deep/a", "A B", AT),
        Link("https://example.org/by-id"),
    ]
    assert found.hub_url == "https://hub.example/"


def test_old_and_odd_kinds() -> None:
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    rss09 = f'<rdf:RDF {rdf} xmlns="http://my.netscape.com/rdf/simple/0.9/"><item><link>/a</link></item></rdf:RDF>'
    assert links(rss09) == ["https://example.org/a"]
    about = f'<rdf:RDF {rdf} xmlns="http://purl.org/rss/1.0/"><item rdf:about="https://example.org/b"/></rdf:RDF>'
    assert links(about) == ["https://example.org/b"]
    assert links('<rss version="0.91"><channel><item><link> /a </link></item></channel></rss>') == [
        "https://example.org/a"
    ]
    hubs = (
        b'{"version": "https://jsonfeed.org/version/1", "hubs": [{"type": "WebSub", "url": "/hub"}],'
        b'"items": [{"id": "https://example.org/i"}, {"external_url": "/x"}]}'
    )
    found = parse_feed(hubs, URL, None)
    assert [link.url for link in found.links] == ["https://example.org/i", "https://example.org/x"]
    assert found.hub_url == "https://example.org/hub"


def test_the_charset_of_the_header_counts_where_the_file_states_none() -> None:
    body = rss("<link>/a</link><title>حلب</title>").decode().encode("windows-1256")
    assert parse_feed(body, URL, "text/xml; charset=windows-1256").links[0].title == "حلب"
    stated = b'<?xml version="1.0" encoding="utf-8"?>' + rss("<link>/a</link><title>حلب</title>")
    assert parse_feed(stated, URL, "text/xml; charset=iso-8859-1").links[0].title == "حلب"


def test_damage_costs_neither_what_is_before_nor_what_is_after() -> None:
    many = "</item><item>".join(f"<link>/{n}</link>" for n in range(200))
    body = rss(many).replace(b"<link>/100</link>", b"<title>Oil & gas&nbsp;</title><link>/100</link>")
    found = parse_feed(body, URL, None)
    assert len(found.links) == 200
    assert "malformed" in (found.problem or "")
    padded = rss(many + f"</item><item><link>/last</link><description>{'x' * 1_100_000}</description>")
    found = parse_feed(padded.replace(b"<link>/100<", b"<title>a & b</title><link>/100<"), URL, None)
    assert len(found.links) == 201, "also when feedparser is given its start only"


@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaa'>"
        + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(8))
        + "<!ENTITY x '&i;'>]>",
    ],
)
def test_entities_fetch_nothing_and_grow_to_nothing(document_type: str) -> None:
    found = parse_feed(document_type.encode() + rss("<title>&x;</title><link>/a</link>"), URL, None)
    assert [link.url for link in found.links] in ([], ["https://example.org/a"])
    assert all((link.title or "") in ("", "&x;") for link in found.links)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 22 Nov 2026 12:00:00 +0200",
        "Sun, 22 Nov 2026 10:00 GMT",
        "22 Nov 26 10:00:00 UT",
        "Sun, 22 November 2026 10:00:00 GMT",
        "2026-11-22T13:00:00+03:00",
        "2026-11-22T10:00Z",
        "2026-11-22 13:00:00",
        "Sun, 22 Nov 2026 13:00:00",
        "Sun Nov 22 10:00:00 2026",
        "  Sun,  22 Nov 2026 10:00:00  GMT ",
    ],
)
def test_dates_as_they_come(text: str) -> None:
    zone = timezone.utc if text.startswith("Sun Nov") else DAMASCUS
    assert parse_feed_date(text, zone) == AT


@given(st.text(max_size=70))
def test_no_date_breaks_a_feed(text: str) -> None:
    instant = parse_feed_date(text, DAMASCUS)
    assert instant is None or instant.tzinfo is timezone.utc


def test_a_day_lasts_until_it_is_over_everywhere() -> None:
    assert parse_latest("2026-11-22") == datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
    assert parse_latest("2026-11-22T10:00:00Z") == AT
    assert parse_latest("yesterday") is None


def test_dates_to_come_are_not_the_newest() -> None:
    dates = [AT, AT - timedelta(days=1), AT + timedelta(days=30), None]
    found = Found(links=[Link("https://example.org/", published_at=date) for date in dates])
    assert newest_of(found, AT + timedelta(hours=1)) == AT
    assert newest_of(Found(), AT) is None


def wishes(channel: str = "", status: int = 200, now: datetime = AT, **headers: str) -> dict[str, object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    found = parse_feed(rss("<link>/a</link>", channel), URL, None) if status == 200 else None
    return read_wishes(Response(URL, status=status, headers=named), found, now)


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("", None),
        ("<ttl>30</ttl>", 1800),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>999999</ttl>", 86_400),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600),
        ("<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency> 1 </sy:updateFrequency>", None),
        ("<ttl>10</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 600),
        ("<skipDays><day>Sunday</day></skipDays>", 14 * 3600),
        ("<skipDays><day>Sunday</day><day>Monday</day></skipDays>", 38 * 3600),
        ("<skipDays><day>Monday</day></skipDays>", None),
    ],
)
def test_how_long_a_feed_wants_to_be_left_alone(channel: str, seconds: int | None) -> None:
    assert wishes(channel)["wait_seconds"] == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache_Control": "max-age=600"}, 600),
        ({"Cache_Control": 'public, max-age="600", s-maxage=9000'}, 600),
        ({"Cache_Control": "s-maxage=9000"}, None),
        ({"Cache_Control": "max-age=600", "Age": "500"}, 100),
        ({"Cache_Control": "max-age=600", "Age": "900"}, None),
        ({"Cache_Control": "no-cache, max-age=600"}, None),
        ({"Cache_Control": "max-age=31536000"}, None),
        ({"Cache_Control": "max-age=-1"}, None),
        ({"Expires": "Sun, 22 Nov 2026 10:10:00 GMT"}, 600),
        ({"Expires": "0"}, None),
        ({"Expires": "Sun, 22 Nov 2026 10:10:00 GMT", "Cache_Control": "max-age=60"}, 60),
        ({"Retry_After": "600"}, None),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: int | None) -> None:
    assert wishes(**headers)["wait_seconds"] == seconds


def test_a_busy_server_is_left_alone_as_long_as_it_asks() -> None:
    assert wishes(status=429, Retry_After="7200", Cache_Control="max-age=60")["wait_seconds"] == 7200
    assert wishes(status=503, Retry_After="Sun, 22 Nov 2026 11:00:00 GMT")["wait_seconds"] == 3600
    assert wishes(status=503)["wait_seconds"] is None


def test_skipped_hours_and_hubs() -> None:
    hours = "<skipHours><hour>24</hour><hour>3</hour><hour>99</hour></skipHours>"
    assert wishes(hours)["skip_hours"] == (0, 3)
    every = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    assert wishes(f"<skipHours>{every}</skipHours>")["skip_hours"] == ()
    hub = '<atom:link rel="hub" href="https://hub.example/"/>'
    assert wishes(hub)["hub_url"] == "https://hub.example/"
    assert wishes(Link='</self>; rel="self", </hub>; rel="hub"')["hub_url"] == "https://example.org/hub"
    assert wishes(Link="</self>; rel=self")["hub_url"] is None

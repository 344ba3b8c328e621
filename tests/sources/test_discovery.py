from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from crawler.config import Settings
from crawler.errors import SiteError, SourceError
from crawler.sources.discovery import FoundSite, SiteOptions, discover_site, write_found_site
from crawler.sources.fetching import FetchLimits
from crawler.sources.loading import load_source
from crawler.sources.model import SourceKind
from crawler.sources.site_page import guess_id, guess_place, is_government, site_name

Discover = Callable[..., FoundSite]


@pytest.fixture
def discover(settings: Settings, limits: FetchLimits) -> Discover:
    def run(url: str, **options: Any) -> FoundSite:
        return discover_site(url, settings, allow_private=True, limits=limits, options=SiteOptions(**options))

    return run


def page(head: str = "", body: str = "", lang: str = "ar-SY") -> str:
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'


def articles(count: int) -> str:
    return "".join(f'<a href="/2026/report-from-the-city-{n}">r</a>' for n in range(count))


FEED = '<link rel="alternate" type="application/rss+xml" href="{}">'


def test_a_linked_feed_becomes_a_source(site: Any, discover: Discover, rss: Any, tmp_path: Path) -> None:
    head = FEED.format("/feed/") + FEED.format("/comments/feed/") + FEED.format("/dead")
    site.add("/", page(head + '<meta property="og:site_name" content=" Aleppo  Desk ">'))
    site.add("/feed/", rss(site.url(), language="ar"), "application/rss+xml")
    found = discover(site.url(), country="SY", kind=SourceKind.NEWS, time_zone="Asia/Damascus")
    source = found.source
    assert source.feeds == (site.url("/feed/"),)
    assert (source.name, source.languages, source.home_page) == ("Aleppo Desk", ("ar",), site.url())
    assert source.id == f"127-0-0-1-{site.port}"
    assert source.enabled
    assert source.verified_on == datetime.now(timezone.utc).date().isoformat()
    assert source.allow_private_addresses
    assert not source.sitemaps
    assert found.remains == ()
    assert "/comments/feed/" not in site.paths
    assert {agent for _, agent in site.asked} == {"Dateline/0.1.0 (news archive; +mailto:desk@example.org)"}
    path = write_found_site(found, tmp_path / "mine")
    assert load_source(path) == source
    with pytest.raises(SourceError, match="is there already"):
        write_found_site(found, tmp_path / "mine")
    write_found_site(found, tmp_path / "mine", replace=True)
    other = FoundSite(source.model_copy(update={"id": "other"}), (), ())
    with pytest.raises(SourceError, match=r"has the feed .* already"):
        write_found_site(other, tmp_path / "mine")


def test_well_known_feeds_are_asked_only_where_none_is_linked(site: Any, discover: Discover, rss: Any) -> None:
    site.add("/", page())
    site.add("/feed/", page("not a feed"))
    site.add("/rss", '<rss version="2.0"><channel><title>empty</title></channel></rss>', "text/xml")
    site.add("/rss.xml", rss(site.url()), "text/xml")
    found = discover(site.url())
    assert found.source.feeds == (site.url("/rss.xml"),)
    assert "/feed.xml" not in site.paths
    assert [step.found for step in found.steps][:4] == [
        "home page",
        "a web page, 0 links like articles",
        "an RSS feed, 0 entries",
        "an RSS feed, 3 entries",
    ]


def test_sitemaps_are_taken_from_robots_news_first(site: Any, discover: Discover, sitemap: Any) -> None:
    site.add("/", page(lang=""))
    site.add(
        "/robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.url('/all.xml')}\nSitemap: /news.xml\n", "text/plain"
    )
    site.add("/all.xml", sitemap(site.url(), root="sitemapindex", item="sitemap"), "text/xml")
    site.add("/news.xml", sitemap(site.url()), "text/xml")
    found = discover(site.url())
    assert found.source.sitemaps == (site.url("/news.xml"), site.url("/all.xml"))
    assert not found.source.feeds
    assert not found.source.section_pages
    assert "/sitemap.xml" not in site.paths
    assert found.source.languages == ("und",)
    assert [remark.partition(":")[0] for remark in found.remains] == [
        "name",
        "languages",
        "country",
        "time_zone",
        "kind",
    ]
    assert found.source.notes == (
        "Found by `dateline sources add`. To be looked at by a person: name, languages, country, time_zone, kind."
    )


def test_without_feed_and_sitemap_sections_are_proposed(site: Any, discover: Discover) -> None:
    nav = '<a href="/about">a</a><a href="/en/news">n</a><a href="/contact">c</a><a href="/x/y/z/news">deep</a>'
    site.add("/", page("<title>T</title>", nav + articles(6)))
    site.add("/en/news", page(body=articles(7)))
    site.add("/about", page(body="<p>us</p>"))
    found = discover(site.url())
    assert found.source.section_pages == (site.url("/en/news"),)
    assert "/x/y/z/news" not in site.paths


def test_the_home_page_itself_is_the_last_resort(site: Any, discover: Discover) -> None:
    site.add("/", page(body=articles(6)))
    assert discover(site.url()).source.section_pages == (site.url(),)


def test_articles_on_another_host_are_allowed(site: Any, discover: Discover, rss: Any) -> None:
    site.add("/", page(FEED.format("/f")))
    site.add("/f", rss("https://articles.example.org"), "text/xml")
    home = f"127.0.0.1:{site.port}"
    assert discover(site.url()).source.allowed_hosts == (home, f"www.{home}", "articles.example.org")


def test_the_address_of_a_feed_leads_to_its_site(site: Any, discover: Discover, rss: Any) -> None:
    site.add("/f.xml", rss(site.url()), "text/xml")
    site.add("/", page("<title>T</title>"))
    source = discover(site.url("/f.xml")).source
    assert (source.feeds, source.home_page) == ((site.url("/f.xml"),), site.url("/"))


def test_a_site_that_has_moved_is_followed(site: Any, new_site: Any, discover: Discover, rss: Any) -> None:
    other = new_site()
    other.add("/", page(FEED.format("/old-feed")))
    other.redirect("/old-feed", "/feed")
    other.add("/feed", rss(other.url()), "text/xml")
    site.redirect("/", other.url())
    found = discover(site.url())
    assert (found.source.home_page, found.source.feeds) == (other.url(), (other.url("/feed"),))


def test_robots_txt_is_honoured(site: Any, discover: Discover, rss: Any) -> None:
    site.add("/robots.txt", "User-agent: dateline\nDisallow: /feed\n", "text/plain")
    site.add("/", page(FEED.format("/feed")))
    site.add("/feed", rss(site.url()), "text/xml")
    site.add("/rss", rss(site.url()), "text/xml")
    assert discover(site.url()).source.feeds == (site.url("/rss"),)
    assert "/feed" not in site.paths
    site.add("/robots.txt", "User-agent: *\nDisallow: /\n", "text/plain")
    with pytest.raises(SiteError, match=r"the robots\.txt of 127\.0\.0\.1:\d+ disallows /$"):
        discover(site.url())
    for status in (503, 429):
        site.add("/robots.txt", "sorry", "text/plain", status=status)
        with pytest.raises(SiteError, match=r"the robots\.txt of .* cannot be had: its server fails"):
            discover(site.url())


def test_nothing_found_lists_what_was_tried(site: Any, discover: Discover) -> None:
    site.add("/", page("<title>T</title>", "<p>Soon.</p>"))
    with pytest.raises(SiteError) as caught:
        discover(site.url())
    message = str(caught.value)
    assert message.startswith(
        f"{site.url()}: has no feed, sitemap or list of articles; tried: /feed/ (is not there (404))"
    )
    assert all(
        path in message for path in ("/rss", "/atom.xml", "/index.xml", "/sitemap_index.xml", "as a section page")
    )
    assert "\n" not in message


def test_private_addresses_are_refused_unless_allowed(site: Any, settings: Settings) -> None:
    site.add("/", page())
    for url in (site.url(), f"http://localhost:{site.port}/", f"http://[::ffff:127.0.0.1]:{site.port}/"):
        with pytest.raises(SiteError, match="is not an address of the public internet: add --allow-private"):
            discover_site(url, settings)
    assert site.asked == []


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "does not let us in (403): ask the site for access"),
        (404, "is not there (404)"),
        (410, "is not there (410)"),
        (429, "asks for fewer requests (429): try later, with a longer delay"),
        (500, "the server fails (500): try later"),
        (418, "answers 418, which is no page"),
    ],
)
def test_error_pages_are_said_in_one_line(site: Any, discover: Discover, status: int, message: str) -> None:
    site.add("/", page("<title>Sorry</title>"), status=status)
    with pytest.raises(SiteError) as caught:
        discover(site.url())
    assert str(caught.value).startswith(f"{site.url()}: ")
    assert str(caught.value).endswith(message)


def test_a_page_that_is_no_page(site: Any, discover: Discover, sitemap: Any) -> None:
    site.add("/", b"%PDF-1.7 \x00\x01", "application/pdf")
    with pytest.raises(SiteError, match=r"is something unknown \(application/pdf\): give a site's home page"):
        discover(site.url())
    site.add("/", sitemap(site.url()), "text/xml")
    with pytest.raises(SiteError, match=r"is a sitemap \(text/xml\): give a site's home page"):
        discover(site.url())


def test_failures_of_the_network_are_said_plainly(site: Any, new_site: Any, discover: Discover) -> None:
    with pytest.raises(SiteError, match=r"no host no-such-host\.invalid is found: check the spelling"):
        discover("https://no-such-host.invalid/")
    gone = new_site()
    gone.close()
    with pytest.raises(SiteError, match="does not accept a connection"):
        discover(gone.url())
    with pytest.raises(SiteError, match="no secure connection with"):
        discover(site.url().replace("http:", "https:"))
    site.redirect("/", "/a", 302)
    site.redirect("/a", "/", 302)
    with pytest.raises(SiteError, match="redirects in a circle, back to"):
        discover(site.url())
    site.redirect("/", "file:///etc/passwd", 302)
    with pytest.raises(SiteError, match="redirects to 'file:///etc/passwd', which is no web address"):
        discover(site.url())


def test_a_slow_server_is_given_up_on_however_it_drips(site: Any, discover: Discover) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"<p>")
            handler.wfile.flush()
            time.sleep(0.2)

    site.answers["/"] = drip
    started = time.monotonic()
    with pytest.raises(SiteError, match=r"did not answer in full within 1\.5 s"):
        discover(site.url())
    assert time.monotonic() - started < 4


def test_a_huge_answer_is_given_up_on(site: Any, discover: Discover) -> None:
    import gzip

    site.add("/", b"<html>" + b"x" * 400_000)
    with pytest.raises(SiteError, match=r"is larger than 0\.3 MB"):
        discover(site.url())
    site.add("/", gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(SiteError, match=r"is larger than 0\.3 MB"):
        discover(site.url())


def test_names_and_places_from_host_names() -> None:
    assert guess_id("www.enabbaladi.net") == "enabbaladi"
    assert guess_id("arabic.example.co.uk") == "example-arabic"
    assert guess_id("127.0.0.1:8460") == "127-0-0-1-8460"
    assert guess_id("xn--mgb.example.org") == "example-xn-mgb"
    assert guess_place("www.sana.sy") == ("SY", "Asia/Damascus")
    assert guess_place("bbc.co.uk:443") == ("GB", "Europe/London")
    assert guess_place("medyascope.tv") is None
    assert is_government("www.nna-leb.gov.lb")
    assert not is_government("governance.example.org")


def test_a_name_is_read_from_json_ld_and_else_the_title() -> None:
    graph = '{"@graph": [{"@type": "NewsArticle", "publisher": {"name": "Desk"}}]}'
    linked = f'<script type="application/ld+json">{graph}</script>'
    assert site_name(html.document_fromstring(page(linked + "<title>T</title>"))) == ("Desk", True)
    assert site_name(html.document_fromstring(page("<title>T\n t</title>"))) == ("T t", False)
    assert site_name(html.document_fromstring(page('<script type="application/ld+json">{[</script>'))) is None

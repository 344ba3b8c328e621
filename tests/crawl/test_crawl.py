"""Whole crawls: a real Scrapy process against a real server."""

from __future__ import annotations

import gzip
import hashlib
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import brotli
import pytest

from crawler.archive import decode_body, read_response
from crawler.errors import ConfigError, RunError
from crawler.manifests import DueUrl, EndpointState, RunKind
from crawler.urls import url_key


def test_feed_to_archive(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    packed = brotli.compress(b"<h1>Toll rises to 21</h1>")
    site.feed("/news/1?utm_source=rss", "/news/2", "/news/1")
    headers = {"Content-Encoding": "br", "Content-Type": "text/html"}
    site.pages["/news/1?utm_source=rss"] = answer(packed, headers=headers)
    site.pages["/news/2"] = "<h1>Two</h1>"
    batch = make_batch(source_of(site))
    report = batch.crawl()
    assert report.is_complete, report.problem
    assert report.problem is None
    one, two = sorted(batch.captures, key=lambda capture: capture.url)
    assert one.canonical_url == f"{site.url}/news/1"
    assert one.hint_title == "On /news/1?utm_source=rss"
    assert one.hint_published_at == datetime(2026, 11, 22, 10, tzinfo=timezone.utc)
    assert (one.http_status, one.content_type, two.final_url) == (200, "text/html", f"{site.url}/news/2")
    response = read_response(batch.settings.archive_url, one)
    assert response.body == packed
    assert decode_body(response, 1000) == b"<h1>Toll rises to 21</h1>"
    [visit] = batch.visits
    assert (visit.http_status, visit.links, visit.known, visit.taken_on) == (200, 3, 0, 2)
    assert report.sources["example"].discovered == report.sources["example"].captured == 2
    asked = site.asked_for("/news/2")[0].headers
    assert "ops@example.org" in asked["user-agent"]
    assert "referer" not in asked
    assert "cookie" not in asked
    before = len(site.asked)
    assert batch.crawl() == report
    assert len(site.asked) == before


def test_every_ending_has_its_reason(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    endings = {
        "gone": answer("gone", 410),
        "missing": answer("missing", 404),
        "forbidden": answer("no", 403),
        "legal": answer("no", 451),
        "teapot": answer("no", 418),
        "huge": answer("x" * 20_000),
        "bomb": answer(gzip.compress(b"\0" * 1_000_000), headers={"Content-Encoding": "gzip"}),
        "chain1": answer(status=301, headers={"Location": "/chain2"}),
        "chain2": answer(status=302, headers={"Location": "/end"}),
        "end": answer("<h1>End</h1>", headers={"ETag": '"v1"', "Set-Cookie": "a=1"}),
        "loop1": answer(status=302, headers={"Location": "/loop2"}),
        "loop2": answer(status=302, headers={"Location": "/loop1"}),
        "endless0": answer(status=302, headers={"Location": "/endless1"}),
        **{f"endless{n}": answer(status=302, headers={"Location": f"/endless{n + 1}"}) for n in range(1, 9)},
        "elsewhere": answer(status=302, headers={"Location": "http://example.invalid/x"}),
        "mail": answer(status=302, headers={"Location": "mailto:a@example.org"}),
        "file": answer(status=302, headers={"Location": "file:///etc/passwd"}),
        "nowhere": answer(status=302),
        "secret/page": answer("private"),
    }
    listed = [name for name in endings if name != "chain2" and not (name.startswith("endless") and name != "endless0")]
    site.pages.update({f"/{name}": value for name, value in endings.items()})
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /secret/\n")
    site.feed(*(f"/{name}" for name in listed if name not in ("loop2", "end")))
    batch = make_batch(source_of(site, limits={"max_bytes": 10_000}))
    report = batch.crawl()
    assert report.is_complete, report.problem
    assert batch.ends() == {
        "gone": "failed:gone",
        "missing": "failed:not_found",
        "forbidden": "blocked:forbidden",
        "legal": "blocked:forbidden",
        "teapot": "failed:client_error",
        "huge": "failed:too_large",
        "bomb": "failed:too_large",
        "loop1": "failed:redirect_loop",
        "endless0": "failed:redirect_loop",
        "elsewhere": "blocked:off_host",
        "mail": "failed:bad_redirect",
        "file": "failed:bad_redirect",
        "nowhere": "failed:bad_redirect",
        "secret/page": "blocked:robots",
    }
    assert "/secret/page" not in site.paths()
    [capture] = batch.captures
    assert capture.redirects == (f"{site.url}/chain1", f"{site.url}/chain2")
    assert (capture.url, capture.final_url, capture.etag) == (f"{site.url}/chain1", f"{site.url}/end", '"v1"')
    assert capture.final_url_key == url_key(f"{site.url}/end")
    evidence = {fetch.url.rsplit("/", 1)[1]: fetch.capture for fetch in batch.fetches if fetch.capture}
    assert set(evidence) == {"gone", "missing", "forbidden", "legal", "teapot", "bomb"}
    assert read_response(batch.settings.archive_url, evidence["gone"]).body == b"gone"
    assert all("cookie" not in asked.headers for asked in site.asked)


def test_temporary_errors_are_tried_again(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/flaky", "/broken", "/busy", "/until")
    flaky = iter([answer("", 500), answer("<h1>At last</h1>")])
    site.pages["/flaky"] = lambda _: next(flaky)
    site.pages["/broken"] = answer("down", 503)
    busy = iter([answer("", 429, headers={"Retry-After": "2"})])
    site.pages["/busy"] = lambda _: next(busy, answer("<h1>Busy no more</h1>"))
    until = iter([lambda: format_datetime(datetime.now(timezone.utc) + timedelta(seconds=3), usegmt=True)])
    site.pages["/until"] = lambda _: (
        answer("", 503, headers={"Retry-After": value()}) if (value := next(until, None)) else answer("<h1>Here</h1>")
    )
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0, "concurrent_requests": 1}))
    batch.crawl()
    assert batch.ends() == {"broken": "failed:server_error"}
    assert {capture.url.rsplit("/", 1)[1] for capture in batch.captures} == {"flaky", "busy", "until"}
    [broken] = batch.fetches
    assert (broken.http_status, broken.capture is not None) == (503, True)
    for path, seconds in (("/busy", 2.0), ("/until", 1.9)):
        first, second = site.asked_for(path)
        assert second.at - first.at >= seconds
        between = [asked for asked in site.asked if first.at < asked.at < first.at + seconds]
        assert between == [], [(round(asked.at - site.asked[0].at, 2), asked.path) for asked in site.asked]
    assert len(site.asked_for("/broken")) == 3


def test_long_retry_after_leaves_the_host_alone(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/1", "/2", "/3")
    for n in (1, 2, 3):
        site.pages[f"/{n}"] = answer("slow down", 429, headers={"Retry-After": "3600"})
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.2, "concurrent_requests": 1}))
    started = time.monotonic()
    batch.crawl()
    assert time.monotonic() - started < 20
    assert set(batch.ends().values()) == {"blocked:rate_limited"}
    assert len([path for path in site.paths() if path in ("/1", "/2", "/3")]) == 1
    assert "Retry-After: 3600" in next(fetch.detail for fetch in batch.fetches if fetch.detail)


def test_delay_and_crawl_delay_are_kept(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.pages["/robots.txt"] = answer("User-agent: dateline\nCrawl-delay: 0.6\n\nUser-agent: *\nDisallow: /\n")
    names = [f"/{n}" for n in range(4)]
    site.feed(*names)
    site.pages.update({name: answer(status=302, headers={"Location": f"{name}-moved"}) for name in names[:1]})
    site.pages.update({name: f"<h1>{name}</h1>" for name in [*names[1:], "/0-moved"]})
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.3, "concurrent_requests": 8}))
    batch.crawl()
    assert len(batch.captures) == 4
    assert site.paths()[0] == "/robots.txt"
    gaps = [later.at - earlier.at for earlier, later in zip(site.asked, site.asked[1:], strict=False)]
    # A connection's set-up may shift an arrival by some milliseconds.
    assert min(gaps[1:]) >= 0.6 - 0.03, gaps
    # The site's own delay counts from the first request after the file that asks for it.
    assert gaps[0] >= 0.3 - 0.03, gaps


@pytest.mark.parametrize(
    ("robots", "expected"),
    [(("", 500), "blocked:robots"), (("", 403), None), (("<html>no such page", 200), None)],
)
def test_robots_that_cannot_be_had(
    site: Any, make_batch: Any, source_of: Any, answer: Any, robots: Any, expected: str | None
) -> None:
    site.pages["/robots.txt"] = answer(*robots, headers={"Retry-After": "0"})
    site.pages["/1"] = "<h1>One</h1>"
    site.feed("/1")
    key = url_key(f"{site.url}/due")
    site.pages["/due"] = "<h1>Due</h1>"
    due = DueUrl(source_id="example", url=f"{site.url}/due", canonical_url=f"{site.url}/due", url_key=key)
    batch = make_batch(source_of(site), due_urls=(due,))
    batch.crawl()
    if expected:
        assert set(site.paths()) == {"/robots.txt"}
        assert batch.ends() == {"due": expected}
        assert batch.visits[0].reason == "robots"
        assert "500" in (batch.visits[0].detail or "")
    else:
        assert len(batch.captures) == 2


def test_conditional_requests(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/1", ETag='"f1"')
    site.feed("/2", at="/other.xml", ETag='"o2"')
    site.pages["/2"] = "<h1>Two</h1>"
    site.pages["/same"] = answer("<h1>Same</h1>", headers={"ETag": '"s"'})
    site.pages["/edited"] = answer("<h1>Edited</h1>", headers={"ETag": '"new"'})
    due = []
    for path, etag in (("/same", '"s"'), ("/edited", '"old"')):
        url = site.url + path
        due.append(DueUrl(source_id="example", url=url, canonical_url=url, url_key=url_key(url), etag=etag))
    endpoints = [
        EndpointState(source_id="example", url=f"{site.url}/feed.xml", etag='"f1"'),
        EndpointState(source_id="example", url=f"{site.url}/other.xml", etag='"o1"'),
    ]
    feeds = [f"{site.url}/feed.xml", f"{site.url}/other.xml"]
    batch = make_batch(source_of(site, feeds=feeds), endpoints=endpoints, due_urls=due)
    batch.crawl()
    visits = {visit.url.rsplit("/", 1)[1]: visit for visit in batch.visits}
    assert visits["feed.xml"].http_status == 304
    assert visits["other.xml"].etag == '"o2"'
    assert batch.ends() == {"same": "unchanged:not_modified"}
    captures = {capture.url.rsplit("/", 1)[1]: capture for capture in batch.captures}
    assert set(captures) == {"2", "edited"}
    assert captures["edited"].discovered_via == "revisit"


def test_only_endpoints_whose_turn_has_come_are_asked(site: Any, make_batch: Any, source_of: Any) -> None:
    site.feed("/1")
    site.feed("/2", at="/later.xml")
    site.pages.update({"/1": "<h1>One</h1>", "/old": "<h1>Old</h1>"})
    old = f"{site.url}/old"
    endpoints = [EndpointState(source_id="example", url=f"{site.url}/later.xml", is_due=False)]
    due = [DueUrl(source_id="example", url=old, canonical_url=old, url_key=url_key(old))]
    feeds = [f"{site.url}/feed.xml", f"{site.url}/later.xml"]
    batch = make_batch(source_of(site, feeds=feeds), endpoints=endpoints, due_urls=due)
    batch.crawl()
    assert set(site.paths()) == {"/robots.txt", "/feed.xml", "/1", "/old"}
    assert [visit.url for visit in batch.visits] == [f"{site.url}/feed.xml"]


def test_fast_edit_is_seen_within_the_crawl(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/toll", "/calm", "/tagged")
    tolls = iter(["<p>12 killed</p>"])
    site.pages["/toll"] = lambda _: next(tolls, "<p>21 killed</p>")
    site.pages["/calm"] = "<p>calm</p>"
    site.pages["/tagged"] = answer("<p>tagged</p>", headers={"ETag": '"t"'})
    batch = make_batch(source_of(site, revisit_after=["1s", "1h"]))
    report = batch.crawl()
    versions = [capture for capture in batch.captures if capture.url.endswith("/toll")]
    assert [capture.discovered_via for capture in versions] == ["feed", "revisit"]
    assert versions[0].url_key == versions[1].url_key
    bodies = [read_response(batch.settings.archive_url, version).body for version in versions]
    assert bodies == [b"<p>12 killed</p>", b"<p>21 killed</p>"]
    assert len(batch.captures) == 4
    assert report.sources["example"].discovered == report.sources["example"].captured == 3
    assert [len(site.asked_for(path)) for path in ("/toll", "/calm", "/tagged")] == [2, 2, 2]
    first, second = site.asked_for("/tagged")
    assert second.headers["if-none-match"] == '"t"'
    assert second.at - first.at >= 1.0


def test_limits_leave_the_rest_pending(site: Any, make_batch: Any, source_of: Any) -> None:
    names = [f"/{n}" for n in range(9)]
    site.feed(*names, *(f"/{'x' * 2100}{n}" for n in range(2)))
    site.feed(*names, at="/slow.xml")
    site.pages.update(dict.fromkeys(names, "<h1>page</h1>"))
    few = source_of(site, limits={"max_pages": 3})
    slow = source_of(
        site,
        id="slow",
        home_page="http://localhost:1/",
        allowed_hosts=[f"localhost:{site.port}"],
        feeds=[f"http://localhost:{site.port}/local.xml"],
        limits={"max_seconds": 2},
        politeness={"delay_seconds": 0.7},
    )
    site.feed(*(f"http://localhost:{site.port}{name}" for name in names), at="/local.xml")
    batch = make_batch(few, slow)
    report = batch.crawl()
    assert report.is_complete
    assert report.sources["example"].reasons == {"pending:page_limit": 6}
    assert report.sources["slow"].reasons["pending:time_limit"] >= 6
    assert "2 too long" in (batch.visits[0].detail or "") + (batch.visits[1].detail or "")


def test_private_addresses_are_refused(site: Any, make_batch: Any, source_of: Any) -> None:
    site.feed("/1")
    by_name = f"http://localhost:{site.port}"
    named = source_of(
        site,
        id="named",
        home_page=by_name,
        allowed_hosts=[f"localhost:{site.port}", f"127.0.0.1:{site.port}", f"2130706433:{site.port}"],
        feeds=[f"{by_name}/feed.xml", f"http://2130706433:{site.port}/feed.xml", f"{site.url}/feed.xml"],
        allow_private_addresses=False,
        politeness={"delay_seconds": 0},
    )
    batch = make_batch(named)
    report = batch.crawl()
    assert report.is_complete, report.problem
    assert {str(visit.reason) for visit in batch.visits} == {"private_address"}
    assert len(batch.visits) == 3
    assert site.asked == []


def test_a_bad_endpoint_stops_no_other(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/1")
    site.pages["/1"] = "<h1>One</h1>"
    site.pages["/html"] = "<html><body>This is no feed</body></html>"
    site.pages["/down"] = answer("", 404)
    site.pages["/half"] = answer(
        f"<rss version='2.0'><channel><item><title>Two</title><link>{site.url}/2</link></item><item><title>Th"
    )
    site.pages["/2"] = "<h1>Two</h1>"
    site.pages["/cut"] = answer("x" * 5000, close_after=100)
    site.feed("/1", "/cut")
    feeds = [f"{site.url}{path}" for path in ("/html", "/down", "/half", "/feed.xml")]
    unreachable = ["http://127.0.0.1:9/feed.xml", "http://no-such-host.invalid/feed"]
    batch = make_batch(source_of(site, feeds=[*feeds, *unreachable]))
    assert batch.crawl().is_complete
    by_path = {visit.url.removeprefix(site.url): visit for visit in batch.visits}
    assert by_path["/html"].reason == "unreadable_list"
    assert "is not a feed" in (by_path["/html"].detail or "")
    assert by_path["/down"].reason == "not_found"
    assert by_path["/half"].reason == "bad_response"
    assert [by_path[url].reason for url in unreachable] == ["connection", "dns"]
    assert by_path["/feed.xml"].reason is None
    assert {capture.url for capture in batch.captures} == {f"{site.url}/1", f"{site.url}/2"}
    assert batch.ends() == {"cut": "failed:connection"}
    assert len(site.asked_for("/cut")) == 3


def test_sitemaps_and_sections(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    today = datetime.now(timezone.utc).date().isoformat()
    entry = "<url><loc>{}</loc><lastmod>{}</lastmod></url>"
    urls = entry.format(site.full("/s/new"), today) + entry.format(site.full("/s/old"), "2020-01-01")
    urlset = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"
    children = "".join(f"<sitemap><loc>{site.url}/map{n}.xml.gz</loc></sitemap>" for n in range(3))
    site.pages["/index.xml"] = answer(f"<sitemapindex>{children}</sitemapindex>", headers={"ETag": '"i"'})
    for n in range(3):
        body = gzip.compress(urlset.replace("/s/new", f"/s/new{n}").encode())
        site.pages[f"/map{n}.xml.gz"] = answer(body, headers={"Content-Type": "application/gzip", "ETag": f'"m{n}"'})
        site.pages[f"/s/new{n}"] = "<h1>new</h1>"
    for n in range(1, 5):
        text = (
            f"<a href='/s/story{n}'>Story</a><a href='/about'>About</a>"
            f"<a href='/world/page/{n + 1}'>More</a><a href='mailto:x@y.z'>m</a>"
        )
        page = answer(text, headers={"Content-Type": "text/html", "ETag": f'"w{n}"'})
        site.pages["/world" if n == 1 else f"/world/page/{n}"] = page
        site.pages[f"/s/story{n}"] = "<h1>story</h1>"
    batch = make_batch(
        source_of(
            site,
            sitemaps=[f"{site.url}/index.xml"],
            section_pages=[f"{site.url}/world"],
            include=["/s/"],
            limits={"max_sitemaps": 3, "max_section_pages": 2},
        )
    )
    batch.crawl()
    assert {capture.url.rsplit("/", 1)[1] for capture in batch.captures} == {"new0", "new1", "story1", "story2"}
    visits = {visit.url.removeprefix(site.url): visit for visit in batch.visits}
    assert set(visits) == {"/index.xml", "/map0.xml.gz", "/map1.xml.gz", "/world", "/world/page/2"}
    assert visits["/index.xml"].etag is None, "a 304 for an index would hide what changed in its sitemaps"
    assert visits["/world"].etag is None, "after a crawl that was cut off, a 304 would hide the pages that follow"
    assert visits["/map0.xml.gz"].etag == '"m0"'
    assert "older than" in (visits["/map0.xml.gz"].detail or "")


def test_links_that_are_no_addresses_are_counted_and_cost_no_other(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    site.pages["/1"] = "<h1>One</h1>"
    site.pages["/feed.json"] = '{"items": [{"url": "http://[b"}, {"url": "/1", "title": "\\ud800 One"}]}'
    site.pages["/index.xml"] = answer(
        "<sitemapindex><sitemap><loc>http://example.org:99999/map.xml</loc></sitemap></sitemapindex>"
    )
    batch = make_batch(source_of(site, feeds=[f"{site.url}/feed.json"], sitemaps=[f"{site.url}/index.xml"]))
    assert batch.crawl().is_complete
    assert [capture.url for capture in batch.captures] == [f"{site.url}/1"]
    assert {visit.reason for visit in batch.visits} == {None}
    assert [visit.detail for visit in batch.visits] == ["left out: 1 no web addresses"] * 2


def test_bad_input_is_one_message(site: Any, make_batch: Any, source_of: Any) -> None:
    public = source_of(site, allow_private_addresses=False)
    with pytest.raises(ConfigError, match="DATELINE_CONTACT is not set: example is"):
        make_batch(public, environment={"DATELINE_CONTACT": ""}).crawl()
    with pytest.raises(RunError, match="reprocess batch"):
        make_batch(public, kind=RunKind.REPROCESS).crawl()


def test_bytes_are_what_was_sent(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    body = bytes(range(256)) * 40
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    site.feed("/raw")
    site.pages["/raw"] = answer(chunked, headers={"Transfer-Encoding": "chunked", "Content-Type": "text/html"})
    batch = make_batch(source_of(site))
    batch.crawl()
    [capture] = batch.captures
    assert capture.payload_sha256 == hashlib.sha256(body).hexdigest()
    response = read_response(batch.settings.archive_url, capture)
    assert response.body == body
    assert response.header("Transfer-Encoding") is None


def test_concurrency_is_kept_without_a_delay(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    names = [f"/{n}" for n in range(6)]
    site.feed(*names)
    now: list[int] = [0, 0]

    def serve(_: Any) -> Any:
        now[0] += 1
        now[1] = max(now)
        time.sleep(0.1)
        now[0] -= 1
        return answer("<h1>page</h1>")

    site.pages.update(dict.fromkeys(names, serve))
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0, "concurrent_requests": 2}))
    batch.crawl()
    assert len(batch.captures) == 6
    assert now[1] == 2


def test_certificates_are_verified_unless_the_source_says_no(tls_site: Any, make_batch: Any, source_of: Any) -> None:
    tls_site.feed("/1")
    tls_site.pages["/1"] = "<h1>One</h1>"
    strict = make_batch(source_of(tls_site))
    strict.crawl()
    assert [visit.reason for visit in strict.visits] == ["tls"]
    assert tls_site.asked == []
    trusting = make_batch(source_of(tls_site, verify_tls=False), batch_id="b2")
    trusting.crawl()
    assert len(trusting.captures) == 1

"""Walls that a crawl meets: each URL ends in what came, and a host that lets nobody in is left alone."""

from __future__ import annotations

import gzip
from typing import Any

from crawler.crawl.walls import PATIENCE
from crawler.records import DiscoveredVia
from tests.recognition.saved import PAGES, read_saved


def wall(answer: Any, name: str, **changes: Any) -> Any:
    saved = read_saved(PAGES / "walls" / f"{name}.html")
    headers = {"Content-Type": "text/html; charset=utf-8", **dict(saved.headers)}
    return answer(saved.body, changes.get("status", saved.status), headers=headers)


def test_what_came_says_more_than_its_status(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    packed = wall(answer, "wordfence-limited", status=403)
    packed.body = gzip.compress(packed.body)
    packed.headers["Content-Encoding"] = "gzip"
    pages = {
        "plain": answer("<h1>403 Forbidden</h1>", 403),
        "cloudflare": wall(answer, "cloudflare-managed-body-only"),
        "packed": packed,
        "busy": wall(answer, "google-sorry"),
        "robot": wall(answer, "aws-waf-202"),
        "country": wall(answer, "geo-gdpr-451"),
        "works": wall(answer, "wordpress-maintenance"),
        "story": "<h1>Story</h1>",
        "shield": wall(answer, "anubis-200"),
        "consent": answer(status=302, headers={"Location": "https://consent.example.invalid/?next=1"}),
        "account": answer(status=302, headers={"Location": "/login?next=%2Faccount"}),
        "offer": answer(status=302, headers={"Location": "/subscribe"}),
        "lost": answer(status=302, headers={"Location": "/404"}),
    }
    pages["works"].headers.pop("Retry-After")
    site.pages.update({f"/{name}": value for name, value in pages.items()})
    site.feed(*(f"/{name}" for name in pages))
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0, "concurrent_requests": 1}))
    report = batch.crawl()
    assert report.is_complete, report.problem
    assert batch.ends() == {
        "plain": "blocked:forbidden",
        "cloudflare": "blocked:challenge",
        "packed": "blocked:challenge",
        "busy": "blocked:challenge",
        "country": "blocked:geo_blocked",
        "works": "failed:maintenance",
        "consent": "blocked:consent_wall",
        "account": "blocked:login_wall",
        "offer": "rejected:paywall",
        "lost": "failed:not_found",
    }
    details = {fetch.url.rsplit("/", 1)[1]: fetch.detail for fetch in batch.fetches}
    assert details["packed"] == "Wordfence: block page"
    assert details["consent"] == "redirects to consent.example.invalid"
    assert {capture.url.rsplit("/", 1)[1] for capture in batch.captures} == {"robot", "story", "shield"}
    assert len(site.asked_for("/busy")) == 1, "a challenge is not tried again"
    assert len(site.asked_for("/works")) == 3
    assert not {"/login?next=%2Faccount", "/subscribe"} & set(site.paths())
    kept = {fetch.url.rsplit("/", 1)[1] for fetch in batch.fetches if fetch.capture}
    assert {"cloudflare", "packed", "busy", "country", "works"} <= kept


def test_a_host_that_lets_nobody_in_is_left_alone(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    names = [f"/{n}" for n in range(20)]
    site.feed(*names)
    site.pages.update(dict.fromkeys(names, wall(answer, "f5-rejected-200")))
    site.pages.update(dict.fromkeys(names[1::2], wall(answer, "cloudflare-managed")))
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.05, "concurrent_requests": 1}))
    report = batch.crawl()
    assert report.is_complete, report.problem
    assert len([path for path in site.paths() if path in names]) == PATIENCE
    assert set(batch.ends().values()) == {"blocked:challenge"}
    assert len(batch.fetches) + len(batch.captures) == 20
    unasked = [fetch for fetch in batch.fetches if fetch.capture is None]
    assert len(unasked) == 20 - PATIENCE
    assert all(f"answered {PATIENCE} times in a row with a challenge" in (fetch.detail or "") for fetch in unasked)


def test_an_answer_in_between_keeps_the_host_open(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    names = [f"/{n}" for n in range(12)]
    site.feed(*names)
    site.pages.update(dict.fromkeys(names, wall(answer, "cloudflare-managed")))
    site.pages.update(dict.fromkeys(names[PATIENCE - 1 :: PATIENCE], "<h1>Story</h1>"))
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.05, "concurrent_requests": 1}))
    batch.crawl()
    assert set(names) <= set(site.paths())


def test_a_wall_in_the_place_of_a_list(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.pages["/forbidden.xml"] = wall(answer, "cloudflare-managed")
    site.pages["/shield.xml"] = wall(answer, "anubis-200")
    site.pages["/closed.xml"] = wall(answer, "wordpress-maintenance", status=200)
    site.pages["/page.xml"] = "<html><title>News</title><p>No feed any more.</p></html>"
    site.pages["/world"] = wall(answer, "imperva-script-only")
    site.pages["/local"] = '<a href="/story">Story</a>'
    site.pages["/story"] = "<h1>Story</h1>"
    source = source_of(
        site,
        feeds=[f"{site.url}/{name}.xml" for name in ("forbidden", "shield", "closed", "page")],
        section_pages=[f"{site.url}/world", f"{site.url}/local"],
    )
    batch = make_batch(source)
    batch.crawl()
    reasons = {visit.url.rsplit("/", 1)[1]: str(visit.reason) for visit in batch.visits}
    assert reasons == {
        "forbidden.xml": "challenge",
        "shield.xml": "challenge",
        "closed.xml": "maintenance",
        "page.xml": reasons["page.xml"],
        "world": "challenge",
        "local": "None",
    }
    assert reasons["page.xml"] in ("bad_response", "unreadable_list")
    [visit] = [visit for visit in batch.visits if visit.url.endswith("/shield.xml")]
    assert visit.detail == "Anubis: proof of work"
    assert [capture.discovered_via for capture in batch.captures] == [DiscoveredVia.SECTION]


def test_a_wall_before_robots_txt(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.pages["/robots.txt"] = wall(answer, "cloudflare-iuam-503")
    site.feed("/story")
    batch = make_batch(source_of(site))
    batch.crawl()
    [visit] = batch.visits
    assert (visit.reason, visit.detail) == ("challenge", "robots.txt: Cloudflare: challenge options")
    assert len(site.asked_for("/robots.txt")) == 1


def test_a_wall_at_a_second_look_is_no_version(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/story")
    looks = iter(["<h1>Story</h1>"])
    site.pages["/story"] = lambda _: next(looks, wall(answer, "f5-rejected-200"))
    batch = make_batch(source_of(site, revisit_after=["1s"]))
    batch.crawl()
    assert len(site.asked_for("/story")) == 2
    assert len(batch.captures) == 1

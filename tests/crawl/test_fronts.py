"""Articles that lead to a front page: withdrawn or lost, not articles."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.archive import read_response
from crawler.crawl.fronts import leads_to_front
from crawler.crawl.reconcile import CrawlFiles
from crawler.sources.model import Source


def to(answer: Any, location: str, status: int = 302) -> Any:
    return answer(status=status, headers={"Location": location})


def test_a_page_that_leads_to_a_front_has_failed_with_its_evidence(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    site.feed("/home-gone", "/section-gone", "/chain", "/moved", "/interstitial?to=/welcome", "/start", "/down")
    front = "<h1>Today</h1>"
    site.pages |= {
        "/": front,
        "/index.php?p=17": "<h1>An article of its own</h1>",
        "/world/": front,
        "/welcome": "<h1>Welcome</h1>",
        "/home-gone": to(answer, "/"),
        "/section-gone": to(answer, "/world", 301),
        "/world": to(answer, "/world/", 301),
        "/chain": to(answer, "/chain2"),
        "/chain2": to(answer, f"{site.url}/"),
        "/moved": to(answer, "/index.php?p=17", 301),
        "/interstitial?to=/welcome": to(answer, "/?to=/welcome"),
        "/?to=/welcome": to(answer, "/welcome"),
        "/start": to(answer, "/EN/"),
        "/EN/": front,
        "/down": to(answer, "/index.html"),
        "/index.html": answer("closed", 403),
    }
    source = source_of(site, feeds=[f"{site.url}/feed.xml"], section_pages=[f"{site.url}/world/"])
    batch = make_batch(source)
    batch.crawl()
    home = "failed:redirect_to_home"
    assert batch.ends() == {
        "home-gone": home,
        "section-gone": home,
        "chain": home,
        "start": home,
        "down": "blocked:forbidden",
    }
    assert sorted(capture.final_url.removeprefix(site.url) for capture in batch.captures) == [
        "/index.php?p=17",
        "/welcome",
    ]
    chain = next(fetch for fetch in batch.fetches if fetch.url.endswith("/chain"))
    assert chain.detail == f"leads to {site.url}/"
    assert chain.capture is not None
    assert chain.capture.redirects == (f"{site.url}/chain", f"{site.url}/chain2")
    assert read_response(batch.settings.archive_url, chain.capture).body == front.encode()

    # A crawl that was killed before it could note the end finds the same in the archive.
    files = CrawlFiles(discoveries={(d.source_id, d.url_key): d for d in batch.discoveries})
    evidence = [fetch.capture for fetch in batch.fetches if fetch.capture]
    files.adopt_archive(evidence, {"example": Source.model_validate(source)})
    assert files.captures == []
    assert {fetch.url_key: fetch.reason for fetch in files.fetches.values()} == {
        fetch.url_key: fetch.reason for fetch in batch.fetches
    }


def test_a_second_look_that_leads_to_the_front_is_not_kept(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    looks = iter(["<h1>Toll rises</h1>", to(answer, "/")])
    site.feed("/a")
    site.pages |= {"/a": lambda _: next(looks), "/": "<h1>Today</h1>"}
    batch = make_batch(source_of(site, revisit_after=["0.5s"]))
    batch.crawl()
    assert len(site.asked_for("/a")) == 2
    [capture] = batch.captures
    assert capture.final_url == f"{site.url}/a"


@pytest.mark.parametrize(
    ("url", "final_url", "is_front"),
    [
        ("https://example.org/a", "https://www.example.org/", True),
        ("https://example.org/a", "http://example.org/index.html", True),
        ("https://example.org/a", "https://example.org/ar", True),
        ("https://example.org/a", "https://example.org/world", True),
        ("https://example.org/a", "https://example.org/?p=17", False),
        ("https://example.org/a", "https://example.org/a/", False),
        ("https://example.org/a", "https://example.org/fr", False),
        ("https://example.org/a", "https://example.org/world/a-flood", False),
        ("https://example.org/", "https://example.org/en/", False),
        ("https://example.org/world", "https://example.org/", False),
    ],
)
def test_what_a_front_is(url: str, final_url: str, is_front: bool) -> None:
    source = Source.model_validate(
        {
            "id": "example",
            "name": "Example",
            "home_page": "https://example.org/en/",
            "country": "SY",
            "languages": ["en", "ar"],
            "kind": "news",
            "feeds": ["https://example.org/feed"],
            "section_pages": ["https://example.org/world/"],
        }
    )
    assert leads_to_front(source, url, final_url) is is_front

"""Saved pages of every kind of wall, and ordinary pages that look like one to a hasty eye."""

from __future__ import annotations

import gzip
import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.clean.extract import extract_article
from crawler.clean.reject import Rejected
from crawler.reasons import Reason
from crawler.recognition import recognise
from crawler.recognition.vendors import VENDOR_SIGNS
from crawler.sample_site import SampleSite
from crawler.sample_site.truth import expected_articles
from tests.recognition.saved import Saved, saved_pages

WALLS = saved_pages("walls")
ORDINARY = saved_pages("ordinary")
CLEAN_PAGES = Path(__file__).parent.parent / "clean" / "pages"
BY_HEADERS_ALONE = {"aws-waf-202"}
REASONS = {
    Reason.CHALLENGE,
    Reason.CONSENT_WALL,
    Reason.LOGIN_WALL,
    Reason.GEO_BLOCKED,
    Reason.MAINTENANCE,
    Reason.NEEDS_JAVASCRIPT,
    Reason.SOFT_404,
    Reason.PAYWALL,
}


def name_of(page: Saved) -> str:
    return page.name


@pytest.mark.parametrize("page", WALLS, ids=name_of)
def test_wall_is_recognised(page: Saved) -> None:
    found = recognise(page.status, page.headers, page.body, page.url, page.final_url)
    assert found is not None
    assert (found.reason, found.vendor) == (page.expect, page.vendor)
    assert found.sign


@pytest.mark.parametrize("page", [page for page in WALLS if page.headers], ids=name_of)
def test_wall_is_recognised_by_its_body(page: Saved) -> None:
    """Headers are lost in some archives, and anyone can set one."""
    found = recognise(page.status, (), page.body, page.url, page.final_url)
    if page.name in BY_HEADERS_ALONE:
        assert found is None
    else:
        assert found is not None
        assert (found.reason, found.vendor) == (page.expect, page.vendor)


@pytest.mark.parametrize("page", ORDINARY, ids=name_of)
def test_ordinary_page_raises_no_alarm(page: Saved) -> None:
    assert recognise(page.status, page.headers, page.body, page.url, page.final_url) is None


@pytest.mark.parametrize("page", [page for page in WALLS if page.status == 200], ids=name_of)
def test_wall_that_says_200_is_no_article(page: Saved) -> None:
    result = extract_article(
        page.body, content_type="text/html", url=page.final_url, asked_url=page.url, headers=page.headers
    )
    assert isinstance(result, Rejected)
    assert result.reason == page.expect


def test_every_reason_and_many_products_have_a_page() -> None:
    assert {page.expect for page in WALLS} == REASONS
    without_page = {sign.vendor for sign in VENDOR_SIGNS} - {page.vendor for page in WALLS}
    # Their signs are from documentation and detection code alone.
    assert without_page <= {"Radware", "LiteSpeed", "Reblaze", "NinjaFirewall", "Azure Front Door"}


def test_a_legacy_character_set_is_read() -> None:
    [page] = [page for page in WALLS if page.name == "maintenance-ru"]
    body = page.body.decode().replace('<meta charset="utf-8">', '<meta charset="windows-1251">').encode("cp1251")
    found = recognise(200, (), body)
    assert found is not None
    assert found.reason is Reason.MAINTENANCE
    in_header = recognise(200, [("Content-Type", "text/html; charset=windows-1251")], body.replace(b"<meta", b"<m"))
    assert in_header == found


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with SampleSite(base_port=0, developing_seconds=0) as running:
        yield running


def test_sample_site_raises_no_alarm(site: SampleSite) -> None:
    alarms = {}
    articles = expected_articles(site.urls)
    for article in articles:
        with urllib.request.urlopen(article.url) as response:
            found = recognise(response.status, response.headers.items(), response.read(), article.url, response.url)
        if found:
            alarms[article.url] = found
    assert articles
    assert alarms == {}


@pytest.mark.parametrize("path", sorted(CLEAN_PAGES.glob("*.json")), ids=lambda path: path.stem)
def test_pages_of_clean_raise_no_false_alarm(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    body = (CLEAN_PAGES / case.get("file", f"{path.stem}.html")).read_bytes()
    found = recognise(200, (), body, case["url"], case["url"])
    assert found is None or found.reason == case.get("rejected")


def test_real_pages_raise_next_to_no_alarm() -> None:
    """Of hundreds of real articles, one in a hundred may be an alarm: some of them were saved as walls."""
    folder = Path(os.environ.get("DATELINE_SHARED", "../shared")) / "data" / "pages" / "articles"
    if not (folder / "pages.jsonl.gz").exists():
        pytest.skip("no shared folder with real pages: set DATELINE_SHARED")
    alarms = []
    with gzip.open(folder / "pages.jsonl.gz", "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line, _ in zip(lines, range(200), strict=False)]
    for page in pages:
        if found := recognise(200, (), page["html"], page["url"], page["url"]):
            alarms.append((page["url"], found))
    assert len(alarms) <= len(pages) // 100, alarms

"""What feeds, sitemaps and section pages list is what the truth accounts for: nothing more, nothing less."""

from __future__ import annotations

import gzip
import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
import yaml

from crawler.sample_site import SampleSite, write_source_files
from crawler.sample_site.truth import expected_articles, expected_other_outcomes, expected_rejections

SOURCE_KEYS = {
    "id",
    "name",
    "home_page",
    "country",
    "languages",
    "kind",
    "enabled",
    "feeds",
    "sitemaps",
    "section_pages",
    "allowed_hosts",
    "include",
    "exclude",
    "time_zone",
    "schedule",
    "revisit_after",
    "politeness",
    "limits",
    "expect",
    "allow_private_addresses",
    "notes",
}


def read_sources(site: SampleSite, directory: Path) -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in write_source_files(directory, site.urls)]


def feed_links(body: bytes, url: str) -> list[str]:
    if url.endswith(".json"):
        return [item["url"] for item in json.loads(body)["items"]]
    root = ElementTree.fromstring(body)
    links = []
    for item in root.iter():
        if item.tag.split("}")[-1] in ("item", "entry"):
            [link] = [child for child in item if child.tag.split("}")[-1] == "link"]
            links.append(link.get("href") or link.text or "")
    return links


def sitemap_links(fetch, url: str) -> list[str]:
    body = fetch(url).body
    root = ElementTree.fromstring(gzip.decompress(body) if url.endswith(".gz") else body)
    places = [element.text or "" for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    if root.tag.endswith("sitemapindex"):
        return [link for place in places for link in sitemap_links(fetch, place)]
    return places


def listed_urls(source: dict[str, Any], fetch) -> set[str]:
    """All that a crawler discovers, without tracking parameters."""
    links = [link for url in source["feeds"] for link in feed_links(fetch(url).body, url)]
    links += [link for url in source["sitemaps"] for link in sitemap_links(fetch, url)]
    for page in source["section_pages"]:
        answer = fetch(page)
        assert answer.status == 200
        hrefs = re.findall(r'href="([^"]+)"', answer.body.decode("latin-1"))
        links += [urljoin(page, html.unescape(href)) for href in hrefs if not href.startswith("#")]
    if source["include"]:
        links = [link for link in links if any(re.search(rule, link) for rule in source["include"])]
    return {re.sub(r"\?utm_.*", "", link) for link in links}


@pytest.mark.parametrize("edition", [1, 2, 3])
def test_truth_accounts_for_every_listed_url(edition: int, tmp_path: Path, fetch) -> None:
    with SampleSite(base_port=0) as site:
        site.set_edition(edition)
        for source in read_sources(site, tmp_path):
            base = site.urls[source["id"]]
            expected = {item.url for item in expected_articles(site.urls, edition) if item.url.startswith(base)}
            others = {**expected_rejections(site.urls), **expected_other_outcomes(site.urls)}
            expected |= {url for url in others if url.startswith(base)}
            assert listed_urls(source, fetch) == expected


def test_source_files_have_exactly_the_agreed_keys(site: SampleSite, tmp_path: Path) -> None:
    sources = read_sources(site, tmp_path)
    assert [source["id"] for source in sources] == list(site.urls)
    for source in sources:
        assert set(source) == SOURCE_KEYS
        assert (tmp_path / f"{source['id']}.yaml").exists()
        assert source["feeds"] or source["sitemaps"]
        assert source["home_page"] == site.urls[source["id"]]


def test_some_items_are_only_on_section_pages(site: SampleSite, tmp_path: Path, fetch) -> None:
    with_sections = [source for source in read_sources(site, tmp_path) if source["section_pages"]]
    assert [source["id"] for source in with_sections] == ["sada-tel-harun", "zahim-incident-log"]
    for source in with_sections:
        in_feeds = {link for url in source["feeds"] for link in feed_links(fetch(url).body, url)}
        assert len(listed_urls(source, fetch) - in_feeds) >= 3


def test_feed_of_the_agency_carries_tracking_parameters(site: SampleSite, fetch) -> None:
    url = f"{site.urls['marj-observer']}feed/"
    tracked = [link for link in feed_links(fetch(url).body, url) if "utm_source=" in link]
    assert len(tracked) == 3
    assert all(fetch(link).status == 200 for link in tracked)


def test_robots_files(site: SampleSite, fetch) -> None:
    agency = fetch(f"{site.urls['marj-observer']}robots.txt").body.decode()
    assert "Disallow: /private/" in agency
    assert "Crawl-delay: 0.2" in agency
    desk = fetch(f"{site.urls['qasmara-relief-desk']}robots.txt").body.decode()
    assert f"Sitemap: {site.urls['qasmara-relief-desk']}sitemap.xml" in desk

"""Editions, the developing article, and what is remembered across a restart."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from crawler.errors import ConfigError
from crawler.sample_site import SampleSite
from crawler.sample_site.truth import expected_articles

DEVELOPING = "/2025/10/airstrikes-hit-tel-harun-market-at-midday/"


def developing_url(site: SampleSite) -> str:
    return site.urls["marj-observer"] + DEVELOPING.removeprefix("/")


def test_new_articles_appear_with_their_edition(fetch) -> None:
    with SampleSite(base_port=0) as site:
        first = {article.url for article in expected_articles(site.urls, 1)}
        second = {article.url for article in expected_articles(site.urls, 2)} - first
        assert {fetch(url).status for url in second} == {404}
        answer = fetch(
            f"{site.urls['karsuma-ledger']}_control/edition", "POST", body=json.dumps({"edition": 2}).encode()
        )
        assert (answer.status, json.loads(answer.body), site.edition) == (200, {"edition": 2}, 2)
        assert {fetch(url).status for url in second} == {200}


def test_changed_articles_show_the_text_of_their_edition(fetch) -> None:
    with SampleSite(base_port=0) as site:
        before = {article.url: article for article in expected_articles(site.urls, 1, developed=False)}
        site.set_edition(3)
        changed = [
            article
            for article in expected_articles(site.urls, 3, developed=False)
            if article.url in before and article.versions > before[article.url].versions
        ]
        assert len(changed) >= 5
        assert any(article.title != before[article.url].title for article in changed)
        for article in changed:
            old = before[article.url]
            assert (article.title, article.text) != (old.title, old.text)
            assert article.modified_at is not None
            assert article.modified_at > old.published_at
            if article.source_id == "marj-observer":
                page = fetch(article.url).body.decode()
                assert article.text.split("\n\n")[0].split('"')[0].split("'")[0] in page


def test_etag_and_last_modified_change_with_the_edition(fetch) -> None:
    paths = {
        "marj-observer": "feed/",
        "karsuma-ledger": "atom.xml",
        "sada-tel-harun": "backend.rdf",
        "qasmara-relief-desk": "sitemaps/news.xml.gz",
        "zahim-incident-log": "rss.xml",
    }
    with SampleSite(base_port=0) as site:
        before = {outlet: fetch(site.urls[outlet] + path) for outlet, path in paths.items()}
        site.set_edition(2)
        for outlet, path in paths.items():
            after = fetch(site.urls[outlet] + path)
            assert after.headers["ETag"] != before[outlet].headers["ETag"]
            assert after.headers["Last-Modified"] != before[outlet].headers["Last-Modified"]


def test_toll_rises_between_two_readings(fetch) -> None:
    with SampleSite(base_port=0, developing_seconds=0.4) as site:
        url = developing_url(site)
        fetch(url, "HEAD")
        time.sleep(0.5)
        first = fetch(url)
        assert b"At least 12 people were killed" in first.body
        assert b"At least 12 people were killed" in fetch(url).body
        time.sleep(0.5)
        second = fetch(url, headers={"If-None-Match": first.headers["ETag"]})
        assert second.status == 200
        assert b"At least 21 people were killed" in second.body
        assert b"At least 12" not in second.body
        assert len(second.body) > len(first.body)
        assert b"article:modified_time" in second.body
        assert second.headers["Last-Modified"] != first.headers["Last-Modified"]
        [expected] = [item for item in expected_articles(site.urls) if item.url == url]
        assert expected.versions == 2
        assert expected.text.startswith("At least 21 ")
        [early] = [item for item in expected_articles(site.urls, developed=False) if item.url == url]
        assert early.versions == 1
        assert early.text.startswith("At least 12 ")


def test_state_survives_a_restart(tmp_path: Path, fetch) -> None:
    state = tmp_path / "deep" / "site.json"
    with SampleSite(base_port=0, state_path=state, developing_seconds=0.3) as site:
        site.set_edition(2)
        assert b"At least 12" in fetch(developing_url(site)).body
    time.sleep(0.4)
    with SampleSite(base_port=0, state_path=state, developing_seconds=0.3) as site:
        assert site.edition == 2
        assert b"At least 21" in fetch(developing_url(site)).body


def test_edition_advances_by_time_and_stops_at_the_last() -> None:
    site = SampleSite(base_port=0, edition_seconds=0.1)
    assert site.edition == 1
    time.sleep(0.15)
    assert site.edition == 2
    time.sleep(0.3)
    assert site.edition == 3


def test_damaged_state_is_one_clear_error(tmp_path: Path) -> None:
    state = tmp_path / "site.json"
    state.write_text("[]")
    with pytest.raises(ConfigError, match=r"site\.json: not a state file"):
        SampleSite(base_port=0, state_path=state)


def test_pages_are_the_same_bytes_at_every_fetch(site: SampleSite, fetch) -> None:
    for article in expected_articles(site.urls):
        assert fetch(article.url).body == fetch(article.url).body

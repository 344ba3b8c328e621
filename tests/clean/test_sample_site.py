"""Each page of the sample site gives what the truth says, field by field, by rules that know none of its outlets."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

import pytest

from crawler.clean.extract import extract_article
from crawler.clean.reject import Rejected
from crawler.clean.text import count_words
from crawler.records import ArticleFields, Precision
from crawler.sample_site import SampleSite
from crawler.sample_site.boilerplate import BOILERPLATE_LINES
from crawler.sample_site.truth import ExpectedArticle, expected_articles, expected_rejections

FIELDS = (
    "title",
    "authors",
    "published_at",
    "modified_at",
    "language",
    "dateline_place",
    "section",
    "tags",
    "captions",
    "word_count",
)
OUTLETS = ("marj-observer", "karsuma-ledger", "sada-tel-harun", "qasmara-relief-desk", "zahim-incident-log")
LOCAL_TIME = "Asia/Damascus"  # three hours ahead of UTC, as the invented country is


@dataclass(frozen=True)
class Cleaned:
    expected: ExpectedArticle
    found: ArticleFields | Rejected


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with SampleSite(base_port=0, developing_seconds=0) as running:
        yield running


@pytest.fixture(scope="module")
def cleaned(site: SampleSite) -> list[Cleaned]:
    for article in expected_articles(site.urls):
        fetch(article.url)  # a developing article changes once it has been read
    return [Cleaned(article, clean(article)) for article in expected_articles(site.urls)]


def fetch(url: str) -> tuple[bytes, str]:
    with urllib.request.urlopen(url) as response:
        return response.read(), response.headers.get("Content-Type")


def clean(article: ExpectedArticle) -> ArticleFields | Rejected:
    payload, content_type = fetch(article.url)
    return extract_article(
        payload,
        content_type=content_type,
        url=article.url,
        time_zone=LOCAL_TIME,
        fetched_at=datetime.now(timezone.utc),
        # The date of the plain-text page stands in the sitemap alone.
        hint_published_at=article.published_at if article.url.endswith(".txt") else None,
    )


def paragraphs(text: str) -> list[str]:
    return re.split(r"\n+", text)


def accepted(cleaned: list[Cleaned], outlet: str) -> Iterator[tuple[ExpectedArticle, ArticleFields]]:
    for page in cleaned:
        if page.expected.source_id == outlet:
            assert isinstance(page.found, ArticleFields), f"{page.expected.url}: {page.found}"
            yield page.expected, page.found


def test_every_outlet_is_compared(cleaned: list[Cleaned]) -> None:
    assert {page.expected.source_id for page in cleaned} == set(OUTLETS)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_text_is_the_truth(cleaned: list[Cleaned], outlet: str) -> None:
    for expected, found in accepted(cleaned, outlet):
        text = paragraphs(found.text)
        # A standfirst over the story may be its first paragraph: sites mean it either way.
        if text[0] == found.description and text[0] != paragraphs(expected.text)[0]:
            text = text[1:]
        assert text == paragraphs(expected.text), expected.url


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("outlet", OUTLETS)
def test_field_is_the_truth(cleaned: list[Cleaned], outlet: str, field: str) -> None:
    wrong = {}
    for expected, found in accepted(cleaned, outlet):
        value = getattr(found, field)
        value = list(value) if isinstance(value, tuple) else value
        if field == "word_count" and found.text.split("\n", 1)[0] == found.description != paragraphs(expected.text)[0]:
            value -= count_words(found.description)
        if value != getattr(expected, field):
            wrong[expected.url] = (getattr(expected, field), value)
    assert wrong == {}


@pytest.mark.parametrize("outlet", OUTLETS)
def test_time_of_day_is_known(cleaned: list[Cleaned], outlet: str) -> None:
    for expected, found in accepted(cleaned, outlet):
        assert found.published_precision in (Precision.MINUTE, Precision.SECOND), expected.url


@pytest.mark.parametrize("outlet", OUTLETS)
def test_no_furniture_is_in_a_text(cleaned: list[Cleaned], outlet: str) -> None:
    for expected, found in accepted(cleaned, outlet):
        assert [line for line in BOILERPLATE_LINES if line in found.text] == [], expected.url
        assert [line for line in BOILERPLATE_LINES for caption in found.captions if line in caption] == []


def test_copies_of_a_wire_report_credit_its_agency(cleaned: list[Cleaned]) -> None:
    copies = [page for page in cleaned if page.expected.wire_group]
    assert copies
    for page in copies:
        assert isinstance(page.found, ArticleFields)
        assert "Zahim Press Agency" in page.found.agencies, page.expected.url


def test_rejections_have_their_reasons(site: SampleSite) -> None:
    for url, reason in expected_rejections(site.urls).items():
        payload, content_type = fetch(url)
        result = extract_article(payload, content_type=content_type, url=url, time_zone=LOCAL_TIME)
        assert isinstance(result, Rejected), url
        assert result.reason == reason, url


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Some 22,000 well-known words don't split.", 6),
        ("Aleppo – more than 3.5 million", 5),
        ("استهدفت طائرة مسيّرة الجسر", 4),
        ("2013–2014 and/or later … now", 6),
        ("速報", 2),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words

"""What holds for any input."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.clean import Rejected, extract_article
from crawler.clean.dateline import split_dateline
from crawler.clean.instants import parse_iso, parse_words
from crawler.clean.text import content_sha256, normalize_line, normalize_text
from crawler.reasons import Reason
from crawler.records import ArticleFields

MARKUP = st.sampled_from(
    [
        *("<p>", "</p>", "<div>", "<h1>", "</h1>", "<table>", "<td>", "<br><br>", "<script>", "</script>", "<figure>"),
        *("<figcaption>", "<!--", "-->", "<![CDATA[", "&#0;", "&#146;", "&#x202e;", "<time datetime=2020>", "<form>"),
        *("<meta charset=utf-16>", "<a href=http://[>", "By: ", "Source: ", "–", "(", ")", ":", "|", "حلب", "١٣"),
        *("\x00", "\x1b", "\U0001f600", "<article>", "</article>", "<li>", "<blockquote>", "\u2028"),
        '<script type=application/ld+json>[{"@type":"NewsArticle","author":{"name":[]}}]</script>',
    ]
)
PAGES = st.lists(MARKUP | st.text(max_size=60), max_size=40).map(lambda parts: " ".join(parts))
LIGHT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def check(result: ArticleFields | Rejected) -> None:
    if isinstance(result, Rejected):
        assert result.reason is not Reason.CLEAN_ERROR, result.detail
        return
    strings = [
        result.title,
        result.text,
        *result.authors,
        *result.agencies,
        *result.captions,
        result.dateline_place or "",
    ]
    for text in strings:
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co") and c != "\n"]
        assert unicodedata.is_normalized("NFC", text)


@LIGHT
@given(st.binary(max_size=2000))
def test_arbitrary_bytes_never_raise(payload: bytes) -> None:
    check(extract_article(payload, content_type=None, url=""))


@LIGHT
@given(PAGES)
def test_arbitrary_markup_never_raises(text: str) -> None:
    payload = ("<html><body>" + text).encode("utf-8", "replace")
    check(
        extract_article(
            payload, content_type="text/html", url="https://a.example/b", fetched_at=datetime.now(timezone.utc)
        )
    )


@LIGHT
@given(st.text(max_size=500))
def test_arbitrary_plain_text_never_raises(text: str) -> None:
    check(extract_article(text.encode("utf-8", "replace"), content_type="text/plain", url=""))


@LIGHT
@given(st.text(max_size=300))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalize_text(normalize_text(text)) == normalize_text(text)
    assert normalize_line(normalize_line(text)) == normalize_line(text)


@LIGHT
@given(st.text(max_size=80), st.text(max_size=200).filter(lambda text: "\r" not in text))
def test_the_hash_does_not_see_white_space(title: str, text: str) -> None:
    spaced = text.replace(" ", "  ").replace("\n", " \n ")
    assert content_sha256(title, text) == content_sha256(f" {title}\t", spaced)


@LIGHT
@given(st.text(max_size=200))
def test_dates_and_datelines_of_any_text(text: str) -> None:
    parse_words(text, timezone.utc)
    parse_iso(text, timezone.utc)
    split_dateline(text)

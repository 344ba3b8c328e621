"""Bytes in, article or verdict out: the steps in their order. No network, no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.clean.blocks import find_blocks
from crawler.clean.captions import strip_credit
from crawler.clean.dates import Dates, date_of_url, dates_of_lines, find_dates, first_valid, speaks_of_update
from crawler.clean.decode import Decoded, DocumentKind, decode_page
from crawler.clean.details import (
    find_canonical_link,
    find_description,
    find_image,
    find_language,
    find_section,
    find_tags,
)
from crawler.clean.instants import Moment, parse_words, zone_of
from crawler.clean.page import Page, parse_page
from crawler.clean.people import find_credits, is_agency
from crawler.clean.plain import read_plain
from crawler.clean.reject import Rejected, RejectedPage
from crawler.clean.sift import Sifted, sift_blocks
from crawler.clean.text import content_sha256, count_words, fold, join_paragraphs, normalize_line
from crawler.clean.title import find_title
from crawler.clean.verdict import check_is_article, check_not_found, check_paywall, read_signs
from crawler.clean.version import EXTRACTOR_VERSION
from crawler.reasons import Reason
from crawler.recognition import recognise
from crawler.records import Article, ArticleFields, Capture, Precision, Rejection
from crawler.sources.model import Source

_LEAST_WORDS = 3


def extract_article(
    payload: bytes,
    *,
    content_type: str | None = None,
    url: str = "",
    time_zone: str | None = None,
    languages: Sequence[str] = (),
    fetched_at: datetime | None = None,
    hint_title: str | None = None,
    hint_published_at: datetime | None = None,
    http_status: int = 200,
    headers: Sequence[tuple[str, str]] = (),
    asked_url: str = "",
) -> ArticleFields | Rejected:
    """What the page says. `time_zone` (IANA) is of its naive times, `languages` are those of the source.

    The hints are what a feed said of the page; they fill what the page leaves open. Status, headers and `asked_url`
    (where `url` is the one that redirects led to) help to tell a wall from a page.
    """
    try:
        stated_type = (("Content-Type", content_type),) if content_type else ()
        found = recognise(http_status, (*headers, *stated_type), payload, asked_url, url)
        if found is not None:
            return Rejected(found.reason, found.detail)
        decoded = decode_page(payload, content_type, languages)
        page = parse_page(decoded.text if decoded.kind is DocumentKind.HTML else "<html><body></body></html>", url)
        page.time_zone, page.languages, page.fetched_at = time_zone, tuple(languages), fetched_at
        page.hint_title, page.hint_published_at = hint_title, hint_published_at
        if decoded.kind is DocumentKind.PLAIN:
            return _extract_plain(decoded, page)
        return _extract_html(decoded, page)
    except RejectedPage as verdict:
        return verdict.rejected
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one odd page must not stop a batch: it is rejected and counted
        return Rejected(Reason.CLEAN_ERROR, f"{type(error).__name__}: {error}"[:300])


def extract_arguments(capture: Capture, source: Source | None) -> dict[str, Any]:
    """The keyword arguments of `extract_article` for a capture, as JSON values."""
    return {
        "content_type": capture.page_content_type,
        "url": capture.final_url,
        "time_zone": source.time_zone if source else None,
        "languages": list(source.languages) if source else [],
        "fetched_at": capture.fetched_at.isoformat(),
        "hint_title": capture.hint_title,
        "hint_published_at": capture.hint_published_at.isoformat() if capture.hint_published_at else None,
        "http_status": capture.http_status,
        "asked_url": capture.url,
    }


def clean_capture(
    payload: bytes, capture: Capture, source: Source | None = None, headers: Sequence[tuple[str, str]] = ()
) -> Article | Rejection:
    """Clean one capture, whose decoded body is `payload`, under the rules of its source."""
    arguments = extract_arguments(capture, source)
    arguments.update(fetched_at=capture.fetched_at, hint_published_at=capture.hint_published_at, headers=headers)
    return to_record(extract_article(payload, **arguments), capture)


def to_record(result: ArticleFields | Rejected, capture: Capture) -> Article | Rejection:
    """The record of a capture's result."""
    if isinstance(result, Rejected):
        return Rejection(
            capture=capture, reason=result.reason, detail=result.detail, extractor_version=EXTRACTOR_VERSION
        )
    return Article(
        capture=capture,
        fields=result,
        content_sha256=content_sha256(result.title, result.text),
        extractor_version=EXTRACTOR_VERSION,
    )


def _extract_html(decoded: Decoded, page: Page) -> ArticleFields | Rejected:
    title, title_origin = find_title(page)
    blocks, captions, text_origin = find_blocks(page, title)
    check_not_found(page, title, sum(count_words(block.text) for block in blocks))
    sifted = sift_blocks(blocks, title=title, captions=captions, site_names=page.site_names)
    text = join_paragraphs(block.text for block in sifted.blocks)
    is_paywalled = check_paywall(page, text)
    credits = find_credits(page)
    dates = find_dates(page)
    signs = read_signs(page, [block.text for block in sifted.blocks])
    if count_words(text) < _LEAST_WORDS:
        raise RejectedPage(Reason.NO_TEXT, "no main text was found")
    if title is None:
        raise RejectedPage(Reason.NOT_AN_ARTICLE, "no headline was found")
    check_is_article(page, signs, has_date=dates.published is not None, has_author=bool(credits.people))
    origins = {"title": title_origin or "", "text": text_origin}
    authors: Sequence[str] = credits.people or sifted.authors
    origins["authors"] = (credits.origin or "") if credits.people else "text-line"
    if not authors:
        # A story that is signed by a desk or the outlet itself keeps that signature.
        authors, origins["authors"] = credits.outlets, credits.origin or ""
    agencies = credits.agencies if authors == credits.outlets else (*credits.agencies, *credits.outlets)
    details = {
        "description": find_description(page),
        "section": find_section(page, title),
        "tags": find_tags(page),
        "image_url": find_image(page),
        "canonical_link": find_canonical_link(page),
    }
    origins.update({name: "head" for name, value in details.items() if value})
    stated = page.tree.get("lang") or page.tree.get("xml:lang") or page.meta("content-language", "og:locale")
    return _build(
        page, decoded, title, text, sifted,
        authors=authors, agencies=agencies, captions=captions, dates=dates, stated_language=stated,
        is_paywalled=is_paywalled, origins=origins, details=details,
    )  # fmt: skip


def _extract_plain(decoded: Decoded, page: Page) -> ArticleFields | Rejected:
    title, origin, blocks = read_plain(decoded.text, page.hint_title)
    sifted = sift_blocks(blocks, title=title, captions=(), site_names=())
    text = join_paragraphs(block.text for block in sifted.blocks)
    if title is None or count_words(text) < _LEAST_WORDS:
        raise RejectedPage(Reason.NO_TEXT, "no main text was found")
    published, published_origin = first_valid(_plain_dates(page, sifted), page.fetched_at)
    origins = {"title": origin or "", "text": "plain-text", "authors": "text-line"}
    return _build(
        page, decoded, title, text, sifted,
        authors=sifted.authors, agencies=[], captions=[], dates=Dates(published, published_origin),
        stated_language=None, is_paywalled=False, origins=origins, details={},
    )  # fmt: skip


def _plain_dates(page: Page, sifted: Sifted) -> Iterator[tuple[Moment | None, str]]:
    zone = zone_of(page.time_zone)
    for line in sifted.date_lines:
        if not speaks_of_update(line):
            yield parse_words(line, zone), "text-line"
    yield date_of_url(page.url, zone), "url"
    if page.hint_published_at:
        yield Moment(page.hint_published_at, Precision.SECOND), "feed"


def _build(
    page: Page,
    decoded: Decoded,
    title: str,
    text: str,
    sifted: Sifted,
    *,
    authors: Sequence[str],
    agencies: Iterable[str],
    captions: Iterable[str],
    dates: Dates,
    stated_language: str | None,
    is_paywalled: bool,
    origins: dict[str, str],
    details: Mapping[str, object],
) -> ArticleFields:
    language, origins_language = find_language(text, stated_language, page.languages)
    if dates.published is None:
        dates = dates_of_lines(sifted.date_lines, page)
    stated_names = {fold(name) for name in authors}
    # A line that credits the outlet itself does not unmake an author that the page states.
    in_lines = (name for name in sifted.agencies if is_agency(name) or fold(name) not in stated_names)
    credited = list(_unique([*agencies, *in_lines]))
    names = {fold(name) for name in credited}
    fields = {
        **{name: value for name, value in details.items() if value},
        "title": normalize_line(title),
        "text": text,
        "authors": tuple(name for name in _unique(authors) if fold(name) not in names),
        "agencies": tuple(credited),
        "captions": tuple(_unique([*captions, *map(strip_credit, sifted.captions)])),
        "dateline_place": sifted.dateline_place,
        "language": language,
        "is_paywalled": is_paywalled,
        "word_count": count_words(text),
    }
    if not fields["authors"]:
        origins.pop("authors", None)
    origins["encoding"] = f"{decoded.encoding} ({decoded.origin})"
    if language:
        origins["language"] = origins_language or ""
    if credited:
        origins["agencies"] = "credits"
    if sifted.dateline_place:
        origins["dateline_place"] = "dateline"
    for name, moment, origin in (
        ("published", dates.published, dates.published_origin),
        ("modified", dates.modified, dates.modified_origin),
    ):
        if moment:
            fields[f"{name}_at"], fields[f"{name}_precision"] = moment.at, moment.precision
            origins[f"{name}_at"] = origin or ""
            if moment.at.utcoffset():
                # The day on which it appeared is the outlet's, and UTC alone would not tell it.
                origins[f"{name}_at_offset"] = moment.at.isoformat()[-6:]
    return ArticleFields.model_validate({**fields, "origins": origins})


def _unique(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        folded = fold(name)
        if folded and folded not in seen:
            seen.add(folded)
            yield name

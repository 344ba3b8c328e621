"""Bytes in, article or verdict out: the steps in their order. No network, no database, no clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from crawler.clean.body import read_body
from crawler.clean.dates import dates_of_lines, find_dates
from crawler.clean.decode import Decoded, DocumentKind, decode_page
from crawler.clean.details import Details, find_details
from crawler.clean.found import Found
from crawler.clean.instants import Moment
from crawler.clean.language import find_language
from crawler.clean.links import find_links
from crawler.clean.memory import Observation, SiteTemplate, adjust, apply_fields, observe
from crawler.clean.names import is_signing_desk
from crawler.clean.page import Page, parse_page
from crawler.clean.people import Credits, choose_authors, find_credits
from crawler.clean.piece import join_pieces
from crawler.clean.plain import read_plain
from crawler.clean.reject import Rejected, RejectedPage
from crawler.clean.sift import sift_pieces
from crawler.clean.story import Story, assemble_story, find_captions
from crawler.clean.text import count_words, fold
from crawler.clean.title import find_title
from crawler.clean.trim import trim_body
from crawler.clean.verdict import check_not_found, check_paywall, judge_page
from crawler.reasons import Reason
from crawler.recognition import recognise
from crawler.records import ArticleFields, ArticleKind

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
    template: SiteTemplate | None = None,
    watch: Callable[[Observation], None] | None = None,
) -> ArticleFields | Rejected:
    """What the page says. `time_zone` (IANA) is of its naive times, `languages` are those of the source.

    The hints are what a feed said of the page; they fill what the page leaves open. Status, headers and `asked_url`
    (where `url` is the one that redirects led to) help to tell a wall from a page. `template` is what is known of the
    site; `watch` is told what an article tells of it.
    """
    url, asked_url = usable_address(url), usable_address(asked_url)
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
        return _extract_html(decoded, page, template, watch)
    except RejectedPage as verdict:
        return verdict.rejected
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one odd page must not stop a batch: it is rejected and counted
        return Rejected(Reason.CLEAN_ERROR, f"{type(error).__name__}: {error}"[:300])


def usable_address(url: str) -> str:
    """The address, or nothing where it is none: a page is an article wherever it comes from."""
    try:
        urlsplit(url)
    except ValueError:
        return ""
    return url


@dataclass
class _Draft:
    """The fields as they are found, each with its origin and confidence."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    confidences: dict[str, float] = field(default_factory=dict)

    def put(self, name: str, found: Found[Any] | None) -> None:
        if found is not None and found.value not in (None, "", ()):
            self.values[name] = found.value
            self.origins[name] = found.origin
            self.confidences[name] = round(found.confidence, 3)

    def put_moment(self, name: str, found: Found[Moment] | None) -> None:
        if found is None:
            return
        moment = found.value
        self.put(f"{name}_at", Found(moment.at.astimezone(timezone.utc), found.origin, found.confidence))
        self.values[f"{name}_precision"] = moment.precision
        self.values[f"{name}_zone"] = moment.zone

    def build(self) -> ArticleFields:
        return ArticleFields.model_validate({**self.values, "origins": self.origins, "confidences": self.confidences})


def _extract_html(
    decoded: Decoded, page: Page, template: SiteTemplate | None, watch: Callable[[Observation], None] | None
) -> ArticleFields | Rejected:
    reading = found = read_body(page)
    if template is not None:
        reading = adjust(page, found, template)
    headline, body = reading.headline, reading.body
    title = find_title(page, headline)
    title_text = title.value if title else None
    credits = find_credits(page, headline, body)
    authors = choose_authors(credits)
    dates = find_dates(page, headline, body)
    story = assemble_story(page.blocks[index] for index in trim_body(page, reading, credits, title_text))
    words = count_words(story.text)
    check_not_found(page, title_text, words)
    is_paywalled = check_paywall(page, story.text)
    kind = judge_page(
        page, headline=headline, body=body, probabilities=reading.probabilities, title=title_text, text=story.text,
        has_date=dates.published is not None, has_author=bool(credits.people),
    )  # fmt: skip
    if words < _LEAST_WORDS:
        raise RejectedPage(Reason.NO_TEXT, "no main text was found")
    if title is None:
        raise RejectedPage(Reason.NOT_AN_ARTICLE, "no headline was found")
    draft = _Draft()
    draft.put("title", title)
    draft.put("authors", authors)
    draft.put("agencies", _agencies(page, credits, story, authors))
    draft.put_moment("published", dates.published)
    draft.put_moment("modified", dates.modified)
    draft.put("language", find_language(story.text, page.stated_language, page.languages))
    _put_details(draft, find_details(page, headline, body))
    if story.dateline_place:
        draft.put("dateline_place", Found(story.dateline_place, "dateline", 0.9))
    certainty = reading.probabilities[body]
    draft.put("text", Found(story.text, "text-model", float(certainty.mean())))
    draft.values.update(
        kind=kind, parts=story.parts, word_count=words, is_paywalled=is_paywalled,
        captions=find_captions(page, headline, body), links=find_links(page, body),
    )  # fmt: skip
    draft.origins["encoding"] = f"{decoded.encoding} ({decoded.origin})"
    if template is not None:
        draft.origins["template"] = template.version + (" (does not fit)" if reading is found else "")
    fields = draft.build()
    if watch is not None:
        watch(observe(page, reading, fields))
    return fields if template is None else apply_fields(fields, template, page.fetched_at)


def _agencies(
    page: Page, credits: Credits, story: Story, authors: Found[tuple[str, ...]] | None
) -> Found[tuple[str, ...]] | None:
    """Who is credited without being a person; the site itself only where somebody else is the author."""
    own = {fold(name) for name in page.site_names} & {fold(name) for name in (authors.value if authors else ())}
    names = (*credits.agencies, *credits.outlets, *story.dateline_agencies)
    unique: dict[str, str] = {}
    for name in names:
        if fold(name) and fold(name) not in own and not is_signing_desk(name):
            unique.setdefault(fold(name), name)
    return Found(tuple(unique.values()), "credits", 0.9) if unique else None


def _put_details(draft: _Draft, details: Details) -> None:
    for name in ("description", "section", "tags", "image_url", "image_caption", "publisher", "canonical_link"):
        draft.put(name, getattr(details, name))


def _extract_plain(decoded: Decoded, page: Page) -> ArticleFields | Rejected:
    title, origin, pieces = read_plain(decoded.text, page.hint_title)
    sifted = sift_pieces(pieces, title=title)
    text, parts = join_pieces(sifted.pieces)
    words = count_words(text)
    if title is None or words < _LEAST_WORDS:
        raise RejectedPage(Reason.NO_TEXT, "no main text was found")
    draft = _Draft()
    draft.put("title", Found(title, origin or "first-line", 0.8))
    draft.put("text", Found(text, "plain-text", 0.8))
    draft.put("authors", Found(tuple(sifted.authors), "text-line", 0.8))
    draft.put("agencies", Found(tuple(sifted.agencies), "credits", 0.8))
    draft.put("dateline_place", Found(sifted.dateline_place, "dateline", 0.9))
    dates = dates_of_lines(sifted.date_lines, page)
    # What stands in no line may stand in the address, or in the feed.
    draft.put_moment("published", dates.published or find_dates(page, None, ()).published)
    draft.put_moment("modified", dates.modified)
    draft.put("language", find_language(text, None, page.languages))
    draft.values.update(captions=tuple(sifted.captions), parts=parts, word_count=words, kind=ArticleKind.ARTICLE)
    draft.origins["encoding"] = f"{decoded.encoding} ({decoded.origin})"
    return draft.build()

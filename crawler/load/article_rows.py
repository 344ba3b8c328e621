"""Articles as rows of staged_article: columns, and not JSON that the server would have to take apart again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b

from pydantic import TypeAdapter

from crawler.load.record_lines import record_json, text_array, without_nul
from crawler.records import Article, ArticleFields, Capture, Link, TextPart
from crawler.sources.model import Source
from crawler.urls import host_of, url_key

_LINKS = TypeAdapter(tuple[Link, ...])
_PARTS = TypeAdapter(tuple[TextPart, ...])
_ORIGINS = TypeAdapter(dict[str, str])
_CONFIDENCES = TypeAdapter(dict[str, float])

Row = tuple[str | None, ...]


class NotedCaptures:
    """What captures.jsonl says of each capture, as digests: an article brings along only what differs from it."""

    def __init__(self) -> None:
        self._digests: dict[tuple[str, int], bytes] = {}

    def note(self, capture: Capture, as_json: str) -> None:
        self._digests[capture.archive_file, capture.archive_offset] = _digest(as_json)

    def unless_noted(self, capture: Capture) -> str | None:
        """The capture as JSON; None where just that was noted."""
        as_json = record_json(capture)
        is_noted = self._digests.get((capture.archive_file, capture.archive_offset)) == _digest(as_json)
        return None if is_noted else as_json


def article_rows(articles: Iterable[Article], sources: Mapping[str, Source], noted: NotedCaptures) -> Iterator[Row]:
    """Rows of staged_article, in the order of its columns."""
    for line, article in enumerate(articles):
        capture = article.capture
        yield (
            str(line),
            capture.archive_file,
            str(capture.archive_offset),
            noted.unless_noted(capture),
            _link_key(article, sources[capture.source_id]),
            article.content_sha256,
            article.extractor_version,
            *_columns(article.fields),
        )


def _columns(fields: ArticleFields) -> Row:
    # Of a page's links those of the story itself are kept; what is around it is the site's.
    links = tuple(link for link in fields.links if link.is_in_text)
    return (
        fields.title,
        fields.kind,
        text_array(fields.authors),
        text_array(fields.agencies),
        fields.publisher,
        _instant(fields.published_at),
        fields.published_precision,
        fields.published_zone,
        _instant(fields.modified_at),
        fields.modified_precision,
        fields.modified_zone,
        fields.language,
        fields.dateline_place,
        fields.description,
        fields.section,
        text_array(fields.tags),
        fields.image_url,
        fields.image_caption,
        text_array(fields.captions),
        fields.canonical_link,
        str(fields.is_paywalled),
        fields.text,
        _PARTS.dump_json(fields.parts).decode(),
        str(fields.word_count),
        without_nul(_LINKS.dump_json(links).decode()),
        without_nul(_ORIGINS.dump_json(fields.origins).decode()),
        without_nul(_CONFIDENCES.dump_json(fields.confidences).decode()),
    )


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8"), digest_size=16).digest()


def _link_key(article: Article, source: Source) -> str | None:
    """Key of the address that the page calls its canonical one, where that is another one on a host of the source."""
    link = article.fields.canonical_link
    if not link or link in (article.capture.final_url, article.capture.final_canonical_url):
        return None
    try:
        canonical = source.canonicalize(link)
        return url_key(canonical) if source.allows_host(host_of(canonical)) else None
    except ValueError:
        return None

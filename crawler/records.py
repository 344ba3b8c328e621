"""The contract between the stages: what one stage writes and the next one reads.

One fact has one name here, in the JSON Lines files of a run folder and in the database columns. All instants are
timezone-aware and in UTC; hashes are lowercase hexadecimal SHA-256; `*_bytes` and `archive_*` are counts of bytes.
Records are immutable and reject unknown fields, so that a file of another version fails loudly instead of half.

A run folder, below the runs folder (`DATELINE_RUNS`), holds (manifests, reports and mementos: `crawler.manifests`):

    <run_id>/run.json                     RunManifest
    <run_id>/<batch_id>/batch.json        BatchManifest: the sources of the batch as they were when it was planned
    <run_id>/<batch_id>/captures.jsonl    Capture, one a kept response (for a crawl batch written by crawl)
    <run_id>/<batch_id>/discoveries.jsonl Discovery, one a URL that the run took on
    <run_id>/<batch_id>/fetches.jsonl     FetchOutcome, one a URL that ended without a capture to clean
    <run_id>/<batch_id>/endpoints.jsonl   EndpointVisit, one a feed, sitemap or section page that was asked
    <run_id>/<batch_id>/articles.jsonl    Article, in the order of captures
    <run_id>/<batch_id>/rejections.jsonl  Rejection
    <run_id>/<batch_id>/mementos.jsonl    Memento, one a capture to fetch from a web archive
    <run_id>/<batch_id>/memento_ends.jsonl MementoEnd, what became of each
    <run_id>/<batch_id>/template-<source_id>-<version>.json  what is known of a site, written by clean from batch.json
    <run_id>/<batch_id>/<stage>.json      StageReport of crawl, clean and load
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from crawler.reasons import Outcome, Reason


def _as_utc(value: datetime) -> datetime:
    return value.astimezone(timezone.utc)


Instant = Annotated[AwareDatetime, AfterValidator(_as_utc)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
SourceId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


class Record(BaseModel):
    """Base of all records: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DiscoveredVia(StrEnum):
    """Where a URL was found."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    REVISIT = "revisit"
    IMPORT = "import"


class EndpointKind(StrEnum):
    """What a place of discovery is."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"


class Precision(StrEnum):
    """How exact a stated instant is. With `day` the time of day is 00:00 in the source's zone, and says nothing."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


class Discovery(Record):
    """A URL that a run took on: new to the database, or due for a revisit.

    `url` is as it was found (made absolute), `canonical_url` is what it is compared by, `url_key` is the SHA-256 of
    the canonical URL in UTF-8. The hints are what the feed or sitemap said; evidence, not truth.
    """

    source_id: SourceId
    url: str
    canonical_url: str
    url_key: Sha256
    discovered_via: DiscoveredVia
    discovered_from: str | None = None
    discovered_at: Instant
    hint_title: str | None = None
    hint_published_at: Instant | None = None


class CaptureOrigin(Record):
    """Where an imported capture comes from: a record of a WARC file, or a capture that a web archive served.

    `file` is a path or address, `offset` the record's place in it (of its gzip member, where it has one of its own),
    `record_id` its WARC-Record-ID or the digest that the web archive's index gives. `note` says what is odd about it.
    """

    file: str
    offset: int | None = Field(default=None, ge=0)
    record_id: str | None = None
    note: str | None = None


class Capture(Record):
    """One kept response, and where its bytes are.

    `url…` name the URL as discovered; `final_…` name where redirects led, and are the identity of the article.
    `archive_file` is relative to the archive address; offset and length span the gzip member(s) of the WARC
    *response* record alone; `payload_sha256` is of the body as it was sent (before Content-Encoding is undone).
    `is_tls_verified` is false where a source goes without verification, and None for plain HTTP.

    The `rendered_…` fields are there for a page that a browser rendered: they point, in the same file, to the
    *conversion* record that holds its document as HTML in UTF-8 after the scripts had run. That is what is cleaned.
    """

    source_id: SourceId
    url: str
    canonical_url: str
    url_key: Sha256
    final_url: str
    final_canonical_url: str
    final_url_key: Sha256
    redirects: tuple[str, ...] = ()
    discovered_via: DiscoveredVia
    discovered_from: str | None = None
    discovered_at: Instant
    hint_title: str | None = None
    hint_published_at: Instant | None = None
    fetched_at: Instant
    http_status: int = Field(ge=100, le=599)
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    archive_file: str
    archive_offset: int = Field(ge=0)
    archive_length: int = Field(gt=0)
    payload_sha256: Sha256
    payload_bytes: int = Field(ge=0)
    is_tls_verified: bool | None = None
    rendered_offset: int | None = Field(default=None, ge=0)
    rendered_length: int | None = Field(default=None, gt=0)
    rendered_sha256: Sha256 | None = None
    rendered_bytes: int | None = Field(default=None, ge=0)
    origin: CaptureOrigin | None = None
    """Of an imported capture; none: we fetched it ourselves."""

    @property
    def page_sha256(self) -> str:
        """Hash of what is cleaned: the rendered document, or else the payload."""
        return self.rendered_sha256 or self.payload_sha256

    @property
    def page_content_type(self) -> str | None:
        """Content type of what is cleaned."""
        return "text/html; charset=utf-8" if self.rendered_sha256 else self.content_type


class FetchOutcome(Record):
    """A URL that ended in the crawl without a page to clean: failed, blocked, not modified, or pending.

    Where a response was kept as evidence (a 410, a 403), the capture of it is named; such a capture is not cleaned.
    """

    source_id: SourceId
    url_key: Sha256
    url: str
    outcome: Outcome
    reason: Reason
    detail: str | None = None
    http_status: int | None = None
    decided_at: Instant
    capture: Capture | None = None


class EndpointVisit(Record):
    """One request to a feed, sitemap or section page. `links` counts what it listed, `known` what of it was known.

    `listed_lastmod` is what a sitemap index gave for it; `moved_to` is where permanent redirects alone led;
    `found_feeds` are feeds that a page named which came in the place of a feed, and `stands_in_for` is the feed of the
    source file that this one was found for. `wait_seconds` and `skip_hours` (UTC) are what the server or the feed asked
    of those who poll it. The `archive_…` fields say where an answer is kept that could not be used: the evidence.
    """

    source_id: SourceId
    url: str
    kind: EndpointKind
    fetched_at: Instant
    http_status: int | None = None
    reason: Reason | None = None
    detail: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    links: int = 0
    known: int = 0
    taken_on: int = 0
    newest_published_at: Instant | None = None
    listed_lastmod: Instant | None = None
    moved_to: str | None = None
    found_feeds: tuple[str, ...] = ()
    stands_in_for: str | None = None
    hub_url: str | None = None
    wait_seconds: int | None = Field(default=None, ge=0)
    skip_hours: tuple[int, ...] = ()
    archive_file: str | None = None
    archive_offset: int | None = Field(default=None, ge=0)
    archive_length: int | None = Field(default=None, gt=0)


class ArticleKind(StrEnum):
    """What sort of story a page holds."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    GALLERY = "gallery"
    PODCAST = "podcast"
    VIDEO = "video"


class PartKind(StrEnum):
    """What a part of the text is."""

    PARAGRAPH = "paragraph"
    SUBHEAD = "subhead"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"
    PREFORMATTED = "preformatted"


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of the text: its characters from `start` up to `end`. Lists and tables have one item or row a line."""

    kind: PartKind
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]


# A dataclass, as TextPart is: a page has hundreds, and models are slow to make.
@dataclass(frozen=True, slots=True)
class Link:
    """A link of the page. `is_in_text`: it stands in the story itself, and not around it."""

    url: str
    text: str = ""
    is_in_text: bool = False


class ArticleFields(Record):
    """What clean finds on a page.

    `origins` says for each filled field where its value came from, `confidences` how sure that is: 0 to 1, calibrated
    on pages whose values are known (docs/extraction.md). `published_zone` and `modified_zone` are the offsets from UTC
    that the instants were written in, as `+03:00`.
    """

    title: str = Field(min_length=1)
    kind: ArticleKind = ArticleKind.ARTICLE
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    publisher: str | None = None
    published_at: Instant | None = None
    published_precision: Precision | None = None
    published_zone: str | None = None
    modified_at: Instant | None = None
    modified_precision: Precision | None = None
    modified_zone: str | None = None
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}$")
    dateline_place: str | None = None
    description: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    image_caption: str | None = None
    captions: tuple[str, ...] = ()
    canonical_link: str | None = None
    is_paywalled: bool = False
    text: str = Field(min_length=1)
    parts: tuple[TextPart, ...] = ()
    word_count: int = Field(ge=1)
    links: tuple[Link, ...] = ()
    origins: dict[str, str] = Field(default_factory=dict)
    confidences: dict[str, float] = Field(default_factory=dict)


class Article(Record):
    """A cleaned page. `content_sha256` is of title and text, and is what tells an edit from a mere re-fetch.

    `template_version` is of what was known of the site (docs/site-memory.md); None where nothing was.
    """

    capture: Capture
    fields: ArticleFields
    content_sha256: Sha256
    extractor_version: str
    template_version: str | None = None


class Rejection(Record):
    """A page that came, and is not kept as an article. Its bytes stay in the archive."""

    capture: Capture
    reason: Reason
    detail: str | None = None
    extractor_version: str

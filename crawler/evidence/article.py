"""One article as the database has it: the fields of a version with their origins, its history, its story."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.database.asking import Ask, Row
from crawler.evidence.proof import KeptResponse, kept_response

FIELDS = (
    "title",
    "kind",
    "authors",
    "agencies",
    "publisher",
    "published_at",
    "modified_at",
    "language",
    "dateline_place",
    "description",
    "section",
    "tags",
    "image_url",
    "image_caption",
    "captions",
    "canonical_link",
    "is_paywalled",
    "text",
    "word_count",
)
PLACE_FIELDS = ("archive_file", "archive_offset", "archive_length", "payload_sha256")


@dataclass(frozen=True)
class FieldEvidence:
    """One field of a version. `origin` and `confidence` (0 to 1) are None where the extractor gave none."""

    name: str
    value: object
    origin: str | None
    confidence: float | None
    note: str | None = None
    """How exact an instant is, and the offset from UTC that it was written in."""


@dataclass(frozen=True)
class ArticleEvidence:
    """All that `dateline show` tells of an article, but for the bytes. `story` is None where it is in none."""

    article: Row
    version: Row
    fields: list[FieldEvidence]
    versions: list[Row]
    events: list[Row]
    story: Row | None
    kept: KeptResponse


def read_article(ask: Ask, article_id: int, version_number: int | None) -> ArticleEvidence | None:
    """What the database has of an article, in its current version or another; None where there is no such version."""
    article = ask("show_article", article_id=article_id)[0]
    wanted = version_number or article["current_version"]
    version = read_version(ask, article_id, wanted)
    if version is None:
        return None
    story = {name.removeprefix("story_"): article.pop(name) for name in list(article) if name.startswith("story_")}
    return ArticleEvidence(
        article=article,
        version=version,
        fields=_fields(version),
        versions=ask("explain_versions", article_id=article_id),
        events=ask("explain_events", article_id=article_id),
        story={"story_id": story.pop("id"), **story} if story["id"] is not None else None,
        kept=kept_response(version),
    )


def read_version(ask: Ask, article_id: int, version_number: int) -> Row | None:
    """One version with all its fields; None where there is none with this number."""
    return next(iter(ask("show_version", article_id=article_id, version_number=version_number)), None)


def _fields(version: Row) -> list[FieldEvidence]:
    return [
        FieldEvidence(
            name, version[name], version["origins"].get(name), version["confidences"].get(name), _note(version, name)
        )
        for name in FIELDS
    ]


def _note(version: Row, name: str) -> str | None:
    if not name.endswith("_at") or version[name] is None:
        return None
    stem = name.removesuffix("_at")
    zone = version[f"{stem}_zone"]
    return f"to the {version[f'{stem}_precision']}" + (f", written as {zone}" if zone else "")

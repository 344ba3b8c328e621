"""What a place of discovery yields."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import urljoin

MAX_TITLE_LENGTH = 500
_TAG = re.compile(r"<[^<>]{0,500}>")
_SPACE = re.compile(r"\s+")


class UnreadableError(ValueError):
    """An endpoint's content is not what it should be."""


@dataclass(frozen=True)
class Link:
    """A link to a page, absolute, with what its list said of it."""

    url: str
    title: str | None = None
    published_at: datetime | None = None


@dataclass
class Found:
    """All that one endpoint listed. `problem`: why there may be more that could not be read."""

    links: list[Link] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    """Further endpoints of the same kind: sitemaps of an index, the next page of a section."""
    passed_over: int = 0
    """Entries older than the source wants."""
    is_index: bool = False
    problem: str | None = None


def join_url(base: str, target: str) -> str:
    """`target` made absolute. What cannot be an address stays as it is, to be counted where links are taken in."""
    target = target.strip()
    try:
        return urljoin(base, target)
    except ValueError:
        return target


def clean_title(text: object) -> str | None:
    """A title as plain text, or None for an empty one."""
    if not isinstance(text, str):
        return None
    plain = _SPACE.sub(" ", html.unescape(_TAG.sub(" ", text)).replace("\0", "")).strip()
    # JSON can spell half a surrogate pair, which no file of ours can hold.
    plain = plain.encode("utf-8", "replace").decode("utf-8")
    return plain[:MAX_TITLE_LENGTH] or None


def parse_instant(text: object) -> datetime | None:
    """A W3C date or an RFC 3339 instant as UTC; None for anything else, and for a time without a zone."""
    if not isinstance(text, str):
        return None
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if instant.tzinfo is None:
        if len(text.strip()) > len("2026-01-01"):
            return None
        instant = instant.replace(tzinfo=timezone.utc)
    try:
        return instant.astimezone(timezone.utc)
    except OverflowError:
        return None

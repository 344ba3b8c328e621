"""What a place of discovery yields."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass(frozen=True)
class Child:
    """A further endpoint of the same kind: a sitemap of an index, the next page of a section.

    `changed_by` is the last instant at which its stated `lastmod` can lie.
    """

    url: str
    changed_by: datetime | None = None


@dataclass
class Found:
    """All that one endpoint listed, and what it asks of those who poll it. `problem`: why there may be more."""

    links: list[Link] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    passed_over: int = 0
    """Entries older than the source wants."""
    beyond: int = 0
    """Entries above the number that one list is read to."""
    is_index: bool = False
    problem: str | None = None
    hub_url: str | None = None
    """Where WebSub subscribers of a feed are served."""
    wait_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()
    """Hours of the day in UTC in which nobody should ask."""
    skip_days: tuple[int, ...] = ()
    """Days of the week likewise, Monday is 0."""


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

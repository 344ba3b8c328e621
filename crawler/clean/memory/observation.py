"""What one page tells of its site: small enough that hundreds of pages are held at once, and plain JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import Field

from crawler.clean.blocks import Block
from crawler.clean.body import Reading
from crawler.clean.features import NAMES
from crawler.clean.memory.keys import line_key, path_keys
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.text import fold
from crawler.records import ArticleFields, Instant, Record

MOST_LINES = 1500
"""Of one page. What stands below is not learned from."""
_WORDS = NAMES.index("words")
_LONGEST_EXAMPLE = 90
_SHOWN_STEPS, _LONGEST_PATH = 4, 100
_SUREST = 4.0
"""Log-odds beyond this are no better evidence."""
_LONGEST_CREDIT, _LONGEST_NAME = 200, 100
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LABELS = _HEADINGS | frozenset(("td", "th", "dt", "li", "caption", "strong", "b"))


class SeenLine(NamedTuple):
    """A line. `odds` are the model's log-odds that it is story; `label`: a heading, a cell, an item of a list.

    `leads`: what comes next on the page is kept too, so that it may be the heading of it.
    """

    key: str
    path: str
    odds: float
    is_kept: bool
    is_label: bool
    leads: bool
    words: int
    example: str


class SeenFields(Record):
    """What the extractor found, and what it found it in: the evidence on which of them a site can be trusted with."""

    title: str = ""
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    publisher: str | None = None
    section: str | None = None
    published_at: Instant | None = None
    published_zone: str | None = None
    has_time_of_day: bool = False
    origins: dict[str, str] = Field(default_factory=dict)


class Observation(Record):
    """One page as it was read without a memory. `paths` writes out the paths that `lines` name by key."""

    url: str
    fetched_at: Instant | None = None
    site_names: tuple[str, ...] = ()
    lines: tuple[SeenLine, ...] = ()
    paths: dict[str, str] = Field(default_factory=dict)
    headline_path: str | None = None
    byline_path: str | None = None
    date_path: str | None = None
    fields: SeenFields = SeenFields()

    @property
    def kept(self) -> dict[str, int]:
        """Words of the kept lines by key: what the page's story is recognised by."""
        return {line.key: line.words for line in self.lines if line.is_kept}


def observe(page: Page, reading: Reading, fields: ArticleFields | None = None) -> Observation:
    """Write down what a page tells of its site. `fields` is what was made of it, where it was an article."""
    blocks = page.blocks[:MOST_LINES]
    keys = path_keys(blocks)
    at = reading.headline if reading.headline is not None and reading.headline < len(blocks) else None
    used: dict[str, str] = {}
    for block, key in zip(blocks, keys, strict=True):
        if key not in used:
            used[key] = _write_path(block, key)
    byline, date = _find_credits(blocks, fields)
    return Observation(
        url=page.url,
        fetched_at=page.fetched_at,
        site_names=page.site_names[:5],
        lines=tuple(_see_lines(page, reading, keys)),
        paths=used,
        headline_path=None if at is None else keys[at],
        byline_path=None if byline is None else keys[byline],
        date_path=None if date is None else keys[date],
        fields=_see_fields(page, fields),
    )


def _write_path(block: Block, key: str) -> str:
    steps = "/".join(block.element.path.split("/")[-_SHOWN_STEPS:])[-_LONGEST_PATH:]
    return steps + (", all link" if "L" in key else "") + (", all bold" if "B" in key else "")


def _see_lines(page: Page, reading: Reading, paths: list[str]) -> Iterator[SeenLine]:
    body = set(reading.body)
    words = reading.features[_WORDS].tolist()
    for block, path, probability in zip(page.blocks, paths, reading.probabilities.tolist(), strict=False):
        key = line_key(block.text)
        if not key:
            continue
        index = block.index
        yield SeenLine(
            key=key,
            path=path,
            odds=round(log_odds(probability), 2),
            is_kept=index in body and index != reading.headline,
            is_label=is_label(block),
            leads=index + 1 in body,
            words=round(words[index]),
            example=block.text[:_LONGEST_EXAMPLE],
        )


def log_odds(probability: float) -> float:
    """Bounded: nothing is surer than one in fifty."""
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return min(max(math.log(bounded / (1 - bounded)), -_SUREST), _SUREST)


def is_label(block: Block) -> bool:
    """Whether a line is one that stories repeat rightly: a subhead, a cell of a table, an item of a list."""
    return block.element.tag in _LABELS or block.has(Role.TABLE) or block.strong == len(block.text)


def _find_credits(blocks: list[Block], fields: ArticleFields | None) -> tuple[int | None, int | None]:
    """Where the first author is named and where the first date stands, outside of the story's prose."""
    author = fold(fields.authors[0]) if fields is not None and fields.authors else ""
    byline = date = None
    for block in blocks:
        if len(block.text) > _LONGEST_CREDIT:
            continue
        if byline is None and author and author in fold(block.text):
            byline = block.index
        if date is None and (block.has(Role.DATE) or any(mark.tag == "time" for mark in block.marks)):
            date = block.index
    return byline, date


def _see_fields(page: Page, fields: ArticleFields | None) -> SeenFields:
    if fields is None:
        return SeenFields()
    published = fields.published_at
    return SeenFields(
        title=fields.title[:300],
        authors=tuple(name[:_LONGEST_NAME] for name in fields.authors[:10]),
        agencies=tuple(name[:_LONGEST_NAME] for name in fields.agencies[:10]),
        publisher=fields.publisher[:_LONGEST_NAME] if fields.publisher else None,
        section=fields.section[:_LONGEST_NAME] if fields.section else None,
        published_at=published,
        published_zone=fields.published_zone,
        has_time_of_day=published is not None and fields.published_precision != "day",
        origins={
            name: origin for name, origin in fields.origins.items() if name in ("title", "authors", "published_at")
        },
    )

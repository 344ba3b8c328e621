"""The articles of the sample site: their files, and what each one says at a given edition.

A file is `articles/<outlet>/<slug>.md`: YAML front matter between `---` lines, then paragraphs parted by blank lines.
A paragraph that starts with `## ` is a subhead, with `> ` a block quote; a paragraph of `- ` lines is a list.
Pages and the truth for tests are both made from what this module returns.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from crawler.errors import ConfigError

ARTICLES_DIRECTORY = Path(__file__).parent / "articles"
LAST_EDITION = 3
KINDS = ("article", "text", "paywall", "private")


@dataclass(frozen=True)
class Block:
    """One piece of a body. `kind` is paragraph, subhead, quote or list; only a list has more than one line."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True)
class Image:
    caption: str
    credit: str | None


@dataclass(frozen=True)
class Change:
    """What becomes of an article later: `replace` works on body and standfirst, `append` adds a last paragraph."""

    modified: datetime
    title: str | None
    replace: tuple[tuple[str, str], ...]
    append: str | None


@dataclass(frozen=True)
class Article:
    outlet: str
    slug: str
    title: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    section: str
    tags: tuple[str, ...]
    language: str
    dateline_place: str | None
    image: Image | None
    standfirst: str
    edition: int
    kind: str
    body: str
    number: int | None
    wire_group: str | None
    wire_credit: str | None
    pull_quote: str | None
    old_slug: str | None
    in_feed: bool
    tracked: bool
    amp: bool
    older: bool
    updates: tuple[tuple[int, Change], ...]
    developing: Change | None

    @property
    def blocks(self) -> tuple[Block, ...]:
        return parse_blocks(self.body)

    @property
    def changed(self) -> datetime:
        """When the article last changed."""
        return self.modified or self.published

    @property
    def text(self) -> str:
        """The clean text: paragraphs, subheads and list items parted by blank lines."""
        return "\n\n".join(line for block in self.blocks for line in block.lines)

    @property
    def summary(self) -> str:
        """The standfirst, or where there is none the first paragraph."""
        return self.standfirst or self.blocks[0].text


def parse_blocks(body: str) -> tuple[Block, ...]:
    blocks = []
    for piece in body.strip().split("\n\n"):
        lines = [line.strip() for line in piece.strip().splitlines()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            blocks.append(Block("subhead", (" ".join(lines)[3:],)))
        elif lines[0].startswith("> "):
            blocks.append(Block("quote", (" ".join(line.removeprefix("> ") for line in lines),)))
        elif lines[0].startswith("- "):
            blocks.append(Block("list", tuple(line.removeprefix("- ") for line in lines)))
        else:
            blocks.append(Block("paragraph", (" ".join(lines),)))
    return tuple(blocks)


def article_at(article: Article, edition: int, developed: bool) -> Article:
    """The article as it reads at `edition`, and for a developing one before or after its change."""
    changes = [change for number, change in article.updates if number <= edition]
    if developed and article.developing is not None:
        changes.append(article.developing)
    for change in changes:
        article = _apply(article, change)
    return article


def version_count(article: Article, edition: int, developed: bool) -> int:
    """How many texts or titles the article has shown to someone who looked at every edition up to `edition`."""
    later = sum(1 for number, _ in article.updates if number <= edition)
    return 1 + later + (1 if developed and article.developing is not None else 0)


def _apply(article: Article, change: Change) -> Article:
    body, standfirst = article.body, article.standfirst
    for old, new in change.replace:
        if old not in body and old not in standfirst:
            raise ConfigError(f"{article.outlet}/{article.slug}.md: a change replaces {old!r}, which it does not hold.")
        body, standfirst = body.replace(old, new), standfirst.replace(old, new)
    if change.append:
        body = f"{body.rstrip()}\n\n{change.append}"
    return dataclasses.replace(
        article, title=change.title or article.title, body=body, standfirst=standfirst, modified=change.modified
    )


@functools.cache
def load_articles() -> tuple[Article, ...]:
    """All articles of all outlets and editions, in the first form of each, newest first."""
    articles = [_read_article(path) for path in sorted(ARTICLES_DIRECTORY.glob("*/*.md"))]
    return tuple(sorted(articles, key=lambda article: (article.published, article.slug), reverse=True))


def _read_article(path: Path) -> Article:
    place = f"{path.parent.name}/{path.name}"
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise ConfigError(f"{place}: the file must start with front matter between two `---` lines.")
    front = yaml.safe_load(parts[1])
    allowed = {field.name for field in dataclasses.fields(Article)} - {"outlet", "slug", "body"}
    if unknown := sorted(set(front) - allowed):
        raise ConfigError(f"{place}: unknown front matter {', '.join(unknown)}.")
    missing = sorted({"title", "published", "section", "language"} - set(front))
    if missing:
        raise ConfigError(f"{place}: front matter lacks {', '.join(missing)}.")
    if front.get("kind", "article") not in KINDS:
        raise ConfigError(f"{place}: kind is {front['kind']!r}; use one of {', '.join(KINDS)}.")
    image = front.get("image")
    updates = {int(number): _read_change(value) for number, value in front.get("updates", {}).items()}
    return Article(
        outlet=path.parent.name,
        slug=path.stem,
        title=front["title"],
        authors=tuple(front.get("authors", ())),
        published=_utc(front["published"]),
        modified=_utc(front["modified"]) if "modified" in front else None,
        section=front["section"],
        tags=tuple(front.get("tags", ())),
        language=front["language"],
        dateline_place=front.get("dateline_place"),
        image=Image(image["caption"], image.get("credit")) if image else None,
        standfirst=front.get("standfirst", ""),
        edition=front.get("edition", 1),
        kind=front.get("kind", "article"),
        body=parts[2].strip(),
        number=front.get("number"),
        wire_group=front.get("wire_group"),
        wire_credit=front.get("wire_credit"),
        pull_quote=front.get("pull_quote"),
        old_slug=front.get("old_slug"),
        in_feed=front.get("in_feed", True),
        tracked=front.get("tracked", False),
        amp=front.get("amp", False),
        older=front.get("older", False),
        updates=tuple(sorted(updates.items())),
        developing=_read_change(front["developing"]) if "developing" in front else None,
    )


def _read_change(value: Mapping[str, Any]) -> Change:
    return Change(
        modified=_utc(value["modified"]),
        title=value.get("title"),
        replace=tuple(value.get("replace", {}).items()),
        append=value.get("append"),
    )


def _utc(value: datetime) -> datetime:
    # PyYAML gives an aware datetime for an ISO instant that has an offset.
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

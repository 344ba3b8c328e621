"""The picture that stands for an article, and what is written under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.clean.captions import strip_credit
from crawler.clean.found import Found
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.text import fold, normalize_line

_NO_PICTURE = re.compile(
    r"(?:^|[/_.%-])(?:logos?|placeholder|fall-?back|default|blank|spacer|avatars?|favicon|apple-touch-icon|no-?image|"
    r"no-?photo|pixel|1x1|transparent|gravatar|(?:og|social|share|fb|facebook|twitter)[-_]?(?:share|default|image|logo|"
    r"card)(?=[._-]|$))|\.svg(?:$|\?)",
    re.IGNORECASE,
)
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original")
_ABOVE, _BELOW = 4, 4
"""Blocks before the headline and after the story's first that a lead image's caption may be."""
_WITHOUT_STORY = 8
_SHORTEST_CAPTION, _LONGEST_CAPTION = 8, 700
_ELSEWHERE = (
    Role.NAV | Role.FOOTER | Role.ASIDE | Role.RELATED | Role.COMMENT | Role.HIDDEN | Role.NEWSLETTER | Role.ADVERT
    | Role.BIO
)  # fmt: skip


def find_image(page: Page, headline: int | None, first: int) -> Found[str] | None:
    """Address of the lead image. `first` is the index of the story's first block."""
    meta = page.meta("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    marked = "microdata" if page.article.get("@origin") else "json-ld"
    candidates = [
        (meta, "meta", 0.95),
        *((link, marked, 0.9) for link in _read_image(page.article.get("image"))),
        (_clean_link(page.links.get("image_src")), "link", 0.9),
        *((link, "page", 0.7) for link in _shown_images(page, headline, first)),
    ]
    for link, origin, confidence in candidates:
        address = page.absolute(link)
        if address and not _NO_PICTURE.search(address.split("://", 1)[1].partition("/")[2]):
            return Found(address, origin, confidence)
    return None


def _clean_link(links: list[str] | None) -> str | None:
    return links[0] if links else None


def _read_image(value: Any) -> Iterator[str]:
    """Addresses in a JSON-LD image: a string, an object or a list of them."""
    for image in value if isinstance(value, list) else [value]:
        if isinstance(image, dict):
            image = image.get("url") or image.get("contentUrl") or image.get("@id")
        if isinstance(image, list):
            image = next((link for link in image if isinstance(link, str)), None)
        if isinstance(image, str):
            yield image


def _shown_images(page: Page, headline: int | None, first: int) -> Iterator[str]:
    start = headline if headline is not None else first
    for block in page.blocks[start : first + _BELOW]:
        if block.has(_ELSEWHERE | Role.BYLINE | Role.SHARE):
            continue
        for mark in block.marks:
            if mark.tag in ("img", "amp-img"):
                yield from (link for name in _SOURCES if (link := mark.attributes.get(name)))


def find_caption(page: Page, headline: int | None, first: int) -> Found[str] | None:
    """What is written under the lead image, without the photographer; else what the JSON-LD says of it."""
    if first >= len(page.blocks):
        first = min(first, (headline or 0) + _WITHOUT_STORY)
    start = max(0, (headline if headline is not None else first) - _ABOVE)
    title = fold(page.blocks[headline].text) if headline is not None else ""
    for block in page.blocks[start : first + _BELOW]:
        if not block.has(Role.CAPTION) or block.has(_ELSEWHERE):
            continue
        if block.index == headline or block.element.own & (Role.CREDIT | Role.STANDFIRST | Role.BYLINE | Role.DATE):
            continue
        caption = _without_credit(block.text)
        if caption and fold(caption) != title:
            return Found(caption, "page", 0.85)
    image = page.article.get("image")
    for node in image if isinstance(image, list) else [image]:
        stated = node.get("caption") or node.get("description") if isinstance(node, dict) else None
        caption = _without_credit(stated) if isinstance(stated, str) else ""
        if caption and fold(caption) != title:
            return Found(caption, "json-ld", 0.8)
    return None


def _without_credit(text: str) -> str:
    if len(text) > _LONGEST_CAPTION:
        return ""
    caption = strip_credit(normalize_line(text))
    return caption if len(caption) >= _SHORTEST_CAPTION else ""

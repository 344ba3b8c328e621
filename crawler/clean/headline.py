"""The block that is the page's headline: what the text is found below of."""

from __future__ import annotations

from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.text import fold

_LONGEST = 300
_HEADINGS = frozenset(("h1", "h2"))


def find_headline(page: Page) -> int | None:
    """Index of the block; the first heading that the page's head agrees with, or else its first `h1`."""
    stated = [page.meta("og:title"), page.article.get("headline"), page.head_title]
    titles = {fold(title) for title in stated if isinstance(title, str)}
    titles.discard("")
    best, found = 0.0, None
    for block in page.blocks:
        tag = block.element.tag
        if (tag not in _HEADINGS and not block.roles & Role.HEADLINE) or len(block.text) > _LONGEST:
            continue
        text = fold(block.text)
        if len(text) < 4:
            continue
        score = 1.5 if tag == "h1" else 0.0
        if text in titles:
            score += 3
        elif len(text) > 12 and any(text in title for title in titles):
            score += 2
        if block.linked:
            score -= 1
        if score >= 1.5 and score > best:
            best, found = score, block.index
    return found

"""The headline as the site prints it, without the site's name and without what stands over it."""

from __future__ import annotations

import re

from crawler.clean.found import Found
from crawler.clean.headline import SEPARATOR, Stated, stated_titles
from crawler.clean.page import Page
from crawler.clean.structured import types_of
from crawler.clean.text import fold, normalize_line

_FEWEST_WORDS = 3
_CUT = re.compile(r"(?:\.\.\.|…)\s*$")
_JOINT = re.compile(r"[:–—|]|\s-\s")


def find_title(page: Page, headline: int | None) -> Found[str] | None:
    """The title. `headline` is the index of the headline's block, as `find_headline` gives it.

    Origin: `h1`, `heading`, `json-ld`, `og`, `twitter`, `title`, `feed` or `microdata`.
    """
    stated = stated_titles(page)
    if headline is not None:
        block = page.blocks[headline]
        shown = normalize_line(block.text)
        is_h1 = any(element.tag == "h1" for element in block.element.ancestors())
        return _choose(shown, "h1" if is_h1 else "heading", stated, is_news=_is_news(page))
    if not stated:
        return None
    best = max(stated, key=lambda t: sum(t.folded == other.folded for other in stated))
    return Found(best.text, best.origin, 0.7)


def _is_news(page: Page) -> bool:
    return any("News" in kind or kind == "LiveBlogPosting" for kind in types_of(page.article))


def _choose(shown: str, origin: str, stated: list[Stated], *, is_news: bool) -> Found[str]:
    folded = fold(shown)
    joined = folded.replace(" ", "")
    same = [title for title in stated if title.folded.replace(" ", "") == joined]
    if same:
        return Found(_better_written(shown, same), origin, 0.93)
    # `Culture Headline` in a heading that has its kicker inside: the head states the headline alone.
    for title in stated:
        if folded.endswith(" " + title.folded) and title.folded.count(" ") >= _FEWEST_WORDS - 1:
            return Found(title.text, origin, 0.8)
    # `Kicker: Headline`, where the kicker stands in a line of its own on the page.
    longer = [title for title in stated if title.folded.endswith(" " + folded)]
    if len({title.origin for title in longer}) >= 2 and folded.count(" ") >= 1 and _JOINT.search(longer[0].text):
        return Found(longer[0].text, longer[0].origin, 0.7)
    agreed = _agreed_by_newsroom(stated) if is_news else None
    if agreed:
        return Found(agreed.text, agreed.origin, 0.71)
    return Found(shown, origin, 0.75)


def _agreed_by_newsroom(stated: list[Stated]) -> Stated | None:
    """What both the JSON-LD of a news article and og:title call it: rewrites for readers elsewhere differ from it."""
    shared = next((title for title in stated if title.origin == "og"), None)
    marked = next((title for title in stated if title.origin == "json-ld"), None)
    return shared if shared and marked and shared.folded == marked.folded else None


def _better_written(shown: str, same: list[Stated]) -> str:
    """The stated form of the same words where the page's lacks a colon between two lines, or is set in capitals."""
    for title in same:
        if shown.isupper() and not title.text.isupper():
            return title.text
        if len(_JOINT.findall(title.text)) > len(_JOINT.findall(shown)):
            return title.text
    return shown

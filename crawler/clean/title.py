"""The headline as the site prints it, without the site's name and without what stands over it."""

from __future__ import annotations

import re

from crawler.clean.found import Found
from crawler.clean.headline import SEPARATOR, Stated, choose_headline, stated_titles
from crawler.clean.page import Page
from crawler.clean.text import fold, normalize_line

_FEWEST_WORDS = 3
_CUT = re.compile(r"(?:\.\.\.|…)\s*$")


def find_title(page: Page, headline: int | None) -> Found[str] | None:
    """The title. `headline` is the index of the headline's block, as `find_headline` gives it.

    Origin: `h1`, `heading`, `json-ld`, `og`, `twitter`, `title`, `feed` or `microdata`.
    """
    stated = stated_titles(page)
    if headline is not None:
        block = page.blocks[headline]
        shown = normalize_line(block.text)
        is_h1 = any(element.tag == "h1" for element in block.element.ancestors())
        text = _without_kicker(shown, stated)
        return Found(text, "h1" if is_h1 else "heading", 0.9)
    if not stated:
        return None
    best = max(stated, key=lambda t: sum(t.folded == other.folded for other in stated))
    return Found(best.text, best.origin, 0.7)


def _without_kicker(shown: str, stated: list[Stated]) -> str:
    folded = fold(shown)
    for title in stated:
        if folded != title.folded and folded.endswith(" " + title.folded) and title.folded.count(" ") >= 2:
            return title.text
    return shown

"""Names for lines and places of a page that are the same in every process: what a memory of a site is kept by."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

from crawler.clean.blocks import Block, Element
from crawler.clean.lexicon import hear

_ALL_LINK, _ALL_BOLD = 0.8, 0.9
_NUMBER = re.compile(r"\d{3}")
_DIGITS = re.compile(r"\d+")
_OWN_TO_A_PAGE = ("category-", "tag-", "post-", "author-", "postid", "page-id")
"""Classes that content systems make of a page's number, section, tags and author."""


def line_key(text: str) -> str:
    """A line's text, folded, each number as one: "3 comments" and "12 comments" are the same line.

    Empty for a line without a letter: numbers and rules recur without being furniture.
    """
    folded = hear(text).folded
    masked = _DIGITS.sub("0", folded)
    if masked.strip("0 ") == "":
        return ""
    return f"{zlib.crc32(masked.encode('utf-8', 'surrogatepass')):08x}{len(masked):x}"


def path_keys(blocks: Sequence[Block]) -> list[str]:
    """Of each block: its tags and classes from the root down, without what is of this page alone; and its form.

    Between paragraphs of one path the site puts lines that are all link or all bold: those are a path of their own.
    """
    known: dict[int, int] = {}
    written: dict[int, str] = {}
    found = []
    for block in blocks:
        signature = block.element.signature
        key = written.get(signature)
        if key is None:
            key = written[signature] = f"{_hash_path(block.element, known):08x}"
        # Its form, written out here because it is asked of each line.
        length = len(block.text)
        if block.linked >= _ALL_LINK * length:
            key += "L"
        if block.strong >= _ALL_BOLD * length:
            key += "B"
        found.append(key)
    return found


def page_key(url: str) -> str:
    """An address, for telling whether a page was learned from."""
    return f"{zlib.crc32(url.encode('utf-8', 'surrogatepass')):08x}"


def _hash_path(element: Element, known: dict[int, int]) -> int:
    """Chained over the elements from the root, each path once. What stands on `body` is of the page."""
    above: list[Element] = []
    around: Element | None = element
    value = 0
    while around is not None and around.parent is not None:
        found = known.get(around.signature)
        if found is not None:
            value = found
            break
        above.append(around)
        around = around.parent
    for step in reversed(above):
        value = known[step.signature] = zlib.crc32(_step(step.tag, step.attributes.get("class")), value)
    return value


@lru_cache(maxsize=20_000)
def _step(tag: str, stated: str | None) -> bytes:
    """One element of a path. The pages of a site are built of the same few: hence the cache."""
    kept = [name for name in (stated or "").split() if not (name.startswith(_OWN_TO_A_PAGE) or _NUMBER.search(name))]
    return f"{tag}.{' '.join(sorted(kept))}/".encode("utf-8", "surrogatepass")

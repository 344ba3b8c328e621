"""What the model keeps and no reader would call the story: captions, credits, notices, the headline once more."""

from __future__ import annotations

import re

from crawler.clean.blocks import Block
from crawler.clean.body import Reading
from crawler.clean.captions import is_caption_line
from crawler.clean.date_lines import is_date_line
from crawler.clean.notices import is_end_heading, is_notice, is_notice_within
from crawler.clean.page import Page
from crawler.clean.people import Credits
from crawler.clean.roles import Role
from crawler.clean.text import ends_sentence, fold

_LONGEST_TITLE = 400
_LONGEST_CRUMBS = 120
_SHORTEST_HEADLINE = 16
_SHORTEST_PULLED = 20
_PULLED = Role.QUOTE | Role.PULLQUOTE | Role.ASIDE | Role.FIGURE
_PROSE = 200
"""Characters of a block from which on the story is under way."""
_CRUMB = re.compile(r"\S\s*[»›→]\s*\S")
_BETWEEN = re.compile(r"\s[|·•/]\s")


def trim_body(page: Page, reading: Reading, credits: Credits, title: str | None) -> list[int]:
    """Indexes of the blocks of the text."""
    headings = {fold(name) for name in (title or "", *credits.names)} - {""}
    if reading.headline is not None:
        headings.add(fold(page.blocks[reading.headline].text))
    kept: list[int] = []
    is_under_way = False
    for index in reading.body:
        block = page.blocks[index]
        if index == reading.headline or index in credits.lines or block.roles & Role.CAPTION:
            continue
        if block.roles & Role.RELATED and _is_card(block):
            continue
        if is_notice_within(block.text, is_quote=bool(block.roles & Role.QUOTE)):
            continue
        if not is_under_way and _is_above_story(block, headings):
            continue
        is_under_way = is_under_way or block.prose > _PROSE
        kept.append(index)
    kept = _quote_once(page, kept)
    while len(kept) > 1 and (_is_notice(page.blocks[kept[-1]].text) or _is_menu(page.blocks[kept[-1]])):
        kept.pop()
    return kept


def _is_card(block: Block) -> bool:
    """Another story's headline, which is a link, and its standfirst in one line."""
    link = next((mark.text for mark in block.marks if mark.tag == "a" and mark.text), "")
    return len(link) >= _SHORTEST_HEADLINE and block.text.startswith(link)


def _is_above_story(block: Block, headings: set[str]) -> bool:
    text = block.text
    return _is_crumbs(block) or _is_heading_again(block, headings) or is_date_line(text) or is_caption_line(text)


def _is_crumbs(block: Block) -> bool:
    """`Home » News » World`, without a sentence."""
    text = block.text
    return len(text) < _LONGEST_CRUMBS and bool(_CRUMB.search(text)) and not ends_sentence(text)


def _is_heading_again(block: Block, headings: set[str]) -> bool:
    return len(block.text) < _LONGEST_TITLE and fold(block.text) in headings


def _quote_once(page: Page, kept: list[int]) -> list[int]:
    """Without the pull quotes: lines marked as quotes that only repeat a part of another paragraph."""
    quotes = [index for index in kept if page.blocks[index].roles & _PULLED]
    if not quotes:
        return kept
    whole = "\n".join(fold(page.blocks[index].text) for index in kept if index not in quotes)
    repeated = {
        index for index in quotes if len(text := fold(page.blocks[index].text)) >= _SHORTEST_PULLED and text in whole
    }
    return [index for index in kept if index not in repeated]


def _is_menu(block: Block) -> bool:
    """`Print | Send to a friend | Comment`: a line of links with something between them."""
    text = block.text
    return len(text) < _LONGEST_CRUMBS and block.linked * 3 > len(text) and len(_BETWEEN.findall(text)) >= 2


def _is_notice(text: str) -> bool:
    return is_notice(text) or is_end_heading(text)

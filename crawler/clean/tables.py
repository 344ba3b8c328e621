"""Pages that are laid out with tables, without paragraphs: the cell that holds the story, and the lines above it."""

from __future__ import annotations

import re

from lxml import html

from crawler.clean.block import Block
from crawler.clean.captions import strip_credit
from crawler.clean.lines import Line, find_densest, is_inside, read_lines
from crawler.clean.page import class_and_id
from crawler.clean.text import fold

_ITEM = re.compile(r"^[-–•*·▪●]\s*(?=\S)")
_SEMANTIC = ("article", "main")
_BODY_ROLE = re.compile(r"articlebody|(?:article|entry|post|story)[-_]?(?:body|content|text)")


def find_table_blocks(tree: html.HtmlElement, title: str | None) -> tuple[list[Block], list[str]] | None:
    """Blocks and captions of a page whose story lies in a table cell; None when the page is built otherwise."""
    if next(tree.iter(*_SEMANTIC), None) is not None or next(tree.iter("td"), None) is None:
        return None
    lines = read_lines(tree)
    story = find_densest(lines)
    if story is None or not any(e.tag == "td" for e in (story, *story.iterancestors())) or _is_marked_up(story):
        return None
    indexes = [index for index, line in enumerate(lines) if is_inside(line.block, story)]
    start, end = indexes[0], indexes[-1] + 1
    headline = _find_headline(lines, start, end, fold(title or ""))
    captions: list[str] = []
    kept: list[Line] = []
    for line in lines[headline + 1 if headline is not None else start : end]:
        if line.is_link:
            continue
        if _is_under_picture(line, story):
            captions.append(strip_credit(line.text))
        else:
            kept.append(line)
    return [_to_block(line) for line in kept], list(filter(None, captions))


def _is_marked_up(story: html.HtmlElement) -> bool:
    """Whether the cell's text is in paragraphs, which the general extractor reads better."""
    if any(_BODY_ROLE.search(class_and_id(element)) for element in (story, *story.iterancestors())):
        return True
    marked = sum(len(p.text_content()) for p in story.iter("p"))
    return marked > 0.5 * max(1, len(story.text_content()))


def _find_headline(lines: list[Line], start: int, end: int, title: str) -> int | None:
    """The last line before the end of the story that is the title, unless the story is already under way there."""
    for index in range(end - 1, -1, -1):
        line = lines[index]
        if title and fold(line.text) == title and not line.is_link:
            is_above = sum(other.prose for other in lines[start:index]) <= 0.2 * sum(x.prose for x in lines[index:end])
            return index if is_above else None
    return None


def _is_under_picture(line: Line, story: html.HtmlElement) -> bool:
    """Whether a table of its own holds the line and a picture, and not the story."""
    table = next(line.block.iterancestors("table"), None)
    if table is None or line.prose > 300 or is_inside(story, table):
        return False
    return next(table.iter("img"), None) is not None


def _to_block(line: Line) -> Block:
    items = line.text.split("\n")
    if len(items) > 1 and all(_ITEM.match(item) for item in items):
        return Block("\n".join(_ITEM.sub("", item) for item in items), "list")
    return Block(line.text)

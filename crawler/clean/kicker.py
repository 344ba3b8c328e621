"""The section as a page shows it: the line over the headline that the page's menu also leads to."""

from __future__ import annotations

import re

from lxml import html

from crawler.clean.lines import Line, read_lines
from crawler.clean.page import Page, visible_text
from crawler.clean.text import fold, normalize_line

_STEP = re.compile(r"\s*[»›>→←/\\|]\s*|\s+::\s+")
_LONGEST = 60
_MOST_LINKS = 4


def find_kicker(page: Page, title: str | None) -> str | None:
    """`Reports` in a line of its own or at the end of `Home » Reports`, right before the headline."""
    lines = read_lines(page.tree)
    wanted = fold(title or "")
    index = next((i for i, line in enumerate(lines) if wanted and fold(line.text) == wanted and not line.is_link), 0)
    if index == 0 or _is_menu(lines[index - 1]):
        return None
    above = lines[index - 1]
    name = normalize_line(_STEP.split(above.text)[-1])
    if not name or len(name) > _LONGEST or fold(name) == wanted:
        return None
    return name if fold(name) in _menu_labels(page.tree, above.block) else None


def _is_menu(line: Line) -> bool:
    around = [line.block, *line.block.iterancestors()]
    tags = {element.tag for element in around}
    if tags & {"nav", "li"} or ("header" in tags and "article" not in tags):
        return True
    return sum(1 for _ in line.block.iter("a")) > _MOST_LINKS


def _menu_labels(tree: html.HtmlElement, but_not_in: html.HtmlElement) -> set[str]:
    own = set(but_not_in.iter("a"))
    return {fold(visible_text(a)) for a in tree.iter("a") if a not in own and (a.get("href") or "/").strip("/#")} - {""}

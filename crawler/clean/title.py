"""The headline, as the reader sees it and without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from crawler.clean.lines import read_lines
from crawler.clean.page import Page, class_and_id, visible_text
from crawler.clean.text import fold, normalize_line

_SEPARATOR = re.compile(r"\s+[|\-–—»«•·:~/]+\s+|\s*\|\s*|\s*::\s*")
_NOT_HEADLINE = re.compile(r"logo|site-?(?:title|name|brand)|\bbrand\b|visually-?hidden-site|masthead|navbar")
_HEADLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:headline|(?:entry|post|article|story|news|page)[-_]?_?(?:title|headline))"
)
_OUTSIDE = frozenset({"nav", "footer", "aside"})


def find_title(page: Page) -> tuple[str | None, str | None]:
    """The title and its origin. The page's own visible headline wins when its head agrees that it is one."""
    stated = list(_stated_titles(page))
    best: tuple[float, str, str] | None = None
    for text, origin in _visible_headlines(page):
        score = max((_overlap(text, other) for other, _ in stated), default=0.6 if origin == "h1" else 0.0)
        score -= 0.3 if origin != "h1" else 0.0
        if score >= 0.5 and (best is None or score > best[0] + 0.15):
            best = (score, text, origin)
    if best:
        return _without_kicker(strip_site_name(best[1], page), stated), best[2]
    for text, origin in stated:
        return _shown_part(text, page), origin
    headlines = list(_visible_headlines(page))
    if headlines:
        return headlines[0]
    hint = normalize_line(page.hint_title or "")
    return (hint, "feed") if hint else (None, None)


def _shown_part(title: str, page: Page) -> str:
    """The part of `Headline :: Site` that stands as a line of its own on a page without headings."""
    marks = list(_SEPARATOR.finditer(title))
    if not marks:
        return title
    shown = {fold(line.text) for line in read_lines(page.tree) if len(line.text) <= 300 and not line.is_link}
    parts = [title[: mark.start()] for mark in reversed(marks)] + [title[mark.end() :] for mark in marks]
    if fold(title) in shown:
        return title
    return max((part for part in parts if len(part.split()) > 1 and fold(part) in shown), key=len, default=title)


def strip_site_name(title: str, page: Page) -> str:
    """`Headline | Outlet` as `Headline`, where the other part is known to be the outlet."""
    names = {fold(name) for name in page.site_names} | {fold(page.host), fold(page.host.rsplit(".", 1)[0])}
    names |= {name.replace(" ", "") for name in names}
    names.discard("")
    for _ in range(3):
        parts = list(_SEPARATOR.finditer(title))
        if not parts:
            break
        first, last = parts[0], parts[-1]
        if _is_site(title[last.end() :], names):
            title = title[: last.start()]
        elif _is_site(title[: first.start()], names):
            title = title[first.end() :]
        else:
            break
    return title.strip()


def _is_site(part: str, names: Iterable[str]) -> bool:
    folded = fold(part)
    if not folded:
        return False
    joined = folded.replace(" ", "")
    return any(joined == name.replace(" ", "") or (len(name) > 4 and folded.startswith(name)) for name in names)


def _stated_titles(page: Page) -> Iterable[tuple[str, str]]:
    """What the head of the page gives as its title, best first."""
    values = [
        (page.article.get("headline"), "json-ld"),
        (page.meta("og:title"), "meta"),
        (page.meta("twitter:title", "dc.title", "citation_title"), "meta"),
        (page.article.get("name"), "json-ld"),
        (page.tree.findtext(".//head/title") or page.tree.findtext(".//title"), "title"),
    ]
    stated = []
    for value, origin in values:
        text = strip_site_name(normalize_line(unescape(value)), page) if isinstance(value, str) else ""
        if text:
            stated.append((text, origin))
    folded = [fold(text) for text, _ in stated]
    for text, origin in stated:
        if origin in ("title", "meta"):
            # An unknown tail that another candidate lacks is the site's name or the section's.
            cut = _SEPARATOR.split(text)
            if len(cut) > 1 and fold(text) not in [f for f in folded if folded.count(f) > 1]:
                text = next((t for t, _ in stated if fold(t) and fold(t) == fold(cut[0])), text)
        yield text, origin


def _visible_headlines(page: Page) -> Iterable[tuple[str, str]]:
    for tag in ("h1", "h2", "h3", "div", "span", "p", "td"):
        for element in page.tree.iter(tag):
            role = class_and_id(element)
            if _NOT_HEADLINE.search(role) or any(a.tag in _OUTSIDE for a in element.iterancestors()):
                continue
            if tag != "h1" and not _HEADLINE_CLASS.search(role):
                continue
            text = visible_text(element)
            if 2 < len(text) <= 300:
                yield text, "h1" if tag == "h1" else "headline"


def _overlap(text: str, other: str) -> float:
    """How far two titles have the same words, 0 to 1, measured on the shorter one."""
    words, others = set(fold(text).split()), set(fold(other).split())
    if not words or not others:
        return 0.0
    common = len(words & others)
    if min(len(words), len(others)) < 3:
        return common / max(len(words), len(others))
    return common / min(len(words), len(others))


def _without_kicker(title: str, stated: list[tuple[str, str]]) -> str:
    """A kicker inside the heading (`Culture: Headline`) goes when the head states the rest as the headline."""
    for other, _ in stated:
        if len(other.split()) >= 3 and len(other) < len(title) and title.endswith(other):
            return other
    return title

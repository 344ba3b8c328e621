"""The page's own titles, and the block that is its headline: what the text is found below of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from crawler.clean.blocks import Block
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.text import fold, normalize_line

SEPARATOR = re.compile(r"\s+[|\-–—‒―»«•·:~/⋆★◦‹›>]+\s+|\s*\|+\s*|\s*::\s*|\s*[│︱｜]\s*|\s+\*\s+")
_LONGEST = 300
_HEADINGS = {"h1": 2.0, "h2": 0.4, "h3": 0.1}
_ELSEWHERE = (
    Role.NAV | Role.FOOTER | Role.ASIDE | Role.RELATED | Role.COMMENT | Role.COOKIE | Role.NEWSLETTER | Role.WIDGET
    | Role.HIDDEN | Role.FORM | Role.TEASER | Role.ADVERT | Role.PAYWALL
)  # fmt: skip
_LEAST = 0.45
_LONGEST_NAME = 5
"""Words. Longer ones are slogans, or the page's own title."""
_FEWEST_COMMON = 3
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Stated:
    """A title that the page's head, JSON-LD or feed gives, without the site's name."""

    text: str
    origin: str
    """`og`, `json-ld`, `microdata`, `twitter`, `meta`, `title` or `feed`."""
    folded: str


def stated_titles(page: Page) -> list[Stated]:
    """The titles that the page states, the most trusted first; each as it is written, without the site's name."""
    names = _site_names(page)
    article = page.article
    values: list[tuple[object, str]] = [
        (page.meta("og:title"), "og"),
        (article.get("headline"), "microdata" if article.get("@origin") else "json-ld"),
        (article.get("name"), "microdata" if article.get("@origin") else "json-ld"),
        (page.meta("twitter:title"), "twitter"),
        (page.meta("citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title"), "og"),
        (page.head_title, "title"),
        (page.hint_title, "feed"),
    ]
    found: list[Stated] = []
    for value, origin in values:
        if isinstance(value, str) and value:
            if "&" in value:
                value = unescape(unescape(value))
            text = strip_site_name(normalize_line(value), names)
            folded = fold(text)
            if folded and folded not in names:
                found.append(Stated(text, origin, folded))
    return found


def _site_names(page: Page) -> set[str]:
    """What the site is called, folded, with and without spaces; and the labels of its host."""
    names = {fold(name) for name in page.site_names}
    for name in page.site_names:
        names |= {fold(part) for part in SEPARATOR.split(name)}
    names = {name for name in names if name.count(" ") < _LONGEST_NAME}
    host = page.host
    if host:
        names |= {fold(host), fold(host.rsplit(".", 1)[0])}
        names |= {fold(label) for label in host.split(".")[:-1] if len(label) > 3}
    names |= {name.replace(" ", "") for name in names}
    names.discard("")
    return names


def strip_site_name(title: str, names: set[str]) -> str:
    """`Headline | Section | Outlet` as `Headline | Section`, where the outlet is one of these folded names."""
    for _ in range(3):
        marks = list(SEPARATOR.finditer(title))
        if not marks:
            break
        first, last = marks[0], marks[-1]
        if _is_site(title[last.end() :], names):
            title = title[: last.start()]
        elif _is_site(title[: first.start()], names):
            title = title[first.end() :]
        else:
            break
    return title.strip()


def _is_site(part: str, names: set[str]) -> bool:
    folded = fold(part)
    return not folded or folded in names or folded.replace(" ", "") in names


def find_headline(page: Page) -> int | None:
    """Index of the block; the heading that the page's head agrees with, or else its first `h1`."""
    return choose_headline(page, stated_titles(page))


def choose_headline(page: Page, stated: list[Stated]) -> int | None:
    """`find_headline`, where the stated titles are known."""
    in_h1 = {
        index
        for element in page.elements
        if element.tag == "h1" and element.last - element.first < _PARTS
        for index in range(element.first, element.last)
    }
    names = _site_names(page)
    wanted = {title.folded for title in stated}
    words = [set(folded.split()) for folded in wanted]
    best, found = _LEAST, None
    for block in page.blocks:
        base = _HEADINGS.get(block.element.tag, 0.0)
        if block.index in in_h1:
            base = _HEADINGS["h1"]
        if (not base and not block.roles & Role.HEADLINE) or len(block.text) > _LONGEST:
            continue
        folded = fold(block.text)
        if len(folded) < 2:
            continue
        score = base + _agreement(folded, wanted, words)
        if block.element.own & Role.HEADLINE:
            score += 0.4
        if block.linked:
            score -= 1.0
        if block.roles & _ELSEWHERE:
            score -= 1.0
        if folded in names or folded.replace(" ", "") in names:
            score -= 3.0
        if score > best:
            best, found = score, block.index
    return found if found is not None else _find_plain_headline(page, wanted)


def _agreement(folded: str, wanted: set[str], words: list[set[str]]) -> float:
    """How far a line agrees with one of the titles: 3 for the same, less for a part, 0 for nothing in common."""
    if folded in wanted:
        return 3.0
    own = set(folded.split())
    best = 0.0
    for title, others in zip(wanted, words, strict=True):
        common = len(own & others)
        if common < min(_FEWEST_COMMON, len(own), len(others)):
            continue
        share = common / (len(own) + len(others) - common)
        if len(folded) > 12 and (folded in title or title in folded):
            share = max(share, 0.8)
        best = max(best, share)
    return 2.5 * best


def _find_plain_headline(page: Page, wanted: set[str]) -> int | None:
    """The line that is the title to the letter, on a page that has no heading for it."""
    lengths = {len(title) for title in wanted if " " in title}
    if not lengths:
        return None
    low, high = min(lengths) * 0.9, max(lengths) * 1.3 + 8
    return next((b.index for b in page.blocks if low <= len(b.text) <= high and _is_plain(b, wanted)), None)


def _is_plain(block: Block, wanted: set[str]) -> bool:
    return not block.linked and not block.roles & _ELSEWHERE and fold(block.text) in wanted

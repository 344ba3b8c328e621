"""The page's own titles, and the block that is its headline: what the text is found below of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from crawler.clean.blocks import Block
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.text import fold, normalize_line

_SEPARATOR = re.compile(r"\s+[|\-–—‒―»«•·:~/⋆★◦‹›>]+\s+|\s*\|+\s*|\s*::\s*|\s*[│︱｜]\s*|\s+\*\s+")
_LONGEST = 300
_LONGEST_STATED = 500
_SHORTEST = 2
_SHORT = 12
_SHORTEST_LABEL = 3
_MOST_NAMES = 3
_HEADINGS = {"h1": 2.0, "h2": 0.4, "h3": 0.1}
_ELSEWHERE = (
    Role.NAV | Role.FOOTER | Role.ASIDE | Role.RELATED | Role.COMMENT | Role.COOKIE | Role.NEWSLETTER | Role.WIDGET
    | Role.HIDDEN | Role.FORM | Role.ADVERT | Role.PAYWALL
)  # fmt: skip
_LEAST = 0.45
_LONGEST_NAME = 5
"""Words. Longer ones are slogans, or the page's own title."""
_FEWEST_COMMON = 3


@dataclass(frozen=True, slots=True)
class Stated:
    """A title that the page's head, JSON-LD or feed gives, without the site's name."""

    text: str
    origin: str
    """`og`, `json-ld`, `microdata`, `twitter`, `title` or `feed`."""
    folded: str


@dataclass(frozen=True, slots=True)
class Titles:
    """What a page says of its title apart from showing it."""

    stated: list[Stated]
    """The most trusted first."""
    names: set[str]
    """What the site is called, folded, with and without spaces, and the labels of its host."""
    labels: tuple[str, ...] = ()
    """Labels of its host, folded, without spaces."""

    def without_site(self, title: str) -> str:
        """`Headline | Section | Outlet` as `Headline | Section`."""
        for _ in range(_MOST_NAMES):
            marks = list(_SEPARATOR.finditer(title))
            if not marks:
                break
            first, last = marks[0], marks[-1]
            if self._is_site(title[last.end() :]) or self._is_in_host(title[last.end() :]):
                title = title[: last.start()]
            elif self._is_site(title[: first.start()]):
                title = title[first.end() :]
            else:
                break
        return title.strip()

    def _is_site(self, part: str) -> bool:
        folded = fold(part)
        return not folded or folded in self.names or folded.replace(" ", "") in self.names

    def _is_in_host(self, part: str) -> bool:
        """Whether a last part is what the host's own label is made of: `Koia` on drinkkoia.example."""
        joined = fold(part).replace(" ", "")
        return len(joined) > _SHORTEST_LABEL and any(joined in label for label in self.labels)


def read_titles(page: Page) -> Titles:
    """The titles that the page states, each as it is written but without the site's name."""
    labels = tuple(label for label in page.host.split(".")[:-1] if len(label) > _SHORTEST_LABEL)
    titles = Titles([], _site_names(page), tuple(fold(label).replace(" ", "") for label in labels))
    article = page.article
    marked = "microdata" if article.get("@origin") else "json-ld"
    for value, origin in (
        (page.meta("og:title"), "og"),
        (article.get("headline"), marked),
        (article.get("name"), marked),
        (page.meta("twitter:title"), "twitter"),
        (page.meta("citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title"), "og"),
        (page.head_title, "title"),
        (page.hint_title, "feed"),
    ):
        if not isinstance(value, str) or not value:
            continue
        value = value[:_LONGEST_STATED]
        if "&" in value:
            value = unescape(unescape(value))
        text = titles.without_site(normalize_line(value))
        folded = fold(text)
        if folded and folded not in titles.names:
            titles.stated.append(Stated(text, origin, folded))
    return titles


def _site_names(page: Page) -> set[str]:
    names = set()
    for name in page.site_names:
        folded = fold(name)
        names.add(folded)
        if len(folded) != len(name):
            names.update(fold(part) for part in _SEPARATOR.split(name))
        if folded.count(" ") > 1:
            names.add("".join(word[0] for word in folded.split()))
    names = {name for name in names if name.count(" ") < _LONGEST_NAME}
    host = page.host
    if host:
        names |= {fold(host), fold(host.rsplit(".", 1)[0])}
        names |= {fold(label) for label in host.split(".")[:-1] if len(label) > _SHORTEST_LABEL}
    names |= {name.replace(" ", "") for name in names}
    names.discard("")
    return names


def find_headline(page: Page) -> int | None:
    """Index of the block; the heading that the page's head agrees with, or else its only or first `h1`."""
    titles = read_titles(page)
    wanted = {title.folded: set(title.folded.split()) for title in titles.stated}
    for part in _beginnings(page.head_title[:_LONGEST_STATED]):
        wanted.setdefault(part, set(part.split()))
    words = set().union(*wanted.values())
    best, found, headings, agrees = _LEAST, None, 0, False
    for block in page.blocks:
        element = block.element
        base = _HEADINGS.get(element.tag, 0.0)
        if not base:
            if element.parent is not None and element.parent.tag == "h1":
                base = _HEADINGS["h1"]
            elif not block.roles & Role.HEADLINE:
                continue
        if len(block.text) > _LONGEST:
            continue
        folded = fold(block.text)
        if len(folded) < _SHORTEST:
            continue
        agreement = _agreement(folded, wanted, words)
        score = base + agreement
        if element.own & Role.HEADLINE:
            score += 0.4
        if block.linked:
            score -= 1.0
        if block.roles & _ELSEWHERE:
            score -= 1.0
        if folded in titles.names or folded.replace(" ", "") in titles.names:
            score -= 3.0
        elif base == _HEADINGS["h1"]:
            headings += 1
        if score > best:
            best, found = score, block.index
            agrees = agreement > 0 or (len(folded) > _SHORT and (headings <= 1 or bool(element.own & Role.HEADLINE)))
    if found is not None and (agrees or not wanted):
        return found
    # A short heading, or one of several, that has nothing to do with the title is the site's or the section's.
    plain = _find_plain_headline(page, wanted)
    return found if plain is None and not _is_agreed(titles.stated) else plain


def _beginnings(title: str) -> Iterator[str]:
    """What stands before each separator in `Headline - Section - Outlet`, folded, where it could be a headline."""
    for mark in _SEPARATOR.finditer(title):
        part = fold(title[: mark.start()])
        if len(part) > _SHORT:
            yield part


def _is_agreed(stated: list[Stated]) -> bool:
    """Whether the page states the same title in two places."""
    return len({title.folded for title in stated}) < len(stated)


def _agreement(folded: str, wanted: dict[str, set[str]], words: set[str]) -> float:
    """How far a line agrees with one of the titles: 3 for the same, less for a part, 0 for nothing in common."""
    if folded in wanted:
        return 3.0
    own = set(folded.split())
    if own.isdisjoint(words):
        return 0.0
    best = 0.0
    for title, others in wanted.items():
        common = len(own & others)
        if common < min(_FEWEST_COMMON, len(own), len(others)):
            continue
        share = common / (len(own) + len(others) - common)
        if share < 0.8 and len(folded) > 12 and (folded in title or title in folded):
            share = 0.8
        best = max(best, share)
    return 2.0 * best


def _find_plain_headline(page: Page, wanted: Iterable[str]) -> int | None:
    """The line that is the title to the letter, on a page that has no heading for it."""
    titles = {title for title in wanted if len(title) > _SHORT}
    if not titles:
        return None
    low, high = 0.9 * min(map(len, titles)), 1.3 * max(map(len, titles)) + 8
    return next((b.index for b in page.blocks if low <= len(b.text) <= high and _is_plain(b, titles)), None)


def _is_plain(block: Block, titles: set[str]) -> bool:
    return not block.linked and not block.roles & _ELSEWHERE and fold(block.text) in titles

"""The headline as the site prints it, without the site's name and without what stands over it."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.clean.found import Found
from crawler.clean.headline import Stated, read_titles
from crawler.clean.page import Page
from crawler.clean.structured import types_of
from crawler.clean.text import fold, normalize_line

_FEWEST_WORDS = 3
_AGREED = 2
"""Places that state the same title."""
# Shares of right titles on the development pages (930 pages of news and blogs), by what speaks for them.
_BY_AGREEMENT = (0.62, 0.84, 0.9, 0.97)
"""A shown heading that 0, 1, 2, 3 or more places state as the title."""
_HEADING_ALONE = 0.4
_BEFORE_TAIL = 0.93
_WITHOUT_KICKER = 0.87
_NEWSROOM = 0.92
_WITH_KICKER = 0.6
_NOT_SHOWN = (0.4, 0.4, 0.6, 0.8)
"""A title that stands nowhere on the page, by the places that state it."""
_JOINTS = ":–—|-/·•"
_JOINT_CHARACTERS = " :–—|-/·•"
_AROUND = re.compile(
    r"kicker|eyebrow|(?:over|top|roof|sub)-?line|dachzeile|spitzmarke|(?:pre|top|sub|over)-?(?:title|head)|rubri|volanta|"
    r"antetitulo|surtitre|occhiello|badge|count|bubble|(?:^|[-_ ])date",
    re.IGNORECASE,
)
_CUT = re.compile(r"\s*(?:\.\.\.|…)$")
_TAIL = re.compile(r"\s+[|\-–—»«‹›•·]+\s+|\s*[|｜]\s*")
_TAIL_SHARE = 2
_ADDED = re.compile(r"\s*[/(|–—·•»«‹›]|\s+[-:~]+\s|\s*--")
_KICKER = re.compile(r"[^:|]{2,60}[:!?]\s+")
_JOINT = re.compile(r"[:–—|]|\s-|-\s")


def find_title(page: Page, headline: int | None) -> Found[str] | None:
    """The title. `headline` is the index of the headline's block, as `find_headline` gives it.

    Origin: `h1`, `heading`, `json-ld`, `og`, `twitter`, `title`, `feed` or `microdata`.
    """
    titles = read_titles(page)
    stated = titles.stated
    if headline is not None:
        block = page.blocks[headline]
        shown = titles.without_site(normalize_line(block.text)) or block.text
        is_h1 = any(element.tag == "h1" for element in block.element.ancestors())
        found = _choose(shown, "h1" if is_h1 else "heading", stated, is_news=_is_news(page))
        if is_h1 and found.confidence <= _BY_AGREEMENT[0]:
            # Nothing in the head tells the headline from what is set above or below it in the same heading.
            return replace(found, value=_without_lines_around(page, found.value))
        return found
    if not stated:
        return None
    best = max(stated, key=lambda title: _count_origins(title, stated))
    places = min(_count_origins(best, stated), 3)
    start = _CUT.sub("", best.text)
    if start != best.text:
        best = next((t for t in stated if t.text.startswith(start) and not _CUT.search(t.text)), best)
    text = _without_tail(best.text) if best.origin == "title" and places == 1 else best.text
    return Found(text, best.origin, _NOT_SHOWN[places])


def _without_lines_around(page: Page, shown: str) -> str:
    """A heading without the inline elements at its ends that are named as kicker, subtitle, date or count."""
    for node in page.tree.css("h1 span, h1 small"):
        if node.tag != "small" and not _AROUND.search(node.attributes.get("class") or ""):
            continue
        line = normalize_line(node.text())
        if not line or len(line) >= len(shown):
            continue
        rest = shown.removeprefix(line) if shown.startswith(line) else shown.removesuffix(line)
        rest = rest.strip(_JOINT_CHARACTERS)
        if rest.count(" ") >= _FEWEST_WORDS - 1:
            shown = rest
    return shown


def _without_tail(title: str) -> str:
    """A `title` element's text without a last part that is short beside the rest: of the site, in a way not known."""
    tails = list(_TAIL.finditer(title))
    if not tails:
        return title
    head, tail = title[: tails[-1].start()].rstrip(_JOINT_CHARACTERS), title[tails[-1].end() :]
    return head if len(tail) * _TAIL_SHARE <= len(head) else title


def _is_news(page: Page) -> bool:
    return any("News" in kind or kind == "LiveBlogPosting" for kind in types_of(page.article))


def _choose(shown: str, origin: str, stated: list[Stated], *, is_news: bool) -> Found[str]:
    folded = fold(shown)
    # Microdata is most often written around the very heading, and bears no witness.
    stated = [title for title in stated if title.origin != "microdata"]
    joined = folded.replace(" ", "")
    same = [title for title in stated if title.folded.replace(" ", "") == joined]
    for title in stated:
        if title.folded.count(" ") < _FEWEST_WORDS - 1 or len(title.folded) >= len(folded):
            continue
        votes = _count_origins(title, stated)
        if votes <= len({other.origin for other in same}):
            continue
        # `Culture Headline` in a heading that has its kicker inside: the head states the headline alone.
        if folded.endswith(" " + title.folded) and _is_kicker(shown, folded, title, votes):
            return Found(title.text, origin, _WITHOUT_KICKER)
        if folded.startswith(title.folded + " ") and votes >= _AGREED and _ADDED.match(shown, len(title.text)):
            return Found(title.text, origin, _WITHOUT_KICKER)
    agreed = _agreed_by_newsroom(stated) if is_news else None
    if agreed and all(title.origin == "title" for title in same):
        return Found(agreed.text, agreed.origin, _NEWSROOM)
    if same:
        places = len({title.origin for title in same})
        return Found(_better_written(shown, same), origin, _BY_AGREEMENT[min(places, 3)])
    # `Kicker: Headline`, where the kicker stands in a line of its own on the page.
    for title in stated:
        if not title.folded.endswith(" " + folded) or " " not in folded or _count_origins(title, stated) < _AGREED:
            continue
        if _KICKER.fullmatch(title.text[: len(title.text) - len(shown)]):
            return Found(title.text, title.origin, _WITH_KICKER)
    if any(_starts_with(title.text, shown) for title in stated):
        return Found(shown, origin, _BEFORE_TAIL)
    if origin == "h1":
        return Found(shown, origin, _BY_AGREEMENT[0])
    best = max(stated, key=lambda title: _count_origins(title, stated), default=None)
    if best and _count_origins(best, stated) >= _AGREED:
        return Found(best.text, best.origin, _NOT_SHOWN[_AGREED])
    return Found(shown, origin, _HEADING_ALONE)


def _starts_with(title: str, shown: str) -> bool:
    """Whether a title is what is shown and then the section's or the site's name."""
    return title.startswith(shown) and bool(_ADDED.match(title, len(shown)))


def _count_origins(title: Stated, stated: list[Stated]) -> int:
    """In how many places the page states the same title."""
    return len({other.origin for other in stated if other.folded == title.folded})


def _is_kicker(shown: str, folded: str, title: Stated, votes: int) -> bool:
    """Whether what the heading has before the title stands over it, rather than being its first words."""
    words = folded.count(" ") - title.folded.count(" ")
    before = shown[: len(shown) - len(title.text)].rstrip()
    return before[-1:] in tuple(_JOINTS) or ((words > 1 or before.isupper()) and votes >= _AGREED)


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

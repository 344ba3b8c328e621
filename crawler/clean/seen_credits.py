"""Whom a page's lines name as authors: bylines at the headline, signatures and boxes on the author under the story."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from crawler.clean.agencies import is_wire
from crawler.clean.blocks import Block
from crawler.clean.bylines import EDITORS, read_credits
from crawler.clean.names import split_credit, strip_lead
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.statement import Statement
from crawler.clean.text import fold

Lines = Mapping[int, tuple[list[str], list[str]]]
"""Index of a block that is nothing but credits -> (who wrote, whose material it is)."""

_AUTHOR_LINK = re.compile(
    r"/(?:authors?|autor(?:en|es|in)?|auteurs?|staff|by|reporters?|journalists?|writers?|contributors?|people|"
    r"profiles?|profil|"
    r"columnists?|byline|person|yazar(?:lar)?|muhabir|team|experts?|our-experts|bio|users?|correspondents?|"
    r"newsteam|autore|autori|"
    r"redaccion|firmas|journaliste|katib|author_name|signature|autorius|forfatter|penulis)/|[?&]author=",
    re.IGNORECASE,
)
_INNER_BY = re.compile(
    r"(?:\d|[|·•●∙⋅—–\n,>/-]|Posted|Published|Written|Reported|ago|article|story)\s*"
    r"(?:[Bb]y|BY|Von|von|Par|par|Por|por|Di|di|Oleh|Автор:?|بقلم:?|كتب:?)\s*:?\s+(?=[^\W\d_a-z])"
)
_YEAR = re.compile(r"(?:19|20)\d\d|[١۱][٣۳٤۴]\d\d|[٢۲][٠۰]\d\d|\d{1,2}:\d\d|\bmin\b|\bago\b")
_FIELD_END = re.compile(r"\s*(?:[|•·●∙⋅\n]|\s[–—-]\s|\d|\bPublished\b|\bUpdated\b|\bin\b)")
_BRACKETS = re.compile(r"\([^()]*\)")
_TEAM = frozenset(("team", "staff", "redaktion", "editors", "desk"))
_JOINING = frozenset(("and", "und", "et", "y", "e", "ve", "og", "och", "en", "i", "и", "та", "و", "dr"))
_JOINED = re.compile(r"[,/&،]| (?:and|und|et|y|ve|og|och|и|та) |(?:[Tt]eam|[Ss]taff|[Rr]edaktion|[Ee]ditors|[Dd]esk)$")
_HEADINGS = frozenset(("h1", "h2", "h3"))
_OUTSIDE = Role.COMMENT | Role.NAV | Role.COOKIE | Role.FORM | Role.BREADCRUMB | Role.COPYRIGHT
_AWAY = Role.RELATED | Role.FOOTER
_NO_BYLINE = Role.RELATED | Role.CAPTION | Role.CREDIT
# Blocks above the headline and below the story that may name the author; a longer stretch is read at its ends only.
_ABOVE, _BELOW, _WIDEST_TOP = 12, 14, 24
_LONGEST, _LONGEST_BYLINE, _LONGEST_NAMES = 250, 150, 90
_WIDEST_GAP = 4


def find_credit_lines(page: Page, body: Sequence[int], sites: tuple[str, ...]) -> Lines:
    """Blocks at the story's ends that are nothing but credits."""
    if not body:
        return {}
    count, first, last = len(page.blocks), body[0], body[-1]
    top = range(max(0, first - 6), min(count, first + 4))
    bottom = range(max(top.stop, last - 5), min(count, last + 7))
    found = {}
    for index in (*top, *bottom):
        block = page.blocks[index]
        if len(block.text) <= _LONGEST and not block.roles & _OUTSIDE:
            writers, sources = read_credits(block.text, sites)
            if writers or sources:
                found[index] = (writers, sources)
    return found


def read_lines(
    page: Page, headline: int | None, body: Sequence[int], sites: tuple[str, ...], lines: Lines, known: set[str]
) -> Iterator[Statement]:
    """Statements of the page's lines, best first. `known`: keys of the people that the head names."""
    blocks = page.blocks
    if not blocks:
        return
    at = headline if headline is not None else (body[0] if body else 0)
    first = next((index for index in body if index > at), at)
    last = body[-1] if body else at
    count = len(blocks)
    start, end = max(0, min(at, first) - _ABOVE), min(count, max(first + 5, at + 8))
    if body:
        end = min(end, last + 1)
    top: Iterable[int] = (*range(at + 1, end), *range(start, min(at, end)))
    if end - start > 2 * _WIDEST_TOP:
        top = (*range(end - _WIDEST_TOP, end), *range(start, start + _WIDEST_TOP))
    found: dict[str, list[tuple[int, Statement]]] = {}
    for index in top:
        block = blocks[index]
        outside = Role.COMMENT if at - 2 < index <= first + 1 else _OUTSIDE
        if index == headline or len(block.text) > _LONGEST or block.roles & outside:
            continue
        is_under = at < index <= first + 2 and _may_sign(blocks, index)
        statement = _read_line(block, is_under, sites, page.stated_language, known)
        if not statement:
            continue
        if statement.origin == "name-line" and len(statement.people) == 1 and not _stands_by_date(blocks, index):
            continue
        if not found and known and statement.keys() == known:
            yield statement  # what the head says, too: no need to read on
            return
        found.setdefault(statement.origin, []).append((index, statement))
    bottom = range(max(end, last - 3), min(count, last + 1 + _BELOW))
    for index, statement in _read_below(page, bottom, sites, lines):
        found.setdefault(statement.origin, []).append((index, statement))
    for origin, place in (
        ("byline", at), ("author-link", at), ("byline-class", at), ("signature", last - 4), ("name-line", at),
        ("author-box", last),
    ):  # fmt: skip
        if origin in found:
            yield _join_nearest(found[origin], place, blocks)


def _read_line(
    block: Block, is_under: bool, sites: tuple[str, ...], language: str | None, known: set[str]
) -> Statement | None:
    """What a line near the headline says of the authors. `is_under`: it stands between headline and story."""
    text = block.text
    by = _find_lead(text)
    names = [] if block.roles & _AWAY or not block.marks else _linked_names(block)
    if by is not None or names or block.roles & Role.BYLINE:
        editors = EDITORS.search(text)
        if editors:
            text = text[: editors.start()]
            names = [name for name in names if name in text]
            if not text or (by is not None and by >= len(text)):
                return None
    if names:
        statement = Statement("author-link" if by is None else "byline")
        statement.add_personal(_whole_line(text, names, sites, language), sites, language, single=True)
        return statement
    if len(text) > _LONGEST_BYLINE or block.roles & _NO_BYLINE:
        return None
    if by is not None:
        statement = Statement("byline")
        statement.add_personal(text[by:], sites, language, single=True)
        if statement or not block.roles & Role.BYLINE:
            return statement
    if block.roles & Role.BYLINE:
        statement = Statement("byline-class")
        statement.add_personal(text, sites, language)
        return statement
    if is_under and _may_be_names(text) and block.element.tag not in _HEADINGS:
        statement = Statement("name-line")
        statement.add_personal(text, sites, language)
        is_linked = any(name in mark.text for mark in block.marks for name in statement.people)
        # A link is as likely to a topic, unless the head says otherwise.
        if _covers(statement, text) and (not is_linked or known & statement.keys()):
            return statement
    return None


def _read_below(page: Page, bottom: range, sites: tuple[str, ...], lines: Lines) -> Iterator[tuple[int, Statement]]:
    """Signatures and boxes about the author at the story's end."""
    language = page.stated_language
    for index in bottom:
        block = page.blocks[index]
        if len(block.text) > _LONGEST or block.roles & (_OUTSIDE | Role.RELATED):
            continue
        if index in lines:
            statement = Statement("signature")
            for name in lines[index][0]:
                statement.add_personal(name, sites, language)
        elif block.roles & (Role.BYLINE | Role.BIO) and len(block.text) < _LONGEST_NAMES:
            names = _linked_names(block)
            statement = Statement("author-box")
            statement.add_personal(names[0] if names else block.text, sites, language)
            if not (names or block.element.own & Role.BYLINE or _covers(statement, block.text)):
                continue
        else:
            continue
        if statement:
            yield index, statement


def _join_nearest(found: list[tuple[int, Statement]], place: int, blocks: Sequence[Block]) -> Statement:
    """What lines of one make next to each other say: of the first such group after `place`, else of the last before."""
    found = [pair for pair in found if pair[1].people] or found
    below = [pair for pair in found if pair[0] > place]
    group: list[tuple[int, Statement]] = []
    for index, statement in below or reversed(found):
        if group:
            before = group[-1][0]
            is_kin = blocks[index].element.signature == blocks[before].element.signature
            if abs(index - before) > _WIDEST_GAP or not is_kin:
                break
        group.append((index, statement))
    if not below:
        group.reverse()
    joined = Statement(found[0][1].origin)
    for _, statement in group:
        joined.merge(statement)
    return joined


def _find_lead(text: str) -> int | None:
    """Where the names of a byline begin in a short line: after its "By", which may follow a date (`May 3 | By …`)."""
    rest = strip_lead(text)
    if rest != text and not rest[:1].islower():
        return len(text) - len(rest)
    match = _INNER_BY.search(text)
    return match.end() if match else None


def _linked_names(block: Block) -> list[str]:
    """Texts of a line's links to pages about authors."""
    found = []
    for mark in block.marks:
        if not mark.text or len(mark.text) > 60:
            continue
        attributes = mark.attributes
        link = attributes.get("href")
        if (
            "author" in (attributes.get("rel") or "").split()
            or attributes.get("itemprop") == "author"
            or (mark.tag == "a" and link and _AUTHOR_LINK.search(link))
        ):
            found.append(mark.text)
    return found


def _whole_line(text: str, names: list[str], sites: tuple[str, ...], language: str | None) -> str:
    """The line's text where it names more people than its links do, else the links' texts."""
    linked = " | ".join(names)
    if len(text) > _LONGEST_BYLINE or strip_lead(text) == text:
        return linked
    in_text, in_links = split_credit(text, sites, language)[0], split_credit(linked, sites, language)[0]
    return text if in_links and set(in_links) < set(in_text) else linked


def _may_be_names(text: str) -> bool:
    """Whether a line may begin with a name: it is short, and its first words have no small letter at their start."""
    if len(text) > _LONGEST_NAMES or text[-1] in ".:!?…":
        return False
    words = text.split(None, 3)
    return len(words) > 1 and not words[0][0].islower() and (not words[1][0].islower() or len(words) > 2)


def _may_sign(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line may be a bare signature: it stands by a date, joins several names, or is as short as an agency."""
    text = blocks[index].text
    if len(text) > _LONGEST_NAMES:
        return False
    return len(text) < 12 or bool(_JOINED.search(text)) or _stands_by_date(blocks, index)


def _covers(statement: Statement, text: str) -> bool:
    """Whether a line, or one of the fields that marks and figures part it into, is nothing but the names."""
    names = statement.people or [name for name in statement.outlets if fold(name).split()[-1] in _TEAM]
    words = {word for name in names for word in fold(name).split()}
    for part in _FIELD_END.split(_BRACKETS.sub(" ", text)):
        rest = {word for word in fold(part).split() if word not in _JOINING}
        if rest and rest <= words:
            return True
    return bool(statement.agencies) and is_wire(text.split(",")[0])


def _stands_by_date(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line, or the one before or after it, tells when the article appeared."""
    for block in blocks[max(0, index - 1) : index + 2]:
        if block.roles & Role.DATE or (len(block.text) < _LONGEST_NAMES and _YEAR.search(block.text)):
            return True
    return False

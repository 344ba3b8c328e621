"""Who wrote an article: what its head states, and the credits around and under the story.

`find_credits` gathers statements (`_Statement`), each with the people, agencies and outlets that one place names, and
chooses among them: a person beats a newsroom, the head beats a line of the page unless it names but the site or the user of
the site's software.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.clean.agencies import is_agency, is_site, is_wire
from crawler.clean.blocks import Block
from crawler.clean.bylines import EDITORS, read_byline, read_credit_sentence, read_credits, read_signature, read_source
from crawler.clean.found import Found
from crawler.clean.names import LEAD_WORDS, is_personal, split_credit, strip_lead
from crawler.clean.page import Page, name_of, types_of
from crawler.clean.roles import Role
from crawler.clean.text import fold

__all__ = [
    "Credits", "choose_authors", "find_credits", "is_agency", "is_wire", "read_byline", "read_credit_sentence",
    "read_signature", "read_source",
]  # fmt: skip

_METAS = (
    "author", "parsely-author", "sailthru.author", "article:author", "article:author_name", "byl", "dc.creator", "dcterms.creator",
    "dc.contributor", "citation_author", "cxenseparse:author", "cxenseparse:recs:author", "og:article:author", "authors",
    "vf:author", "twitter:data1", "creator", "article-author", "rbauthors", "og:author", "shareaholic:article_author_name", "book:author",
)  # fmt: skip
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|autor(?:en|es|in)?|auteurs?|staff|by|reporters?|journalists?|writers?|contributors?|people|profile|profil|profiles|columnists?|"
    r"byline|person|yazar(?:lar)?|muhabir|team|experts?|our-experts|bio|users?|correspondents?|newsteam|"
    r"autore|autori|redaccion|firmas|journaliste|katib|writer|author_name|signature|autorius|forfatter|penulis)/|[?&]author=",
    re.IGNORECASE,
)
_OUTSIDE = Role.COMMENT | Role.NAV | Role.COOKIE | Role.FORM | Role.BREADCRUMB | Role.COPYRIGHT
_AWAY = Role.RELATED | Role.FOOTER
_ABOVE, _BELOW = 12, 14
_LONGEST = 250


@dataclass(frozen=True)
class Credits:
    """Who a page says wrote it. `outlets` are desks or the outlet itself, where they sign like an author."""

    people: Found[tuple[str, ...]] | None
    agencies: tuple[str, ...]
    outlets: tuple[str, ...]
    lines: frozenset[int]
    """Indexes of blocks in or next to the text that are nothing but credits."""
    beside: tuple[str, ...] = ()
    """Agencies and outlets that the head names as authors beside the people."""


@dataclass
class _Statement:
    """What one place says of the authors."""

    origin: str
    people: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    outlets: list[str] = field(default_factory=list)

    def add(self, text: str, sites: tuple[str, ...], language: str | None) -> None:
        """Add the names of a text that surely is a credit."""
        self._extend(*split_credit(text, sites, language))

    def merge(self, other: _Statement) -> None:
        """Add the names of another statement."""
        self._extend(other.people, other.agencies, other.outlets)

    def _extend(self, people: Iterable[str], agencies: Iterable[str], outlets: Iterable[str]) -> None:
        for known, new in ((self.people, people), (self.agencies, agencies), (self.outlets, outlets)):
            known += [name for name in new if name not in known]

    def add_persons(self, text: str, sites: tuple[str, ...], language: str | None, *, single: bool = False) -> None:
        """Add from a text that nothing but its place makes a credit: only names that look like a person's."""
        people, agencies, outlets = split_credit(text, sites, language)
        persons = [name for name in people if is_personal(name) or (single and len(people) == 1 and " " not in name and name.istitle())]
        self._extend(persons, agencies, outlets)

    def __bool__(self) -> bool:
        return bool(self.people or self.agencies or self.outlets)


def find_credits(page: Page, headline: int | None, body: Sequence[int]) -> Credits:
    """Who wrote the article. `headline` is the index of its headline's block, `body` are those of its text."""
    sites = _sites(page)
    stated = [s for s in _head_statements(page, sites) if s]
    lines = _credit_lines(page, headline, body, sites)
    known = {fold(name) for statement in stated for name in statement.people}
    seen = [s for s in _visible_statements(page, headline, body, sites, lines, known) if s]
    return _weigh(stated, seen, frozenset(lines))


def _sites(page: Page) -> tuple[str, ...]:
    host = page.host.split(":")[0]
    labels = host.split(".")
    main = max(labels[:-1] or labels, key=len)
    names = [*page.site_names, host, main]
    bare = [name[4:] for name in names if name[:4].lower() == "the "]
    return tuple(dict.fromkeys([*names, *bare]))


def choose_authors(credits: Credits) -> Found[tuple[str, ...]] | None:
    """Whom to give as the authors: people; where there are none, the desk or outlet that signs, or else the agency."""
    people = credits.people
    if people is not None:
        return Found((*people.value, *credits.beside), people.origin, people.confidence)
    names = credits.beside or credits.outlets or credits.agencies
    return Found(names, "outlet" if credits.outlets else "agency", 0.5) if names else None


def _weigh(stated: list[_Statement], seen: list[_Statement], lines: frozenset[int]) -> Credits:
    everything = [*stated, *seen]
    agencies = tuple(dict.fromkeys(name for s in everything for name in s.agencies))
    head = next((s for s in stated if s.people), None)
    visible = next((s for s in seen if s.people), None)
    chosen, rival = head or visible, visible
    if head and visible and _corrects(head, visible):
        chosen, rival = visible, head
    if chosen is None:
        signing = next((s for s in everything if s.outlets or s.agencies), None)
        if signing is None:
            return Credits(None, agencies, (), lines)
        return Credits(None, agencies, tuple(signing.outlets), lines, (*signing.agencies, *signing.outlets))
    agrees = rival is not None and rival is not chosen and bool(_keys(chosen) & _keys(rival))
    origin = chosen.origin + ("+" if agrees else "")
    beside = (*chosen.agencies, *chosen.outlets) if chosen is head else ()
    return Credits(Found(tuple(chosen.people), origin, 0.9), agencies, tuple(chosen.outlets), lines, beside)


_TOP = frozenset(("byline", "author-link", "byline-class", "name-line"))


def _keys(statement: _Statement) -> set[str]:
    return {fold(name) for name in statement.people}


def _corrects(head: _Statement, seen: _Statement) -> bool:
    """Whether the page's own byline names others, or more people, than the head, which may name who typed it in."""
    inside, outside = _keys(head), _keys(seen)
    if seen.origin not in _TOP or not all(is_personal(name) for name in seen.people) or (inside & outside and not inside < outside):
        return False
    return inside < outside or seen.origin == "byline" or all(_is_user(name) for name in head.people)


def _is_user(name: str) -> bool:
    """Whether it may be the name of an account: one word, not of a script without spaces."""
    return " " not in name and name.isascii()


def _head_statements(page: Page, sites: tuple[str, ...]) -> Iterator[_Statement]:
    language = page.stated_language
    node = page.article
    for key in ("author", "creator"):
        statement = _Statement("json-ld")
        for text in _stated_names(node.get(key), page, 0):
            statement.add(text, sites, language)
        yield statement
    if not node:
        people = [n for n in page.nodes if "Person" in types_of(n)]
        if len(people) == 1:
            statement = _Statement("json-ld-person")
            statement.add(name_of(people[0]) or "", sites, language)
            yield statement
    for key in _METAS:
        values = page.metas.get(key)
        if not values:
            continue
        if key == "twitter:data1" and not _says_author(page.meta("twitter:label1")):
            continue
        statement = _Statement("meta")
        for value in values[:12]:
            if not value.startswith(("http", "www.", "/", "@")) and len(value) < 300:
                statement.add(value, sites, language)
        yield statement


def _says_author(label: str | None) -> bool:
    return bool(label) and fold(label or "") in {
        "written by", "author", "posted by", "verfasst von", "ecrit par", "escrito por", "scritto da", "kirjoittaja", "geschreven door",
        "written by ", "автор", "yazan", "كتب بواسطة", "نوشته شده توسط", "skrevet av", "skriven av", "napisane przez", "по", "pisane przez", "por",
        "par", "by", "von",
    }  # fmt: skip


def _stated_names(value: Any, page: Page, depth: int) -> Iterator[str]:
    """The names in an author's value: texts, objects, references to objects, lists of them."""
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:20]:
            yield from _stated_names(item, page, depth + 1)
    elif isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, (str, list)) and name:
            yield from _stated_names(name, page, depth + 1)
        elif isinstance(value.get("@id"), str):
            for node in page.nodes:
                if node.get("@id") == value["@id"] and node is not value:
                    yield from _stated_names(node.get("name"), page, depth + 2)
                    break
        elif value.get("givenName") and value.get("familyName"):
            yield f"{value['givenName']} {value['familyName']}"
    elif isinstance(value, str) and not value.startswith(("http", "www.", "/", "@")):
        yield value


def _credit_lines(page: Page, headline: int | None, body: Sequence[int], sites: tuple[str, ...]) -> dict[int, list[str]]:
    """Blocks at the story's ends that are nothing but credits, with the names they give."""
    blocks = page.blocks
    if not body:
        return {}
    first, last = body[0], body[-1]
    top = range(max(0, first - 6), min(len(blocks), first + 4))
    bottom = range(max(first + 4, last - 5), min(len(blocks), last + 7))
    found = {}
    for index in (*top, *bottom):
        block = blocks[index]
        if len(block.text) > _LONGEST or block.roles & _OUTSIDE:
            continue
        names = read_credits(block.text, sites)
        if names:
            found[index] = names
    return found


def _visible_statements(
    page: Page, headline: int | None, body: Sequence[int], sites: tuple[str, ...], lines: dict[int, list[str]],
    known: set[str],
) -> Iterator[_Statement]:
    blocks = page.blocks
    if not blocks:
        return
    language = page.stated_language
    at = headline if headline is not None else (body[0] if body else 0)
    first = next((index for index in body if index > at), at)
    top = range(max(0, min(at, first) - _ABOVE), min(len(blocks), max(first + 5, at + 8)))
    last = body[-1] if body else at
    bottom = range(max(top.stop, last - 3), min(len(blocks), last + 1 + _BELOW))
    found: dict[str, list[tuple[int, _Statement]]] = {}
    for index in top:
        if index == headline:
            continue
        block = blocks[index]
        outside = Role.COMMENT if at - 2 < index <= first + 1 else _OUTSIDE
        if len(block.text) > _LONGEST or block.roles & outside:
            continue
        statement = _read_line(block, at < index <= first + 2, sites, language, known)
        if statement and statement.origin == "name-line" and len(statement.people) == 1 and not _stands_by_date(blocks, index):
            continue
        if statement:
            found.setdefault(statement.origin, []).append((index, statement))
    under = _read_below(page, bottom, sites, language, lines)
    for origin in ("byline", "author-link", "byline-class"):
        if origin in found:
            yield _join_nearest(found[origin], at, blocks)
    if "signature" in under:
        yield _join_nearest(under["signature"], last - 4, blocks)
    if "name-line" in found:
        yield _join_nearest(found["name-line"], at, blocks)
    if "author-box" in under:
        yield _join_nearest(under["author-box"], last, blocks)


def _read_below(
    page: Page, bottom: range, sites: tuple[str, ...], language: str | None, lines: dict[int, list[str]]
) -> dict[str, list[tuple[int, _Statement]]]:
    """Signatures and boxes about the author at the story's end."""
    found: dict[str, list[tuple[int, _Statement]]] = {}
    for index in bottom:
        block = page.blocks[index]
        if len(block.text) > _LONGEST or block.roles & (_OUTSIDE | Role.RELATED):
            continue
        if index in lines:
            statement = _Statement("signature")
            for name in lines[index]:
                statement.add_persons(name, sites, language)
        elif block.roles & (Role.BYLINE | Role.BIO) and len(block.text) < 80:
            names = _linked_names(block, block.text)
            statement = _Statement("author-box")
            statement.add_persons(names[0] if names else block.text, sites, language)
            if not (names or block.element.own & Role.BYLINE or _covers(statement, block.text)):
                continue
        else:
            continue
        if statement:
            found.setdefault(statement.origin, []).append((index, statement))
    return found


def _read_line(
    block: Block, is_under: bool, sites: tuple[str, ...], language: str | None, known: set[str]
) -> _Statement | None:
    """What a line near the headline says of the authors. `is_under`: it stands between headline and story."""
    text = _without_editors(block.text)
    if not text:
        return None
    by = _find_lead(text)
    names = [] if block.roles & _AWAY else _linked_names(block, text)
    if names:
        statement = _Statement("author-link" if by is None else "byline")
        statement.add_persons(_whole_line(text, names, sites, language), sites, language, single=True)
        return statement
    if len(text) > 150 or block.roles & (Role.RELATED | Role.CAPTION | Role.CREDIT):
        return None
    if by is not None:
        statement = _Statement("byline")
        statement.add_persons(text[by:], sites, language, single=True)
        if statement or not block.roles & Role.BYLINE:
            return statement
    if block.roles & Role.BYLINE:
        statement = _Statement("byline-class")
        statement.add_persons(text, sites, language)
        return statement
    if is_under and len(text) < 90 and text[-1] not in ".:!?…" and text.count(" ") < 14 and block.element.tag not in ("h1", "h2", "h3"):
        statement = _Statement("name-line")
        statement.add_persons(text, sites, language)
        is_linked = any(name in mark.text for mark in block.marks for name in statement.people)
        if _covers(statement, text) and (not is_linked or known & _keys(statement)):
            return statement
    return None


_WIDEST_GAP = 4
_TEAM = frozenset(("team", "staff", "redaktion", "editors", "desk"))
_YEAR = re.compile(r"(?:19|20|[۱١]?[٣٤۳۴])\d\d|\d{1,2}:\d\d|\bmin\b|\bago\b")


def _stands_by_date(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line, or the one before or after it, tells when the article appeared."""
    return any(
        block.roles & Role.DATE or (len(block.text) < 90 and _YEAR.search(block.text)) for block in blocks[max(0, index - 1) : index + 2]
    )


_JOINING = frozenset("and und et y e ve og och en i и та و dr".split())
_BRACKETS = re.compile(r"\([^()]*\)")
_FIELD_END = re.compile(r"\s*(?:[|•·●∙⋅\n]|\s[–—-]\s|\d|\bPublished\b|\bUpdated\b|\bin\b)")


def _covers(statement: _Statement, text: str) -> bool:
    """Whether the line, or its part before the first mark or figure, is nothing but the names."""
    names = statement.people or [name for name in statement.outlets if fold(name).split()[-1] in _TEAM]
    words = {word for name in names for word in fold(name).split()}
    for part in _FIELD_END.split(_BRACKETS.sub(" ", text)):
        rest = {word for word in fold(part).split() if word not in _JOINING}
        if rest and rest <= words:
            return True
    return bool(statement.agencies) and is_wire(text.split(",")[0])


def _join_nearest(found: list[tuple[int, _Statement]], at: int, blocks: Sequence[Block]) -> _Statement:
    """What the lines next to each other say together: of the first such group under the headline, else the last above."""
    found = [pair for pair in found if pair[1].people] or found
    below = [pair for pair in found if pair[0] > at]
    group: list[tuple[int, _Statement]] = []
    for index, statement in below or reversed(found):
        if group:
            before = group[-1][0]
            if abs(index - before) > _WIDEST_GAP or blocks[index].element.signature != blocks[before].element.signature:
                break
        group.append((index, statement))
    if not below:
        group.reverse()
    joined = _Statement(found[0][1].origin)
    for _, statement in group:
        joined.merge(statement)
    return joined


def _find_lead(text: str) -> int | None:
    """Where a byline begins in a short line: at its start, or after a date or a mark (`May 3 | By Jane Doe`)."""
    rest = strip_lead(text)
    if rest != text and not rest[:1].islower():
        return len(text) - len(rest)
    match = _INNER_BY.search(text)
    return match.end() if match else None


_INNER_BY = re.compile(
    r"(?:\d|[|·•—–\n,>/-]|Posted|Published|Written|Reported|ago|article|story)\s*(?:[Bb]y|BY|Von|von|Par|par|Por|por|Di|di|Oleh|Автор:?|بقلم:?|كتب:?)\s*:?\s+"
    r"(?=[^\W\d_a-z])"
)


def _without_editors(text: str) -> str:
    """A byline up to those who edited or checked the story."""
    match = EDITORS.search(text)
    return text[: match.start()] if match else text


def _linked_names(block: Block, text: str) -> list[str]:
    """Texts of a line's links to pages of authors, as far as they stand in the text."""
    found = []
    for mark in block.marks:
        attributes = mark.attributes
        if not mark.text or len(mark.text) > 60 or mark.text not in text:
            continue
        rel = attributes.get("rel") or ""
        kind = attributes.get("itemprop") or ""
        if "author" in rel.split() or kind == "author" or (mark.tag == "a" and _is_author_link(attributes.get("href"))):
            found.append(mark.text)
    return found


def _is_author_link(link: str | None) -> bool:
    """Whether an address is that of a page about an author."""
    return bool(link) and _AUTHOR_LINK.search(link or "") is not None


def _whole_line(text: str, names: list[str], sites: tuple[str, ...], language: str | None) -> str:
    """The line's text where it names more people than its links do, else the links' texts."""
    linked = " | ".join(names)
    if strip_lead(text) == text or len(text) > 150:
        return linked
    of_text, of_links = split_credit(text, sites, language)[0], split_credit(linked, sites, language)[0]
    return text if of_links and set(of_links) < set(of_text) else linked

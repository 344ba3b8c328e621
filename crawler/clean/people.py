"""Who wrote an article: what its head states, and the credits around and under the story.

`find_credits` gathers statements (`_Statement`), each with the people, agencies and outlets that one place names, and
chooses among them: a person beats a newsroom, the head beats a line of the page unless it names but the site or the user of
the site's software.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crawler.clean.agencies import is_agency, is_site, is_wire
from crawler.clean.blocks import Block
from crawler.clean.bylines import read_byline, read_credit_sentence, read_credits, read_signature, read_source
from crawler.clean.found import Found
from crawler.clean.names import split_credit, strip_lead
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
    r"byline|person|yazar(?:lar)?|muhabir|team|experts?|our-experts|bio|user|users|members?|correspondents?|newsteam|"
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


@dataclass
class _Statement:
    """What one place says of the authors."""

    origin: str
    people: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    outlets: list[str] = field(default_factory=list)

    def add(self, text: str, sites: tuple[str, ...], language: str | None) -> bool:
        people, agencies, outlets = split_credit(text, sites, language)
        for known, new in ((self.people, people), (self.agencies, agencies), (self.outlets, outlets)):
            known += [name for name in new if name not in known]
        return bool(people or agencies or outlets)

    def __bool__(self) -> bool:
        return bool(self.people or self.agencies or self.outlets)


def find_credits(page: Page, headline: int | None, body: Sequence[int]) -> Credits:
    """Who wrote the article. `headline` is the index of its headline's block, `body` are those of its text."""
    sites = _sites(page)
    stated = [s for s in _head_statements(page, sites) if s]
    lines = _credit_lines(page, headline, body, sites)
    seen = [s for s in _visible_statements(page, headline, body, sites, lines) if s]
    return _weigh(stated, seen, frozenset(lines))


def _sites(page: Page) -> tuple[str, ...]:
    host = page.host.split(":")[0]
    labels = host.split(".")
    main = max(labels[:-1] or labels, key=len)
    return tuple(dict.fromkeys([*page.site_names, host, main]))


def choose_authors(credits: Credits) -> Found[tuple[str, ...]] | None:
    """Whom to give as the authors: people; where there are none, the desk or outlet that signs, or else the agency."""
    if credits.people is not None:
        return credits.people
    names = credits.outlets or credits.agencies
    return Found(names, "outlet" if credits.outlets else "agency", 0.5) if names else None


def _weigh(stated: list[_Statement], seen: list[_Statement], lines: frozenset[int]) -> Credits:
    everything = [*stated, *seen]
    agencies = tuple(dict.fromkeys(name for s in everything for name in s.agencies))
    outlets = next((tuple(s.outlets) for s in everything if s.outlets), ())
    chosen = next((s for s in everything if s.people), None)
    people = None
    if chosen:
        people = Found(tuple(chosen.people), chosen.origin, 0.9)
        outlets = tuple(chosen.outlets)
    return Credits(people, agencies, outlets, lines)


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
    page: Page, headline: int | None, body: Sequence[int], sites: tuple[str, ...], lines: dict[int, list[str]]
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
    linked, spoken, marked = _Statement("author-link"), _Statement("byline"), _Statement("byline-class")
    signed, boxed = _Statement("signature"), _Statement("author-box")
    for index in top:
        block = blocks[index]
        text = block.text
        if len(text) > _LONGEST or block.roles & _OUTSIDE or index == headline:
            continue
        names = _linked_names(block)
        if names and not block.roles & _AWAY:
            text = _whole_line(block, names, sites, language)
            linked.add(text, sites, language)
            continue
        if block.roles & Role.BYLINE and not block.roles & (Role.BIO | Role.RELATED) and len(text) < 150:
            (spoken if strip_lead(text) != text else marked).add(text, sites, language)
        elif (index in lines or strip_lead(text) != text) and len(text) < 150:
            for part in text.split("\n"):
                for name in read_byline(part):
                    spoken.add(name, sites, language)
    for index in bottom:
        block = blocks[index]
        if len(block.text) > _LONGEST or block.roles & (_OUTSIDE | Role.RELATED):
            continue
        if index in lines:
            for name in lines[index]:
                signed.add(name, sites, language)
        elif block.roles & (Role.BYLINE | Role.BIO) and len(block.text) < 80:
            names = _linked_names(block)
            if names or block.element.own & Role.BYLINE:
                boxed.add(names[0] if names else block.text, sites, language)
    yield from (linked, spoken, marked, signed, boxed)


def _linked_names(block: Block) -> list[str]:
    """Texts of a line's links to pages of authors."""
    found = []
    for mark in block.marks:
        attributes = mark.attributes
        if not mark.text or len(mark.text) > 60:
            continue
        rel = attributes.get("rel") or ""
        kind = attributes.get("itemprop") or ""
        if "author" in rel.split() or kind == "author" or (mark.tag == "a" and _AUTHOR_LINK.search(urlsplit_path(attributes.get("href")))):
            found.append(mark.text)
    return found


def urlsplit_path(link: str | None) -> str:
    try:
        parts = urlsplit(link or "")
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _whole_line(block: Block, names: list[str], sites: tuple[str, ...], language: str | None) -> str:
    """The line's text where it names more people than its links do, else the links' texts."""
    linked = " | ".join(names)
    if strip_lead(block.text) == block.text or len(block.text) > 150:
        return linked
    of_text, of_links = split_credit(block.text, sites, language)[0], split_credit(linked, sites, language)[0]
    return block.text if of_links and set(of_links) < set(of_text) else linked

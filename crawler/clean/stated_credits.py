"""Whom a page's head names as authors: JSON-LD and meta elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.clean.page import Page, name_of, types_of
from crawler.clean.statement import Statement
from crawler.clean.text import fold
from crawler.clean.word_lists import split_phrases

_METAS = (
    "author", "parsely-author", "sailthru.author", "article:author", "article:author_name", "byl", "dc.creator",
    "dcterms.creator", "dc.contributor", "citation_author", "cxenseparse:author", "cxenseparse:recs:author",
    "og:article:author", "authors", "vf:author", "twitter:data1", "creator", "article-author", "rbauthors", "og:author",
    "shareaholic:article_author_name", "book:author",
)  # fmt: skip
# What blog software calls the author in `twitter:label1`, in the language of the site.
_AUTHOR_LABELS = split_phrases(
    "written by|author|posted by|by|verfasst von|von|ecrit par|par|escrito por|por|scritto da|geschreven door|"
    "skrevet av|skrevet af|skriven av|kirjoittaja|napisane przez|автор|написано|автор запису|yazan|كتب بواسطة|"
    "كاتب المقال|نوشته شده توسط|ditulis oleh|napsal a|scris de|szerzo|作者|執筆者|글쓴이"
)
_NOT_A_NAME = ("http", "www.", "/", "@")
_MOST_VALUES = 20


def read_head(page: Page, sites: tuple[str, ...]) -> Iterator[Statement]:
    """Statements of the head, best first; some are empty."""
    language = page.stated_language
    node = page.article
    for key in ("author", "creator"):
        statement = Statement("json-ld")
        for text in _names_in(node.get(key), page, 0):
            statement.add(text, sites, language)
        yield statement
    if not node:
        people = [n for n in page.nodes if "Person" in types_of(n)]
        if len(people) == 1:
            statement = Statement("json-ld-person")
            statement.add(name_of(people[0]) or "", sites, language)
            yield statement
    for key in _METAS:
        values = page.metas.get(key)
        if not values or (key == "twitter:data1" and fold(page.meta("twitter:label1") or "") not in _AUTHOR_LABELS):
            continue
        statement = Statement("meta")
        for value in values[:_MOST_VALUES]:
            if not value.startswith(_NOT_A_NAME):
                statement.add(value, sites, language)
        yield statement


def _names_in(value: Any, page: Page, depth: int) -> Iterator[str]:
    """The names in an author's value: texts, objects, references to objects, lists of them."""
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:_MOST_VALUES]:
            yield from _names_in(item, page, depth + 1)
    elif isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, (str, list)) and name:
            yield from _names_in(name, page, depth + 1)
        elif isinstance(value.get("@id"), str):
            # Blog software keeps the author in a graph, by reference.
            for node in page.nodes:
                if node.get("@id") == value["@id"] and node is not value:
                    yield from _names_in(node.get("name"), page, depth + 2)
                    break
        elif isinstance(value.get("givenName"), str) and isinstance(value.get("familyName"), str):
            yield f"{value['givenName']} {value['familyName']}"
    elif isinstance(value, str) and not value.startswith(_NOT_A_NAME):
        yield value

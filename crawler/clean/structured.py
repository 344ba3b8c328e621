"""What a page says of itself for machines: JSON-LD, however broken, and microdata in the same shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import orjson

from crawler.clean.blocks import Block, Element
from crawler.clean.lenient_json import parse_leniently
from crawler.clean.text import fold, normalize_line

Node = dict[str, Any]

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|ClaimReview|Review)$")
_MICRODATA_TYPE = re.compile(r"(?:Article|Posting|Report)\s*$")
_NESTING = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemReviewed")
_OPENING = re.compile(r"\s*(?:/[/*]\s*)?(?:<!\[CDATA\[|<!--)\s*(?:\*/)?")
_CLOSING = re.compile(r"\s*(?:/[/*]\s*)?(?:\]\]>|-->)\s*(?:\*/)?\s*;?\s*$|\s*;\s*$")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_ESCAPED = re.compile(r"\s*[\[{]\s*(?:\{\s*)?&(?:quot|#34|#x22);", re.IGNORECASE)
_MOST_NODES = 2000
_DEEPEST = 6
_LONGEST_SCRIPT = 4_000_000
_LONGEST_BROKEN = 400_000
"""Characters of one script that are read where orjson refuses it."""
_LISTED_ARTICLES = 3
_LONGEST_VALUE = 300
_MOST_AUTHORS = 30
# Microdata in the page's own lower-case metas, and the JSON-LD name of each.
_META_PROPERTIES = {
    "headline": "headline",
    "datepublished": "datePublished",
    "datemodified": "dateModified",
    "datecreated": "dateCreated",
    "articlesection": "articleSection",
    "keywords": "keywords",
}
_PROPERTIES = {*_META_PROPERTIES.values(), "name", "author", "description"}


def load_json(text: str) -> Any:
    """The value of a JSON-LD script; a list of the values where it has several, None where it has none.

    What orjson refuses is mended as far as it can be: wrappings, control characters, and then whatever
    `parse_leniently` puts up with. Never raises.
    """
    if len(text) > _LONGEST_SCRIPT:
        return None
    try:
        value = orjson.loads(text)
    except ValueError:
        value = _load_broken(text[:_LONGEST_BROKEN])
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        # The whole object as a JSON string, written twice.
        try:
            value = orjson.loads(value)
        except ValueError:
            value = _load_broken(value[:_LONGEST_BROKEN])
    return value


def _load_broken(text: str) -> Any:
    text = _CONTROL.sub(" ", text)
    opening = _OPENING.match(text)
    text = (text[opening.end() :] if opening else text).lstrip("\ufeff ").rstrip()
    for _ in range(2):
        closing = _CLOSING.search(text, max(0, len(text) - 20))
        text = text[: closing.start()] if closing else text
    if _ESCAPED.match(text):
        text = unescape(text)
    if not text:
        return None
    try:
        return orjson.loads(text)
    except ValueError:
        values = parse_leniently(text)
        return values if len(values) != 1 else values[0]


def read_nodes(scripts: Iterable[str]) -> list[Node]:
    """Objects with a @type in these JSON-LD scripts, outer before inner, at most a few thousand."""
    nodes: list[Node] = []
    for script in scripts:
        for node in _walk(load_json(script), 0):
            nodes.append(node)
            if len(nodes) >= _MOST_NODES:
                return nodes
    return nodes


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value or "headline" in value:
            yield value
        for key in _NESTING:
            inner = value.get(key)
            if isinstance(inner, (dict, list)):
                yield from _walk(inner, depth + 1)


def types_of(node: Node) -> set[str]:
    """The names of the node's types, without what stands before them in `schema:NewsArticle` or an address."""
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return {str(k).rsplit("/", 1)[-1].removeprefix("schema:") for k in kinds if k}


def is_article_node(node: Node) -> bool:
    return any(_ARTICLE_TYPE.search(kind) for kind in types_of(node))


def name_of(value: Any, depth: int = 0) -> str | None:
    """The name in a JSON-LD value that may be a string, an object or a list of them."""
    if isinstance(value, str):
        return normalize_line(unescape(value)) or None
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return next((name for item in value if (name := name_of(item, depth + 1))), None)
    if isinstance(value, dict):
        return name_of(value.get("name") or value.get("legalName"), depth + 1)
    return None


def choose_article(nodes: list[Node], url: str, titles: Iterable[str | None]) -> Node:
    """The node that speaks of this page: by its address, else by its headline, else the first one; or an empty one.

    A page with many article nodes of which none fits is a listing, and speaks of none. `titles` are the page's own.
    """
    articles = [node for node in nodes if is_article_node(node)]
    if not articles:
        return {}
    path = _path_of(url)
    if path:
        for node in articles:
            if any(_path_of(link) == path for link in _links_of(node)):
                return node
    folded = {fold(title) for title in titles if title} - {""}
    for node in articles:
        headline = fold(unescape(str(node.get("headline") or node.get("name") or "")))
        if headline and any(headline in title or title in headline for title in folded):
            return node
    return articles[0] if len(articles) <= _LISTED_ARTICLES else {}


def _links_of(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        link = node.get(key)
        if isinstance(link, dict):
            link = link.get("@id") or link.get("url")
        if isinstance(link, str):
            yield link


def _path_of(link: str) -> str:
    try:
        return urlsplit(link).path.rstrip("/")
    except ValueError:
        return ""


def read_microdata(elements: list[Element], blocks: list[Block], metas: dict[str, list[str]]) -> Node:
    """The first article that the page marks up with itemscope and itemprop, with `@origin` `microdata`; or empty."""
    scope = next((e for e in elements if "itemscope" in e.attributes and _is_article_scope(e)), None)
    if scope is None:
        return {}
    node: Node = {"@type": str(scope.attributes.get("itemtype")).strip(), "@origin": "microdata"}
    for meta, name in _META_PROPERTIES.items():
        if metas.get(meta):
            node[name] = metas[meta][0]
    for block in blocks[scope.first : scope.last]:
        for mark in block.marks:
            if "itemprop" in mark.attributes:
                _add(node, mark.attributes, mark.text)
    for element in elements[scope.order + 1 :]:
        if element.first >= scope.last:
            break
        if "itemprop" in element.attributes and element.last > element.first:
            _add(node, element.attributes, " ".join(b.text for b in blocks[element.first : element.last][:3]))
    return node


def _is_article_scope(element: Element) -> bool:
    return bool(_MICRODATA_TYPE.search(element.attributes.get("itemtype") or ""))


def _add(node: Node, attributes: dict[str, str | None], text: str) -> None:
    value = normalize_line(attributes.get("content") or attributes.get("datetime") or text)
    if not value or len(value) > _LONGEST_VALUE:
        return
    for name in (attributes.get("itemprop") or "").split():
        if name == "author":
            authors = node.setdefault("author", [])
            if len(authors) < _MOST_AUTHORS and {"name": value} not in authors:
                authors.append({"name": value})
        elif name in _PROPERTIES:
            node.setdefault(name, value)

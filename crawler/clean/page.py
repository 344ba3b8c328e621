"""A parsed HTML page and what its head says: the one thing that all field modules read."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.clean.blocks import Block, Element, read_blocks
from crawler.clean.reject import RejectedPage
from crawler.clean.text import fold, normalize_line
from crawler.reasons import Reason

Node = dict[str, Any]

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|ClaimReview|Review)$")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_SCRIPT_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!\[CDATA\[|<!--)|(?://)?\s*(?:\]\]>|-->)\s*;?\s*$|;\s*$")
_MOST_NODES = 2000


@dataclass
class Page:
    """A page, parsed once. Nobody changes the tree; the blocks are its body as lines, in order."""

    tree: LexborHTMLParser
    source: str
    """The page's characters, for what stands in no element."""
    url: str
    time_zone: str | None = None
    languages: tuple[str, ...] = ()
    fetched_at: datetime | None = None
    hint_title: str | None = None
    hint_published_at: datetime | None = None
    metas: dict[str, list[str]] = field(default_factory=dict)
    """Content of `meta` elements by lower-case property, name, itemprop or http-equiv."""
    links: dict[str, list[str]] = field(default_factory=dict)
    """href of `link` elements by each lower-case word of their rel, as written."""
    head_title: str = ""
    """Text of `title`."""
    stated_language: str | None = None
    """lang of `html`, or what metas say."""
    nodes: list[Node] = field(default_factory=list)
    """JSON-LD objects with a @type, outer before inner."""
    article: Node = field(default_factory=dict)
    """The JSON-LD node of this article; empty when there is none."""
    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)

    def meta(self, *names: str) -> str | None:
        """The first filled meta value of the first of these names."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), None)

    @property
    def host(self) -> str:
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    def absolute(self, link: str | None) -> str | None:
        if not link or link.startswith(("data:", "javascript:", "about:")):
            return None
        try:
            address = urljoin(self.url, link.strip())
            return address if urlsplit(address).scheme in ("http", "https") else None
        except ValueError:
            return None

    @property
    def site_names(self) -> tuple[str, ...]:
        """Names that the site gives itself, and its host's main label."""
        found = [self.meta("og:site_name"), self.meta("application-name"), self.meta("publisher", "dc.publisher")]
        found += [name_of(node.get("publisher")) for node in [self.article] if node]
        found += [name_of(n) for n in self.nodes if types_of(n) & {"WebSite", "NewsMediaOrganization", "Organization"}]
        return tuple(dict.fromkeys(name for name in found if name and len(name) < 80))


def parse_page(text: str, url: str) -> Page:
    """Parse HTML. Raises RejectedPage(no_text) when nothing is in it."""
    tree = LexborHTMLParser(text)
    if tree.root is None:
        raise RejectedPage(Reason.NO_TEXT, "no element could be parsed")
    page = Page(tree=tree, source=text, url=url)
    page.metas, page.links = _read_head(tree)
    title = tree.css_first("title")
    page.head_title = normalize_line(title.text()) if title is not None else ""
    html = tree.css_first("html")
    root = html.attributes if html is not None else {}
    page.stated_language = root.get("lang") or root.get("xml:lang") or page.meta("content-language", "og:locale")
    page.nodes = list(_read_json_ld(tree))
    page.article = _choose_article(page)
    page.blocks, page.elements = read_blocks(tree.body)
    return page


def _read_head(tree: LexborHTMLParser) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    metas: dict[str, list[str]] = defaultdict(list)
    for element in tree.css("meta"):
        attributes = element.attributes
        raw = attributes.get("content")
        content = normalize_line(unescape(raw) if "&" in raw else raw) if raw else ""
        if not content:
            continue
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (attributes.get(key) or "").strip().lower()
            if name:
                metas[name].append(content)
    links: dict[str, list[str]] = defaultdict(list)
    for element in tree.css("link[rel][href]"):
        attributes = element.attributes
        for word in (attributes.get("rel") or "").lower().split():
            links[word].append(attributes.get("href") or "")
    return dict(metas), dict(links)


def _read_json_ld(tree: LexborHTMLParser) -> Iterator[Node]:
    count = 0
    for script in tree.css('script[type*="ld+json" i]'):
        for node in _walk(_load_json(script.text() or ""), 0):
            count += 1
            if count > _MOST_NODES:
                return
            yield node


def _load_json(text: str) -> Any:
    text = _SCRIPT_WRAPPING.sub("", _SCRIPT_WRAPPING.sub("", text.strip())).strip()
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), unescape(text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > 6:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemReviewed", "liveBlogUpdate"):
            if isinstance(value.get(key), (dict, list)) and key != "liveBlogUpdate":
                yield from _walk(value[key], depth + 1)


def types_of(node: Node) -> set[str]:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return {str(k).rsplit("/", 1)[-1].removeprefix("schema:") for k in kinds if k}


def is_article_node(node: Node) -> bool:
    return any(_ARTICLE_TYPE.search(kind) for kind in types_of(node))


def name_of(value: Any) -> str | None:
    """The name in a JSON-LD value that may be a string, an object or a list of them."""
    if isinstance(value, list):
        return next((name for item in value if (name := name_of(item))), None)
    if isinstance(value, dict):
        value = value.get("name") or value.get("legalName")
        return name_of(value) if not isinstance(value, str) else normalize_line(unescape(value)) or None
    return normalize_line(unescape(value)) or None if isinstance(value, str) else None


def _choose_article(page: Page) -> Node:
    """The node that speaks of this page: by its address, else by its headline, else the first one.

    A page with many article nodes of which none fits is a listing, and speaks of none.
    """
    nodes = [node for node in page.nodes if is_article_node(node)]
    if not nodes:
        return {}
    path = urlsplit(page.url).path.rstrip("/")
    for node in nodes:
        links = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
        links = [link.get("@id") or link.get("url") if isinstance(link, dict) else link for link in links]
        if path and any(isinstance(link, str) and _path_of(link) == path for link in links):
            return node
    title = fold(page.meta("og:title") or page.head_title)
    for node in nodes:
        headline = fold(str(node.get("headline") or node.get("name") or ""))
        if headline and title and (headline in title or title in headline):
            return node
    return nodes[0] if len(nodes) <= 3 else {}


def _path_of(link: str) -> str:
    try:
        return urlsplit(link).path.rstrip("/")
    except ValueError:
        return ""

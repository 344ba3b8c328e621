"""A parsed HTML page and what its head says: the one thing that all field modules read."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from html import unescape
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.clean.blocks import Block, Element, read_blocks
from crawler.clean.bounds import bound_markup
from crawler.clean.reject import RejectedPage
from crawler.clean.structured import Node, choose_article, read_microdata, read_nodes
from crawler.clean.structured import is_article_node as is_article_node
from crawler.clean.structured import name_of as name_of
from crawler.clean.structured import types_of as types_of
from crawler.clean.text import normalize_line
from crawler.reasons import Reason

_LONGEST_TITLE = 2000
_LONGEST_META = 20_000
_IGNORED = re.compile(r"[\t\n\r]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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
    """The JSON-LD node of this article, or what its microdata says (`@origin`: `microdata`); empty when neither is."""
    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)

    def meta(self, *names: str) -> str | None:
        """The first filled meta value of the first of these names."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), None)

    @cached_property
    def host(self) -> str:
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    def absolute(self, link: str | None) -> str | None:
        link = tidy_link(link)
        if not link or link.startswith(("data:", "javascript:", "about:")):
            return None
        try:
            address = urljoin(self.url, link)
            parts = urlsplit(address)
        except ValueError:
            return None
        return address if parts.scheme in ("http", "https") and parts.netloc else None

    @cached_property
    def site_names(self) -> tuple[str, ...]:
        """Names that the site gives itself, and its host's main label."""
        found = [self.meta("og:site_name"), self.meta("application-name"), self.meta("publisher", "dc.publisher")]
        found += [name_of(node.get("publisher")) for node in [self.article] if node]
        found += [name_of(n) for n in self.nodes if types_of(n) & {"WebSite", "NewsMediaOrganization", "Organization"}]
        return tuple(dict.fromkeys(name for name in found if name and len(name) < 80))


def tidy_link(link: str | None) -> str | None:
    """A link as browsers read it, without line ends and tabs; None where there is none, or what no address may hold."""
    link = (link or "").strip()
    if link.isprintable():
        return link or None
    link = _IGNORED.sub("", link)
    return None if _CONTROL.search(link) else link


def parse_page(text: str, url: str) -> Page:
    """Parse HTML. Raises RejectedPage(no_text) when nothing is in it."""
    tree = LexborHTMLParser(bound_markup(text))
    if tree.root is None:
        raise RejectedPage(Reason.NO_TEXT, "no element could be parsed")
    page = Page(tree=tree, source=text, url=url)
    page.metas, page.links = _read_head(tree)
    title = tree.css_first("title")
    page.head_title = normalize_line((title.text() or "")[:_LONGEST_TITLE]) if title is not None else ""
    html = tree.css_first("html")
    root = html.attributes if html is not None else {}
    page.stated_language = root.get("lang") or root.get("xml:lang") or page.meta("content-language", "og:locale")
    page.blocks, page.elements = read_blocks(tree.body)
    page.nodes = read_nodes(script.text() or "" for script in tree.css('script[type*="ld+json" i]'))
    page.article = choose_article(page.nodes, url, (page.meta("og:title"), page.head_title))
    if not page.article and "itemscope" in text:
        page.article = read_microdata(page.elements, page.blocks, page.metas)
    return page


def _read_head(tree: LexborHTMLParser) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    metas: dict[str, list[str]] = defaultdict(list)
    for element in tree.tags("meta"):
        attributes = element.attributes
        raw = (attributes.get("content") or "")[:_LONGEST_META]
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

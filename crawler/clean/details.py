"""What else a page says of itself: description, section, tags, publisher, canonical address; and its lead image."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from crawler.clean.found import Found
from crawler.clean.lead_image import find_caption, find_image
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.structured import name_of, types_of
from crawler.clean.text import fold, normalize_line

_TAG = re.compile(r"<[^<>]{1,200}>")
_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")
_STEP = re.compile(r"\s*[»›>→←/\\|]\s*|\s+::\s+")
_LIST = re.compile(r"[,;،؛、|]")
_MACHINE = re.compile(r"^[\w ]{2,30}[:=]\s?\S|^[\d\s]+$|^[0-9a-f-]{32,}$|^https?:")
_CODE = re.compile(r"://|\w_\w|^\d+$")
_ADDRESS = re.compile(r"^(?:https?:)?//|^www\.|^[\w.-]+\.[a-z]{2,8}/?$", re.IGNORECASE)
_NO_SECTION = {
    *("home", "homepage", "start", "startseite", "accueil", "inicio", "главная", "الرئيسية", "ana sayfa", "anasayfa"),
    *("صفحه اصلی", "דף הבית", "uncategorized", "unkategorisiert", "allgemein", "sin categoria", "non classe"),
    *("article", "articles", "news article", "news", "post", "posts", "blog", "default", "none", "null", "index"),
}
"""Folded."""
_SHORTEST_DESCRIPTION, _LONGEST_DESCRIPTION = 25, 1200
_PARAGRAPHS = 2
"""Of the story, that a description cut short may be the beginning of."""
_STANDFIRST_WITHIN = 6
"""Blocks below the headline."""
_LONGEST_SECTION = 60
_LONGEST_TAG, _MOST_WORDS, _MOST_TAGS = 80, 8, 40
_LONGEST_LIST = 4000
_LONGEST_PUBLISHER = 80
_ELSEWHERE = Role.NAV | Role.FOOTER | Role.ASIDE | Role.RELATED | Role.COMMENT | Role.HIDDEN | Role.NEWSLETTER
_MADE_UP = 3
"""So many `Key: value` among the tags are a machine's, not an editor's."""


@dataclass(frozen=True, slots=True)
class Details:
    """What was found; None where the page does not say. Origins: `json-ld`, `meta`, `microdata`, `page`, `link`."""

    description: Found[str] | None = None
    section: Found[str] | None = None
    tags: Found[tuple[str, ...]] | None = None
    image_url: Found[str] | None = None
    image_caption: Found[str] | None = None
    publisher: Found[str] | None = None
    canonical_link: Found[str] | None = None


def find_details(page: Page, headline: int | None, body: Collection[int]) -> Details:
    """`headline` is the index of the headline's block, `body` has those of the story's blocks."""
    first = min(body, default=len(page.blocks))
    title = fold(page.blocks[headline].text) if headline is not None else ""
    image = find_image(page, headline, first)
    return Details(
        description=_find_description(page, headline, first, title),
        section=_find_section(page, headline, title),
        tags=_find_tags(page, title),
        image_url=image,
        image_caption=find_caption(page, headline, first) if image else None,
        publisher=_find_publisher(page),
        canonical_link=_find_canonical_link(page),
    )


def _marked(page: Page) -> str:
    """Where the article's node comes from."""
    return "microdata" if page.article.get("@origin") else "json-ld"


def _clean(value: object) -> str:
    if not isinstance(value, str):
        return ""
    if "&" in value:
        value = unescape(unescape(value))
    return normalize_line(_TAG.sub(" ", value) if "<" in value else value)


def _find_description(page: Page, headline: int | None, first: int, title: str) -> Found[str] | None:
    """What the head says of the story, whole: the standfirst or the first paragraph where the head cuts it short."""
    slogans = {fold(str(n.get("description"))) for n in page.nodes if types_of(n) & {"WebSite", "Organization"}}
    stated = [
        (_clean(page.meta("og:description")), "meta"),
        (_clean(page.meta("description", "dc.description", "dcterms.description")), "meta"),
        (_clean(page.article.get("description")), _marked(page)),
        (_clean(page.meta("twitter:description")), "meta"),
    ]
    usable = [
        (text, origin)
        for text, origin in stated
        if len(text) >= _SHORTEST_DESCRIPTION and fold(text) != title and fold(text) not in slogans
    ]
    shown = list(_standfirsts(page, headline, first))
    if not usable:
        return Found(shown[0], "page", 0.8) if shown else None
    text, origin = next(((t, o) for t, o in usable if not _CUT.search(t)), usable[0])
    start = _CUT.sub("", text).rstrip()
    paragraphs = [(normalize_line(b.text), "page") for b in page.blocks[first : first + _PARAGRAPHS]]
    longer = [*((line, "page") for line in shown), *usable, *(paragraphs if _CUT.search(text) else ())]
    for other, other_origin in longer:
        if len(start) < len(other) <= _LONGEST_DESCRIPTION and other.startswith(start) and not _CUT.search(other):
            return Found(other, other_origin, 0.9)
    return Found(text, origin, 0.6 if _CUT.search(text) else 0.9)


def _standfirsts(page: Page, headline: int | None, first: int) -> Iterator[str]:
    """Lines between headline and story that are named as its standfirst; the story's first line may be one too."""
    if headline is None:
        return
    for block in page.blocks[headline + 1 : max(headline + _STANDFIRST_WITHIN, first + 1)][:12]:
        if not block.element.own & Role.STANDFIRST or block.has(_ELSEWHERE | Role.CAPTION | Role.BYLINE | Role.DATE):
            continue
        if block.linked * 2 < len(block.text) and len(block.text) >= _SHORTEST_DESCRIPTION:
            yield normalize_line(block.text)


def _find_section(page: Page, headline: int | None, title: str) -> Found[str] | None:
    names = {fold(name) for name in page.site_names} | _NO_SECTION | {title}
    value = page.article.get("articleSection")
    values = value if isinstance(value, list) else [value]
    for stated, origin in (
        *((v, _marked(page)) for v in values),
        (page.meta("article:section", "articlesection", "cxenseparse:section", "parsely-section", "section"), "meta"),
        (page.meta("sailthru.section", "dc.subject.section", "og:section"), "meta"),
    ):
        section = _clean(stated)
        if section and len(section) <= _LONGEST_SECTION and fold(section) not in names and not _CODE.search(section):
            return Found(section, origin, 0.9)
    crumb = _read_breadcrumb(page, names)
    if crumb:
        return Found(crumb, "json-ld", 0.8)
    kicker = _find_kicker(page, headline, names)
    return Found(kicker, "page", 0.7) if kicker else None


def _read_breadcrumb(page: Page, names: Collection[str]) -> str | None:
    """The first step of the JSON-LD breadcrumb that is neither the front page nor the article itself."""
    for node in page.nodes:
        if "BreadcrumbList" not in types_of(node):
            continue
        steps = node.get("itemListElement")
        for step in steps[:-1] if isinstance(steps, list) else []:
            name = (name_of(step) or name_of(step.get("item"))) if isinstance(step, dict) else None
            if name and fold(name) not in names and len(name) <= _LONGEST_SECTION and not _ADDRESS.match(name):
                return name
    return None


def _find_kicker(page: Page, headline: int | None, names: Collection[str]) -> str | None:
    """`Reports` alone, or at the end of `Home » Reports`, right above the headline and in the page's menu as well."""
    if not headline:
        return None
    above = page.blocks[headline - 1]
    name = normalize_line(_STEP.split(above.text)[-1])
    folded = fold(name)
    if not folded or len(name) > _LONGEST_SECTION or folded in names or above.has(_ELSEWHERE):
        return None
    menu = (mark for block in page.blocks[: headline - 1] for mark in block.marks if mark.tag == "a")
    return name if any(mark.text and fold(mark.text) == folded for mark in menu) else None


def _find_tags(page: Page, title: str) -> Found[tuple[str, ...]] | None:
    """Tags of the article; `keywords` are taken only where nothing better is said."""
    metas, article = page.metas, page.article
    for values, origin in (
        (metas.get("article:tag"), "meta"),
        (article.get("keywords"), _marked(page)),
        (metas.get("news_keywords") or metas.get("parsely-tags") or metas.get("sailthru.tags"), "meta"),
    ):
        tags = _split_tags(page, values, title)
        if tags:
            return Found(tags, origin, 0.9)
    tags = _split_tags(page, _linked_tags(page), title)
    if tags:
        return Found(tags, "page", 0.85)
    tags = _split_tags(page, metas.get("keywords") or metas.get("dc.subject") or metas.get("dcterms.subject"), title)
    return Found(tags, "meta", 0.7) if tags else None


def _linked_tags(page: Page) -> list[str]:
    return [
        mark.text
        for block in page.blocks
        for mark in block.marks
        if "rel" in mark.attributes and "tag" in (mark.attributes["rel"] or "").split()
    ]


def _split_tags(page: Page, values: Any, title: str) -> tuple[str, ...]:
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, list):
        return ()
    parts = [_clean(part) for value in values[: 2 * _MOST_TAGS] for part in _read_tag(value)]
    if sum(bool(_MACHINE.match(part)) for part in parts) >= _MADE_UP:
        parts = [part for part in parts if not _MACHINE.match(part)]
    left_out = {fold(name) for name in (*page.site_names, page.host)} | {title, ""}
    tags: dict[str, str] = {}
    for part in parts:
        folded = fold(part)
        if folded not in left_out and len(part) <= _LONGEST_TAG and folded.count(" ") < _MOST_WORDS:
            tags.setdefault(folded, part.lstrip("#").strip())
    return tuple(tags.values())[:_MOST_TAGS]


def _read_tag(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        value = name_of(value)
    return _LIST.split(value[:_LONGEST_LIST]) if isinstance(value, str) else ()


def _find_publisher(page: Page) -> Found[str] | None:
    """The organisation's name; one that is a mere address only where no other is given."""
    organisations = (n for n in page.nodes if types_of(n) & {"NewsMediaOrganization", "Organization", "Corporation"})
    candidates = [
        (name_of(page.article.get("publisher")), _marked(page), 0.9),
        (_clean(page.meta("og:site_name")), "meta", 0.9),
        (next((name for node in organisations if (name := name_of(node))), None), "json-ld", 0.8),
        (_clean(page.meta("dc.publisher", "dcterms.publisher", "citation_publisher", "application-name")), "meta", 0.7),
        (name_of(page.article.get("sourceOrganization")), _marked(page), 0.7),
    ]
    found = [(name, o, c) for name, o, c in candidates if name and len(name) <= _LONGEST_PUBLISHER and "//" not in name]
    for name, origin, confidence in found:
        if not _ADDRESS.match(name):
            return Found(name, origin, confidence)
    return Found(found[0][0], found[0][1], 0.6) if found else None


def _find_canonical_link(page: Page) -> Found[str] | None:
    for href in page.links.get("canonical", ()):
        link = page.absolute(href)
        if link:
            return Found(link, "link", 0.95)
    link = page.absolute(page.meta("og:url"))
    return Found(link, "meta", 0.85) if link else None

"""What else a page's head says of it: description, section, tags, image, canonical address; and the language."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import py3langid

from crawler.clean.kicker import find_kicker
from crawler.clean.page import Page
from crawler.clean.text import normalize_line

_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_]|$)", re.IGNORECASE)
_ENOUGH_TO_TELL = 60
_MOST_READ = 4000
_CLOSE = 10.0
"""Difference of log-likelihoods below which two languages are not told apart."""


def find_description(page: Page) -> str | None:
    value = page.meta("description", "og:description", "twitter:description") or page.article.get("description")
    return normalize_line(unescape(value)) or None if isinstance(value, str) else None


def find_section(page: Page, title: str | None = None) -> str | None:
    value = page.article.get("articleSection")
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, str) or not value.strip():
        value = page.meta("article:section", "articlesection", "section", "cxenseparse:section", "parsely-section")
    return normalize_line(unescape(value)) or None if isinstance(value, str) else find_kicker(page, title)


def find_tags(page: Page) -> tuple[str, ...]:
    """Tags of the article; `keywords` are taken only where nothing better is said."""
    values: list[Any] = list(page.metas.get("article:tag", ()))
    if not values:
        keywords = page.article.get("keywords") or page.metas.get("news_keywords") or page.metas.get("keywords")
        keywords = keywords or page.metas.get("dc.subject") or page.metas.get("dcterms.subject") or []
        values = keywords if isinstance(keywords, list) else [keywords]
    tags: list[str] = []
    for value in values:
        if isinstance(value, str):
            tags += [normalize_line(unescape(part)) for part in re.split(r"[,;،]", value)]
    return tuple(dict.fromkeys(tag for tag in tags if tag and len(tag) <= 80))[:40]


def find_image(page: Page) -> str | None:
    link = page.meta("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    if not link:
        image = page.article.get("image")
        image = image[0] if isinstance(image, list) and image else image
        image = image.get("url") if isinstance(image, dict) else image
        link = image if isinstance(image, str) else None
    return page.absolute(link)


def find_canonical_link(page: Page) -> str | None:
    for element in page.tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            return page.absolute(element.get("href"))
    return page.absolute(page.meta("og:url"))


def find_language(text: str, stated: str | None, languages: tuple[str, ...] = ()) -> tuple[str | None, str | None]:
    """ISO 639 code of the text's own language and its origin; what the page states decides for short texts."""
    match = _LANGUAGE.match(stated or "")
    told = match[1].lower() if match else None
    if len(text) >= _ENOUGH_TO_TELL:
        ranked = py3langid.rank(text[:_MOST_READ])
        code, score = ranked[0]
        near = {other for other, other_score in ranked[:4] if score - other_score < _CLOSE}
        # Between near relatives (nb and da, hr and sr) the page and its source know better.
        expected = next((c for c in (told, *languages) if c in near), None)
        return (str(expected), "html-lang" if expected == told else "source") if expected else (str(code), "text")
    if told:
        return told, "html-lang"
    return (languages[0], "source") if languages else (None, None)

"""The links of a page, with those of the story told from the ones around it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

from crawler.clean.page import Page, tidy_link
from crawler.records import Link

MOST_LINKS = 2000
_LONGEST_URL = 2000
_LONGEST_TEXT = 300


def find_links(page: Page, body: Collection[int]) -> tuple[Link, ...]:
    """Each address once, in the page's order, with the first text it has; at most `MOST_LINKS`."""
    try:
        parts = urlsplit(page.url)
    except ValueError:
        return ()
    origin = f"{parts.scheme}://{parts.netloc}"
    own = page.url.partition("#")[0]
    texts: dict[str, str] = {}
    in_text: set[str] = set()
    inside = frozenset(body)
    for block in page.blocks:
        for mark in block.marks:
            if mark.tag != "a":
                continue
            url = _resolve(mark.attributes.get("href"), parts.scheme, origin, own)
            if url is None:
                continue
            if not texts.get(url):
                texts[url] = mark.text[:_LONGEST_TEXT]
            if block.index in inside:
                in_text.add(url)
    return tuple(Link(url=url, text=text, is_in_text=url in in_text) for url, text in list(texts.items())[:MOST_LINKS])


def _resolve(href: str | None, scheme: str, origin: str, own: str) -> str | None:
    """The absolute address of a link to another page; None for what is none."""
    href = tidy_link(href)
    if not href or href[0] == "#" or len(href) > _LONGEST_URL:
        return None
    if href.startswith(("http://", "https://")):
        url = href
    elif href[0] == "/" and scheme:
        url = f"{scheme}:{href}" if href.startswith("//") else origin + href
    else:
        try:
            url = urljoin(own, href)
        except ValueError:
            return None
        if url[:8].lower().startswith(("http://", "https://")):
            start = url.index(":")
            url = url[:start].lower() + url[start:]
        else:
            return None
    if ("[" in url or "]" in url) and not _is_address(url):
        return None
    return url if url != own and ("#" not in url or url.partition("#")[0] != own) else None


def _is_address(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False

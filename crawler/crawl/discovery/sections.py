"""Section pages: the links on them, and the next page of their pagination."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urljoin, urlsplit

from parsel import Selector
from w3lib.html import get_base_url

from crawler.crawl.discovery.links import Found, Link, UnreadableError, clean_title

_ASSET = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|mp[34]|zip|rss|xml)$", re.IGNORECASE)
_PAGE_PATH = re.compile(r"^(?P<stem>.*?)/page/(?P<number>\d+)/?$")


def parse_section(text: str, url: str) -> Found:
    """All links of a page but images and the like, and as `children` the page that follows. Raises UnreadableError."""
    if "<" not in text:
        raise UnreadableError("is not an HTML page")
    base = get_base_url(text, url)
    page = Selector(text=text, type="html")
    found = Found()
    following: list[str] = []
    for anchor in page.xpath("//a[@href] | //link[@href][contains(concat(' ', @rel, ' '), ' next ')]"):
        target = _absolute(base, anchor.attrib["href"])
        if target is None:
            continue
        if "next" in anchor.attrib.get("rel", "").lower().split():
            following.insert(0, target)
        elif _page_number(target, url) == (_page_number(url, url) or 1) + 1:
            following.append(target)
        elif _page_number(target, url) is None and not _ASSET.search(urlsplit(target).path):
            title = clean_title(" ".join(anchor.xpath(".//text()").getall()) or anchor.attrib.get("title"))
            found.links.append(Link(target, title))
    found.children = following[:1]
    return found


def _absolute(base: str, href: str) -> str | None:
    try:
        target = urljoin(base, href.strip()).partition("#")[0]
        is_web = urlsplit(target).scheme in ("http", "https")
    except ValueError:
        return None
    return target if is_web else None


def _page_number(target: str, section: str) -> int | None:
    """The number of a page of the same section: `…?page=2` or `…/page/2`; None for any other address."""
    ours, theirs = urlsplit(section), urlsplit(target)
    if ours.netloc != theirs.netloc or _stem(ours.path) != _stem(theirs.path):
        return None
    in_path = _PAGE_PATH.match(theirs.path)
    values = parse_qs(theirs.query).get("page", [])
    text = in_path["number"] if in_path else values[0] if values else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _stem(path: str) -> str:
    match = _PAGE_PATH.match(path)
    return (match["stem"] if match else path).rstrip("/")

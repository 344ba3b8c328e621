"""Section pages: the links on them, the next page of their pagination, and the feeds that they announce."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html
from w3lib.html import get_base_url

from crawler.crawl.discovery.links import Child, Found, Link, UnreadableError, clean_title

_ASSET = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|js|mp[34]|zip|rss|xml)$", re.IGNORECASE)
# What pagination is called in addresses: English, French, Turkish, Arabic, Kurdish.
_PAGE_WORDS = "page|pages|pg|sayfa|safha|صفحة|صفحه|لاپەڕە|rûpel|rupel"
_PAGE_PATH = re.compile(rf"^(?P<stem>.*?)/(?:{_PAGE_WORDS})[/_-]?(?P<number>\d{{1,5}})/?(?:\.html?)?$", re.IGNORECASE)
_PAGE_PARAMETERS = frozenset({"page", "paged", "pg", "pageno", "page_no", "pagenum", "currentpage", "sayfa", "صفحة"})
_OFFSET_PARAMETERS = frozenset({"start", "offset", "skip", "limitstart", "from"})


def parse_section(text: str, url: str) -> Found:
    """All links of a page but images and the like, and as `children` the page that follows. Raises UnreadableError."""
    document = parse_html(text)
    base = get_base_url(text, url)
    found = Found()
    stated: list[str] = []
    numbered: list[str] = []
    offsets: list[tuple[int, str]] = []
    here, start = _page_number(url, url) or 1, _offset(url, url) or 0
    for anchor in document.iter("a", "link"):
        target = _absolute(base, anchor.get("href"))
        if target is None:
            continue
        if "next" in (anchor.get("rel") or "").lower().split():
            stated.append(target)
        elif anchor.tag == "link":
            continue
        elif (number := _page_number(target, url)) is not None or _says_page(anchor, target, url, here + 1):
            if number in (here + 1, None):
                numbered.append(target)
        elif (offset := _offset(target, url)) is not None:
            offsets += [(offset, target)] if offset > start else []
        elif not _ASSET.search(urlsplit(target).path):
            title = clean_title(" ".join(anchor.itertext()) or anchor.get("title"))
            found.links.append(Link(target, title))
    following = [*stated, *numbered, *(target for _, target in sorted(offsets))]
    found.children = [Child(target) for target in following[:1]]
    return found


def parse_html(text: str) -> Any:
    """A page's tree. Raises UnreadableError for what is none."""
    if "<" not in text:
        raise UnreadableError("is not an HTML page")
    # As bytes of a stated encoding: a page's own <?xml encoding?> is not looked at twice.
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(f"is not an HTML page: {error}") from error


def _absolute(base: str, href: str | None) -> str | None:
    if href is None:
        return None
    try:
        target = urljoin(base, href.strip()).partition("#")[0]
        is_web = urlsplit(target).scheme in ("http", "https")
    except ValueError:
        return None
    return target if is_web else None


def _page_number(target: str, section: str) -> int | None:
    """The number of a page of the same section: `…?page=2` or `…/page/2`; None for any other address."""
    parts = _parts_on_same_page(target, section)
    if parts is None:
        return None
    path, query = parts
    in_path = _PAGE_PATH.match(path)
    text = in_path["number"] if in_path else _value_of(query, _PAGE_PARAMETERS)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _offset(target: str, section: str) -> int | None:
    """The number of entries that a page of the same section leaves out at its start."""
    parts = _parts_on_same_page(target, section)
    text = _value_of(parts[1], _OFFSET_PARAMETERS) if parts else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _says_page(anchor: Any, target: str, section: str, number: int) -> bool:
    """Whether a link reads "2" and leads from `/world` to `/world/2`: elsewhere that may be an article."""
    if "".join(anchor.itertext()).strip() != str(number):
        return False
    ours, theirs = urlsplit(section), urlsplit(target)
    stem = re.sub(r"/\d{1,4}/?$", "", ours.path).rstrip("/") if number > 2 else ours.path.rstrip("/")
    return ours.netloc == theirs.netloc and theirs.path.rstrip("/") == f"{stem}/{number}"


def _parts_on_same_page(target: str, section: str) -> tuple[str, str] | None:
    """Path and query of an address that differs from a section's in nothing but its page."""
    ours, theirs = urlsplit(section), urlsplit(target)
    path = unquote(theirs.path)
    if ours.netloc != theirs.netloc or _stem(unquote(ours.path)) != _stem(path):
        return None
    return path, theirs.query


def _value_of(query: str, names: frozenset[str]) -> str:
    values = [values[0] for name, values in parse_qs(query).items() if name.lower() in names]
    return values[0] if values else ""


def _stem(path: str) -> str:
    match = _PAGE_PATH.match(path)
    return (match["stem"] if match else path).rstrip("/")

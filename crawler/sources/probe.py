"""Says what a fetched answer is: a feed, a sitemap, a web page, and what is listed in it.

Bytes come from strangers: nothing in them is trusted, no external entity is resolved, and no parser's failure escapes.
"""

from __future__ import annotations

import calendar
import io
import json
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree
from lxml import html as lxml_html

from crawler.records import EndpointKind
from crawler.sources.fetching import Fetched

_MAX_LINKS = 50_000
# feedparser takes seconds for a megabyte. Cut here, it still reads the thousands of entries that came before.
_MAX_FEED_BYTES = 1_000_000


class Recognised(StrEnum):
    """What an answer turned out to be."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON_FEED = "json feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap index"
    HTML = "html"
    UNKNOWN = "unknown"


TYPE_NAMES = {
    Recognised.RSS: "an RSS feed",
    Recognised.ATOM: "an Atom feed",
    Recognised.RDF: "an RDF feed",
    Recognised.JSON_FEED: "a JSON feed",
    Recognised.SITEMAP: "a sitemap",
    Recognised.SITEMAP_INDEX: "a sitemap index",
    Recognised.HTML: "a web page",
    Recognised.UNKNOWN: "something unknown",
}
FEED_TYPES = frozenset({Recognised.RSS, Recognised.ATOM, Recognised.RDF, Recognised.JSON_FEED})
SITEMAP_TYPES = frozenset({Recognised.SITEMAP, Recognised.SITEMAP_INDEX})
TYPES_OF: dict[EndpointKind, frozenset[Recognised]] = {
    EndpointKind.FEED: FEED_TYPES,
    EndpointKind.SITEMAP: SITEMAP_TYPES,
    EndpointKind.SECTION: frozenset({Recognised.HTML}),
}


@dataclass(frozen=True)
class Listing:
    """What an answer is, and what it lists. For a web page, `links` are the links that may lead to articles."""

    type: Recognised
    links: tuple[str, ...] = ()
    newest_at: datetime | None = None
    language: str | None = None
    title: str | None = None
    document: Any = field(default=None, repr=False, compare=False)
    """For a web page: its lxml tree."""


def classify(answer: Fetched) -> Listing:
    """What the body of a successful answer is. Never raises for what is in it."""
    body = _unpack_gzip_file(answer.body)
    start = body[:2000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    try:
        if start.startswith(b"{"):
            return _read_json_feed(body, answer.final_url)
        if b"<urlset" in start or b"<sitemapindex" in start or _root_name(body) in ("urlset", "sitemapindex"):
            return _read_sitemap(body, answer.final_url)
        if any(mark in start for mark in (b"<rss", b"<feed", b"<rdf:rdf", b"<channel")) or start.startswith(b"<?xml"):
            listing = _read_feed(body, answer)
            if listing.type is not Recognised.UNKNOWN:
                return listing
        if b"<html" in start or b"<!doctype html" in start or "html" in answer.content_type:
            return read_page(body, answer)
        return Listing(Recognised.UNKNOWN)
    except Exception:  # noqa: BLE001 (feed and HTML parsers fail on hostile input in ways that nobody lists)
        return Listing(Recognised.UNKNOWN)


def read_page(body: bytes, answer: Fetched) -> Listing:
    """A web page, with the links on it that look like articles of the same site."""
    encoding = None
    declared = str(answer.headers.get("content-type", "")).lower().partition("charset=")[2].strip(" \"';")
    if declared:
        try:
            "".encode(declared)
            encoding = declared
        except LookupError:
            encoding = None
    try:
        document = lxml_html.document_fromstring(body, parser=lxml_html.HTMLParser(encoding=encoding))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Listing(Recognised.UNKNOWN)
    title = " ".join((document.findtext(".//title") or "").split()) or None
    language = language_of_tag(document.get("lang") or document.get("{http://www.w3.org/XML/1998/namespace}lang"))
    links = dict.fromkeys(url for url in page_links(document, answer.final_url) if looks_like_article(url))
    return Listing(Recognised.HTML, tuple(links)[:_MAX_LINKS], None, language, title, document)


def page_links(document: Any, base_url: str) -> list[str]:
    """The web addresses that a page links, made absolute, without fragments, in the page's order."""
    base = document.find(".//base[@href]")
    if base is not None:
        base_url = absolute_url(base.get("href"), base_url) or base_url
    found = (absolute_url(anchor.get("href"), base_url) for anchor in document.iter("a") if anchor.get("href"))
    return [url for url in found if url]


def looks_like_article(url: str) -> bool:
    """Whether an address has the shape of an article's rather than a section's: a long slug, or a number."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if last.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".pdf", ".mp3", ".mp4", ".xml", ".css", ".js")):
        return False
    digits = sum(character.isdigit() for character in last)
    words = last.count("-") + last.count("_") + last.lower().count("%20")
    return words >= 3 or digits >= 4 or any(part.isdigit() for part in (last, *_query_values(parts.query)))


def _query_values(query: str) -> list[str]:
    return [pair.partition("=")[2] for pair in query.split("&")] if query else []


def absolute_url(href: str, base_url: str) -> str | None:
    try:
        url = urljoin(base_url, href.strip()).partition("#")[0]
        parts = urlsplit(url)
        is_web_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return url if is_web_address else None


def _unpack_gzip_file(body: bytes, max_bytes: int = 50_000_000) -> bytes:
    """The content of a `.xml.gz`, which is compressed as a file. 50 MB is the sitemap protocol's own limit."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, max_bytes)
    except zlib.error:
        return b""


def _xml_parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=recover, remove_comments=True, remove_pis=True
    )


def _root_name(body: bytes) -> str:
    try:
        for _, element in etree.iterparse(
            io.BytesIO(body[:20_000]), events=("start",), resolve_entities=False, no_network=True, load_dtd=False
        ):
            return str(etree.QName(element).localname)
    except etree.XMLSyntaxError:
        pass
    return ""


def _read_sitemap(body: bytes, base_url: str) -> Listing:
    root = etree.fromstring(body, parser=_xml_parser(recover=True))
    if root is None:
        return Listing(Recognised.UNKNOWN)
    is_index = etree.QName(root).localname == "sitemapindex"
    links: dict[str, None] = {}
    dates: list[datetime] = []
    language = None
    for entry in root:
        url = None
        for element in entry.iter(etree.Element):
            name, text = etree.QName(element).localname, (element.text or "").strip()
            if name == "loc" and url is None:
                url = absolute_url(text, base_url)
            elif name in ("lastmod", "publication_date"):
                dates += [date for date in [_parse_w3c_date(text)] if date]
            elif name == "language":
                language = language or language_of_tag(text)
        if url and len(links) < _MAX_LINKS:
            links[url] = None
    kind = Recognised.SITEMAP_INDEX if is_index else Recognised.SITEMAP
    return Listing(kind, tuple(links), max(dates, default=None), language)


def _read_feed(body: bytes, answer: Fetched) -> Listing:
    # A stream, because feedparser takes bytes for an address or a file name where they look like one.
    headers = {"content-type": str(answer.headers.get("content-type", "")), "content-location": answer.final_url}
    parsed = feedparser.parse(
        io.BytesIO(body[:_MAX_FEED_BYTES]), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    version = parsed.get("version") or ""
    if version.startswith("atom"):
        kind = Recognised.ATOM
    elif version in ("rss090", "rss10"):
        kind = Recognised.RDF
    elif version.startswith(("rss", "cdf")):
        kind = Recognised.RSS
    else:
        return Listing(Recognised.UNKNOWN)
    links = dict.fromkeys(
        url for entry in parsed.entries if (url := absolute_url(str(entry.get("link") or ""), answer.final_url))
    )
    dates = []
    for entry in parsed.entries:
        stamp = entry.get("published_parsed") or entry.get("updated_parsed")
        if stamp:
            dates.append(datetime.fromtimestamp(0, timezone.utc) + timedelta(seconds=calendar.timegm(stamp)))
    return Listing(
        kind,
        tuple(links)[:_MAX_LINKS],
        max(dates, default=None),
        language_of_tag(parsed.feed.get("language")),
        str(parsed.feed.get("title") or "") or None,
    )


def _read_json_feed(body: bytes, base_url: str) -> Listing:
    content = json.loads(body.decode("utf-8-sig"))
    if not str(content.get("version", "")).startswith("https://jsonfeed.org/"):
        return Listing(Recognised.UNKNOWN)
    items = [item for item in content.get("items", []) if isinstance(item, dict)]
    links = dict.fromkeys(url for item in items if (url := absolute_url(str(item.get("url") or ""), base_url)))
    dates = [date for item in items if (date := _parse_w3c_date(str(item.get("date_published") or "")))]
    title = str(content.get("title") or "") or None
    return Listing(
        Recognised.JSON_FEED, tuple(links), max(dates, default=None), language_of_tag(content.get("language")), title
    )


def _parse_w3c_date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or timezone.utc).astimezone(timezone.utc)


def language_of_tag(tag: Any) -> str | None:
    """The language of a tag as `ar-SY`, as source files have it."""
    code = str(tag or "").strip().replace("_", "-").partition("-")[0].lower()
    return code if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else None

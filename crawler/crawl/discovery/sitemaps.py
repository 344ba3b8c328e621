"""Sitemaps, sitemap indexes and news sitemaps, also gzipped and as plain text."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from crawler.archive import BodyError, decompress
from crawler.crawl.discovery.links import Found, Link, UnreadableError, clean_title, join_url, parse_instant


def parse_sitemap(body: bytes, url: str, oldest: datetime, max_bytes: int) -> Found:
    """The links of a sitemap, or the sitemaps of an index; entries dated before `oldest` are passed over.

    Raises UnreadableError for what is no sitemap; a damaged one yields what stands before the damage.
    """
    if body.startswith(b"\x1f\x8b"):
        try:
            body = decompress(body, "gzip", max_bytes)
        except BodyError as error:
            raise UnreadableError(f"is a gzipped file that cannot be read: {error}") from error
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"http://", b"https://")):
        return Found(links=[Link(line.strip()) for line in body.decode("utf-8-sig", "replace").splitlines() if line])
    found = Found()
    roots: list[str] = []
    # Streamed, so that 50,000 entries need no tree; entities and huge texts are a hostile file's tools.
    events = etree.iterparse(
        BytesIO(body),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for event, element in events:
            name = _local_name(element)
            if event == "start":
                if not roots:
                    roots.append(name)
                    found.is_index = name == "sitemapindex"
            elif name in ("url", "sitemap"):
                _add_entry(found, element, url, oldest)
                _forget(element)
    except etree.XMLSyntaxError as error:
        if roots[:1] not in (["urlset"], ["sitemapindex"]):
            raise UnreadableError(f"is not a sitemap: {error}") from error
        found.problem = f"malformed: {error}"
    if roots[:1] not in (["urlset"], ["sitemapindex"]):
        raise UnreadableError(f"is not a sitemap: its root is <{roots[0] if roots else ''}>")
    return found


def _add_entry(found: Found, element: Any, url: str, oldest: datetime) -> None:
    texts: dict[str, str] = {}
    for child in element.iter():
        # The first of a name counts: image extensions bring a `loc` and a `title` of their own, after the page's.
        if isinstance(child.tag, str) and child.text and _namespace(child) != "image":
            texts.setdefault(_local_name(child), child.text.strip())
    location = texts.get("loc")
    if not location:
        return
    published_at = parse_instant(texts.get("publication_date"))
    dated = max(filter(None, (published_at, parse_instant(texts.get("lastmod")))), default=None)
    if dated is not None and dated < oldest:
        found.passed_over += 1
    elif _local_name(element) == "sitemap":
        found.children.append(join_url(url, location))
    else:
        found.links.append(Link(join_url(url, location), clean_title(texts.get("title")), published_at))


def _forget(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _local_name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _namespace(element: Any) -> str:
    return "image" if "sitemap-image" in element.tag or "sitemap-video" in element.tag else ""

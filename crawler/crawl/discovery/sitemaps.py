"""Sitemaps, sitemap indexes and news sitemaps, also gzipped, as plain text, and feeds in their place.

Read as a stream. Of the extensions, news gives title and date; images, videos and the same page in other languages
(`xhtml:link`) are no pages of their own: the protocol has each language listed in an entry.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from crawler.crawl.discovery.dates import parse_instant, parse_latest
from crawler.crawl.discovery.feeds import parse_feed
from crawler.crawl.discovery.links import Child, Found, Link, UnreadableError, clean_title, join_url

MAX_ENTRIES = 50_000
"""Of one sitemap: what the protocol allows."""
_NEWS = "http://www.google.com/schemas/sitemap-news/"
_ROOTS = ("urlset", "sitemapindex")
_FEED_ROOTS = ("rss", "feed", "rdf")
_CHUNK_BYTES = 65_536


def parse_sitemap(body: bytes, url: str, oldest: datetime, max_bytes: int) -> Found:
    """The links of a sitemap, or the sitemaps of an index; entries dated before `oldest` are passed over.

    The newest come first, then those without a date as they stand. Raises UnreadableError for what is no sitemap; a
    damaged one yields what stands before the damage.
    """
    stream: BinaryIO = BytesIO(body)
    if body.startswith(b"\x1f\x8b"):
        stream = gzip.GzipFile(fileobj=stream)  # type: ignore[assignment]
    reader = _Reader(url, oldest)
    try:
        start = stream.read(_CHUNK_BYTES)
        if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"http://", b"https://")):
            reader.read_lines(_chunks(start, stream, max_bytes))
        else:
            reader.read_xml(_chunks(start, stream, max_bytes))
    except (OSError, EOFError, zlib.error) as error:
        if not reader.root:
            raise UnreadableError(f"is a gzipped file that cannot be read: {error}") from error
        reader.found.problem = f"malformed: {error}"
    if reader.root in _FEED_ROOTS:
        return parse_feed(_unpacked(body, max_bytes), url, None)
    if reader.root not in _ROOTS:
        raise UnreadableError(f"is not a sitemap: its root is <{reader.root or ''}>{reader.why}")
    return reader.sorted()


class _Reader:
    """Builds what is found from chunks of bytes."""

    def __init__(self, url: str, oldest: datetime) -> None:
        self.found = Found()
        self.root: str | None = None
        self.why = ""
        self._url = url
        self._oldest = oldest
        self._dated: list[tuple[datetime, Link]] = []

    def read_lines(self, chunks: Iterator[bytes]) -> None:
        self.root = "urlset"
        rest = b""
        for chunk in chunks:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._add_line(line)
        self._add_line(rest)

    def read_xml(self, chunks: Iterator[bytes]) -> None:
        # Streamed, so that 50,000 entries need no tree; entities and huge texts are a hostile file's tools.
        parser = etree.XMLPullParser(
            events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            is_first = True
            for chunk in chunks:
                parser.feed(chunk.lstrip(b" \t\r\n") if is_first else chunk)
                is_first = False
                if not self._read_events(parser):
                    return
            parser.close()
            self._read_events(parser)
        except etree.XMLSyntaxError as error:
            # What was read before the damage counts.
            self._read_events(parser)
            self.why = f" ({error})"
            self.found.problem = f"malformed: {error}"

    def _read_events(self, parser: Any) -> bool:
        """Take what has come so far. False: it is no sitemap, and the rest need not come."""
        try:
            for event, element in parser.read_events():
                name = _name(element)[1]
                if event == "start" and self.root is None:
                    self.root = name
                    self.found.is_index = name == "sitemapindex"
                elif event == "end" and name in ("url", "sitemap"):
                    self._add_entry(element, name)
                    _forget(element)
        except etree.XMLSyntaxError as error:
            self.why = f" ({error})"
            self.found.problem = f"malformed: {error}"
            return False
        return self.root is None or self.root in _ROOTS

    def sorted(self) -> Found:
        self._dated.sort(key=lambda dated: dated[0], reverse=True)
        self.found.links = [link for _, link in self._dated] + self.found.links
        return self.found

    def _add_line(self, line: bytes) -> None:
        text = line.decode("utf-8-sig", "replace").strip()
        if text and self._has_room():
            self.found.links.append(Link(text))

    def _add_entry(self, entry: Any, name: str) -> None:
        stated = dict(_stated(entry))
        location = stated.get("loc")
        if not location:
            return
        published_at = parse_instant(stated.get("publication_date"))
        changed_at = parse_instant(stated.get("lastmod"))
        dated = max(filter(None, (published_at, changed_at)), default=None)
        if dated is not None and dated < self._oldest:
            self.found.passed_over += 1
        elif not self._has_room():
            return
        elif name == "sitemap":
            self.found.children.append(Child(join_url(self._url, location), parse_latest(stated.get("lastmod"))))
        else:
            link = Link(join_url(self._url, location), clean_title(stated.get("title")), published_at)
            if dated is None:
                self.found.links.append(link)
            else:
                self._dated.append((dated, link))

    def _has_room(self) -> bool:
        if len(self.found.links) + len(self._dated) + len(self.found.children) < MAX_ENTRIES:
            return True
        self.found.beyond += 1
        return False


def _stated(entry: Any) -> Iterator[tuple[str, str]]:
    """What an entry says of its page: its own elements, and those of the news extension."""
    own = _name(entry)[0]
    for child in entry:
        namespace, name = _name(child)
        if namespace == own and child.text:
            yield name, child.text.strip()
        elif namespace.startswith(_NEWS) and name == "news":
            for below in child:
                if below.text and _name(below)[1] in ("publication_date", "title"):
                    yield _name(below)[1], below.text.strip()


def _chunks(start: bytes, stream: BinaryIO, max_bytes: int) -> Iterator[bytes]:
    """All bytes of a stream. Raises UnreadableError where they are more than may be."""
    size = 0
    chunk = start
    while chunk:
        size += len(chunk)
        if size > max_bytes:
            raise UnreadableError(f"has more than {max_bytes} bytes when unpacked")
        yield chunk
        chunk = stream.read(_CHUNK_BYTES)


def _unpacked(body: bytes, max_bytes: int) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    with gzip.GzipFile(fileobj=BytesIO(body)) as file:
        return file.read(max_bytes)


def _forget(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _name(element: Any) -> tuple[str, str]:
    if not isinstance(element.tag, str):
        return "", ""
    namespace, _, name = element.tag.rpartition("}")
    return namespace.removeprefix("{"), name.lower()

"""RSS, RDF and Atom as a stream: an entry at a time, with entities left alone and nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from io import BytesIO
from typing import Any

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from crawler.crawl.discovery.dates import parse_feed_date
from crawler.crawl.discovery.links import Found, Link, clean_title, join_url

MAX_ENTRIES = 20_000
"""Of one feed. A feed of news holds some dozens; archives of years are a few thousand."""
_ATOM = "http://www.w3.org/2005/Atom"
_ATOM_03 = "http://purl.org/atom/ns#"
_DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_PUBLISHED = ("pubdate", "published", "issued", "created", "date", "available")
_CHANGED = ("updated", "modified", "lastbuilddate")
_PERIOD_SECONDS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_WORDPRESS_DEFAULT = 3600
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DECLARED = re.compile(rb"^<\?xml[^>]{0,200}encoding\s*=")


class NotAFeedError(ValueError):
    """The root is none of a feed, or there is none."""


def read_xml_feed(body: bytes, url: str, charset: str | None, zone: tzinfo, *, is_lenient: bool = False) -> Found:
    """What a feed lists, to its end or to where it is damaged (`problem`). Raises NotAFeedError.

    `is_lenient` goes on after damage, and does not tell of it.
    """
    body = body.lstrip(b" \t\r\n")
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    # What a file says of itself is right more often than what its server says of all files.
    encoding = None if _DECLARED.match(start) or start != body else _known_encoding(charset)
    reader = _Reader(url, zone)
    try:
        # huge_tree stays off: with it go the bounds on depth, on the length of a text and on what entities become.
        events = etree.iterparse(
            BytesIO(start),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            encoding=encoding,
            recover=is_lenient,
        )
        for event, element in events:
            if event == "end":
                reader.end(element)
            elif reader.root is None:
                reader.begin(element)
    except etree.XMLSyntaxError as error:
        if reader.root is None:
            raise NotAFeedError(str(error)) from error
        reader.found.problem = f"malformed: {error}"
    if reader.root is None:
        raise NotAFeedError("it has no root")
    reader.finish()
    return reader.found


class _Reader:
    """Builds what is found from elements as they end."""

    def __init__(self, url: str, zone: tzinfo) -> None:
        self.found = Found()
        self.root: str | None = None
        self._url = url
        self._zone = zone
        self._ttl: int | None = None
        self._period: str | None = None
        self._frequency = 1
        self._skipped_hours: set[int] = set()
        self._skipped_days: set[int] = set()

    def begin(self, root: Any) -> None:
        name = _name(root)[1]
        if name not in _ROOTS:
            raise NotAFeedError(f"its root is <{name}>")
        self.root = name

    def end(self, element: Any) -> None:
        namespace, name = _name(element)
        if name in ("item", "entry") and _name(element.getparent())[1] in _ROOTS | {"items"}:
            self._add_entry(element)
            _forget(element)
            return
        if not self._is_in_entry(element):
            self._read_channel(namespace, name, element)

    def finish(self) -> None:
        if self._ttl:
            self.found.wait_seconds = self._ttl * 60
        elif self._period in _PERIOD_SECONDS:
            seconds = _PERIOD_SECONDS[self._period] // max(1, self._frequency)
            # WordPress writes "hourly, 1" unless told otherwise: it says nothing of this site.
            self.found.wait_seconds = seconds if seconds != _WORDPRESS_DEFAULT else None
        # Whoever skips them all has misunderstood, and would never be read again.
        self.found.skip_hours = tuple(sorted(self._skipped_hours)) if len(self._skipped_hours) < 24 else ()
        self.found.skip_days = tuple(sorted(self._skipped_days)) if len(self._skipped_days) < 7 else ()

    def _is_in_entry(self, element: Any) -> bool:
        return any(_name(above)[1] in ("item", "entry") for above in element.iterancestors())

    def _read_channel(self, namespace: str, name: str, element: Any) -> None:
        text = _text(element)
        if name == "link" and element.get("rel", "").lower() == "hub" and element.get("href"):
            self.found.hub_url = self.found.hub_url or join_url(_base(element, self._url), element.get("href"))
        elif name == "ttl":
            self._ttl = _number(text)
        elif name == "hour":
            hour = _number(text)
            if hour is not None and hour <= 24:
                self._skipped_hours.add(hour % 24)
        elif name == "day" and text.lower() in _DAYS:
            self._skipped_days.add(_DAYS.index(text.lower()))
        elif namespace == _SYNDICATION and name == "updateperiod":
            self._period = text.lower()
        elif namespace == _SYNDICATION and name == "updatefrequency":
            self._frequency = _number(text) or 1

    def _add_entry(self, entry: Any) -> None:
        link = _link_of(entry, self._url)
        if link is None:
            return
        if len(self.found.links) >= MAX_ENTRIES:
            self.found.beyond += 1
            return
        self.found.links.append(Link(link, _title_of(entry), _date_of(entry, self._zone)))


def _link_of(entry: Any, url: str) -> str | None:
    """The page of an entry: what FeedBurner replaced, its link, a permanent guid, or an id that is an address."""
    own, _ = _name(entry)
    plain: list[str] = []
    ids: list[str] = []
    for child in _children(entry):
        namespace, name = _name(child)
        text = _text(child)
        if namespace == _FEEDBURNER and name == "origlink" and text:
            return join_url(url, text)
        if name == "link" and namespace in (own, _ATOM, _ATOM_03):
            href = child.get("href")
            if href is None and text:
                plain.insert(0, join_url(_base(child, url), text))
            elif href and child.get("rel", "alternate").lower() in ("alternate", ""):
                is_page = "html" in child.get("type", "text/html").lower()
                plain.insert(0 if is_page and namespace == own else len(plain), join_url(_base(child, url), href))
        is_permanent = child.get("isPermaLink", child.get("ispermalink", "true")).strip().lower() != "false"
        if (name == "guid" and is_permanent) or (name == "id" and namespace in (_ATOM, _ATOM_03)):
            ids.append(text)
    about = entry.get(_RDF_ABOUT)
    ids += [about] if about else []
    return plain[0] if plain else next((text for text in ids if text.startswith(("http://", "https://"))), None)


def _title_of(entry: Any) -> str | None:
    """The entry's own title, before Dublin Core's; never that of its picture (media:title) or its podcast."""
    own, _ = _name(entry)
    titles = {namespace: child for child in _children(entry) for namespace, name in [_name(child)] if name == "title"}
    for namespace in (own, _ATOM, *_DUBLIN_CORE):
        if namespace in titles and (title := clean_title(" ".join(titles[namespace].itertext()))):
            return title
    return None


def _date_of(entry: Any, zone: tzinfo) -> datetime | None:
    own, _ = _name(entry)
    stated: dict[str, str] = {}
    for child in _children(entry):
        namespace, name = _name(child)
        if namespace in (own, _ATOM, _ATOM_03, *_DUBLIN_CORE):
            stated.setdefault(name, _text(child))
    for name in (*_PUBLISHED, *_CHANGED):
        if date := parse_feed_date(stated.get(name), zone):
            return date
    return None


def _children(entry: Any) -> Iterator[Any]:
    return (child for child in entry if isinstance(child.tag, str))


def _base(element: Any, url: str) -> str:
    bases = [value for above in (element, *element.iterancestors()) if (value := above.get(_XML_BASE))]
    for base in reversed(bases):
        url = join_url(url, base)
    return url


def _forget(element: Any) -> None:
    """Give an entry's memory back, and that of what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _name(element: Any) -> tuple[str, str]:
    if element is None or not isinstance(element.tag, str):
        return "", ""
    namespace, _, name = element.tag.rpartition("}")
    return namespace.removeprefix("{"), name.lower()


def _text(element: Any) -> str:
    return (element.text or "").strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _known_encoding(charset: str | None) -> str | None:
    try:
        "".encode(charset or "utf-8")
    except LookupError:
        return None
    return charset

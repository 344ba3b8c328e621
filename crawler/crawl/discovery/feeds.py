"""Feeds of all kinds: RSS 0.9 to 2.0, RDF, Atom and JSON Feed.

A well-formed feed is read as a stream by `xml_feeds`. What is malformed goes to feedparser, which makes out more of it
but takes 20 times as long, 0.6 s of computing for a megabyte (measured 2026-11-24): it gets the start only, and where
that is not all, libxml2's own way with damage may make out more.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone, tzinfo
from io import BytesIO
from typing import Any

import feedparser

from crawler.crawl.discovery.dates import parse_feed_date
from crawler.crawl.discovery.links import Found, Link, UnreadableError, clean_title, join_url
from crawler.crawl.discovery.xml_feeds import MAX_ENTRIES, NotAFeedError, read_xml_feed

MAX_MALFORMED_BYTES = 1_000_000
_LEADING = b"\xef\xbb\xbf \t\r\n"


def parse_feed(body: bytes, url: str, content_type: str | None, zone: tzinfo = timezone.utc) -> Found:
    """The links of a feed. Raises UnreadableError for what is no feed; a damaged one yields what can be read.

    `zone` is that of dates which name none.
    """
    stripped = body.lstrip(_LEADING)
    if stripped.startswith(b"{"):
        return _parse_json_feed(body, url, zone)
    if stripped[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise UnreadableError(f"is not a feed: it starts with {_start(stripped)!r}")
    try:
        found = read_xml_feed(body, url, _charset(content_type), zone)
    except NotAFeedError:
        found = None
    if found is not None and found.problem is None:
        return found
    readings = [found, _parse_malformed(body, url, content_type, zone)]
    if found is not None and len(body) > MAX_MALFORMED_BYTES:
        lenient = read_xml_feed(body, url, _charset(content_type), zone, is_lenient=True)
        lenient.problem = found.problem
        readings.append(lenient)
    found = max((reading for reading in readings if reading), key=lambda reading: len(reading.links), default=None)
    if found is None:
        raise UnreadableError(f"is not a feed: it starts with {_start(body)!r}")
    return found


def _parse_malformed(body: bytes, url: str, content_type: str | None, zone: tzinfo) -> Found | None:
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    # As a stream: feedparser would take a string for an address or a file name and open it.
    head = body[:MAX_MALFORMED_BYTES]
    feed = feedparser.parse(BytesIO(head), response_headers=headers, sanitize_html=False)
    # What feedparser gives for an empty file lacks even these.
    entries = feed.get("entries", [])
    if not feed.get("version") and not entries:
        return None
    found = Found()
    for entry in entries:
        link = entry.get("feedburner_origlink") or entry.get("link")
        if link:
            date = parse_feed_date(entry.get("published") or entry.get("updated"), zone)
            found.links.append(Link(join_url(url, link), clean_title(entry.get("title")), date))
    # A wrong charset in a header is bozo too, and loses nothing.
    if feed.bozo and not isinstance(feed.bozo_exception, feedparser.exceptions.ThingsNobodyCaresAboutButMe):
        found.problem = f"malformed: {feed.bozo_exception}"
    if len(head) < len(body):
        found.problem = f"{found.problem or 'malformed'}; the first {len(head)} of {len(body)} bytes are read"
    return found


def _parse_json_feed(body: bytes, url: str, zone: tzinfo) -> Found:
    try:
        feed = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"is not a JSON Feed: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise UnreadableError("is not a JSON Feed: it has no list of items")
    found = Found(beyond=max(0, len(items) - MAX_ENTRIES), hub_url=_json_hub(feed, url))
    for item in items[:MAX_ENTRIES]:
        link = _json_link(item) if isinstance(item, dict) else None
        if link:
            found.links.append(Link(join_url(url, link), clean_title(item.get("title")), _json_date(item, zone)))
    return found


def _json_link(item: dict[str, Any]) -> str | None:
    for name in ("url", "external_url"):
        if isinstance(value := item.get(name), str) and value.strip():
            return value
    # "id" is a full URL where a page has one of its own: https://www.jsonfeed.org/version/1.1/
    value = item.get("id")
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else None


def _json_date(item: dict[str, Any], zone: tzinfo) -> datetime | None:
    for name in ("date_published", "date_modified"):
        if isinstance(value := item.get(name), str) and (date := parse_feed_date(value, zone)):
            return date
    return None


def _json_hub(feed: dict[str, Any], url: str) -> str | None:
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and isinstance(address := hub.get("url"), str):
            return join_url(url, address)
    return None


def _charset(content_type: str | None) -> str | None:
    return (content_type or "").lower().partition("charset=")[2].partition(";")[0].strip(" \"'") or None


def _start(body: bytes) -> str:
    return body[:60].decode("utf-8", "replace")

"""RSS 2.0, RSS 1.0, Atom and JSON Feed."""

from __future__ import annotations

import json
from calendar import timegm
from datetime import datetime, timezone
from io import BytesIO
from typing import Any

import feedparser

from crawler.crawl.discovery.links import Found, Link, UnreadableError, clean_title, join_url, parse_instant


def parse_feed(body: bytes, url: str, content_type: str | None) -> Found:
    """The links of a feed. Raises UnreadableError for what is no feed; a damaged one yields what can be read."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _parse_json_feed(body, url)
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    # As a stream: feedparser would take a string for an address or a file name and open it.
    feed = feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False)
    # What feedparser gives for an empty file lacks even these.
    entries = feed.get("entries", [])
    if not feed.get("version") and not entries:
        why = f" ({feed.bozo_exception})" if feed.get("bozo_exception") else ""
        raise UnreadableError(f"is not a feed: it starts with {_start(body)!r}{why}")
    found = Found()
    for entry in entries:
        link = entry.get("feedburner_origlink") or entry.get("link")
        if link:
            found.links.append(Link(join_url(url, link), clean_title(entry.get("title")), _entry_date(entry)))
    # A wrong charset in a header is bozo too, and loses nothing.
    if feed.bozo and not isinstance(feed.bozo_exception, feedparser.exceptions.ThingsNobodyCaresAboutButMe):
        found.problem = f"malformed: {feed.bozo_exception}"
    return found


def _entry_date(entry: Any) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), timezone.utc)
    except (OverflowError, ValueError, OSError):
        return None


def _parse_json_feed(body: bytes, url: str) -> Found:
    try:
        feed = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"is not a JSON Feed: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise UnreadableError("is not a JSON Feed: it has no list of items")
    found = Found()
    for item in items:
        link = (item.get("url") or item.get("external_url")) if isinstance(item, dict) else None
        if isinstance(link, str) and link.strip():
            date = parse_instant(item.get("date_published")) or parse_instant(item.get("date_modified"))
            found.links.append(Link(join_url(url, link), clean_title(item.get("title")), date))
    return found


def _start(body: bytes) -> str:
    return body[:60].decode("utf-8", "replace")

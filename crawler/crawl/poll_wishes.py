"""What an answer asks of those who poll it, in headers and in the feed itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from scrapy.http import Headers, Response

from crawler.crawl.discovery.links import Found
from crawler.crawl.text import header_text
from crawler.retry_after import parse_retry_after

MAX_WAIT_SECONDS = 86_400
"""The most that a feed or its freshness is heeded for: whoever states more means a file that never changes."""
MAX_RETRY_AFTER_SECONDS = 604_800
_RETRY_STATUSES = (429, 503)
_HUB = re.compile(r"<([^<>]*)>\s*;[^,]*\brel\s*=\s*\"?[^\",;]*\bhub\b", re.IGNORECASE)
_DIRECTIVE = re.compile(r"([\w-]+)(?:\s*=\s*\"?([^\",]*)\"?)?")


def read_wishes(response: Response, found: Found | None, now: datetime) -> dict[str, object]:
    """The fields `wait_seconds`, `skip_hours` and `hub_url` of a visit."""
    waits = [fresh_seconds(response.headers, now)]
    if response.status in _RETRY_STATUSES:
        asked = parse_retry_after(header_text(response.headers.get("Retry-After")), now)
        waits = [None if asked is None else min(int(asked), MAX_RETRY_AFTER_SECONDS)]
    wishes: dict[str, object] = {"hub_url": _hub_in(response)}
    if found is not None:
        stated = found.wait_seconds
        waits.append(None if stated is None else min(stated, MAX_WAIT_SECONDS))
        waits.append(_seconds_of_days_off(found.skip_days, now))
        wishes["skip_hours"] = found.skip_hours
        wishes["hub_url"] = found.hub_url or wishes["hub_url"]
    wishes["wait_seconds"] = max((wait for wait in waits if wait), default=None)
    return wishes


def fresh_seconds(headers: Headers, now: datetime) -> int | None:
    """How long a private cache may use an answer (RFC 9111, 4.2.1): max-age less its age, else Expires.

    None for an answer that is to be asked for again at once, and for freshness of more than a day: such servers say
    so of all their files. `s-maxage` speaks to shared caches.
    """
    directives = {
        match[1].lower(): match[2] or ""
        for match in _DIRECTIVE.finditer(b",".join(headers.getlist("Cache-Control")).decode("latin-1"))
    }
    if directives.keys() & {"no-cache", "no-store"}:
        return None
    if "max-age" in directives:
        lifetime = _number(directives["max-age"])
        if lifetime is None:
            return None
        seconds = lifetime - (_number((headers.get("Age") or b"").decode("latin-1")) or 0)
    else:
        expires = _date(headers.get("Expires"))
        if expires is None:
            return None
        lifetime = seconds = int((expires - (_date(headers.get("Date")) or now)).total_seconds())
    return seconds if seconds > 0 and lifetime <= MAX_WAIT_SECONDS else None


def _seconds_of_days_off(days: tuple[int, ...], now: datetime) -> int | None:
    """The seconds until the end, in UTC, of the days off that it is now one of."""
    end = now.replace(hour=0, minute=0, second=0, microsecond=0)
    while end.weekday() in days:
        end += timedelta(days=1)
    return int((end - now).total_seconds()) if end > now else None


def _hub_in(response: Response) -> str | None:
    for value in response.headers.getlist("Link"):
        if match := _HUB.search(value.decode("latin-1")):
            try:
                return str(urljoin(response.url, match[1].strip()))
            except ValueError:
                return None
    return None


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _date(value: bytes | None) -> datetime | None:
    try:
        date = parsedate_to_datetime((value or b"").decode("latin-1"))
    except ValueError:
        return None
    return date if date.tzinfo else None

"""Dates as feeds and sitemaps write them."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

import feedparser.datetimes

MAX_DATE_LENGTH = 60
_DAY_LENGTH = len("2026-01-01")
_TWO_SPACES = re.compile(r"\s+")


def parse_instant(text: object) -> datetime | None:
    """A W3C date or an RFC 3339 instant as UTC; None for anything else, and for a time without a zone."""
    instant = _from_iso(text)
    if instant is None:
        return None
    if instant.tzinfo is None:
        if len(str(text).strip()) > _DAY_LENGTH:
            return None
        instant = instant.replace(tzinfo=timezone.utc)
    return _as_utc(instant)


def parse_latest(text: object) -> datetime | None:
    """The last instant at which a sitemap's `lastmod` can lie: a day ends when it has ended everywhere on earth."""
    instant = _from_iso(text)
    if instant is None:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=timezone(timedelta(hours=-12)))
    latest = _as_utc(instant)
    is_day = len(str(text).strip()) <= _DAY_LENGTH
    return latest + timedelta(days=1) if is_day and latest else latest


def parse_feed_date(text: str | None, zone: tzinfo) -> datetime | None:
    """What a feed states in whatever form, as UTC; `zone` is of what names none. None for what is no date."""
    if not text or len(text) > MAX_DATE_LENGTH:
        return None
    text = _TWO_SPACES.sub(" ", text).strip()
    instant = _from_iso(text) or _from_mail(text)
    if instant is None:
        # feedparser knows the odd ones: month names in other languages, asctime, named zones, years of two digits.
        instant = _from_odd(text)
    if instant is None:
        return None
    return _as_utc(instant if instant.tzinfo else instant.replace(tzinfo=zone))


def _from_iso(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()) if isinstance(text, str) else None
    except ValueError:
        return None


def _from_mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _from_odd(text: str) -> datetime | None:
    try:
        parsed = feedparser.datetimes._parse_date(text)
        return datetime.fromtimestamp(timegm(parsed), timezone.utc) if parsed else None
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def _as_utc(instant: datetime) -> datetime | None:
    try:
        utc = instant.astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None
    # Clocks that were never set say 1970 and 0001.
    return utc if 1990 <= utc.year < 2200 else None

"""Captures as a web archive serves them (`…/<timestamp>id_/<url>`), read back into what the site once sent.

The Wayback Machine puts `X-Archive-Orig-` before the site's headers; pywb leaves them as they are. Both say with
Memento-Datetime (RFC 7089) that an answer is a capture, which tells it from the archive's own pages.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from crawler.archive import HttpExchange
from crawler.crawl.fetch import Fetch
from crawler.crawl.outcomes import Refused
from crawler.manifests import Memento, WebArchive
from crawler.reasons import Outcome, Reason
from crawler.records import Capture, CaptureOrigin
from crawler.sources.model import Limits, Politeness, Source
from crawler.urls import host_of, is_web_address, url_key

_REPLAY = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?:/.+)$")
_ORIGINAL = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?[^",]*\boriginal\b')
_DIGEST = re.compile(r"^(?:sha1:)?([A-Z2-7]{32})$")
_PREFIX = b"x-archive-orig-"
_NOT_THE_SITES = frozenset(
    {b"memento-datetime", b"link", b"content-location", b"transfer-encoding", b"connection", b"content-encoding"}
)


def replay_address(archive: WebArchive, memento: Memento) -> str:
    """Where the archive serves a capture as it was sent."""
    return f"{archive.replay_url.rstrip('/')}/{memento.timestamp}id_/{memento.url}"


def asked_of_archive(source: Source, archive: WebArchive) -> Source:
    """The source as it is crawled when an archive is asked in its site's place: at the archive's pace and limits."""
    host = host_of(archive.replay_url)
    limits = {"max_bytes": source.limits.max_bytes, "max_seconds": archive.max_seconds, "max_pages": 1_000_000}
    changes = {
        "allowed_hosts": (*source.host_patterns, host),
        "politeness": Politeness(delay_seconds=archive.delay_seconds, concurrent_requests=1),
        "limits": Limits(**limits),
        "allow_private_addresses": archive.allow_private_addresses,
        "verify_tls": True,
    }
    return source.model_copy(update=changes)


def read_replay(fetch: Fetch, memento: Memento, response: Response) -> tuple[HttpExchange, Capture]:
    """What the site sent, and its capture but for the place in our archive.

    Raises Refused for the archive's own pages, and for a capture of a host that is not the source's.
    """
    place = _REPLAY.search(response.url)
    said = _text(response, b"Memento-Datetime")
    if place is None or said is None:
        detail = f"the web archive answered with a page of its own: {response.url}"
        raise Refused(Outcome.FAILED, Reason.BAD_RESPONSE, detail)
    original = _original(response, place[2])
    if not is_web_address(original) or not fetch.source.allows_host(host_of(original)):
        detail = f"the web archive leads to {original[:200]}, which is not a page of {fetch.source.id}"
        raise Refused(Outcome.BLOCKED, Reason.OFF_HOST, detail)
    fetched_at = _instant(said, place[1])
    found = fetch.discovery
    if found is None:
        raise ValueError(f"{response.url} is fetched as a page without a discovery")
    exchange = HttpExchange(
        url=original,
        fetched_at=fetched_at,
        status=response.status,
        body=response.body,
        response_headers=_site_headers(response),
        method=None,
    )
    canonical_url = fetch.source.canonicalize(original)
    headers = {
        name.lower(): value.decode("latin-1").strip()[:1000] or None for name, value in exchange.response_headers
    }
    is_moved = url_key(canonical_url) != found.url_key
    capture = Capture(
        **found.model_dump(),
        final_url=original,
        final_canonical_url=canonical_url,
        final_url_key=url_key(canonical_url),
        redirects=(memento.url,) if is_moved else (),
        fetched_at=fetched_at,
        http_status=response.status,
        content_type=headers.get(b"content-type") or None,
        etag=headers.get(b"etag") or None,
        last_modified=headers.get(b"last-modified") or None,
        archive_file="",
        archive_offset=0,
        archive_length=1,
        payload_sha256=hashlib.sha256(response.body).hexdigest(),
        payload_bytes=len(response.body),
        origin=CaptureOrigin(file=response.url, record_id=memento.digest, note=_note(memento, place[1], response)),
    )
    return exchange, capture


def _original(response: Response, in_address: str) -> str:
    """The address that was captured: as the archive says, else as in its own, where `//` may have become `/`."""
    link = _ORIGINAL.search(_text(response, b"Link") or "")
    return link[1] if link else re.sub(r"^(https?):/+", r"\1://", in_address)


def _instant(memento_datetime: str, timestamp: str) -> datetime:
    try:
        found = parsedate_to_datetime(memento_datetime)
    except ValueError:
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _site_headers(response: Response) -> list[tuple[bytes, bytes]]:
    pairs = [(name, value) for name in response.headers for value in response.headers.getlist(name)]
    kept = [(name[len(_PREFIX) :], value) for name, value in pairs if name.lower().startswith(_PREFIX)]
    names = {name.lower() for name, _ in kept}
    if not kept:
        kept = [(name, value) for name, value in pairs if not name.lower().startswith(b"x-archive-")]
    elif b"content-type" not in names:
        kept += [(name, value) for name, value in pairs if name.lower() == b"content-type"]
    codings = [value for name, value in kept if name.lower() == b"content-encoding"]
    kept = [(name, value) for name, value in kept if name.lower() not in _NOT_THE_SITES]
    # The header has to say what the bytes are: archives send some bodies unpacked, and some packed without saying so.
    sent = response.headers.get("Content-Encoding")
    if sent and sent.strip().lower() != b"identity":
        kept.append((b"Content-Encoding", sent))
    elif codings and (response.body.startswith(b"\x1f\x8b") or codings[0].strip().lower() in (b"br", b"deflate")):
        kept.append((b"Content-Encoding", codings[0]))
    return kept


def _note(memento: Memento, timestamp: str, response: Response) -> str | None:
    """What is odd about an answer: another capture than the one asked for, or other bytes than the index says."""
    if timestamp != memento.timestamp:
        return f"asked for the capture of {memento.timestamp}, the archive gave that of {timestamp}"
    listed = _DIGEST.match(memento.digest or "")
    found = base64.b32encode(hashlib.sha1(response.body, usedforsecurity=False).digest()).decode()
    if listed and found != listed[1]:
        return f"the index has SHA-1 {listed[1]}, the body that came {found}"
    return None


def _text(response: Response, name: bytes) -> str | None:
    value = b", ".join(response.headers.getlist(name))
    return value.decode("latin-1").strip() or None

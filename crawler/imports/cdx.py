"""Asks a web archive's index (the CDX server protocol of the Wayback Machine, also spoken by pywb) what it has.

Its lines come ordered by address key (SURT) and time. Choosing one capture of several is done here, not by the
server's `collapse`: that compares neighbouring lines whatever their addresses, so `collapse=timestamp:8` keeps of all
pages that were captured on one day in a row only the first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from time import sleep
from urllib.parse import unquote_plus, urlencode

from crawler.errors import SiteError
from crawler.reasons import Reason
from crawler.records import Record
from crawler.retry_after import parse_retry_after
from crawler.sources.fetching import Fetcher

ROWS_PER_PAGE = 5000
_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
_PYWB_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
_TIMESTAMP = re.compile(r"^\d{14}$")
_PASSING = frozenset({Reason.RATE_LIMITED, Reason.SERVER_ERROR, Reason.TIMEOUT, Reason.CONNECTION})
_TRIES = 5
_FIRST_PAUSE_SECONDS = 10.0
MAX_PAUSE_SECONDS = 300.0


class Captures(StrEnum):
    """Which captures of one address are wanted."""

    CHANGES = "changes"
    FIRST = "first"
    LAST = "last"
    DAILY = "daily"
    ALL = "all"


class CdxRow(Record):
    """One line of the index."""

    urlkey: str
    timestamp: str
    original: str
    mimetype: str | None = None
    statuscode: str | None = None
    digest: str | None = None


class CdxPage(Record):
    """One answer: its lines, and the key to go on with; none at the end."""

    rows: tuple[CdxRow, ...]
    resume_key: str | None = None


def cdx_parameters(
    url: str, match_type: str, since: datetime | None, until: datetime | None, resume_key: str | None
) -> list[tuple[str, str]]:
    """The query for pages of HTML that the site answered with, in [since, until)."""
    query = [
        ("url", url),
        ("matchType", match_type),
        ("output", "json"),
        ("fl", ",".join(_FIELDS)),
        ("filter", "statuscode:200"),
        ("filter", "mimetype:text/html"),
        ("showResumeKey", "true"),
        ("limit", str(ROWS_PER_PAGE)),
    ]
    if since is not None:
        query.append(("from", f"{since:%Y%m%d%H%M%S}"))
    if until is not None:
        # The protocol's bounds are both inclusive.
        query.append(("to", f"{until - timedelta(seconds=1):%Y%m%d%H%M%S}"))
    if resume_key is not None:
        query.append(("resumeKey", resume_key))
    return query


def parse_cdx(body: bytes) -> CdxPage:
    """Read an answer: the Wayback Machine's array of arrays with a header line, or pywb's object a line.

    Raises ValueError for anything else, such as a page that says that the service is down.
    """
    text = body.decode("utf-8", "replace").strip()
    if not text or text == "[]":
        return CdxPage(rows=())
    if text.startswith("{"):
        values = [json.loads(line) for line in text.splitlines() if line.strip()]
        named = [{_PYWB_NAMES.get(name, name): value for name, value in one.items()} for one in values]
        return CdxPage(rows=tuple(_rows(named)))
    table = json.loads(text)
    if not isinstance(table, list) or not all(isinstance(line, list) for line in table):
        raise ValueError("no table")
    resume_key = None
    if len(table) >= 2 and table[-2] == [] and len(table[-1]) == 1:
        # The key comes percent-encoded, ready to be put into an address as it is.
        resume_key = unquote_plus(str(table[-1][0]))
        table = table[:-2]
    header = table[0] if table else []
    if header and "timestamp" not in header:
        raise ValueError(f"no header line, but {str(header)[:80]}")
    rows = _rows(dict(zip(header, line, strict=False)) for line in table[1:])
    return CdxPage(rows=tuple(rows), resume_key=resume_key)


def _rows(lines: Iterable[dict[str, object]]) -> Iterator[CdxRow]:
    for line in lines:
        row = {name: str(line[name]) for name in _FIELDS if line.get(name) not in (None, "-", "")}
        if _TIMESTAMP.match(row.get("timestamp", "")) and "original" in row:
            yield CdxRow.model_validate({"urlkey": row["original"], **row})


def fetch_page(fetcher: Fetcher, cdx_url: str, parameters: list[tuple[str, str]]) -> CdxPage:
    """One page of the index. Waits and asks again when the archive is busy, for as long as it says.

    Raises SiteError when it does not answer, or not with an index.
    """
    address = f"{cdx_url}{'&' if '?' in cdx_url else '?'}{urlencode(parameters)}"
    pause = _FIRST_PAUSE_SECONDS
    for attempt in range(1, _TRIES + 1):
        answer = fetcher.fetch(address)
        if answer.is_ok:
            try:
                return parse_cdx(answer.body)
            except ValueError as error:
                said = " ".join(answer.body[:200].decode("utf-8", "replace").split())
                raise SiteError(f"{address} is no index of captures ({error}): it says {said!r}") from error
        wanted = parse_retry_after(answer.headers.get("Retry-After"), datetime.now(timezone.utc))
        if answer.reason not in _PASSING or attempt == _TRIES or (wanted or 0) > MAX_PAUSE_SECONDS:
            break
        sleep(max(wanted or 0.0, pause))
        pause = min(2 * pause, MAX_PAUSE_SECONDS)
    asks = f"; it asks for a pause of {wanted:g} s" if wanted else ""
    raise SiteError(f"The index of the web archive cannot be had: {cdx_url}: {answer.detail}{asks}. Run it again later")


def choose_rows(rows: Iterable[CdxRow], captures: Captures) -> Iterator[CdxRow]:
    """The captures that are wanted of each address. The lines of one address follow one another, in order of time."""
    before: CdxRow | None = None
    for row in rows:
        is_new = before is None or before.urlkey != row.urlkey
        match captures:
            case Captures.LAST:
                if is_new and before is not None:
                    yield before
            case Captures.FIRST:
                if is_new:
                    yield row
            case Captures.DAILY:
                if is_new or before is None or before.timestamp[:8] != row.timestamp[:8]:
                    yield row
            case Captures.CHANGES:
                if is_new or before is None or row.digest is None or before.digest != row.digest:
                    yield row
            case Captures.ALL:
                yield row
        before = row
    if captures is Captures.LAST and before is not None:
        yield before

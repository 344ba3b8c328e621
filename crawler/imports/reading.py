"""From a WARC record to a page to import, or to the cause for which it is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from crawler.archive import HttpExchange
from crawler.imports.inflate import Inflated, Position
from crawler.imports.message import CutOffError, Message, parse_message
from crawler.imports.selection import LeftOut, Selection
from crawler.imports.warc import Damage, RecordHead, read_records
from crawler.sources.model import Source

_HEAD_BYTES = 64 * 1024
"""What a response may have besides its body."""
_BESIDES = frozenset({"warcinfo", "request", "metadata"})
"""Records that say something about responses."""
_FIRST = datetime(1990, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Page:
    """A response to import. `record_id` and `offset` name the record that it is in."""

    source: Source
    url: str
    fetched_at: datetime
    message: Message
    offset: int
    record_id: str | None
    ip_address: str | None

    @property
    def exchange(self) -> HttpExchange:
        return HttpExchange(
            url=self.url,
            fetched_at=self.fetched_at,
            status=self.message.status,
            body=self.message.body,
            response_headers=self.message.headers,
            method=None,
            ip_address=self.ip_address,
        )


@dataclass(frozen=True)
class Step:
    """How far the file was read: all before `position`, with the page found there if there was one."""

    position: Position
    page: Page | None = None
    left_out: LeftOut | None = None
    problem: str | None = None
    """Of a damaged place: what is wrong with it, and where."""


def read_pages(data: Inflated, selection: Selection, now: datetime, name: str) -> Iterator[Step]:
    """One step for each record. `name` is the file's, for messages."""
    judge = _Judge(selection, now)
    for found in read_records(data, judge.wants):
        if isinstance(found, Damage):
            lost = f"; {found.lost_bytes} bytes were passed over" if found.lost_bytes else ""
            problem = f"{name} at offset {found.offset}: {found.what}{lost}"
            yield Step(found.next, left_out=LeftOut.DAMAGED, problem=problem)
        elif found.head.kind in _BESIDES:
            yield Step(found.next)
        elif found.block is None:
            said = f"{name} at offset {found.head.offset}: {judge.problem}" if judge.problem else None
            yield Step(found.next, left_out=judge.verdict, problem=said)
        else:
            yield judge.read(found.head, found.block, found.next, name)


class _Judge:
    def __init__(self, selection: Selection, now: datetime) -> None:
        self._selection = selection
        self._latest = now + timedelta(days=1)
        self._source: Source | None = None
        self._fetched_at = now
        self.verdict: LeftOut | None = None
        self.problem: str | None = None

    def wants(self, head: RecordHead) -> bool:
        """Whether the record's block is worth reading; if not, `verdict` says why."""
        self.problem = None
        self.verdict = None if head.kind in _BESIDES else self._judge_head(head)
        return self.verdict is None and head.kind not in _BESIDES

    def _judge_head(self, head: RecordHead) -> LeftOut | None:
        source = self._selection.find_source(head.target)
        if isinstance(source, LeftOut):
            return source
        if head.kind == "revisit":
            return LeftOut.REVISIT
        if head.kind != "response" or not head.headers.get("content-type", "application/http").lower().startswith(
            "application/http"
        ):
            return LeftOut.NOT_HTTP
        fetched_at = parse_date(head.headers.get("warc-date", ""))
        if fetched_at is None or not _FIRST <= fetched_at <= self._latest:
            self.problem = f"a record whose WARC-Date is {head.headers.get('warc-date')!r}"
            return LeftOut.DAMAGED
        if not self._selection.takes_time(fetched_at):
            return LeftOut.OTHER_DATE
        if "warc-truncated" in head.headers or "warc-segment-number" in head.headers:
            return LeftOut.TRUNCATED
        if head.length > source.limits.max_bytes + _HEAD_BYTES:
            return LeftOut.TOO_LARGE
        self._source, self._fetched_at = source, fetched_at
        return None

    def read(self, head: RecordHead, block: bytes, position: Position, name: str) -> Step:
        source = self._source
        if source is None:
            raise ValueError("a block was read that was not judged")
        try:
            message = parse_message(block)
        except CutOffError:
            return Step(position, left_out=LeftOut.TRUNCATED)
        except ValueError as error:
            return Step(position, left_out=LeftOut.NOT_HTTP, problem=f"{name} at offset {head.offset}: {error}")
        if not 200 <= message.status < 300:
            return Step(position, left_out=LeftOut.OTHER_STATUS)
        if not message.is_page or head.target.split("?")[0].endswith("/robots.txt"):
            return Step(position, left_out=LeftOut.OTHER_TYPE)
        if len(message.body) > source.limits.max_bytes:
            return Step(position, left_out=LeftOut.TOO_LARGE)
        record_id = head.headers.get("warc-record-id", "").strip("<>") or None
        ip_address = head.headers.get("warc-ip-address") or None
        page = Page(source, head.target, self._fetched_at, message, head.offset, record_id, ip_address)
        return Step(position, page=page)


def parse_date(text: str) -> datetime | None:
    """A WARC-Date (with or without fractions of a second, WARC/1.1), or 14 digits as older tools wrote; else None."""
    try:
        if len(text) == 14 and text.isascii() and text.isdigit():
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)

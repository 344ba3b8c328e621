"""Reads the records of a WARC file one by one, in bounded memory, and goes on behind damaged ones.

Written for what other tools write: WARC/0.x to 1.1, `<…>` around addresses (wget), folded headers, missing or doubled
line breaks between records, members that end where a record does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from crawler.imports.inflate import DamagedError, Inflated, Position

_MAX_HEAD_BYTES = 64 * 1024
_MAX_LINE_BYTES = 1 << 16
_STEP_BYTES = 1 << 16
_AHEAD_BYTES = 1 << 20
_RECORD_START = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")
_START_BYTES = 12


@dataclass(frozen=True)
class RecordHead:
    """What comes before a record's block. Header names are in lowercase."""

    offset: int
    headers: dict[str, str] = field(default_factory=dict)
    length: int = 0

    @property
    def kind(self) -> str:
        return self.headers.get("warc-type", "").lower()

    @property
    def target(self) -> str:
        return self.headers.get("warc-target-uri", "").removeprefix("<").removesuffix(">").strip()


@dataclass(frozen=True)
class Record:
    """A record that was read. `block` is None where it was not wanted; `next` is where the one after it begins."""

    head: RecordHead
    block: bytes | None
    next: Position


@dataclass(frozen=True)
class Damage:
    """A place in the file where no record could be read. `lost_bytes` of the file were passed over."""

    offset: int
    what: str
    next: Position
    lost_bytes: int = 0


def read_records(data: Inflated, wants: Callable[[RecordHead], bool]) -> Iterator[Record | Damage]:
    """The records from where `data` stands. `wants` says of a record whether its block is read into memory."""
    while True:
        start = data.offset
        try:
            if not _to_next_head(data):
                return
            start = data.offset
            record = _read_record(data, wants)
        except DamagedError as error:
            before = data.used
            is_more = _resume(data)
            yield Damage(error.offset, error.what, data.position, max(0, data.used - before))
            if not is_more:
                return
            continue
        except _BadRecordError as error:
            problem = str(error)
            is_more = _scan(data)
            yield Damage(start, problem, data.position)
            if not is_more:
                return
            continue
        yield record


class _BadRecordError(Exception):
    """What stands here is no record, or not a whole one."""


def _read_record(data: Inflated, wants: Callable[[RecordHead], bool]) -> Record:
    head = _read_head(data)
    block = bytearray() if wants(head) else None
    left = head.length
    while left:
        if block is None:
            got = data.skip(min(left, _STEP_BYTES))
        else:
            piece = data.read(min(left, _STEP_BYTES))
            block += piece
            got = len(piece)
        left -= got
        if not got:
            _cross(data, left)
    _end_record(data)
    return Record(head, None if block is None else bytes(block), _next_position(data))


def _cross(data: Inflated, left: int) -> None:
    """Go into the next member in the middle of a record, unless a record begins there."""
    if not data.is_gzip or not data.next_member():
        raise _BadRecordError(f"the file ends {left} bytes before the end of a record")
    if data.begins_with_record():
        raise _BadRecordError(f"a record is {left} bytes shorter than its Content-Length")


def _end_record(data: Inflated) -> None:
    """Pass over the line breaks after a block. That also has the checksum of its member looked at."""
    while (head := data.peek(1)) and head in b"\r\n":
        data.skip(1)
    if head and data.is_gzip and not data.begins_with_record():
        # A damaged byte can make a member longer: without its end nobody knows that the block is what was written.
        data.peek(_AHEAD_BYTES)


def _next_position(data: Inflated) -> Position:
    if data.peek(1) or not data.is_gzip:
        return data.position
    return Position(data.used, 0)


def _to_next_head(data: Inflated) -> bool:
    while not data.is_end:
        _end_record(data)
        if data.peek(1):
            return True
        if not data.is_gzip or not data.next_member():
            return False
    return False


def _read_head(data: Inflated) -> RecordHead:
    offset = data.offset
    version = data.peek(5)
    if version != b"WARC/":
        raise _BadRecordError(f"no WARC record begins here, but {data.peek(16)!r}")
    data.read_line(_MAX_LINE_BYTES)
    headers: dict[str, str] = {}
    name = ""
    size = 0
    while line := _head_line(data):
        size += len(line)
        if size > _MAX_HEAD_BYTES:
            raise _BadRecordError("the head of a record is longer than 64 KB")
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[:1] in (" ", "\t") and name:
            headers[name] += " " + text.strip()
            continue
        name, separator, value = text.partition(":")
        if not separator:
            raise _BadRecordError(f"a line of a record's head is no header: {text[:60]!r}")
        name = name.strip().lower()
        headers[name] = value.strip()
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise _BadRecordError(f"a record's Content-Length is {length!r}")
    return RecordHead(offset, headers, int(length))


def _head_line(data: Inflated) -> bytes:
    """The next line of a head; empty at the blank line that ends it."""
    line = data.read_line(_MAX_LINE_BYTES)
    while not line.endswith(b"\n"):
        if len(line) >= _MAX_LINE_BYTES or not data.is_gzip or not data.next_member() or data.begins_with_record():
            raise _BadRecordError("the head of a record is cut off")
        line += data.read_line(_MAX_LINE_BYTES)
    return b"" if line in (b"\r\n", b"\n") else line


def _resume(data: Inflated) -> bool:
    return data.find_next() if data.is_gzip else _scan(data)


def _scan(data: Inflated) -> bool:
    """Go on at the next place that looks like a record's start, in this member or in one behind it."""
    while True:
        try:
            window = data.peek(_STEP_BYTES)
            found = _RECORD_START.search(window)
            if found:
                data.skip(found.start())
                return True
            if len(window) == _STEP_BYTES:
                data.skip(len(window) - _START_BYTES)
                continue
            data.skip(len(window))
            if not data.is_gzip or not data.next_member():
                return False
        except DamagedError:
            if not data.find_next():
                return False

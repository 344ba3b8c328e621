"""What stands in a WARC file between the records that the database knows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from crawler.archive.exchange import EVIDENCE_KEY
from crawler.archive.members import Member, WarcRecord, iterate_members, parse_record


@dataclass(frozen=True)
class UnknownRecord:
    """A response in the archive that no row of the database points at."""

    offset: int
    url: str
    date: str


@dataclass
class Gap:
    """What was found from one offset up to another. `damaged_offset` is where no more could be read; None: nowhere."""

    unknown: list[UnknownRecord] = field(default_factory=list)
    endpoint_answers: int = 0
    """Answers of feeds and lists, kept as evidence of their failure."""
    damaged_offset: int | None = None


def read_gap(read: Callable[[int, int], bytes], start: int, end: int) -> Gap:
    """Look through the bytes from `start` up to `end`. `read` gives the bytes at an offset, of a length."""
    found = Gap()
    position = start
    waiting: tuple[Member, WarcRecord] | None = None
    for member in iterate_members(cast(BinaryIO, io.BufferedReader(_Window(read, start, end)))):
        try:
            record = parse_record(member.data)
        except ValueError:
            break
        position = start + member.offset + member.length
        if record.kind == "response":
            _note(found, waiting, start)
            waiting = (member, record)
        elif record.kind == "metadata" and waiting is not None:
            if _is_endpoint_answer(record):
                found.endpoint_answers += 1
            else:
                _note(found, waiting, start)
            waiting = None
    _note(found, waiting, start)
    if position < end:
        found.damaged_offset = position
    return found


def _note(found: Gap, waiting: tuple[Member, WarcRecord] | None, start: int) -> None:
    if waiting is not None:
        member, record = waiting
        headers = record.headers
        url, date = headers.get("warc-target-uri", ""), headers.get("warc-date", "")
        found.unknown.append(UnknownRecord(start + member.offset, url, date))


def _is_endpoint_answer(record: WarcRecord) -> bool:
    try:
        described = json.loads(record.block)
    except ValueError:
        return False
    return isinstance(described, dict) and EVIDENCE_KEY in described


class _Window(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, read: Callable[[int, int], bytes], start: int, end: int) -> None:
        self._read = read
        self._position = start
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._read(self._position, min(len(buffer), self._end - self._position))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

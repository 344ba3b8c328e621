"""Reads WARC files member by member, so that a torn or damaged one is told from a whole one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.archive.exchange import ArchivedResponse

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class WarcRecord:
    """One record: its type, headers and block."""

    kind: str
    headers: dict[str, str]
    block: bytes


@dataclass(frozen=True)
class Member:
    """One whole gzip member: where it is in its file, and what it holds once decompressed."""

    offset: int
    length: int
    data: bytes


def iterate_members(file: BinaryIO) -> Iterator[Member]:
    """The whole members from the start of a file; ends silently where they end, which need not be the end of file."""
    offset = 0
    pending = b""
    while True:
        decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
        data = bytearray()
        read = 0
        while not decompressor.eof:
            chunk = pending or file.read(_CHUNK_BYTES)
            pending = b""
            if not chunk:
                return
            try:
                data += decompressor.decompress(chunk)
            except zlib.error:
                return
            read += len(chunk)
        pending = decompressor.unused_data
        length = read - len(pending)
        yield Member(offset, length, bytes(data))
        offset += length


def parse_record(data: bytes) -> WarcRecord:
    """The WARC record in a member. Raises ValueError when it is none, or shorter than it says."""
    try:
        record = next(WARCIterator(BytesIO(data), no_record_parse=True))
    except (ArchiveLoadFailed, StopIteration, UnicodeError) as error:
        raise ValueError(f"not a WARC record: {error}") from error
    block: bytes = record.raw_stream.read()
    headers = {name.lower(): value for name, value in record.rec_headers.headers}
    if str(len(block)) != headers.get("content-length"):
        raise ValueError(f"a WARC record of {len(block)} bytes says {headers.get('content-length')}")
    return WarcRecord(record.rec_type, headers, block)


def parse_response(record: WarcRecord) -> ArchivedResponse:
    """The HTTP response in a record. Raises ValueError when it holds none."""
    head, separator, body = record.block.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    words = first.split(b" ", 2)
    if record.kind != "response" or not separator or not first.startswith(b"HTTP/") or not words[1].isdigit():
        raise ValueError(f"a {record.kind} record that holds no HTTP response")
    pairs = (line.partition(b":") for line in lines)
    return ArchivedResponse(
        url=record.headers.get("warc-target-uri", ""),
        status=int(words[1]),
        body=body,
        headers=tuple((name.decode("latin-1"), value.strip().decode("latin-1")) for name, _, value in pairs),
    )

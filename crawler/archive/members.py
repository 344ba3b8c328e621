"""Reads WARC files member by member, so that a torn or damaged one is told from a whole one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

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
    """The WARC record in a member. Raises ValueError when it is none, or shorter than it says.

    Read here and not by warcio, which reads line by line through three layers: it took longer than to decompress.
    """
    head, separator, _ = data.partition(b"\r\n\r\n")
    version, *lines = head.decode("utf-8", "replace").split("\r\n")
    if not separator or not version.startswith("WARC/"):
        raise ValueError(f"not a WARC record: starts with {data[:40]!r}")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    start = len(head) + len(separator)
    stated = headers.get("content-length", "")
    block = data[start : start + int(stated)] if stated.isdecimal() else b""
    if str(len(block)) != stated:
        raise ValueError(f"a WARC record of {len(data) - start} bytes says {stated or 'nothing of its length'}")
    return WarcRecord(headers.get("warc-type", ""), headers, block)


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

"""The WARC records that were written together for one response: request, response, rendered page, metadata."""

from __future__ import annotations

import zlib

from crawler.archive.members import WarcRecord, parse_record
from crawler.evidence.proof import KeptResponse, Proof, ReadSpan

_NEAR_BYTES = 1 << 18
"""How far before a response its request is looked for, and behind it its metadata. They are a few kilobytes."""
_GZIP_START = b"\x1f\x8b\x08"


def exchange_records(kept: KeptResponse, proof: Proof, read: ReadSpan) -> bytes:
    """The records of the exchange byte for byte as they stand in the archive, ready to be a WARC file.

    The response that `proof` has read is always among them; the others as far as they are there and name it.
    """
    if proof.member is None or proof.record is None:
        raise ValueError("there is no record to take")
    response_id = proof.record.headers.get("warc-record-id", "")
    parts = [_request_before(kept, response_id, read) or b"", proof.member]
    if kept.rendered_offset is not None and kept.rendered_length is not None:
        parts.append(read(kept.archive_file, kept.rendered_offset, kept.rendered_length, kept.url))
    parts.append(_metadata_after(kept, response_id, read) or b"")
    return b"".join(parts)


def _request_before(kept: KeptResponse, response_id: str, read: ReadSpan) -> bytes | None:
    """The request that ends where the response starts. Nothing points at it: where it starts is tried."""
    start = max(0, kept.archive_offset - _NEAR_BYTES)
    near = read(kept.archive_file, start, kept.archive_offset - start, kept.url) if kept.archive_offset else b""
    found = len(near)
    while (found := near.rfind(_GZIP_START, 0, found)) >= 0:
        member = near[found:]
        record = _whole_record(member)
        if record is not None:
            return member if _belongs(record, "request", response_id) else None
    return None


def _metadata_after(kept: KeptResponse, response_id: str, read: ReadSpan) -> bytes | None:
    near = read(kept.archive_file, kept.end, _NEAR_BYTES, kept.url)
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacker.decompress(near)
    except zlib.error:
        return None
    member = near[: len(near) - len(unpacker.unused_data)]
    record = _whole_record(member)
    return member if record is not None and _belongs(record, "metadata", response_id) else None


def _whole_record(member: bytes) -> WarcRecord | None:
    """The record in bytes that are one whole gzip member and nothing else; None for other bytes."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpacker.decompress(member)
        return parse_record(data) if unpacker.eof and not unpacker.unused_data else None
    except (zlib.error, ValueError):
        return None


def _belongs(record: WarcRecord, kind: str, response_id: str) -> bool:
    return record.kind == kind and bool(response_id) and record.headers.get("warc-concurrent-to") == response_id

"""Reads one response by pointer, and undoes its Content-Encoding."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache

import brotli  # type: ignore[import-untyped, unused-ignore]
from isal import isal_zlib
from isal.igzip_lib import IsalError

from crawler.archive.exchange import ArchivedResponse
from crawler.archive.members import WarcRecord, parse_record, parse_response
from crawler.archive.store import Store
from crawler.errors import ArchiveError
from crawler.records import Capture

_INPUT_STEP_BYTES = 1 << 16
_NO_CODING = frozenset({"", "identity", "none", "utf-8", "utf8"})
"""Content-Encoding values that change nothing; servers send charset names there."""


class BodyError(ValueError):
    """A body cannot be decoded: its encoding is unknown, its data is damaged or cut off."""


class BodyTooLargeError(BodyError):
    """A body decodes to more bytes than allowed."""


_store_at = lru_cache(maxsize=8)(Store)


class LostBytesError(ArchiveError):
    """A file of the archive is not there, or ends before the bytes that are asked for."""


class DamagedRecordError(ArchiveError):
    """What stands at a place of the archive is no whole WARC record of the kind that was captured there."""


class OtherBytesError(ArchiveError):
    """A whole record stands there, and its bytes are not those that were captured: their SHA-256 is another."""


def read_response(archive_url: str, capture: Capture) -> ArchivedResponse:
    """Read a capture's response with one ranged read, and check its SHA-256.

    Raises ArchiveError, naming file and offset, when the bytes are lost or are not those that were captured.
    """
    data = read_span(archive_url, capture.archive_file, capture.archive_offset, capture.archive_length, capture.url)
    return response_in(data, capture, place_name(archive_url, capture.archive_file, capture.archive_offset))


def read_rendered(archive_url: str, capture: Capture, max_bytes: int) -> bytes | None:
    """The document that a browser drew of a capture, as HTML in UTF-8; None for a page that was not rendered.

    Raises ArchiveError as `read_response`, and BodyTooLargeError as `decode_body`.
    """
    if capture.rendered_offset is None or capture.rendered_length is None:
        return None
    place = place_name(archive_url, capture.archive_file, capture.rendered_offset)
    data = read_span(archive_url, capture.archive_file, capture.rendered_offset, capture.rendered_length, capture.url)
    record = record_in(data, f"the rendered page of {capture.url}", place)
    found = hashlib.sha256(record.block).hexdigest()
    if record.kind != "conversion" or found != capture.rendered_sha256:
        raise OtherBytesError(f"{place}: the {record.kind} record there is not the rendered page of {capture.url}")
    if len(record.block) > max_bytes:
        raise BodyTooLargeError(f"the rendered page has {len(record.block)} bytes, more than {max_bytes}")
    return record.block


def place_name(archive_url: str, archive_file: str, offset: int) -> str:
    """A place in the archive, for messages."""
    return f"{archive_file} at offset {offset} in {archive_url}"


def read_span(archive_url: str, archive_file: str, offset: int, length: int, url: str) -> bytes:
    """The bytes of one record, those of `url`, as they are in the archive; fewer where the file ends.

    Raises LostBytesError where there is no such file, and ArchiveError where the archive cannot be read.
    """
    store = _store_at(archive_url)
    path = store.path_of(archive_file)
    try:
        if store.is_local:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - for each page, and a Path costs more
                return os.pread(file.fileno(), length, offset)
        data: bytes = store.files.cat_file(path, start=offset, end=offset + length)
    except Exception as error:  # each store has errors of its own
        place = place_name(archive_url, archive_file, offset)
        kind = LostBytesError if isinstance(error, FileNotFoundError) else ArchiveError
        raise kind(f"{place}: the response of {url} cannot be read: {error}") from error
    return data


def response_in(data: bytes, capture: Capture, place: str) -> ArchivedResponse:
    """The response in the bytes of a capture's record, checked. `place` is where they come from, for the message."""
    record = record_in(data, f"the response of {capture.url}", place)
    response = response_of(record, capture.url, place)
    found = hashlib.sha256(response.body).hexdigest()
    if found != capture.payload_sha256:
        raise OtherBytesError(
            f"{place}: the payload of {capture.url} has SHA-256 {found}, not {capture.payload_sha256} as captured"
        )
    return response


def record_in(data: bytes, what: str, place: str) -> WarcRecord:
    """The record in the bytes of one gzip member. Raises DamagedRecordError where they hold none."""
    try:
        return parse_record(unpack_member(data))
    except ValueError as error:
        raise DamagedRecordError(f"{place}: the bytes are not {what}: {error}") from error


def response_of(record: WarcRecord, url: str, place: str) -> ArchivedResponse:
    """The HTTP response in a record. Raises DamagedRecordError where it holds none."""
    try:
        return parse_response(record)
    except ValueError as error:
        raise DamagedRecordError(f"{place}: the bytes are not the response of {url}: {error}") from error


def unpack_member(data: bytes) -> bytes:
    """What one gzip member holds. Raises ValueError for bytes that are none, or not all of one."""
    decompressor = isal_zlib.decompressobj(isal_zlib.MAX_WBITS | 16)
    try:
        plain: bytes = decompressor.decompress(data)
    except IsalError as error:  # type: ignore[misc]  # its stub takes it for an instance
        raise ValueError(f"not a gzip member ({error})") from error
    if not decompressor.eof:
        raise ValueError(f"a gzip member that is cut off after {len(data)} bytes")
    return plain


def decode_body(response: ArchivedResponse, max_bytes: int) -> bytes:
    """The body with Content-Encoding undone (gzip, deflate, br), at most `max_bytes` long.

    Raises BodyTooLargeError for a longer one, and BodyError for what cannot be decoded.
    """
    codings = [coding.strip().lower() for coding in (response.header("Content-Encoding") or "").split(",")]
    body = response.body
    for coding in reversed(codings):
        body = decompress(body, coding, max_bytes)
    if len(body) > max_bytes:
        raise BodyTooLargeError(f"the body has {len(body)} bytes, more than {max_bytes}")
    return body


def decompress(data: bytes, coding: str, max_bytes: int) -> bytes:
    """Undo one content coding, stopping as soon as there are more than `max_bytes`. Raises as `decode_body`."""
    if coding in _NO_CODING or not data:
        return data
    if coding in ("gzip", "x-gzip"):
        return _inflate(data, isal_zlib.MAX_WBITS | 16, max_bytes, coding)
    if coding == "deflate":
        # RFC 9110 means the zlib format; servers also send raw deflate.
        is_zlib = len(data) >= 2 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
        return _inflate(data, isal_zlib.MAX_WBITS if is_zlib else -isal_zlib.MAX_WBITS, max_bytes, coding)
    if coding == "br":
        return _unbrotli(data, max_bytes)
    raise BodyError(f"Content-Encoding {coding!r} is not one of gzip, deflate and br")


def _inflate(data: bytes, window_bits: int, max_bytes: int, coding: str) -> bytes:
    out = bytearray()
    rest = data
    while True:
        decompressor = isal_zlib.decompressobj(window_bits)
        try:
            out += decompressor.decompress(rest, max_bytes + 1 - len(out))
        except IsalError as error:  # type: ignore[misc]  # its stub takes it for an instance
            raise BodyError(f"the {coding} data is damaged: {error}") from error
        if len(out) > max_bytes:
            raise BodyTooLargeError(f"the {coding} data holds more than {max_bytes} bytes")
        if not decompressor.eof:
            raise BodyError(f"the {coding} data is cut off after {len(data)} bytes")
        rest = decompressor.unused_data
        # More members may follow (RFC 1952); anything else after the end is padding, as all readers have it.
        if window_bits != isal_zlib.MAX_WBITS | 16 or not rest.startswith(b"\x1f\x8b"):
            return bytes(out)


def _unbrotli(data: bytes, max_bytes: int) -> bytes:
    decompressor = brotli.Decompressor()
    out = bytearray()
    step = data
    try:
        while not decompressor.is_finished():
            grown = decompressor.process(step, output_buffer_limit=max(1, min(_INPUT_STEP_BYTES, max_bytes + 1)))
            step = b""
            out += grown
            if len(out) > max_bytes:
                raise BodyTooLargeError(f"the br data holds more than {max_bytes} bytes")
            if not grown and decompressor.can_accept_more_data():
                break
    except brotli.error as error:
        raise BodyError(f"the br data is damaged: {error}") from error
    if not decompressor.is_finished():
        raise BodyError(f"the br data is cut off after {len(data)} bytes")
    return bytes(out)

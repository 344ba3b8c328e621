"""The HTTP response in the block of a WARC record, as other tools store it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.archive.exchange import RawHeaders

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d+(?:\.\d+)?\s+(\d{3})(?:\s|$)")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
_HTML_START = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_SNIFFED_BYTES = 4096
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})


class CutOffError(ValueError):
    """A body that ends before it says that it does."""


@dataclass(frozen=True)
class Message:
    """A response: status, headers, and the body with Transfer-Encoding undone and Content-Encoding intact."""

    status: int
    headers: RawHeaders
    body: bytes

    def header(self, name: bytes) -> str | None:
        """The first value of a header."""
        for key, value in self.headers:
            if key.lower() == name:
                return value.decode("latin-1").strip() or None
        return None

    @property
    def is_page(self) -> bool:
        """Whether it may be an article: HTML or plain text by its type, or HTML by its looks where it names none."""
        media_type = (self.header(b"content-type") or "").partition(";")[0].strip().lower()
        if media_type:
            return media_type in _PAGE_TYPES
        return _HTML_START.match(self.body[:_SNIFFED_BYTES]) is not None


def parse_message(block: bytes) -> Message:
    """The response in a block. Raises CutOffError for half a body, ValueError for what is no response."""
    end = _HEAD_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    first, *lines = head.splitlines()[:2000] or [b""]
    status = _STATUS.match(first)
    if status is None:
        raise ValueError(f"no HTTP response, but {first[:40]!r}")
    headers: list[tuple[bytes, bytes]] = []
    for line in lines:
        name, separator, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + b" " + line.strip())
        elif separator and name.strip():
            headers.append((name.strip(), value.strip()))
    codings = b",".join(value for name, value in headers if name.lower() == b"transfer-encoding").lower()
    if b"chunked" in codings:
        body = _unchunk(body)
    return Message(int(status[1]), headers, body)


def _unchunk(body: bytes) -> bytes:
    """Undo chunked transfer coding. Tools that undid it and left the header in are common: such a body stays."""
    if not _CHUNK_SIZE.match(body):
        return body
    out = bytearray()
    at = 0
    while size_line := _CHUNK_SIZE.match(body, at):
        size = int(size_line[1], 16)
        if size == 0:
            return bytes(out)
        start, end = size_line.end(), size_line.end() + size
        if end > len(body):
            break
        out += body[start:end]
        at = end + 2 if body.startswith(b"\r\n", end) else end + 1
        if body[at - 1 : at] != b"\n":
            # The first line of a text may be a number.
            return body if len(out) == size and end + 1 < len(body) else _raise_cut_off(end)
    return _raise_cut_off(at)


def _raise_cut_off(at: int) -> bytes:
    raise CutOffError(f"a chunked body that breaks off in its chunk at byte {at}")

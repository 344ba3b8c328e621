"""What goes into the archive and what comes out of it: one HTTP request with its response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import client

from crawler.records import Capture

RawHeaders = Sequence[tuple[bytes, bytes]]

EVIDENCE_KEY = "endpoint_visit"
"""In the metadata record of an answer that is kept as evidence of an endpoint's failure, and is no capture."""

POINTER_FIELDS = frozenset(
    {
        "archive_file",
        "archive_offset",
        "archive_length",
        "payload_sha256",
        "payload_bytes",
        "rendered_offset",
        "rendered_length",
        "rendered_sha256",
        "rendered_bytes",
    }
)
"""The fields of a Capture that the archive itself knows; a metadata record carries all others."""


@dataclass(frozen=True)
class HttpExchange:
    """One request and its response, as far as the HTTP client lets us see them.

    The body is the payload as it was sent, with Content-Encoding intact. Transfer-Encoding is undone by the client
    before we see the bytes, so that header is not stored. Header names have the client's spelling and the reason
    phrase is the standard one: the client keeps neither.
    """

    url: str
    fetched_at: datetime
    status: int
    body: bytes = b""
    response_headers: RawHeaders = ()
    request_headers: RawHeaders = ()
    method: str | None = "GET"
    """None: only the response is known, as of one that was imported."""
    ip_address: str | None = None
    rendered: bytes | None = None
    """The document as HTML in UTF-8 after a browser had run its scripts; none: not rendered."""
    is_cut: bool = False
    """Only the start of the body is here: the rest was not worth keeping."""

    def request_block(self, target: bytes, host: bytes) -> bytes:
        """The request as an HTTP message."""
        named_host = any(name.lower() == b"host" for name, _ in self.request_headers)
        headers = self.request_headers if named_host else ((b"Host", host), *self.request_headers)
        return _head((self.method or "").encode() + b" " + target + b" HTTP/1.1", headers)

    def response_head(self) -> bytes:
        """The response as an HTTP message, up to where its body starts."""
        phrase = client.responses.get(self.status, "Unknown").encode()
        kept = [(name, value) for name, value in self.response_headers if name.lower() != b"transfer-encoding"]
        return _head(b"HTTP/1.1 %d %s" % (self.status, phrase), kept)


def _head(first_line: bytes, headers: RawHeaders) -> bytes:
    # A line break inside a header would forge another header.
    lines = [name + b": " + value.replace(b"\r", b" ").replace(b"\n", b" ") for name, value in headers]
    return b"\r\n".join([first_line, *lines]) + b"\r\n\r\n"


@dataclass(frozen=True)
class ArchivePointer:
    """Where a response is: its WARC record's file and span, and the hash and size of its body as it was sent.

    The `rendered_…` fields say the same of the rendered document, in the same file.
    """

    archive_file: str
    archive_offset: int
    archive_length: int
    payload_sha256: str
    payload_bytes: int
    rendered_offset: int | None = None
    rendered_length: int | None = None
    rendered_sha256: str | None = None
    rendered_bytes: int | None = None


@dataclass(frozen=True)
class ArchivedResponse:
    """A response read back. `body` is as it was sent: `decode_body` undoes its Content-Encoding."""

    url: str
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = field(default=())

    def header(self, name: str) -> str | None:
        """All values of a header, joined by commas; None when it is not there."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


def capture_metadata(capture: Capture) -> dict[str, object]:
    """What a metadata record says of a capture: everything but the pointer."""
    return capture.model_dump(mode="json", exclude=set(POINTER_FIELDS))


def capture_at(metadata: dict[str, object], pointer: ArchivePointer) -> Capture:
    """The capture that `capture_metadata` was made from. Raises ValueError for what is none."""
    return Capture.model_validate({**metadata, **vars(pointer)}, strict=False)

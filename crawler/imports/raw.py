"""Where the bytes of a WARC file come from: a local file, standard input, or a web server."""

from __future__ import annotations

import io
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import httpx

from crawler.errors import SiteError
from crawler.sources.fetching import open_stream

READ_BYTES = 1 << 20
STDIN = "-"
_TRIES = 5

_log = logging.getLogger(__name__)


class RawStream(Protocol):
    """Bytes in order. `size` and `version` tell whether it is the file that was read before; None: nobody knows."""

    size: int | None
    version: str | None
    can_seek: bool

    def read(self) -> bytes:
        """The next bytes, as many as are at hand; none at the end."""

    def seek(self, offset: int) -> None: ...
    def close(self) -> None: ...


class LocalStream:
    """A file on this machine."""

    can_seek = True

    def __init__(self, path: Path) -> None:
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise SiteError(f"{path} cannot be opened: {error.strerror or error}") from error
        status = path.stat()
        self.size: int | None = status.st_size
        self.version: str | None = f"{status.st_size}-{status.st_mtime_ns}"

    def read(self) -> bytes:
        return self._file.read(READ_BYTES)

    def seek(self, offset: int) -> None:
        self._file.seek(offset)

    def close(self) -> None:
        self._file.close()


class StandardInput:
    """What another program writes. It can be read once."""

    size: int | None = None
    version: str | None = None
    can_seek = False

    def read(self) -> bytes:
        # read1 in place of read: what has come is worked on, not held back until a megabyte is full.
        return cast("io.BufferedReader", sys.stdin.buffer).read1(READ_BYTES)

    def seek(self, offset: int) -> None:
        if offset:
            raise ValueError("standard input cannot be read from the middle")

    def close(self) -> None:
        """It is not ours to close."""


class WebStream:
    """A file on a web server. A connection that breaks is taken up where it ended, if the server sends ranges."""

    can_seek = True

    def __init__(self, url: str, user_agent: str, *, allow_private: bool, retry_seconds: float = 2.0) -> None:
        self._url = url
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._retry_seconds = retry_seconds
        self._offset = 0
        self._open = ExitStack()
        self._chunks: Iterator[bytes] | None = None
        self.size: int | None = None
        self.version: str | None = None
        self._reopen()

    def read(self) -> bytes:
        for attempt in range(1, _TRIES + 1):
            try:
                if self._chunks is None:
                    self._reopen()
                chunk = next(self._chunks, b"") if self._chunks is not None else b""
                if chunk or self.size is None or self._offset >= self.size:
                    self._offset += len(chunk)
                    return chunk
                problem = f"it ended after {self._offset} of {self.size} bytes"
            except (httpx.HTTPError, SiteError) as error:
                problem = str(error)
            self.close()
            if attempt < _TRIES:
                _log.warning("%s: %s; asked again from byte %d", self._url, problem, self._offset)
                time.sleep(self._retry_seconds * attempt)
        raise SiteError(
            f"{self._url} broke off {_TRIES} times at byte {self._offset}: {problem}. Run it again to go on"
        )

    def seek(self, offset: int) -> None:
        if offset != self._offset:
            self.close()
            self._offset = offset

    def close(self) -> None:
        self._open.close()
        self._chunks = None

    def _reopen(self) -> None:
        self.close()
        headers = {"Accept-Encoding": "identity"}
        if self._offset:
            headers["Range"] = f"bytes={self._offset}-"
            if self.version:
                headers["If-Range"] = self.version
        stream = open_stream(self._url, self._user_agent, allow_private=self._allow_private, headers=headers)
        response = self._open.enter_context(stream)
        chunks = response.iter_raw()  # as they come: larger ones would be lost in part when the connection breaks
        if response.status_code == 416 and self._offset:
            self._chunks = iter(())
            return
        if response.status_code not in (200, 206):
            self.close()
            raise SiteError(f"{self._url} answers {response.status_code}: check the address, or try later")
        length = response.headers.get("Content-Length")
        skipped = self._offset if response.status_code == 206 else 0
        size = skipped + int(length) if length and length.isdigit() else None
        # A weak validator says nothing about bytes, and may not be used for ranges (RFC 9110, 13.1.5).
        etag = response.headers.get("ETag") or response.headers.get("Last-Modified")
        version = None if etag is None or etag.startswith("W/") else etag
        if self._offset and (version, size) != (self.version, self.size) and self.size is not None:
            self.close()
            raise SiteError(f"{self._url} has changed while it was read: run it again")
        self.size, self.version = size, version
        self._chunks = _without(chunks, self._offset - skipped)


def _without(chunks: Iterator[bytes], skip: int) -> Iterator[bytes]:
    """The server sent all from the start again: what was read is passed over."""
    for chunk in chunks:
        if skip >= len(chunk):
            skip -= len(chunk)
            continue
        yield chunk[skip:] if skip else chunk
        skip = 0


def open_raw(address: str, user_agent: str, *, allow_private: bool) -> RawStream:
    """Open an input by its address. Raises SiteError when it cannot be had."""
    if address == STDIN:
        return StandardInput()
    if address.startswith(("http://", "https://")):
        return WebStream(address, user_agent, allow_private=allow_private)
    return LocalStream(Path(address))

"""Writes exchanges to WARC files (ISO 28500, WARC/1.1), one gzip member a record.

A file is a warcinfo record and then, for each exchange, request (where it is known), response and metadata records; a
conversion record before the metadata holds the rendered document of a page that was rendered. An exchange counts only
with its metadata record: that is how salvage tells a whole one from what a killed process was writing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from uuid import uuid4

from isal import isal_zlib

from crawler import __version__
from crawler.archive.exchange import ArchivePointer, HttpExchange
from crawler.archive.store import Store, file_number, spooled_files
from crawler.errors import ArchiveError

_EMPTY_DIGEST = "sha256:" + hashlib.sha256(b"").hexdigest()


_COMPRESSION_LEVEL = 3
"""ISA-L's highest. A page of 90 KB takes 0.2 ms and becomes 22 KB; zlib needs 2.6 ms at level 6 for 19 KB, and 3.6 ms
at level 9 for as many (docs/benchmarks.md)."""
_GZIP_WINDOW = 31
_ONE_LINE = {ord("\r"): " ", ord("\n"): " "}


class ArchiveWriter:
    """Appends exchanges to the numbered files of one folder. One writer a folder at a time.

    A local archive is written in place, and handed to the operating system after each exchange: that survives the
    death of the process. For an object store files grow in `spool_dir` and are uploaded when full and at close.
    """

    def __init__(self, archive_url: str, folder: str, spool_dir: Path, max_file_bytes: int = 1_000_000_000) -> None:
        self._store = Store(archive_url)
        self._folder = folder.strip("/")
        self._spool_dir = spool_dir
        self._max_file_bytes = max_file_bytes
        self._open: _OpenFile | None = None
        taken = [*self._store.numbered_files(self._folder), *(path.name for path in spooled_files(spool_dir))]
        self._number = max(map(file_number, taken), default=0)

    def write(self, exchange: HttpExchange, metadata: Mapping[str, object]) -> ArchivePointer:
        """Append one exchange; when this returns, it is in the file. Raises ArchiveError when it cannot be written."""
        records, pointer_in_records = _serialise(exchange, metadata)
        if self._open is None:
            self._open = self._start_file()
        start = self._open.file.tell()
        self._append(self._open, records, start)
        rendered_offset = pointer_in_records.rendered_offset
        pointer = replace(
            pointer_in_records,
            archive_file=self._open.name,
            archive_offset=start + pointer_in_records.archive_offset,
            rendered_offset=None if rendered_offset is None else start + rendered_offset,
        )
        if self._open.file.tell() >= self._max_file_bytes:
            self.close()
        return pointer

    def close(self) -> None:
        """Finish the file that is open, if any: fsync, and upload for an object store. More can be written after it."""
        if self._open is None:
            return
        finished, self._open = self._open, None
        try:
            with finished.file:
                finished.file.flush()
                os.fsync(finished.file.fileno())
        except OSError as error:
            raise ArchiveError(f"{finished.path} could not be finished: {error}") from error
        if not self._store.is_local:
            self._store.upload(finished.path, finished.name)
            finished.path.unlink()

    def _start_file(self) -> _OpenFile:
        self._number += 1
        file_name = f"{self._number:05d}.warc.gz"
        name = f"{self._folder}/{file_name}"
        path = self._store.local_path(name) if self._store.is_local else self._spool_dir / file_name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            started = _OpenFile(path.open("xb"), path, name)
        except OSError as error:
            raise ArchiveError(f"{path} cannot be opened for writing: {error}") from error
        self._append(started, _warcinfo(file_name), 0)
        return started

    def _append(self, opened: _OpenFile, records: bytes, start: int) -> None:
        try:
            opened.file.write(records)
            opened.file.flush()
        except OSError as error:
            # Half an exchange is taken back, and nothing more goes into this file. What cannot be, salvage cuts.
            self._open = None
            with contextlib.suppress(OSError):
                os.truncate(opened.path, start)
            raise ArchiveError(f"{opened.path} cannot be written ({error}): make room, or repair the disk") from error


@dataclass(frozen=True)
class _OpenFile:
    file: BinaryIO
    path: Path
    name: str


def _serialise(exchange: HttpExchange, metadata: Mapping[str, object]) -> tuple[bytes, ArchivePointer]:
    """The exchange's records, and a pointer whose offsets count from their start and whose file is empty."""
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    head = exchange.response_head()
    payload_sha256 = hashlib.sha256(exchange.body).hexdigest()

    response_id = _record_id()
    common = [("WARC-Target-URI", exchange.url), ("WARC-Date", _warc_date(exchange.fetched_at))]
    if exchange.ip_address:
        common.append(("WARC-IP-Address", exchange.ip_address))
    related = [*common, ("WARC-Concurrent-To", response_id)]
    if exchange.is_cut:
        common.append(("WARC-Truncated", "length"))

    asked = b""
    if exchange.method is not None:
        request = exchange.request_block(target.encode(), host.encode())
        asked = _record("request", _record_id(), "application/http; msgtype=request", related, request, _EMPTY_DIGEST)
    kind = "application/http; msgtype=response"
    answered = _record("response", response_id, kind, common, head + exchange.body, f"sha256:{payload_sha256}")
    pointer = ArchivePointer("", len(asked), len(answered), payload_sha256, len(exchange.body))
    drawn = b""
    if exchange.rendered is not None:
        drawn = _rendered_record(exchange, exchange.rendered, response_id)
        pointer = replace(
            pointer,
            rendered_offset=len(asked) + len(answered),
            rendered_length=len(drawn),
            rendered_sha256=hashlib.sha256(exchange.rendered).hexdigest(),
            rendered_bytes=len(exchange.rendered),
        )
    block = json.dumps(metadata, ensure_ascii=False).encode()
    described = _record("metadata", _record_id(), "application/json", related, block)
    return asked + answered + drawn + described, pointer


def _rendered_record(exchange: HttpExchange, rendered: bytes, response_id: str) -> bytes:
    headers = [
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", _warc_date(exchange.fetched_at)),
        ("WARC-Refers-To", response_id),
    ]
    return _record("conversion", _record_id(), "text/html; charset=utf-8", headers, rendered)


def _warcinfo(file_name: str) -> bytes:
    fields = {
        "software": f"Dateline/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "News pages as fetched. Transfer-Encoding is undone and its header left out; Content-Encoding "
        "is as sent. A metadata record in JSON follows each response.",
    }
    block = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    headers = [("WARC-Filename", file_name), ("WARC-Date", _warc_date(datetime.now(timezone.utc)))]
    return _record("warcinfo", _record_id(), "application/warc-fields", headers, block)


def _record(
    kind: str,
    record_id: str,
    content_type: str,
    headers: list[tuple[str, str]],
    block: bytes,
    payload_digest: str | None = None,
) -> bytes:
    """One record as a gzip member.

    Written here and not by warcio, which always compresses as hard as zlib can: 18 times the time for a fifth less.
    """
    named = [("WARC-Type", kind), ("WARC-Record-ID", record_id), *headers]
    # The payload of metadata and conversion records is their block; fastwarc takes a payload digest there for an error.
    if payload_digest:
        named.append(("WARC-Payload-Digest", payload_digest))
    named += [
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", content_type),
        ("Content-Length", str(len(block))),
    ]
    lines = [f"{name}: {value.translate(_ONE_LINE)}\r\n" for name, value in named]
    head = f"WARC/1.1\r\n{''.join(lines)}\r\n".encode()
    gzip = isal_zlib.compressobj(_COMPRESSION_LEVEL, isal_zlib.DEFLATED, _GZIP_WINDOW)
    member: bytes = gzip.compress(head) + gzip.compress(block) + gzip.compress(b"\r\n\r\n") + gzip.flush()
    return member


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _record_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _warc_date(instant: datetime) -> str:
    return instant.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

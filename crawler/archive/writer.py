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
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from uuid import uuid4

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler import __version__
from crawler.archive.exchange import ArchivePointer, HttpExchange
from crawler.archive.store import Store, file_number, spooled_files
from crawler.errors import ArchiveError

_EMPTY_DIGEST = "sha256:" + hashlib.sha256(b"").hexdigest()


class _Writer(WARCWriter):  # type: ignore[misc]
    # The payload of these is their block; fastwarc takes a payload digest there for an error.
    NO_PAYLOAD_DIGEST_TYPES = ("warcinfo", "revisit", "metadata", "conversion")


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
    out = BytesIO()
    if exchange.method is not None:
        request = exchange.request_block(target.encode(), host.encode())
        _write(out, "request", _record_id(), "application/http; msgtype=request", related, request, _EMPTY_DIGEST)
    start = out.tell()
    digest = f"sha256:{payload_sha256}"
    kind = "application/http; msgtype=response"
    _write(out, "response", response_id, kind, common, head + exchange.body, digest)
    pointer = ArchivePointer("", start, out.tell() - start, payload_sha256, len(exchange.body))
    if exchange.rendered is not None:
        pointer = _write_rendered(out, exchange, response_id, pointer)
    block = json.dumps(metadata, ensure_ascii=False).encode()
    _write(out, "metadata", _record_id(), "application/json", related, block)
    return out.getvalue(), pointer


def _write_rendered(out: BytesIO, exchange: HttpExchange, response_id: str, pointer: ArchivePointer) -> ArchivePointer:
    rendered = exchange.rendered or b""
    headers = [
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", _warc_date(exchange.fetched_at)),
        ("WARC-Refers-To", response_id),
    ]
    start = out.tell()
    _write(out, "conversion", _record_id(), "text/html; charset=utf-8", headers, rendered)
    return replace(
        pointer,
        rendered_offset=start,
        rendered_length=out.tell() - start,
        rendered_sha256=hashlib.sha256(rendered).hexdigest(),
        rendered_bytes=len(rendered),
    )


def _warcinfo(file_name: str) -> bytes:
    fields = {
        "software": f"Dateline/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "News pages as fetched. Transfer-Encoding is undone and its header left out; Content-Encoding "
        "is as sent. A metadata record in JSON follows each response.",
    }
    block = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    out = BytesIO()
    headers = [("WARC-Filename", file_name), ("WARC-Date", _warc_date(datetime.now(timezone.utc)))]
    _write(out, "warcinfo", _record_id(), "application/warc-fields", headers, block)
    return out.getvalue()


def _write(
    out: BytesIO,
    kind: str,
    record_id: str,
    content_type: str,
    headers: list[tuple[str, str]],
    block: bytes,
    payload_digest: str | None = None,
) -> None:
    # The record is built from its raw block: warcio's own builder would parse and re-serialise the HTTP headers.
    named = [("WARC-Type", kind), ("WARC-Record-ID", record_id), *headers]
    if payload_digest:
        named.append(("WARC-Payload-Digest", payload_digest))
    named.append(("WARC-Block-Digest", _digest(block)))
    rec_headers = StatusAndHeaders("", named, protocol="WARC/1.1")
    record = ArcWarcRecord("warc", kind, rec_headers, BytesIO(block), None, content_type, len(block))
    _Writer(out, gzip=True, warc_version="1.1").write_record(record)


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _record_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _warc_date(instant: datetime) -> str:
    return instant.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

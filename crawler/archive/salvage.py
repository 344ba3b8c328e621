"""Makes what a killed crawl left readable again, and finds the captures in it.

Nothing here stops a batch: a file that holds no exchange is removed, and one that is no WARC file is set aside.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from crawler.archive.exchange import EVIDENCE_KEY, ArchivePointer, capture_at
from crawler.archive.members import Member, WarcRecord, iterate_members, parse_record, parse_response
from crawler.archive.store import Store, spooled_files
from crawler.errors import ArchiveError
from crawler.records import Capture

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Scan:
    captures: list[Capture]
    whole_bytes: int
    """Where the last whole exchange ends; 0 when there is none."""
    is_warc: bool


def salvage_folder(archive_url: str, folder: str, spool_dir: Path) -> list[Capture]:
    """Cut the torn tails off the folder's WARC files, upload what was spooled, and return all captures.

    Only for a folder that no writer has open. Captures are in the order they were written.
    """
    store = Store(archive_url)
    folder = folder.strip("/")
    found: dict[str, list[Capture]] = {}
    for path in spooled_files(spool_dir) if not store.is_local else []:
        name = f"{folder}/{path.name}"
        found[name] = _repair(path, name)
        if path.exists():
            store.upload(path, name)
            path.unlink()
    for name in store.numbered_files(folder):
        if name not in found:
            found[name] = _repair(store.local_path(name), name) if store.is_local else _repair_remote(store, name)
    return [capture for name in sorted(found) for capture in found[name]]


def _repair_remote(store: Store, name: str) -> list[Capture]:
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        path = Path(folder) / "file.warc.gz"
        try:
            store.files.get_file(store.path_of(name), str(path))
        except Exception as error:  # each store has errors of its own
            raise ArchiveError(f"{name} in {store.url} cannot be read: {error}") from error
        before = path.stat().st_size
        captures = _repair(path, name)
        if not path.exists():
            store.files.rm_file(store.path_of(name))
        elif path.stat().st_size != before:
            store.upload(path, name)
        return captures


def _repair(path: Path, name: str) -> list[Capture]:
    scan = _scan(path, name)
    size = path.stat().st_size
    if scan.whole_bytes:
        if scan.whole_bytes < size:
            _log.warning("%s: cut %d bytes of an unfinished exchange", path, size - scan.whole_bytes)
            os.truncate(path, scan.whole_bytes)
        _bring_to_disk(path)
    elif scan.is_warc or size == 0:
        _log.warning("%s: removed, it holds no whole exchange", path)
        path.unlink()
    else:
        aside = path.with_name(path.name + ".unreadable")
        _log.warning("%s: is not a WARC file, set aside as %s", path, aside.name)
        path.replace(aside)
    return scan.captures


def _bring_to_disk(path: Path) -> None:
    """What is salvaged is counted on from now on: it must outlive the machine as well."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _scan(path: Path, name: str) -> _Scan:
    captures: list[Capture] = []
    whole_bytes = 0
    is_warc = False
    response: tuple[Member, WarcRecord] | None = None
    rendered: tuple[Member, WarcRecord] | None = None
    with path.open("rb") as file:
        for member, record in _records(file):
            is_warc = True
            if record.kind == "response":
                response, rendered = (member, record), None
            elif record.kind == "conversion":
                rendered = (member, record)
            elif record.kind == "metadata" and response is not None:
                capture = _capture(name, response, rendered, record.block)
                if capture is not None:
                    captures.append(capture)
                response = rendered = None
                whole_bytes = member.offset + member.length
    return _Scan(captures, whole_bytes, is_warc)


def _records(file: BinaryIO) -> Iterator[tuple[Member, WarcRecord]]:
    for member in iterate_members(file):
        try:
            yield member, parse_record(member.data)
        except ValueError:
            return


def _capture(
    name: str, response: tuple[Member, WarcRecord], rendered: tuple[Member, WarcRecord] | None, metadata: bytes
) -> Capture | None:
    member, record = response
    try:
        body = parse_response(record).body
        sha256 = hashlib.sha256(body).hexdigest()
        pointer = ArchivePointer(name, member.offset, member.length, sha256, len(body))
        described = json.loads(metadata)
        if isinstance(described, dict) and EVIDENCE_KEY in described:
            return None
        if rendered is not None:
            place, block = rendered[0], rendered[1].block
            pointer = replace(
                pointer,
                rendered_offset=place.offset,
                rendered_length=place.length,
                rendered_sha256=hashlib.sha256(block).hexdigest(),
                rendered_bytes=len(block),
            )
        return capture_at(described, pointer)
    except ValueError as error:
        # Whole, but not of this version: it stays in the file, and its URL is fetched again.
        _log.warning("%s at offset %d: no capture can be read (%s)", name, member.offset, error)
        return None

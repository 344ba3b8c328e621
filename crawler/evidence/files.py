"""Reads the archive's files one after another, each from its start to its end."""

from __future__ import annotations

import contextlib
import os
import posixpath
import re
from collections.abc import Iterator
from typing import IO, Any

from crawler.archive.reader import LostBytesError, place_name
from crawler.archive.store import Store, file_number
from crawler.errors import ArchiveError

_READ_AHEAD_BYTES = 4 << 20
_ROOT = "warc"
_HIDDEN = re.compile(r"^\.")


class ArchiveFiles:
    """One open file at a time: what is read in the order of files and offsets is read in one go from any store."""

    def __init__(self, archive_url: str) -> None:
        self._store = Store(archive_url)
        self._name = ""
        self._open: IO[bytes] | None = None

    def require(self) -> None:
        """Raise ArchiveError where there is no archive at all: not each of its records is missing then."""
        try:
            is_there = self._store.files.exists(self._store.path_of(_ROOT))
        except Exception as error:  # each store has errors of its own
            raise ArchiveError(f"the archive {self._store.url} cannot be reached: {error}") from error
        if not is_there:
            raise ArchiveError(
                f"there is no archive at {self._store.url}: set DATELINE_ARCHIVE_URL to the one that this database "
                "belongs to"
            )

    def read(self, name: str, offset: int, length: int, url: str) -> bytes:
        """Bytes of a file, fewer where it ends: a `ReadSpan`. Raises LostBytesError and ArchiveError."""
        try:
            opened = self._opened(name)
            if self._store.is_local:
                return os.pread(opened.fileno(), length, offset)
            opened.seek(offset)
            return opened.read(length)
        except Exception as error:  # each store has errors of its own
            kind = LostBytesError if isinstance(error, FileNotFoundError) else ArchiveError
            place = place_name(self._store.url, name, offset)
            raise kind(f"{place}: the response of {url} cannot be read: {error}") from error

    def size(self, name: str) -> int:
        """Length of a file in bytes. Raises ArchiveError."""
        try:
            return int(self._store.files.size(self._store.path_of(name)) or 0)
        except Exception as error:  # each store has errors of its own
            raise ArchiveError(f"{name} in {self._store.url} cannot be read: {error}") from error

    def names(self) -> Iterator[str]:
        """The WARC files of the archive, folder by folder in order; only one folder of each level is in memory."""
        yield from self._below(_ROOT)

    def close(self) -> None:
        """Close the file that is open."""
        if self._open is not None:
            with contextlib.suppress(OSError):
                self._open.close()
        self._open, self._name = None, ""

    def _opened(self, name: str) -> IO[bytes]:
        if self._open is None or self._name != name:
            self.close()
            path = self._store.path_of(name)
            if self._store.is_local:
                self._open = open(path, "rb", buffering=0)  # noqa: SIM115, PTH123 - stays open for the next record
            else:
                self._open = self._store.files.open(path, "rb", cache_type="readahead", block_size=_READ_AHEAD_BYTES)
            self._name = name
        return self._open

    def _below(self, folder: str) -> Iterator[str]:
        try:
            entries: list[dict[str, Any]] = self._store.files.ls(self._store.path_of(folder), detail=True, refresh=True)
        except FileNotFoundError:
            return
        except Exception as error:  # each store has errors of its own
            raise ArchiveError(f"{folder} in the archive {self._store.url} cannot be listed: {error}") from error
        kinds = {posixpath.basename(str(entry["name"]).rstrip("/")): entry["type"] for entry in entries}
        for name in sorted(kinds, key=str.encode):
            path = f"{folder}/{name}"
            if kinds[name] == "directory":
                if not _HIDDEN.match(name):
                    yield from self._below(path)
            elif file_number(name):
                yield path


def order_of(name: str) -> list[bytes]:
    """What `names` orders files by."""
    return [part.encode() for part in name.split("/")]

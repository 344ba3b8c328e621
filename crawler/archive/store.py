"""The archive's address: a local folder or an object store, through fsspec."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from crawler.errors import ArchiveError

_NUMBERED = re.compile(r"^(\d{5,})\.warc\.gz$")


class Store:
    """The place that an archive address names."""

    def __init__(self, archive_url: str) -> None:
        self.url = archive_url
        try:
            self.files, self.root = fsspec.core.url_to_fs(archive_url)
        except (ValueError, ImportError) as error:
            raise ArchiveError(
                f"DATELINE_ARCHIVE_URL={archive_url!r} cannot be used: {error}. Set it to a folder or an fsspec "
                "address, and install the package that fsspec needs for it (s3fs, gcsfs)"
            ) from error
        self.is_local = isinstance(self.files, LocalFileSystem)

    def path_of(self, name: str) -> str:
        """The path, for fsspec, of a name inside the archive. Raises ArchiveError for one that leads out of it."""
        if name.startswith("/") or ".." in name.split("/"):
            raise ArchiveError(f"{name!r} is not a name inside the archive {self.url}")
        return posixpath.join(self.root, name)

    def local_path(self, name: str) -> Path:
        return Path(self.path_of(name))

    def numbered_files(self, folder: str) -> list[str]:
        """Names, relative to the archive, of a folder's WARC files in the order they were written."""
        try:
            entries: list[Any] = self.files.ls(self.path_of(folder), detail=False, refresh=True)
        except FileNotFoundError:
            return []
        except Exception as error:  # each store has errors of its own
            raise ArchiveError(f"{folder} in the archive {self.url} cannot be listed: {error}") from error
        names = sorted(posixpath.basename(str(entry)) for entry in entries)
        return [f"{folder}/{name}" for name in names if _NUMBERED.match(name)]

    def upload(self, local: Path, name: str) -> None:
        """Copy a finished local file to the store."""
        try:
            self.files.makedirs(posixpath.dirname(self.path_of(name)), exist_ok=True)
            self.files.put_file(str(local), self.path_of(name))
            size = self.files.size(self.path_of(name))
        except Exception as error:  # each store has errors of its own; none may lose the spooled file
            raise ArchiveError(f"{local} could not be uploaded to {name} in {self.url}: {error}") from error
        if size != local.stat().st_size:
            raise ArchiveError(f"{name} in {self.url} has {size} bytes after its upload, not {local.stat().st_size}")


def file_number(name: str) -> int:
    """The number in a WARC file's name; 0 for what has none."""
    match = _NUMBERED.match(posixpath.basename(name))
    return int(match[1]) if match else 0


def spooled_files(spool_dir: Path) -> list[Path]:
    """WARC files that wait, or were left, in a spool folder."""
    if not spool_dir.is_dir():
        return []
    return sorted(path for path in spool_dir.iterdir() if _NUMBERED.match(path.name))

"""A backup on disk: what PostgreSQL's `pg_dump` wrote, and a manifest that says what is in it.

A backup is a file with `<name>.manifest.json` beside it, or a folder with `manifest.json` inside. It appears under its
name only when it is whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from crawler.errors import ConfigError, DatabaseError
from crawler.progress import Progress

_MANIFEST = "manifest.json"
_CHUNK_BYTES = 1 << 20


class BackupFile(BaseModel):
    """One file of a backup. `bytes` is its length."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    sha256: str


class BackupManifest(BaseModel):
    """What a backup is of. `row_counts` are of the very snapshot that was dumped, by `schema.table`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: AwareDatetime
    dateline_version: str
    schema_number: int
    server_major: int
    tool_major: int
    archive_url: str
    """The archive whose bytes the rows point at: a backup of the database is worth little without it."""
    row_counts: dict[str, int]
    files: dict[str, BackupFile]


def require_new(target: Path) -> None:
    """Raise ConfigError where a backup cannot be written: a name that is taken, a folder that is not there."""
    for path in (target, _manifest_of(target)):
        if path.exists():
            raise ConfigError(f"{path} exists already: name another file, or a folder to make a new one in")
    if not target.parent.is_dir():
        raise ConfigError(f"{target.parent} is not a folder: make it first, or name another")


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """A folder beside the target to write into; it goes at the end, with what was not moved out of it."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    except OSError as error:
        raise ConfigError(f"{target.parent} cannot be written to: {error.strerror}: name another folder") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def finish(written: Path, target: Path, manifest: BackupManifest) -> None:
    """Bring a backup to the disk, and give it its name: the manifest of a file first, so that a dump never lacks it."""
    is_folder = written.is_dir()
    text = manifest.model_dump_json(indent=2) + "\n"
    part = written / _MANIFEST if is_folder else written.with_name(f"{written.name}.{_MANIFEST}")
    part.write_text(text, encoding="utf-8")
    for path in [part, *(written.iterdir() if is_folder else [written])]:
        _bring_to_disk(path)
    if not is_folder:
        part.rename(_manifest_of(target))
    written.rename(target)
    _bring_to_disk(target.parent)


def read_manifest(backup: Path) -> BackupManifest:
    """The manifest of a backup. Raises ConfigError where there is none, or no backup."""
    if not backup.exists():
        raise ConfigError(f"{backup} is not there: name a file or folder that `dateline db backup` has written")
    path = backup / _MANIFEST if backup.is_dir() else _manifest_of(backup)
    try:
        return BackupManifest.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{backup} is no backup of `dateline db backup`: {path} is not there. Keep a dump and its manifest together"
        ) from error
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())
        raise ConfigError(f"{path} cannot be read as the manifest of a backup: {said}") from error


def list_files(backup: Path, progress: Progress) -> dict[str, BackupFile]:
    """The dump's files with length and SHA-256; a single one is called by no name."""
    paths = [path for path in sorted(backup.iterdir()) if path.name != _MANIFEST] if backup.is_dir() else [backup]
    total, done = sum(path.stat().st_size for path in paths), 0
    files = {}
    for path in paths:
        sha256 = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                sha256.update(chunk)
                done += len(chunk)
                progress(done, total, "reading the dump")
        name = path.name if backup.is_dir() else ""
        files[name] = BackupFile(bytes=path.stat().st_size, sha256=sha256.hexdigest())
    return files


def require_whole(backup: Path, manifest: BackupManifest, progress: Progress) -> None:
    """Raise DatabaseError, naming a file, where the dump is not the one that was written."""
    try:
        found = list_files(backup, progress)
    except OSError as error:
        raise DatabaseError(f"{backup} cannot be read: {error.strerror}") from error
    for name in sorted({*found, *manifest.files}):
        path = backup / name if name else backup
        if name not in found:
            raise DatabaseError(f"{path} is missing: the backup is not whole")
        if name not in manifest.files:
            raise DatabaseError(f"{path} is no part of the backup: take it away")
        if found[name] != manifest.files[name]:
            raise DatabaseError(
                f"{path} is damaged: {found[name].bytes:,} bytes with SHA-256 {found[name].sha256}, not "
                f"{manifest.files[name].bytes:,} bytes with {manifest.files[name].sha256} as they were written"
            )


def _manifest_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.{_MANIFEST}")


def _bring_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


ProgressMaker = Callable[..., Progress]
"""Makes the progress of a named step; `in_bytes` for one that counts bytes."""

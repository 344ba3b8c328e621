"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from crawler.errors import ExportError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class CountedFile:
    """Passes bytes on, and knows how many they were and their SHA-256."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self.size = 0
        self.is_given_up = False
        """Whether the file is to vanish: what a writer still has to say is not written then."""

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def write(self, data: bytes) -> int:
        if self.is_given_up:
            return len(data)
        self._file.write(data)
        self._sha256.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """The file is closed by those who opened it."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


@contextmanager
def written_whole(path: Path) -> Iterator[CountedFile]:
    """A file that gets its name when the block ends well, and leaves nothing behind when it does not.

    It grows beside its place as `.NAME.part`, and only one process at a time writes it; what a killed one left is
    overwritten. Raises ExportError where the folder cannot be written, is full, or another process is at it.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with _locked(part) as file:
            counted = CountedFile(file)
            try:
                yield counted
                file.flush()
                os.fsync(file.fileno())
                part.replace(path)
            except BaseException:
                counted.is_given_up = True
                part.unlink(missing_ok=True)
                raise
        _sync_folder(path.parent)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise ExportError(f"{path}: no room is left ({error.strerror}): make some, then start again") from error
        said = error.strerror or error
        raise ExportError(f"{path} cannot be written ({said}): make its folder, or choose another") from error


def write_whole(path: Path, data: bytes) -> None:
    """Write one small file, as `written_whole`."""
    with written_whole(path) as file:
        file.write(data)


@contextmanager
def _locked(part: Path) -> Iterator[BinaryIO]:
    while True:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ExportError(
                    f"{part}: another export is writing this file: wait for its end, or stop it"
                ) from None
            if not _is_still_at(part, descriptor):
                continue  # the other export ended in between: this is its finished file
            file.truncate(0)
            yield file
            return


def _is_still_at(part: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(part.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot
            raise
    finally:
        os.close(descriptor)

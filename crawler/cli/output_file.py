"""Writes bytes of strangers where the user wants them: whole or not at all, and never into a terminal."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from crawler.errors import ConfigError


def is_stdout(file: str) -> bool:
    """Whether a file's name means the standard output."""
    return file == "-"


def write_output(file: str, content: bytes) -> None:
    """Write to a file, in the place of one that is there, or to the standard output. Raises ConfigError."""
    if is_stdout(file):
        if sys.stdout.isatty():
            raise ConfigError("the bytes of a stranger's page do not belong on a terminal: name a file, or use a pipe")
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = Path(file)
    try:
        descriptor, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(content)
            Path(part).chmod(0o666 & ~_umask())
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}: name another file") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

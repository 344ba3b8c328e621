"""Run folders: where stages leave their records for one another.

Files appear whole or not at all (written beside and renamed), so that a reader never sees half of one; only the
crawl's own files grow line by line, and a torn last line is dropped when they are read.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import uuid4

from pydantic import ValidationError

from crawler.errors import RunError
from crawler.records import Record

R = TypeVar("R", bound=Record)

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})

RUN_FILE = "run.json"
BATCH_FILE = "batch.json"
CAPTURES_FILE = "captures.jsonl"
DISCOVERIES_FILE = "discoveries.jsonl"
FETCHES_FILE = "fetches.jsonl"
ENDPOINTS_FILE = "endpoints.jsonl"
ARTICLES_FILE = "articles.jsonl"
REJECTIONS_FILE = "rejections.jsonl"
MEMENTOS_FILE = "mementos.jsonl"
MEMENTO_ENDS_FILE = "memento_ends.jsonl"


def safe_run_id(name: str) -> str:
    """A scheduler's name of a run as the name of a run folder: what a file name should not hold becomes a hyphen."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")


def write_record(path: Path, record: Record) -> None:
    """Write one record as an indented JSON file, atomically."""
    with _replacing(path) as file:
        file.write(record.model_dump_json(indent=2, exclude_defaults=False).encode("utf-8") + b"\n")


def read_record(path: Path, model: type[R]) -> R:
    """Read what `write_record` wrote. Raises RunError naming the file."""
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise RunError(f"{path} does not exist: the stage before has not ended, or the path is wrong") from error
    except ValidationError as error:
        raise RunError(f"{path} is not a {model.__name__} of this version: {_first_problem(error)}") from error


def write_records(path: Path, records: Iterable[Record]) -> int:
    """Write records as JSON Lines, atomically; returns how many."""
    return write_lines(path, (record.model_dump_json().encode("utf-8") for record in records))


def write_lines(path: Path, lines: Iterable[bytes]) -> int:
    """Write records that are JSON already, each without a newline, as `write_records`."""
    count = 0
    with _replacing(path) as file:
        for line in lines:
            file.write(line + b"\n")
            count += 1
    return count


def read_records(path: Path, model: type[R]) -> Iterator[R]:
    """Read JSON Lines; a missing file is an empty one. Raises RunError naming file and line.

    A last line without its newline is what a killed process was writing; it is left out.
    """
    return (record for _, record in read_lines(path, model))


def count_records(path: Path) -> int:
    """How many records `read_records` will find."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(line.endswith(b"\n") for line in file)


def read_lines(path: Path, model: type[R]) -> Iterator[tuple[bytes, R]]:
    """Each record with the line that it was read from, without its newline; otherwise as `read_records`."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                yield line[:-1], model.model_validate_json(line)
            except ValidationError as error:
                raise RunError(f"{path}, line {number}: not a {model.__name__}: {_first_problem(error)}") from error


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    # A name of its own: two loaders of one batch report at the same time, and the one must not take the other's part.
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise RunError(f"{path} cannot be written ({error}): make room, or repair the disk") from error
    finally:
        part.unlink(missing_ok=True)


def drop_parts(folder: Path) -> None:
    """Remove what killed writers left beside their files. Only for a folder that nobody writes to."""
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"

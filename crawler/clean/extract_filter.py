"""The filter behind `dateline extract`: pages in, what was found on them out."""

from __future__ import annotations

import io
import os
import select
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import orjson

from crawler.clean.pool import PageTask, WorkerPool
from crawler.clean.reject import Rejected

PAGE_SECONDS, PAGE_BYTES = 5.0, 500_000_000
"""A page that takes longer or needs more memory is rejected, and the others go on."""
PROBLEM = b"!"
"""Starts an answer that says why a line cannot be read. No JSON object starts so."""
ROWS = (sys.executable, "-m", "crawler.clean.rows")
"""The command of the processes that answer lines with rows."""
_READ_BYTES = 1 << 20


def extract_lines(
    source: IO[bytes],
    target: IO[bytes],
    problems: IO[str],
    *,
    workers: int = 1,
    command: Sequence[str] = ROWS,
) -> int:
    """JSON Lines `{id, url, html, …}` to JSON Lines, in order; returns the exit status.

    A line may also hold `content_type`, `time_zone`, `languages`, `fetched_at`, `hint_title`,
    `hint_published_at` and `http_status`. A line that cannot be read is reported on `problems`, and the others go on.
    Whoever writes one page and waits for its row gets it: nothing is held back for pages to come.
    """
    under_way: deque[tuple[int, bytes]] = deque()

    def tasks() -> Iterator[PageTask | None]:
        number = 0
        for line in read_lines(source, lambda: not under_way):
            if line is None:
                yield None
                continue
            number += 1
            if line.strip():
                under_way.append((number, line))
                yield PageTask(line)

    with WorkerPool(workers, PAGE_SECONDS, PAGE_BYTES, beyond_start=True, command=command) as pool:
        return write_rows(pool.clean(tasks()), under_way, target, problems)


def write_rows(
    results: Iterable[bytes | Rejected], under_way: deque[tuple[int, bytes]], target: IO[bytes], problems: IO[str]
) -> int:
    """Write what came of the lines in `under_way`, each with its number; the exit status."""
    status = 0
    for result in results:
        number, line = under_way.popleft()
        row = _rejection(line, result) if isinstance(result, Rejected) else result
        if row.startswith(PROBLEM):
            status = 1
            print(f"line {number}: {row[len(PROBLEM) :].decode('utf-8')}", file=problems)
        else:
            target.write(row + b"\n")
            target.flush()
    return status


def _rejection(line: bytes, result: Rejected) -> bytes:
    """The row of a page that its process could not end with."""
    try:
        page_id = orjson.loads(line)["id"]
    except (ValueError, TypeError, KeyError):
        page_id = None
    return orjson.dumps({"id": page_id, "outcome": "rejected", "reason": result.reason.value, "detail": result.detail})


def read_lines(source: IO[bytes], may_wait: Callable[[], bool]) -> Iterator[bytes | None]:
    """Lines without their newline; None where the next has not come yet and we may not wait for it."""
    try:
        descriptor = source.fileno()
    except io.UnsupportedOperation:  # not a file of the system's: all is there
        yield from source
        return
    parts: list[bytes] = []
    while True:
        if not may_wait() and not select.select([descriptor], [], [], 0)[0]:
            yield None
            continue
        data = os.read(descriptor, _READ_BYTES)
        *lines, rest = data.split(b"\n")
        for line in lines:
            parts.append(line)
            yield b"".join(parts)
            parts.clear()
        parts.append(rest)
        if not data:
            yield b"".join(parts)
            return


def extract_files(
    paths: Sequence[Path],
    target: IO[bytes],
    problems: IO[str],
    *,
    url: str = "",
    content_type: str | None = None,
    text_only: bool = False,
) -> int:
    """One JSON object a file, or only its title and text; returns the exit status."""
    from crawler.clean.rows import extract_file  # loads the extractor, which lines leave to their processes

    status = 0
    for path in paths:
        try:
            row = extract_file(path, url=url, content_type=content_type)
        except OSError as error:
            status = 1
            print(f"{path}: cannot be read: {error.strerror}", file=problems)
            continue
        if not text_only:
            target.write(orjson.dumps(row, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        elif row["outcome"] == "article":
            target.write(f"{row['title']}\n\n{row['text']}\n".encode())
        else:
            status = 1
            print(f"{path}: rejected: {row['reason']}: {row['detail']}", file=problems)
    return status

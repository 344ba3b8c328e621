"""Real pages for measuring, which are not part of the project: `$DATELINE_SHARED/data/pages`, or `../shared`."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import orjson

SHARED = Path(os.environ.get("DATELINE_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SETS = ("articles", "metadata", "dates", "others")


def set_file(name: str) -> Path:
    """JSON Lines `{id, url, html}` of a set, compressed."""
    return SHARED / "data" / "pages" / name / "pages.jsonl.gz"


def missing() -> str | None:
    """What to say where there are no pages to measure with."""
    if set_file(SETS[0]).exists():
        return None
    return f"left out: {SHARED} has no saved pages (DATELINE_SHARED names another folder)"


def read_lines(name: str, most: int | None = None) -> list[bytes]:
    """The lines of a set."""
    with gzip.open(set_file(name), "rb") as lines:
        return list(islice(lines, most))


def read_pages(names: tuple[str, ...], most: int) -> Iterator[bytes]:
    """The HTML of the sets' pages in UTF-8, from the first again when there are no more."""
    lines = list(chain.from_iterable(map(read_lines, names)))
    for number in range(most):
        yield orjson.loads(lines[number % len(lines)])["html"].encode("utf-8", "replace")

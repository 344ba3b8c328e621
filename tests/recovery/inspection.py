"""What must hold after any run, whatever struck the ones before it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator

from crawler.archive import read_response
from crawler.archive.members import iterate_members
from crawler.config import Settings
from crawler.database import run_checks
from crawler.errors import ArchiveError
from crawler.records import Capture

Query = Callable[[str], list[tuple[Any, ...]]]


def find_leases(query: Query) -> list[str]:
    """Batches and sources that are still in somebody's hands."""
    held = query("select 'source ' || source_id from ingest.source_state where lease_batch_id is not null")
    held += query("select 'batch ' || path from ingest.batch where state = 'planned'")
    return [f"{name} is still held" for (name,) in held]


def find_broken_checks(settings: Settings) -> list[str]:
    return [f"check {one.name} fails: {one.sample}" for one in run_checks(settings) if one.failures]


def find_broken_archive(settings: Settings, query: Query) -> tuple[int, int, list[str]]:
    """How many files and captures were read, and what could not be. Each file by two readers that are not ours."""
    files = sorted(Path(settings.archive_url).rglob("*.warc.gz"))
    broken = [str(path) for path in Path(settings.archive_url).rglob("*.unreadable")]
    tool = Path(sys.executable).parent / "warcio"
    if files:
        run = subprocess.run([tool, "check", *files], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            broken.append(f"warcio: {(run.stdout + run.stderr)[-500:]}")
    broken += [problem for path in files for problem in _read_with_fastwarc(path)]
    captures = [Capture.model_validate(record) for (record,) in query("select record from ingest.capture")]
    for capture in captures:
        try:
            read_response(settings.archive_url, capture)
        except ArchiveError as error:
            broken.append(str(error))
    return len(files), len(captures), broken


def _read_with_fastwarc(path: Path) -> list[str]:
    """Each record with its digest, and as many records as there are for our own reader up to the last byte."""
    broken = []
    found = 0
    try:
        for record in ArchiveIterator(str(path), parse_http=False):
            found += 1
            if record.verify_block_digest() is not True:
                broken.append(f"{path}: record {record.record_id} does not match its digest")
    except Exception as error:  # noqa: BLE001 - whatever it raises, the file is not readable
        broken.append(f"{path}: {type(error).__name__}: {error}")
    with path.open("rb") as file:
        members = list(iterate_members(file))
    end = members[-1].offset + members[-1].length if members else 0
    # A reader may take a torn member for the end of the file.
    if found != len(members) or end != path.stat().st_size:
        broken.append(f"{path}: {found} records in {len(members)} members, which end at {end} of the file's bytes")
    return broken

"""How far an import has come. Kept in the run folder, so that the same command goes on where it was cut off.

    <run_id>/import.json     ImportState
    <run_id>/run.json        RunManifest, with the batches that are whole

All that comes before the positions in import.json is in the archive: in a batch that is whole, or in the folder of the
open one. What was archived after the last note of a position is found there again, and not taken twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import Field

from crawler.config import Settings
from crawler.manifests import RunKind, RunManifest
from crawler.records import Instant, Record
from crawler.runs import BATCH_FILE, RUN_FILE, read_record, write_record

IMPORT_FILE = "import.json"


class InputState(Record):
    """One file: which version of it was read, how far, and what was found. `member`, `inner`: see Position."""

    version: str | None = None
    member: int = 0
    inner: int = 0
    is_finished: bool = False
    counts: dict[str, int] = Field(default_factory=dict)
    problems: tuple[str, ...] = ()
    """The first damaged places."""
    problem: str | None = None
    """Why it is not finished, where it could not be read on."""


class ImportState(Record):
    """One import. `open_batch` is the number of the batch that is being filled."""

    run_id: str
    created_at: Instant
    open_batch: int = 1
    inputs: dict[str, InputState] = Field(default_factory=dict)


def import_run_id(kind: str, *parts: object) -> str:
    """The same name for the same inputs and filters, so that the same command finds what it has begun."""
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
    return f"{kind}-{digest[:16]}"


def batch_name(number: int) -> str:
    return f"b{number:05}"


def whole_batches(run_dir: Path, run_id: str, open_batch: int) -> list[str]:
    """The paths of the batches that are ready for the other stages, in order."""
    names = (batch_name(number) for number in range(1, open_batch + 1))
    return [f"{run_id}/{name}" for name in names if (run_dir / name / BATCH_FILE).exists()]


def read_state(settings: Settings, run_id: str) -> ImportState | None:
    path = settings.runs_dir / run_id / IMPORT_FILE
    return read_record(path, ImportState) if path.exists() else None


def write_state(settings: Settings, state: ImportState) -> None:
    write_record(settings.runs_dir / state.run_id / IMPORT_FILE, state)


def write_run(settings: Settings, state: ImportState, batches: Iterable[str]) -> None:
    run = RunManifest(run_id=state.run_id, kind=RunKind.IMPORT, created_at=state.created_at, batches=tuple(batches))
    write_record(settings.runs_dir / state.run_id / RUN_FILE, run)

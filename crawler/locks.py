"""One process at a time at work on a batch, also when the process that started the other was killed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from crawler.errors import RunError
from crawler.runs import drop_parts

WAIT_SECONDS = 30.0
"""Longer than a crawl process lives on after its stage has died."""
_LOCK_FILE = "batch.lock"


@contextmanager
def lock_batch(batch_dir: Path, stage: str) -> Iterator[int]:
    """Hold the batch for a stage; yields a descriptor: a child that inherits it holds the lock for as long as it lives.

    One lock for all stages: a crawl that goes on must not change the files that a clean or a load is reading.
    Raises RunError when another process goes on with it. A lock left by dead processes is no lock, and what they were
    writing is removed.
    """
    with _hold(batch_dir / _LOCK_FILE, stage) as descriptor:
        drop_parts(batch_dir)
        yield descriptor


@contextmanager
def lock_work(folder: Path, work: str, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold a piece of work in a folder of several batches. Raises RunError when another process is at it."""
    with _hold(folder / f"{work}.lock", work, wait_seconds):
        yield


@contextmanager
def _hold(path: Path, work: str, wait_seconds: float = WAIT_SECONDS) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = monotonic() + wait_seconds
        while not _try_lock(descriptor):
            if monotonic() > deadline:
                holder = os.pread(descriptor, 100, 0).decode("ascii", "replace").strip() or "work"
                raise RunError(f"{path.parent}: another process is at its {holder}: wait for its end, or stop it")
            sleep(0.1)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{work}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def is_at_work(batch_dir: Path) -> bool:
    """Whether a process holds the batch at this moment."""
    try:
        descriptor = os.open(batch_dir / _LOCK_FILE, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

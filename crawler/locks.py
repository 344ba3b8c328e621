"""One process at a time in a stage of a batch, also when the process that started the other was killed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from crawler.errors import RunError

WAIT_SECONDS = 30.0
"""Longer than a crawl process lives on after its stage has died."""


@contextmanager
def lock_batch(batch_dir: Path, stage: str) -> Iterator[int]:
    """Hold a stage of the batch, or other work in a folder.

    Yields a descriptor: a child that inherits it holds the lock for as long as it lives.

    Raises RunError when another process goes on with it. A lock left by dead processes is no lock.
    """
    descriptor = os.open(batch_dir / f"{stage}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = monotonic() + WAIT_SECONDS
        while not _try_lock(descriptor):
            if monotonic() > deadline:
                raise RunError(f"{batch_dir}: another process is at its {stage}: wait for its end, or stop it")
            sleep(0.1)
        yield descriptor
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest

from crawler.errors import RunError
from crawler.manifests import RunKind, RunManifest
from crawler.runs import read_record, read_records, write_record, write_records

RUN = RunManifest(run_id="r1", kind=RunKind.NEWS, created_at=datetime(2026, 11, 1, tzinfo=timezone.utc), batches=())


@contextmanager
def no_file_larger_than(limit_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_finds_no_room_is_one_message_and_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_record(path, RUN)
    for write in (lambda: write_record(path, RUN), lambda: write_records(path, [RUN] * 1000)):
        with no_file_larger_than(20), pytest.raises(RunError, match=r"run\.json cannot be written .*make room"):
            write()
    assert read_record(path, RunManifest) == RUN
    assert list(tmp_path.iterdir()) == [path]


def test_writers_of_one_file_at_the_same_time_leave_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "load.jsonl"

    def write_many() -> None:
        for _ in range(50):
            write_records(path, [RUN] * 20)

    with ThreadPoolExecutor(4) as pool:
        for writer in [pool.submit(write_many) for _ in range(4)]:
            writer.result()
    assert list(read_records(path, RunManifest)) == [RUN] * 20
    assert list(tmp_path.iterdir()) == [path]

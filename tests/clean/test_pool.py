"""Cleaning processes: killed when they hang, replaced when they die, gone when their parent is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.clean.pool import PageTask, WorkerPool
from crawler.clean.reject import Rejected
from crawler.errors import StageError
from crawler.reasons import Reason

NAUGHTY = (sys.executable, str(Path(__file__).with_name("naughty_worker.py")))
PAGE = (Path(__file__).parent / "pages" / "flash.html").read_bytes()
MEMORY = 1_500_000_000


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, page_seconds=3, memory_bytes=MEMORY, command=NAUGHTY) as pool:
        yield pool


def task(payload: bytes) -> PageTask:
    return PageTask(payload, {"url": "https://a.example/x", "content_type": "text/html"})


def test_bad_pages_are_rejected_and_the_others_go_on_in_order(pool: WorkerPool) -> None:
    payloads = [PAGE, b"HANG", PAGE, b"CRASH", PAGE, b"FILL", PAGE, b"HANG IN C", PAGE]
    results = list(pool.clean(map(task, payloads)))
    found = [result.reason if isinstance(result, Rejected) else "article" for result in results]
    good, slow, broken = "article", Reason.CLEAN_TIMEOUT, Reason.CLEAN_ERROR
    assert found == [good, slow, good, broken, good, broken, good, slow, good], results
    details = [result.detail or "" for result in results if isinstance(result, Rejected)]
    assert "SIGSEGV" in details[1]
    assert "memory" in details[2]


def test_a_page_is_tried_again_when_somebody_else_killed_its_process(tmp_path: Path) -> None:
    was_here = tmp_path / "was here"
    with WorkerPool(1, page_seconds=30, memory_bytes=MEMORY, command=NAUGHTY) as pool:
        (result,) = pool.clean([task(f"<!-- KILLED ONCE {was_here} -->".encode() + PAGE)])
    assert was_here.exists()
    assert isinstance(result, bytes)


def test_what_is_known_beforehand_passes_through(pool: WorkerPool) -> None:
    lost = Rejected(Reason.ARCHIVE_LOST, "gone")
    first, second = pool.clean([PageTask(lost), task(PAGE)])
    assert first is lost
    assert isinstance(second, bytes)


def test_a_process_that_cannot_start_is_no_fault_of_the_pages() -> None:
    broken = (sys.executable, "-c", "raise SystemExit('no libraries here')")
    with (
        WorkerPool(2, page_seconds=5, memory_bytes=MEMORY, command=broken) as pool,
        pytest.raises(StageError, match="could not start: the cleaning process ended with 1"),
    ):
        list(pool.clean([task(PAGE), task(PAGE)]))


def test_a_process_that_somebody_ended_between_two_pages_is_replaced() -> None:
    with WorkerPool(1, page_seconds=5, memory_bytes=MEMORY) as pool:
        list(pool.clean([task(PAGE)]))
        (worker,) = pool._idle
        os.kill(worker.process, signal.SIGKILL)
        assert all(isinstance(result, bytes) for result in pool.clean([task(PAGE), task(PAGE)]))
        assert worker not in pool._idle


def test_a_nursery_that_somebody_ended_is_started_again() -> None:
    with WorkerPool(1, page_seconds=5, memory_bytes=MEMORY) as pool:
        list(pool.clean([task(PAGE)]))
        (worker,) = pool._idle
        nursery = pool._nursery._process
        assert nursery is not None
        os.kill(nursery.pid, signal.SIGKILL)
        nursery.wait()
        os.kill(worker.process, signal.SIGKILL)
        (result,) = pool.clean([task(PAGE)])
        assert isinstance(result, bytes)


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        from crawler.clean.pool import PageTask, WorkerPool
        pool = WorkerPool(1, 60, {MEMORY}, command={NAUGHTY!r})
        list(pool.clean([PageTask(b"<p>x", {{"url": ""}})]))
        print(*[worker.process for worker in pool._idle], flush=True)
        list(pool.clean([PageTask(b"HANG", {{"url": ""}})])) if len(sys.argv) > 1 else sys.stdin.read()
        """)
    )
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and "Z" not in Path(f"/proc/{worker}/stat").read_text().split(")")[1]:
        assert time.monotonic() < deadline, "the worker outlived its parent"
        time.sleep(0.05)

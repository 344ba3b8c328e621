"""Runs the crawl process: starts it, listens to it, stops it in time, and leaves none behind."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any

from crawler.config import Settings
from crawler.progress import Progress

STOP_GRACE_SECONDS = 20.0
"""How long a crawl that was asked to stop may take to end the requests on their way, before it is killed."""
_POLL_SECONDS = 0.2
LOG_FILE = "crawl.log"


@dataclass
class ChildEnd:
    """How the crawl process ended."""

    exit_code: int
    was_closed: bool = False
    """It said that all it knows is in its files."""
    problem: str | None = None
    ran_out_of_time: bool = False
    stopped_by: int | None = None
    """The signal that we were sent meanwhile."""


def run_child(settings: Settings, batch_dir: Path, progress: Progress, *, use_database: bool, lock: int) -> ChildEnd:
    """Run one crawl process to its end, at most `settings.crawl_seconds` and the grace of a stop.

    It inherits the descriptor `lock`, and with it the batch.
    """
    command = [sys.executable, "-m", "crawler.crawl.process", str(batch_dir.absolute())]
    if not use_database:
        command.append("--no-database")
    with (batch_dir / LOG_FILE).open("ab") as log, _StopSignal() as stop_signal:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(settings),
            pass_fds=(lock,),
            start_new_session=True,  # a Ctrl-C is ours to pass on
        )
        try:
            end = _attend(child, settings.crawl_seconds, progress, stop_signal)
        finally:
            # Whatever ended us, an exception of a signal handler too: no child stays.
            _stop(child)
    end.stopped_by = stop_signal.received
    return end


def _attend(
    child: subprocess.Popen[bytes], limit_seconds: float, progress: Progress, stop_signal: _StopSignal
) -> ChildEnd:
    events: queue.Queue[dict[str, Any] | None] = queue.Queue()
    threading.Thread(target=_listen, args=(child, events), daemon=True).start()
    end = ChildEnd(exit_code=0)
    deadline = monotonic() + limit_seconds
    kill_at: float | None = None
    while True:
        try:
            event = events.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            event = {}
        if event is None:
            break
        if event.get("event") == "progress":
            progress(event["done"], event["total"] or None, "pages")
        elif event.get("event") == "closed":
            end.was_closed = event["reason"] in ("finished", "stopped")
            end.problem = event["problem"]
        now = monotonic()
        if kill_at is None and (stop_signal.received is not None or now >= deadline):
            end.ran_out_of_time = stop_signal.received is None
            kill_at = now + STOP_GRACE_SECONDS
            child.terminate()
        elif kill_at is not None and now >= kill_at:
            _kill_group(child)
            break
    _await(child)
    end.exit_code = child.wait()
    return end


def _listen(child: subprocess.Popen[bytes], events: queue.Queue[dict[str, Any] | None]) -> None:
    if child.stdout is not None:
        for line in child.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # a library that prints
            if isinstance(event, dict):
                events.put(event)
    events.put(None)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End the process if it still runs: asked first, then killed."""
    if child.poll() is None:
        child.terminate()
        _await(child)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _await(child: subprocess.Popen[bytes]) -> None:
    """Let the process end by itself for a while, then kill it: a question to the database may hold it."""
    try:
        child.wait(STOP_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        _kill_group(child)
        child.wait()


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)


def _environment(settings: Settings) -> dict[str, str]:
    """Our settings as environment variables, however we came by them; the password is not on the command line."""
    package_parent = str(Path(__file__).resolve().parents[2])
    python_path = os.environ.get("PYTHONPATH")
    given = {
        "DATELINE_HOME": str(settings.home),
        "DATELINE_DATABASE_URL": settings.database_url or "",
        "DATELINE_ARCHIVE_URL": settings.archive_url,
        "DATELINE_RUNS": str(settings.runs_dir),
        "DATELINE_CONTACT": settings.contact or "",
        "DATELINE_BROWSER": settings.browser or "",
        # Threads that read lists would each keep a heap of their own.
        "MALLOC_ARENA_MAX": "2",
        "PYTHONPATH": f"{package_parent}{os.pathsep}{python_path}" if python_path else package_parent,
    }
    return {**os.environ, **given}


class _StopSignal:
    """Notes SIGTERM while a crawl runs, where it would otherwise end us before the crawl's files are in order.

    A handler that somebody else installed (Airflow raises an exception in one) is left alone.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self._is_ours = False

    def __enter__(self) -> _StopSignal:
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, self._note)
            self._is_ours = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.received = number

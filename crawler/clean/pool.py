"""Processes that clean pages, each page within its time and memory, replaced when one hangs or dies."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import crawler
from crawler.clean.reject import Rejected
from crawler.clean.worker import ANSWER_LENGTH, REQUEST_LENGTHS
from crawler.errors import StageError
from crawler.reasons import Reason
from crawler.records import ArticleFields

_START_SECONDS = 60.0
_PAGES_A_WORKER = 500
"""After this many pages a process is replaced, so that what a library leaks stays small."""
_PAGES_WORTH_A_START = 10
"""Starting a process costs about as much as cleaning this many pages."""
_WORKER_COMMAND = (sys.executable, "-m", "crawler.clean.worker")


@dataclass(frozen=True)
class PageTask:
    """A page to clean: its bytes, or what is known of it already; and the arguments of `extract_article`, as JSON."""

    payload: bytes | Rejected
    arguments: dict[str, Any] = field(default_factory=dict)


class WorkerEndedError(Exception):
    """The process ended in the middle of a page."""


class WorkerPool:
    """Cleans pages in up to `workers` processes, in order. `expected` pages decide how many are worth starting.

    `modules` are loaded by each process before its first page.

    The processes belong to this one: they end with it, even when it is killed.
    """

    def __init__(
        self,
        workers: int,
        page_seconds: float,
        memory_bytes: int,
        *,
        expected: int | None = None,
        modules: Sequence[str] = (),
        command: Sequence[str] = _WORKER_COMMAND,
    ):
        worth = workers if expected is None else -(-expected // _PAGES_WORTH_A_START)
        self._size = max(1, min(workers, worth))
        self._page_seconds = page_seconds
        self._command = (*command, str(memory_bytes), str(page_seconds * 2 + 5), *modules)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(self._size, thread_name_prefix="clean")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes, busy ones included."""
        with self._lock:
            workers = list(self._all)
        for worker in workers:
            worker.end()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in list(self._all):  # one that started meanwhile
            worker.end()

    def clean(self, tasks: Iterable[PageTask]) -> Iterator[ArticleFields | Rejected]:
        """The results of the tasks in their order; a few tasks are read ahead. Raises StageError as `_Worker.ask`."""
        waiting: deque[Future[ArticleFields | Rejected]] = deque()
        for task in tasks:
            waiting.append(self._threads.submit(self._clean_one, task))
            if len(waiting) >= 2 * self._size:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _clean_one(self, task: PageTask) -> ArticleFields | Rejected:
        if isinstance(task.payload, Rejected):
            return task.payload
        for is_last_try in (False, True):
            worker = self._take()
            try:
                answer = worker.ask(task.payload, task.arguments, self._page_seconds)
                break
            except TimeoutError:
                self._discard(worker)
                return Rejected(Reason.CLEAN_TIMEOUT, f"longer than {self._page_seconds:g} s")
            except WorkerEndedError as error:
                self._discard(worker)
                # Somebody else may have killed it: only a page that ends two processes is to blame.
                if is_last_try:
                    return Rejected(Reason.CLEAN_ERROR, str(error))
        if worker.pages >= _PAGES_A_WORKER or answer.get("ends"):
            self._discard(worker)
        else:
            with self._lock:
                self._idle.append(worker)
        if "fields" in answer:
            return ArticleFields.model_validate(answer["fields"])
        return Rejected(Reason(answer["reason"]), answer.get("detail"))

    def _take(self) -> _Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                worker = _Worker(self._command)
                with self._lock:
                    self._all.add(worker)
                return worker
            if worker.is_alive():
                return worker
            self._discard(worker)

    def _discard(self, worker: _Worker) -> None:
        worker.end()
        with self._lock:
            self._all.discard(worker)


class _Worker:
    """One process and its pipes."""

    def __init__(self, command: Sequence[str]):
        package_root = str(Path(crawler.__file__).parent.parent)
        paths = [package_root, os.environ.get("PYTHONPATH", "")]
        self.pages = 0
        self._is_ready = False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Threads of a BLAS library would eat the address space that the limit leaves.
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, paths)),
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
            start_new_session=True,  # a Ctrl-C is for the stage, which ends its workers itself
        )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, payload: bytes, arguments: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Have one page cleaned. Raises TimeoutError and WorkerEndedError, after which the worker is of no use.

        Raises StageError when the process cannot start: that is no fault of the page.
        """
        if not self._is_ready:
            self._await_start()
        self.pages += 1
        header = json.dumps(arguments).encode("utf-8")
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - opened above
        try:
            pipe.write(REQUEST_LENGTHS.pack(len(header), len(payload)) + header + payload)
            pipe.flush()
        except (BrokenPipeError, ValueError) as error:
            raise self._ended() from error
        return self._read(time.monotonic() + seconds)

    def _await_start(self) -> None:
        try:
            self._read(time.monotonic() + _START_SECONDS)
        except (TimeoutError, WorkerEndedError) as error:
            why = str(error) or f"it was not ready within {_START_SECONDS:g} s"
            raise StageError(
                f"A cleaning process could not start: {why}. Its own words are in the log; it may lack memory "
                "(DATELINE_PAGE_MEMORY_MB, DATELINE_CLEAN_WORKERS)"
            ) from error
        self._is_ready = True

    def end(self) -> None:
        """Kill the process, if it still runs, and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe:
                    pipe.close()
            except BrokenPipeError:
                continue  # what was still to be written has no reader left

    def _read(self, deadline: float) -> dict[str, Any]:
        (length,) = ANSWER_LENGTH.unpack(self._read_bytes(ANSWER_LENGTH.size, deadline))
        answer: dict[str, Any] = json.loads(self._read_bytes(length, deadline))
        return answer

    def _read_bytes(self, count: int, deadline: float) -> bytes:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - opened in __init__
        data = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while len(data) < count:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                part = os.read(pipe.fileno(), count - len(data))
                if not part:
                    raise self._ended()
                data += part
        return bytes(data)

    def _ended(self) -> WorkerEndedError:
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return WorkerEndedError("the cleaning process closed its pipe")
        if code < 0:
            return WorkerEndedError(f"the cleaning process was ended by {signal.Signals(-code).name}")
        return WorkerEndedError(f"the cleaning process ended with {code}")

"""Cleans pages in several processes, in order, each page within its time and memory."""

from __future__ import annotations

import selectors
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import orjson

from crawler.clean.processes import Nursery, Worker, WorkerEndedError
from crawler.clean.reject import Rejected
from crawler.reasons import Reason

_PAGES_A_WORKER = 2000
"""After this many pages a process is replaced, so that what a library leaks stays small."""
CLEANING = (sys.executable, "-m", "crawler.clean.worker")
"""The command of the processes that clean captures."""
_MOST_ENDS = 2
"""A process may be killed by somebody else: only a page that ends two is to blame."""


@dataclass(frozen=True)
class PageTask:
    """A page: its bytes, or what is known of it already; and the arguments of the processes' handler, as JSON."""

    payload: bytes | Rejected
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class _Job:
    """A task under way. `ended` counts the processes that ended in the middle of it."""

    task: PageTask
    result: bytes | Rejected | None = None
    ended: int = 0


class WorkerPool:
    """Up to `workers` processes, which end with this one, even when it is killed.

    A page may take `page_seconds`, its process have `memory_bytes` of address space (`beyond_start`: on top of what a
    process starts with). `command` starts their nursery, which loads `modules` first.
    """

    def __init__(
        self,
        workers: int,
        page_seconds: float,
        memory_bytes: int,
        *,
        beyond_start: bool = False,
        modules: Sequence[str] = (),
        command: Sequence[str] = CLEANING,
    ):
        self._size = max(1, workers)
        self._page_seconds = page_seconds
        memory = f"{'+' if beyond_start else ''}{memory_bytes}"
        self._nursery = Nursery((*command, memory, str(page_seconds * 2 + 5), *modules))
        self._idle: list[Worker] = []
        self._busy: dict[Worker, _Job] = {}
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes, busy ones included."""
        for worker in (*self._idle, *self._busy):
            self._end(worker)
        self._selector.close()
        self._nursery.close()

    def clean(self, tasks: Iterable[PageTask | None]) -> Iterator[bytes | Rejected]:
        """What the processes' handler made of the tasks, in their order; a few tasks are read ahead.

        A None among the tasks says that there is no further one yet: those under way are waited for first.
        Raises StageError when no process can be started.
        """
        source = iter(tasks)
        window: deque[_Job] = deque()
        waiting: deque[_Job] = deque()
        is_more, is_late = True, False
        while is_more or window:
            while window and window[0].result is not None:
                yield window.popleft().result  # type: ignore[misc]  # it has one
            while waiting and (worker := self._take()):
                self._give(worker, waiting.popleft(), waiting)
            if is_more and len(window) < 3 * self._size and not (is_late and self._busy):
                try:
                    task = next(source)
                except StopIteration:
                    is_more = False
                    continue
                is_late = task is None
                if task is None:
                    continue
                job = _Job(task, task.payload if isinstance(task.payload, Rejected) else None)
                window.append(job)
                if job.result is None:
                    waiting.append(job)
                # To read a task ahead takes a while: whoever has answered meanwhile gets the next.
                self._collect(waiting, seconds=0)
            elif self._busy:
                self._collect(waiting, seconds=min(worker.deadline for worker in self._busy) - time.monotonic())
                is_late = False

    def _take(self) -> Worker | None:
        if self._idle:
            return self._idle.pop()
        if len(self._busy) >= self._size:
            return None
        worker = self._nursery.fork()
        self._selector.register(worker.answers, selectors.EVENT_READ, worker)
        return worker

    def _give(self, worker: Worker, job: _Job, waiting: deque[_Job]) -> None:
        payload = job.task.payload
        assert isinstance(payload, bytes)  # noqa: S101 - the others have their result
        self._busy[worker] = job
        try:
            worker.ask(payload, job.task.arguments, self._page_seconds)
        except WorkerEndedError:
            self._lose(worker, waiting)

    def _collect(self, waiting: deque[_Job], seconds: float) -> None:
        """Take in what has been answered, or is within `seconds`; give up pages whose time is over."""
        for key, _ in self._selector.select(max(0.0, seconds)):
            worker: Worker = key.data
            try:
                answer = worker.read()
            except WorkerEndedError:
                self._lose(worker, waiting)
                continue
            if answer is not None:
                self._finish(worker, *answer)
        now = time.monotonic()
        for worker in [worker for worker in self._busy if worker.deadline <= now]:
            self._busy[worker].result = Rejected(Reason.CLEAN_TIMEOUT, f"longer than {self._page_seconds:g} s")
            self._end(worker)

    def _finish(self, worker: Worker, kind: bytes, body: bytes) -> None:
        job = self._busy[worker]
        if kind == b"A":
            job.result = body
        elif kind == b"R":
            reason, detail = orjson.loads(body)
            job.result = Rejected(Reason(reason), detail)
        else:
            job.result = Rejected(Reason.CLEAN_ERROR, "out of memory")
        if kind == b"M" or worker.pages >= _PAGES_A_WORKER:
            self._end(worker)
        else:
            del self._busy[worker]
            self._idle.append(worker)

    def _lose(self, worker: Worker, waiting: deque[_Job]) -> None:
        """A process has ended by itself, in the middle of a page or between two."""
        job = self._busy.get(worker)
        why = self._end(worker)
        if job is None:
            return
        job.ended += 1
        if job.ended < _MOST_ENDS:
            waiting.appendleft(job)
        else:
            job.result = Rejected(Reason.CLEAN_ERROR, why)

    def _end(self, worker: Worker) -> str:
        self._selector.unregister(worker.answers)
        if self._busy.pop(worker, None) is None:
            self._idle.remove(worker)
        return worker.end()

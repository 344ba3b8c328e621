"""The parent's side of cleaning processes: starting, asking, reading and ending them."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

import crawler
from crawler.errors import StageError

ORDER_LENGTH, ANSWER_HEAD_LENGTH = 5, 5
_START_SECONDS = 60.0
_PIPE_BYTES = 1 << 20
"""What Linux lets anybody's pipe hold: a page goes over in one piece."""


class WorkerEndedError(Exception):
    """The process has ended by itself."""


class Nursery:
    """The process that has all libraries loaded, and forks itself into workers (`crawler.clean.worker`).

    It is started at the first fork, and again where somebody killed it.
    """

    def __init__(self, command: Sequence[str]):
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def fork(self) -> Worker:
        """A new worker. Raises StageError when none can be started: that is no fault of a page."""
        for is_last_try in (False, True):
            self._start()
            assert self._control is not None  # noqa: S101 - opened by _start
            requests_read, requests_write = os.pipe()
            answers_read, answers_write = os.pipe()
            try:
                socket.send_fds(self._control, [_order(b"F")], [requests_read, answers_write])
                process = self._reply()
                _widen(requests_write)
                return Worker(self, process, requests_write, answers_read)
            except OSError as error:
                os.close(requests_write)
                os.close(answers_read)
                self.close()
                if is_last_try:
                    raise _cannot_start(str(error)) from error
            finally:
                os.close(requests_read)
                os.close(answers_write)
        raise AssertionError("unreachable")

    def end(self, process: int) -> int | None:
        """End a worker; its exit code, where the nursery still lives to tell it."""
        if self._control is None:
            return None
        try:
            self._control.sendall(_order(b"E", process))
            return self._reply()
        except OSError:
            self.close()  # its workers end with their pipes, or by their own alarm
            return None

    def close(self) -> None:
        """End the nursery and with it all workers."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _start(self) -> None:
        if self._control is not None:
            return
        package_root = str(Path(crawler.__file__).parent.parent)
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                self._command,
                stdin=theirs.fileno(),
                # Threads of a BLAS library would eat the address space that the limit leaves, and do not fork.
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH", "")])),
                    "OMP_NUM_THREADS": "1",
                    "OPENBLAS_NUM_THREADS": "1",
                },
                start_new_session=True,  # a Ctrl-C is for the stage, which ends its workers itself
            )
        self._control.settimeout(_START_SECONDS)
        try:
            self._reply()
        except TimeoutError as error:
            self._process.kill()
            self.close()
            raise _cannot_start(f"it was not ready within {_START_SECONDS:g} s") from error
        except OSError as error:
            code = self._process.wait()
            self.close()
            raise _cannot_start(_ended(code)) from error

    def _reply(self) -> int:
        """The number in the nursery's next message. Raises OSError when it has none."""
        assert self._control is not None  # noqa: S101 - asked by those who have just used it
        reply = self._control.recv(ORDER_LENGTH, socket.MSG_WAITALL)
        if len(reply) < ORDER_LENGTH:
            raise ConnectionError("the process that the others are made from has ended")
        return int.from_bytes(reply[1:], "big", signed=True)


class Worker:
    """One process and its pipes. `deadline` (monotonic seconds) is that of the page that it is busy with."""

    def __init__(self, nursery: Nursery, process: int, requests: int, answers: int):
        self.process = process
        self.answers = answers
        self.pages = 0
        self.deadline = 0.0
        self._nursery = nursery
        self._requests = requests
        self._answer = bytearray()

    def ask(self, payload: bytes, arguments: dict[str, Any], seconds: float) -> None:
        """Give it a page. Raises WorkerEndedError."""
        self.pages += 1
        self._answer.clear()
        header = orjson.dumps(arguments)
        lengths = len(header).to_bytes(4, "big") + len(payload).to_bytes(4, "big")
        self.deadline = time.monotonic() + seconds
        try:
            left = os.writev(self._requests, (lengths, header, payload)) - len(lengths) - len(header)
            # A page that the pipe cannot hold: the process is reading already.
            while left < len(payload):
                left += os.write(self._requests, memoryview(payload)[left:])
        except BrokenPipeError as error:
            raise WorkerEndedError from error

    def read(self) -> tuple[bytes, bytes] | None:
        """Kind and body of the answer once it is all there, after `answers` can be read. Raises WorkerEndedError."""
        part = os.read(self.answers, _PIPE_BYTES)
        if not part:
            raise WorkerEndedError
        self._answer += part
        head = self._answer[:ANSWER_HEAD_LENGTH]
        if len(head) < ANSWER_HEAD_LENGTH or len(self._answer) < ANSWER_HEAD_LENGTH + int.from_bytes(head[1:], "big"):
            return None
        return bytes(head[:1]), bytes(self._answer[ANSWER_HEAD_LENGTH:])

    def end(self) -> str:
        """End the process, if it still runs; how it ended."""
        os.close(self._requests)
        os.close(self.answers)
        return _ended(self._nursery.end(self.process))


def _order(kind: bytes, number: int = 0) -> bytes:
    return kind + number.to_bytes(4, "big", signed=True)


def _widen(pipe: int) -> None:
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        try:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:
            return  # beyond what this user may have: it goes over in smaller pieces


def _ended(code: int | None) -> str:
    if code is None:
        return "the cleaning process ended"
    if code < 0:
        return f"the cleaning process was ended by {signal.Signals(-code).name}"
    return f"the cleaning process ended with {code}"


def _cannot_start(why: str) -> StageError:
    return StageError(
        f"A cleaning process could not start: {why}. Its own words are in the log; it may lack memory "
        "(DATELINE_PAGE_MEMORY_MB, DATELINE_CLEAN_WORKERS)"
    )

"""Child processes that start together, are restarted when they die, and all end with us.

Airflow's components fork workers and those fork tasks. To leave none behind, each component has a session of its own,
we adopt orphans (Linux: child subreaper), and a stop ends with a sweep over every descendant.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from crawler.errors import DatelineError

log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_RESTARTS = 5
_RESTART_WINDOW_SECONDS = 300.0
MAX_LOG_BYTES = 20_000_000
_LAST_BYTES = 2_000


class ComponentFailedError(DatelineError):
    """A component keeps dying. The message names its log."""


@dataclass
class Component:
    """One child: its command, environment and log file."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_path: Path
    has_workers: bool = False
    """Whether it runs work in processes of its own, which are to end, and to report it, before anything else does."""
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=_RESTARTS))

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts components, keeps them alive, and stops them all. Not thread-safe: one thread owns it."""

    def __init__(self, on_restart: Callable[[str], None]) -> None:
        self.components: list[Component] = []
        self._on_restart = on_restart
        _adopt_orphans()

    def start(self, component: Component) -> None:
        """Start a component and keep it from now on."""
        component.process = _spawn(component)
        self.components.append(component)

    def check(self) -> None:
        """Restart what has died, and bound the logs. Raises ComponentFailedError when one died too often to go on."""
        for component in self.components:
            _bound_log(component.log_path)
            process = component.process
            if process is None or process.poll() is None:
                continue
            now = time.monotonic()
            component.deaths.append(now)
            end_group(process.pid)
            how = _describe_exit(process.returncode)
            if len(component.deaths) == _RESTARTS and now - component.deaths[0] < _RESTART_WINDOW_SECONDS:
                raise ComponentFailedError(
                    f"{component.name} {how} for the {_RESTARTS}th time within {_RESTART_WINDOW_SECONDS:.0f} s: "
                    f"{_last_line(component.log_path)} (log: {component.log_path})"
                )
            self._on_restart(f"{component.name} {how}; starting it again (log: {component.log_path})")
            component.process = _spawn(component)
        _reap_orphans({c.process.pid for c in self.components if c.process is not None})

    def kill(self, name: str) -> None:
        """Kill a component that lives and does nothing. The next check starts it again."""
        for component in self.components:
            if component.name == name and component.process is not None:
                end_group(component.process.pid)

    def stop(self, seconds: float) -> None:
        """Ask all components to end, those with workers first, and kill what is still there.

        Each of the two groups has half of `seconds`. A worker that is told while the others still run can hand its
        task back, so that the next start takes it up at once instead of waiting for its heartbeat to be missed.
        """
        with_workers = [component for component in self.components if component.has_workers]
        for component in with_workers:
            _terminate(component, including_workers=True)
        _wait_until_ended(with_workers, seconds / 2)
        for component in self.components:
            _terminate(component)
        _wait_until_ended(self.components, seconds / 2)
        for component in self.components:
            if component.process is not None:
                end_group(component.process.pid)
                component.process.wait()
        self.components.clear()
        sweep_descendants()


def _terminate(component: Component, *, including_workers: bool = False) -> None:
    if component.process is None or component.process.poll() is not None:
        return
    workers = psutil.Process(component.process.pid).children() if including_workers else []
    component.process.terminate()
    for worker in workers:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.terminate()


def _wait_until_ended(components: Sequence[Component], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(component.is_running for component in components):
        time.sleep(0.1)


def end_group(group: int) -> None:
    """Kill what is left of a component's process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def sweep_descendants() -> None:
    """Kill every descendant of this process that is still there, and wait until it is gone."""
    for _ in range(3):
        remaining = psutil.Process().children(recursive=True)
        for process in remaining:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
        _, alive = psutil.wait_procs(remaining, timeout=2)
        if not alive:
            return


def _spawn(component: Component) -> subprocess.Popen[bytes]:
    component.log_path.parent.mkdir(parents=True, exist_ok=True)
    with component.log_path.open("ab") as output:
        return subprocess.Popen(
            list(component.command),
            env=dict(component.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )


def _bound_log(path: Path) -> None:
    """Move a long log aside as `….log.1`. Copied and cut, because the component holds it open, for appending."""
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        shutil.copyfile(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)


def _last_line(path: Path) -> str:
    """What a component said last: with luck the reason why it ended."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LAST_BYTES))
        lines = file.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def _end_with_parent() -> None:
    """Runs in the child: SIGTERM when the supervisor dies, even by SIGKILL."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _adopt_orphans() -> None:
    """A task whose parent was killed becomes our child, where the sweep finds it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _reap_orphans(own: set[int]) -> None:
    """Collect adopted children that have ended; those that we started are their Popen's to collect."""
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
            if child.pid not in own and child.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(child.pid, os.WNOHANG)


def _describe_exit(returncode: int) -> str:
    if returncode < 0:
        return f"was killed by {signal.Signals(-returncode).name}"
    return f"ended with status {returncode}"

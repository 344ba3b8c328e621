"""What the machine must have before anything is started: a folder that can be written, space, free ports."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from crawler.errors import ConfigError

_FREE_BYTES = 500_000_000


def check_home(home: Path) -> None:
    """Make the folder of the local state. Raises ConfigError when that cannot be done, or the disk is nearly full."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{home} cannot be made ({error.strerror}): set DATELINE_HOME to a folder that can be written"
        ) from error
    free = shutil.disk_usage(home).free
    if free < _FREE_BYTES:
        raise ConfigError(
            f"only {free // 1_000_000} MB are free under {home}, and {_FREE_BYTES // 1_000_000} MB are needed: free "
            "some space, or set DATELINE_HOME to a folder on another disk"
        )


def lock_home(home: Path) -> IO[str]:
    """Hold the folder for one `dateline up`, until the file that this returns is closed or the process ends.

    Raises ConfigError when another holds it: two would stop each other's database.
    """
    file = (home / "up.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise ConfigError(
            f"`make run` is running in {home} already (process {holder}): stop it first, or set DATELINE_HOME to "
            "another folder, with ports of its own"
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def check_ports(ports: range, what: str, variable: str) -> None:
    """Raise ConfigError for the first port of 127.0.0.1 that is taken, saying what needs it and what to set."""
    for port in ports:
        if not is_port_free(port) or _is_bound(port):
            needs = f"port {ports.start}" if len(ports) == 1 else f"ports {ports.start} to {ports.stop - 1}"
            raise ConfigError(
                f"port {port} on 127.0.0.1 is in use, and {what} needs {needs}: stop what uses it (another "
                f"`make run`?), or set {variable} to {'a free one' if len(ports) == 1 else 'the first of as many free'}"
            )


def is_port_free(port: int) -> bool:
    """Whether nothing listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _is_bound(port: int) -> bool:
    """Whether the port is taken though nothing listens: the near end of somebody's connection bars it as well."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def find_port_pair(first: int) -> int:
    """The first of two neighbouring free ports, for Airflow's log servers."""
    for port in range(first, first + 200, 2):
        if is_port_free(port) and is_port_free(port + 1):
            return port
    raise ConfigError(f"no two free ports between {first} and {first + 200} on 127.0.0.1: set DATELINE_AIRFLOW_PORT")

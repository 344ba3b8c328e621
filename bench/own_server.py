"""A PostgreSQL of a benchmark's own, which ends with it."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.config import Settings, load_settings
from crawler.database import EmbeddedServer, migrate


def forget_cached(directory: Path) -> None:
    """Ask the operating system to forget what it holds of the files."""
    os.sync()
    for path in directory.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


@contextmanager
def own_server() -> Iterator[tuple[EmbeddedServer, Settings, Callable[[], None]]]:
    """An embedded server of ours, settings that use it, and a function that restarts it with cold caches."""
    home = Path(tempfile.mkdtemp(prefix="dateline bench "))
    home.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = load_settings({"DATELINE_HOME": str(home), "DATELINE_POSTGRES_PORT": str(port)})
    server = EmbeddedServer(settings)

    def restart() -> None:
        server.stop()
        forget_cached(home)
        server.start()

    try:
        server.start()
        migrate(settings)
        yield server, settings, restart
    finally:
        server.stop(seconds=0)
        shutil.rmtree(home, ignore_errors=True)

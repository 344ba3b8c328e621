from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.local import supervisor as supervisor_module
from crawler.local.supervisor import Component, ComponentFailedError, Supervisor

TALKER = "import time\nfor n in range(10_000):\n    print(f'line {n}', flush=True)\n    time.sleep(0.002)"


def test_a_long_log_is_moved_aside_while_its_component_goes_on(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(supervisor_module, "MAX_LOG_BYTES", 1000)
    log = tmp_path / "talker.log"
    restarts: list[str] = []
    supervisor = Supervisor(restarts.append)
    supervisor.start(Component("talker", (sys.executable, "-c", TALKER), {}, log))
    try:
        aside = tmp_path / "talker.log.1"
        deadline = time.monotonic() + 60
        while not aside.exists():
            assert time.monotonic() < deadline, "the log was never moved aside"
            supervisor.check()
            time.sleep(0.05)
        size = log.stat().st_size
        while log.stat().st_size <= size:
            assert time.monotonic() < deadline, "the component wrote nothing after that"
            time.sleep(0.05)
        assert b"\0" not in log.read_bytes()  # it appends: no hole where the old lines were
        assert aside.read_bytes().startswith(b"line 0\n")
        assert restarts == []
    finally:
        supervisor.stop(5)


def test_a_component_that_keeps_ending_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    code = "import sys; print('first', flush=True); sys.exit('port 1 is in use\\n')"
    supervisor = Supervisor(lambda message: None)
    supervisor.start(Component("server", (sys.executable, "-c", code), {}, tmp_path / "server.log"))
    deadline = time.monotonic() + 60
    try:
        with pytest.raises(
            ComponentFailedError, match=r"ended with status 1 .*: port 1 is in use \(log: .*server\.log\)"
        ):
            while time.monotonic() < deadline:
                supervisor.check()
                time.sleep(0.01)
    finally:
        supervisor.stop(5)

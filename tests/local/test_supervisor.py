from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from crawler.local import supervisor as supervisor_module
from crawler.local.supervisor import Component, Supervisor

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

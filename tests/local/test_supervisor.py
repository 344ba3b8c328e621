"""In a process of its own: a supervisor ends everything below the process that it is in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SUPERVISE = """
import sys, time
from pathlib import Path
from crawler.local import supervisor as module

module.MAX_LOG_BYTES = 1000
log = Path(sys.argv[1])
talker = "import time\\nfor n in range(10_000):\\n    print(f'line {n}', flush=True)\\n    time.sleep(0.002)"
restarts = []
supervisor = module.Supervisor(restarts.append)
supervisor.start(module.Component("talker", (sys.executable, "-c", talker), {}, log))
aside = log.with_name("talker.log.1")
deadline = time.monotonic() + 60
while not aside.exists() and time.monotonic() < deadline:
    supervisor.check()
    time.sleep(0.05)
size = log.stat().st_size
while log.stat().st_size <= size and time.monotonic() < deadline:
    time.sleep(0.05)
supervisor.stop(5)
print(len(restarts), log.stat().st_size > size)
"""


def test_a_long_log_is_moved_aside_while_its_component_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "talker.log"
    command = [sys.executable, "-c", SUPERVISE, str(log)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.returncode) == ("0 True\n", 0), ended.stderr
    assert b"\0" not in log.read_bytes()  # it appends: no hole where the old lines were
    assert (tmp_path / "talker.log.1").read_bytes().startswith(b"line 0\n")

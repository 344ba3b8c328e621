"""A cleaning process that misbehaves where the payload says so; otherwise it cleans."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path
from typing import Any

from crawler.clean.reject import Rejected
from crawler.clean.worker import clean_page, main


def handle(payload: bytes, arguments: dict[str, Any]) -> bytes | Rejected:
    if b"HANG IN C" in payload:
        re.match(r"(a+)+$", "a" * 50 + "b")  # holds the interpreter, as a runaway pattern in a library would
    if b"HANG" in payload:
        time.sleep(600)
    if b"CRASH" in payload:
        os.kill(os.getpid(), signal.SIGSEGV)
    if killed_once := re.search(rb"KILLED ONCE (.+?) -->", payload):
        was_here = Path(killed_once[1].decode())
        if not was_here.exists():
            was_here.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    if b"FILL" in payload:
        return handle(b"x" * 10**12, arguments)
    print("a library that prints does not harm")
    return clean_page(payload, arguments)


if __name__ == "__main__":
    main(handle)

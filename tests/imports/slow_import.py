"""The command line, a little slower at each page that it archives, so that a test can kill it where it likes."""

from __future__ import annotations

import time

from crawler.cli.main import main
from crawler.imports.batch import OpenBatch

_add = OpenBatch.add


def add(*arguments: object) -> None:
    time.sleep(0.02)
    _add(*arguments)  # type: ignore[arg-type]


OpenBatch.add = add  # type: ignore[method-assign, assignment]
main()

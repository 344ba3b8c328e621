"""Loads batch folders one after the other: a process of its own, so that a test can kill it.

Arguments: home, URL, folders. Says `committed` with each that is loaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

from crawler.config import load_settings
from crawler.load import load_batch


def _say(done: int, total: int | None, note: str) -> None:
    print(done, note, flush=True)


if __name__ == "__main__":
    home, url, *folders = sys.argv[1:]
    settings = load_settings({"DATELINE_HOME": home, "DATELINE_DATABASE_URL": url})
    for folder in folders:
        load_batch(settings, Path(folder), _say)
        print("committed", folder, flush=True)

"""Loads one batch folder: a process of its own, so that a test can kill it. Arguments: home, URL, folder."""

from __future__ import annotations

import sys
from pathlib import Path

from crawler.config import load_settings
from crawler.load import load_batch


def _say(done: int, total: int | None, note: str) -> None:
    print(done, note, flush=True)


if __name__ == "__main__":
    home, url, folder = sys.argv[1:]
    load_batch(load_settings({"DATELINE_HOME": home, "DATELINE_DATABASE_URL": url}), Path(folder), _say)

"""Extracts the pages of `hostile_pages`, each in a process with bounds of its own, and says how each ended.

    python -m tests.clean.limited [pages] [runs] [NAME …]      JSON Lines {name, seconds, megabytes, ended, reason}

Run by test_hostile.py. The bounds hold for what a page takes, and not for what loading the extractor does.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator

from crawler.clean.extract import extract_article
from crawler.clean.reject import Rejected
from tests.clean.hostile_pages import PAGES, RUNS, article, pages_of_runs, plain_of_runs

MOST_SECONDS = 5
MOST_BYTES = 500_000_000
RUN_LENGTH = 20_000
_URL = "https://nahrin.example/2031/05/04/wells"


def pages(names: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """Name, media type and payload of the pages of these names; `pages` and `runs` are all of a sort."""
    for name, make in PAGES.items():
        if "pages" in names or name in names:
            yield name, "text/html; charset=utf-8", make().encode()
    for run in RUNS:
        name = f"runs of {run!r}"
        if "runs" in names or name in names:
            yield name, "text/html; charset=utf-8", pages_of_runs(run, RUN_LENGTH).encode("utf-8", "replace")
            yield f"{name} in plain text", "text/plain; charset=utf-8", plain_of_runs(run, RUN_LENGTH).encode()


def extract_within_bounds(kind: str, payload: bytes) -> dict[str, object]:
    """Extract in a child; `ended` is article, rejected, or how the child died."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123 - as plain as can be
            used = int(sizes.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MOST_BYTES, used + MOST_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
        faulthandler.register(signal.SIGXCPU, chain=True)  # says where the time went
        try:
            result = extract_article(payload, content_type=kind, url=_URL)
            end = {"ended": "rejected" if isinstance(result, Rejected) else "article"}
            if isinstance(result, Rejected):
                end["reason"] = f"{result.reason.value}: {result.detail}"
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
            end = {"ended": f"{type(error).__name__}: {error}"[:300]}
        os.write(writer, json.dumps(end).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        told = answer.read()
    _, status, usage = os.wait4(child, 0)
    end = json.loads(told) if told else {"ended": f"killed by signal {os.WTERMSIG(status)}"}
    return {**end, "seconds": round(usage.ru_utime + usage.ru_stime, 2), "megabytes": usage.ru_maxrss // 1024}


def main() -> None:
    extract_article(article().encode(), url=_URL)  # so that all that loads once has loaded
    for name, kind, payload in pages(sys.argv[1:] or ["pages", "runs"]):
        print(json.dumps({"name": name, **extract_within_bounds(kind, payload)}), flush=True)


if __name__ == "__main__":
    main()

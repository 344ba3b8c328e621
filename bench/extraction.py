"""Scores and CPU of `dateline extract`, and of trafilatura, on saved pages whose articles are known.

`python -m bench.extraction`: the two take turns, set by set. `--flat 100000` feeds so many pages to one filter instead,
and tells what memory its processes have meanwhile.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import threading
from itertools import chain, cycle, islice
from typing import IO, Any

import psutil

from bench.crawl_rate import ROOT
from bench.saved_pages import SETS, SHARED, missing, read_lines
from bench.table import print_table

OURS = [sys.executable, "-m", "crawler", "extract"]
THEIRS = [sys.executable, "-m", "bench.trafilatura_filter"]
COLUMNS = ("P", "R", "F1", "title~", "authF1", "auth=", "day", "instant", "lang", "article")
"""Of the scorer: `score/extraction/score.py` in the shared folder says what each means."""
_TELLINGS = 20


def import_scorer() -> Any:
    """The scorer's module, which is not part of the project; None where it is not there."""
    folder = SHARED / "score" / "extraction"
    if not (folder / "score.py").exists():
        return None
    sys.path.insert(0, str(folder))
    return importlib.import_module("score")


def compare(sets: list[str], limit: int, only: str | None) -> None:
    scorer = import_scorer()
    if scorer is None:
        raise SystemExit(f"{SHARED} has pages, but no scorer (score/extraction/score.py)")
    filters = {"Dateline": OURS, "trafilatura": THEIRS}
    if only:
        filters = {"Dateline": OURS} if only == "ours" else {"trafilatura": THEIRS}
    rows = []
    for name in sets:
        gold, pages = scorer.load(SHARED / "data" / "pages" / name, limit)
        spent = {}
        for label, command in filters.items():
            found, cost = scorer.run(" ".join(command), pages)
            values, _ = scorer.score(name, gold, found)
            spent[label] = cost["cpu_ms"]
            cells = ["" if values.get(column) is None else f"{values[column]:.3f}" for column in COLUMNS]
            rows.append(
                (f"{name}: {label}", str(len(pages)), *cells, f"{cost['cpu_ms']:.2f}", f"{cost['pages/s']:.0f}")
            )
        if len(spent) == len(filters) > 1:
            print(f"{name}: trafilatura takes {spent['trafilatura'] / spent['Dateline']:.1f} times our CPU", flush=True)
    print()
    print_table(("set", "pages", *COLUMNS, "CPU ms/page", "pages/s"), rows)


def watch_memory(pages: int, sets: list[str]) -> None:
    """Feed pages to one filter; print now and then how much its processes have."""
    lines = list(chain.from_iterable(map(read_lines, sets)))
    with subprocess.Popen(OURS, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None  # noqa: S101 - opened above
        assert child.stdout is not None  # noqa: S101 - opened above
        threading.Thread(target=_feed, args=(child.stdin, lines, pages), daemon=True).start()
        print(f"{'pages':>8}  largest MB  all MB")
        for done, _ in enumerate(child.stdout, start=1):
            if done % max(1, pages // _TELLINGS) == 0:
                processes = psutil.Process(child.pid).children(recursive=True)
                megabytes = sorted((process.memory_info().rss / 1e6 for process in processes), reverse=True)
                print(f"{done:>8}  {megabytes[0]:>10.0f}  {sum(megabytes):>6.0f}", flush=True)


def _feed(target: IO[bytes], lines: list[bytes], pages: int) -> None:
    with target:
        for line in islice(cycle(lines), pages):
            target.write(line)


def main() -> None:
    parser = argparse.ArgumentParser(description="Scores and CPU a page of our extraction and of trafilatura.")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--limit", type=int, default=10**9, help="pages of each set")
    parser.add_argument("--only", choices=("ours", "theirs"), help="measure one of the two alone")
    parser.add_argument("--flat", type=int, metavar="PAGES", help="watch the memory over so many pages, and end")
    arguments = parser.parse_args()
    if why := missing():
        print(f"Extraction is {why}")
    elif arguments.flat:
        watch_memory(arguments.flat, arguments.sets)
    else:
        compare(arguments.sets, arguments.limit, arguments.only)


if __name__ == "__main__":
    main()

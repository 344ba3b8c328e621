"""`python -m bench.world --articles 10000 FOLDER`: write an invented world of news as run folders."""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

from bench.world.build import CLUSTERS_FILE, Plan, write_world


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.world", description="Write an invented world of news.")
    parser.add_argument("folder", type=Path, help="runs folder to write to; what is in it must not be there yet")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch-pages", type=int, default=2_000, help="pages a batch, about")
    arguments = parser.parse_args()
    if (arguments.folder / CLUSTERS_FILE).exists():
        parser.error(f"{arguments.folder} holds a world already: name another folder, or delete it")
    started = perf_counter()
    plan = Plan(articles=arguments.articles, seed=arguments.seed, batch_pages=arguments.batch_pages)
    pages = sum(written.pages for written in write_world(arguments.folder, plan))
    seconds = perf_counter() - started
    print(f"{pages:,} pages of {arguments.articles:,} articles in {seconds:.1f} s: {pages / seconds:,.0f} a second")


if __name__ == "__main__":
    main()

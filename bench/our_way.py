"""One pass of our stages in this process: `python -m bench.our_way POSTMASTER_PID` prints their CPU seconds as JSON."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from bench.usage import own_cpu, tree_cpu

_spent: dict[str, float] = defaultdict(float)


@contextmanager
def _counted(stage: str, postmaster: int) -> Iterator[None]:
    ours, theirs = own_cpu(), tree_cpu(postmaster)
    yield
    _spent[stage] += own_cpu() - ours
    _spent["PostgreSQL"] += tree_cpu(postmaster) - theirs


def main() -> None:
    postmaster = int(sys.argv[1])
    from crawler import stages
    from crawler.config import load_settings

    settings = load_settings()
    _spent["start"] = own_cpu()
    with _counted("plan", postmaster):
        manifest = stages.plan(settings)
    for batch in manifest.batches:
        with _counted("crawl", postmaster):
            stages.crawl(settings, batch)
        with _counted("clean", postmaster):
            stages.clean(settings, batch)
        with _counted("load", postmaster):
            stages.load(settings, batch)
    print(json.dumps(_spent))


if __name__ == "__main__":
    main()

"""Our crawl process with an archive that keeps nothing: what fetching alone costs. For measuring only."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping

import crawler.crawl.job
from crawler.archive import ArchivePointer, HttpExchange
from crawler.crawl.process import main


class NoArchive:
    """Takes exchanges, and forgets them. The hash stays: the crawl itself needs it."""

    def __init__(self, *_: object) -> None:
        self._count = 0

    def write(self, exchange: HttpExchange, metadata: Mapping[str, object]) -> ArchivePointer:
        self._count += 1
        return ArchivePointer("none", self._count, 1, hashlib.sha256(exchange.body).hexdigest(), len(exchange.body))

    def close(self) -> None:
        """Nothing is open."""


if __name__ == "__main__":
    crawler.crawl.job.ArchiveWriter = NoArchive  # type: ignore[assignment, misc]
    sys.exit(main())

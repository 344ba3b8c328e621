"""Scrapy as it comes, which fetches the pages and discards them: what our crawl is measured against.

`python -m bench.bare_scrapy PAGES CONCURRENCY PORT…`
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess


class DiscardSpider(Spider):
    name = "discard"
    urls: tuple[str, ...] = ()

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            yield Request(url, callback=self.discard, dont_filter=True)

    def discard(self, response: Any) -> None:
        """Nothing is kept."""


def main() -> None:
    pages, concurrency, *ports = map(int, sys.argv[1:])
    urls = tuple(f"http://127.0.0.1:{port}/page/{number}" for number in range(pages // len(ports)) for port in ports)
    process = AsyncCrawlerProcess(
        {
            "CONCURRENT_REQUESTS": concurrency,
            # Scrapy's own slots are by host name, and all our ports are one to it.
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "LOG_LEVEL": "INFO",
        }
    )
    process.crawl(DiscardSpider, urls=urls)
    process.start()


if __name__ == "__main__":
    main()

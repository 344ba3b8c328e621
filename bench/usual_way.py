"""What one would write without us: a sitemap spider, and an item pipeline that extracts and inserts.

`python -m bench.usual_way DSN PORT…`: Scrapy's defaults, trafilatura with metadata, one INSERT and commit a row.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import psycopg2
import trafilatura
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.spiders import SitemapSpider


class PageSpider(SitemapSpider):  # type: ignore[misc, unused-ignore]
    name = "pages"

    def parse(self, response: Any) -> Any:
        return {"url": response.url, "html": response.text}


class ArticlePipeline:
    """HTML in, a row out."""

    dsn = ""

    def open_spider(self) -> None:
        self.database = psycopg2.connect(self.dsn)
        with self.database, self.database.cursor() as cursor:
            cursor.execute(
                "create temporary table bench_article "
                "(url text primary key, title text, author text, published text, text text, record jsonb)"
            )

    def process_item(self, item: Any) -> Any:
        found = trafilatura.extract(item["html"], url=item["url"], with_metadata=True, output_format="json")
        if found:
            row = json.loads(found)
            with self.database, self.database.cursor() as cursor:
                cursor.execute(
                    "insert into bench_article values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
                    (item["url"], row.get("title"), row.get("author"), row.get("date"), row.get("text"), found),
                )
        return item

    def close_spider(self) -> None:
        with self.database.cursor() as cursor:
            cursor.execute("select count(*) from bench_article")
            (rows,) = cursor.fetchone() or (0,)
        self.database.close()
        print(json.dumps({"rows": rows}))


def main() -> None:
    dsn, *ports = sys.argv[1:]
    ArticlePipeline.dsn = dsn
    process = AsyncCrawlerProcess(
        {
            "ITEM_PIPELINES": {ArticlePipeline: 300},
            "CONCURRENT_REQUESTS": 32,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "LOG_LEVEL": "INFO",
        }
    )
    process.crawl(PageSpider, sitemap_urls=[f"http://127.0.0.1:{port}/sitemap.xml" for port in ports])
    process.start()


if __name__ == "__main__":
    main()

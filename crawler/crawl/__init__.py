"""The Scrapy project: fetches pages into the archive, and reports. It never parses articles."""

from crawler.crawl.batch import crawl_batch, require_contact

__all__ = ["crawl_batch", "require_contact"]

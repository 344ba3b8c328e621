"""The Scrapy project: fetches pages into the archive, and reports. It never parses articles."""

from crawler.crawl.batch import crawl_batch, require_contact, settle_batch

__all__ = ["crawl_batch", "require_contact", "settle_batch"]

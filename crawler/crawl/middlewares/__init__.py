"""Downloader middlewares, each with one rule. They find the crawl's state as `crawler.spider.job`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from scrapy.crawler import Crawler

if TYPE_CHECKING:
    from crawler.crawl.job import Job
    from crawler.crawl.spiders.news import NewsSpider


class JobMiddleware:
    """Base: knows the crawler and its job."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def job(self) -> Job:
        return cast("NewsSpider", self.crawler.spider).job

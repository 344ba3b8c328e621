"""Obeys robots.txt (RFC 9309), and its Crawl-delay."""

from __future__ import annotations

import asyncio
import logging

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.crawl.fetch import MAX_ROBOTS_BYTES, Fetch, Purpose, fetch_of, make_request
from crawler.crawl.middlewares import JobMiddleware
from crawler.crawl.outcomes import Refused, outcome_of_exception
from crawler.reasons import Outcome, Reason
from crawler.sources.model import Source
from crawler.urls import host_of

_log = logging.getLogger(__name__)

MOST_DELAY_SECONDS = 86_400.0
"""No crawl is as long, so that more is the same: one request."""
_TIME_IS_UP = (Reason.TIME_LIMIT, Reason.CRAWL_STOPPED)


class RobotsMiddleware(JobMiddleware):
    """Asks each host for its robots.txt once, before anything else.

    No file (4xx) allows all. One that cannot be had because of the server (5xx, 429) forbids all. When the host
    cannot be reached at all, its pages end for the same reason.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, asyncio.Task[Protego | Refused]] = {}

    async def process_request(self, request: Request) -> None:
        fetch = fetch_of(request)
        if fetch.purpose is Purpose.ROBOTS:
            return
        scheme = request.url.partition(":")[0].lower()
        key = f"{scheme}://{host_of(request.url)}"
        if key not in self._rules:
            self._rules[key] = asyncio.ensure_future(self._read(f"{key}/robots.txt", fetch.source))
        rules = await asyncio.shield(self._rules[key])
        if isinstance(rules, Refused):
            if rules.reason in _TIME_IS_UP:
                self._rules.pop(key, None)  # another source on this host may have time left
            raise Refused(rules.outcome, rules.reason, rules.detail)
        if not rules.can_fetch(request.url, self.crawler.settings["ROBOTSTXT_USER_AGENT"]):
            raise Refused(Outcome.BLOCKED, Reason.ROBOTS, "robots.txt forbids it")

    async def _read(self, url: str, source: Source) -> Protego | Refused:
        fetch = Fetch(Purpose.ROBOTS, source, url)
        try:
            response = await self.crawler.engine.download_async(make_request(fetch, NO_CALLBACK, priority=1000))
        except Exception as error:  # noqa: BLE001 - whatever it is, the pages behind it end for that reason
            outcome, reason, detail = outcome_of_exception(error)
            if reason in (Reason.REDIRECT_LOOP, Reason.BAD_REDIRECT):
                return Protego.parse("")
            _log.warning("%s could not be read: %s %s", url, reason, detail or "")
            detail = detail if reason in _TIME_IS_UP else f"robots.txt: {detail or reason}"
            return Refused(outcome, reason, detail)
        finally:
            self.job.large_bodies.release(fetch)
        return await self._rules_in(url, response)

    async def _rules_in(self, url: str, response: Response) -> Protego | Refused:
        if response.status >= 500 or response.status == 429:
            _log.warning("%s answered %d: nothing of this host is fetched", url, response.status)
            wall = fetch_of(response.request).recognised
            if wall and wall.outcome is Outcome.BLOCKED:
                return Refused(wall.outcome, wall.reason, f"robots.txt: {wall.detail}")
            return Refused(Outcome.BLOCKED, Reason.ROBOTS, f"robots.txt answered {response.status}")
        if not 200 <= response.status < 300:
            return Protego.parse("")
        # A rule beyond the bound is none.
        text = response.body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "ignore")
        rules = await asyncio.to_thread(Protego.parse, text)
        self.job.robots_sitemaps[host_of(url)] = tuple(rules.sitemaps)
        delay = _delay_in(rules, self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        if delay:
            self.job.slots.require_delay(self.crawler.engine.downloader, host_of(url), delay)
        return rules


def _delay_in(rules: Protego, user_agent: str) -> float:
    """Seconds between two requests that robots.txt asks for, in either of the two ways."""
    rate = rules.request_rate(user_agent)
    asked = (rules.crawl_delay(user_agent), rate.seconds / rate.requests if rate else None)
    return min(max((float(delay) for delay in asked if delay), default=0.0), MOST_DELAY_SECONDS)

"""Looks for other feeds and sitemaps of a source when one of its own is dead, and reads them in its place.

A dead feed's site is asked for others in this order: the page that came in the feed's place, the home page, well-known
addresses. For a dead sitemap, robots.txt is. What is found is read in the same crawl; the source file's owner is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.crawl.discovery.links import UnreadableError
from crawler.crawl.discovery.sections import parse_html
from crawler.crawl.fetch import Fetch, Purpose, fetch_of, make_request
from crawler.crawl.job import Job
from crawler.crawl.statuses import outcome_of_response
from crawler.reasons import REASONS_OF, Outcome, Reason
from crawler.records import EndpointKind, EndpointVisit
from crawler.sources.model import Source
from crawler.sources.site_page import FEED_PATHS, feed_links
from crawler.urls import host_of, is_web_address

MAX_STAND_INS = 3
"""Found for one source and kind in one crawl."""
PATIENCE_VISITS = 8
"""Failures in a row, of kinds that often pass, after which an endpoint is taken for dead."""
_MAX_HTML_BYTES = 500_000
_DEAD = frozenset({Reason.NOT_FOUND, Reason.GONE, Reason.UNREADABLE_LIST})
# A feed that does not let us in is not dead, and its site does not want to be searched for a way around.
_MAY_BE_DEAD = REASONS_OF[Outcome.FAILED] - _DEAD - {Reason.TOO_LARGE, Reason.MAINTENANCE}

_log = logging.getLogger(__name__)


@dataclass
class _Search:
    """A search for one source and kind in progress."""

    source: Source
    kind: EndpointKind
    dead: list[EndpointVisit]
    waiting: list[str]
    remaining: list[str]
    """Places not looked at yet: `home`, `well-known`."""
    asked: dict[str, None] = field(default_factory=dict)
    """In the order in which their site names them."""
    open: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)


class StandIns:
    """The searches of one crawl. `ask` makes the request for an endpoint, `note` writes a visit again."""

    def __init__(self, job: Job, ask: Callable[[Fetch], Request], note: Callable[[EndpointVisit], None]) -> None:
        self._job = job
        self._ask = ask
        self._note = note
        self._searches: dict[tuple[str, EndpointKind], _Search] = {}

    def remembered(self, source: Source) -> list[Fetch]:
        """The stand-ins of earlier crawls whose turn has come."""
        return [
            Fetch(
                Purpose.ENDPOINT,
                source,
                state.url,
                kind=_kind_of(source, state.stands_in_for),
                stands_in_for=state.stands_in_for,
            )
            for state in self._job.stand_ins(source)
            if state.is_due and is_web_address(state.url)
        ]

    def with_remembered(self, visit: EndpointVisit, source: Source) -> EndpointVisit:
        """The visit of a dead endpoint with what stands in for it already."""
        known = self._known_for(source, visit.url)
        return visit.model_copy(update={"found_feeds": known}) if known and visit.reason else visit

    async def announced_in(self, fetch: Fetch, visit: EndpointVisit, response: Response) -> list[str]:
        """The feeds that the page names which came in the place of a feed."""
        if fetch.kind is not EndpointKind.FEED or not self._is_to_be_replaced(fetch, visit):
            return []
        return await asyncio.to_thread(_feeds_in, response)

    def judge(self, fetch: Fetch, reason: Reason | None, final_url: str) -> list[Request]:
        """Say whether a candidate is of use (`reason`: why not), and what to ask next if it is not."""
        search = self._search_of(fetch)
        if search is None or fetch.url not in search.open:
            return []
        search.open.discard(fetch.url)
        if reason is not None:
            search.failed.append(f"{fetch.url}: {reason}")
        elif final_url != fetch.url and self._is_own(search.source, final_url):
            search.failed.append(f"{fetch.url}: leads to {final_url}, which is read already")
        else:
            search.found.add(fetch.url)
            self._tell(search)
        return self._go_on(search)

    def replace(self, fetch: Fetch, visit: EndpointVisit, announced: list[str]) -> list[Request]:
        """What to ask in the place of an endpoint that brought nothing to read; nothing, unless it is dead."""
        search = self._search_of(fetch)
        if not self._is_to_be_replaced(fetch, visit) or fetch.kind is None:
            return []
        if search is not None:
            search.dead.append(visit)
            self._tell(search)
            return []
        is_feed = fetch.kind is EndpointKind.FEED
        candidates = announced if is_feed else self._sitemaps_in_robots(fetch)
        remaining = ["home", "well-known"] if is_feed else []
        search = _Search(fetch.source, fetch.kind, [visit], self._usable(fetch, candidates), remaining)
        self._searches[fetch.source.id, fetch.kind] = search
        return self._go_on(search)

    def is_candidate(self, fetch: Fetch) -> bool:
        """Whether an endpoint is asked to see if it can stand in. One that cannot is no endpoint of the source."""
        search = self._search_of(fetch)
        return search is not None and fetch.url in search.asked

    def is_turned_down(self, fetch: Fetch) -> bool:
        """Whether a candidate has proved of no use."""
        search = self._search_of(fetch)
        return search is not None and fetch.url in search.asked and fetch.url not in search.found

    # A search

    def _go_on(self, search: _Search) -> list[Request]:
        while not search.open and not search.found:
            if search.waiting:
                # What is announced is tried together, well-known addresses one by one.
                is_guess = search.kind is EndpointKind.FEED and not search.remaining
                urls = search.waiting[: 1 if is_guess else MAX_STAND_INS]
                search.waiting = search.waiting[1:] if is_guess else []
                return [self._ask_candidate(search, url) for url in urls]
            if not search.remaining:
                self._tell(search)
                return []
            if search.remaining.pop(0) == "home":
                home = Fetch(Purpose.HOME, search.source, search.source.home_page, kind=search.kind)
                return [make_request(home, self._on_home, self._on_home_failure, priority=100)]
            home_page = search.source.home_page
            fetch = Fetch(Purpose.ENDPOINT, search.source, home_page, kind=search.kind)
            search.waiting = self._usable(fetch, [urljoin(home_page, path) for path in FEED_PATHS], search)
        return []

    def _ask_candidate(self, search: _Search, url: str) -> Request:
        search.asked[url] = None
        search.open.add(url)
        dead = search.dead[0].url
        return self._ask(Fetch(Purpose.ENDPOINT, search.source, url, kind=search.kind, stands_in_for=dead))

    async def _on_home(self, response: Response) -> list[Request]:
        fetch = fetch_of(response.request)
        self._job.large_bodies.release(fetch)
        search = self._searches[fetch.source.id, fetch.kind or EndpointKind.FEED]
        outcome, reason, _ = outcome_of_response(response.status, fetch.recognised)
        if outcome is Outcome.BLOCKED:
            search.remaining.clear()  # nor does a site that does not let us in want its addresses to be tried
            search.failed.append(f"{fetch.url}: {reason}")
        announced = await asyncio.to_thread(_feeds_in, response) if 200 <= response.status < 300 else []
        search.waiting = self._usable(fetch, announced, search)
        return self._go_on(search)

    def _on_home_failure(self, failure: Failure) -> None:
        """A site whose home page cannot be had is not asked for its feeds either."""
        fetch = fetch_of(getattr(failure, "request", None))
        self._job.large_bodies.release(fetch)
        search = self._searches[fetch.source.id, fetch.kind or EndpointKind.FEED]
        search.remaining.clear()
        search.failed.append(f"{fetch.url}: {failure.value}")
        self._tell(search)

    def _tell(self, search: _Search) -> None:
        """Write the visits of the dead endpoints anew, with what was found for them."""
        what = search.kind.value
        found = tuple(url for url in search.asked if url in search.found)
        for visit in search.dead:
            if found:
                _log.warning(
                    "%s: the %s %s is dead (%s); %s is read in its place: put it into the source file",
                    search.source.id,
                    what,
                    visit.url,
                    visit.reason,
                    ", ".join(found),
                )
                self._note(visit.model_copy(update={"found_feeds": found}))
            elif not search.open:
                tried = f"no other {what} was found" + (f"; tried {', '.join(search.failed)}" if search.failed else "")
                detail = "; ".join(filter(None, (visit.detail, tried)))
                self._note(visit.model_copy(update={"detail": detail[:1000]}))

    # What may be asked

    def _is_to_be_replaced(self, fetch: Fetch, visit: EndpointVisit) -> bool:
        if fetch.stands_in_for or fetch.page > 1 or fetch.kind is EndpointKind.SECTION or visit.reason is None:
            return False
        failures = self._job.state_of(fetch.source, fetch.url).failure_count + 1
        # The first, second, fourth, eighth… failure in a row: a site is not searched at each visit.
        if failures & (failures - 1) or self._known_for(fetch.source, fetch.url):
            return False
        return visit.reason in _DEAD or (visit.reason in _MAY_BE_DEAD and failures >= PATIENCE_VISITS)

    def _known_for(self, source: Source, url: str) -> tuple[str, ...]:
        states = self._job.stand_ins(source)
        return tuple(state.url for state in states if state.stands_in_for == url and not state.failure_count)

    def _usable(self, fetch: Fetch, urls: list[str], search: _Search | None = None) -> list[str]:
        """Those on hosts that the source may ask, which are none of its endpoints and are not asked already."""
        asked = search.asked if search else {}
        remembered = {state.url for state in self._job.stand_ins(fetch.source) if state.is_due}
        return [
            url
            for url in dict.fromkeys(urls)
            if is_web_address(url)
            and fetch.may_ask(host_of(url))
            and url not in asked
            and url not in remembered
            and not self._is_own(fetch.source, url)
        ]

    def _is_own(self, source: Source, url: str) -> bool:
        try:
            key = source.canonicalize(url)
            return key in {source.canonicalize(own) for own in source.endpoint_urls}
        except ValueError:
            return True

    def _sitemaps_in_robots(self, fetch: Fetch) -> list[str]:
        hosts = dict.fromkeys((host_of(fetch.url), host_of(fetch.source.home_page)))
        return [url.strip() for host in hosts for url in self._job.robots_sitemaps.get(host, ())]

    def _search_of(self, fetch: Fetch) -> _Search | None:
        return self._searches.get((fetch.source.id, fetch.kind)) if fetch.kind else None


def _kind_of(source: Source, dead_url: str | None) -> EndpointKind:
    return EndpointKind.SITEMAP if dead_url in source.sitemaps else EndpointKind.FEED


def _feeds_in(response: Response) -> list[str]:
    """The feeds that a page announces, but for those of comments."""
    if not isinstance(response, TextResponse):
        return []
    try:
        start = response.replace(body=response.body[:_MAX_HTML_BYTES])
        return feed_links(parse_html(start.text), response.url)
    except UnreadableError:
        return []

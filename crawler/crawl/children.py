"""Which sitemaps of an index, and which next page of a section, are asked in this crawl."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone

from crawler.crawl.discovery.links import Child
from crawler.crawl.fetch import Fetch
from crawler.crawl.intake import NO_WEB_ADDRESSES, Intake
from crawler.crawl.job import Job
from crawler.manifests import EndpointState
from crawler.records import EndpointKind
from crawler.urls import is_web_address

MAX_SITEMAP_DEPTH = 5
"""Of indexes in indexes. The protocol allows one; some sites nest by year and month."""
TRUST_LASTMOD = timedelta(days=1)
"""How long a `lastmod` that has not moved spares a sitemap a visit: some sites write one and never change it."""
_CLOCK_SLACK = timedelta(hours=1)
_NEVER = datetime.min.replace(tzinfo=timezone.utc)
_ROTATING_SHARE = 5
"""One in so many of the sitemaps of a crawl goes to those that were not read for longest, whatever their `lastmod`."""


class Children:
    """Counts and chooses children, within the limits of their source."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._sitemaps: Counter[str] = Counter({source.id: len(source.sitemaps) for source in job.sources.values()})

    def choose(self, fetch: Fetch, children: list[Child], asked: set[tuple[str, str]], intake: Intake) -> list[Child]:
        """Those to ask now. Those that are left out are counted in `intake`."""
        fresh = []
        for child in {child.url: child for child in children}.values():
            if not is_web_address(child.url):
                intake.left_out[NO_WEB_ADDRESSES] += 1
            elif (fetch.source.id, child.url) not in asked:
                fresh.append(child)
        if fetch.kind is EndpointKind.SECTION:
            # A page of known links is followed by pages of known links.
            goes_on = intake.taken_on > 0 and fetch.page < fetch.source.limits.max_section_pages
            return fresh if goes_on else []
        if fetch.page >= MAX_SITEMAP_DEPTH:
            intake.left_out[f"sitemaps more than {MAX_SITEMAP_DEPTH} indexes deep"] += len(fresh)
            return []
        return self._choose_sitemaps(fetch, fresh, intake)

    def _choose_sitemaps(self, fetch: Fetch, children: list[Child], intake: Intake) -> list[Child]:
        source_id, limit = fetch.source.id, fetch.source.limits.max_sitemaps
        now = datetime.now(timezone.utc)
        states = {child.url: self._job.state_of(fetch.source, child.url) for child in children}
        changed = [child for child in children if not is_unchanged(child, states[child.url], now)]
        if len(changed) < len(children):
            intake.left_out["sitemaps not changed since the last visit"] += len(children) - len(changed)
        chosen = order_sitemaps(changed, states, max(0, limit - self._sitemaps[source_id]))
        self._sitemaps[source_id] += len(chosen)
        if len(chosen) < len(changed):
            intake.left_out[f"sitemaps above the limit of {limit}"] += len(changed) - len(chosen)
        return chosen


def is_unchanged(child: Child, state: EndpointState, now: datetime) -> bool:
    """Whether a sitemap was read, not long ago, after its `lastmod`, which is the one that was given for it then.

    An instant before that reading is not enough: some sites give when their newest article was begun.
    """
    if child.changed_by is None or state.last_succeeded_at is None or state.failure_count:
        return False
    if child.changed_by != state.listed_lastmod:
        return False
    is_recent = now - state.last_succeeded_at < TRUST_LASTMOD
    return is_recent and child.changed_by + _CLOCK_SLACK < state.last_succeeded_at


def order_sitemaps(children: list[Child], states: dict[str, EndpointState], room: int) -> list[Child]:
    """As many as there is room for: the newest first, and a share for those that were not read for longest."""

    def read_at(child: Child) -> datetime:
        return states[child.url].last_succeeded_at or _NEVER

    by_age = sorted(children, key=read_at)
    newest = sorted(by_age, key=lambda child: child.changed_by or _NEVER, reverse=True)
    if len(children) <= room:
        return newest
    chosen = newest[: room - room // _ROTATING_SHARE]
    taken = set(chosen)
    chosen += [child for child in by_age if child not in taken][: room - len(chosen)]
    return chosen

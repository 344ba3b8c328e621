"""Checks sources: what their files say, and with `live` whether each endpoint still answers with what is expected."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

from crawler.config import ROBOT_NAME, Settings
from crawler.progress import Progress, no_progress
from crawler.reasons import Reason
from crawler.records import EndpointKind
from crawler.sources.fetching import Fetched, Fetcher, FetchLimits, HostGates
from crawler.sources.model import Source
from crawler.sources.probe import TYPE_NAMES, TYPES_OF, Listing, Recognised, classify
from crawler.urls import host_of

_WORKERS = 8
_STALE_AFTER = timedelta(days=30)
_MIN_SECTION_LINKS = 3


class Level(StrEnum):
    """How a check ended, from good to bad."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class EndpointCheck:
    """One endpoint, asked once. `messages` say what a person should know or do, the gravest first."""

    url: str
    kind: EndpointKind
    level: Level = Level.OK
    messages: tuple[str, ...] = ()
    http_status: int | None = None
    reason: Reason | None = None
    recognised: Recognised | None = None
    entries: int | None = None
    newest_at: datetime | None = None
    moved_to: str | None = None
    crawl_delay_seconds: float | None = None


@dataclass(frozen=True)
class SourceCheck:
    """One source: what its file lets expect, and its endpoints if they were asked."""

    source_id: str
    name: str
    level: Level
    messages: tuple[str, ...] = ()
    endpoints: tuple[EndpointCheck, ...] = ()


def check_sources(
    sources: Sequence[Source],
    live: bool,
    settings: Settings,
    *,
    progress: Progress = no_progress,
    limits: FetchLimits | None = None,
) -> list[SourceCheck]:
    """Check sources, in their order. With `live` each endpoint is fetched once; whatever a server does is a result."""
    endpoints = _check_endpoints(sources, settings, progress, limits) if live else {}
    checks = []
    for source in sources:
        messages = tuple(_doubts_about_file(source, live))
        of_source = tuple(endpoints[source.id, url] for url in dict.fromkeys(source.endpoint_urls)) if live else ()
        level = _worst([Level.WARN if messages else Level.OK, *(endpoint.level for endpoint in of_source)])
        checks.append(SourceCheck(source.id, source.name, level, messages, of_source))
    return checks


def record_verified(path: Path, day: str) -> str:
    """The text of a source file with `verified_on` set to `day`, all else, comments too, as it was.

    But for the first line of the catalogue's files, which says that nobody has fetched them.
    """
    text = re.sub(r"(?m)\A# Written down .* not fetched.*\n", "", path.read_text(encoding="utf-8-sig"))
    line = f"verified_on: {day}"
    changed, count = re.subn(r"(?m)^verified_on:.*$", line, text, count=1)
    if not count:
        changed, count = re.subn(r"(?m)^(enabled:.*)$", rf"\1\n{line}", text, count=1)
    return changed if count else f"{text.rstrip()}\n{line}\n"


def _doubts_about_file(source: Source, live: bool) -> Iterable[str]:
    if source.country == "ZZ":
        yield "country: ZZ stands for unknown: write the country that it reports from"
    if source.enabled and source.verified_on is None and not live:
        yield "enabled, and never seen working: run `dateline sources check --live`"
    if not source.verify_tls:
        yield "verify_tls: false lets anyone on the way change what we read"


def _check_endpoints(
    sources: Sequence[Source], settings: Settings, progress: Progress, limits: FetchLimits | None
) -> dict[tuple[str, str], EndpointCheck]:
    """Every endpoint, hosts side by side, but one host's endpoints one after the other."""
    gates = HostGates()
    by_host: dict[str, list[tuple[Source, EndpointKind, str, Fetcher]]] = defaultdict(list)
    for source in sources:
        fetcher = Fetcher(
            settings.user_agent,
            allow_private=source.allow_private_addresses,
            verify_tls=source.verify_tls,
            delay_seconds=source.politeness.delay_seconds,
            limits=limits or FetchLimits(max_bytes=source.limits.max_bytes),
            gates=gates,
        )
        for kind, url in _endpoints_of(source):
            by_host[host_of(url)].append((source, kind, url, fetcher))

    results: dict[tuple[str, str], EndpointCheck] = {}
    total = sum(map(len, by_host.values()))
    progress(0, total, "asking endpoints")

    def check_host(jobs: list[tuple[Source, EndpointKind, str, Fetcher]]) -> list[tuple[str, EndpointCheck]]:
        return [(source.id, check_endpoint(source, kind, url, fetcher)) for source, kind, url, fetcher in jobs]

    with ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="check") as pool:
        for future in as_completed([pool.submit(check_host, jobs) for jobs in by_host.values()]):
            for source_id, endpoint in future.result():
                results[source_id, endpoint.url] = endpoint
            progress(len(results), total, "asking endpoints")
    return results


def _endpoints_of(source: Source) -> list[tuple[EndpointKind, str]]:
    listed = (
        (EndpointKind.FEED, source.feeds),
        (EndpointKind.SITEMAP, source.sitemaps),
        (EndpointKind.SECTION, source.section_pages),
    )
    kinds = {url: kind for kind, urls in reversed(listed) for url in urls}
    return [(kinds[url], url) for url in dict.fromkeys(source.endpoint_urls)]


def check_endpoint(source: Source, kind: EndpointKind, url: str, fetcher: Fetcher) -> EndpointCheck:
    """Fetch one endpoint and compare what came with what the source says it is."""
    answer = fetcher.fetch(url)
    moved_to = answer.final_url if answer.redirects else None
    check = EndpointCheck(url, kind, http_status=answer.status, reason=answer.reason, moved_to=moved_to)
    moves = list(_describe_move(source, answer))
    if not answer.is_ok:
        return replace(check, level=Level.FAIL, messages=(answer.detail, *moves))
    listing = classify(answer)
    check = replace(
        check,
        recognised=listing.type,
        entries=len(listing.links),
        newest_at=listing.newest_at,
        crawl_delay_seconds=_crawl_delay(fetcher, answer.final_url),
    )
    if listing.type not in TYPES_OF[kind]:
        return replace(check, level=Level.FAIL, messages=(_describe_wrong_type(kind, listing, answer), *moves))
    doubts = [*moves, *_doubts_about_listing(source, kind, listing)]
    return replace(check, level=Level.WARN if doubts else Level.OK, messages=tuple(doubts))


def _describe_move(source: Source, answer: Fetched) -> Iterable[str]:
    if not answer.redirects:
        return
    host = host_of(answer.final_url)
    if answer.has_moved_for_good:
        yield f"has moved for good: write {answer.final_url} in its place"
    elif host != host_of(answer.url):
        yield f"redirects to {answer.final_url}, another host"
    if host != host_of(answer.url) and not source.allows_host(host):
        yield f"{host} is not among allowed_hosts: add it if the outlet has moved there"


def _describe_wrong_type(kind: EndpointKind, listing: Listing, answer: Fetched) -> str:
    expected = _EXPECTED[kind]
    if not answer.body.strip():
        return f"is empty, not {expected}"
    if listing.type is Recognised.UNKNOWN:
        return f"is not {expected}, but {answer.content_type or 'content of no stated type'} that is not recognised"
    if listing.type is Recognised.HTML:
        remedy = "list it under section_pages, or look for the right address with `dateline sources add`"
    else:
        remedy = f"list it under {next(_KEYS[other] for other, types in TYPES_OF.items() if listing.type in types)}"
    return f"is {TYPE_NAMES[listing.type]}, not {expected}: {remedy}"


_EXPECTED = {EndpointKind.FEED: "a feed", EndpointKind.SITEMAP: "a sitemap", EndpointKind.SECTION: "a web page"}
_KEYS = {EndpointKind.FEED: "feeds", EndpointKind.SITEMAP: "sitemaps", EndpointKind.SECTION: "section_pages"}


def _doubts_about_listing(source: Source, kind: EndpointKind, listing: Listing) -> Iterable[str]:
    if not listing.links:
        yield "lists nothing" if kind is not EndpointKind.SECTION else "links nothing that looks like an article"
        return
    if kind is EndpointKind.SECTION and len(listing.links) < _MIN_SECTION_LINKS:
        yield f"links only {len(listing.links)} that look like articles: does it need scripts to show its list?"
    now = datetime.now(timezone.utc)
    if listing.newest_at and now - listing.newest_at > _STALE_AFTER:
        yield f"its newest entry is {(now - listing.newest_at).days} days old: is it still kept?"
    if listing.newest_at and listing.newest_at - now > timedelta(days=1):
        yield f"its newest entry is dated {listing.newest_at:%Y-%m-%d}, in the future: check time_zone"
    if listing.type is not Recognised.SITEMAP_INDEX:
        yield from _doubts_about_links(source, listing.links)


def _doubts_about_links(source: Source, links: Sequence[str]) -> Iterable[str]:
    hosts = Counter(host for link in links if not source.allows_host(host := host_of(link)))
    strange = sum(hosts.values())
    if strange * 2 > len(links):
        host, _ = hosts.most_common(1)[0]
        yield f"{strange} of {len(links)} links lead to other hosts, mostly {host}: add it to allowed_hosts"
    if not any(map(source.takes_url, links)):
        yield f"include and exclude leave none of its {len(links)} links"


def _crawl_delay(fetcher: Fetcher, url: str) -> float | None:
    robots = fetcher.robots(url)
    delay = robots.crawl_delay(ROBOT_NAME) if robots else None
    return float(delay) if delay is not None else None


def _worst(levels: Sequence[Level]) -> Level:
    order = list(Level)
    return max(levels, key=order.index)

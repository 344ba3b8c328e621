"""Which captures an import takes, for which source, and the names of the causes for which it leaves others out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawler.errors import ConfigError
from crawler.sources import check_known
from crawler.sources.model import Source
from crawler.urls import host_of, is_web_address


class LeftOut(StrEnum):
    """Why a record is not imported. docs/importing.md explains each."""

    OTHER_HOST = "other_host"
    OTHER_URL = "other_url"
    OTHER_DATE = "other_date"
    NOT_HTTP = "not_http"
    REVISIT = "revisit"
    OTHER_STATUS = "other_status"
    OTHER_TYPE = "other_type"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    DUPLICATE = "duplicate"
    KNOWN = "known"
    DAMAGED = "damaged"


TAKEN = "taken"
"""The count of what was taken, beside those of what was left out."""


@dataclass(frozen=True)
class Selection:
    """The sources, hosts and times that are wanted. Empty `hosts`: all of the sources'. Times are [since, until)."""

    sources: tuple[Source, ...]
    hosts: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    _found: dict[str, tuple[Source, ...]] = field(default_factory=dict, compare=False, repr=False)

    def find_source(self, url: str) -> Source | LeftOut:
        """The source that a URL is an article of.

        Of two on one host the one that names it exactly, then the one whose `include` asks for it, then by name.
        """
        if not is_web_address(url):
            return LeftOut.NOT_HTTP
        candidates = self._sources_of(host_of(url))
        if not candidates:
            return LeftOut.OTHER_HOST
        wanted = [source for source in candidates if source.takes_url(url) and not _is_endpoint(source, url)]
        if not wanted:
            return LeftOut.OTHER_URL
        return min(wanted, key=lambda source: (host_of(url) not in source.host_patterns, not source.include, source.id))

    def takes_time(self, instant: datetime) -> bool:
        return (self.since is None or instant >= self.since) and (self.until is None or instant < self.until)

    def _sources_of(self, host: str) -> tuple[Source, ...]:
        if host not in self._found:
            if len(self._found) > 100_000:
                self._found.clear()  # a crawl of the whole web has millions of hosts
            is_wanted = not self.hosts or any(_is_or_below(host, one) for one in self.hosts)
            self._found[host] = tuple(one for one in self.sources if is_wanted and one.allows_host(host))
        return self._found[host]


def choose_sources(sources: Sequence[Source], only: Collection[str]) -> tuple[Source, ...]:
    """The enabled sources; or those named, enabled or not: the site of a dead one is never asked.

    Raises ConfigError for a name that no file has.
    """
    check_known(only, [source.id for source in sources])
    chosen = tuple(source for source in sources if (source.id in only if only else source.enabled))
    if not chosen:
        raise ConfigError("No source is enabled: name those whose pages are wanted with --source")
    return chosen


def _is_endpoint(source: Source, url: str) -> bool:
    """Whether it is the home page or a place of discovery, whose pages change and are no articles."""
    places = {source.canonicalize(place).partition("://")[2] for place in (source.home_page, *source.endpoint_urls)}
    return source.canonicalize(url).partition("://")[2] in places


def _is_or_below(host: str, wanted: str) -> bool:
    return host == wanted or (wanted.startswith("*.") and host.endswith(wanted[1:]))

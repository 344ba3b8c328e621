"""What a source file says: one news outlet, and how to crawl it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from crawler.records import SourceId
from crawler.urls import DEFAULT_VARIANTS, Variant, canonicalize_url, host_of

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*([smhd])$")
_HOST_PATTERN = re.compile(r"^(\*\.)?[^\s/:@*A-Z\[\]]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@cache
def _time_zones() -> frozenset[str]:
    """Cached, because the standard library reads the whole zone database anew for each answer."""
    return frozenset(available_timezones())


def parse_duration(value: Any) -> Any:
    """`90s`, `15m`, `6h` or `7d` as a timedelta; a timedelta passes through."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("is not a duration: write a number and s, m, h or d, as in 15m")
    try:
        return timedelta(microseconds=round(Decimal(match[1]) * _UNIT_SECONDS[match[2]] * 1_000_000))
    except OverflowError:
        raise ValueError("is longer than any duration can be: write less") from None


def format_duration(value: timedelta) -> str:
    """The shortest text that `parse_duration` reads back as the same."""
    seconds, microseconds = divmod(value // timedelta(microseconds=1), 1_000_000)
    if microseconds:
        return f"{seconds}.{microseconds:06d}".rstrip("0") + "s"
    for unit in ("d", "h", "m"):
        if seconds and seconds % _UNIT_SECONDS[unit] == 0:
            return f"{seconds // _UNIT_SECONDS[unit]}{unit}"
    return f"{seconds}s"


def _http_url(value: str) -> str:
    try:
        canonicalize_url(value)
    except ValueError as error:
        raise ValueError("is not a web address: write it in full, as in https://example.org/feed") from error
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression ({error}): see Python's `re` for the syntax") from error
    return value


def _host_pattern(value: str) -> str:
    if not _HOST_PATTERN.match(value):
        raise ValueError("is not a host: write it in lowercase and alone, as in example.org or *.example.org")
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Pattern = Annotated[str, AfterValidator(_pattern)]
HostPattern = Annotated[str, AfterValidator(_host_pattern)]


class SourceKind(StrEnum):
    """What sort of publisher a source is."""

    NEWS = "news"
    WIRE = "wire"
    STATE = "state"
    MONITOR = "monitor"
    NGO = "ngo"
    UN = "un"


class Render(StrEnum):
    """What makes the document of a page: the HTML as it comes, or a headless browser that runs its scripts first."""

    NONE = "none"
    BROWSER = "browser"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Schedule(_Section):
    """How often the source is asked for news: as its own rhythm wants between two bounds, or always so often."""

    every: Duration | None = None
    """A fixed interval. None: the interval follows what each feed, sitemap and section page brings."""
    fastest: Duration = timedelta(minutes=5)
    slowest: Duration = timedelta(hours=12)

    @field_validator("every", "fastest", "slowest")
    @classmethod
    def _is_positive(cls, value: timedelta | None) -> timedelta | None:
        if value is not None and value <= timedelta(0):
            raise ValueError("must be longer than zero, as in 15m")
        return value

    @model_validator(mode="after")
    def _is_ordered(self) -> Schedule:
        if self.fastest > self.slowest:
            raise ValueError("fastest is longer than slowest: swap them")
        return self

    def __str__(self) -> str:
        """`15m`, or `5m-12h` where the interval adapts."""
        if self.every is not None:
            return format_duration(self.every)
        return f"{format_duration(self.fastest)}-{format_duration(self.slowest)}"


class Politeness(_Section):
    """How hard a host may be asked. A longer Crawl-delay in robots.txt wins."""

    delay_seconds: float = Field(default=2.0, ge=0, le=600)
    concurrent_requests: int = Field(default=1, ge=1, le=8)


class Limits(_Section):
    """Bounds of one crawl of the source."""

    max_pages: int = Field(default=500, ge=1)
    max_seconds: int = Field(default=600, ge=1)
    response_seconds: int = Field(default=30, ge=1, le=120)
    """Of one response, from the request to its last byte."""
    max_bytes: int = Field(default=8_000_000, ge=10_000)
    """Of one response, after decompression."""
    max_section_pages: int = Field(default=3, ge=1)
    """How many pages of a section's pagination are followed."""
    max_sitemaps: int = Field(default=50, ge=1)
    sitemap_max_age: Duration = timedelta(days=14)
    """Sitemap entries whose lastmod or publication date is older are passed over; those without a date are kept."""


class UrlRules(_Section):
    """Corrections to canonicalisation: parameters without meaning here, and tracking-like ones that have one."""

    drop_parameters: tuple[str, ...] = ()
    keep_parameters: tuple[str, ...] = ()
    fold_variants: tuple[Variant, ...] = DEFAULT_VARIANTS


class Expectations(_Section):
    """What a normal day yields; less or more is reported."""

    articles_per_day_min: int = Field(default=0, ge=0)
    articles_per_day_max: int = Field(default=1000, ge=0)

    @model_validator(mode="after")
    def _is_ordered(self) -> Expectations:
        if self.articles_per_day_min > self.articles_per_day_max:
            raise ValueError("articles_per_day_min is above articles_per_day_max: swap them")
        return self


class Source(BaseModel):
    """One outlet. The id is the file's name, the key in every table, and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: SourceId
    name: str = Field(min_length=1)
    home_page: HttpUrl
    country: str = Field(pattern=r"^[A-Z]{2}$")
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = Field(min_length=1)
    kind: SourceKind
    enabled: bool = False
    verified_on: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    """The day on which `dateline sources check --live` last found it working; none: written down, never fetched."""
    feeds: tuple[HttpUrl, ...] = ()
    sitemaps: tuple[HttpUrl, ...] = ()
    section_pages: tuple[HttpUrl, ...] = ()
    allowed_hosts: tuple[HostPattern, ...] = ()
    """Hosts whose pages belong to the source (`example.org`, `127.0.0.1:8460`), subdomains named one by one or as
    `*.example.org`. Empty: the home page's host, with and without `www.`."""
    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    time_zone: str = "UTC"
    schedule: Schedule = Schedule()
    revisit_after: tuple[Duration, ...] = (
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=24),
        timedelta(days=7),
    )
    """Ages, counted from the first fetch, at which an article is fetched again to see edits and removals."""
    politeness: Politeness = Politeness()
    limits: Limits = Limits()
    url_rules: UrlRules = UrlRules()
    expect: Expectations = Expectations()
    render: Render = Render.NONE
    allow_private_addresses: bool = False
    verify_tls: bool = True
    notes: str = ""

    @field_validator("time_zone")
    @classmethod
    def _is_known_zone(cls, value: str) -> str:
        if value not in _time_zones():
            raise ValueError("is not an IANA time zone: write one as in Asia/Damascus")
        return value

    @field_validator("revisit_after")
    @classmethod
    def _is_ascending(cls, value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        if list(value) != sorted(set(value)):
            raise ValueError("must grow from one age to the next, as in [1h, 6h, 24h, 7d]")
        return value

    @model_validator(mode="after")
    def _has_a_place_of_discovery(self) -> Source:
        if not (self.feeds or self.sitemaps or self.section_pages):
            raise ValueError("has no feeds, sitemaps or section_pages: name at least one, or nothing can be found")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def endpoint_urls(self) -> tuple[str, ...]:
        return (*self.feeds, *self.sitemaps, *self.section_pages)

    @property
    def hosts(self) -> frozenset[str]:
        """All hosts that a crawl of this source may ask: what batches are kept apart by."""
        return frozenset({host_of(url) for url in self.endpoint_urls} | set(self.host_patterns))

    @property
    def host_patterns(self) -> tuple[str, ...]:
        if self.allowed_hosts:
            return self.allowed_hosts
        host = host_of(self.home_page)
        bare = host.removeprefix("www.")
        return (bare, f"www.{bare}")

    def allows_host(self, host: str) -> bool:
        """Whether pages of `host` (as from `host_of`) belong to this source."""
        return any(
            host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
            for pattern in self.host_patterns
        )

    def takes_url(self, url: str) -> bool:
        """Whether an article URL is wanted: it matches an include pattern (if there are any) and no exclude one."""
        if any(re.search(pattern, url) for pattern in self.exclude):
            return False
        return not self.include or any(re.search(pattern, url) for pattern in self.include)

    def canonicalize(self, url: str) -> str:
        """The canonical form of a URL under this source's rules. Raises ValueError as `canonicalize_url`."""
        rules = self.url_rules
        return canonicalize_url(
            url,
            drop=rules.drop_parameters,
            keep=rules.keep_parameters,
            fold=rules.fold_variants,
            home_host=host_of(self.home_page),
        )

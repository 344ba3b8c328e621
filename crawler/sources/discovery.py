"""From the address of a site to a source file: finds its feeds, sitemaps or section pages, and tries each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from pydantic import ValidationError

from crawler.config import Settings
from crawler.errors import ConfigError, SiteError, SourceError
from crawler.reasons import Reason
from crawler.records import EndpointKind
from crawler.sources.explaining import describe_problem, one_line
from crawler.sources.fetching import Fetched, Fetcher, FetchLimits
from crawler.sources.loading import DEFAULTS_NAME, load_sources, read_defaults
from crawler.sources.model import Source, SourceKind
from crawler.sources.probe import FEED_TYPES, TYPE_NAMES, TYPES_OF, Listing, Recognised, classify
from crawler.sources.site_page import (
    FEED_PATHS,
    feed_links,
    guess_id,
    guess_place,
    is_government,
    section_links,
    site_name,
)
from crawler.sources.writing import dump_source, write_source_file
from crawler.urls import canonicalize_url, host_of

_SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")
_MAX_TRIED = 8
_MAX_TAKEN = {EndpointKind.FEED: 5, EndpointKind.SITEMAP: 3, EndpointKind.SECTION: 3}
_MIN_SECTION_LINKS = 5


@dataclass(frozen=True)
class Step:
    """One address that was asked, and what came of it."""

    url: str
    found: str
    taken: bool


@dataclass(frozen=True)
class SiteOptions:
    """What the person knows and says; anything that is None is found out or guessed."""

    id: str | None = None
    name: str | None = None
    languages: tuple[str, ...] | None = None
    country: str | None = None
    kind: SourceKind | None = None
    time_zone: str | None = None


@dataclass(frozen=True)
class FoundSite:
    """A site that can be crawled: its source, how it was found, and what a person should still look at."""

    source: Source
    steps: tuple[Step, ...]
    remains: tuple[str, ...]


@dataclass
class _Search:
    """A search in progress: what was asked, and what was kept of it."""

    fetcher: Fetcher
    report: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)
    taken: dict[EndpointKind, dict[str, Listing]] = field(default_factory=lambda: {kind: {} for kind in EndpointKind})

    def note(self, url: str, found: str, taken: bool) -> None:
        step = Step(url, found, taken)
        self.steps.append(step)
        self.report(step)

    def attempt(self, kind: EndpointKind, url: str) -> bool:
        """Fetch a candidate; keep it if it is what it is thought to be and lists something."""
        answer = self.fetcher.fetch(url)
        if not answer.is_ok:
            self.note(url, answer.detail, False)
            return False
        listing = classify(answer)
        least = _MIN_SECTION_LINKS if kind is EndpointKind.SECTION else 1
        good = listing.type in TYPES_OF[kind] and len(listing.links) >= least
        address = answer.final_url if answer.has_moved_for_good else url
        known = {canonicalize_url(other) for other in self.taken[kind]}
        if good and canonicalize_url(address) in known:
            self.note(url, "the same as one above", False)
            return True
        self.note(url, _describe(listing), good)
        if good:
            self.taken[kind][address] = listing
        return good


def discover_site(
    url: str,
    settings: Settings,
    *,
    options: SiteOptions | None = None,
    allow_private: bool = False,
    report: Callable[[Step], None] = lambda _: None,
    limits: FetchLimits | None = None,
) -> FoundSite:
    """Look at a site and say how to crawl it. Raises SiteError where it cannot be reached or lists nothing."""
    fetcher = Fetcher(settings.user_agent, allow_private=allow_private, limits=limits)
    search = _Search(fetcher, report)
    home, page = _fetch_home_page(url, search)
    _find_feeds(search, page, home.final_url)
    _find_sitemaps(search, home.final_url)
    if not (search.taken[EndpointKind.FEED] or search.taken[EndpointKind.SITEMAP]):
        _find_sections(search, page, home.final_url)
    if not any(search.taken.values()):
        tried = ", ".join(f"{_path(step.url)} ({step.found})" for step in search.steps[1:])
        raise SiteError(one_line(f"{home.final_url}: has no feed, sitemap or list of articles; tried: {tried}"))
    return _describe_source(home.final_url, page, search, options or SiteOptions(), allow_private)


def write_found_site(site: FoundSite, folder: Path, replace: bool = False) -> Path:
    """Write `<folder>/<id>.yaml`. Raises SourceError where the file is there, or its feed is another source's."""
    path = folder / f"{site.source.id}.yaml"
    if path.exists() and not replace:
        raise SourceError(f"{path}: is there already: replace it with --force, or choose another --id")
    _refuse_shared_feed(site.source, folder)
    defaults = read_defaults(folder)
    write_source_file(path, dump_source(site.source, defaults), replace)
    return path


def _refuse_shared_feed(source: Source, folder: Path) -> None:
    has_sources = folder.is_dir() and any(path.name != DEFAULTS_NAME for path in folder.glob("*.yaml"))
    feeds = {canonicalize_url(feed) for feed in source.feeds}
    for other in load_sources(folder) if has_sources else ():
        shared = feeds & {canonicalize_url(feed) for feed in other.feeds}
        if shared and other.id != source.id:
            raise SourceError(f"{folder / f'{other.id}.yaml'}: has the feed {min(shared)} already: it is this outlet")


def _fetch_home_page(url: str, search: _Search) -> tuple[Fetched, Listing]:
    url, has_scheme = url.strip(), "://" in url
    if not has_scheme:
        url = f"https://{url}"
    try:
        canonicalize_url(url)
    except ValueError:
        raise ConfigError(f"{url!r} is not a web address: write it as in https://example.org/") from None
    answer = search.fetcher.fetch(url)
    if answer.reason is Reason.CONNECTION and not has_scheme:
        url = url.replace("https://", "http://", 1)
        answer = search.fetcher.fetch(url)
    listing = _usable(answer)
    if listing.type in FEED_TYPES:
        search.note(
            url, f"{_describe(listing)}; the address of a feed, so its site is looked at too", bool(listing.links)
        )
        if listing.links:
            search.taken[EndpointKind.FEED][answer.final_url] = listing
        answer = search.fetcher.fetch(urljoin(answer.final_url, "/"))
        listing = _usable(answer)
    if listing.type is not Recognised.HTML:
        what = answer.content_type or "no stated type"
        raise SiteError(
            one_line(f"{answer.final_url}: is {TYPE_NAMES[listing.type]} ({what}): give a site's home page")
        )
    moved = f", at {answer.final_url}" if answer.redirects else ""
    search.note(answer.url, f"home page{moved}", True)
    return answer, listing


def _usable(answer: Fetched) -> Listing:
    if answer.reason is Reason.PRIVATE_ADDRESS:
        hint = "add --allow-private if the site is in your own network"
        raise SiteError(one_line(f"{answer.url}: {answer.detail}: {hint}"))
    if not answer.is_ok:
        raise SiteError(one_line(f"{answer.url}: {answer.detail}"))
    return classify(answer)


def _find_feeds(search: _Search, page: Listing, home_url: str) -> None:
    linked = feed_links(page.document, home_url)
    for url in linked[:_MAX_TRIED]:
        if len(search.taken[EndpointKind.FEED]) < _MAX_TAKEN[EndpointKind.FEED]:
            search.attempt(EndpointKind.FEED, url)
    if search.taken[EndpointKind.FEED]:
        return
    for path in FEED_PATHS:
        if search.attempt(EndpointKind.FEED, urljoin(home_url, path)):
            return


def _find_sitemaps(search: _Search, home_url: str) -> None:
    robots = search.fetcher.robots(home_url)
    named = [url for line in (robots.sitemaps if robots else ()) if (url := _web_address(line, home_url))]
    # Where a site has many, those of news are the ones that change.
    named.sort(key=lambda url: "news" not in url.lower())
    for url in list(dict.fromkeys(named))[:_MAX_TRIED]:
        if len(search.taken[EndpointKind.SITEMAP]) < _MAX_TAKEN[EndpointKind.SITEMAP]:
            search.attempt(EndpointKind.SITEMAP, url)
    if search.taken[EndpointKind.SITEMAP]:
        return
    for path in _SITEMAP_PATHS:
        if search.attempt(EndpointKind.SITEMAP, urljoin(home_url, path)):
            return


def _find_sections(search: _Search, page: Listing, home_url: str) -> None:
    for url in section_links(page.document, home_url)[:_MAX_TRIED]:
        if len(search.taken[EndpointKind.SECTION]) < _MAX_TAKEN[EndpointKind.SECTION]:
            search.attempt(EndpointKind.SECTION, url)
    if not search.taken[EndpointKind.SECTION]:
        good = len(page.links) >= _MIN_SECTION_LINKS
        search.note(home_url, f"as a section page: {_describe(page)}", good)
        if good:
            search.taken[EndpointKind.SECTION][home_url] = page


def _describe_source(
    home_url: str, page: Listing, search: _Search, options: SiteOptions, allow_private: bool
) -> FoundSite:
    host = host_of(home_url)
    remains: list[str] = []
    name = options.name
    if name is None:
        stated = site_name(page.document)
        name = stated[0] if stated else host
        if not (stated and stated[1]):
            remains.append(f"name: {name!r} is a guess")
    languages = options.languages or _languages(page, search)
    if languages == ("und",):
        remains.append("languages: the site does not say; und stands for unknown")
    place = guess_place(host)
    country = options.country or (place[0] if place else "ZZ")
    if country == "ZZ":
        remains.append("country: not known from the address; ZZ stands for unknown")
    time_zone = options.time_zone or (place[1] if place and place[0] == country else "UTC")
    if time_zone == "UTC" and options.time_zone is None:
        remains.append("time_zone: not known, so UTC; it matters for dates that state no zone")
    kind = options.kind
    if kind is None:
        kind = SourceKind.STATE if is_government(host) else SourceKind.NEWS
        remains.append(f"kind: {kind.value} is a guess")
    found = {key: list(search.taken[kind_]) for key, kind_ in _KEYS.items()}
    values = {
        "id": options.id or guess_id(host),
        "name": name,
        "home_page": home_url,
        "country": country,
        "languages": list(languages),
        "kind": kind,
        "enabled": True,
        "verified_on": datetime.now(timezone.utc).date().isoformat(),
        "time_zone": time_zone,
        "allowed_hosts": _allowed_hosts(home_url, search),
        "allow_private_addresses": allow_private,
        "notes": _notes(remains),
        **found,
    }
    try:
        source = Source.model_validate({key: value for key, value in values.items() if value not in ([], False)})
    except ValidationError as error:
        raise SourceError("\n".join(describe_problem(problem) for problem in error.errors())) from None
    return FoundSite(source, tuple(search.steps), tuple(remains))


_KEYS = {
    "feeds": EndpointKind.FEED,
    "sitemaps": EndpointKind.SITEMAP,
    "section_pages": EndpointKind.SECTION,
}


def _notes(remains: Iterable[str]) -> str:
    open_keys = ", ".join(remark.partition(":")[0] for remark in remains)
    return "Found by `dateline sources add`." + (f" To be looked at by a person: {open_keys}." if open_keys else "")


def _languages(page: Listing, search: _Search) -> tuple[str, ...]:
    listings = [listing for taken in search.taken.values() for listing in taken.values()]
    found = dict.fromkeys(listing.language for listing in [page, *listings] if listing.language)
    return tuple(found) or ("und",)


def _allowed_hosts(home_url: str, search: _Search) -> list[str]:
    """Named where a good part of the articles is on hosts that the home page's does not cover."""
    bare = host_of(home_url).removeprefix("www.")
    usual = [bare, f"www.{bare}"]
    links = [
        link
        for taken in search.taken.values()
        for listing in taken.values()
        if listing.type is not Recognised.SITEMAP_INDEX
        for link in listing.links
    ]
    hosts = Counter(map(host_of, links))
    others = [host for host, count in hosts.most_common(5) if host not in usual and count * 5 >= len(links)]
    return [*usual, *others] if others else []


def _describe(listing: Listing) -> str:
    if listing.type is Recognised.UNKNOWN:
        return "neither feed, sitemap nor web page"
    unit = "links like articles" if listing.type is Recognised.HTML else "entries"
    newest = f", newest {listing.newest_at:%Y-%m-%d %H:%M} UTC" if listing.newest_at else ""
    return f"{TYPE_NAMES[listing.type]}, {len(listing.links)} {unit}{newest}"


def _web_address(text: str, base_url: str) -> str | None:
    try:
        url = urljoin(base_url, text.strip())
        canonicalize_url(url)
    except ValueError:
        return None
    return url


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "") or "/"

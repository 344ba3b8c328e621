"""The part of `dateline sources` that is about page objects: saving pages, and checking against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from crawler.clean.overrides.loading import find_page_objects
from crawler.clean.overrides.snapshots import PagesCheck, Snapshot, check_snapshots, find_strays, snapshots_dir
from crawler.clean.payload import Payload, read_payload
from crawler.config import Settings
from crawler.database import connect
from crawler.errors import ConfigError, SiteError, SourceError
from crawler.local.session import ready_database
from crawler.records import Capture
from crawler.resources import read_sql
from crawler.sources.fetching import Fetcher, FetchLimits
from crawler.sources.model import Render, Source
from crawler.urls import host_of, url_key


@dataclass(frozen=True)
class SavedPage:
    """A page to be saved, and its bytes."""

    snapshot: Snapshot
    payload: bytes


def fetch_page(settings: Settings, source: Source, url: str) -> SavedPage:
    """Ask the site for a page, under the same rules as `dateline sources check --live`. Raises SiteError."""
    _require_host(source, url)
    if source.render is not Render.NONE:
        raise ConfigError(f"{source.id}: a browser draws its pages: take one from the archive, with --archived")
    fetcher = Fetcher(
        settings.user_agent,
        allow_private=source.allow_private_addresses,
        verify_tls=source.verify_tls,
        delay_seconds=source.politeness.delay_seconds,
        limits=FetchLimits(max_bytes=source.limits.max_bytes),
    )
    answer = fetcher.fetch(url)
    if not answer.is_ok:
        raise SiteError(f"{url}: {answer.reason}: {answer.detail}")
    _require_host(source, answer.final_url)
    snapshot = Snapshot(
        url=answer.final_url,
        asked_url=url,
        fetched_at=datetime.now(timezone.utc).replace(microsecond=0),
        http_status=answer.status or 200,
        content_type=answer.headers.get("content-type"),
    )
    return SavedPage(snapshot, answer.body)


def archived_pages(settings: Settings, source: Source, urls: Sequence[str], on: datetime | None) -> list[SavedPage]:
    """The newest captures of pages, with `on` the newest up to the end of that day (UTC).

    Raises ConfigError for a page that the archive does not have.
    """
    until = on.replace(tzinfo=timezone.utc) + timedelta(days=1) if on else None
    captures = []
    with ready_database(settings) as ready:
        connection = connect(ready)
        try:
            with connection, connection.cursor() as cursor:
                for url in urls:
                    values = {"source_id": source.id, "url_key": _key_of(source, url), "until": until}
                    cursor.execute(read_sql("queries/select_page_capture"), values)
                    row = cursor.fetchone()
                    if row is None:
                        since = f" up to {on:%Y-%m-%d}" if on else ""
                        raise ConfigError(
                            f"{url}: the archive has no page of it{since}: `dateline explain {url}` tells more"
                        )
                    captures.append(Capture.model_validate(row[0]))
        finally:
            connection.close()
    return [_from_archive(settings, source, capture) for capture in captures]


def check_pages(directory: Path, sources: Sequence[Source], known: frozenset[str]) -> dict[str, PagesCheck]:
    """What became of the page objects and saved pages of the sources that have any. `known` are all sources' ids.

    Raises SourceError, one line for each problem, where a file of page objects cannot be used.
    """
    checks, problems = {}, find_strays(directory, known)
    for source in sources:
        if find_page_objects(directory, source.id) or snapshots_dir(directory, source.id).is_dir():
            try:
                checks[source.id] = check_snapshots(directory, source)
            except SourceError as error:
                problems.append(str(error))
    if problems:
        raise SourceError("\n".join(problems))
    return checks


def _from_archive(settings: Settings, source: Source, capture: Capture) -> SavedPage:
    payload = read_payload(settings.archive_url, capture, source.limits.max_bytes)
    if not isinstance(payload, Payload):
        raise SiteError(f"{capture.url}: {payload.reason}: {payload.detail}")
    snapshot = Snapshot(
        url=capture.final_url,
        asked_url=capture.url,
        fetched_at=capture.fetched_at,
        http_status=capture.http_status,
        content_type=capture.page_content_type,
        headers=payload.headers,
        hint_title=capture.hint_title,
        hint_published_at=capture.hint_published_at,
    )
    return SavedPage(snapshot, payload.body)


def _key_of(source: Source, url: str) -> str:
    try:
        return url_key(source.canonicalize(url))
    except ValueError as error:
        raise ConfigError(f"{url!r} is not a web address: write it in full, as in https://example.org/story") from error


def _require_host(source: Source, url: str) -> None:
    try:
        host = host_of(url)
    except ValueError as error:
        raise ConfigError(f"{url!r} is not a web address: write it in full, as in https://example.org/story") from error
    if not source.allows_host(host):
        raise ConfigError(f"{url}: {host} is none of the hosts of {source.id} ({', '.join(source.host_patterns)})")

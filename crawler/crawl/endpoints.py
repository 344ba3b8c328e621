"""Reads the answer of a feed, sitemap or section page into an EndpointVisit and links."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

from scrapy.http import Response, TextResponse

from crawler.crawl.discovery.feeds import parse_feed
from crawler.crawl.discovery.links import Found, UnreadableError
from crawler.crawl.discovery.sections import parse_section
from crawler.crawl.discovery.sitemaps import parse_sitemap
from crawler.crawl.fetch import Fetch, fetch_of
from crawler.crawl.outcomes import outcome_of_exception
from crawler.crawl.statuses import outcome_of_status
from crawler.records import EndpointKind, EndpointVisit, Reason


async def read_endpoint(fetch: Fetch, response: Response) -> tuple[Found | None, EndpointVisit]:
    """What an endpoint listed (None: nothing that can be used), and the visit so far.

    Validators are kept only of what was read in full: an index, or the first of several pages, says nothing of the
    changes of the others, nor whether they were read; and a damaged list is to be read again.
    """
    visit = EndpointVisit(
        source_id=fetch.source.id,
        url=fetch.url,
        kind=fetch.kind or EndpointKind.FEED,
        fetched_at=datetime.now(timezone.utc),
        http_status=response.status,
    )
    if response.status == 304:
        return None, visit
    if not 200 <= response.status < 300:
        return None, visit.model_copy(update={"reason": outcome_of_status(response.status)[1]})
    try:
        # Off the reactor's thread: a large sitemap would hold up all other hosts.
        found = await asyncio.to_thread(_parse, fetch, response)
    except UnreadableError as error:
        return None, visit.model_copy(update={"reason": Reason.BAD_RESPONSE, "detail": str(error)[:500]})
    except Exception as error:  # noqa: BLE001 - one hostile list must not stop the other sources
        detail = f"cannot be read: {type(error).__name__}: {error}"[:500]
        return None, visit.model_copy(update={"reason": Reason.BAD_RESPONSE, "detail": detail})
    if found.problem:
        return found, visit.model_copy(update={"reason": Reason.BAD_RESPONSE, "detail": found.problem[:500]})
    if not found.is_index and not found.children:
        validators = {"etag": _header(response, "ETag"), "last_modified": _header(response, "Last-Modified")}
        visit = visit.model_copy(update=validators)
    return found, visit


def failed_visit(fetch: Fetch, error: BaseException) -> EndpointVisit:
    """The visit of an endpoint that gave no answer."""
    _, reason, detail = outcome_of_exception(error)
    return EndpointVisit(
        source_id=fetch.source.id,
        url=fetch.url,
        kind=fetch.kind or EndpointKind.FEED,
        fetched_at=datetime.now(timezone.utc),
        reason=reason,
        detail=detail,
    )


def _parse(fetch: Fetch, response: Response) -> Found:
    match fetch.kind:
        case EndpointKind.SITEMAP:
            oldest = datetime.now(timezone.utc) - fetch.source.limits.sitemap_max_age
            return parse_sitemap(response.body, response.url, oldest, fetch_of(response.request).max_bytes)
        case EndpointKind.SECTION:
            if not isinstance(response, TextResponse):
                raise UnreadableError(f"is not an HTML page, but {_header(response, 'Content-Type')}")
            return parse_section(response.text, response.url)
        case _:
            return parse_feed(response.body, response.url, _header(response, "Content-Type"))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1").strip()[:1000] or None if value else None

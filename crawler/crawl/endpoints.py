"""Reads the answer of a feed, sitemap or section page into an EndpointVisit and links."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from scrapy.http import Response, TextResponse

from crawler.crawl.discovery.feeds import parse_feed
from crawler.crawl.discovery.links import Found, UnreadableError
from crawler.crawl.discovery.sections import parse_section
from crawler.crawl.discovery.sitemaps import parse_sitemap
from crawler.crawl.fetch import Fetch
from crawler.crawl.lists import read_list
from crawler.crawl.outcomes import outcome_of_exception
from crawler.crawl.poll_wishes import read_wishes
from crawler.crawl.statuses import is_page_status, outcome_of_response
from crawler.crawl.text import header_text
from crawler.reasons import Reason
from crawler.recognition import Recognised, recognise
from crawler.records import EndpointKind, EndpointVisit

_CLOCK_SLACK = timedelta(hours=1)


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
        stands_in_for=fetch.stands_in_for,
        listed_lastmod=fetch.listed_lastmod,
    )
    visit = visit.model_copy(update=read_wishes(response, None, visit.fetched_at))
    if response.status == 304 and is_conditional(response):
        return None, visit.model_copy(update={"moved_to": _moved_to(fetch)})
    if not is_page_status(response.status):
        _, reason, detail = outcome_of_response(response.status, fetch.recognised)
        return None, visit.model_copy(update={"reason": reason, "detail": detail})
    try:
        found = await read_list(_parse, fetch, response)
    except UnreadableError as error:
        if wall := _recognise(response):
            return None, visit.model_copy(update={"reason": wall.reason, "detail": wall.detail})
        return None, visit.model_copy(update={"reason": Reason.UNREADABLE_LIST, "detail": str(error)[:500]})
    except Exception as error:  # noqa: BLE001 - one hostile list must not stop the other sources
        detail = f"cannot be read: {type(error).__name__}: {error}"[:500]
        return None, visit.model_copy(update={"reason": Reason.UNREADABLE_LIST, "detail": detail})
    if fetch.kind is EndpointKind.SECTION and not found.links and (wall := _recognise(response)):
        return None, visit.model_copy(update={"reason": wall.reason, "detail": wall.detail})
    visit = visit.model_copy(
        update={
            **read_wishes(response, found, visit.fetched_at),
            "moved_to": _moved_to(fetch),
            "newest_published_at": newest_of(found, visit.fetched_at),
        }
    )
    if found.problem:
        return found, visit.model_copy(update={"reason": Reason.BAD_RESPONSE, "detail": found.problem[:500]})
    if not found.is_index and not found.children:
        validators = {"etag": _header(response, "ETag"), "last_modified": _header(response, "Last-Modified")}
        visit = visit.model_copy(update=validators)
    return found, visit


def newest_of(found: Found, now: datetime) -> datetime | None:
    """The newest date that a list states, but for those that have not come yet: mistakes, or announcements."""
    latest = now + _CLOCK_SLACK
    dates = (link.published_at for link in found.links)
    return max((date for date in dates if date is not None and date <= latest), default=None)


def is_conditional(response: Response) -> bool:
    """Whether the request asked for a change only. A 304 to any other would hide the list for good."""
    request = response.request
    return request is not None and ("If-None-Match" in request.headers or "If-Modified-Since" in request.headers)


def failed_visit(fetch: Fetch, error: BaseException) -> EndpointVisit:
    """The visit of an endpoint that gave no answer."""
    _, reason, detail = outcome_of_exception(error)
    # A feed that moved to a host which is not the source's is not followed there, but its new address is worth knowing.
    moved_to = fetch.leads_to if reason is Reason.OFF_HOST and fetch.is_moved_for_good else None
    return EndpointVisit(
        source_id=fetch.source.id,
        url=fetch.url,
        kind=fetch.kind or EndpointKind.FEED,
        fetched_at=datetime.now(timezone.utc),
        reason=reason,
        detail=detail,
        moved_to=moved_to,
        stands_in_for=fetch.stands_in_for,
    )


def _moved_to(fetch: Fetch) -> str | None:
    return fetch.leads_to if fetch.redirects and fetch.is_moved_for_good else None


def _parse(fetch: Fetch, response: Response) -> Found:
    match fetch.kind:
        case EndpointKind.SITEMAP:
            oldest = datetime.now(timezone.utc) - fetch.source.limits.sitemap_max_age
            return parse_sitemap(response.body, response.url, oldest, fetch.max_bytes)
        case EndpointKind.SECTION:
            if not isinstance(response, TextResponse):
                raise UnreadableError(f"is not an HTML page, but {_header(response, 'Content-Type')}")
            return parse_section(response.text, response.url)
        case _:
            return parse_feed(response.body, response.url, _header(response, "Content-Type"), fetch.source.zone)


def _recognise(response: Response) -> Recognised | None:
    """What came in the place of a list. Its Content-Encoding is undone here, unlike in a page's response."""
    content_type = _header(response, "Content-Type")
    headers = [("Content-Type", content_type)] if content_type else []
    return recognise(response.status, headers, response.body, response.url)


def _header(response: Response, name: str) -> str | None:
    return header_text(response.headers.get(name))

"""Follows redirects, so that a capture knows the whole chain."""

from __future__ import annotations

from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from w3lib.url import safe_url_string

from crawler.crawl.fetch import Fetch, Purpose, fetch_of, meta_for
from crawler.crawl.middlewares import JobMiddleware
from crawler.crawl.middlewares.guard import check_url
from crawler.crawl.outcomes import Refused
from crawler.reasons import Outcome, Reason
from crawler.recognition import recognise_redirect

MAX_REDIRECTS = 5
_STATUSES = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


class RedirectsMiddleware(JobMiddleware):
    """Turns a redirect into the next request, or raises Refused."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        location = response.headers.get("Location")
        if response.status not in _STATUSES or not location:
            return response
        fetch = fetch_of(request)
        # Location is sent in UTF-8 by some servers, against the standard; browsers take it so.
        try:
            target = safe_url_string(urljoin(request.url, location.decode("utf-8", "replace").strip()))
            target = target.partition("#")[0]
            _check_wall(fetch, request.url, target)
            fetch.is_moved_for_good = fetch.is_moved_for_good and response.status in _PERMANENT
            fetch.leads_to = target
            check_url(fetch, target)
        except ValueError as error:
            detail = f"redirects to {location[:200]!r}"
            raise Refused(Outcome.FAILED, Reason.BAD_REDIRECT, detail) from error
        if target in fetch.redirects or target == request.url:
            raise Refused(Outcome.FAILED, Reason.REDIRECT_LOOP, f"{target} again, after {len(fetch.redirects) + 1}")
        fetch.redirects.append(request.url)
        if len(fetch.redirects) > MAX_REDIRECTS:
            raise Refused(Outcome.FAILED, Reason.REDIRECT_LOOP, f"more than {MAX_REDIRECTS} redirects")
        headers = request.headers.copy()
        for validator in ("If-None-Match", "If-Modified-Since"):
            # Given out for another page, they could draw a 304 from this one.
            headers.pop(validator, None)
        return request.replace(
            url=target,
            headers=headers,
            meta={**request.meta, **meta_for(fetch, target)},
            priority=request.priority + 1,  # finish what is begun
        )


def _check_wall(fetch: Fetch, url: str, target: str) -> None:
    """Whether a redirect leads to a wall. Notices and error pages are followed: they have a status of their own."""
    wall = recognise_redirect(url, target)
    if (
        wall
        and fetch.purpose is not Purpose.ROBOTS
        and (wall.outcome is Outcome.BLOCKED or wall.reason is Reason.PAYWALL)
    ):
        raise Refused(wall.outcome, wall.reason, wall.detail)

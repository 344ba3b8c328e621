"""Reason codes of HTTP statuses, and which reasons pass. Free of Scrapy, for the stage that starts the crawl."""

from __future__ import annotations

from crawler.reasons import Outcome, Reason
from crawler.recognition import Recognised

RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 522, 524})

TEMPORARY = frozenset(
    {
        Reason.SERVER_ERROR,
        Reason.MAINTENANCE,
        Reason.TIMEOUT,
        Reason.CONNECTION,
        Reason.DNS,
        Reason.TLS,
        Reason.BAD_RESPONSE,
        Reason.RENDERING,
        Reason.NO_BROWSER,
        Reason.RATE_LIMITED,
        Reason.PAGE_LIMIT,
        Reason.TIME_LIMIT,
        Reason.CRAWL_STOPPED,
    }
)
"""Reasons that another try at the same batch may find gone."""


def outcome_of_response(status: int, recognised: Recognised | None) -> tuple[Outcome, Reason, str | None]:
    """The same with a detail, for a response whose body was looked at: what it is says more than its status."""
    if recognised is not None:
        return recognised.outcome, recognised.reason, recognised.detail
    return *outcome_of_status(status), None


def is_page_status(status: int) -> bool:
    """Whether a response of this status is a page. 206 is a part that we did not ask for."""
    return 200 <= status < 300 and status != 206


def outcome_of_status(status: int) -> tuple[Outcome, Reason]:
    """What a response that is no page means."""
    match status:
        case 410:
            return Outcome.FAILED, Reason.GONE
        case 404:
            return Outcome.FAILED, Reason.NOT_FOUND
        case 401 | 403 | 407 | 451:
            return Outcome.BLOCKED, Reason.FORBIDDEN
        case 429:
            return Outcome.BLOCKED, Reason.RATE_LIMITED
        case 304:
            # Nobody asked whether the page has changed.
            return Outcome.FAILED, Reason.BAD_RESPONSE
        case _ if 300 <= status < 400:
            return Outcome.FAILED, Reason.BAD_REDIRECT
        case _ if 400 <= status < 500:
            return Outcome.FAILED, Reason.CLIENT_ERROR
        case _ if 500 <= status < 600:
            return Outcome.FAILED, Reason.SERVER_ERROR
        case _:
            return Outcome.FAILED, Reason.BAD_RESPONSE

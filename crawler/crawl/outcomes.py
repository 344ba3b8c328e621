"""From what happened to a request to the outcome and reason that its URL ends in."""

from __future__ import annotations

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.internet.ssl import VerificationError
from twisted.web._newclient import ParseError
from twisted.web.client import ResponseFailed
from twisted.web.http import _MalformedChunkedDataError

from crawler.reasons import Outcome, Reason

RETRIED = frozenset({Reason.TIMEOUT, Reason.CONNECTION, Reason.DNS, Reason.BAD_RESPONSE})
"""Failures without a response that are tried again within a crawl."""


class Refused(IgnoreRequest):
    """A request is not made, or its response not used, for a stated reason."""

    def __init__(self, outcome: Outcome, reason: Reason, detail: str | None = None) -> None:
        super().__init__(f"{outcome}:{reason}" + (f" {detail}" if detail else ""))
        self.outcome = outcome
        self.reason = reason
        self.detail = detail


def outcome_of_exception(error: BaseException) -> tuple[Outcome, Reason, str | None]:
    """What a request that ended in an exception means."""
    if isinstance(error, Refused):
        return error.outcome, error.reason, error.detail
    return Outcome.FAILED, _reason_of(error), _detail_of(error)


def _reason_of(error: BaseException) -> Reason:
    match error:
        case CannotResolveHostError():
            return Reason.DNS
        case DownloadTimeoutError() | ConnectTimeoutError():
            return Reason.TIMEOUT
        case DownloadCancelledError():
            return Reason.TOO_LARGE
        case UnsupportedURLSchemeError():
            return Reason.BAD_REDIRECT
        case _ if _is_tls(error):
            return Reason.TLS
        case _ if _is_malformed(error):
            return Reason.BAD_RESPONSE
        case DownloadConnectionRefusedError() | ConnectError() | ConnectionClosed() | OSError():
            return Reason.CONNECTION
        case DownloadFailedError() if _lost_connection(error):
            return Reason.CONNECTION
        case ResponseDataLossError():
            return Reason.CONNECTION
        case _:
            return Reason.BAD_RESPONSE


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what lies below it, through Twisted's lists of reasons."""
    found: list[BaseException] = [error]
    if isinstance(error, ResponseFailed):
        for failure in error.reasons or ():
            found += _causes(failure.value)
    if error.__cause__ is not None:
        found += _causes(error.__cause__)
    return found


def _is_tls(error: BaseException) -> bool:
    return any(isinstance(cause, (SSL.Error, VerificationError)) for cause in _causes(error))


def _is_malformed(error: BaseException) -> bool:
    """Whether the transfer broke a rule of HTTP, and was given up for that."""
    return any(isinstance(cause, (ParseError, _MalformedChunkedDataError)) for cause in _causes(error))


def _lost_connection(error: BaseException) -> bool:
    return any(isinstance(cause, (ConnectError, ConnectionClosed)) for cause in _causes(error))


def _detail_of(error: BaseException) -> str:
    deepest = _causes(error)[-1]
    text = str(deepest).strip() or str(error).strip()
    return f"{type(deepest).__name__}: {text}"[:500]

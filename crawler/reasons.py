"""How a URL can end, and why: the codes in files, in `ingest.outcome` and in docs/operating.md."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a URL ended in one run. Every URL that a run takes on has exactly one."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"
    BLOCKED = "blocked"
    PENDING = "pending"


class Reason(StrEnum):
    """Why a URL ended as it did. The value is the reason code in files, in `ingest.outcome` and in the docs."""

    # stored
    NEW = "new"
    CHANGED = "changed"
    # unchanged
    SAME_TEXT = "same_text"
    NOT_MODIFIED = "not_modified"
    # duplicate
    REDIRECT = "redirect"
    CANONICAL_LINK = "canonical_link"
    # rejected: a page came, and it is not an article that we can keep
    PAYWALL = "paywall"
    SOFT_404 = "soft_404"
    NEEDS_JAVASCRIPT = "needs_javascript"
    NO_TEXT = "no_text"
    NOT_AN_ARTICLE = "not_an_article"
    UNSUPPORTED_TYPE = "unsupported_type"
    UNDECODABLE = "undecodable"
    CLEAN_TIMEOUT = "clean_timeout"
    CLEAN_ERROR = "clean_error"
    INVALID_RECORD = "invalid_record"
    # failed: no usable page came
    GONE = "gone"
    NOT_FOUND = "not_found"
    REDIRECT_TO_HOME = "redirect_to_home"
    CLIENT_ERROR = "client_error"
    MAINTENANCE = "maintenance"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    DNS = "dns"
    TLS = "tls"
    TOO_LARGE = "too_large"
    REDIRECT_LOOP = "redirect_loop"
    BAD_REDIRECT = "bad_redirect"
    BAD_RESPONSE = "bad_response"
    RENDERING = "rendering"
    UNREADABLE_LIST = "unreadable_list"
    ARCHIVE_LOST = "archive_lost"
    # blocked: we were not let in, or did not let ourselves
    ROBOTS = "robots"
    FORBIDDEN = "forbidden"
    CHALLENGE = "challenge"
    CONSENT_WALL = "consent_wall"
    LOGIN_WALL = "login_wall"
    GEO_BLOCKED = "geo_blocked"
    RATE_LIMITED = "rate_limited"
    PRIVATE_ADDRESS = "private_address"
    OFF_HOST = "off_host"
    # pending: taken on, not reached in this run; the next run goes on with it
    PAGE_LIMIT = "page_limit"
    TIME_LIMIT = "time_limit"
    CRAWL_STOPPED = "crawl_stopped"
    NO_BROWSER = "no_browser"


REASONS_OF: dict[Outcome, frozenset[Reason]] = {
    Outcome.STORED: frozenset({Reason.NEW, Reason.CHANGED}),
    Outcome.UNCHANGED: frozenset({Reason.SAME_TEXT, Reason.NOT_MODIFIED}),
    Outcome.DUPLICATE: frozenset({Reason.REDIRECT, Reason.CANONICAL_LINK}),
    Outcome.REJECTED: frozenset(
        {
            Reason.PAYWALL,
            Reason.SOFT_404,
            Reason.NEEDS_JAVASCRIPT,
            Reason.NO_TEXT,
            Reason.NOT_AN_ARTICLE,
            Reason.UNSUPPORTED_TYPE,
            Reason.UNDECODABLE,
            Reason.CLEAN_TIMEOUT,
            Reason.CLEAN_ERROR,
            Reason.INVALID_RECORD,
        }
    ),
    Outcome.FAILED: frozenset(
        {
            Reason.GONE,
            Reason.NOT_FOUND,
            Reason.REDIRECT_TO_HOME,
            Reason.CLIENT_ERROR,
            Reason.MAINTENANCE,
            Reason.SERVER_ERROR,
            Reason.TIMEOUT,
            Reason.CONNECTION,
            Reason.DNS,
            Reason.TLS,
            Reason.TOO_LARGE,
            Reason.REDIRECT_LOOP,
            Reason.BAD_REDIRECT,
            Reason.BAD_RESPONSE,
            Reason.RENDERING,
            Reason.UNREADABLE_LIST,
            Reason.ARCHIVE_LOST,
        }
    ),
    Outcome.BLOCKED: frozenset(
        {
            Reason.ROBOTS,
            Reason.FORBIDDEN,
            Reason.CHALLENGE,
            Reason.CONSENT_WALL,
            Reason.LOGIN_WALL,
            Reason.GEO_BLOCKED,
            Reason.RATE_LIMITED,
            Reason.PRIVATE_ADDRESS,
            Reason.OFF_HOST,
        }
    ),
    Outcome.PENDING: frozenset({Reason.PAGE_LIMIT, Reason.TIME_LIMIT, Reason.CRAWL_STOPPED, Reason.NO_BROWSER}),
}


OUTCOME_OF: dict[Reason, Outcome] = {reason: outcome for outcome, reasons in REASONS_OF.items() for reason in reasons}

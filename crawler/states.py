"""The states of sources, and why a source is in one. `docs/operating.md` explains each and what to do."""

from __future__ import annotations

from enum import StrEnum


class SourceState(StrEnum):
    """Where a source stands. `docs/operating.md` says what each state means and what to do."""

    HEALTHY = "healthy"
    QUIET = "quiet"
    DEGRADED = "degraded"
    BLOCKED = "blocked"
    MOVED = "moved"
    LAYOUT_CHANGED = "layout_changed"
    DEAD = "dead"
    PAUSED = "paused"


class StateReason(StrEnum):
    """Why a source is in its state, or what a run noticed of it. `ingest.state_reason` says what to do."""

    # healthy
    AS_USUAL = "as_usual"
    NEVER_VISITED = "never_visited"
    # quiet
    SILENT = "silent"
    BELOW_HABIT = "below_habit"
    # degraded
    ENDPOINT_FAILS = "endpoint_fails"
    UNREACHABLE = "unreachable"
    PAGES_FAIL = "pages_fail"
    FIELDS_FELL = "fields_fell"
    BELOW_EXPECTED = "below_expected"
    ABOVE_EXPECTED = "above_expected"
    # blocked
    FORBIDDEN = "forbidden"
    CHALLENGE = "challenge"
    CONSENT_WALL = "consent_wall"
    LOGIN_WALL = "login_wall"
    GEO_BLOCKED = "geo_blocked"
    ROBOTS = "robots"
    RATE_LIMITED = "rate_limited"
    PAYWALL = "paywall"
    # moved
    REDIRECTED = "redirected"
    FEED_REPLACED = "feed_replaced"
    OTHER_HOST = "other_host"
    # layout_changed
    PAGES_UNREADABLE = "pages_unreadable"
    NEEDS_JAVASCRIPT = "needs_javascript"
    FIELDS_LOST = "fields_lost"
    LIST_EMPTY = "list_empty"
    # dead
    NO_ANSWER = "no_answer"
    # paused
    DISABLED = "disabled"
    BY_OPERATOR = "by_operator"
    # a signal that changes no state
    OUR_NETWORK = "our_network"


STATE_REASONS_OF: dict[SourceState, frozenset[StateReason]] = {
    SourceState.HEALTHY: frozenset({StateReason.AS_USUAL, StateReason.NEVER_VISITED}),
    SourceState.QUIET: frozenset({StateReason.SILENT, StateReason.BELOW_HABIT}),
    SourceState.DEGRADED: frozenset(
        {
            StateReason.ENDPOINT_FAILS,
            StateReason.UNREACHABLE,
            StateReason.PAGES_FAIL,
            StateReason.FIELDS_FELL,
            StateReason.BELOW_EXPECTED,
            StateReason.ABOVE_EXPECTED,
        }
    ),
    SourceState.BLOCKED: frozenset(
        {
            StateReason.FORBIDDEN,
            StateReason.CHALLENGE,
            StateReason.CONSENT_WALL,
            StateReason.LOGIN_WALL,
            StateReason.GEO_BLOCKED,
            StateReason.ROBOTS,
            StateReason.RATE_LIMITED,
            StateReason.PAYWALL,
        }
    ),
    SourceState.MOVED: frozenset({StateReason.REDIRECTED, StateReason.FEED_REPLACED, StateReason.OTHER_HOST}),
    SourceState.LAYOUT_CHANGED: frozenset(
        {
            StateReason.PAGES_UNREADABLE,
            StateReason.NEEDS_JAVASCRIPT,
            StateReason.FIELDS_LOST,
            StateReason.LIST_EMPTY,
        }
    ),
    SourceState.DEAD: frozenset({StateReason.NO_ANSWER}),
    SourceState.PAUSED: frozenset({StateReason.DISABLED, StateReason.BY_OPERATOR}),
}
"""Every reason but OUR_NETWORK belongs to one state."""

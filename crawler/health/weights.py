"""How much a failure weighs: a hard one 1, a soft one 1/2, a temporary one 1/4."""

from __future__ import annotations

from crawler.reasons import REASONS_OF, Outcome, Reason

HARD = frozenset(
    {
        Reason.DNS,
        Reason.TLS,
        Reason.GONE,
        Reason.NOT_FOUND,
        Reason.UNREADABLE_LIST,
        Reason.BAD_REDIRECT,
        Reason.REDIRECT_LOOP,
        Reason.REDIRECT_TO_HOME,
        Reason.OFF_HOST,
        Reason.PRIVATE_ADDRESS,
    }
)
"""What does not heal by itself: somebody has to change something, mostly in the source file."""
TEMPORARY = frozenset(
    {
        Reason.TIMEOUT,
        Reason.CONNECTION,
        Reason.SERVER_ERROR,
        Reason.MAINTENANCE,
        Reason.RATE_LIMITED,
        Reason.ARCHIVE_LOST,
    }
)
"""What mostly heals within hours."""
NOT_ASKED = REASONS_OF[Outcome.PENDING]
"""Not reached in this run: that says nothing of the source."""
NETWORK = frozenset({Reason.DNS, Reason.CONNECTION, Reason.TIMEOUT})
"""What is also seen when the network on our side is down."""


def failure_weight(reason: Reason | None) -> float:
    """0 for what succeeded or was not reached."""
    if reason is None or reason in NOT_ASKED:
        return 0.0
    return 1.0 if reason in HARD else 0.25 if reason in TEMPORARY else 0.5

"""What recognition returns."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.reasons import OUTCOME_OF, Outcome, Reason


@dataclass(frozen=True)
class Recognised:
    """What a response is instead of a page. `sign` says by what it was known, `vendor` whose product it is."""

    reason: Reason
    sign: str
    vendor: str | None = None

    @property
    def outcome(self) -> Outcome:
        return OUTCOME_OF[self.reason]

    @property
    def detail(self) -> str:
        """One line for an outcome's detail."""
        return f"{self.vendor}: {self.sign}" if self.vendor else self.sign

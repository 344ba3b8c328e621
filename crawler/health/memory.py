"""What the machine remembers of a source: small and of bounded size; JSON in `ingest.source_state.memory`."""

from __future__ import annotations

import logging
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.health.evidence import Evidence
from crawler.reasons import Reason
from crawler.records import Instant
from crawler.states import StateReason

_log = logging.getLogger(__name__)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class EndpointMemory(_Part):
    """One endpoint of the source file. `score` is its weighted failures; `failing_since` the first in a row."""

    score: float = 0.0
    is_failing: bool = False
    failing_since: Instant | None = None
    reason: Reason | None = None
    moved_to: str | None = None
    replaced_by: str | None = None
    links: int = 0
    empty_visits: int = 0
    evidence: Evidence = Evidence()

    @property
    def own_score(self) -> float:
        """What is missing without it: nothing while another feed stands in for it."""
        return 0.0 if self.replaced_by else self.score


class Tally(_Part):
    """Aged counts of pages, and how many of them had something."""

    pages: float = 0.0
    filled: dict[str, float] = Field(default_factory=dict)
    log_words: float = 0.0
    log_words_squared: float = 0.0

    def times(self, factor: float) -> Tally:
        return Tally(
            pages=self.pages * factor,
            filled={name: count * factor for name, count in self.filled.items()},
            log_words=self.log_words * factor,
            log_words_squared=self.log_words_squared * factor,
        )

    def plus(self, other: Tally) -> Tally:
        names = sorted({*self.filled, *other.filled})
        return Tally(
            pages=self.pages + other.pages,
            filled={name: self.filled.get(name, 0.0) + other.filled.get(name, 0.0) for name in names},
            log_words=self.log_words + other.log_words,
            log_words_squared=self.log_words_squared + other.log_words_squared,
        )


class Habits(_Part):
    """Tallies of a kind of page: what was usual, and the last pages, which are not yet part of what is usual."""

    usual: Tally = Tally()
    recent: Tally = Tally()
    fallen_since: Instant | None = None


class Answers(_Part):
    """The last answers of the site, aged by their number: how many, and how many of them were walls of each kind."""

    count: float = 0.0
    walls: dict[Reason, float] = Field(default_factory=dict)


class Condition(_Part):
    """Something that holds of the source since an instant. `absent` counts the visits in a row without it."""

    since: Instant
    detail: str | None = None
    evidence: Evidence = Evidence()
    absent: int = 0


class Memory(_Part):
    """All that is remembered of a source. `since` is when its state began."""

    observed_at: Instant | None = None
    since: Instant | None = None
    endpoints: dict[str, EndpointMemory] = Field(default_factory=dict)
    answers: Answers = Answers()
    pages: Habits = Habits()
    articles: Habits = Habits()
    conditions: dict[StateReason, Condition] = Field(default_factory=dict)

    @classmethod
    def recall(cls, stored: object) -> Memory:
        """The memory as it was stored. One that another version wrote and this one cannot read is begun anew."""
        try:
            return cls.model_validate(stored)
        except ValidationError as error:
            _log.warning("The memory of a source is begun anew, it cannot be read: %s", error)
            return cls()

    def accepting(self, now: datetime) -> Memory:
        """Learning anew how pages read: what was found against the old habit is forgotten."""
        forgotten = {
            StateReason.FIELDS_FELL,
            StateReason.FIELDS_LOST,
            StateReason.PAGES_UNREADABLE,
            StateReason.NEEDS_JAVASCRIPT,
            StateReason.PAYWALL,
        }
        kept = {reason: one for reason, one in self.conditions.items() if reason not in forgotten}
        return self.model_copy(
            update={
                "conditions": kept,
                "since": self.since if kept == self.conditions else now,
                "pages": Habits(),
                "articles": Habits(),
            }
        )

"""What one batch has seen of one source: the input of the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone, tzinfo
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from crawler.health.weights import NETWORK, NOT_ASKED
from crawler.reasons import Outcome, Reason
from crawler.records import EndpointKind
from crawler.rhythm import HourCount

LEAST_HOSTS = 3
"""With fewer hosts in a batch, nobody can say whose network is down."""
NEARLY_ALL = 0.9


class Evidence(BaseModel):
    """What a finding rests on: an address, what it answered, and where the answer is kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str | None = None
    status: int | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    archive_length: int | None = None


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a feed, sitemap or section page. `reason` is None where it could be used."""

    url: str
    kind: EndpointKind
    at: datetime
    reason: Reason | None = None
    http_status: int | None = None
    detail: str | None = None
    links: int = 0
    moved_to: str | None = None
    found_feeds: tuple[str, ...] = ()
    stands_in_for: str | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    archive_length: int | None = None

    @property
    def evidence(self) -> Evidence:
        return Evidence(
            url=self.url,
            status=self.http_status,
            archive_file=self.archive_file,
            archive_offset=self.archive_offset,
            archive_length=self.archive_length,
        )


@dataclass(frozen=True, slots=True)
class PageEnd:
    """How many URLs of the batch ended so, and one of them."""

    outcome: Outcome
    reason: Reason
    count: int
    example: Evidence = NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """Articles of the batch, and how many have each field. `log_words…` are sums of ln(words) and of its square."""

    articles: int = 0
    filled: tuple[tuple[str, int], ...] = ()
    log_words: float = 0.0
    log_words_squared: float = 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """One source in one batch. `hours` are its history by hour, this batch included; `endpoints` are those of its file.

    The order of visits and ends has no meaning.
    """

    observed_at: datetime
    endpoints: frozenset[str]
    visits: tuple[Visit, ...] = ()
    ends: tuple[PageEnd, ...] = ()
    fields: FieldCounts = FieldCounts()
    hours: tuple[HourCount, ...] = ()
    zone: tzinfo = field(default=timezone.utc)
    per_day_min: int = 0
    per_day_max: int = 1000

    @property
    def is_empty(self) -> bool:
        return not self.asked and not any(end.outcome is not Outcome.PENDING for end in self.ends)

    @property
    def asked(self) -> tuple[Visit, ...]:
        """The visits that took place, in an order that does not depend on how they were noted."""
        made = (visit for visit in self.visits if visit.reason not in NOT_ASKED)
        return tuple(sorted(made, key=lambda visit: (visit.at, visit.url, visit.reason or "")))

    @property
    def has_answer(self) -> bool:
        """Whether something of the source's lists was read."""
        return any(visit.reason is None for visit in self.asked)


def is_our_network(batch: Iterable[Observation]) -> bool:
    """Whether (nearly) all hosts of a batch failed at once as they do when we are cut off ourselves."""
    reached: dict[str, bool] = {}
    for observation in batch:
        for visit in observation.asked:
            host = urlsplit(visit.url).netloc
            reached[host] = reached.get(host, False) or visit.reason not in NETWORK
        for end in observation.ends:
            if end.outcome is Outcome.PENDING or not end.example.url:
                continue
            host = urlsplit(end.example.url).netloc
            reached[host] = reached.get(host, False) or end.reason not in NETWORK
    missed = sum(not one for one in reached.values())
    return len(reached) >= LEAST_HOSTS and missed >= NEARLY_ALL * len(reached)

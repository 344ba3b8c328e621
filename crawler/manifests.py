"""What a run is given and what it did: manifests of runs and batches, states to go on from, and reports of stages.

They are records as those of `crawler.records` are, and lie in the same run folders.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from crawler.reasons import Outcome, Reason
from crawler.records import (
    Instant,
    Record,
    Sha256,
    SourceId,
)
from crawler.states import SourceState, StateReason


class RunKind(StrEnum):
    """What a run does: crawl what is due, clean and load again what the archive holds, or take in other archives."""

    NEWS = "news"
    REPROCESS = "reprocess"
    IMPORT = "import"


class EndpointState(Record):
    """What is remembered of an endpoint: validators for a conditional request, and whether its turn has come.

    An endpoint that is not remembered is due. One that stands in for a dead feed is asked, though no source file
    names it. `failure_count` is of visits that failed in a row; `last_…` say how its last visit failed, if it did.
    """

    source_id: SourceId
    url: str
    etag: str | None = None
    last_modified: str | None = None
    is_due: bool = True
    stands_in_for: str | None = None
    last_succeeded_at: Instant | None = None
    listed_lastmod: Instant | None = None
    failure_count: int = Field(default=0, ge=0)
    last_status: int | None = None
    last_reason: Reason | None = None


class DueUrl(Record):
    """A known URL that is due, with what a feed said of it, and its validators for a conditional request."""

    source_id: SourceId
    url: str
    canonical_url: str
    url_key: Sha256
    hint_title: str | None = None
    hint_published_at: Instant | None = None
    etag: str | None = None
    last_modified: str | None = None


class Memento(Record):
    """A capture that a web archive's index lists: when it was made, of what, and the digest of its payload."""

    source_id: SourceId
    timestamp: str = Field(pattern=r"^\d{14}$")
    url: str
    digest: str | None = None


class MementoEnd(Record):
    """What became of a memento: captured where there is no outcome. A URL may have several, and has one outcome."""

    url: str
    timestamp: str
    outcome: Outcome | None = None
    reason: Reason | None = None
    detail: str | None = None


class WebArchive(Record):
    """A web archive that captures are fetched from: `<replay_url>/<timestamp>id_/<url>` is one as it was sent."""

    replay_url: str
    delay_seconds: float = Field(default=2.0, ge=0)
    max_seconds: int = Field(ge=1)
    """Of one batch's crawl."""
    allow_private_addresses: bool = False


class BatchManifest(Record):
    """One batch: sources that share no host with any other batch. `sources` are source files as read, defaults in.

    With `web_archive`, the crawl fetches what the batch's mementos.jsonl lists, from there. `templates` are what was
    known of the sources' sites when the batch was planned, by source: clean reads them here and nowhere else.
    """

    run_id: str
    batch_id: str
    kind: RunKind
    created_at: Instant
    sources: tuple[dict[str, Any], ...]
    endpoints: tuple[EndpointState, ...] = ()
    due_urls: tuple[DueUrl, ...] = ()
    web_archive: WebArchive | None = None
    templates: dict[SourceId, dict[str, Any]] = Field(default_factory=dict)


class RunManifest(Record):
    """One run. `batches` are batch folders' paths below the runs folder, with those adopted from a run that died.

    `busy_sources` were asked for by name and are in another batch's hands; `abandoned_batches` were given up now.
    """

    run_id: str
    kind: RunKind
    created_at: Instant
    batches: tuple[str, ...]
    busy_sources: tuple[SourceId, ...] = ()
    abandoned_batches: tuple[str, ...] = ()


class Stage(StrEnum):
    CRAWL = "crawl"
    CLEAN = "clean"
    LOAD = "load"


class StateNotice(Record):
    """What a batch changed or noticed in a source's standing: one row of `ingest.source_event`, for people."""

    state_before: SourceState
    state: SourceState
    reason: StateReason
    detail: str | None = None
    remedy: str

    @property
    def text(self) -> str:
        """One line: what is, why, and what to do."""
        change = f"{self.state_before} → {self.state}" if self.state_before != self.state else "signal"
        detail = f" ({self.detail})" if self.detail else ""
        return f"{change}: {self.reason}{detail}. {self.remedy}".rstrip()


class SourceCounts(Record):
    """The numbers of one source in one batch. `known` are links that were met again and not due."""

    discovered: int = 0
    known: int = 0
    captured: int = 0
    cleaned: int = 0
    outcomes: dict[Outcome, int] = Field(default_factory=dict)
    reasons: dict[str, int] = Field(default_factory=dict)
    """Keys are `outcome:reason`, as in `rejected:paywall`."""
    remarks: dict[str, int] = Field(default_factory=dict)
    """What page objects could not do, each with the number of pages."""
    versions: int = 0
    endpoints_visited: int = 0
    endpoints_failed: int = 0
    """Feeds, sitemaps and section pages that were asked, and those of them that could not be used."""
    notices: tuple[StateNotice, ...] = ()
    """What this batch changed or noticed in the source's standing."""


class StageReport(Record):
    """What a stage did with a batch. `is_complete` is false when it ended early and more could be done."""

    stage: Stage
    run_id: str
    batch_id: str
    started_at: Instant
    finished_at: Instant
    is_complete: bool
    problem: str | None = None
    sources: dict[str, SourceCounts]

"""Puts a batch's crawl files in order: before a try, what it is to go on from; after it, one end for each URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from crawler.crawl.fronts import capture_leads_to_front
from crawler.crawl.ledger import UrlId
from crawler.crawl.statuses import TEMPORARY, is_page_status, outcome_of_status
from crawler.manifests import MementoEnd, SourceCounts
from crawler.reasons import Outcome, Reason
from crawler.records import Capture, Discovery, EndpointVisit, FetchOutcome
from crawler.runs import (
    CAPTURES_FILE,
    DISCOVERIES_FILE,
    ENDPOINTS_FILE,
    FETCHES_FILE,
    MEMENTO_ENDS_FILE,
    read_records,
    write_records,
)
from crawler.sources.model import Render, Source


@dataclass
class CrawlFiles:
    """What a batch's crawl files hold, each URL once but for the captures of a second look."""

    discoveries: dict[UrlId, Discovery] = field(default_factory=dict)
    captures: list[Capture] = field(default_factory=list)
    fetches: dict[UrlId, FetchOutcome] = field(default_factory=dict)
    visits: dict[tuple[str, str], EndpointVisit] = field(default_factory=dict)
    memento_ends: list[MementoEnd] = field(default_factory=list)

    @classmethod
    def read(cls, batch_dir: Path) -> CrawlFiles:
        """Read the files; of two lines on one URL or endpoint the later counts. Torn last lines are left out."""
        files = cls()
        for discovery in read_records(batch_dir / DISCOVERIES_FILE, Discovery):
            files.discoveries.setdefault((discovery.source_id, discovery.url_key), discovery)
        files.captures = list(read_records(batch_dir / CAPTURES_FILE, Capture))
        for fetch in read_records(batch_dir / FETCHES_FILE, FetchOutcome):
            files.fetches[fetch.source_id, fetch.url_key] = fetch
        for visit in read_records(batch_dir / ENDPOINTS_FILE, EndpointVisit):
            files.visits[visit.source_id, visit.url] = visit
        files.memento_ends = list(read_records(batch_dir / MEMENTO_ENDS_FILE, MementoEnd))
        return files

    def write(self, batch_dir: Path) -> None:
        write_records(batch_dir / DISCOVERIES_FILE, self.discoveries.values())
        write_records(batch_dir / CAPTURES_FILE, self.captures)
        write_records(batch_dir / FETCHES_FILE, self.fetches.values())
        write_records(batch_dir / ENDPOINTS_FILE, self.visits.values())
        if (batch_dir / MEMENTO_ENDS_FILE).exists():
            write_records(batch_dir / MEMENTO_ENDS_FILE, self.memento_ends)

    @property
    def captured(self) -> set[UrlId]:
        return {(capture.source_id, capture.url_key) for capture in self.captures}

    def adopt_archive(self, salvaged: Iterable[Capture], sources: Mapping[str, Source]) -> None:
        """Hold the files to what the archive holds: captures it lost are dropped, those not noted are added."""
        whole = {_place(capture): capture for capture in salvaged}
        noted = {_place(fetch.capture) for fetch in self.fetches.values() if fetch.capture}
        self.captures = [capture for capture in self.captures if _place(capture) in whole]
        noted |= {_place(capture) for capture in self.captures}
        for url_id, fetch in self.fetches.items():
            if fetch.capture and _place(fetch.capture) not in whole:
                self.fetches[url_id] = fetch.model_copy(update={"capture": None})
        for place, capture in whole.items():
            if place not in noted:
                self._adopt(capture, sources[capture.source_id])

    def _adopt(self, capture: Capture, source: Source) -> None:
        url_id = (capture.source_id, capture.url_key)
        self.discoveries.setdefault(url_id, _discovery_in(capture))
        is_page = is_page_status(capture.http_status)
        is_undrawn = is_page and _lacks_drawing(source, capture)
        leads_to_front = is_page and capture_leads_to_front(source, capture)
        if is_page and not is_undrawn and not leads_to_front:
            self.captures.append(capture)
        elif url_id not in self.fetches:
            outcome, reason = outcome_of_status(capture.http_status)
            if is_undrawn:
                outcome, reason = Outcome.FAILED, Reason.RENDERING
            elif leads_to_front:
                outcome, reason = Outcome.FAILED, Reason.REDIRECT_TO_HOME
            self.fetches[url_id] = FetchOutcome(
                source_id=capture.source_id,
                url_key=capture.url_key,
                url=capture.url,
                outcome=outcome,
                reason=reason,
                http_status=capture.http_status,
                decided_at=capture.fetched_at,
                capture=capture,
            )

    def drop_temporary(self) -> None:
        """Forget ends that another try may change, so that it makes one."""
        self.fetches = {url_id: fetch for url_id, fetch in self.fetches.items() if fetch.reason not in TEMPORARY}

    def settle(self, reason: Reason) -> None:
        """Give each discovered URL exactly one end: its captures, else its outcome, else pending for `reason`."""
        captured = self.captured
        now = datetime.now(timezone.utc)
        settled: dict[UrlId, FetchOutcome] = {}
        for url_id, discovery in self.discoveries.items():
            if url_id in captured:
                continue
            fetch = self.fetches.get(url_id)
            if fetch is not None and fetch.reason is not Reason.CRAWL_STOPPED:
                settled[url_id] = fetch
                continue
            settled[url_id] = FetchOutcome(
                source_id=discovery.source_id,
                url_key=discovery.url_key,
                url=discovery.url,
                outcome=Outcome.PENDING,
                reason=reason,
                decided_at=now,
            )
        self.fetches = settled

    def count(self, source_ids: Iterable[str]) -> dict[str, SourceCounts]:
        """The numbers of each source. `captured` counts URLs, so that discovered = captured + the sum of outcomes."""
        counts = {source_id: SourceCounts() for source_id in source_ids}
        for (source_id, _), fetch in self.fetches.items():
            outcomes = counts[source_id].outcomes
            outcomes[fetch.outcome] = outcomes.get(fetch.outcome, 0) + 1
            reasons = counts[source_id].reasons
            name = f"{fetch.outcome}:{fetch.reason}"
            reasons[name] = reasons.get(name, 0) + 1
        captured = self.captured
        return {
            source_id: count.model_copy(
                update={
                    "discovered": sum(key[0] == source_id for key in self.discoveries),
                    "known": sum(visit.known for key, visit in self.visits.items() if key[0] == source_id),
                    "captured": sum(key[0] == source_id for key in captured),
                }
            )
            for source_id, count in counts.items()
        }


def _place(capture: Capture) -> tuple[str, int]:
    return capture.archive_file, capture.archive_offset


def _lacks_drawing(source: Source, capture: Capture) -> bool:
    """Whether a browser should have drawn a page, and did not: the shell alone says nothing, and is asked for again."""
    is_html = "html" in (capture.content_type or "text/html").lower()
    return source.render is Render.BROWSER and capture.origin is None and is_html and capture.rendered_sha256 is None


def _discovery_in(capture: Capture) -> Discovery:
    """The discovery that a capture came from. Its own line is written first, and is lost only with the disk."""
    return Discovery(**{name: getattr(capture, name) for name in Discovery.model_fields})

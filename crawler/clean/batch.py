"""The clean stage: every capture of a batch becomes one article or one rejection, in the order of captures."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path

from pydantic import ValidationError

from crawler.clean.arguments import extract_arguments
from crawler.clean.memory import SiteTemplate
from crawler.clean.overrides.applying import remarks_of
from crawler.clean.overrides.loading import find_page_objects
from crawler.clean.payload import Payload, read_payload
from crawler.clean.pool import PageTask, WorkerPool
from crawler.clean.reject import Rejected
from crawler.clean.version import EXTRACTOR_VERSION
from crawler.config import Settings
from crawler.locks import lock_batch
from crawler.manifests import BatchManifest, SourceCounts, Stage, StageReport
from crawler.progress import Progress
from crawler.reasons import OUTCOME_OF, Reason
from crawler.records import Capture, Rejection
from crawler.runs import (
    ARTICLES_FILE,
    BATCH_FILE,
    CAPTURES_FILE,
    REJECTIONS_FILE,
    count_records,
    read_lines,
    read_record,
    write_lines,
    write_record,
    write_records,
)
from crawler.sources import catalogue_dir
from crawler.sources.model import Source

logger = logging.getLogger(__name__)

_REPORT_FILE = f"{Stage.CLEAN.value}.json"
_MOST_BYTES = 8_000_000
"""Of one page after decompression, where its source is no longer in the batch."""


def clean_batch(settings: Settings, batch_dir: Path, progress: Progress) -> StageReport:
    """Clean the batch's captures into articles.jsonl and rejections.jsonl, and write the report last.

    A batch that is cleaned already returns its report; one that was cut short is cleaned from the start.
    Raises RunError for a batch folder that cannot be read, or that another process is cleaning.
    """
    # Two at once would write into the same files, half an article each.
    with lock_batch(batch_dir, Stage.CLEAN):
        report_path = batch_dir / _REPORT_FILE
        if report_path.exists() and (report := read_record(report_path, StageReport)).is_complete:
            return report
        report = _clean(settings, batch_dir, progress)
        write_record(report_path, report)
    return report


def _clean(settings: Settings, batch_dir: Path, progress: Progress) -> StageReport:
    started_at = datetime.now(timezone.utc)
    manifest = read_record(batch_dir / BATCH_FILE, BatchManifest)
    sources = {source.id: source for source in map(Source.model_validate, manifest.sources)}
    templates = _write_templates(batch_dir, manifest)
    tally = _Tally(sources)
    # Articles stream to their file as they come; rejections are small, and wait in memory for theirs.
    rejections: list[Rejection] = []
    articles = _clean_captures(settings, batch_dir, sources, templates, progress, tally, rejections)
    write_lines(batch_dir / ARTICLES_FILE, articles)
    write_records(batch_dir / REJECTIONS_FILE, rejections)
    return StageReport(
        stage=Stage.CLEAN,
        run_id=manifest.run_id,
        batch_id=manifest.batch_id,
        started_at=started_at,
        finished_at=datetime.now(timezone.utc),
        is_complete=True,
        sources=tally.counts(),
    )


def _write_templates(batch_dir: Path, manifest: BatchManifest) -> dict[str, Path]:
    """The templates of the manifest, each in a file for the processes; one that this version cannot read is left out.

    The same manifest gives the same files: cleaning again gives the same articles.
    """
    paths = {}
    for source_id, stored in manifest.templates.items():
        try:
            template = SiteTemplate.model_validate(stored)
        except ValidationError as error:
            logger.warning("%s is cleaned without its template, which cannot be read: %s", source_id, error)
            continue
        path = (batch_dir / f"template-{source_id}-{template.version}.json").absolute()
        write_record(path, template)
        paths[source_id] = path
    return paths


class _Tally:
    """Counts of each source: captures seen, articles made, rejections by reason, remarks of page objects."""

    def __init__(self, sources: dict[str, Source]):
        self._captured: Counter[str] = Counter(dict.fromkeys(sources, 0))
        self._cleaned: Counter[str] = Counter()
        self._reasons: dict[str, Counter[Reason]] = {}
        self._remarks: dict[str, Counter[str]] = {}

    def add(self, source_id: str, reason: Reason | None, remarks: Iterable[str] = ()) -> None:
        """Count a capture: an article, or a rejection for a reason; and what page objects could not do on it."""
        self._captured[source_id] += 1
        if reason is None:
            self._cleaned[source_id] += 1
        else:
            self._reasons.setdefault(source_id, Counter())[reason] += 1
        self._remarks.setdefault(source_id, Counter()).update(remarks)

    def counts(self) -> dict[str, SourceCounts]:
        found = {}
        for source_id, captured in self._captured.items():
            reasons = self._reasons.get(source_id, Counter())
            outcomes: Counter[str] = Counter()
            for reason, count in reasons.items():
                outcomes[OUTCOME_OF[reason]] += count
            found[source_id] = SourceCounts(
                captured=captured,
                cleaned=self._cleaned[source_id],
                outcomes=dict(outcomes),
                reasons={f"{OUTCOME_OF[reason]}:{reason}": count for reason, count in sorted(reasons.items())},
                remarks=dict(self._remarks.get(source_id, {})),
            )
        return found


def _clean_captures(
    settings: Settings,
    batch_dir: Path,
    sources: dict[str, Source],
    templates: dict[str, Path],
    progress: Progress,
    tally: _Tally,
    rejections: list[Rejection],
) -> Iterator[bytes]:
    """The lines of the articles' file; what is no article goes to the rejections."""
    path = batch_dir / CAPTURES_FILE
    total = count_records(path)
    under_way: deque[tuple[bytes, Capture]] = deque()
    page_objects = {source_id: find_page_objects(catalogue_dir(settings), source_id) for source_id in sources}

    def tasks() -> Iterator[PageTask]:
        for line, capture in read_lines(path, Capture):
            under_way.append((line, capture))
            source = sources.get(capture.source_id)
            most = source.limits.max_bytes if source else _MOST_BYTES
            payload = read_payload(settings.archive_url, capture, most)
            if isinstance(payload, Payload):
                arguments = extract_arguments(capture, source)
                if objects := page_objects.get(capture.source_id):
                    arguments["page_objects"] = str(objects)
                if template := templates.get(capture.source_id):
                    arguments["template"] = str(template)
                yield PageTask(payload.body, {**arguments, "headers": payload.headers})
            else:
                yield PageTask(payload)

    modules = ("crawler.page_objects",) if any(page_objects.values()) else ()
    with WorkerPool(settings.clean_workers, settings.page_seconds, settings.page_memory_bytes, modules=modules) as pool:
        for done, result in enumerate(pool.clean(tasks()), start=1):
            line, capture = under_way.popleft()
            remarks = remarks_of(result) if page_objects.get(capture.source_id) else ()
            if isinstance(result, Rejected):
                tally.add(capture.source_id, result.reason, remarks)
                rejections.append(_to_rejection(result, capture))
            else:
                tally.add(capture.source_id, None, remarks)
                # The process has validated what it found; the line of the capture is one that was read just now.
                yield b'{"capture":' + line + b"," + result + b"}"
            progress(done, total, capture.source_id)


def _to_rejection(result: Rejected, capture: Capture) -> Rejection:
    return Rejection(capture=capture, reason=result.reason, detail=result.detail, extractor_version=EXTRACTOR_VERSION)

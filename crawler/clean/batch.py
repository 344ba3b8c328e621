"""The clean stage: every capture of a batch becomes one article or one rejection, in the order of captures."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from crawler.clean.extract import extract_arguments, to_record
from crawler.clean.overrides.applying import remarks_of
from crawler.clean.overrides.loading import find_page_objects
from crawler.clean.payload import Payload, read_payload
from crawler.clean.pool import PageTask, WorkerPool
from crawler.config import Settings
from crawler.locks import lock_batch
from crawler.progress import Progress
from crawler.reasons import OUTCOME_OF, Reason
from crawler.records import Article, BatchManifest, Capture, Rejection, SourceCounts, Stage, StageReport
from crawler.runs import (
    ARTICLES_FILE,
    BATCH_FILE,
    CAPTURES_FILE,
    REJECTIONS_FILE,
    read_record,
    read_records,
    write_record,
    write_records,
)
from crawler.sources import catalogue_dir
from crawler.sources.model import Source

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
    tally = _Tally(sources)
    # Articles stream to their file as they come; rejections are small, and wait in memory for theirs.
    rejections: list[Rejection] = []
    records = _clean_captures(settings, batch_dir, sources, progress)
    write_records(batch_dir / ARTICLES_FILE, _split(records, tally, rejections))
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


class _Tally:
    """Counts of each source: captures seen, articles made, rejections by reason, remarks of page objects."""

    def __init__(self, sources: dict[str, Source]):
        self._captured: Counter[str] = Counter(dict.fromkeys(sources, 0))
        self._cleaned: Counter[str] = Counter()
        self._reasons: dict[str, Counter[Reason]] = {}
        self._remarks: dict[str, Counter[str]] = {}

    def add(self, record: Article | Rejection) -> None:
        source_id = record.capture.source_id
        self._captured[source_id] += 1
        if isinstance(record, Article):
            self._cleaned[source_id] += 1
        else:
            self._reasons.setdefault(source_id, Counter())[record.reason] += 1
        self._remarks.setdefault(source_id, Counter()).update(remarks_of(record))

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


def _split(records: Iterator[Article | Rejection], tally: _Tally, rejections: list[Rejection]) -> Iterator[Article]:
    for record in records:
        tally.add(record)
        if isinstance(record, Article):
            yield record
        else:
            rejections.append(record)


def _clean_captures(
    settings: Settings, batch_dir: Path, sources: dict[str, Source], progress: Progress
) -> Iterator[Article | Rejection]:
    total = sum(1 for _ in read_records(batch_dir / CAPTURES_FILE, Capture))
    under_way: deque[Capture] = deque()
    page_objects = {source_id: find_page_objects(catalogue_dir(settings), source_id) for source_id in sources}

    def tasks() -> Iterator[PageTask]:
        for capture in read_records(batch_dir / CAPTURES_FILE, Capture):
            under_way.append(capture)
            source = sources.get(capture.source_id)
            most = source.limits.max_bytes if source else _MOST_BYTES
            payload = read_payload(settings.archive_url, capture, most)
            arguments = extract_arguments(capture, source)
            if path := page_objects.get(capture.source_id):
                arguments["page_objects"] = str(path)
            if isinstance(payload, Payload):
                yield PageTask(payload.body, {**arguments, "headers": payload.headers})
            else:
                yield PageTask(payload, arguments)

    workers, modules = settings.clean_workers, ("crawler.page_objects",) if any(page_objects.values()) else ()
    with WorkerPool(
        workers, settings.page_seconds, settings.page_memory_bytes, expected=total, modules=modules
    ) as pool:
        for done, result in enumerate(pool.clean(tasks()), start=1):
            record = to_record(result, under_way.popleft())
            yield record
            progress(done, total, record.capture.source_id)

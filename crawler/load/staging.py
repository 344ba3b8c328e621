"""The files of a batch folder into the staging tables of a load."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.database.copying import copy_rows
from crawler.errors import RunError
from crawler.load.article_rows import NotedCaptures, article_rows
from crawler.load.record_lines import read_repaired, record_json
from crawler.manifests import StageReport
from crawler.records import Article, Capture, Discovery, EndpointVisit, FetchOutcome, Record, Rejection
from crawler.runs import (
    ARTICLES_FILE,
    CAPTURES_FILE,
    DISCOVERIES_FILE,
    ENDPOINTS_FILE,
    FETCHES_FILE,
    REJECTIONS_FILE,
)
from crawler.sources.model import Source

R = TypeVar("R", bound=Record)

_OF_CAPTURES = (Article, Rejection)
"""Records that name their source through the capture that they were made of."""
_FILES: tuple[tuple[str, str, type[Record]], ...] = (
    ("staged_discovery", DISCOVERIES_FILE, Discovery),
    ("staged_rejection", REJECTIONS_FILE, Rejection),
    ("staged_fetch", FETCHES_FILE, FetchOutcome),
    ("staged_endpoint", ENDPOINTS_FILE, EndpointVisit),
)


def stage_batch(
    cursor: Cursor,
    batch_dir: Path,
    sources: Mapping[str, Source],
    crawled: StageReport | None,
    tick: Callable[[str], None],
) -> None:
    """COPY everything. Raises RunError for a line that is no record, or names a source that is not in the batch."""
    copy_rows(cursor, "staged_source", (_source_row(source, crawled) for source in sources.values()))
    for table, name, model in _FILES:
        tick(name)
        path = batch_dir / name
        copy_rows(cursor, table, ((record_json(one),) for one in _read(path, model, sources)))
    tick(CAPTURES_FILE)
    noted = NotedCaptures()
    copy_rows(cursor, "staged_capture", _capture_rows(batch_dir / CAPTURES_FILE, sources, noted))
    tick(ARTICLES_FILE)
    articles = _read(batch_dir / ARTICLES_FILE, Article, sources)
    copy_rows(cursor, "staged_article", article_rows(articles, sources, noted))


def _source_row(source: Source, crawled: StageReport | None) -> tuple[str | None, ...]:
    counts = crawled.sources.get(source.id) if crawled else None
    ages = ",".join(str(age.total_seconds()) for age in source.revisit_after)
    return (
        source.id,
        f"{{{ages}}}",
        str(counts.known if counts else 0),
        str(counts.discovered) if counts else None,
    )


def _capture_rows(path: Path, sources: Mapping[str, Source], noted: NotedCaptures) -> Iterator[tuple[str]]:
    for capture in _read(path, Capture, sources):
        as_json = record_json(capture)
        noted.note(capture, as_json)
        yield (as_json,)


def _read(path: Path, model: type[R], sources: Mapping[str, Source]) -> Iterator[R]:
    for record in read_repaired(path, model):
        capture = getattr(record, "capture", None) if model in _OF_CAPTURES else None
        source_id = getattr(capture or record, "source_id", "")
        if source_id not in sources:
            raise RunError(f"{path}: names source {source_id!r}, which is not in the batch's batch.json")
        yield record

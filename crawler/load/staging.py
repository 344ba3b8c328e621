"""The files of a batch folder into the staging tables of a load."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.errors import RunError
from crawler.load.copying import copy_rows, read_repaired, record_json
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
from crawler.urls import host_of, url_key

_FILES: tuple[tuple[str, str, type[Record]], ...] = (
    ("staged_discovery", DISCOVERIES_FILE, Discovery),
    ("staged_capture", CAPTURES_FILE, Capture),
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
    tick(ARTICLES_FILE)
    copy_rows(cursor, "staged_article", _article_rows(batch_dir / ARTICLES_FILE, sources))


def _source_row(source: Source, crawled: StageReport | None) -> tuple[str | None, ...]:
    counts = crawled.sources.get(source.id) if crawled else None
    ages = ",".join(str(age.total_seconds()) for age in source.revisit_after)
    return (
        source.id,
        f"{{{ages}}}",
        str(counts.known if counts else 0),
        str(counts.discovered) if counts else None,
    )


def _read(path: Path, model: type[Record], sources: Mapping[str, Source]) -> Iterator[Record]:
    for record in read_repaired(path, model):
        source_id = record.capture.source_id if isinstance(record, Rejection) else getattr(record, "source_id", "")
        _require_source(path, source_id, sources)
        yield record


def _article_rows(path: Path, sources: Mapping[str, Source]) -> Iterator[tuple[str | None, ...]]:
    for article in read_repaired(path, Article):
        source_id = article.capture.source_id
        _require_source(path, source_id, sources)
        yield record_json(article), _link_key(article, sources[source_id])


def _require_source(path: Path, source_id: str, sources: Mapping[str, Source]) -> None:
    if source_id not in sources:
        raise RunError(f"{path}: names source {source_id!r}, which is not in the batch's batch.json")


def _link_key(article: Article, source: Source) -> str | None:
    """Key of the address that the page calls its canonical one, where that is on a host of the source."""
    link = article.fields.canonical_link
    if not link:
        return None
    try:
        canonical = source.canonicalize(link)
        return url_key(canonical) if source.allows_host(host_of(canonical)) else None
    except ValueError:
        return None

"""Batch folders as crawl and clean leave them, in a few words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from crawler.archive import ArchiveWriter, HttpExchange
from crawler.manifests import BatchManifest, RunKind, SourceCounts, Stage, StageReport
from crawler.reasons import Outcome, Reason
from crawler.records import Article, ArticleFields, Capture, Discovery, EndpointVisit, FetchOutcome, Rejection
from crawler.runs import write_record, write_records
from crawler.sources.model import Source

START = datetime(2026, 11, 1, 12, 0, tzinfo=timezone.utc)


def make_source(source_id: str = "alpha", **changes: object) -> Source:
    values = {
        "id": source_id,
        "name": source_id.title(),
        "home_page": f"https://{source_id}.example/",
        "country": "SY",
        "languages": ["en"],
        "kind": "news",
        "enabled": True,
        "feeds": [f"https://{source_id}.example/feed"],
        **changes,
    }
    return Source.model_validate(values)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Batch:
    """Collects records, then writes the folder. Times are minutes after START."""

    run_id: str = "r1"
    batch_id: str = "b001"
    kind: RunKind = RunKind.NEWS
    sources: tuple[Source, ...] = field(default_factory=lambda: (make_source(),))
    created_at: datetime = START
    discoveries: list[Discovery] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    fetches: list[FetchOutcome] = field(default_factory=list)
    endpoints: list[EndpointVisit] = field(default_factory=list)
    is_complete: bool = True
    known: int = 0

    def capture(
        self,
        path: str,
        minutes: float = 1,
        *,
        final: str | None = None,
        payload: str | None = None,
        source: Source | None = None,
        file: str | None = None,
        offset: int | None = None,
        **changes: object,
    ) -> Capture:
        source = source or self.sources[0]
        url = source.canonicalize(source.home_page + path)
        final_url = source.canonicalize(source.home_page + (final or path))
        values = {
            "source_id": source.id,
            "url": url,
            "canonical_url": url,
            "url_key": sha(url),
            "final_url": final_url,
            "final_canonical_url": final_url,
            "final_url_key": sha(final_url),
            "redirects": (final_url,) if final else (),
            "discovered_via": "feed",
            "discovered_from": source.feeds[0],
            "discovered_at": at(minutes) - timedelta(seconds=30),
            "fetched_at": at(minutes),
            "http_status": 200,
            "content_type": "text/html",
            "etag": f'"{path}-{minutes:g}"',
            "archive_file": file or f"warc/{self.run_id}-{self.batch_id}/0.warc.gz",
            "archive_offset": 1000 * len(self.captures) if offset is None else offset,
            "archive_length": 900,
            "payload_sha256": sha(payload or f"{path}{minutes}{self.run_id}"),
            "payload_bytes": 2000,
            **changes,
        }
        return Capture.model_validate(values)

    def discover(self, path: str, minutes: float = 0, source: Source | None = None) -> Discovery:
        capture = self.capture(path, minutes, source=source)
        names = ("source_id", "url", "canonical_url", "url_key", "discovered_via", "discovered_from", "discovered_at")
        found = Discovery(**{name: getattr(capture, name) for name in names})
        if all((found.source_id, found.url_key) != (one.source_id, one.url_key) for one in self.discoveries):
            self.discoveries.append(found)
        return found

    def article(
        self,
        path: str,
        text: str = "Some text.",
        minutes: float = 1,
        *,
        extractor: str = "1",
        fields: dict[str, object] | None = None,
        capture: Capture | None = None,
        **options: object,
    ) -> Article:
        source = options.get("source")
        if self.kind is RunKind.NEWS:
            self.discover(path, minutes, source=source)  # type: ignore[arg-type]
        capture = capture or self.capture(path, minutes, **options)  # type: ignore[arg-type]
        self.captures.append(capture)
        values = {"title": f"Title of {path}", "text": text, "word_count": max(1, len(text.split())), **(fields or {})}
        parsed = ArticleFields.model_validate(values)
        content = sha(f"{parsed.title}\n{parsed.text}")
        made = Article(capture=capture, fields=parsed, content_sha256=content, extractor_version=extractor)
        self.articles.append(made)
        return made

    def reject(self, path: str, reason: Reason = Reason.NO_TEXT, minutes: float = 1) -> Rejection:
        self.discover(path, minutes)
        capture = self.capture(path, minutes)
        self.captures.append(capture)
        made = Rejection(capture=capture, reason=reason, detail="found by a test", extractor_version="1")
        self.rejections.append(made)
        return made

    def fetch(
        self,
        path: str,
        outcome: Outcome,
        reason: Reason,
        minutes: float = 1,
        *,
        discovered: bool = True,
        evidence: bool = False,
    ) -> FetchOutcome:
        capture = self.capture(path, minutes, offset=500_000 + 1000 * len(self.fetches), http_status=403)
        if discovered:
            self.discover(path, minutes)
        made = FetchOutcome(
            source_id=capture.source_id,
            url_key=capture.url_key,
            url=capture.url,
            outcome=outcome,
            reason=reason,
            decided_at=at(minutes),
            capture=capture if evidence else None,
        )
        self.fetches.append(made)
        return made

    def visit(self, minutes: float = 0, source: Source | None = None, **changes: object) -> EndpointVisit:
        source = source or self.sources[0]
        values = {
            "source_id": source.id,
            "url": source.feeds[0],
            "kind": "feed",
            "fetched_at": at(minutes),
            "http_status": 200,
            "etag": f'"{minutes:g}"',
            "links": 3,
            **changes,
        }
        made = EndpointVisit.model_validate(values)
        self.endpoints.append(made)
        return made

    def manifest(self) -> BatchManifest:
        return BatchManifest(
            run_id=self.run_id,
            batch_id=self.batch_id,
            kind=self.kind,
            created_at=self.created_at,
            sources=tuple(source.model_dump(mode="json") for source in self.sources),
        )

    def write(self, runs_dir: Path) -> Path:
        folder = runs_dir / self.run_id / self.batch_id
        folder.mkdir(parents=True, exist_ok=True)
        write_record(folder / "batch.json", self.manifest())
        write_records(folder / "discoveries.jsonl", self.discoveries)
        write_records(folder / "captures.jsonl", self.captures)
        write_records(folder / "articles.jsonl", self.articles)
        write_records(folder / "rejections.jsonl", self.rejections)
        write_records(folder / "fetches.jsonl", self.fetches)
        write_records(folder / "endpoints.jsonl", self.endpoints)
        for stage in (Stage.CRAWL, Stage.CLEAN):
            if stage is Stage.CRAWL and self.kind is RunKind.REPROCESS:
                continue
            report = StageReport(
                stage=stage,
                run_id=self.run_id,
                batch_id=self.batch_id,
                started_at=at(0),
                finished_at=at(5),
                is_complete=self.is_complete,
                sources={
                    source.id: SourceCounts(
                        known=self.known,
                        discovered=len({one.url_key for one in self.discoveries if one.source_id == source.id}),
                    )
                    for source in self.sources
                },
            )
            write_record(folder / f"{stage}.json", report)
        return folder


def archive_page(writer: ArchiveWriter, capture: Capture, body: bytes) -> Capture:
    """Write an HTML page to the archive; the capture, pointing there."""
    exchange = HttpExchange(
        url=capture.url,
        fetched_at=capture.fetched_at,
        status=200,
        body=body,
        response_headers=((b"Content-Type", b"text/html; charset=utf-8"),),
    )
    return capture.model_copy(update=vars(writer.write(exchange, {})))

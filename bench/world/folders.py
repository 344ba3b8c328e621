"""Pages as run folders, as crawl and clean leave them. Serialised by hand: records are slow to make."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bench.world.outlets import Outlet
from bench.world.pages import Page
from bench.world.timeline import instant
from crawler.manifests import BatchManifest, RunKind, RunManifest, SourceCounts, Stage, StageReport
from crawler.reasons import Outcome, Reason
from crawler.records import EndpointVisit, FetchOutcome
from crawler.runs import BATCH_FILE, RUN_FILE, write_lines, write_record, write_records

REVISED_AFTER = 7 * 86_400
_FETCHED_AFTER = 900
_EXTRACTOR = "world-1"
_HEADER = 1_051
_EVERY_REJECTED = 70
_EVERY_FAILED = 100
_ORIGINS = {
    "title": "meta:og:title",
    "authors": "json-ld:author",
    "published_at": "json-ld:datePublished",
    "published_precision": "json-ld:datePublished",
    "language": "html:lang",
    "dateline_place": "text:dateline",
    "description": "meta:description",
    "section": "meta:article:section",
    "tags": "meta:keywords",
    "image_url": "meta:og:image",
    "canonical_link": "link:canonical",
    "text": "body:article",
}
_CONFIDENCES = dict.fromkeys(_ORIGINS, 0.9) | {"title": 0.98, "text": 0.97}


@dataclass
class Batch:
    """One batch folder in the making. `created` is in seconds after the world's start."""

    run_id: str
    batch_id: str
    created: int
    outlets: Sequence[Outlet]
    pages: list[Page] = field(default_factory=list)
    _lines: dict[str, list[bytes]] = field(default_factory=lambda: {"captures": [], "articles": [], "rejections": []})
    _discoveries: list[bytes] = field(default_factory=list)
    _fetches: list[FetchOutcome] = field(default_factory=list)
    _discovered: dict[str, int] = field(default_factory=dict)
    _offset: int = _HEADER

    def write(self, runs_dir: Path) -> Path:
        folder = runs_dir / self.run_id / self.batch_id
        folder.mkdir(parents=True)
        for index, page in enumerate(self.pages):
            self._add_page(page)
            if index % _EVERY_REJECTED == _EVERY_REJECTED - 1:
                self._add_rejection(page)
            if index % _EVERY_FAILED == _EVERY_FAILED - 1:
                self._add_failure(page)
        write_record(folder / BATCH_FILE, self._manifest())
        write_lines(folder / "discoveries.jsonl", self._discoveries)
        for name, lines in self._lines.items():
            write_lines(folder / f"{name}.jsonl", lines)
        write_records(folder / "fetches.jsonl", self._fetches)
        write_records(folder / "endpoints.jsonl", [self._visit(outlet) for outlet in self.outlets])
        for stage in (Stage.CRAWL, Stage.CLEAN):
            write_record(folder / f"{stage}.json", self._report(stage))
        return folder

    def _manifest(self) -> BatchManifest:
        return BatchManifest(
            run_id=self.run_id,
            batch_id=self.batch_id,
            kind=RunKind.NEWS,
            created_at=instant(self.created),
            sources=tuple(outlet.source.model_dump(mode="json") for outlet in self.outlets),
        )

    def _report(self, stage: Stage) -> StageReport:
        return StageReport(
            stage=stage,
            run_id=self.run_id,
            batch_id=self.batch_id,
            started_at=instant(self.created),
            finished_at=instant(self.created + 600),
            is_complete=True,
            sources={
                outlet.source.id: SourceCounts(discovered=self._discovered.get(outlet.source.id, 0))
                for outlet in self.outlets
            },
        )

    def _visit(self, outlet: Outlet) -> EndpointVisit:
        return EndpointVisit.model_validate(
            {
                "source_id": outlet.source.id,
                "url": outlet.source.feeds[0],
                "kind": "feed",
                "fetched_at": instant(self.created + 5),
                "http_status": 200,
                "etag": f'"{self.created}"',
                "links": 30,
            }
        )

    def _add_page(self, page: Page) -> None:
        body = [" ".join(words) for words in page.report.paragraphs]
        if page.outlet.tail:
            body.append(" ".join(page.outlet.tail))
        text = "\n\n".join(body)
        content = hashlib.sha256(f"{page.report.title}\n\n{text}".encode()).hexdigest()
        capture = self._capture(page, page_url(page), content, len(text))
        self._lines["captures"].append(orjson.dumps(capture))
        record = {
            "capture": capture,
            "fields": self._fields(page, body, text, capture["url"]),
            "content_sha256": content,
            "extractor_version": _EXTRACTOR,
            "template_version": None,
        }
        self._lines["articles"].append(orjson.dumps(record))

    def _add_rejection(self, page: Page) -> None:
        capture = self._capture(page, f"{page_url(page)}/gallery", f"rejected {page.number} {self.batch_id}", 900)
        self._lines["captures"].append(orjson.dumps(capture))
        record = {
            "capture": capture,
            "reason": Reason.NOT_AN_ARTICLE,
            "detail": "a list of links",
            "extractor_version": _EXTRACTOR,
        }
        self._lines["rejections"].append(orjson.dumps(record))

    def _add_failure(self, page: Page) -> None:
        url = f"{page_url(page)}/live"
        source_id = page.outlet.source.id
        self._discover(source_id, url, page)
        self._fetches.append(
            FetchOutcome(
                source_id=source_id,
                url_key=_sha256(url),
                url=url,
                outcome=Outcome.FAILED,
                reason=Reason.TIMEOUT,
                decided_at=instant(self.created + 30),
            )
        )

    def _discover(self, source_id: str, url: str, page: Page) -> dict[str, Any]:
        found = {
            "source_id": source_id,
            "url": url,
            "canonical_url": url,
            "url_key": _sha256(url),
            "discovered_via": "revisit" if page.is_revised else "feed",
            "discovered_from": None if page.is_revised else page.outlet.source.feeds[0],
            "discovered_at": _text(instant(_fetched(page, self.created) - 20)),
            "hint_title": None if page.is_revised else page.report.title,
            "hint_published_at": None if page.is_revised else _text(instant(page.published)),
        }
        self._discoveries.append(orjson.dumps(found))
        self._discovered[source_id] = self._discovered.get(source_id, 0) + 1
        return found

    def _capture(self, page: Page, url: str, content: str, size: int) -> dict[str, Any]:
        found = self._discover(page.outlet.source.id, url, page)
        length = 9_000 + 3 * size // 8
        offset = self._offset
        self._offset += length + 700
        fetched_at = instant(_fetched(page, self.created))
        return {
            **{name: found[name] for name in ("source_id", "url", "canonical_url", "url_key")},
            "final_url": url,
            "final_canonical_url": url,
            "final_url_key": found["url_key"],
            "redirects": (),
            **{name: found[name] for name in ("discovered_via", "discovered_from", "discovered_at")},
            "hint_title": found["hint_title"],
            "hint_published_at": found["hint_published_at"],
            "fetched_at": _text(fetched_at),
            "http_status": 200,
            "content_type": "text/html; charset=utf-8",
            "etag": f'W/"{content[:20]}"',
            "last_modified": None,
            "archive_file": f"warc/{fetched_at:%Y/%m/%d}/{self.run_id}-{self.batch_id}/00001.warc.gz",
            "archive_offset": offset,
            "archive_length": length,
            "payload_sha256": _sha256(content),
            "payload_bytes": 40_000 + size,
            "is_tls_verified": True,
            "rendered_offset": None,
            "rendered_length": None,
            "rendered_sha256": None,
            "rendered_bytes": None,
            "origin": None,
        }

    def _fields(self, page: Page, body: Sequence[str], text: str, url: str) -> dict[str, Any]:
        outlet, report = page.outlet, page.report
        parts, start = [], 0
        for paragraph in body:
            parts.append({"kind": "paragraph", "start": start, "end": start + len(paragraph)})
            start += len(paragraph) + 2
        links = [{"url": f"{outlet.address}tag/{report.place}", "text": report.place, "is_in_text": True}]
        return {
            "title": report.title,
            "kind": "article",
            "authors": (report.author,),
            "agencies": (page.agency,) if page.agency else (),
            "publisher": outlet.source.name,
            "published_at": _text(instant(page.published)),
            "published_precision": "second",
            "published_zone": "+00:00",
            "modified_at": _text(instant(page.published + 3_600)) if page.is_revised else None,
            "modified_precision": "second" if page.is_revised else None,
            "modified_zone": "+00:00" if page.is_revised else None,
            "language": outlet.vocabulary.language.code,
            "dateline_place": report.place,
            "description": body[0][:160],
            "section": outlet.sections[page.number % len(outlet.sections)],
            "tags": (report.place, report.author.split()[0]),
            "image_url": f"{url}/lead.jpg",
            "image_caption": None,
            "captions": (),
            "canonical_link": url,
            "is_paywalled": False,
            "text": text,
            "parts": parts,
            "word_count": report.words + len(outlet.tail),
            "links": [*outlet.site_links, *links],
            "origins": _ORIGINS,
            "confidences": _CONFIDENCES,
        }


def write_run(runs_dir: Path, run_id: str, created: int, batches: Sequence[str]) -> None:
    run = RunManifest(
        run_id=run_id,
        kind=RunKind.NEWS,
        created_at=instant(created),
        batches=tuple(f"{run_id}/{batch_id}" for batch_id in batches),
    )
    (runs_dir / run_id).mkdir()
    write_record(runs_dir / run_id / RUN_FILE, run)


def page_url(page: Page) -> str:
    """Canonical as it stands."""
    return f"{page.outlet.address}{instant(page.published):%Y/%m/%d}/report-{page.number}"


def page_key(page: Page) -> str:
    return _sha256(page_url(page))


def _fetched(page: Page, created: int) -> int:
    """A quarter of an hour after it appeared; again when its age has come, or later, with the batch that looks then."""
    if not page.is_revised:
        return page.published + _FETCHED_AFTER
    return max(page.published + REVISED_AFTER, created - 86_400)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")

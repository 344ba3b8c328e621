"""The clean stage on a batch folder, with a real archive."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from crawler.archive import ArchiveWriter, HttpExchange
from crawler.clean import EXTRACTOR_VERSION, clean_batch
from crawler.config import Settings, load_settings
from crawler.errors import RunError
from crawler.locks import lock_batch
from crawler.manifests import BatchManifest, RunKind, Stage
from crawler.progress import no_progress
from crawler.reasons import Outcome, Reason
from crawler.records import Article, Capture, DiscoveredVia, Rejection
from crawler.runs import read_records, write_record, write_records
from crawler.sources.model import Source
from crawler.urls import canonicalize_url, url_key

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
NAMES = ("wordpress", "soft-404", "modern", "old-arabic", "listing", "flash")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"DATELINE_HOME": str(tmp_path / "home"), "DATELINE_CLEAN_WORKERS": "1"})


@pytest.fixture
def batch_dir(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "runs" / "r1" / "b1"
    folder.mkdir(parents=True)
    source = Source.model_validate(
        {
            "id": "harbour-wire",
            "name": "Harbour Wire",
            "home_page": "https://harbour-wire.example/",
            "country": "NO",
            "languages": ["en"],
            "kind": "news",
            "feeds": ["https://harbour-wire.example/feed"],
            "time_zone": "Asia/Damascus",
        }
    )
    manifest = BatchManifest(
        run_id="r1", batch_id="b1", kind=RunKind.NEWS, created_at=NOW, sources=(source.model_dump(mode="json"),)
    )
    write_record(folder / "batch.json", manifest)
    writer = ArchiveWriter(settings.archive_url, "warc/2024/05/01/r1-b1", tmp_path / "spool")
    captures = [_archive(writer, name) for name in NAMES]
    writer.close()
    write_records(folder / "captures.jsonl", captures)
    return folder


def _archive(
    writer: ArchiveWriter, name: str, status: int = 200, *more_headers: tuple[bytes, bytes], body: bytes | None = None
) -> Capture:
    url = f"https://harbour-wire.example/{name}"
    key = url_key(canonicalize_url(url))
    body = gzip.compress((PAGES / f"{name}.html").read_bytes() if body is None else body)
    headers = ((b"Content-Type", b"text/html"), (b"Content-Encoding", b"gzip"), *more_headers)
    exchange = HttpExchange(url=url, fetched_at=NOW, status=status, body=body, response_headers=headers)
    pointer = writer.write(exchange, {})
    return Capture(
        source_id="harbour-wire",
        url=url,
        canonical_url=url,
        url_key=key,
        final_url=url,
        final_canonical_url=url,
        final_url_key=key,
        discovered_via=DiscoveredVia.FEED,
        discovered_at=NOW,
        fetched_at=NOW,
        http_status=status,
        content_type="text/html",
        archive_file=pointer.archive_file,
        archive_offset=pointer.archive_offset,
        archive_length=pointer.archive_length,
        payload_sha256=pointer.payload_sha256,
        payload_bytes=pointer.payload_bytes,
    )


def test_every_capture_ends_in_one_file_in_order(settings: Settings, batch_dir: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    report = clean_batch(settings, batch_dir, lambda done, total, note: seen.append((done, total)))
    articles = list(read_records(batch_dir / "articles.jsonl", Article))
    rejections = list(read_records(batch_dir / "rejections.jsonl", Rejection))
    assert [a.capture.url.rsplit("/", 1)[1] for a in articles] == ["wordpress", "modern", "old-arabic", "flash"]
    assert [r.reason for r in rejections] == [Reason.SOFT_404, Reason.NOT_AN_ARTICLE]
    assert {a.extractor_version for a in articles} == {EXTRACTOR_VERSION}
    assert articles[2].fields.published_at == datetime(2016, 10, 13, 11, 30, tzinfo=timezone.utc)
    counts = report.sources["harbour-wire"]
    assert (counts.captured, counts.cleaned, counts.outcomes) == (6, 4, {Outcome.REJECTED: 2})
    assert counts.reasons == {"rejected:not_an_article": 1, "rejected:soft_404": 1}
    assert seen[-1] == (6, 6)


def test_running_again_changes_nothing(settings: Settings, batch_dir: Path) -> None:
    first = clean_batch(settings, batch_dir, no_progress)
    before = (batch_dir / "articles.jsonl").read_bytes()
    assert clean_batch(settings, batch_dir, no_progress) == first
    # Killed after the articles were written: the batch is cleaned again, to the same records.
    (batch_dir / "clean.json").unlink()
    (batch_dir / "rejections.jsonl").unlink()
    clean_batch(settings, batch_dir, no_progress)
    assert (batch_dir / "articles.jsonl").read_bytes() == before
    assert (batch_dir / "rejections.jsonl").exists()


def test_one_process_at_a_time_cleans_a_batch(
    settings: Settings, batch_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.locks.WAIT_SECONDS", 0.2)
    with lock_batch(batch_dir, Stage.CLEAN), pytest.raises(RunError, match="another process"):
        clean_batch(settings, batch_dir, no_progress)
    assert clean_batch(settings, batch_dir, no_progress).is_complete


def test_a_payload_that_the_archive_lost_is_reported_as_lost(settings: Settings, batch_dir: Path) -> None:
    captures = list(read_records(batch_dir / "captures.jsonl", Capture))
    captures[0] = captures[0].model_copy(update={"archive_file": "warc/gone.warc.gz"})
    write_records(batch_dir / "captures.jsonl", captures)
    report = clean_batch(replace(settings, page_seconds=20), batch_dir, no_progress)
    rejections = list(read_records(batch_dir / "rejections.jsonl", Rejection))
    assert rejections[0].reason is Reason.ARCHIVE_LOST
    assert report.sources["harbour-wire"].reasons["failed:archive_lost"] == 1


def test_status_and_headers_of_the_archive_tell_a_wall(settings: Settings, batch_dir: Path, tmp_path: Path) -> None:
    story = (PAGES / "wordpress.html").read_bytes()
    writer = ArchiveWriter(settings.archive_url, "warc/2024/05/01/r1-b1", tmp_path / "spool")
    captures = [
        _archive(writer, "empty", 202, (b"X-Amzn-Waf-Action", b"challenge"), body=b""),
        _archive(writer, "told", 200, (b"cf-mitigated", b"challenge"), body=story),
        _archive(writer, "shell", 200, body=b"<title>A</title><div id=root></div><script src=/a.js></script>"),
        _archive(writer, "story", 200, (b"Server", b"cloudflare"), body=story),
    ]
    writer.close()
    write_records(batch_dir / "captures.jsonl", captures)
    report = clean_batch(settings, batch_dir, no_progress)
    rejections = {r.capture.url.rsplit("/", 1)[1]: r for r in read_records(batch_dir / "rejections.jsonl", Rejection)}
    assert {name: rejection.reason for name, rejection in rejections.items()} == {
        "empty": Reason.CHALLENGE,
        "told": Reason.CHALLENGE,
        "shell": Reason.NEEDS_JAVASCRIPT,
    }
    assert rejections["empty"].detail == "AWS WAF: header x-amzn-waf-action: challenge"
    counts = report.sources["harbour-wire"]
    assert counts.cleaned == 1
    assert counts.reasons == {"blocked:challenge": 2, "rejected:needs_javascript": 1}
    assert counts.outcomes == {Outcome.BLOCKED: 2, Outcome.REJECTED: 1}

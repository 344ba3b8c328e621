"""Articles whose bytes are in a real archive, written and loaded as a run does it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

from crawler.archive import EVIDENCE_KEY, ArchiveWriter, HttpExchange, capture_metadata
from crawler.config import Settings
from crawler.load import load_batch
from crawler.progress import no_progress
from crawler.records import Capture
from tests.load.builders import Batch


@dataclass
class Newsroom:
    """Writes pages to the archive, run by run, and loads them."""

    settings: Settings
    kept: list[Capture] = field(default_factory=list)

    def writer(self, batch: Batch) -> ArchiveWriter:
        folder = f"warc/2026/11/01/{batch.run_id}-{batch.batch_id}"
        return ArchiveWriter(self.settings.archive_url, folder, self.settings.home / "spool")

    def keep(self, writer: ArchiveWriter, capture: Capture, text: str, rendered: bytes | None = None) -> Capture:
        """Put a page into the archive, compressed as servers send it."""
        exchange = HttpExchange(
            url=capture.final_url,
            fetched_at=capture.fetched_at,
            status=capture.http_status,
            body=gzip.compress(page(text), mtime=0),
            response_headers=((b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Encoding", b"gzip")),
            request_headers=((b"User-Agent", b"Dateline"),),
            rendered=rendered,
        )
        made = capture.model_copy(update=vars(writer.write(exchange, capture_metadata(capture))))
        self.kept.append(made)
        return made

    def publish(self, batch: Batch, pages: dict[str, str], minutes: float = 1, **fields: object) -> None:
        """Take pages into a batch: their paths and texts."""
        writer = self.writer(batch)
        for path, text in pages.items():
            capture = self.keep(writer, batch.capture(path, minutes), text)
            batch.article(path, text, minutes, capture=capture, fields=fields)
        writer.close()

    def load(self, batch: Batch) -> None:
        load_batch(self.settings, batch.write(self.settings.runs_dir), no_progress)

    def keep_endpoint_answer(self, batch: Batch) -> None:
        writer = self.writer(batch)
        exchange = HttpExchange(url="https://alpha.example/feed", fetched_at=batch.created_at, status=200, body=b"no")
        writer.write(exchange, {EVIDENCE_KEY: {}})
        writer.close()

    def overwrite(self, capture: Capture, offset: int, content: bytes) -> None:
        """Write over the bytes at an offset of a capture's record."""
        with (self.settings.home / "archive" / capture.archive_file).open("r+b") as file:
            file.seek(capture.archive_offset + offset)
            file.write(content)

    def truncate(self, capture: Capture, length: int) -> None:
        """End the file after so many bytes of a capture's record."""
        with (self.settings.home / "archive" / capture.archive_file).open("r+b") as file:
            file.truncate(capture.archive_offset + length)


def page(text: str) -> bytes:
    return f"<!doctype html><title>x</title><p>{text}</p>".encode()

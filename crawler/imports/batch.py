"""A batch of imported captures: copied into our own archive first, then ready for clean and load like any other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg2

from crawler.archive import ArchiveWriter, capture_metadata, salvage_folder
from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError
from crawler.imports.reading import Page
from crawler.imports.state import ImportState, batch_name
from crawler.manifests import BatchManifest, RunKind, WebArchive
from crawler.records import Capture, CaptureOrigin, DiscoveredVia, Discovery
from crawler.resources import read_sql
from crawler.runs import BATCH_FILE, CAPTURES_FILE, DISCOVERIES_FILE, write_record, write_records
from crawler.sources.model import Source
from crawler.urls import url_key

CaptureKey = tuple[str, str, datetime, str]
"""Source, URL key, instant and payload: what makes two captures one."""


class OpenBatch:
    """The batch that is being filled. What an earlier try has archived for it is in it already."""

    def __init__(self, settings: Settings, state: ImportState) -> None:
        self._settings = settings
        self._state = state
        self.name = batch_name(state.open_batch)
        self.path = f"{state.run_id}/{self.name}"
        self._dir = settings.runs_dir / self.path
        self._dir.mkdir(parents=True, exist_ok=True)
        # The same places as those of a crawl (crawler.archive.places), which no other room may import.
        folder = f"warc/{state.created_at:%Y/%m/%d}/{state.run_id}-{self.name}"
        spool_dir = self._dir / "spool"
        self.captures = salvage_folder(settings.archive_url, folder, spool_dir)
        self._keys = {_key_of(capture) for capture in self.captures}
        self._salvaged = {_key_of(capture): capture.origin for capture in self.captures}
        self._archive = ArchiveWriter(settings.archive_url, folder, spool_dir)

    def holds(self, capture: Capture) -> bool:
        """Whether it has the same capture, from wherever."""
        return _key_of(capture) in self._keys

    def resumes(self, capture: Capture) -> bool:
        """Whether an earlier try archived this very record, and was cut off before it noted that."""
        key = _key_of(capture)
        if key in self._salvaged and self._salvaged[key] == capture.origin:
            del self._salvaged[key]
            return True
        return False

    def add(self, page: Page, unplaced: Capture) -> None:
        """Archive a page."""
        pointer = self._archive.write(page.exchange, capture_metadata(unplaced))
        capture = unplaced.model_copy(update=vars(pointer))
        self.captures.append(capture)
        self._keys.add(_key_of(capture))

    def close(self) -> None:
        """Finish the archive file. The batch may still be gone on with."""
        self._archive.close()

    def seal(self, sources: dict[str, Source]) -> None:
        """Make a whole batch of it. From here on it is loaded by whoever takes it up: us, or the next scheduled run."""
        self.close()
        write_records(self._dir / CAPTURES_FILE, self.captures)
        found = {(one.source_id, one.url_key): discovery_of(one) for one in reversed(self.captures)}
        write_records(self._dir / DISCOVERIES_FILE, reversed(found.values()))
        manifest = make_manifest(self._state, self.name, [sources[name] for name in self._source_ids(sources)])
        write_record(self._dir / BATCH_FILE, manifest)

    def _source_ids(self, sources: dict[str, Source]) -> list[str]:
        return sorted({capture.source_id for capture in self.captures} & sources.keys())


def make_manifest(
    state: ImportState, name: str, sources: list[Source], web_archive: WebArchive | None = None
) -> BatchManifest:
    return BatchManifest(
        run_id=state.run_id,
        batch_id=name,
        kind=RunKind.IMPORT,
        created_at=state.created_at,
        sources=tuple(source.model_dump(mode="json") for source in sources),
        web_archive=web_archive,
    )


def register_batch(settings: Settings, manifest: BatchManifest) -> None:
    """Let the database know of a batch, so that the next scheduled run loads it if we don't. Changes nothing twice."""
    values: dict[str, Any] = {
        "run_id": manifest.run_id,
        "batch_id": manifest.batch_id,
        "kind": manifest.kind.value,
        "path": f"{manifest.run_id}/{manifest.batch_id}",
        "hosts": [],
        "lease_seconds": settings.lease_seconds,
        "created_at": manifest.created_at,
        "planned_at": manifest.created_at,
    }
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            cursor.execute(read_sql("queries/insert_run"), values)
            cursor.execute(read_sql("queries/insert_batch"), values)
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise DatabaseError(f"Batch {values['path']} could not be registered: {said}") from error
    finally:
        database.close()


class KnownCaptures:
    """Asks the database whether a capture was loaded before."""

    def __init__(self, settings: Settings) -> None:
        self._database = connect(settings)
        self._database.autocommit = True
        self._sql = read_sql("queries/select_capture_exists")

    def has(self, capture: Capture) -> bool:
        values = capture.model_dump(include={"source_id", "final_url_key", "fetched_at", "payload_sha256"})
        try:
            with self._database.cursor() as cursor:
                cursor.execute(self._sql, values)
                (found,) = cursor.fetchone()  # type: ignore[misc]
        except psycopg2.Error as error:
            said = " ".join(str(error).split())
            raise DatabaseError(f"The database cannot say which captures are known: {said}") from error
        return bool(found)

    def close(self) -> None:
        self._database.close()


def capture_of(page: Page, file: str, now: datetime, payload_sha256: str) -> Capture:
    """The capture of a page, but for its place in our archive. Raises ValueError for an address that cannot be used."""
    canonical_url = page.source.canonicalize(page.url)
    key = url_key(canonical_url)
    return Capture(
        source_id=page.source.id,
        url=page.url,
        canonical_url=canonical_url,
        url_key=key,
        final_url=page.url,
        final_canonical_url=canonical_url,
        final_url_key=key,
        discovered_via=DiscoveredVia.IMPORT,
        discovered_from=file,
        discovered_at=now,
        fetched_at=page.fetched_at,
        http_status=page.message.status,
        content_type=_short(page.message.header(b"content-type")),
        etag=_short(page.message.header(b"etag")),
        last_modified=_short(page.message.header(b"last-modified")),
        archive_file="",
        archive_offset=0,
        archive_length=1,
        payload_sha256=payload_sha256,
        payload_bytes=len(page.message.body),
        origin=CaptureOrigin(file=file, offset=page.offset, record_id=page.record_id),
    )


def discovery_of(capture: Capture) -> Discovery:
    return Discovery(**{name: getattr(capture, name) for name in Discovery.model_fields})


def _key_of(capture: Capture) -> CaptureKey:
    return capture.source_id, capture.final_url_key, capture.fetched_at, capture.payload_sha256


def _short(text: str | None) -> str | None:
    return text[:1000] if text else None

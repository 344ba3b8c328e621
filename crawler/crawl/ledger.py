"""What the crawl process tells the stage: files that grow line by line, each line written as soon as it is known."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TextIO

from crawler.errors import RunError
from crawler.manifests import MementoEnd
from crawler.records import Capture, Discovery, EndpointVisit, FetchOutcome, Record
from crawler.runs import CAPTURES_FILE, DISCOVERIES_FILE, ENDPOINTS_FILE, FETCHES_FILE, MEMENTO_ENDS_FILE, read_records

UrlId = tuple[str, str]
"""Source id and URL key: what a URL is counted by."""


def replay_key(capture: Capture) -> tuple[str, str, datetime, str]:
    return capture.source_id, capture.url_key, capture.fetched_at, capture.payload_sha256


class Ledger:
    """The growing files of one batch. Opens with what an earlier try has left in them."""

    def __init__(self, batch_dir: Path) -> None:
        self._dir = batch_dir
        self._files: dict[str, TextIO] = {}
        self.discoveries: dict[UrlId, Discovery] = {}
        for discovery in read_records(batch_dir / DISCOVERIES_FILE, Discovery):
            self.discoveries.setdefault((discovery.source_id, discovery.url_key), discovery)
        self.ended: set[UrlId] = set()
        self.origins: set[str] = set()
        """Addresses in a web archive that captures came from."""
        self.replays: dict[tuple[str, str, datetime, str], Capture] = {}
        """Captures of a web archive: asked for two instants, it may give the same one twice."""
        for capture in read_records(batch_dir / CAPTURES_FILE, Capture):
            self.ended.add((capture.source_id, capture.url_key))
            self._note_origin(capture)
        self.ended |= {(f.source_id, f.url_key) for f in read_records(batch_dir / FETCHES_FILE, FetchOutcome)}

    def unfinished(self) -> list[Discovery]:
        """What was discovered and has no result."""
        return [discovery for url_id, discovery in self.discoveries.items() if url_id not in self.ended]

    def add_discovery(self, discovery: Discovery) -> None:
        self.discoveries[discovery.source_id, discovery.url_key] = discovery
        self._append(DISCOVERIES_FILE, discovery)

    def _note_origin(self, capture: Capture) -> None:
        if capture.origin is not None:
            self.origins.add(capture.origin.file)
            self.replays[replay_key(capture)] = capture

    def add_capture(self, capture: Capture) -> None:
        if capture.origin is not None and replay_key(capture) in self.replays:
            return
        self._note_origin(capture)
        self.ended.add((capture.source_id, capture.url_key))
        self._append(CAPTURES_FILE, capture)

    def add_outcome(self, outcome: FetchOutcome) -> None:
        self.ended.add((outcome.source_id, outcome.url_key))
        self._append(FETCHES_FILE, outcome)

    def add_visit(self, visit: EndpointVisit) -> None:
        self._append(ENDPOINTS_FILE, visit)

    def add_memento_end(self, end: MementoEnd) -> None:
        self._append(MEMENTO_ENDS_FILE, end)

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def _append(self, name: str, record: Record) -> None:
        path = self._dir / name
        try:
            if name not in self._files:
                self._files[name] = path.open("a", encoding="utf-8")
            self._files[name].write(record.model_dump_json() + "\n")
            self._files[name].flush()
        except OSError as error:
            raise RunError(f"{path} cannot be written ({error}): make room, or repair the disk") from error

"""What the site remembers: its first start, the edition it was set to, when developing articles were first read."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

from crawler.errors import ConfigError
from crawler.sample_site.article import LAST_EDITION


class SiteState:
    """Kept in memory, and in a JSON file when `path` is given, so that a restarted site goes on where it was."""

    def __init__(self, path: Path | None, edition_seconds: float, developing_seconds: float) -> None:
        self._path = path
        self._edition_seconds = edition_seconds
        self._developing_seconds = developing_seconds
        self._lock = threading.Lock()
        self._started_at = time.time()
        self._set_edition = 1
        self._first_read_at: dict[str, float] = {}
        if path is not None and path.exists():
            self._read(path)
        self._write()

    @property
    def edition(self) -> int:
        """The later of the edition that was set and the one that time has brought."""
        by_time = 1
        if self._edition_seconds > 0:
            by_time += int(max(0.0, time.time() - self._started_at) // self._edition_seconds)
        return min(max(self._set_edition, by_time), LAST_EDITION)

    def set_edition(self, edition: int) -> None:
        if not 1 <= edition <= LAST_EDITION:
            raise ConfigError(f"edition is {edition}; use a number from 1 to {LAST_EDITION}.")
        with self._lock:
            self._set_edition = edition
            self._write()

    def note_read(self, key: str) -> None:
        """Start the clock of a developing article at its first reading."""
        with self._lock:
            if key not in self._first_read_at:
                self._first_read_at[key] = time.time()
                self._write()

    def has_developed(self, key: str) -> bool:
        first = self._first_read_at.get(key)
        return first is not None and time.time() - first >= self._developing_seconds

    def _read(self, path: Path) -> None:
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            self._started_at = float(stored["started_at"])
            self._set_edition = int(stored["edition"])
            self._first_read_at = {str(key): float(value) for key, value in stored["first_read_at"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{path}: not a state file of the sample site ({error}). Delete it to start at edition 1."
            ) from error

    def _write(self) -> None:
        if self._path is None:
            return
        stored = {
            "started_at": self._started_at,
            "edition": self._set_edition,
            "first_read_at": self._first_read_at,
        }
        new = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
            new.replace(self._path)
        except OSError as error:
            raise ConfigError(f"{self._path}: cannot write the sample site's state ({error}).") from error

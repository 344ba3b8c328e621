"""Which links are known already: asked of the database, or of nobody when there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from crawler.config import Settings
from crawler.resources import read_sql

KnownUrls = Mapping[str, datetime | None]
"""URL keys that are known, each with when it is due for a revisit; None: never again."""


class SeenUrls(Protocol):
    """Tells known links from new ones. Called off the reactor's thread, never by two threads at once."""

    def select_known(self, source_id: str, keys: Sequence[str]) -> KnownUrls: ...
    def close(self) -> None: ...


class NothingSeen:
    """For a crawl without a database: every link is new."""

    def select_known(self, source_id: str, keys: Sequence[str]) -> KnownUrls:
        return {}

    def close(self) -> None:
        """Nothing to close."""


class DatabaseSeen:
    """Asks `ingest.url`. The connection is opened with the first question."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: Any = None

    def select_known(self, source_id: str, keys: Sequence[str]) -> KnownUrls:
        if self._connection is None:
            from crawler.database import connect  # type: ignore[import-not-found, unused-ignore] # a crawl without a database needs no driver

            self._connection = connect(self._settings)
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute(read_sql("queries/select_known_urls"), {"source_id": source_id, "url_keys": list(keys)})
            return dict(cursor.fetchall())

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

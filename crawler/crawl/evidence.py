"""Keeps the answers of feeds, sitemaps and section pages that could not be used: why a source is blocked, or dead.

An answer is kept when it differs, by status or reason, from that of the visit before; a site that refuses us for
weeks fills no archive. More than the first megabyte tells nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from crawler.archive import EVIDENCE_KEY, ArchivePointer, HttpExchange
from crawler.manifests import EndpointState
from crawler.records import EndpointVisit

MAX_EVIDENCE_BYTES = 1_000_000


class EndpointEvidence:
    """The answers of the endpoints that are being read. `write` puts an exchange into the archive."""

    def __init__(self, write: Callable[[HttpExchange, dict[str, object]], ArchivePointer]) -> None:
        self._write = write
        self._held: dict[tuple[str, str], HttpExchange] = {}
        self._kept: dict[tuple[str, str], ArchivePointer] = {}

    def hold(self, source_id: str, url: str, exchange: HttpExchange) -> None:
        """Hold an answer until it is known whether it could be used. 304 has nothing to keep."""
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            return
        if len(exchange.body) > MAX_EVIDENCE_BYTES:
            exchange = replace(exchange, body=exchange.body[:MAX_EVIDENCE_BYTES], is_cut=True)
        self._held[source_id, url] = exchange

    def drop(self, source_id: str, url: str) -> None:
        """Forget an answer that no visit will be noted of."""
        self._held.pop((source_id, url), None)

    def keep(self, visit: EndpointVisit, before: EndpointState) -> EndpointVisit:
        """The visit, with where its answer is kept if it is evidence. Raises ArchiveError.

        A visit that is told again, with what was found in its endpoint's place, names the same record.
        """
        endpoint = (visit.source_id, visit.url)
        exchange = self._held.pop(endpoint, None)
        if visit.reason is None:
            return visit
        if exchange is not None and (before.last_reason, before.last_status) != (visit.reason, visit.http_status):
            described = visit.model_dump(mode="json", exclude_defaults=True)
            self._kept[endpoint] = self._write(exchange, {EVIDENCE_KEY: described})
        pointer = self._kept.get(endpoint)
        if pointer is None:
            return visit
        return visit.model_copy(
            update={
                "archive_file": pointer.archive_file,
                "archive_offset": pointer.archive_offset,
                "archive_length": pointer.archive_length,
            }
        )

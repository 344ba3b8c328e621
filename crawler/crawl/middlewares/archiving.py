"""Writes pages to the archive, next to the downloader: before anything looks inside."""

from __future__ import annotations

from datetime import datetime, timezone

from scrapy import Request
from scrapy.http import Response
from scrapy.http.headers import Headers

from crawler.archive import (
    ArchivedResponse,
    BodyError,
    BodyTooLargeError,
    HttpExchange,
    capture_metadata,
    decode_body,
)
from crawler.crawl.fetch import Fetch, Purpose, fetch_of
from crawler.crawl.job import payload_sha256
from crawler.crawl.ledger import replay_key
from crawler.crawl.mementos import read_replay
from crawler.crawl.middlewares import JobMiddleware
from crawler.crawl.outcomes import Refused
from crawler.errors import DatelineError
from crawler.records import Capture, DiscoveredVia, Outcome, Reason
from crawler.urls import url_key


class ArchivingMiddleware(JobMiddleware):
    """Archives each page that is kept, then notes its capture.

    Kept are pages, and as evidence the errors that a URL ends in. Redirects and what is tried again are not.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        fetch = fetch_of(request)
        if not fetch.is_page or not _is_kept(fetch, response):
            return response
        try:
            fetch.capture = self._archive(fetch, request, response)
            if is_page_status(response.status):
                self._check_decoded_size(fetch, response)
                self.job.ledger.add_capture(fetch.capture)
        except DatelineError as error:
            self.job.fail(str(error))
            raise Refused(Outcome.PENDING, Reason.CRAWL_STOPPED, str(error)) from error
        return response

    def _archive(self, fetch: Fetch, request: Request, response: Response) -> Capture:
        if fetch.discovery is None:
            raise ValueError(f"{request.url} is fetched as a page without a discovery")
        if fetch.memento is not None:
            exchange, unplaced = read_replay(fetch, fetch.memento, response)
            if known := self.job.ledger.replays.get(replay_key(unplaced)):
                return known
            pointer = self.job.archive.write(exchange, capture_metadata(unplaced))
            return unplaced.model_copy(update=vars(pointer))
        found = fetch.discovery
        final_canonical_url = fetch.source.canonicalize(response.url)
        exchange = HttpExchange(
            url=response.url,
            fetched_at=datetime.now(timezone.utc),
            status=response.status,
            body=response.body,
            response_headers=_pairs(response.headers),
            request_headers=_pairs(request.headers),
            ip_address=str(response.ip_address) if response.ip_address else None,
        )
        unplaced = Capture(
            **found.model_dump(exclude={"discovered_via"}),
            discovered_via=DiscoveredVia.REVISIT if fetch.purpose is Purpose.REVISIT else found.discovered_via,
            final_url=response.url,
            final_canonical_url=final_canonical_url,
            final_url_key=url_key(final_canonical_url),
            redirects=tuple(fetch.redirects),
            fetched_at=exchange.fetched_at,
            http_status=response.status,
            content_type=_text(response.headers.get("Content-Type")),
            etag=_text(response.headers.get("ETag")),
            last_modified=_text(response.headers.get("Last-Modified")),
            archive_file="",
            archive_offset=0,
            archive_length=1,
            payload_sha256="0" * 64,
            payload_bytes=0,
        )
        pointer = self.job.archive.write(exchange, capture_metadata(unplaced))
        return unplaced.model_copy(update=vars(pointer))

    def _check_decoded_size(self, fetch: Fetch, response: Response) -> None:
        coding = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not coding:
            return
        archived = ArchivedResponse(response.url, response.status, response.body, (("Content-Encoding", coding),))
        try:
            decode_body(archived, fetch.max_bytes)
        except BodyTooLargeError as error:
            raise Refused(Outcome.FAILED, Reason.TOO_LARGE, str(error)) from error
        except BodyError:
            return  # clean judges what cannot be decoded


def _is_kept(fetch: Fetch, response: Response) -> bool:
    if fetch.retry_in is not None:
        return False
    if fetch.memento is not None:
        return is_page_status(response.status)  # any other status is the web archive's, not the site's
    if fetch.purpose is Purpose.REVISIT:
        return is_page_status(response.status) and payload_sha256(response.body) != fetch.first_sha256
    return is_page_status(response.status) or response.status >= 400


def is_page_status(status: int) -> bool:
    return 200 <= status < 300


def _pairs(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name in headers for value in headers.getlist(name)]


def _text(value: bytes | None) -> str | None:
    return value.decode("latin-1").strip()[:1000] or None if value is not None else None

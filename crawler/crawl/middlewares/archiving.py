"""Writes pages to the archive, next to the downloader: before anything looks inside."""

from __future__ import annotations

from dataclasses import replace
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
from crawler.crawl.fronts import capture_leads_to_front, leads_to_front
from crawler.crawl.job import payload_sha256
from crawler.crawl.ledger import replay_key
from crawler.crawl.mementos import read_replay
from crawler.crawl.middlewares import JobMiddleware
from crawler.crawl.outcomes import Refused
from crawler.crawl.statuses import is_page_status
from crawler.crawl.text import header_text
from crawler.errors import DatelineError
from crawler.reasons import Outcome, Reason
from crawler.records import Capture, DiscoveredVia
from crawler.urls import url_key


class ArchivingMiddleware(JobMiddleware):
    """Archives each page that is kept, then notes its capture.

    Kept are pages, and as evidence the errors that a URL ends in. Redirects and what is tried again are not. The
    answers of endpoints are held until they are read (crawler.crawl.evidence).
    """

    def process_response(self, request: Request, response: Response) -> Response:
        fetch = fetch_of(request)
        if fetch.purpose is Purpose.ENDPOINT and fetch.retry_in is None:
            self.job.evidence.hold(fetch.source.id, fetch.url, _exchange(request, response))
        if not fetch.is_page or not _is_kept(fetch, response):
            return response
        try:
            fetch.capture = self._archive(fetch, request, response)
            if fetch.render_problem is not None:
                raise Refused(Outcome.FAILED, Reason.RENDERING, fetch.render_problem)
            if is_page_status(response.status):
                if capture_leads_to_front(fetch.source, fetch.capture):
                    raise Refused(Outcome.FAILED, Reason.REDIRECT_TO_HOME, f"leads to {fetch.capture.final_url}")
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
        exchange = replace(_exchange(request, response), rendered=fetch.rendered)
        unplaced = Capture(
            **found.model_dump(exclude={"discovered_via"}),
            discovered_via=DiscoveredVia.REVISIT if fetch.purpose is Purpose.REVISIT else found.discovered_via,
            final_url=response.url,
            final_canonical_url=final_canonical_url,
            final_url_key=url_key(final_canonical_url),
            redirects=tuple(fetch.redirects),
            fetched_at=exchange.fetched_at,
            http_status=response.status,
            content_type=header_text(response.headers.get("Content-Type")),
            etag=header_text(response.headers.get("ETag")),
            last_modified=header_text(response.headers.get("Last-Modified")),
            archive_file="",
            archive_offset=0,
            archive_length=1,
            payload_sha256="0" * 64,
            payload_bytes=0,
            is_tls_verified=self.job.verifies(response.url),
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
        page = response.body if fetch.rendered is None else fetch.rendered
        is_page = is_page_status(response.status) and fetch.recognised is None and not _led_to_front(fetch, response)
        return is_page and fetch.render_problem is None and payload_sha256(page) != fetch.first_sha256
    return is_page_status(response.status) or response.status >= 400


def _led_to_front(fetch: Fetch, response: Response) -> bool:
    return bool(fetch.redirects) and leads_to_front(fetch.source, fetch.url, response.url)


def _exchange(request: Request, response: Response) -> HttpExchange:
    return HttpExchange(
        url=response.url,
        fetched_at=datetime.now(timezone.utc),
        status=response.status,
        body=response.body,
        response_headers=_pairs(response.headers),
        request_headers=_pairs(request.headers),
        ip_address=str(response.ip_address) if response.ip_address else None,
    )


def _pairs(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name in headers for value in headers.getlist(name)]

"""Proves one response: its bytes are in the archive where the database says, and are those that were captured."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import StrEnum

from crawler.archive.exchange import ArchivedResponse
from crawler.archive.members import WarcRecord
from crawler.archive.reader import (
    DamagedRecordError,
    LostBytesError,
    OtherBytesError,
    place_name,
    record_in,
    response_of,
)
from crawler.database.asking import Row
from crawler.errors import ArchiveError

ReadSpan = Callable[[str, int, int, str], bytes]
"""Reads bytes of the archive: file, offset, length, and the URL that they are of, for messages."""


class Verdict(StrEnum):
    """How a response stands in the archive."""

    OK = "ok"
    MISSING = "missing"
    DAMAGED = "damaged"
    DIFFERING = "differing"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class KeptResponse:
    """What the database says of a response. `http_status` and `payload_bytes` are None where no capture is noted.

    The `rendered_…` values are of the page as a browser drew it; None for one that was not drawn.
    """

    url: str
    fetched_at: datetime
    archive_file: str
    archive_offset: int
    archive_length: int
    payload_sha256: str
    http_status: int | None
    payload_bytes: int | None
    rendered_offset: int | None = None
    rendered_length: int | None = None
    rendered_sha256: str | None = None

    @property
    def end(self) -> int:
        """Where the last of its records that the database knows of ends in the file."""
        if self.rendered_offset is None or self.rendered_length is None:
            return self.archive_offset + self.archive_length
        return self.rendered_offset + self.rendered_length


@dataclass(frozen=True)
class Proof:
    """A verdict, with what was found on the way to it. `problem` is None when it is ok."""

    verdict: Verdict
    problem: str | None = None
    found_sha256: str | None = None
    """SHA-256 of the payload as it is in the archive; None where no response could be read."""
    member: bytes | None = None
    """The response's record as it stands in the file, compressed."""
    record: WarcRecord | None = None
    response: ArchivedResponse | None = None
    rendered: bytes | None = None
    """The document that a browser drew, as HTML in UTF-8."""


def kept_response(row: Row) -> KeptResponse:
    """What a row with the columns of a version and its capture says of the response."""
    return KeptResponse(
        url=row["final_url"] or row["url"],
        fetched_at=row["captured_at"] or row["fetched_at"],
        archive_file=row["archive_file"],
        archive_offset=row["archive_offset"],
        archive_length=row["archive_length"],
        payload_sha256=row["payload_sha256"],
        http_status=row["http_status"],
        payload_bytes=row["payload_bytes"],
        rendered_offset=row["rendered_offset"],
        rendered_length=row["rendered_length"],
        rendered_sha256=row["rendered_sha256"],
    )


def prove(kept: KeptResponse, archive_url: str, read: ReadSpan) -> Proof:
    """Read a response and compare all that the database says of it. Never raises: a bad one is a verdict."""
    place = place_name(archive_url, kept.archive_file, kept.archive_offset)
    try:
        member = _read_whole(read, kept, kept.archive_offset, kept.archive_length, place)
        record = record_in(member, f"the response of {kept.url}", place)
        response = response_of(record, kept.url, place)
    except ArchiveError as error:
        return Proof(_verdict_on(error), str(error))
    found_sha256 = hashlib.sha256(response.body).hexdigest()
    differences = _differences(kept, record, response, found_sha256)
    if differences:
        problem = f"{place}: not what was captured of {kept.url}: {'; '.join(differences)}"
        return Proof(Verdict.DIFFERING, problem, found_sha256, member, record, response)
    try:
        rendered = _read_rendered(kept, archive_url, read)
    except ArchiveError as error:
        return Proof(_verdict_on(error), str(error), found_sha256, member, record, response)
    return Proof(Verdict.OK, None, found_sha256, member, record, response, rendered)


def _read_rendered(kept: KeptResponse, archive_url: str, read: ReadSpan) -> bytes | None:
    if kept.rendered_offset is None or kept.rendered_length is None:
        return None
    place = place_name(archive_url, kept.archive_file, kept.rendered_offset)
    drawn = _read_whole(read, kept, kept.rendered_offset, kept.rendered_length, place)
    block = record_in(drawn, f"the rendered page of {kept.url}", place).block
    sha256 = hashlib.sha256(block).hexdigest()
    if sha256 != kept.rendered_sha256:
        raise OtherBytesError(f"{place}: the rendered page has SHA-256 {sha256}, not {kept.rendered_sha256} as drawn")
    return block


def _read_whole(read: ReadSpan, kept: KeptResponse, offset: int, length: int, place: str) -> bytes:
    data = read(kept.archive_file, offset, length, kept.url)
    if len(data) < length:
        raise LostBytesError(
            f"{place}: the file ends {length - len(data):,} bytes before the end of the record of {kept.url}"
        )
    return data


def _verdict_on(error: ArchiveError) -> Verdict:
    kinds = {
        LostBytesError: Verdict.MISSING,
        DamagedRecordError: Verdict.DAMAGED,
        OtherBytesError: Verdict.DIFFERING,
    }
    return kinds.get(type(error), Verdict.UNREACHABLE)


def _differences(kept: KeptResponse, record: WarcRecord, response: ArchivedResponse, found_sha256: str) -> list[str]:
    told = []
    if found_sha256 != kept.payload_sha256:
        stated = record.headers.get("warc-payload-digest", "").removeprefix("sha256:")
        whose = {found_sha256: "these bytes", kept.payload_sha256: "the bytes that were captured"}.get(stated)
        own = f" (the record's own digest is that of {whose})" if whose else ""
        told.append(f"its payload has SHA-256 {found_sha256}, not {kept.payload_sha256}{own}")
    if response.url != kept.url:
        told.append(f"the record is of {response.url or 'no address'}")
    date = record.headers.get("warc-date", "")
    if not _is_same_instant(date, kept.fetched_at):
        told.append(f"the record is of {date or 'no time'}, not of {kept.fetched_at.astimezone(timezone.utc):%FT%TZ}")
    if kept.http_status is None:
        told.append("the database has no capture at this place")
    elif response.status != kept.http_status:
        told.append(f"its HTTP status is {response.status}, not {kept.http_status}")
    return told


def _is_same_instant(date: str, fetched_at: datetime) -> bool:
    """WARC files may leave out fractions of a second."""
    try:
        found = datetime.fromisoformat(date)
    except ValueError:
        return False
    return found.tzinfo is not None and abs((found - fetched_at).total_seconds()) < 1

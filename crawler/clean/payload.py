"""The bytes of a capture out of the archive, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.archive import BodyError, BodyTooLargeError, decode_body, read_rendered, read_response
from crawler.clean.reject import Rejected
from crawler.errors import ArchiveError
from crawler.reasons import Reason
from crawler.recognition import TELLING_HEADERS
from crawler.records import Capture


@dataclass(frozen=True)
class Payload:
    """A rendered document, or a body with its Content-Encoding undone; and the headers that tell what it is."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def read_payload(archive_url: str, capture: Capture, max_bytes: int) -> Payload | Rejected:
    """The payload of a capture.

    What the archive has lost comes back as archive_lost, which is a failure of ours and no fault of the page.
    """
    try:
        response = read_response(archive_url, capture)
        telling = tuple(header for header in response.headers if header[0].lower() in TELLING_HEADERS)
        rendered = read_rendered(archive_url, capture, max_bytes)
        return Payload(decode_body(response, max_bytes) if rendered is None else rendered, telling)
    except BodyTooLargeError as error:
        return Rejected(Reason.TOO_LARGE, str(error))
    except BodyError as error:
        return Rejected(Reason.UNDECODABLE, str(error))
    except ArchiveError as error:
        return Rejected(Reason.ARCHIVE_LOST, str(error))

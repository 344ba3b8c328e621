"""The bytes of a capture out of the archive, or why there are none."""

from __future__ import annotations

from crawler.archive import BodyError, BodyTooLargeError, read_page
from crawler.clean.reject import Rejected
from crawler.errors import ArchiveError
from crawler.records import Capture, Reason


def read_payload(archive_url: str, capture: Capture, max_bytes: int) -> bytes | Rejected:
    """The body of a capture with its Content-Encoding undone, or its rendered document where it has one.

    What the archive has lost comes back as archive_lost, which is a failure of ours and no fault of the page.
    """
    try:
        return read_page(archive_url, capture, max_bytes)
    except BodyTooLargeError as error:
        return Rejected(Reason.TOO_LARGE, str(error))
    except BodyError as error:
        return Rejected(Reason.UNDECODABLE, str(error))
    except ArchiveError as error:
        return Rejected(Reason.ARCHIVE_LOST, str(error))

"""WARC files: writing, reading by pointer, and salvaging what a killed crawl left."""

from crawler.archive.exchange import EVIDENCE_KEY, ArchivedResponse, ArchivePointer, HttpExchange, capture_metadata
from crawler.archive.reader import BodyError, BodyTooLargeError, decode_body, decompress, read_rendered, read_response
from crawler.archive.salvage import salvage_folder
from crawler.archive.writer import ArchiveWriter

__all__ = [
    "EVIDENCE_KEY",
    "ArchivePointer",
    "ArchiveWriter",
    "ArchivedResponse",
    "BodyError",
    "BodyTooLargeError",
    "HttpExchange",
    "capture_metadata",
    "decode_body",
    "decompress",
    "read_rendered",
    "read_response",
    "salvage_folder",
]

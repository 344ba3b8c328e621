"""Getting rows out of the database: CSV, JSON Lines and Parquet (docs/exporting.md)."""

from crawler.export.exporting import ExportReport, export
from crawler.export.queries import SUBJECTS
from crawler.export.request import STDOUT, Compression, ExportRequest, Format, Partition, guess_format

__all__ = [
    "STDOUT",
    "SUBJECTS",
    "Compression",
    "ExportReport",
    "ExportRequest",
    "Format",
    "Partition",
    "export",
    "guess_format",
]

"""Writing rows: what the writers of all formats have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from crawler.export.columns import Column
from crawler.export.request import Compression, ExportRequest, Format

Row = Sequence[Any]


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int: ...


class RowWriter(Protocol):
    """Takes rows, some at a time. What it still holds is written when it is closed; the sink stays open."""

    def write(self, rows: Sequence[Row]) -> None: ...

    def close(self) -> None: ...


def open_writer(request: ExportRequest, sink: Sink, columns: Sequence[Column], metadata: str) -> RowWriter:
    """The writer of the format asked for. `metadata` is JSON; formats that have no place for it leave it out."""
    if request.format is Format.PARQUET:
        # It takes a while to load, which no other command should wait for.
        from crawler.export.parquet import ParquetWriter

        return ParquetWriter(sink, columns, metadata)
    packed, close = _compressed(sink, request.compression)
    if request.format is Format.CSV:
        from crawler.export.csv_rows import CsvWriter

        return CsvWriter(packed, close, columns, is_raw=request.raw, is_for_excel=request.excel)
    from crawler.export.json_lines import JsonLinesWriter

    return JsonLinesWriter(packed, close, columns)


def _compressed(sink: Sink, compression: Compression | None) -> tuple[Sink, Callable[[], None]]:
    """A sink that compresses, and what ends it. The same rows give the same bytes: no time goes in."""
    if compression is Compression.GZIP:
        from isal.igzip import IGzipFile

        packed = IGzipFile(filename="", fileobj=sink, mode="wb", compresslevel=2, mtime=0)  # type: ignore[no-untyped-call]
        return packed, packed.close
    if compression is Compression.ZSTANDARD:
        import pyarrow

        stream = pyarrow.CompressedOutputStream(pyarrow.PythonFile(sink, mode="w"), "zstd")
        return stream, stream.close
    return sink, lambda: None

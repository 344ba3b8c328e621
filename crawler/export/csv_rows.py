"""CSV as RFC 4180 has it, and as PostgreSQL's COPY reads it back: null is empty, an empty text is `""`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import orjson

from crawler.export.columns import Column
from crawler.export.rows import Row, Sink

# A lone `\\.` ends the data for PostgreSQL before 18.
_QUOTED = re.compile(r'[",\r\n]|^\\\.$|^$')
# What spreadsheets take for a formula; and what looks as if it had been made harmless, so that it can be undone.
_FORMULA = re.compile("'*[=+\\-@\t\r]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class CsvWriter:
    """Rows as CSV: a line of names, then a line a row. Arrays are JSON.

    Unless `is_raw`, text that a spreadsheet would take for a formula gets an apostrophe in front of it.
    """

    def __init__(
        self, sink: Sink, close: Callable[[], None], columns: Sequence[Column], *, is_raw: bool, is_for_excel: bool
    ) -> None:
        self._sink = sink
        self.close = close
        protect = _unchanged if is_raw else neutralise
        self._encoders = [_encoder(column, protect) for column in columns]
        if is_for_excel:
            sink.write(_BYTE_ORDER_MARK)
        sink.write((",".join(_quote(protect(column.name)) for column in columns) + "\r\n").encode())

    def write(self, rows: Sequence[Row]) -> None:
        encoders = self._encoders
        lines = [
            ",".join(["" if value is None else encode(value) for encode, value in zip(encoders, row, strict=True)])
            for row in rows
        ]
        self._sink.write(("\r\n".join(lines) + "\r\n").encode())


def neutralise(text: str) -> str:
    """Text that no spreadsheet takes for a formula. An apostrophe less gives back what it was."""
    return f"'{text}" if _FORMULA.match(text) else text


def _unchanged(text: str) -> str:
    return text


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _encoder(column: Column, protect: Callable[[str], str]) -> Callable[[Any], str]:
    if column.is_array:
        return lambda values: _quote(orjson.dumps(values, default=str).decode())
    if column.is_text:
        return lambda text: _quote(protect(text))
    if column.is_json:
        return _quote
    if column.type_name == "bool":
        return lambda value: "true" if value else "false"
    if column.type_name in ("date", "timestamp", "timestamptz"):
        return date.isoformat if column.type_name == "date" else lambda moment: str(moment.isoformat())
    return str

"""Rows into tables by COPY."""

from __future__ import annotations

import io
from collections.abc import Iterable

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812

_BUFFER_BYTES = 65_536
_COPY_ESCAPES = (("\0", ""), ("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
"""PostgreSQL's text has no NUL. The backslash comes before those that bring their own."""


class LineStream(io.BufferedIOBase):
    """What COPY reads from: lines that are made while they are read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._rest = b""
        self.problem: Exception | None = None
        """What a line could not be made for; COPY itself reports it only as text."""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        limit = -1 if size is None else size
        parts = [self._rest]
        length = len(self._rest)
        while limit < 0 or length < limit:
            try:
                line = next(self._lines, None)
            except Exception as error:
                self.problem = error
                raise
            if line is None:
                break
            parts.append(line.encode("utf-8"))
            length += len(parts[-1])
        data = b"".join(parts)
        cut = len(data) if limit < 0 else limit
        self._rest = data[cut:]
        return data[:cut]


def copy_rows(cursor: Cursor, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    """COPY rows into a table (`schema.table`, or with its columns). An error of the rows themselves passes through."""
    stream = LineStream(map(_copy_line, rows))
    try:
        cursor.copy_expert(f"copy {table} from stdin", stream, size=_BUFFER_BYTES)
    except psycopg2.Error:
        if stream.problem is not None:
            raise stream.problem from None
        raise


def _copy_line(row: tuple[object, ...]) -> str:
    return "\t".join(map(_copy_value, row)) + "\n"


def _copy_value(value: object) -> str:
    if value is None:
        return "\\N"
    text = str(value)
    for character, escape in _COPY_ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return text

"""Rows into tables by COPY: numbers, instants and words of our own only."""

from __future__ import annotations

import io
from collections.abc import Iterable

from psycopg2.extensions import cursor as Cursor  # noqa: N812


def copy_rows(cursor: Cursor, table: str, rows: Iterable[str]) -> None:
    """COPY lines in PostgreSQL's text format, without their line breaks, into `schema.table (columns)`."""
    text = "\n".join(rows)
    if text:
        cursor.copy_expert(f"copy {table} from stdin", io.StringIO(text + "\n"))


def bytes_field(value: bytes) -> str:
    """A bytea."""
    return f"\\\\x{value.hex()}"


def array_field(values: Iterable[int]) -> str:
    """A bigint[]."""
    return f"{{{','.join(map(str, values))}}}"

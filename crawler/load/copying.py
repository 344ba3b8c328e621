"""Records into staging tables by COPY, whatever the pages held."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from pydantic import ValidationError

from crawler.errors import RunError
from crawler.records import Record

R = TypeVar("R", bound=Record)

# In JSON the character NUL is always written \u0000; an even number of backslashes before it is text.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_BUFFER_BYTES = 65_536
_COPY_ESCAPES = (("\0", ""), ("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
"""PostgreSQL's text has no NUL. The backslash comes before those that bring their own."""
_QUOTED = re.compile(r'[\\"]')


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


def copy_rows(cursor: Cursor, table: str, rows: Iterable[tuple[str | None, ...]]) -> None:
    """COPY rows of text into a table. An error of the rows themselves passes through."""
    stream = LineStream(map(_copy_line, rows))
    try:
        cursor.copy_expert(f"copy {table} from stdin", stream, size=_BUFFER_BYTES)
    except psycopg2.Error:
        if stream.problem is not None:
            raise stream.problem from None
        raise


def record_json(record: Record) -> str:
    """A record as JSON that PostgreSQL takes: its text type has no NUL, so that character is left out."""
    return without_nul(record.model_dump_json())


def without_nul(text: str) -> str:
    """JSON without the characters NUL that its strings hold."""
    return _NUL.sub(r"\1", text) if "\\u0000" in text else text


def text_array(values: Iterable[str]) -> str:
    """Strings as PostgreSQL writes an array of text."""
    return "{" + ",".join(f'"{_QUOTED.sub(_escape, value)}"' for value in values) + "}"


def _escape(match: re.Match[str]) -> str:
    return "\\" + match[0]


def read_repaired(path: Path, model: type[R]) -> Iterator[R]:
    """As `crawler.runs.read_records`, but a half of a surrogate pair, which no encoding has, becomes U+FFFD."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                yield model.model_validate_json(_repair(line) if _has_surrogate(line) else line)
            except (ValidationError, ValueError) as error:
                raise RunError(f"{path}, line {number}: not a {model.__name__} of this version: {error}") from error


def _has_surrogate(line: bytes) -> bool:
    return b"\\u" in line and _SURROGATE.search(line) is not None


def _repair(line: bytes) -> str:
    text = json.dumps(json.loads(line), ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _copy_line(row: tuple[str | None, ...]) -> str:
    return "\t".join(map(_copy_value, row)) + "\n"


def _copy_value(value: str | None) -> str:
    if value is None:
        return "\\N"
    for character, escape in _COPY_ESCAPES:
        if character in value:
            value = value.replace(character, escape)
    return value

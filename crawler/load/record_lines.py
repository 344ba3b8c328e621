"""Records as PostgreSQL takes them, whatever the pages held."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from crawler.errors import RunError
from crawler.records import Record

R = TypeVar("R", bound=Record)

# In JSON the character NUL is always written \u0000; an even number of backslashes before it is text.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_QUOTED = re.compile(r'[\\"]')


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

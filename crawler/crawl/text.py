"""Text of hostile origin, made fit for our files and the database."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_MOST_CHARACTERS = 1000


def header_text(value: bytes | None) -> str | None:
    """A header's value as text of one line, or None for an empty one. PostgreSQL holds no NUL."""
    if value is None:
        return None
    return _CONTROL.sub(" ", value.decode("latin-1")).strip()[:_MOST_CHARACTERS] or None

"""Documents without tags: pieces are what empty lines part, and the first one is the headline."""

from __future__ import annotations

import re

from crawler.clean.piece import Piece
from crawler.clean.text import ends_sentence, normalize_line, normalize_text

_LONGEST_TITLE = 250
_WRAPPED_AT_LEAST = 50
_PARTING = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def read_plain(text: str, hint_title: str | None) -> tuple[str | None, str | None, list[Piece]]:
    """Title, its origin, and the pieces after it."""
    text = normalize_text(text)
    has_gaps = bool(_PARTING.search(text))
    parts = [_unwrap(part) for part in (_PARTING.split(text) if has_gaps else text.split("\n"))]
    pieces = [Piece(part) for part in parts if part.strip()]
    if not pieces:
        return None, None, []
    first = pieces[0].text
    if len(pieces) > 1 and "\n" not in first and len(first) <= _LONGEST_TITLE and not ends_sentence(first):
        return first, "first-line", pieces[1:]
    hint = normalize_line(hint_title or "")
    if hint:
        return hint, "feed", pieces
    head = re.split(r"(?<=[.!?؟])\s", normalize_line(first), maxsplit=1)[0]
    return head[:_LONGEST_TITLE].strip() or None, "first-line", pieces


def _unwrap(part: str) -> str:
    """Lines that were broken at a fixed width are one paragraph; short lines (lists, addresses) stay lines."""
    lines = part.split("\n")
    if len(lines) > 1 and all(len(line) >= _WRAPPED_AT_LEAST for line in lines[:-1]):
        unfinished = sum(not ends_sentence(line) for line in lines[:-1])
        if unfinished * 2 > len(lines) - 1:
            return " ".join(lines)
    return part

"""A piece of a story's text and what it is; and how pieces become the text with its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.records import PartKind, TextPart

PARTING = "\n\n"
"""What stands between two parts of a text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, a subhead, a whole list (an item a line), a whole table (a row a line)."""

    text: str
    kind: PartKind = PartKind.PARAGRAPH


def join_pieces(pieces: Iterable[Piece]) -> tuple[str, tuple[TextPart, ...]]:
    """The text of normalised pieces, none empty; and of each part its kind and the characters that it spans."""
    texts: list[str] = []
    parts: list[TextPart] = []
    start = 0
    for piece in pieces:
        end = start + len(piece.text)
        texts.append(piece.text)
        parts.append(TextPart(kind=piece.kind, start=start, end=end))
        start = end + len(PARTING)
    return PARTING.join(texts), tuple(parts)

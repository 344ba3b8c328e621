"""How two versions of an article differ: field by field, and their texts word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crawler.database.asking import Row
from crawler.evidence.article import FIELDS

_TOLD_APART = frozenset({"text", "word_count"})
"""What changes in the text is shown paragraph by paragraph."""
_WORDS = re.compile(r"\s+|[^\s\w]|\w+")
_LIKE = 0.35
"""Paragraphs that have less in common are not shown as one that was changed."""


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class FieldChange:
    """A field whose value is another."""

    name: str
    before: object
    after: object


Pieces = list[tuple[Change, str]]
"""A text cut where it changed. The same and the gone pieces make the older text, the same and the new the newer."""


def changed_fields(before: Row, after: Row) -> list[FieldChange]:
    """The fields but the text that differ between two versions."""
    told = (name for name in ("url", *FIELDS) if name not in _TOLD_APART)
    return [FieldChange(name, before[name], after[name]) for name in told if before[name] != after[name]]


def changed_paragraphs(before: str, after: str) -> Iterator[Pieces]:
    """The paragraphs of both texts in order, each cut where it changed; a paragraph that stayed is one piece."""
    old, new = before.split("\n\n"), after.split("\n\n")
    for kind, old_start, old_end, new_start, new_end in _opcodes(old, new):
        if kind == "equal":
            yield from ([(Change.SAME, text)] for text in old[old_start:old_end])
        else:
            yield from _replaced(old[old_start:old_end], new[new_start:new_end])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Pieces]:
    """Paragraphs in place of others: those that are alike in order as changed ones, all others as gone or new."""
    rest = list(new)
    for text in old:
        words = _WORDS.findall(text)
        alike = next((n for n, other in enumerate(rest) if _is_like(words, _WORDS.findall(other))), None)
        if alike is None:
            yield [(Change.GONE, text)]
            continue
        yield from ([(Change.NEW, other)] for other in rest[:alike])
        yield changed_words(text, rest[alike])
        del rest[: alike + 1]
    yield from ([(Change.NEW, other)] for other in rest)


def changed_words(before: str, after: str) -> Pieces:
    """One text cut where its words changed."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: Pieces = []
    for kind, old_start, old_end, new_start, new_end in _opcodes(old, new):
        if kind == "equal":
            pieces.append((Change.SAME, "".join(old[old_start:old_end])))
            continue
        for change, words in ((Change.GONE, old[old_start:old_end]), (Change.NEW, new[new_start:new_end])):
            if words:
                pieces.append((change, "".join(words)))
    return pieces


def _is_like(old: Sequence[str], new: Sequence[str]) -> bool:
    matcher = difflib.SequenceMatcher(None, old, new)
    return matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > 5000).get_opcodes()

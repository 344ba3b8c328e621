"""A form of text to compare by, in any script."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


class _Folding(dict[int, str]):
    """What each character becomes, worked out when it is first met; a million entries would be all of Unicode."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code)).casefold()
        self[code] = "".join(char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
        return self[code]


_FOLDING = _Folding()
_LONGEST_KEPT = 300


def fold(text: str) -> str:
    """Case, marks and punctuation dropped, one space between words."""
    return _fold_line(text) if len(text) <= _LONGEST_KEPT else _fold(text)


def _fold(text: str) -> str:
    return " ".join(text.translate(_FOLDING).split())


# Titles, names and menus are compared again and again.
_fold_line = lru_cache(maxsize=4096)(_fold)

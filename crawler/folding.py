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
_ASCII = "".join(_FOLDING[code] for code in range(128)).encode() + bytes(128)
_LONGEST_KEPT = 300


def fold(text: str) -> str:
    """Case, marks and punctuation dropped, one space between words."""
    return _fold_line(text) if len(text) <= _LONGEST_KEPT else fold_once(text)


def fold_once(text: str) -> str:
    """The same for a text that will hardly be asked for again."""
    if text.isascii():
        return b" ".join(text.encode().translate(_ASCII).split()).decode()
    return " ".join(text.translate(_FOLDING).split())


# Titles, names and menus are compared again and again.
_fold_line = lru_cache(maxsize=4096)(fold_once)

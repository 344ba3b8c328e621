"""A form of text to compare by, in any script."""

from __future__ import annotations

import re
import unicodedata

_ASCII_OTHERS = re.compile("[^a-z0-9]+")


def fold(text: str) -> str:
    """Case, marks and punctuation dropped, one space between words."""
    if text.isascii():
        return _ASCII_OTHERS.sub(" ", text.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(kept.split())

"""A form of text to compare by, in any script."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Case, marks and punctuation dropped, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(kept.split())

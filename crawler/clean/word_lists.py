"""Lists of words as they are written down in modules: one string, parted by spaces or bars."""

from __future__ import annotations

from crawler.clean.text import fold


def split_words(text: str) -> frozenset[str]:
    """The words of a string, as they are."""
    return frozenset(text.split())


def split_phrases(text: str) -> frozenset[str]:
    """The phrases between the bars of a string, folded."""
    return frozenset(fold(phrase) for phrase in text.split("|"))

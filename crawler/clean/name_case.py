"""Names in capitals or in small letters, written as names are."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.clean.name_words import PARTICLES

_APOSTROPHES = "'’ʼ"
_JOINTS = re.compile(r"([-'’ʼ])")
_NUMERALS = frozenset(("ii", "iii", "iv", "mp", "phd", "md", "obe", "mbe"))
_SHORTEST_SHOUTED = 4
"""Words of fewer capitals in a name of mixed case are initials: `JD`, `AJ`."""


@lru_cache(maxsize=4096)
def mend_case(name: str, language: str | None = None) -> str:
    """`JOHN MCDONALD` and `john mcdonald` as `John McDonald`, `Jean DUPONT` as `Jean Dupont`; other names as they are.

    `language` is an ISO 639 code or tag; in Turkish and Azerbaijani, the small form of I has no dot.
    """
    words = name.split()
    if len(words) < 2 or not is_cased(name):
        return name
    if name.isupper() or name.islower():
        last = len(words) - 1
        return " ".join(_mend(word, language, 0 < number < last) for number, word in enumerate(words))
    return " ".join(_capitalise(word, language) if _is_shouted(word) else word for word in words)


def _is_shouted(word: str) -> bool:
    """Whether a word of a name of mixed case is in capitals, and begins with one."""
    return len(word) >= _SHORTEST_SHOUTED and word.isupper() and word[0].isupper() and "." not in word


def is_cased(text: str) -> bool:
    """Whether it has letters of a script with capitals."""
    return text.upper() != text.lower()


def _mend(word: str, language: str | None, is_inner: bool) -> str:
    small = word.lower()
    if is_inner and small in PARTICLES:
        return small
    if word.isupper() and (small in _NUMERALS or "." in word[:-1]):
        return word
    return _capitalise(word, language)


def _capitalise(word: str, language: str | None) -> str:
    is_turkish = (language or "")[:2].lower() in ("tr", "az") or any(letter in "İŞĞ" for letter in word)
    if is_turkish:
        word = word.replace("I", "ı").replace("İ", "i")
    parts = _JOINTS.split(word.lower())
    mended = []
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else ""
        after = parts[number + 1] if number + 1 < len(parts) else ""
        is_article = number == 0 and (
            (part in ("al", "el") and after == "-") or (part == "d" and after and after in _APOSTROPHES)
        )
        is_ending = bool(before) and before in _APOSTROPHES and len(part) < 2
        if is_article or is_ending:
            mended.append(part)
        elif part.startswith("mc") and len(part) > 4:
            mended.append("Mc" + part[2:].capitalize())
        elif is_turkish and part[:1] == "i":
            mended.append("İ" + part[1:])
        else:
            mended.append(part[:1].upper() + part[1:])
    return "".join(mended)

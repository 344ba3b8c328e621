"""Texts as arrays of word codes: 64 bits a word, the same for all spellings of it; numbers carry their value."""

from __future__ import annotations

import re
from functools import cache

import xxhash

from crawler.stories.number_words import HAN_NUMERALS, connectors, number_language, number_words, read_han
from crawler.stories.spelling import UNSPACED, fold_spelling

NUMBER = 0xFFFF << 48
"""High bits of a number's code; no word has them. Below: a bit for words, three for the count of digits, the value."""
IS_WORD = 1 << 47
DIGITS_SHIFT = 44
VALUE_MASK = (1 << DIGITS_SHIFT) - 1
IS_CONTENT = 1
"""Bit of a word that means something by itself, judged by its length."""
IS_UNSPACED = 2
"""Bit of a character of a script without spaces: each is a word here."""
_NOT_ZERO = 4
CODE_BYTES = 8
_MOST_DIGITS_COUNTED = 7
_CONTENT_LENGTH = 4
_LONGEST_KEPT = 40
_MOST_KEPT = 300_000
_COUNTED = "人名名个個位死伤傷具枚架辆輛座所天日月年岁歲时時分周週国國省市县縣村家公里米吨噸元万萬亿億%％倍次起件艘户戶"
_WORD = re.compile(f"[0-9]+|[{HAN_NUMERALS}]+(?=[{_COUNTED}])|{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})[^\\s0-9])+")
_SPACED_WORD = re.compile(r"[0-9]+|[^\s0-9]+")


class WordCodes(dict[str, bytes]):
    """The codes of each piece of text between spaces, worked out when it is first met: a language has not many."""

    def __init__(self, language: str | None) -> None:
        self._counts = number_words(language)

    def __missing__(self, piece: str) -> bytes:
        folded = fold_spelling(piece)
        pattern = _WORD if UNSPACED.search(folded) else _SPACED_WORD
        codes = b"".join(self._code(word).to_bytes(CODE_BYTES, "little") for word in pattern.findall(folded))
        if len(piece) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[piece] = codes
        return codes

    def _code(self, word: str) -> int:
        if word[0] in "0123456789":
            return _number_code(int(word), min(len(word), _MOST_DIGITS_COUNTED))
        if word in self._counts:
            return _number_code(self._counts[word], 0) | IS_WORD
        is_unspaced = UNSPACED.match(word) is not None
        if is_unspaced and len(word) > 1:
            return _number_code(read_han(word), 0)
        if is_unspaced and word in HAN_NUMERALS and word not in "百千万萬亿億":
            return _number_code(read_han(word), 0)
        return word_code(word, is_unspaced)


def word_code(word: str, is_unspaced: bool = False) -> int:
    """The code of a folded word that is no number."""
    code = (xxhash.xxh3_64_intdigest(word.encode()) >> 1) & ~7 | _NOT_ZERO
    if is_unspaced:
        return code | IS_UNSPACED | IS_CONTENT
    return code | IS_CONTENT if len(word) >= _CONTENT_LENGTH else code


def encode(text: str, codes: WordCodes) -> bytes:
    """The codes of a text's words, one after the other, little-endian."""
    return b"".join(map(codes.__getitem__, text.split()))


def word_codes(language: str | None) -> WordCodes:
    """The codes for texts of a language; those whose words for numbers are not known share one."""
    return _word_codes(number_language(language))


@cache
def _word_codes(language: str) -> WordCodes:
    return WordCodes(language)


@cache
def connector_codes(language: str | None) -> frozenset[int]:
    """Codes of the words between two parts of one number."""
    return frozenset(map(word_code, connectors(language)))


def _number_code(value: int, digits: int) -> int:
    if value > VALUE_MASK:
        value = xxhash.xxh3_64_intdigest(str(value).encode()) & VALUE_MASK
    return NUMBER | digits << DIGITS_SHIFT | value

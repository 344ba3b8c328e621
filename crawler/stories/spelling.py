"""One spelling for all ways to write a word: what texts are compared in."""

from __future__ import annotations

import re
import unicodedata

_ALIKE = {
    "ى": "ي",  # alef maqsura
    "ی": "ي",  # Persian yeh
    "ې": "ي",
    "ێ": "ي",
    "ک": "ك",  # Persian kaf
    "ة": "ه",  # ta marbuta
    "ە": "ه",  # Kurdish
    "ھ": "ه",
    "ہ": "ه",
    "ۀ": "ه",
    "ٱ": "ا",
    "ـ": "",  # tatweel
    "ء": "",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "\u00ad": "",
    "\u200d": "",
    "'": "",
    "’": "",
    "ʼ": "",
    "‘": "",
    "`": "",
}
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003134f]"
)
"""Characters of scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""


class _Spelling(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = []
        for char in unicodedata.normalize("NFKD", chr(code)).casefold():
            if char in _ALIKE:
                folded.append(_ALIKE[char])
            elif char.isdecimal():
                folded.append(str(unicodedata.decimal(char)))
            elif unicodedata.category(char) == "Mn" and not UNSPACED.match(char):
                continue
            else:
                is_word = char.isalnum() or UNSPACED.match(char)
                folded.append(_ALIKE.get(char, char) if is_word else " ")
        self[code] = "".join(folded)
        return self[code]


_SPELLING = _Spelling()


def fold_spelling(text: str) -> str:
    """Case, accents, quotes, vowel signs and variant letters dropped, digits ASCII; one space between words."""
    return " ".join(text.translate(_SPELLING).split())

"""The language of an article's text: its script first, then its letters, then py3langid among what is left.

What the page or its source states is evidence only: the chrome of a site often says `en` around an Arabic story. It
decides between near relatives (Serbian, Croatian and Bosnian write nearly the same) and where the text is too short.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from copy import copy
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.clean.found import Found

_CODE = re.compile(r"^\s*([a-z]{2,3})(?:[-_;,\s]|$)", re.IGNORECASE)
# Codes that mean a language which goes by another one here: ISO 639-1 where there is one, macro languages for
# what news sites do not tell apart. `ku` is Kurmanji; Sorani has no code of two letters.
_ALIASES = {
    "nb": "no", "iw": "he", "in": "id", "ji": "yi", "sh": "sr", "mo": "ro", "fil": "tl", "kmr": "ku", "kur": "ku",
    "sdh": "ckb", "prs": "fa", "pes": "fa", "arb": "ar", "cmn": "zh", "zho": "zh", "chi": "zh", "ara": "ar",
    "eng": "en", "tur": "tr", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "rus": "ru",
    "ukr": "uk", "heb": "he", "fas": "fa", "per": "fa", "urd": "ur", "pus": "ps", "ita": "it", "por": "pt",
    "nld": "nl", "dut": "nl", "pol": "pl", "swe": "sv", "dan": "da", "nor": "no", "jpn": "ja", "kor": "ko",
    "hin": "hi", "ind": "id", "msa": "ms", "swa": "sw", "som": "so",
}  # fmt: skip

_LATIN, _ARABIC, _CYRILLIC, _HAN, _KANA, _HANGUL = "Latin", "Arabic", "Cyrillic", "Han", "Kana", "Hangul"
_RANGES = (
    (_LATIN, 0x41, 0x5A), (_LATIN, 0x61, 0x7A), (_LATIN, 0xC0, 0x24F), (_LATIN, 0x1E00, 0x1EFF),
    ("Greek", 0x370, 0x3FF), ("Greek", 0x1F00, 0x1FFF), (_CYRILLIC, 0x400, 0x52F), ("Armenian", 0x530, 0x58F),
    ("Hebrew", 0x5D0, 0x5F2), (_ARABIC, 0x620, 0x64A), (_ARABIC, 0x66E, 0x6D5), (_ARABIC, 0x6EE, 0x77F),
    (_ARABIC, 0xFB50, 0xFEFC), ("Thaana", 0x780, 0x7BF), ("Devanagari", 0x900, 0x97F), ("Bengali", 0x980, 0x9FF),
    ("Gurmukhi", 0xA00, 0xA7F), ("Gujarati", 0xA80, 0xAFF), ("Oriya", 0xB00, 0xB7F), ("Tamil", 0xB80, 0xBFF),
    ("Telugu", 0xC00, 0xC7F), ("Kannada", 0xC80, 0xCFF), ("Malayalam", 0xD00, 0xD7F), ("Sinhala", 0xD80, 0xDFF),
    ("Thai", 0xE00, 0xE7F), ("Lao", 0xE80, 0xEFF), ("Tibetan", 0xF00, 0xFFF), ("Myanmar", 0x1000, 0x109F),
    ("Georgian", 0x10A0, 0x10FF), ("Georgian", 0x1C90, 0x1CBF), ("Ethiopic", 0x1200, 0x139F),
    ("Khmer", 0x1780, 0x17FF), ("Mongolian", 0x1800, 0x18AF), (_KANA, 0x3040, 0x30FF), (_HAN, 0x3400, 0x4DBF),
    (_HAN, 0x4E00, 0x9FFF), (_HANGUL, 0xAC00, 0xD7A3),
)  # fmt: skip
_SCRIPTS = tuple(dict.fromkeys(name for name, _, _ in _RANGES))
# A character of these says about as much as three letters.
_SYLLABIC = {_HAN, _KANA, _HANGUL}

_LANGUAGES: dict[str, str] = {
    _LATIN: "af az bs ca cs cy da de en es et eu fi fo fr fy ga gd gl ha hr ht hu id ig is it ku lb lg ln lt lv mg ms "
    "mt nl nn no om pl pt qu ro rw sk sl sn so sq sr st sv sw tk tl tr uz vi xh yo zu",
    "Greek": "el",
    _CYRILLIC: "ru uk be bg mk sr kk ky mn tg tt ba",
    "Armenian": "hy",
    "Hebrew": "he",
    _ARABIC: "ar fa ur ps ckb ug",
    "Thaana": "dv",
    "Devanagari": "hi mr ne",
    "Bengali": "bn as",
    "Gurmukhi": "pa",
    "Gujarati": "gu",
    "Oriya": "or",
    "Tamil": "ta",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Sinhala": "si",
    "Thai": "th",
    "Lao": "lo",
    "Tibetan": "bo",
    "Myanmar": "my",
    "Georgian": "ka",
    "Ethiopic": "am",
    "Khmer": "km",
    "Mongolian": "mn",
    _KANA: "ja",
    _HAN: "zh",
    _HANGUL: "ko",
}
# Languages that the model does not know: stated ones are believed.
_UNKNOWN_TO_MODEL: dict[str, str] = {
    _LATIN: "kl ny tn ts ss ve nd nr ff bm wo ee ak rn mi sm to fj gn ay ti",
    _CYRILLIC: "ab av ce cv os",
    "Hebrew": "yi",
    _ARABIC: "sd ks",
    "Devanagari": "mai bho",
    "Tibetan": "dz",
    "Ethiopic": "ti",
    "Myanmar": "shn mnw",
    _HAN: "ja",
}
_KNOWN = frozenset(" ".join([*_LANGUAGES.values(), *_UNKNOWN_TO_MODEL.values(), "nn"]).split())
_NEAR = ({"sr", "hr", "bs"}, {"no", "nn"}, {"nr", "nd", "zu"})
"""Languages whose texts do not tell them apart surely; the page and its source know better."""
_RARE = {"lb", "fy", "fo", "lg", "ln", "sn", "st", "tk", "ig", "yo", "ba"}
"""Too easily taken for a neighbour in a short line: only where the page or its source says so."""
_KIN = ({"id", "ms"}, {"no", "da", "sv", "nn"}, {"zu", "xh"}, {"gl", "pt", "es", "ca"}, {"cs", "sk"}, {"af", "nl"})
_COMMON_WORDS = {
    code: frozenset(words.split())
    for code, words in (
        ("en", "the of and to in a is that for on was with as are at by it from be have has this an not were"),
        ("de", "der die das und in den von zu mit im ist des sich auf nicht ein eine dem für es dass auch hat"),
    )
}
"""Words that no other language has so many of: where the page states one of these, they spare asking the model."""
_COMMON_SHARE = 0.22
_LEAST_COMMON = 200
_DECISIVE = (
    ("ckb", "ێۆڕڵەڤ"), ("ur", "ٹڈڑںےہ"), ("ps", "ښږځڅډړټڼۍې"), ("sd", "ٻڀٺٽٿڃڄڇڌڏڊڍڳڱڻ"), ("ug", "ېۈۇۋڭ"),
)  # fmt: skip
"""Letters that one language of the Arabic script alone uses, or nearly so."""
_DECISIVE_SHARE = 0.03

_MOST_COUNTED = 2400
_MOST_READ = 400
_PIECES = 4
_STATED_WORTH = 15.0
_SOURCE_WORTH = 8.0
_KIN_WORTH = 30.0
"""Log-likelihood that a statement is worth; a line of 60 characters tells strangers apart by 50 and more."""
_FEWEST_LETTERS = 3
_SCALE = 6.0
_SHORT_HAN = 180

Codes = NDArray[np.uint32]


def find_language(text: str, stated: str | None, candidates: Sequence[str]) -> Found[str] | None:
    """The text's language as an ISO 639 code, of two letters where there is one.

    `stated` is what the page says (`lang`, `content-language`, `og:locale`), `candidates` are the languages that its
    source is known to write. None where there is neither a letter nor a statement.
    """
    told = read_code(stated)
    expected = [code for code in map(read_code, candidates) if code]
    codes = _codes_of(text)
    script, share, letters = _find_script(codes)
    if script is None or letters < _FEWEST_LETTERS:
        if told:
            return Found(told, "html-lang", 0.6)
        return Found(expected[0], "source", 0.5) if expected else None
    possible = _LANGUAGES[script].split()
    unknown = _UNKNOWN_TO_MODEL.get(script, "").split()
    if script not in (_ARABIC, _HAN):
        if told and told in unknown:
            return Found(told, "html-lang", 0.8)
        believed = next((code for code in expected if code in unknown), None)
        if believed and not set(expected) & set(possible):
            return Found(believed, "source", 0.7)
    if script == _HAN:
        # A short line may hold no kana.
        value = "ja" if letters < _SHORT_HAN and "ja" in (told, *expected) else "zh"
        return Found(value, "script", 0.99 if value == "zh" else 0.8)
    if len(possible) == 1:
        return Found(possible[0], "script", 0.99)
    line = _sample(text if share > 0.95 else _keep_script(codes, script))
    if script == _ARABIC:
        found = _find_by_letters(line)
        if found == "ckb" and (stated or "").lower().startswith("kmr"):
            found = "ku"
        if found:
            return Found(found, "letters", 0.99)
    common = _COMMON_WORDS.get(told or "")
    if common and len(line) >= _LEAST_COMMON:
        words = line.lower().split()
        if sum(word in common for word in words) >= _COMMON_SHARE * len(words):
            return Found(str(told), "text", 0.99)
    return _identify(line, script, told, expected)


def read_code(stated: str | None) -> str | None:
    """The code in what a page states, as in `ar-IQ` or `en_US`, by the name it goes by here."""
    match = _CODE.match(stated or "")
    if not match:
        return None
    code = match[1].lower()
    code = _ALIASES.get(code, code)
    return code if code in _KNOWN else None


def _codes_of(text: str) -> Codes:
    if len(text) > _MOST_COUNTED:
        text = _spread(text, _MOST_COUNTED)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@lru_cache(maxsize=1)
def _script_table() -> NDArray[np.uint8]:
    """Number of the script of each code point of the basic plane, from 1; 0: none."""
    table = np.zeros(0x10000, np.uint8)
    for name, first, last in _RANGES:
        table[first : last + 1] = _SCRIPTS.index(name) + 1
    for sign in (0xD7, 0xF7):
        table[sign] = 0
    return table


def _scripts_of(codes: Codes) -> NDArray[np.uint8]:
    return _script_table()[np.minimum(codes, 0xFFFF)]


def _find_script(codes: Codes) -> tuple[str | None, float, int]:
    """The script of most of the text, its share of all letters, and how many letters it has."""
    found = np.bincount(_scripts_of(codes), minlength=len(_SCRIPTS) + 1)[1:].tolist()
    counts = {name: count * (3 if name in _SYLLABIC else 1) for name, count in zip(_SCRIPTS, found, strict=True)}
    whole = sum(counts.values())
    if not whole:
        return None, 0.0, 0
    japanese = counts[_KANA] + counts[_HAN]
    if counts[_KANA] > 0.05 * japanese:
        counts[_KANA], counts[_HAN] = japanese, 0
    elif counts[_HANGUL] > counts[_HAN] / 4:
        counts[_HANGUL], counts[_HAN] = counts[_HANGUL] + counts[_HAN], 0
    name = max(counts, key=lambda script: counts[script])
    return name, counts[name] / whole, counts[name]


def _keep_script(codes: Codes, script: str) -> str:
    """The text without the letters of other scripts."""
    scripts = _scripts_of(codes)
    kept = codes[(scripts == 0) | (scripts == _SCRIPTS.index(script) + 1)]
    return " ".join(kept.tobytes().decode("utf-32-le", "surrogatepass").split())


def _spread(text: str, most: int) -> str:
    """Pieces from all over the text: a page may begin in another language."""
    size = most // _PIECES
    step = (len(text) - size) // (_PIECES - 1)
    return "\n".join(text[start : start + size] for start in range(0, step * _PIECES, step))


def _sample(text: str) -> str:
    return text if len(text) <= _MOST_READ else _spread(text, _MOST_READ)


def _find_by_letters(text: str) -> str | None:
    length = sum(map(str.isalpha, text))
    counts = {language: sum(map(text.count, letters)) for language, letters in _DECISIVE}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= max(2, _DECISIVE_SHARE * length) else None


@lru_cache(maxsize=1)
def _load_identifier() -> Any:
    return LanguageIdentifier.from_model_file(MODEL_FILE)


@cache
def _identifier_of(script: str) -> Any:
    """py3langid's model, of which only the script's languages are asked."""
    identifier = copy(_load_identifier())
    identifier.set_languages(["sdh" if code == "ckb" else code for code in _LANGUAGES[script].split()])
    # The choice of columns leaves them column by column, where scores are read row by row.
    identifier.nb_ptc = np.ascontiguousarray(identifier.nb_ptc)
    return identifier


def _identify(text: str, script: str, told: str | None, expected: Sequence[str]) -> Found[str]:
    ranked = _identifier_of(script).rank(text.lower() if script == _LATIN and _shouts(text) else text)
    stated = {told, *expected}
    scores = {_ALIASES.get(code, code): score for code, score in ranked if code not in _RARE or code in stated}
    plain = max(scores, key=lambda code: scores[code])
    witnesses = [(code, "source", _SOURCE_WORTH) for code in expected]
    if told:
        witnesses.insert(0, (told, "html-lang", _STATED_WORTH))
    for group in _NEAR:
        if plain in group:
            witness = next(((code, origin) for code, origin, _ in witnesses if code in group), None)
            value, origin = witness or ("no" if plain == "nn" else plain, "text")
            return Found(value, origin, 0.95 if witness else 0.6 if plain in ("sr", "hr", "bs") else 0.95)
    kin: set[str] = next((group for group in _KIN if plain in group), set())
    origins: dict[str, str] = {}
    for code, origin, worth in witnesses:
        if code in scores:
            scores[code] += _KIN_WORTH if code in kin and origin == "html-lang" else worth
            origins.setdefault(code, origin)
    first, second = sorted(scores, key=lambda code: -scores[code])[:2]
    margin = scores[first] - scores[second]
    confidence = 1 / (1 + math.exp(-margin / _SCALE))
    return Found(first, "text" if first == plain else origins[first], round(min(0.999, confidence), 3))


def _shouts(text: str) -> bool:
    letters = [char for char in text[:120] if char.isalpha()]
    return sum(map(str.isupper, letters)) > 0.7 * len(letters)

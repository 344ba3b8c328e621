"""Text as it is kept: Unicode NFC, no control characters, one space between words, paragraphs apart by empty lines."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from crawler.folding import fold as fold

# HTML's numeric references to C1 controls mean windows-1252 (WHATWG HTML, 13.2.5.84).
_C1_AS_WINDOWS_1252 = {
    code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0) if code != 0x85
}
_DROPPED = {
    **dict.fromkeys(code for code in range(0x20) if chr(code) not in "\t\n\r\f\v"),
    0x7F: None,
    **_C1_AS_WINDOWS_1252,
    **dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF, 0xFFFD)),
    # Bidi embeddings are invisible and break every search for the words around them.
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x61C)),
    **dict.fromkeys(range(0xFFF9, 0xFFFC)),
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n\n",
}
_REPLACEMENT = "\ufffd"
_ICONS = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\ud800-\udfff]")
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ue000-\uf8ff\ufeff"
    "\ufff9-\ufffd\U000f0000-\U0010ffff\ud800-\udfff]"
)
# Putting marks in order takes the square of their number; Unicode (UAX 15) lets a text have thirty on a letter.
_MARKS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u0730-\u074a\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_MANY_MARKS = re.compile(f"({_MARKS}{{30}}){_MARKS}+")
_LONG = 2000
_SENTENCE_END = re.compile(r"[.!?…。؟।][\"”’»')\]]*$")
_SPACES = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r"\r\n?|[\f\v]")
_AROUND_NEWLINE = re.compile(r" *\n *")
_MANY_NEWLINES = re.compile(r"\n{3,}")
# From the first letter or figure on, lest a run of other characters be read again from each of them.
_WORD = re.compile(r"[^\W_][^\s\u2012-\u2015/…|]*")
# The same for ASCII: what parts words becomes a space, and what is neither that nor a letter or figure goes.
_SPACED = bytes.maketrans(b"/|\x1c\x1d\x1e\x1f", b" " * 6)
_NO_WORD = bytes(code for code in range(128) if not (chr(code).isalnum() or chr(code).isspace() or chr(code) in "/|"))
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def clean_characters(text: str) -> str:
    """Drop what is not text (controls, icon-font characters, bidi marks); joiners that Persian needs stay."""
    if not _ODD.search(text):
        return text
    return _ICONS.sub("", text.translate(_DROPPED))


def _to_nfc(text: str) -> str:
    if len(text) > _LONG:
        text = _MANY_MARKS.sub(r"\1", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def normalize_line(text: str) -> str:
    """One line: cleaned, NFC, white space collapsed."""
    if not text.isprintable() or _REPLACEMENT in text:
        return " ".join(_to_nfc(clean_characters(text)).split())
    # All that is odd, and all white space but the plain space, is not printable.
    if not text.isascii():
        text = _to_nfc(text)
    return " ".join(text.split()) if "  " in text else text.strip()


def normalize_text(text: str) -> str:
    """Several lines: cleaned, NFC, spaces collapsed, line ends kept, at most one empty line in a row."""
    text = _LINE_ENDS.sub("\n", _to_nfc(clean_characters(text)))
    return _MANY_NEWLINES.sub("\n\n", _AROUND_NEWLINE.sub("\n", _SPACES.sub(" ", text))).strip()


def join_paragraphs(paragraphs: Iterable[str]) -> str:
    return normalize_text("\n\n".join(paragraphs))


def count_words(text: str) -> int:
    """Words in any script; where a script writes no spaces, each character counts as one.

    A word ends at white space, a dash, a slash or an ellipsis: `well-known`, `don't` and `22,000` are one.
    """
    if text.isascii():
        return len(text.encode().translate(_SPACED, _NO_WORD).split())
    if not _UNSPACED.search(text):
        return len(_WORD.findall(text))
    return len(_UNSPACED.findall(text)) + len(_WORD.findall(_UNSPACED.sub(" ", text)))


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does, quotes and brackets after it aside."""
    return bool(_SENTENCE_END.search(text))


def content_sha256(title: str, text: str) -> str:
    """What tells an edit from a mere re-fetch: SHA-256 of title and text, white space normalised."""
    return hashlib.sha256(f"{normalize_line(title)}\n\n{normalize_text(text)}".encode()).hexdigest()

"""Bytes to characters: which encoding a page is in, and what kind of document it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from charset_normalizer import from_bytes

from crawler.clean.reject import RejectedPage
from crawler.reasons import Reason


class DocumentKind(StrEnum):
    HTML = "html"
    PLAIN = "plain"


@dataclass(frozen=True)
class Decoded:
    """The characters of a payload. `origin` says what the encoding was taken from."""

    text: str
    encoding: str
    origin: str
    kind: DocumentKind


# Labels that Python does not know, or reads more narrowly than browsers do (WHATWG Encoding Standard, 4.2).
_WHATWG = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "iso-8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "korean": "cp949",
    "x-euc-jp": "euc_jp",
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8",
    "unicode": "utf-16-le",
    "utf-16": "utf-16-le",
    "asmo-708": "iso-8859-6",
    "logical": "iso-8859-8",
    "iso-8859-8-i": "iso-8859-8",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-cp1256": "cp1256",
}
# What undeclared pages of a language were written in before UTF-8 (WHATWG HTML's fallbacks by locale).
_LEGACY_OF_LANGUAGE = {
    "ar": "cp1256",
    "fa": "cp1256",
    "ur": "cp1256",
    "ckb": "cp1256",
    "he": "cp1255",
    "ru": "cp1251",
    "uk": "cp1251",
    "bg": "cp1251",
    "be": "cp1251",
    "sr": "cp1251",
    "mk": "cp1251",
    "el": "iso-8859-7",
    "tr": "cp1254",
    "ku": "cp1254",
    "pl": "iso-8859-2",
    "cs": "cp1250",
    "hu": "iso-8859-2",
    "th": "cp874",
    "vi": "cp1258",
    "ja": "cp932",
    "ko": "cp949",
    "zh": "gb18030",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_TAG_BYTES = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_HTML_TAG = re.compile(
    r"<(?:!doctype html|html|head|body|title|meta|div|p|br|h[1-6]|table|article|span|a\s|ul|b>|font)", re.IGNORECASE
)
_XML_ROOT = re.compile(r"^\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*|<\?xml-[^>]*\?>\s*)*<([\w:]+)", re.DOTALL)
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\xd0\xcf\x11\xe0", "office document"),
    (b"ID3", "audio"),
    (b"OggS", "audio"),
    (b"\x00\x00\x00\x18ftyp", "video"),
    (b"\x00\x00\x00\x20ftyp", "video"),
)
_READABLE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml")
_UNHELPFUL_TYPES = ("application/octet-stream", "binary/octet-stream", "application/unknown", "unknown/unknown")
_CONTROLS = range(9)
_MOST_DAMAGE = 0.02
"""Share of characters that did not decode, above which a payload is taken for something else than text."""


def decode_page(payload: bytes, content_type: str | None, languages: Collection[str] = ()) -> Decoded:
    """Decode an HTML or plain-text page. Raises RejectedPage: unsupported_type, undecodable or no_text."""
    if not payload.strip(b"\x00\t\n\r\f "):
        raise RejectedPage(Reason.NO_TEXT, "the payload is empty")
    media_type = (content_type or "").split(";")[0].strip().lower()
    _check_type(payload, media_type)
    text, encoding, origin = _decode(payload, content_type or "", languages)
    # Hardly any page has one of these, and to ask for a byte costs a hundredth of counting a character.
    if "\ufffd" in text or any(code in payload for code in _CONTROLS):
        damage = text.count("\ufffd") + sum(text.count(chr(code)) for code in _CONTROLS)
        if damage > 20 and damage > _MOST_DAMAGE * len(text):
            raise RejectedPage(Reason.UNDECODABLE, f"{damage} of {len(text)} characters are not text in {encoding}")
        text = text.replace("\x00", "")
    return Decoded(text, encoding, origin, _kind(text, media_type))


def find_codec(label: str) -> str | None:
    """Python's codec for a label as the web uses it; none for one that nobody knows or that is no charset."""
    name = label.strip().lower()
    try:
        codec = codecs.lookup(_WHATWG.get(name, name))
    except (LookupError, ValueError):
        return None
    # rot13, hex, zip… are codecs of Python but not of text; utf-7 is a way to smuggle markup.
    if not getattr(codec, "_is_text_encoding", True) or codec.name in ("utf-7", "idna", "punycode", "unicode_escape"):
        return None
    return _WHATWG.get(codec.name, codec.name)


def _check_type(payload: bytes, media_type: str) -> None:
    for magic, name in _MAGIC:
        if payload.startswith(magic):
            raise RejectedPage(Reason.UNSUPPORTED_TYPE, name)
    if media_type and media_type not in _READABLE_TYPES and media_type not in _UNHELPFUL_TYPES and "/" in media_type:
        raise RejectedPage(Reason.UNSUPPORTED_TYPE, media_type)
    if payload.lstrip()[:1] in (b"{", b"[") and b"<html" not in payload[:2000].lower():
        head = payload.lstrip()[:200]
        if re.match(rb"[\[{]\s*(?:[\[{]\s*)?\"", head):
            raise RejectedPage(Reason.UNSUPPORTED_TYPE, "JSON")


def _decode(payload: bytes, content_type: str, languages: Collection[str]) -> tuple[str, str, str]:
    for mark, codec in _BOMS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(codec, "replace"), codec, "bom"
    head = payload[:4096]
    if head.count(b"\x00") > len(head) // 4:
        codec = "utf-16-le" if head[1::2].count(b"\x00") > head[::2].count(b"\x00") else "utf-16-be"
        return payload.decode(codec, "replace"), codec, "detected"
    declared = _declared(payload, content_type)
    as_utf8 = _strict(payload, "utf-8")
    if as_utf8 is not None:
        # Text that is well-formed UTF-8 beyond ASCII is UTF-8, whatever a server's default header says of it.
        multibyte = next((c for c, _ in declared if c in ("cp932", "gb18030", "euc_jp", "iso2022_jp", "cp949")), None)
        if not payload.isascii() or multibyte is None:
            origin = next((o for c, o in declared if c == "utf-8"), "detected")
            return as_utf8, "utf-8", origin
        return payload.decode(multibyte, "replace"), multibyte, declared[0][1]
    for codec, origin in declared:
        # A cut-off or slightly damaged page is still what it says it is.
        text = payload.decode(codec, "replace")
        if text.count("\ufffd") <= max(3, len(text) // 1000):
            return text, codec, origin
    codec = _detect(payload, languages)
    return payload.decode(codec, "replace"), codec, "detected"


def _declared(payload: bytes, content_type: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    labels = [(match[1], "content-type") for match in [_HEADER_CHARSET.search(content_type)] if match]
    for pattern in (_META_CHARSET, _XML_ENCODING):
        labels += [(m[1].decode("ascii", "replace"), "meta") for m in [pattern.search(payload[:8192])] if m]
    for label, origin in labels:
        codec = find_codec(label)
        if codec and origin == "meta" and codec.startswith("utf-16"):
            codec = "utf-8"  # a meta tag that can be read as ASCII is not in UTF-16 (WHATWG HTML, 13.2.3.2)
        if codec and codec not in [c for c, _ in found]:
            found.append((codec, origin))
    return found


def _strict(payload: bytes, codec: str) -> str | None:
    try:
        return payload.decode(codec)
    except UnicodeDecodeError:
        return None


def _detect(payload: bytes, languages: Collection[str]) -> str:
    damaged_utf8 = payload.decode("utf-8", "replace")
    high_bytes = sum(byte > 0x7F for byte in payload)
    if damaged_utf8.count("\ufffd") * 20 < high_bytes:
        return "utf-8"
    for language in languages:
        codec = _LEGACY_OF_LANGUAGE.get(language)
        if codec and payload.decode(codec, "replace").count("\ufffd") * 50 < high_bytes:
            return codec
    words = b" ".join(_TAG_BYTES.sub(b" ", payload[:200_000]).split())[:20_000]
    best = from_bytes(words).best() if words else None
    return (find_codec(best.encoding) if best else None) or "cp1252"


def _kind(text: str, media_type: str) -> DocumentKind:
    start = text[:3000].lstrip("\ufeff \t\r\n")
    root = _XML_ROOT.match(start)
    if root and root[1].lower() in ("rss", "feed", "rdf:rdf", "urlset", "sitemapindex", "svg", "opml", "error"):
        raise RejectedPage(Reason.UNSUPPORTED_TYPE, f"XML document <{root[1]}>")
    if media_type == "text/plain":
        is_page = start[:15].lower().startswith(("<!doctype html", "<html"))
        return DocumentKind.HTML if is_page else DocumentKind.PLAIN
    if _HTML_TAG.search(text):
        return DocumentKind.HTML
    if start.startswith("<?xml") or media_type in ("text/xml", "application/xml"):
        raise RejectedPage(Reason.UNSUPPORTED_TYPE, "XML document")
    return DocumentKind.PLAIN

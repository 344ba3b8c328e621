"""Photo captions without the photographer."""

from __future__ import annotations

import re

from crawler.clean.agencies import is_agency, is_wire
from crawler.clean.text import normalize_line

_WORD = (
    r"(?:photo(?:graph|grapher|graphy|s)?|pictures?|image|foto(?:graf[íi]a|grafie|graf|s)?|bild(?:er)?|"
    r"cr[ée]dits?(?: photo)?|"
    r"(?:photo|image|picture|file photo)\s(?:credit|courtesy)|(?:bild)?quelle|bildnachweis|bron|fuente|kuva|v[ií]deo|"
    r"illustrations?|ảnh|nguồn|fotoğraf|фото|источник|zdjęcie|צילום|تصوير|عدسة|المصور|مصدر الصورة|عکس)"
)
_NAMED = re.compile(rf"(?:^|\s|(?<=[.!?…؟)»”\"]))[-–—|/(\[]?\s*{_WORD}\s*[:：©]\s*[^:：]{{2,80}}$", re.IGNORECASE)
_BY = re.compile(
    rf"(?:^|[.!?…؟»”\"]\s*|\s[(\[|/–—-]\s*){_WORD}\s+(?:by|von|par|por|di|av|courtesy of)\s+[^.]{{2,80}}[)\]]?\.?$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[(\[](?P<inside>[^()\[\]]{2,80})[)\]]\s*\.?$")
_COPYRIGHT = re.compile(r"(?:^|\s+)(?:©|\(c\)|copyright)\s*[^.]{2,80}$", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[\w.)])(?:Foto|Bild|Image|Photo|Credit|Picture)s?:\s*[^:]{2,80}$")
_TAIL = re.compile(r"(?:(?<=[.!?…»”\")])\s+|\s[—–-]\s+)(?P<tail>[^.!?…]{2,60})$")
_LEFT_OVER = " /|·∙•–—-"
_OPENING = re.compile(r"[(\[]")
_LEFT_OPEN = re.compile(r"\s*[(\[]\s*$")
_PHOTO = re.compile(rf"^(?:AP|AFP|EPA|Reuters)?\s*{_WORD}\b", re.IGNORECASE)
_PARTS = re.compile(r"[/,|;]|\s[–-]\s|\svia\s")
_STOCK = ("getty", "imago", "picture alliance", "shutterstock", "unsplash", "istock")
_LABEL_WORDS = 5
_MOST_CREDITS = 3


def strip_credit(caption: str) -> str:
    """A caption without the credit at its end; empty when it is nothing else."""
    text = normalize_line(caption)
    for _ in range(_MOST_CREDITS):
        before = text
        text = _strip_last(text)
        if text == before:
            break
    if text.endswith((")", "]")) and not _OPENING.search(text) and _is_credit(text[:-1]):
        return ""  # the end of a credit that stands in an element of its own
    return _LEFT_OPEN.sub("", text)


def _strip_last(text: str) -> str:
    for pattern in (_NAMED, _BY, _COPYRIGHT, _GLUED):
        match = pattern.search(text)
        # `Photo: rescue workers search the ruins` is a caption with a label, `Photo: AFP` a credit.
        if match and (match.start() > 0 or len(match[0].split()) <= _LABEL_WORDS):
            keep = 1 if match[0][:1] in '.!?…؟»”"' else 0
            text = text[: match.start() + keep].rstrip(_LEFT_OVER)
    match = _BRACKETED.search(text)
    if match and _is_credit(match["inside"]):
        text = text[: match.start()].strip()
    match = _TAIL.search(text)
    if match and any(_is_wire(part) for part in _PARTS.split(match["tail"])):
        text = text[: match.start()].rstrip(_LEFT_OVER)
    return text


def _is_wire(part: str) -> bool:
    return is_wire(part.strip()) or part.strip().lower().startswith(_STOCK)


def _is_credit(text: str) -> bool:
    parts = [part.strip() for part in _PARTS.split(text)]
    return bool(_PHOTO.match(text)) or any(is_agency(part) or part.lower().startswith(_STOCK) for part in parts)


_CAPTION_LINE = re.compile(
    r"^(?:file (?:photo|image|picture)|archive (?:photo|image)|an? (?:file|handout|undated) (?:photo|image|picture)|"
    r"(?:this |the )?(?:photo|picture|image)(?: \w+){0,3} (?:shows?|taken|released|provided)\b|"
    r"(?:photo|picture|image)\s*[:(/]|"
    r"(?:foto|archivbild|archivfoto|symbolbild)\s*[:(/]|photo d['’]archives|"
    r"صورة (?:أرشيفية|ارشيفية)|صورة\s*[:(]|أرشيف\s*[:(])",
    re.IGNORECASE,
)
_PHOTO_CREDIT = re.compile(
    r"\((?:photo|foto|image|picture|getty|archive|afp/|reuters/|ap photo|ap/|تصوير)[^)]*\)\s*$|"
    r"^(?:photo|foto|image|credit|تصوير)\s*(?:by\b|:|credit)",
    re.IGNORECASE,
)


def is_caption_line(text: str) -> bool:
    """Whether a line says of itself that it describes a picture: `File photo shows …`, `… (Photo: AFP)`."""
    return bool(_CAPTION_LINE.match(text) or _PHOTO_CREDIT.search(text))

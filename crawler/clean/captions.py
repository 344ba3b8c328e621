"""Photo captions without the photographer."""

from __future__ import annotations

import re

from crawler.clean.people import is_agency
from crawler.clean.text import normalize_line

_WORD = (
    r"(?:photo(?:graph|grapher|graphy|s)?|pictures?|image|foto(?:graf[íi]a|grafie|graf|s)?|bild(?:er)?|"
    r"cr[ée]dits?(?: photo)?|"
    r"(?:photo|image|picture|file photo)\s(?:credit|courtesy)|fotoğraf|фото|zdjęcie|تصوير|عدسة|المصور|مصدر الصورة|عکس)"
)
_NAMED = re.compile(rf"(?:^|\s|(?<=[.!?…؟)»”\"]))[-–—|/(\[]?\s*{_WORD}\s*[:：©]\s*[^:：]{{2,80}}$", re.IGNORECASE)
_BY = re.compile(
    rf"(?:^|[.!?…؟»”\"]\s*|\s[(\[|/–—-]\s*){_WORD}\s+(?:by|von|par|por|di|av|courtesy of)\s+[^.]{{2,80}}[)\]]?\.?$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[(\[](?P<inside>[^()\[\]]{2,80})[)\]]\s*\.?$")
_COPYRIGHT = re.compile(r"(?:^|\s+)(?:©|\(c\)|copyright)\s*[^.]{2,80}$", re.IGNORECASE)
_PHOTO = re.compile(rf"^(?:AP|AFP|EPA|Reuters)?\s*{_WORD}\b", re.IGNORECASE)
_LABEL_WORDS = 5


def strip_credit(caption: str) -> str:
    """A caption without the credit at its end; empty when it is nothing else."""
    text = normalize_line(caption)
    for pattern in (_NAMED, _BY, _COPYRIGHT):
        match = pattern.search(text)
        # `Photo: rescue workers search the ruins` is a caption with a label, `Photo: AFP` a credit.
        if match and (match.start() > 0 or len(match[0].split()) <= _LABEL_WORDS):
            keep = 1 if match[0][:1] in '.!?…؟»”"' else 0
            text = text[: match.start() + keep].strip()
    match = _BRACKETED.search(text)
    if match and _is_credit(match["inside"]):
        text = text[: match.start()].strip()
    return text


def _is_credit(text: str) -> bool:
    parts = [part.strip() for part in re.split(r"[/,|;]|\s[–-]\s|\svia\s", text)]
    return bool(_PHOTO.match(text)) or any(is_agency(part) or part.lower().startswith("getty") for part in parts)

"""Lines that are nothing but credits: `By Jane Doe`, `Reporting by: …; Editing by …`, `(AP/Reuters)`, `Quelle: dpa`.

Each function reads one line and answers its names; an empty list for a line that says anything else.
"""

from __future__ import annotations

import re

from crawler.clean.agencies import is_site, is_wire
from crawler.clean.name_words import LEAD_WORDS
from crawler.clean.names import is_personal, split_credit
from crawler.clean.text import fold, normalize_line
from crawler.clean.word_lists import split_words

_BYLINE = re.compile(rf"^[\s(\[—–-]*{LEAD_WORDS}\s*(?P<names>\S.{{1,180}}?)[)\]]?\.?$", re.IGNORECASE)
EDITORS = re.compile(
    r"(?:^|[;.,|()\s])\s*(?:edited|editing|redigiert|bearbeitet|adaptación|editado|edición|translated|translation|"
    r"produced|production|"
    r"graphics?|photos?|photograph\w*|photo editing|copy[- ]editing|fact[- ]check\w*|reviewed|medically reviewed|"
    r"traducción|"
    r"(?:مونتاج|تحرير|المحرر|ترجمة)(?=\s*[:：]))(?:\s+by)?\b\s*:?\s",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"[;.]?\s*(?:(?:and|with|plus)\s+)?(?:additional|further)\s+(?:reporting|writing)\s*(?:by|from|:)\s*:?|"
    r"[;.]\s*(?:writing|written|reporting|compiled)\s*(?:by|:)\s*:?",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^[\s(\[]*(?:sources?|agency|agencies|quellen?|fuentes?|fonte|kaynak|источники?|джерело|"
    r"المصدر|مصدر|المصادر|وكالة الأنباء|"
    r"منبع|سەرچاوە|çavkanî|מקור|来源|來源|出典|출처|källa|kilde|bron|źródło|zdroj|sumber)\s*[:：]\s*(?P<names>.{2,120}?)[)\]]?$",
    re.IGNORECASE,
)
_CREDIT_SENTENCE = re.compile(
    r"^[(\[]?(?:(?:this|the) (?:report|story|article|dispatch|text|news item) (?:was|is|has been) "
    r"(?:supplied|provided|distributed|produced|contributed|written|reported) by|"
    r"with (?:(?:additional|further) )?(?:reporting|files|material|information|input|wire services?) (?:by|from)|"
    r"(?:mit )?material (?:von|der)|mit (?:informationen|agenturmaterial) (?:von|der)|avec (?:des informations|"
    r"le concours)? ?(?=AFP|Reuters|AP)|"
    r"avec (?:des informations|le concours) de|con informaci[óo]n de|con material de|com informações d[aeo])\s*"
    r"(?P<names>[^:]{2,120}?)[)\]]?\.?$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^[(\[](?P<names>[^()\[\]:]{2,90})[)\]]\.?$")
# "Opinion: …" may as well be a headline.
_TITLED = re.compile(r"[\s(\[—–-]*[^\W\d_]+\s*:", re.UNICODE)
_FIELDS = re.compile(r"\s*[|•\n]\s*")
_LABEL_MARKS = frozenset(":：/／")
# First words of credits that no mark follows.
_FIRST_WORDS = split_words(
    "written reported reporting writing compiled posted published produced created contributed submitted "
    "authored curated prepared story words text report article review opinion analysis column commentary essay "
    "interview post posts this the additional additionally further original originally medically blog guest "
    "research photos photo pictures video author authors ein eine kommentar analyse bericht gastbeitrag "
    "reportage beitrag artikel kolumne pressemitteilung im alle alles mehr erstellt protokoll geschrieben "
    "verfasst von vom un propos recueillis recueilli publié écrit rédigé par escrito publicado redactado texto "
    "por articolo scritto testo a di da tekst geschreven door skrevet skriven av af oleh na imeandikwa نوشته به "
    "بقلم كتبت كتب إعداد اعداد بواسطة מאת כתב כתבה מחבר with mit material avec con com"
)
_LONGEST_LINE = 220
_MOST_WORDS = 30


def read_byline(line: str) -> list[str]:
    """The names of a line that is nothing but a byline (`By Jane Doe`); editors and translators are not among them."""
    if len(line) > _LONGEST_LINE or line.rstrip().endswith((".”", '."', "?", "!")) or len(line.split()) > _MOST_WORDS:
        return []
    match = _BYLINE.match(line)
    if not match:
        return []
    names = match["names"]
    editors = EDITORS.search(names)
    if editors:
        names = names[: editors.start()]
    return _names_of_line(_SECOND.sub("; ", names), 4 if _TITLED.match(line) else 8)


def _names_of_line(text: str, most_others: int) -> list[str]:
    """Names of a text that is names but for so many other words: dates, places, roles."""
    people, agencies, outlets = split_credit(text)
    names = [*people, *agencies, *outlets]
    if not names or len(names) > 9:
        return []
    if not all(is_personal(name) for name in people):
        return names if len(names) == 1 and fold(names[0]) == fold(text) and not names[0][0].islower() else []
    words = {word for name in names for word in fold(name).split()}
    others = [word for word in fold(text).split() if word not in words and not word.isdigit()]
    return names if len(others) <= most_others else []


def read_source(line: str) -> list[str]:
    """The agencies of a line that is nothing but a source credit (`Source: …`)."""
    if len(line) > 140 or len(line.split()) > 12:
        return []
    match = _SOURCE.match(line)
    if not match:
        return []
    names = [
        normalize_line(part).strip(" .-–|()[]©")
        for part in re.split(r"[,;،|+/]|\s[–-]\s|\sand\s|\sund\s|\sو\s?", match["names"])
    ]
    return [name for name in names if name and len(name) <= 60 and not name.startswith("http")]


def read_credit_sentence(line: str) -> list[str]:
    """The names of a line that says who supplied the report or helped with it."""
    if len(line) > 160 or len(line.split()) > 18:
        return []
    match = _CREDIT_SENTENCE.match(line)
    if not match:
        return []
    people, agencies, outlets = split_credit(re.sub(r"^(?:the|der|die)\s+", "", match["names"]))
    names = [*people, *agencies, *outlets]
    return names if len(names) <= 6 and not any(name[:1].islower() for name in people) else []


def read_signature(line: str) -> list[str]:
    """The names of a line that is nothing but names in brackets, as stories are signed at their end."""
    if len(line) > 100 or line[:1] not in "([":
        return []
    match = _SIGNATURE.match(line)
    if not match or len(line.split()) > 10:
        return []
    people, agencies, outlets = split_credit(match["names"])
    if any(name[:1].islower() or len(name.split()) < 2 for name in people):
        return []
    return [*people, *agencies, *outlets]


def read_credits(line: str, sites: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """(who wrote, whose material it is) of a line that is nothing but credits; both are empty for other lines."""
    length = len(line)
    if length > _LONGEST_LINE or (length > 110 and line[0] not in "([" and "eporting" not in line and ":" not in line):
        return [], []
    writers: list[str] = []
    sources: list[str] = []
    for part in _FIELDS.split(line):
        names: list[str] = []
        given: list[str] = []
        if _may_be_credit(part):
            names = read_signature(part) or read_credit_sentence(part) or read_byline(part)
            given = [] if names else read_source(part)
        if not names and not given and len(part) < 40 and part.count(" ") < 5:
            name = part.strip("()[]© ")
            given = [name] if is_wire(name) or is_site(name, sites) else []
        if not names and not given:
            return [], []
        writers += names
        sources += given
    return writers, sources


def _may_be_credit(part: str) -> bool:
    """Whether a line begins as credits do: spares most lines the reading."""
    start = part[:40].lower()
    if start[:1] in "([—–-" or start[:2] == "by" or not _LABEL_MARKS.isdisjoint(start):
        return True
    return start.split(" ", 1)[0] in _FIRST_WORDS

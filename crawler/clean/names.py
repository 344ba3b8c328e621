"""Names of people out of what a credit says: split, put in order, their case mended, all that is no name left out."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from crawler.clean.agencies import is_branch, is_desk, is_site, is_wire
from crawler.clean.calendars import MONTH_PATTERN
from crawler.clean.name_case import is_cased, mend_case
from crawler.clean.name_words import (
    LEAD_WORDS,
    NO_FIRST_WORDS,
    NOBODY,
    PARTICLES,
    ROLE_MODIFIERS,
    ROLE_WORDS,
    SIGNING_DESKS,
    UI_WORDS,
)  # fmt: skip
from crawler.clean.text import fold, normalize_line

_LEAD = re.compile(rf"^[\s\-–—•|:,>»]*{LEAD_WORDS}\s*", re.IGNORECASE)
# Words that follow a name without a space, where elements stand side by side.
_GLUED = re.compile(
    r"(?<=[a-zß-ÿ.])(?=(?:Published|Updated|Posted|Last [Uu]pdated|Written|By [A-Z]|Edited|Reviewed|Follow|Contributor|"
    r"Co-[Ff]ounder|Founder|Editor|Reporter|Writer|Correspondent|Journalist|Columnist|Senior|Staff|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d)\b)"
)
_CONTACT = re.compile(
    r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+|\bopens? in (?:a )?new (?:tab|"
    r"window)\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]*)[)\]）】]")
_TAGS = re.compile(r"<[^<>]{1,200}>")
_UPDATED_TAIL = re.compile(
    r"\s*\b(?:(?:first |last |originally )?(?:published|updated|posted|modified|reviewed|edited|fact[- ]checked|"
    r"sponsored)|"
    r"veröffentlicht|aktualisiert|stand|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato|"
    r"опубликовано|обновлено|güncelle\w*|yayınlan\w*)\b.*$",
    re.IGNORECASE,
)
_DATE_TAIL = re.compile(
    r"\s*\b\d{1,2}(?:st|nd|rd|th)?[./:\-]\d.*$|\s*\b(?:19|20)\d\d\b.*$|"
    rf"\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun),?\s.*$|"
    rf"(?:^|\s+)(?:{MONTH_PATTERN})\.?\s+\d.*$|\s*\b\d{{1,2}}\.?(?:st|nd|rd|th)?\s+(?:de\s+)?(?:{MONTH_PATTERN})\b.*$|"
    r"\s*\b\d+\s*(?:min(?:ute)?s?|hours?|days?|weeks?|comments?|shares?|views?|std|sekunden|h)\b.*$|"
    r"\s+(?:on|at|am|le|el|il)\s+(?=\d).*$",
    re.IGNORECASE,
)
_PLAIN_NAME = re.compile(r"(?!By |Von |Par |Por )[A-Z][a-z]{1,15}(?: [A-Z]\.?)?(?: [A-Z][a-z]{1,15}){1,2}$")
_LOOSE_END = re.compile(r"\s+(?:on|at|am|le|el|il|den|vom)$")
_DIGIT = re.compile(r"\d")
_CLAUSE_TAIL = re.compile(
    r"\s+(?:in|In|aus|à|from|for|For|of|is|are|was|has|at|via|bei|für|pour|para|per|special to|reports?|reporting|"
    r"berichtet|"
    r"follow|contributor|view|read|more|im|as told to)\s+\S.*$|"
    r"\s+(?:[–—―-]|\u2022)\s*\S.*$|\s+[–—―-]\s*$"
)
_IN = re.compile(r"\s(?:in|en|à|aus)\s+[A-ZÀ-Þ]")
_OF = re.compile(r"\s+(?:of|for|für)\s")
_CLAUSE_WORD = re.compile(r"^\s*(?:in|for|from|via|[–—―-]|FOR|IN)\s*")
_UPPER_CLAUSE_TAIL = re.compile(r"\s+(?:IN|FROM|FOR|AT|VIA|REPORTS?|REPORTING)\s+\S.*$")
_HARD = re.compile(r"\s*(?:[;|•●∙⋅،؛、＋\n]|\s\+\s|(?<=\s)[/·](?=\s))\s*")
_COMMA = re.compile(r"\s*,\s*")
# Short words for "and" may stand inside a name, as in "Ortega y Gasset": they part full names only.
_AND = re.compile(
    r"\s*(?:&|,?\s+(?:and|And|und|et|og|och|ve|with|mit|û|dan|és|și|và|та|және|és|sowie|avec|con)\s+|\s+و\s+)\s*|"
    r"(?<=\S)\s+(?:AND|UND|ET|VE)\s+(?=\S)"
)
_SHORT_AND = re.compile(r"\s+(?:y|e|i|ja|en|na|i|a|и|і|й)\s+|\s+(?:Y|E|И|І)\s+(?=\w{2,}\s)")
_SLASH = re.compile(r"\s*/\s*")
# The Arabic "and" is written on the next word; names that begin with its letter are told by heart.
_ARABIC_AND = re.compile(
    r"(?<=[\u0621-\u064a\u064b-\u0652])\s+و(?!(?:ائل|ليد|سام|سيم|داد|فاء|فيق|جيه|جدي|حيد|هيب|هبي|ردة?|عد|لاء|صال|ضاح|"
    r"ديع|صفي|اصف|ئام|سن|ائلة|جيهة|ليم)(?:\s|$))"
    r"(?=[\u0621-\u064a]{2,}\S*\s+[\u0621-\u064a])"
)
_ROLE = re.compile(
    rf"(?<!\w){ROLE_WORDS}s?(?!\w)|(?:مراسل|محرر|صحفي|كاتب|باحث|إعلامي|خبرنگار|נתב|כתב |記者|记者|기자|"
    rf"特派员|特派員|編集委員)",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(
    r"^(?:ph\.?\s?d|m\.?d|mba|m\.?sc|b\.?sc|rdn?|cpa|cfp|cfa|esq|j\.?d|r\.?n|m\.?s|m\.?a|b\.?a|b\.?s|d\.?o|"
    r"d\.?v\.?m|lcsw|lmft|m\.?ed|"
    r"ed\.?d|psy\.?d|mph|msn|bsn|dds|dmd|facs|fand|ldn|cdn|cscs|pmp|aprn|np|pharm\.?d|ms|dr|prof|dipl\S*|obe|mbe|"
    r"cbe|mp|mep|jr|sr|ii|iii|"
    r"iv)\.?®?$",
    re.IGNORECASE,
)
_SUFFIXES = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_OPEN_SENTENCE = re.compile(r"[<>{}=?!\"#%*_~^]|//|[.!?]\s+[A-Z]\w+\s+\w+\s+\w+|…|\d{3}|:\s")
_LATIN_WORD = re.compile(r"[^\W\d_]", re.UNICODE)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NOT_IN_CJK = re.compile("[：:！？0-9A-Za-z日月年時分、。]")
_CJK_TAIL = re.compile(
    r"\s*(?:記者|记者|特派員|特派员|編集委員|論説委員|記|報導|报道|摄影|기자|특파원|선임기자|인턴기자|논설위원|デスク)\s*$"
)
_SURE_MARKS = " \t.,:;–—―-*\"'“”‘’«»|/·•()[]<>＞→|"
_MARKS_BUT_STOP = _SURE_MARKS.replace(".", "")


def split_credit(
    text: str, sites: tuple[str, ...] = (), language: str | None = None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(people, agencies, outlets) that a credit names: a byline's text, or what a page's head states as its author."""
    if len(text) > 400:
        return (), (), ()
    if "\n" in text:
        text = text.replace("\n", " | ")
    return _split_credit(
        text if _PLAIN_NAME.match(text) else strip_lead(_GLUED.sub(" | ", clean_credit(text))), sites, language
    )


def clean_credit(text: str) -> str:
    """Without markup, one space between words."""
    if "&" in text:
        text = unescape(text)
    return normalize_line(_TAGS.sub(" ", text) if "<" in text else text)


@lru_cache(maxsize=2048)
def _split_credit(
    text: str, sites: tuple[str, ...], language: str | None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    people: list[str] = []
    agencies: list[str] = []
    outlets: list[str] = []
    brackets = _BRACKETS.findall(text) if "(" in text or "[" in text or "（" in text or "【" in text else ()
    for inner in brackets:
        if is_site(inner.removeprefix("www."), sites):
            return (), (), (_BRACKETS.sub(" ", text).strip(_SURE_MARKS),)
        agencies += [part for part in re.split(r"[/,]|\sand\s", inner) if is_wire(part)]
    if brackets:
        text = _BRACKETS.sub(" ", text)
    if "@" in text or "http" in text or "www" in text or "open" in text:
        text = _CONTACT.sub(" ", text)
    placed = False
    for part, joined in _parts(text):
        placed = (placed and joined == ",") or _IN.search(part) is not None
        if is_signing_desk(part) or _is_desk_of(part, sites):
            outlets.append(part)
            continue
        for name in (part,) if is_wire(part) or is_site(part, sites) else _bare(part, sites):
            is_cut = name.endswith(".") and (name[-3:-2] == " " or name.endswith(("Jr.", "Sr.")))
            name = name.strip(_SURE_MARKS) + ("." if is_cut else "")  # "Tomas R."
            if is_wire(name):
                agencies.append(name)
            elif is_site(name, sites) or is_branch(name, sites):
                outlets.append(name)
            elif is_name(name):
                if is_desk(name) or (name[:4] in ("The ", "the ") and name.count(" ") > 1):
                    outlets.append(name)
                elif placed and joined == ",":
                    continue  # "Jane Doe in Beirut, Lebanon"
                elif not (
                    joined == "," and " " not in name and not _CJK.search(name) and _is_appended(people, outlets)
                ):
                    people.append(mend_case(_halve(name), language))
    return tuple(dict.fromkeys(people)), tuple(dict.fromkeys(agencies)), tuple(dict.fromkeys(outlets))


def _halve(name: str) -> str:
    """A name that was written twice (once to be seen, once to be read out) as written once."""
    middle = len(name) // 2
    if len(name) > 12 and name[:middle] == name[middle:]:
        return name[:middle]
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half > 1 and words[:half] == words[half:] else name


@lru_cache(maxsize=2048)
def _is_desk_of(part: str, sites: tuple[str, ...]) -> bool:
    """Whether it is an unnamed member of the site's staff: `Harbour Wire reporter`."""
    if " " not in part or not (_ROLE.search(part) or is_signing_desk(part.split()[-1])):
        return False
    folded = fold(part)
    return any(len(site) > 2 and folded.startswith(fold(site) + " ") for site in sites) or (
        len(part.split()) == 2 and part.split()[0].isupper() and is_signing_desk(part.split()[-1])
    )


def _is_appended(people: list[str], outlets: list[str]) -> bool:
    """Whether a single word after a comma is a place or a title: it follows a full name or a body."""
    return any(" " in person for person in people) or bool(outlets and not people)


def _parts(text: str) -> list[tuple[str, str]]:
    """The pieces of a credit, each with the mark that it was joined to the one before by."""
    if _PLAIN_NAME.match(text):
        return [(text, ";")]
    text = normalize_line(text)
    found: list[tuple[str, str]] = []
    for piece in _HARD.split(text):
        piece = piece.lstrip(_SURE_MARKS).rstrip(_MARKS_BUT_STOP)
        if not piece:
            continue
        if is_wire(piece):
            found.append((piece, ";"))
            continue
        commas = [part for part in _COMMA.split(piece) if part]
        if len(commas) == 2 and _is_inverted(*commas):
            found.append((f"{commas[1]} {commas[0]}", ";"))
            continue
        for number, part in enumerate(commas):
            if _SUFFIXES.match(part) and found:
                found[-1] = (f"{found[-1][0]} {part}", found[-1][1])
                continue
            part = re.sub(r"^(?:and|und|et|y|e|og|och|ve|&|и|و)\s+", "", part)
            for count, name in enumerate(_split_and(part)):
                found.append((name, "," if number and not count else ";"))
    return found


def _split_and(text: str) -> list[str]:
    found: list[str] = []
    for part in _AND.split(text):
        if not part:
            continue
        for half in _split_arabic(part):
            short = _SHORT_AND.split(half)
            halves = short if len(short) > 1 and all(len(name.split()) > 1 for name in short) else [half]
            if found and " " not in half and is_desk(found[-1]):
                start = text.find(found[-1])
                found[-1] = text[
                    start : text.find(half, start + len(found[-1])) + len(half)
                ]  # "Ministry of Roads and Rivers"
                continue
            for name in halves:
                slashed = _SLASH.split(name)
                fits = len(slashed) > 1 and all(is_wire(s) or len(s.split()) > 1 or is_desk(s) for s in slashed)
                if len(slashed) > 1 and not fits and len(slashed[0].split()) > 1:
                    slashed, fits = slashed[:1], True  # "Jane Doe/Beirut"
                found += slashed if fits else [name]
    return [name for name in found if name]


def _split_arabic(text: str) -> list[str]:
    """Two full names joined by "and", which is written without a space before the second one."""
    if "\u0648" not in text:
        return [text]
    parts = _ARABIC_AND.split(text)
    return parts if all(len(part.split()) > 1 for part in parts) else [text]


def _is_inverted(family: str, given: str) -> bool:
    """Whether two halves around a comma are "Family, Given"."""
    if " " in family or " " in given or _CREDENTIAL.match(given) or is_wire(family) or is_wire(given) or is_desk(given):
        return False
    return (
        len(family) > 1
        and family[0].isupper()
        and given[0].isupper()
        and family.isupper() == given.isupper()
        and not _ROLE.search(given)
    )


def strip_lead(text: str) -> str:
    """A credit without "By", "Written by:", "بقلم" and the like at its start."""
    for _ in range(3):
        shorter = _LEAD.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text


def _bare(part: str, sites: tuple[str, ...]) -> list[str]:
    """A piece without dates, places, roles and the outlet's name: one name or none."""
    found: list[str] = []
    if part.count(" ") > 1 or _DIGIT.search(part):
        part = _UPDATED_TAIL.sub("", strip_lead(part))
        if _DIGIT.search(part):
            part = _LOOSE_END.sub("", _DATE_TAIL.sub("", part))
        tail = _CLAUSE_TAIL.search(part) or (_UPPER_CLAUSE_TAIL.search(part) if part.isupper() else None)
        if tail and is_desk(part[: tail.start()]) and _OF.match(tail.group()):
            return [part]  # "Ministry of Roads"
        if tail:
            rest = _CLAUSE_WORD.sub("", tail.group()).strip(_SURE_MARKS)
            if is_wire(rest):
                found.append(rest)
            part = part[: tail.start()]
        part = _strip_site(part, sites)
    part = _strip_roles(_CJK_TAIL.sub("", part).lstrip(_SURE_MARKS).rstrip(_MARKS_BUT_STOP))
    words = part.split()
    if len(words) > 2 and words[-1].isupper() and is_wire(words[-1]) and not part.isupper():
        found.append(words[-1])
        part = " ".join(words[:-1])
    if part and not _CREDENTIAL.match(part):
        found.insert(0, part)
    return found


def _strip_site(part: str, sites: tuple[str, ...]) -> str:
    """`Jane Doe HARBOUR WIRE` as `Jane Doe`."""
    folded = part.casefold()
    for site in sites:
        if len(site) > 2 and folded.endswith(" " + site.casefold()):
            rest = part[: -len(site)].strip(_SURE_MARKS)
            return rest if " " in rest else part
    return part


@lru_cache(maxsize=4096)
def _strip_roles(part: str) -> str:
    """`Staff Writer Jane Doe` and `Jane Doe Senior Reporter` as `Jane Doe`."""
    matches = list(_ROLE.finditer(part))
    if not matches:
        return part
    after = part[matches[-1].end() :].strip(_SURE_MARKS)
    before = part[: matches[0].start()].split()
    while before and fold(before[-1]) in ROLE_MODIFIERS:
        before.pop()
    if len(before) in (2, 3) and all(word[:1].isupper() or not word[:1].islower() for word in before):
        return " ".join(before)
    if 2 <= len(after.split()) <= 4 and not any(fold(word) in ROLE_MODIFIERS for word in after.split()):
        return after
    return ""


def is_signing_desk(text: str) -> bool:
    """Whether it is a word for the newsroom that outlets sign with: `Staff`, `Our Editors`, `Redaktion`, `Log Desk`."""
    return fold(text) in SIGNING_DESKS or bool(_DESK.match(text))


_DESK = re.compile(r"(?:[A-Z][\w'’-]+ ){1,3}(?:Desk|Bureau|Newsroom)$")


@lru_cache(maxsize=4096)
def is_personal(name: str) -> bool:
    """Whether a name looks like a person's even where nothing says that it is one."""
    words = name.split()
    if _CJK.search(name):
        return not _NOT_IN_CJK.search(name) and 2 <= len(name.replace(" ", "")) <= 5 and len(words) <= 2
    if not 2 <= len(words) <= 5 or any(c.isdigit() or c in ":：！？" for c in name):
        return False
    if len(words) > 4 and not is_cased(name):
        return False
    if not UI_WORDS.isdisjoint(name.lower().split()) or is_desk(name) or is_wire(name):
        return False
    for number, word in enumerate(words):
        if not word[:1].isalpha() and word[:1] not in "'’\"“(":
            return False
        if word[:1].islower() and not (
            word in PARTICLES or (number == 0 and re.match(r"(?:d|al|el|ibn|van|von|de)['’-]?", word))
        ):
            return False
    return (
        words[-1].lower() not in PARTICLES
        and len(words[-1]) > 1
        and not all(len(word.strip(".")) <= 1 for word in words)
    )


@lru_cache(maxsize=4096)
def is_name(text: str) -> bool:
    """Whether a piece can be a name at all, of a person or a body."""
    words = text.split()
    folded = fold(text)
    if not 2 <= len(text) <= 60 or not 1 <= len(words) <= 7 or not folded or folded in NOBODY:
        return False
    if "admin" in folded:
        return False
    if _OPEN_SENTENCE.search(text) or _CREDENTIAL.match(text):
        return False
    if is_desk(text):
        return len(words) <= 6 and words[0].lower() not in NO_FIRST_WORDS
    if len(words) > 5:
        return False
    if words[0].lower() in NO_FIRST_WORDS:
        return False
    lower = sum(
        1 for word in words if word[:1].islower() and word not in PARTICLES and "'" not in word and "-" not in word
    )
    return not (lower and lower < len(words)) and lower <= 2 and not _ROLE.search(text)

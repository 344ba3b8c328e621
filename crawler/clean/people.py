"""Who wrote it: names of people, and the agencies that are credited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml import html

from crawler.clean.instants import MONTH_PATTERN
from crawler.clean.page import Page, class_and_id, name_of, types_of, visible_text
from crawler.clean.text import fold, normalize_line

_LEAD_IN = re.compile(
    r"^(?:(?:(?:written|reported|reporting|edited|editing|compiled|posted|published|story|text|words|report|article|"
    r"additional reporting|author|authors|byline|reporter|correspondent)\s*(?:by\b|:)\s*:?)|by\b\s*:?|"
    r"(?:ein |eine )?(?:von|vom)\b|text\s*:|(?:por|par|di|door|av|af|tekst|autor|autora|auteur|autore|"
    r"yazan|haber|автор|текст)\b\s*:?|"
    r"(?:بقلم|كتبت|كتب|تقرير|إعداد|اعداد|تحرير|المصدر|الكاتب|الكاتبة|مراسل|نوشته)\s*[:/-]?)\s+",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:(?:additional\s+)?(?:reporting|written|reported|edited|compiled|story|text|report)\s+by\s*:?|by\s*:?|"
    r"(?:authors?|reporter|byline)\s*:|(?:von|por|par|yazan|автор)\s*:?|"
    r"(?:بقلم|كتبت?|تقرير|إعداد|اعداد|تحرير)\s*[:/])\s*(?P<names>\S.{1,150})$",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^(?:sources?|agency|agencies|quelle|fuente|fonte|kaynak|источник|المصدر|مصدر|وكالة الأنباء|"
    r"منبع)\s*[:：]\s*(?P<names>.{2,120})$",
    re.IGNORECASE,
)
_CREDIT_SENTENCE = re.compile(
    r"^(?:(?:this|the) (?:report|story|article|dispatch|text|news item) (?:was|is|has been) "
    r"(?:supplied|provided|distributed|produced|contributed) by|"
    r"with (?:(?:additional|further) )?(?:reporting|files|material|information|input) (?:by|from)|"
    r"mit material (?:von|der)|avec (?:des informations|le concours) de|con informaci[óo]n de|con material de)\s+"
    r"(?P<names>[^:]{2,120}?)\.?$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^[(\[](?P<names>[^()\[\]:]{3,90})[)\]]\.?$")
# The Arabic "and" is written on the next word; names that begin with its letter are told by heart.
_ARABIC_AND = re.compile(
    r"(?<=[\u0621-\u064a\u064b-\u0652])\s+و(?!(?:ائل|ليد|سام|سيم|داد|فاء|فيق|جيه|جدي|حيد|هيب|هبي|ردة?|عد|لاء|صال|ضاح|"
    r"ديع|صفي|اصف)(?:\s|$))"
    r"(?=[\u0621-\u064a]{2,}\S*\s+[\u0621-\u064a])"
)
_SPLIT = re.compile(
    r"\s*(?:[,;|•،؛、]|\s/\s|&|\s+(?:and|und|et|og|och|ve|with|mit|и|та)\s+|\s+[ye]\s+(?=[A-ZÁÉÍÓÚÑ])|\s+و\s+)\s*",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+|\([^)]*\)|\[[^\]]*\]")
_TAIL = re.compile(
    r"\s+(?:in|aus|à|en|from|for|for the|–|—|-)\s+\S.*$|\s+(?:published|updated|posted|sponsored|on|last)\s.*$|"
    r"\s*\d{1,2}[./:]\d.*$|\s*\|.*$|-\s*\d+$|"
    rf"\s+(?:{MONTH_PATTERN})\.?\s+\d.*$|\s+\d{{1,2}}\s+(?:{MONTH_PATTERN})\b.*$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|producer|journalist|columnist|director|manager|chief|head of|"
    r"contributor|photographer|professor|analyst|specialist|expert|founder|ceo|president|fellow|researcher|"
    r"korrespondent(?:in)?|redakteur(?:in)?|reporterin|periodista|corresponsal|journaliste|"
    r"ph\.?d|m\.?d|mba|msc|rdn?|cpa|cfp|esq|jr|sr|r\.?n|m\.?s|m\.?a)\b\.?|"
    r"(?:مراسل|محرر|صحفي|كاتب)",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    fold(name)
    for name in [
        "admin",
        "administrator",
        "editor",
        "editors",
        "staff",
        "newsroom",
        "webmaster",
        "web-desk",
        "webdesk",
        "author",
        "unknown",
        "anonymous",
        "guest",
        "redaktion",
        "redaction",
        "redacción",
        "redazione",
        "user",
        "root",
        "super-user",
        "default",
        "none",
        "null",
        "undefined",
        "test",
        "التحرير",
        "المحرر",
        "محرر",
        "الإدارة",
        "المدير",
        "ادمن",
        "هيئة-التحرير",
    ]
)
_WIRES = frozenset(
    fold(name)
    for name in [
        "AP",
        "Associated Press",
        "The Associated Press",
        "Reuters",
        "AFP",
        "Agence France-Presse",
        "Agence France Presse",
        "dpa",
        "Deutsche Presse-Agentur",
        "ANSA",
        "EFE",
        "Europa Press",
        "TASS",
        "RIA Novosti",
        "Xinhua",
        "Anadolu",
        "Anadolu Agency",
        "Anadolu Ajansı",
        "AA",
        "SANA",
        "UPI",
        "Interfax",
        "Ukrinform",
        "PA Media",
        "Press Association",
        "Petra",
        "WAM",
        "KUNA",
        "MENA",
        "IRNA",
        "Kyodo",
        "Yonhap",
        "PTI",
        "ANI",
        "Bloomberg",
        "NTB",
        "TT",
        "Ritzau",
        "ANP",
        "Belga",
        "APA",
        "sda",
        "Keystone-SDA",
        "epd",
        "KNA",
        "AAP",
        "Canadian Press",
        "The Canadian Press",
        "DHA",
        "IHA",
        "رويترز",
        "أ ف ب",
        "ا ف ب",
        "فرانس برس",
        "سانا",
        "الأناضول",
        "د ب أ",
        "أ ب",
        "أسوشيتد برس",
        "شينخوا",
        "تاس",
        "نوفوستي",
        "وكالات",
        "وام",
        "بترا",
        "كونا",
        "قنا",
        "واس",
    ]
)
_PARTICLES = frozenset(
    {"de", "da", "do", "dos", "di", "du", "del", "della", "der", "den", "van", "von", "la", "le", "el", "al"}
    | {"as", "ash", "bin", "ibn", "bint", "abu", "y", "e", "und"}
)
_NO_NAME = frozenset({"updated", "published", "posted", "modified", "last", "share", "photo", "photos", "image", "the"})
_AGENCY_WORD = re.compile(
    r"\b(?:news|press|agency|agencies|agence|agencia|agentur|newswire|wires?|presse|media network|newsroom)$|"
    r"^(?:وكالة|وكالات|شبكة|agence|agencia)\b|^agencies$",
    re.IGNORECASE,
)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|authors?|writer|reporter|contributor|auth?or-?name|writtenby|autor)(?:$|[\s_-])"
)
_NOT_BYLINE = re.compile(
    r"comment|related|sidebar|widget|footer|bio|avatar|image|social|share|recommend|more-from|teaser|follow"
)


def is_wire(name: str) -> bool:
    """Whether a credit is one of the news agencies that outlets print."""
    return fold(name) in _WIRES


def is_agency(name: str, site_names: Iterable[str] = ()) -> bool:
    """Whether a credit names an agency or outlet instead of a person."""
    folded = fold(name)
    if is_wire(name) or _AGENCY_WORD.search(name.strip(" .")):
        return True
    return any(folded and folded.replace(" ", "") == fold(site).replace(" ", "") for site in site_names)


def split_names(text: str) -> list[str]:
    """People's names out of a byline: lead-in, addresses and roles dropped."""
    text = normalize_line(unescape(text))
    for _ in range(2):
        text = _LEAD_IN.sub("", text)
    text = _CONTACT.sub(" ", text)
    parts = [name for part in _SPLIT.split(text) if part for name in _split_arabic(part)]
    if len(parts) == 2 and text.count(",") == 1 and all(len(part.split()) == 1 for part in parts):
        parts = [f"{parts[1]} {parts[0]}"]  # "Family, Given"
    names = []
    for part in parts:
        name = _LEAD_IN.sub("", normalize_line(part)).strip(" .,:;-–—*\"'")
        name = _TAIL.sub("", name).strip(" .,:;-–—*\"'")
        if is_name(name):
            names.append(name)
    return list(dict.fromkeys(names))


def _split_arabic(text: str) -> list[str]:
    """Two full names joined by "and", which is written without a space before the second one."""
    parts = _ARABIC_AND.split(text)
    return parts if all(len(part.split()) > 1 for part in parts) else [text]


def is_name(text: str) -> bool:
    words = text.split()
    if not 2 <= len(text) <= 60 or len(words) > 6 or fold(text) in _GENERIC or not fold(text):
        return False
    if sum(c.isdigit() for c in text) > 2 or re.search(r"[<>{}=?!\"]|//", text):
        return False
    return words[0].lower() not in _NO_NAME and not _ROLE.search(text)


def read_byline(line: str) -> list[str]:
    """The names of a line that is nothing but a byline (`By Jane Doe`); empty for any other line."""
    match = _BYLINE.match(line)
    if not match or len(line.split()) > 16 or line.rstrip().endswith((".”", '."', "?", "!")):
        return []
    names = split_names(match["names"])
    # A sentence may begin with "By": a byline's words are names, and names are written with capitals.
    words = [word for name in names for word in name.split()]
    if len(names) > 6 or any(word[0].islower() and fold(word) not in _PARTICLES for word in words):
        return []
    return names


def read_source(line: str) -> list[str]:
    """The agencies of a line that is nothing but a source credit (`Source: …`)."""
    match = _SOURCE.match(line)
    if not match or len(line.split()) > 12:
        return []
    names = [normalize_line(part).strip(" .-–|") for part in re.split(r"[,;،|+]|\s[–-]\s", match["names"])]
    return [name for name in names if name and len(name) <= 60 and not name.startswith("http")]


def read_credit_sentence(line: str) -> list[str]:
    """The names of a line that says who supplied the report or helped with it."""
    match = _CREDIT_SENTENCE.match(line)
    if not match or len(line.split()) > 16:
        return []
    names = split_names(match["names"])
    return names if len(names) <= 6 and not any(name[:1].islower() for name in names) else []


def read_signature(line: str) -> list[str]:
    """The names of a line that is nothing but names in brackets, as stories are signed at their end."""
    match = _SIGNATURE.match(line)
    if not match or len(line.split()) > 10:
        return []
    names = split_names(match["names"])
    if not names or any(name[:1].islower() for name in names):
        return []
    return names if all(len(name.split()) > 1 or is_agency(name) for name in names) else []


@dataclass(frozen=True)
class Credits:
    """Who a page says wrote it. `outlets` are desks or the outlet itself, where they sign like an author."""

    people: tuple[str, ...]
    outlets: tuple[str, ...]
    agencies: tuple[str, ...]
    origin: str | None


def find_credits(page: Page) -> Credits:
    """What the page states of its authors outside of its text."""
    sites = page.site_names
    agencies: list[str] = []
    outlets: list[str] = []
    outlets_origin = None
    for found, origin in _credits(page):
        people: list[str] = []
        for credit, is_person in found:
            for name in [credit] if is_wire(credit) else split_names(credit):
                if is_wire(name):
                    agencies.append(name)
                elif is_agency(name, sites) and not is_person:
                    outlets.append(name)
                    outlets_origin = outlets_origin or origin
                else:
                    people.append(name)
        if people:
            return Credits(tuple(people), (), (*agencies, *outlets), origin)
    return Credits((), tuple(outlets), tuple(agencies), outlets_origin)


def _credits(page: Page) -> Iterator[tuple[list[tuple[str, bool]], str]]:
    """Groups of (credit, surely a person), best first."""
    node = page.article
    yield _json_credits(node.get("author")) or _json_credits(node.get("creator")), "json-ld"
    # Blog software keeps the author in a graph, by reference.
    ids = set(_references(node.get("author")))
    yield (
        [(name, True) for n in page.nodes if n.get("@id") in ids and "Person" in types_of(n) if (name := name_of(n))],
        "json-ld",
    )
    for name in (
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "byl",
        "citation_author",
        "dcterms.creator",
        "cxenseparse:author",
        "twitter:data1",
    ):
        values = [v for v in page.metas.get(name, ()) if not v.startswith(("http", "www.", "/")) and len(v) < 200]
        if name == "twitter:data1" and "written by" not in (page.meta("twitter:label1") or "").lower():
            continue
        yield [(value, False) for value in values], "meta"
    yield _visible_credits(page.tree), "byline"


def _references(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and isinstance(item.get("@id"), str):
            yield item["@id"]


def _json_credits(value: Any) -> list[tuple[str, bool]]:
    found = []
    for item in value if isinstance(value, list) else [value]:
        name = name_of(item)
        if name and not name.startswith("http"):
            found.append((name, isinstance(item, dict) and "Person" in types_of(item) and len(name.split()) in (2, 3)))
    return found


def _visible_credits(tree: html.HtmlElement) -> list[tuple[str, bool]]:
    """The first short element that says by its role or place that it names the author."""
    for element in tree.iter("a", "span", "div", "p", "address", "li", "strong", "em", "td"):
        role = class_and_id(element)
        is_marked = "author" in (element.get("rel") or "").split() or "/author/" in (element.get("href") or "")
        if not is_marked and not _BYLINE_CLASS.search(role):
            continue
        if _NOT_BYLINE.search(role) or any(_NOT_BYLINE.search(class_and_id(a)) for a in _nearest(element, 4)):
            continue
        text = visible_text(element)
        if text and len(text) < 150:
            names = split_names(text)
            if names and (len(names) > 1 or is_marked or len(names[0].split()) > 1):
                return [(text, False)]
    return []


def _nearest(element: html.HtmlElement, count: int) -> Iterator[html.HtmlElement]:
    for ancestor, _ in zip(element.iterancestors(), range(count), strict=False):
        if ancestor.tag not in ("body", "html"):
            yield ancestor

"""The dateline before the first sentence: `Aleppo – …`, `BEIRUT (Reuters) — …`, `حلب - سانا: …`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crawler.clean.agencies import is_agency
from crawler.clean.calendars import month_of
from crawler.clean.instants import parse_words, zone_of

_DASH = r"(?:\s*[—–―‒]\s*|\s*\.-\s*|\s+-{1,2}\s+|\s+-(?=\S))"
_CAPITAL = "A-ZÀ-ÖØ-ÞĀ-ŽА-ЯІЇЄ"
_UPPER_WORD = (
    rf"(?:[{_CAPITAL}][\w.'’ʼ-]*|"
    r"(?:de|al|el|la|of|the|and|ibn|bin|am|an|der|du|des|y|ez|as|ash|e?t)\b|(?:al|el)-[A-Z]\w+)"
)
_PLACE = rf"[{_CAPITAL}][\w.'’ʼ-]*(?:[ /]{_UPPER_WORD}){{0,3}}"
_AGENCY = r"\((?P<agency>[^()]{2,50})\)"
_LATIN = re.compile(
    rf"^(?P<place>{_PLACE}(?:,\s*{_PLACE})?)?(?P<date>,?\s*(?:\w{{3,9}}\.?\s+\d{{1,2}}|"
    rf"\d{{1,2}}\.?\s+\w{{3,9}}\.?)(?:,?\s*\d{{4}})?,?)?\s*"
    rf"(?:{_AGENCY}|[/,]\s*(?P<wire>[A-Z]{{2,12}}(?:\s[A-Z]\w+)?)\s*/?)?(?P<dash>{_DASH}|\s*:\s+)(?P<rest>\S.*)$",
    re.DOTALL,
)
_BRACKETED = re.compile(
    rf"^\((?P<place>{_PLACE}(?:,\s*{_PLACE})?)(?:,[^()]{{4,25}})?\){_DASH}(?P<rest>\S.*)$", re.DOTALL
)
_AR = r"[\u0621-\u064a\u0671-\u06d3\u0640\u064b-\u0652]"
_ARABIC = re.compile(
    rf"^(?P<place>{_AR}+(?:[ ]{_AR}+){{0,2}})?\s*"
    rf"(?:\((?P<agency>[^()]{{2,40}})\)|[-–—/،]\s*(?P<wire>(?:وكالة\s+)?[^:\-–—\n.،]{{2,35}}?))?"
    rf"(?P<dash>\s*[-–—:]\s*)(?P<rest>\S.*)$",
    re.DOTALL,
)
_ARABIC_START = re.compile(rf"^\(?{_AR}")
_NO_PLACE_AR = re.compile(
    r"^(?:قال|قالت|أعلن|أعلنت|أكد|أكدت|كشف|كشفت|وقال|في|من|على|إلى|عن|هذا|هذه|بعد|قبل|منذ|أفاد|أفادت|قتل|مقتل|"
    r"تقرير|خاص|عاجل|خبر|كتب|كتبت|بقلم)(?:\s|$)"
)
_CLAUSE_AR = re.compile(r"^(?:الذي|التي|الذين|وهو|وهي|أو|كما|حيث|لكن)\s")
# "دمشق-سانا": the agency ends the dateline, without another dash.
_ARABIC_WIRE = re.compile(
    rf"^(?P<place>{_AR}+(?:[ ]{_AR}+){{0,2}})\s*[-–—/]\s*(?P<wire>سانا|رويترز|[أا] ?ف ?ب|وام|كونا|بترا|قنا|واس|"
    rf"واع|وفا|الأناضول|"
    r"فرانس برس|د ب أ|شينخوا|نوفوستي|سبوتنيك|تاس|ایرنا|ایسنا|تسنیم)(?:\s*[-–—:/]\s*|\s+)(?P<rest>\S.*)$",
    re.DOTALL,
)
# "Москва. 5 мая. ИНТЕРФАКС - …", "МОСКВА, 5 мая – РИА Новости. …", "КИЇВ. 5 травня. УНН. …"
_CYRILLIC = re.compile(
    r"^(?P<place>[А-ЯІЇЄҐ][\w'’ʼ-]*(?:[ -][А-ЯІЇЄҐ][\w'’ʼ-]*){0,2})[.,]\s*\d{1,2}\s+[а-яіїєґ]{3,9}\.?\s*(?:[-–—/]\s*)?"
    r"(?P<wire>[А-ЯІЇЄҐA-Z]{2,}[\w-]*(?: [А-ЯІЇЄҐA-Z][\w-]*)?)\s*(?:[-–—/:.]+)\s*(?P<rest>\S.*)$",
    re.DOTALL,
)
# A line of its own: "ISTANBUL", then the text.
_PLACE_LINE = re.compile(r"^(?P<place>[^\n]{3,45})\n\s*(?P<rest>\S.*)$", re.DOTALL)
# "London (CNN)It was": no dash, and no space.
_GLUED = re.compile(
    rf"^(?P<place>{_PLACE}(?:,\s*{_PLACE})?) ?\((?P<agency>[A-Z]{{2,6}})\)(?P<rest>[A-Z\"“].*)$", re.DOTALL
)
_NO_PLACE = frozenset(
    {
        "update",
        "breaking",
        "exclusive",
        "analysis",
        "opinion",
        "video",
        "watch",
        "correction",
        "note",
        "editor's note",
        "live",
        "photos",
        "read",
        "q",
        "a",
        "summary",
        "yes",
        "no",
    }
)
_LONGEST_PLACE = 45
_LONGEST_START = 1000
_SHORTEST_REST = 40


@dataclass(frozen=True)
class Dateline:
    place: str | None
    agencies: tuple[str, ...]
    rest: str


def split_dateline(paragraph: str) -> Dateline | None:
    """The dateline and the paragraph without it; none for a paragraph that begins with its sentence."""
    text = paragraph.strip()
    # What takes long to tell from a dateline is none.
    start, more = text[:_LONGEST_START], text[_LONGEST_START:]
    if _ARABIC_START.match(start):
        found = _arabic(start)
    else:
        found = _bracketed(start) or _cyrillic(start) or _latin(start) or _own_line(start)
    return replace(found, rest=found.rest + more) if found and more else found


def _bracketed(text: str) -> Dateline | None:
    match = _BRACKETED.match(text)
    if not match or len(match["rest"]) < _SHORTEST_REST or not _begins_sentence(match["rest"]):
        return None
    place, rest = match["place"], match["rest"]
    if is_agency(place) or (place.isupper() and place.isalpha() and len(place) < 7):
        # "(ANSA) - ROMA, 28 LUG - …": the place comes after the agency.
        inner = _latin(rest)
        if inner and inner.place and inner.place.isupper():
            return Dateline(inner.place, (*_names(place), *inner.agencies), inner.rest)
        return Dateline(None, _names(place), rest)
    return Dateline(place, (), rest)


def _cyrillic(text: str) -> Dateline | None:
    match = _CYRILLIC.match(text)
    if not match or len(match["rest"]) < _SHORTEST_REST or not _begins_sentence(match["rest"]):
        return None
    return Dateline(match["place"], _names(match["wire"]), match["rest"])


def _own_line(text: str) -> Dateline | None:
    match = _GLUED.match(text)
    if match:
        return (
            Dateline(match["place"], _names(match["agency"]), match["rest"])
            if len(match["rest"]) >= _SHORTEST_REST
            else None
        )
    match = _PLACE_LINE.match(text)
    if (
        not match
        or not match["place"].isupper()
        or match["place"].lower() in _NO_PLACE
        or len(match["rest"]) < _SHORTEST_REST
    ):
        return None
    place = match["place"].strip(" ,/")
    is_bare = (
        " " not in place and all(part.isalpha() for part in place.replace("-", "/").split("/")) and not is_agency(place)
    )
    return Dateline(place, (), match["rest"]) if is_bare else None


def _latin(text: str) -> Dateline | None:
    match = _LATIN.match(text)
    if not match:
        return None
    place, agency, rest = match["place"], match["agency"] or match["wire"], match["rest"]
    if not place and not agency:
        return None
    if len(rest) < _SHORTEST_REST or not _begins_sentence(rest) or len(place or "") > _LONGEST_PLACE:
        return None
    if match["dash"].strip() == ":" and not match["agency"]:
        return None  # "Assad: …" names a speaker
    if match["dash"].strip() == "-" and match["dash"][-1] != " " and not agency and not (place or "").isupper():
        return None
    if place and (place.lower() in _NO_PLACE or month_of(place.split()[0]) is not None):
        return None
    if agency and re.search(r"\d", agency) and parse_words(agency, zone_of(None)) is None:
        return None
    if not agency and place and not match["date"] and _closes_later(match["dash"], rest):
        return None
    agencies = _names(agency)
    if place and not agency:
        if is_agency(place):
            return Dateline(None, (place,), rest)
        before, comma, after = place.rpartition(", ")
        if comma and is_agency(after):  # "JAKARTA, TEMPO.CO - …"
            place, agencies = before, (after,)
    return Dateline(place.strip(" ,") if place else None, agencies, rest)


def _begins_sentence(rest: str) -> bool:
    first = rest.lstrip("\"“‘'«([¿¡")[:1]
    return first.isupper() or first.isdigit() or (bool(first) and not first.islower() and first.isalpha())


def _closes_later(dash: str, rest: str) -> bool:
    """Whether the dash opens an insertion (`Aleppo – Syria's largest city – fell`)."""
    mark = dash.strip()
    sentence = re.split(r"[.!?]\s", rest, maxsplit=1)[0][:80]
    return bool(mark) and f" {mark} " in sentence


def _arabic(text: str) -> Dateline | None:
    signed = _ARABIC_WIRE.match(text)
    if signed and len(signed["rest"]) >= _SHORTEST_REST and not _NO_PLACE_AR.match(signed["place"]):
        return Dateline(signed["place"], (signed["wire"],), signed["rest"])
    match = _ARABIC.match(text)
    if not match:
        return None
    place, agency, rest = match["place"], match["agency"] or match["wire"], match["rest"].strip()
    agency = agency.strip(" -–—:") if agency else None
    if not (place or agency) or len(rest) < _SHORTEST_REST or len(place or "") > 25:
        return None
    if place and _NO_PLACE_AR.match(place):
        return None
    if _CLAUSE_AR.match(rest) or (agency and len(agency.split()) > 4):
        return None
    if match["dash"].strip() == ":" and not agency:
        return None
    if not agency and _closes_later(match["dash"], rest):
        return None
    return Dateline(place, _names(agency), rest)


def _names(agency: str | None) -> tuple[str, ...]:
    if not agency or parse_words(agency, zone_of(None)) is not None:
        return ()
    return tuple(part.strip() for part in re.split(r"\s*[,/،]\s*|\s+and\s+|\s+و\s+", agency) if len(part.strip()) > 1)

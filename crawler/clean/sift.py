"""Documents without tags: bylines, credits, captions, dates, footers and notices taken off both ends of the story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.clean.agencies import is_agency
from crawler.clean.bylines import read_byline, read_credit_sentence, read_signature, read_source
from crawler.clean.captions import is_caption_line
from crawler.clean.dateline import split_dateline
from crawler.clean.instants import parse_words, zone_of
from crawler.clean.notices import is_end_heading, is_notice, is_notice_within
from crawler.clean.piece import Piece
from crawler.clean.text import fold
from crawler.records import PartKind

_SENTENCE_END = re.compile(r"[.!?…。؟:;][\"”’»')\]]*$|[\"”»]$")
_DATE_LINE_WORDS = 14
_FRONT_BLOCKS = 8
_MARKS_ONLY = re.compile(r"^[\W_]+$")


@dataclass
class Sifted:
    """The story's paragraphs, and what stood around them."""

    pieces: list[Piece]
    authors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    date_lines: list[str] = field(default_factory=list)
    dateline_place: str | None = None


def sift_pieces(
    pieces: Iterable[Piece], *, title: str | None, captions: Iterable[str] = (), site_names: Iterable[str] = ()
) -> Sifted:
    """Take furniture off both ends of the story; what stands between its sentences stays."""
    known_captions = {fold(caption) for caption in captions}
    kept = [b for b in pieces if fold(b.text) not in known_captions and not _is_marks(b.text)]
    result = Sifted(pieces=[])
    kept = _cut_after_end(kept)
    kept = _take_back(kept, result, tuple(site_names))
    # Who is credited under the story may stand by name over it.
    kept = _take_front(kept, result, fold(title or ""), (*site_names, *result.agencies))
    kept = [b for b in kept if not is_notice_within(b.text, is_quote=b.kind is PartKind.QUOTE)]
    result.pieces = kept
    _take_dateline(result)
    for names in (result.authors, result.agencies, result.captions):
        names[:] = dict.fromkeys(names)
    return result


def _is_marks(text: str) -> bool:
    return bool(_MARKS_ONLY.match(text))


def _cut_after_end(pieces: list[Piece]) -> list[Piece]:
    """Cut at a heading such as `Related Items` when what follows is no longer prose."""
    for index, piece in enumerate(pieces):
        if index == 0 or not is_end_heading(piece.text):
            continue
        rest, before = pieces[index + 1 :], pieces[:index]
        prose_after = sum(len(b.text) for b in rest if _is_prose(b.text))
        prose_before = sum(len(b.text) for b in before if _is_prose(b.text))
        if prose_after < 0.25 * prose_before or (not rest and prose_before):
            return before
    return pieces


def _is_prose(text: str) -> bool:
    return len(text) > 100 and bool(_SENTENCE_END.search(text)) and not is_notice(text)


def _take_front(pieces: list[Piece], result: Sifted, title: str, sites: tuple[str, ...]) -> list[Piece]:
    index = 0
    last = min(len(pieces) - 1, _FRONT_BLOCKS)
    while index < last:
        text = pieces[index].text
        if (
            "\n" in text
            and len(text) < 200
            and all(_read_front_line(line, result, title, sites, "") for line in text.split("\n"))
        ):
            index += 1
            continue
        if not _read_front_line(text, result, title, sites, pieces[index + 1].text):
            break
        index += 1
    return pieces[index:]


def _read_front_line(text: str, result: Sifted, title: str, sites: tuple[str, ...], following: str) -> bool:
    """Whether a line before the story is furniture; what it says is kept in `result`."""
    if len(text) > 250:
        return False
    if title and fold(text) == title:
        return True
    if _read_credits(text, result, sites):
        return True
    if _is_date_line(text):
        result.date_lines.append(text)
        return True
    if is_caption_line(text):
        result.captions.append(text)
        return True
    return is_notice(text) or is_end_heading(text)


def _is_date_line(text: str) -> bool:
    if len(text.split()) > _DATE_LINE_WORDS or _SENTENCE_END.search(text.rstrip(".")):
        return False
    return parse_words(text, zone_of(None)) is not None and len(text) < 90


def _read_credits(text: str, result: Sifted, sites: tuple[str, ...]) -> bool:
    """Whether a line holds credits only: `Reporting by: … | Source: …`, a bare agency's name."""
    if len(text) > 200:
        return False
    authors: list[str] = []
    agencies: list[str] = []
    for part in re.split(r"\s*[|•\n]\s*|\s{2,}", text):
        names, sources = read_byline(part) or read_credit_sentence(part), read_source(part)
        if not names and not sources:
            if len(part.split()) <= 4 and is_agency(part, sites) and not _SENTENCE_END.search(part):
                sources = [part]
            elif _is_date_line(part) and (authors or agencies):
                continue
            else:
                return False
        for name in names:
            (agencies if is_agency(name, sites) else authors).append(name)
        agencies += sources
    result.authors += authors
    result.agencies += agencies
    return bool(authors or agencies)


def _read_signature(text: str, result: Sifted, sites: tuple[str, ...]) -> bool:
    """Names in brackets under the story."""
    names = read_signature(text)
    for name in names:
        (result.agencies if is_agency(name, sites) else result.authors).append(name)
    return bool(names)


def _take_back(pieces: list[Piece], result: Sifted, sites: tuple[str, ...]) -> list[Piece]:
    end = len(pieces)
    while end > 1:
        piece = pieces[end - 1]
        text = piece.text
        if not (
            is_notice(text)
            or is_end_heading(text)
            or _read_credits(text, result, sites)
            or _read_signature(text, result, sites)
            or (piece.kind is PartKind.SUBHEAD and end == len(pieces))
        ):
            break
        end -= 1
        while end > 1 and pieces[end - 1].kind is PartKind.SUBHEAD:
            end -= 1  # a heading over what has just gone
    return pieces[:end]


def _take_dateline(result: Sifted) -> None:
    if not result.pieces or result.pieces[0].kind is not PartKind.PARAGRAPH:
        return
    first = result.pieces[0]
    found = split_dateline(first.text)
    if found is None:
        return
    result.dateline_place = found.place
    result.agencies += [name for name in found.agencies if fold(name) not in map(fold, result.agencies)]
    if found.rest:
        result.pieces[0] = Piece(found.rest, first.kind)

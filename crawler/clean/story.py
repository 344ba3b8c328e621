"""The story as text: its blocks joined to paragraphs, lists, tables and quotes, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.clean.blocks import LIST_TAGS, Block, Element
from crawler.clean.captions import is_caption_line, strip_credit
from crawler.clean.dateline import split_dateline
from crawler.clean.page import Page
from crawler.clean.piece import Piece, join_pieces
from crawler.clean.roles import Role
from crawler.clean.text import ends_sentence, fold
from crawler.records import PartKind, TextPart

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LONGEST_SUBHEAD = 120
_FRONT = 3
_STANDFIRST = 250
"""Characters up to which a first paragraph may stand before the one with the dateline."""
_LONGEST_CAPTION = 600
_NO_END_OF_SUBHEAD = (":", ";", ",", "،")
_ROW = ("tr",)
_CELL = " | "
_MOST_LINES_IN_CELL = 3
_NOT_OF_STORY = Role.RELATED | Role.ASIDE | Role.FOOTER | Role.NAV | Role.COMMENT | Role.ADVERT


@dataclass(frozen=True, slots=True)
class Story:
    """`parts` cover `text` but for the empty lines between them; `dateline_agencies` stood in the dateline."""

    text: str
    parts: tuple[TextPart, ...]
    dateline_place: str | None = None
    dateline_agencies: tuple[str, ...] = ()


def assemble_story(blocks: Iterable[Block]) -> Story:
    """Join the story's blocks, in the page's order. The dateline goes from the first lines to fields of its own."""
    pieces = list(_join(blocks))
    place: str | None = None
    agencies: tuple[str, ...] = ()
    for number, piece in enumerate(pieces[:_FRONT]):
        if piece.kind is not PartKind.PARAGRAPH:
            continue
        dateline = split_dateline(piece.text)
        if dateline is not None and dateline.rest:
            place, agencies = dateline.place, dateline.agencies
            pieces[number] = Piece(dateline.rest)
        if dateline is not None or len(piece.text) > _STANDFIRST:
            break
    text, parts = join_pieces(pieces)
    return Story(text, parts, place, agencies)


def _join(blocks: Iterable[Block]) -> Iterator[Piece]:
    """Parts of the text: the items of one list are one part, and so are the rows of one table."""
    kind, holder, row = PartKind.PARAGRAPH, None, None
    text = ""
    for block in blocks:
        own = _kind_of(block)
        if own is PartKind.LIST:
            around = block.element.nearest(LIST_TAGS)
        elif own is PartKind.TABLE:
            around = block.element.nearest(("table",))
        else:
            around = None
        if around is not None and around is holder:
            if own is PartKind.TABLE:
                its_row = block.element.nearest(_ROW)
                text += (_CELL if its_row is row else "\n") + block.text.replace("\n", " ")
                row = its_row
            else:
                text += "\n" + block.text
            continue
        if text:
            yield Piece(text, kind)
        kind, holder, text = own, around, block.text
        row = block.element.nearest(_ROW) if own is PartKind.TABLE else None
        if own is PartKind.TABLE:
            text = text.replace("\n", " ")
    if text:
        yield Piece(text, kind)


def _kind_of(block: Block) -> PartKind:
    tag, roles = block.element.tag, block.roles
    if tag in _HEADINGS:
        return PartKind.SUBHEAD
    if roles & Role.TABLE and _is_data_cell(block.element):
        return PartKind.TABLE
    if roles & Role.LIST and block.element.nearest(LIST_TAGS) is not None:
        return PartKind.LIST
    if roles & Role.QUOTE:
        return PartKind.QUOTE
    if roles & Role.PREFORMATTED:
        return PartKind.PREFORMATTED
    is_bold = block.strong == len(block.text) <= _LONGEST_SUBHEAD and "\n" not in block.text
    if is_bold and not ends_sentence(block.text) and not block.text.endswith(_NO_END_OF_SUBHEAD):
        return PartKind.SUBHEAD
    return PartKind.PARAGRAPH


def _is_data_cell(element: Element) -> bool:
    """Whether a cell is one of a row of data, and not of a table that lays out the page."""
    cell = element.nearest(("td", "th"))
    if cell is None or cell.last - cell.first > _MOST_LINES_IN_CELL:
        return False
    row = cell.nearest(_ROW)
    return row is not None and (row.first, row.last) != (cell.first, cell.last)


def find_captions(page: Page, headline: int | None, body: Sequence[int]) -> tuple[str, ...]:
    """Captions of the story's pictures, without the photographers: those from the headline to the story's end."""
    if not body:
        return ()
    first = min(body[0], headline if headline is not None else body[0])
    captions: dict[str, str] = {}
    for block in page.blocks[first : body[-1] + 2]:
        if len(block.text) > _LONGEST_CAPTION or block.has(_NOT_OF_STORY):
            continue
        if not block.roles & Role.CAPTION and not (_has_picture(block) and is_caption_line(block.text)):
            continue
        caption = strip_credit(block.text)
        if len(caption.split()) > 1:
            captions.setdefault(fold(caption), caption)
    return tuple(captions.values())


def _has_picture(block: Block) -> bool:
    """Whether a picture stands in the line or right before it, as in pages without `figcaption`."""
    return any(mark.tag in ("img", "amp-img") for mark in block.marks)

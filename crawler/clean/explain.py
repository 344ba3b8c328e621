"""A page that shows what clean makes of a page: each of its lines with what became of it and why, and the fields.

The answer is one HTML file that loads nothing and runs nothing. All of the explained page is data in it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from crawler.clean.blocks import Block, Element
from crawler.clean.body import BELONGS, Reading, read_body
from crawler.clean.captions import strip_credit
from crawler.clean.decode import DocumentKind, decode_page
from crawler.clean.extract import extract_article, usable_address
from crawler.clean.features import NAMES
from crawler.clean.page import Page, parse_page
from crawler.clean.people import find_credits
from crawler.clean.reject import Rejected, RejectedPage
from crawler.clean.roles import ROLE_NAMES
from crawler.clean.text import fold
from crawler.clean.text_model import explain_blocks
from crawler.clean.title import find_title
from crawler.clean.trim import trim_body
from crawler.clean.version import EXTRACTOR_VERSION
from crawler.records import ArticleFields

TEMPLATE = "explain.html"
_MOST_REASONS = 8
_LEAST_EFFECT = 0.05
_LONGEST_TEXT = 3000
_LONGEST_VALUE = 1500
_LONGEST_PATH = 12
_LONGEST_STEP = 60
_LONGEST_CAPTION = 700
_OF_YES_OR_NO = ("is ", "in a", "in the ", "after the main", "below headline", "states ", "has ", "og says ")
_WHOLE = 100
"""Numbers from here on are shown without decimals."""
_INSTANTS = ("published_at", "modified_at")
_SHOWN_ELSEWHERE = frozenset({"origins", "confidences", "parts", "text", "links", "word_count"}) | {
    name.replace("_at", what) for name in _INSTANTS for what in ("_precision", "_zone")
}


class Fate(StrEnum):
    """What became of a line of the page."""

    KEPT = "kept"
    HEADLINE = "headline"
    CREDIT = "credit"
    CAPTION = "caption"
    TRIMMED = "trimmed"
    REPEATED = "repeated"
    CUT = "cut"


_MEANINGS = {
    Fate.KEPT: "in the text",
    Fate.HEADLINE: "the headline, or the same words over the text",
    Fate.CREDIT: "a line of credits: authors, agencies, sources",
    Fate.CAPTION: "a caption of a picture of the story",
    Fate.TRIMMED: "likely, but a notice, a date, a caption or a way through the site",
    Fate.REPEATED: "likely, but the page has said it before",
    Fate.CUT: "not in the text; the stronger the colour, the nearer it came",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """How far a feature moved the line towards the text (positive) or away from it, in log-odds."""

    name: str
    value: str
    effect: float

    @property
    def share(self) -> float:
        """Length of its bar, in percent of the longest that is drawn."""
        return min(100.0, 100 * abs(self.effect) / 2)


@dataclass(frozen=True, slots=True)
class Line:
    """A block of the page as it is shown."""

    index: int
    fate: Fate
    probability: float
    text: str
    length: int
    tag: str
    path: str
    own_roles: tuple[str, ...]
    roles: tuple[str, ...]
    """Those of the elements around it."""
    linked: int
    strong: int
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.probability)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the article as it is shown; the confidence is 0 to 1."""

    name: str
    value: str
    origin: str | None
    confidence: float | None


def explain_page(payload: bytes, *, url: str = "", content_type: str | None = None, name: str = "") -> str:
    """HTML that explains what `extract_article` makes of a page. `name` is what the page is called, as in its file.

    Never raises: of a page that is rejected it shows the reason, and its lines where it has any.
    """
    result = extract_article(payload, content_type=content_type, url=url)
    lines: list[Line] = []
    threshold, note = BELONGS, None
    try:
        decoded = decode_page(payload, content_type)
        if decoded.kind is DocumentKind.HTML:
            page = parse_page(decoded.text, usable_address(url))
            reading = read_body(page)
            threshold = reading.threshold
            lines = list(_read_lines(page, reading, result))
        else:
            note = "A page of plain text has no elements: its lines are told by their words alone, and not shown here."
    except RejectedPage:
        note = "Nothing of the page could be read."
    counts = {fate: sum(line.fate is fate for line in lines) for fate in Fate}
    return _environment().get_template(TEMPLATE).render(
        title=result.title if isinstance(result, ArticleFields) else name or url or "A page",
        name=name, url=url, version=EXTRACTOR_VERSION, note=note,
        rejected=result if isinstance(result, Rejected) else None,
        fields=list(_read_fields(result)) if isinstance(result, ArticleFields) else [],
        unfilled=_unfilled(result) if isinstance(result, ArticleFields) else [],
        threshold=threshold, belongs=BELONGS, lines=lines, counts=counts, meanings=_MEANINGS,
        runs=[(fate, len(list(run))) for fate, run in groupby(lines, key=lambda line: line.fate)],
    )  # fmt: skip


def _read_lines(page: Page, reading: Reading, result: ArticleFields | Rejected) -> Iterator[Line]:
    fates = _find_fates(page, reading, result)
    moved = explain_blocks(reading.features)
    # The strongest first, of all blocks at once: a page may have thousands.
    strongest = np.argsort(-np.abs(moved), axis=0, kind="stable")[:_MOST_REASONS]
    paths: dict[int, str] = {}
    for block in page.blocks:
        index, element = block.index, block.element
        path = paths.get(element.order)
        if path is None:
            path = paths[element.order] = _path_of(element)
        reasons = (
            Reason(
                NAMES[feature],
                _tell(feature, float(reading.features[feature, index]), block),
                float(moved[feature, index]),
            )
            for feature in strongest[:, index].tolist()
        )
        yield Line(
            index, fates[index], float(reading.probabilities[index]), _cut(block.text, _LONGEST_TEXT), len(block.text),
            element.tag, path, _names_of(element.own), _names_of(block.roles & ~element.own), block.linked,
            block.strong, tuple(reason for reason in reasons if abs(reason.effect) >= _LEAST_EFFECT),
        )  # fmt: skip


def _tell(feature: int, value: float, block: Block) -> str:
    """A feature's value in words."""
    name = NAMES[feature]
    if name == "tag":
        return block.tag
    if name.startswith(_OF_YES_OR_NO):
        return "yes" if value else "no"
    return f"{value:.0f}" if value == int(value) or abs(value) >= _WHOLE else f"{value:.2f}"


def _find_fates(page: Page, reading: Reading, result: ArticleFields | Rejected) -> list[Fate]:
    title = find_title(page, reading.headline)
    credits = find_credits(page, reading.headline, reading.body)
    kept = set(trim_body(page, reading, credits, title.value if title else None))
    body = set(reading.body)
    captions = {fold(caption) for caption in result.captions} if isinstance(result, ArticleFields) else set()

    headings = {fold(title.value)} if title else set()
    if reading.headline is not None:
        headings.add(fold(page.blocks[reading.headline].text))

    def fate_of(block: Block) -> Fate:
        index = block.index
        if index in kept:
            return Fate.KEPT
        if index == reading.headline:
            return Fate.HEADLINE
        if index in credits.lines:
            return Fate.CREDIT
        if captions and len(block.text) < _LONGEST_CAPTION and fold(strip_credit(block.text)) in captions:
            return Fate.CAPTION
        if index in body:
            return Fate.HEADLINE if fold(block.text) in headings else Fate.TRIMMED
        return Fate.REPEATED if reading.probabilities[index] >= reading.threshold else Fate.CUT

    return [fate_of(block) for block in page.blocks]


def _path_of(element: Element) -> str:
    """The path's end: that of an element in hundreds of others is as long as a page."""
    steps: list[str] = []
    for around in element.ancestors():
        if len(steps) == _LONGEST_PATH:
            steps.append("…")
            break
        names = (around.attributes.get("class") or "").split()[:3]
        steps.append(_cut(".".join((around.tag, *names)), _LONGEST_STEP))
    return " / ".join(reversed(steps))


def _names_of(roles: int) -> tuple[str, ...]:
    return tuple(name.lower() for bit, name in ROLE_NAMES.items() if roles & bit)


def _read_fields(fields: ArticleFields) -> Iterator[Field]:
    """The filled fields, in the order of the record; text and links as their numbers."""
    for name in ArticleFields.model_fields:
        value = getattr(fields, name)
        if name == "text":
            value = f"{fields.word_count} words in {len(fields.parts)} parts"
        elif name == "links":
            inside = sum(link.is_in_text for link in fields.links)
            value = f"{len(fields.links)} links, {inside} of them in the text" if fields.links else ""
        elif name in _INSTANTS and value is not None:
            value = _show_instant(fields, name.removesuffix("_at"))
        elif name in _SHOWN_ELSEWHERE or value in (None, "", ()):
            continue
        if value:
            yield Field(name, _show(value), fields.origins.get(name), fields.confidences.get(name))
    for name in sorted(set(fields.origins) - set(ArticleFields.model_fields)):
        yield Field(name, fields.origins[name], None, None)


def _unfilled(fields: ArticleFields) -> list[str]:
    return [
        name
        for name in ArticleFields.model_fields
        if name not in _SHOWN_ELSEWHERE and getattr(fields, name) in (None, "", ())
    ]


def _show_instant(fields: ArticleFields, name: str) -> str:
    at, precision, zone = (getattr(fields, f"{name}_{what}") for what in ("at", "precision", "zone"))
    known = f", known to the {precision}" if precision else ""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC{known}{f', written in {zone}' if zone else ''}"


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return _cut(" · ".join(str(one) for one in value), _LONGEST_VALUE)
    return _cut(str(value), _LONGEST_VALUE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(signed=_signed)
    return environment


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{abs(value):.1f}"

"""What a page shows of its dates: lines with dates, `time` elements, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.clean.ago import LONGEST_AGO
from crawler.clean.blocks import Block, Mark
from crawler.clean.calendars import Calendar
from crawler.clean.claims import Claim
from crawler.clean.instants import Reading, make_readable, parse_ago, read_all, read_iso, zone_of
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.records import Precision


def _edged(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


# Parts of words, in lower case; `_` stands for a space or a word's edge.
_PUBLISHED_WORDS = _edged(
    "publis public publik publié publiq pubblic posted veröff erstellt erschienen gepubliceerd geplaatst yayın "
    "eklen опублік опублик размещ نشر انتشار udgivet dodano wydano vydán megjelen objav oprettet δημοσ פורסם 掲載 "
    "公開 配信 发布 發布 发表 發表 입력 등록 게시 승인 đăng terbit created submitted released issued بڵاو weşan "
    "belav від added ایجاد شائع প্রকাশ प्रकाश เผยแพร่"
)
_MODIFIED_WORDS = _edged(
    "updat modif _edited revis reviewed aktuali actuali aggiorn güncel обновл измен онов зміне تحديث تعديل محدث "
    "آخر روزرسان ویرایش oppdater uppdater opdater bijgewerkt mis_à_jour mise_à_jour _maj_ atualiz _stand_ _stand: "
    "geändert zuletzt zaktual módos frissít ενημ עודכן עדכון 更新 修改 수정 cập_nhật perbarui अपडेट আপডেট อัปเดต "
    "changed _last_ sist_endret ändrad ažurir zmien změn промен نوێکر"
)
_OTHER_WORDS = _edged(
    "© copyright (c) expire deadline event _since_ _born_ joined registered member geboren valid _comment "
    "kommentar says: said: schrieb wrote reply antwort accessed retrieved abgerufen access_date seit_ _bis_ until "
    "founded anmeldung termin beginn tickets available_from"
)
_LONGEST_LABEL = 60
_WORDS = (("published", _PUBLISHED_WORDS), ("updated", _MODIFIED_WORDS), ("other", _OTHER_WORDS))
_ELSEWHERE = Role.RELATED | Role.COMMENT | Role.ASIDE | Role.NAV | Role.ADVERT | Role.COOKIE | Role.NEWSLETTER
_MAYBE_ELSEWHERE = Role.TEASER | Role.WIDGET | Role.HIDDEN | Role.BIO | Role.TABLE | Role.FORM | Role.MEDIA
_STAMPS = ("datetime", "content", "data-datetime", "data-timestamp", "data-time", "data-date")
_CHANGE_NAME = re.compile("[Uu]pdated|[Mm]odified|lastmod|[Uu]pdate-?(?:date|time)")
_UNSTAMPED = frozenset(("a", "img", "amp-img"))
_TWO_DIGITS = re.compile(r"\d\d")
LONGEST_LINE = 200
_NEAR_BEFORE, _NEAR_AFTER = 8, 25
_MOST_CLAIMS = 14


_PARAGRAPH = 150
_HEADINGS = frozenset(("h1", "h2", "h3"))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the story stands among the page's blocks."""

    headline: int | None
    body: Sequence[int]
    first: int | None
    """Where the story proper begins: below a standfirst."""


def lay_out(page: Page, headline: int | None, body: Sequence[int]) -> Layout:
    """`headline` and `body` are indexes of blocks."""
    long = (at for at in body if len(page.blocks[at].text) >= _PARAGRAPH and page.blocks[at].tag not in _HEADINGS)
    return Layout(headline, body, next(long, body[0] if body else None))


def near_blocks(page: Page, layout: Layout) -> Iterator[Block]:
    """Blocks around the headline and next to the story's ends: where a story's date is shown."""
    blocks = page.blocks
    first = layout.first
    at = layout.headline if layout.headline is not None else first
    if at is None:
        return
    reach = _NEAR_AFTER if first is None or first < at else min(_NEAR_AFTER, max(12, first + 4 - at))
    ranges = [(max(0, at - _NEAR_BEFORE), min(len(blocks), at + reach))]
    if first is not None:
        if first - 6 > ranges[0][1] or first + 2 < ranges[0][0]:
            ranges.append((max(0, first - 6), min(len(blocks), first + 2)))
        end = layout.body[-1] + 1
        start = max(end - 1, ranges[0][1])
        ranges.append((start, min(len(blocks), end + 6)))
    for start, stop in ranges:
        yield from blocks[start:stop]


def visible_claims(
    blocks: Iterator[Block] | Sequence[Block],
    page: Page,
    layout: Layout,
    *,
    month_first: bool,
    language: str | None,
    far: bool = False,
    ago: bool = False,
) -> list[Claim]:
    """Dates in lines and `time` elements. A long line is read only where it begins the story, or if `far`.

    `ago`: also those that are counted back from the fetch.
    """
    claims: list[Claim] = []
    in_body = set(layout.body)
    fetched_at = page.fetched_at
    for block in blocks:
        text = block.text
        element = block.element
        before = len(claims)
        stamped = [mark for mark in block.marks if mark.tag not in _UNSTAMPED] if block.marks else ()
        if stamped or "datetime" in element.attributes:
            _add_stamps(claims, block, stamped)
        if len(text) > LONGEST_LINE:
            is_read = block.index == layout.first or (far and _speaks_of_publication(text[:LONGEST_LINE]))
            text = text[:LONGEST_LINE] if is_read else ""
        if len(text) > 5 and _TWO_DIGITS.search(text):
            _add_lines(claims, block, make_readable(text), page, month_first, language)
        if ago and fetched_at is not None and len(claims) == before and _may_say_ago(block, layout):
            _add_ago(claims, block, page, fetched_at)
        for claim in claims[before:]:
            _describe(claim, block, layout, in_body, fetched_at)
        if len(claims) >= _MOST_CLAIMS:
            break
    return claims


def _add_stamps(claims: list[Claim], block: Block, marks: Sequence[Mark]) -> None:
    holders = [(mark.attributes, mark.text) for mark in marks]
    if block.element.attributes.get("datetime"):
        holders.append((block.element.attributes, block.text))
    for attributes, text in holders[:_MOST_CLAIMS]:
        stamp = next((value for name in _STAMPS if (value := attributes.get(name))), None) or attributes.get("title")
        reading = read_iso(stamp) if stamp else None
        if reading is None:
            continue
        kind = (attributes.get("itemprop") or "").lower()
        names = attributes.get("class") or ""
        is_update = kind == "datemodified" or _names_change(names) or _label(block.text, text) == "updated"
        trait = "microdata" if kind in ("datepublished", "datecreated") or "pubdate" in attributes else "time"
        claims.append(
            Claim(reading, "microdata" if trait == "microdata" else "time-element", is_update, block.index, [trait])
        )


def _speaks_of_publication(text: str) -> bool:
    text = text.lower()
    return any(word in text for word in _PUBLISHED_WORDS)


def _names_change(names: str) -> bool:
    """Whether an element's names speak of a change, and not of publication too, as `published updated` does."""
    return bool(_CHANGE_NAME.search(names)) and "publish" not in names


def _label(line: str, text: str) -> str | None:
    """What the words before a piece of a line say of it."""
    before = line[: line.find(text)] if text and text in line else ""
    return label_of(before)


def label_of(words: str) -> str | None:
    """`published`, `updated`, `other` or None, by the last of such words."""
    if len(words) < 3:
        return None
    words = f" {words[-_LONGEST_LABEL:].lower()} "
    best, kind = -1, None
    for name, parts in _WORDS:
        for part in parts:
            at = words.rfind(part)
            if at > best:
                best, kind = at, name
    return kind


def _add_lines(
    claims: list[Claim], block: Block, text: str, page: Page, month_first: bool, language: str | None
) -> None:
    readings = read_all(text, month_first=month_first, language=language, short=len(text) < 80 or text[0].isdigit())
    if not readings:
        return
    gregorian = [r for r in readings if r.calendar is Calendar.GREGORIAN]
    last = 0
    for reading in gregorian or readings[:1]:
        label = label_of(text[last : reading.start]) or (
            label_of(text[reading.end : reading.end + 14]) if last == 0 else None
        )
        if label is None and last == 0 and block.index and reading.start < 12:
            above = page.blocks[block.index - 1].text
            label = label_of(above) if len(above) <= 30 else None
        if label is None and last == 0:
            label = "updated" if _names_change(block.element.names) else None
        claim = Claim(reading, "visible", label == "updated", block.index, ["line"])
        if label == "published":
            claim.origin = "label"
            claim.traits.append("labelled")
        elif label == "other":
            claim.traits.append("of-other")
        if reading.start <= 3 and len(text) > 80:
            claim.traits.append("opens")
        rest = len(text) - (reading.end - reading.start)
        claim.traits.append("bare" if rest < 12 else "short" if rest < 60 else "long")
        claims.append(claim)
        last = reading.end


_LONGEST_TODAY = 20


def _may_say_ago(block: Block, layout: Layout) -> bool:
    """Whether a line is short, and below the headline: what stands above it dates other stories."""
    if not 3 < len(block.text) <= LONGEST_AGO or block.tag in _HEADINGS:
        return False
    return layout.headline is None or block.index > layout.headline


def _add_ago(claims: list[Claim], block: Block, page: Page, fetched_at: datetime) -> None:
    moment = parse_ago(block.text, zone_of(page.time_zone), fetched_at)
    if moment is None:
        return
    is_day = moment.precision is Precision.DAY
    if is_day and len(block.text) > _LONGEST_TODAY and not block.has(Role.DATE | Role.BYLINE):
        return  # `Fire today in Karsuma`
    at = moment.at
    clock = None if is_day else timedelta(hours=at.hour, minutes=at.minute)
    reading = Reading(at.date(), clock, moment.precision, None if is_day else at.tzinfo)
    claims.append(Claim(reading, "ago", label_of(block.text) == "updated", block.index, ["line", "ago"]))


def _describe(claim: Claim, block: Block, layout: Layout, in_body: set[int], fetched_at: datetime | None) -> None:
    """Add the traits of the place where a date is shown."""
    traits = claim.traits
    at = layout.headline
    if at is None:
        first = layout.first
        steps = None if first is None else block.index - first
        traits.append("no-headline")
        if steps is not None:
            traits.append("over-body" if -4 <= steps < 0 else "at-body" if 0 <= steps <= 1 else "off-body")
    else:
        steps = block.index - at
        traits.append(
            "at-headline" if steps == 0 else "under-1" if 0 < steps <= 2 else "under-2" if 2 < steps <= 5
            else "under-3" if 5 < steps <= 12 else "under-4" if 12 < steps <= 30 else "over-1" if -2 <= steps < 0
            else "over-2" if -8 <= steps < 0 else "far"
        )  # fmt: skip
    if block.index in in_body:
        traits.append("in-body-first" if block.index == layout.first else "in-body")
    elif layout.first is not None and block.index < layout.first:
        traits.append("before-body")
    elif layout.body and block.index > layout.body[-1]:
        traits.append("after-body")
    if block.has(Role.DATE):
        traits.append("date-role")
    if block.has(Role.BYLINE):
        traits.append("byline-role")
    if block.has(_ELSEWHERE):
        traits.append("elsewhere")
    if block.has(_MAYBE_ELSEWHERE):
        traits.append("maybe-elsewhere")
    if block.has(Role.FOOTER | Role.COPYRIGHT):
        traits.append("footer")
    if block.linked * 2 > len(block.text):
        traits.append("linked")
    if claim.reading.clock is not None:
        traits.append("clock")
    elif fetched_at is not None and block.has(Role.HEADER | Role.NAV) and claim.reading.day == fetched_at.date():
        traits.append("today")
    if claim.is_update:
        traits.append("updated")

"""What a page says of its dates: each claim with where it was found, before any is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import unquote, urlsplit

from crawler.clean.blocks import Block, Mark
from crawler.clean.calendars import Calendar, month_of, to_gregorian, words_of
from crawler.clean.instants import Reading, make_readable, parse_ago, read_all, read_iso
from crawler.clean.page import Page, is_article_node, types_of
from crawler.clean.roles import Role
from crawler.records import Precision

HEAD = frozenset(("json-ld", "meta"))
"""Origins of what the page's head states."""


@dataclass(slots=True, eq=False)
class Claim:
    """One date with its origin. `traits` name what speaks for and against it; the weights are in `dates`."""

    reading: Reading
    origin: str
    is_update: bool = False
    block: int | None = None
    traits: list[str] = field(default_factory=list)


# --- the head --------------------------------------------------------------------------------------------------------

_PUBLISHED_METAS = words_of(
    "article:published_time datepublished article:published og:article:published_time og:published_time "
    "og:publish_date og:pubdate parsely-pub-date sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime "
    "bt:pubdate dc.date.issued dcterms.issued dc.terms.issued dc.date.created dcterms.created dc.created "
    "citation_publication_date citation_online_date citation_date prism.publicationdate pubdate publishdate "
    "publish-date publish_date publication_date publication-date published_time published-date publisheddate "
    "published_at published date-pub date.available date.created article.published article_date_original "
    "article:post_date article.created rnews:datepublished displaydate release_date originalpublicationdate "
    "shareaholic:article_published_time http://ogp.me/ns/article#published_time vr:published_time ob:date "
    "article-publication-date weibo:article:create_at vf:publish_date last-publish datecreated "
    "acquia_lift:published_date sort_date contentdate dateissued veeseo:date outbrain-date cms_creationdate "
    "srf.date pub_date firstpublished mediator_published_time"
)
_DATE_METAS = words_of("date dc.date dcterms.date dc:date uploaddate created search.date blog_date")
_MODIFIED_METAS = words_of(
    "article:modified_time datemodified article:modified og:updated_time og:article:modified_time dcterms.modified "
    "dc.date.modified last-modified last_modified lastmod article:updated_time article:updated bt:moddate "
    "date.updated date.modified last_updated_date last-updated updated updated_time "
    "shareaholic:article_modified_time http://ogp.me/ns/article#modified_time revised cxenseparse:recs:moddate "
    "modified lastmodified mediator_updated_time weibo:article:update_at"
)
_STRONG_METAS = frozenset(_PUBLISHED_METAS[:11])
_PAGE_TYPES = frozenset(
    words_of(
        "FAQPage LiveBlogPosting AboutPage MedicalWebPage Recipe QAPage Question HowTo Dataset DiscussionForumPosting "
        "Event ItemPage WebPage CreativeWork"
    )
)


def head_claims(page: Page) -> list[Claim]:
    """Claims of JSON-LD and metas."""
    claims: list[Claim] = []

    def add(value: object, origin: str, trait: str, *, is_update: bool = False) -> None:
        reading = read_iso(value) if value else None
        if reading is not None:
            claims.append(Claim(reading, origin, is_update, traits=[trait]))

    article = page.article
    add(article.get("datePublished"), "json-ld", "ld")
    add(article.get("dateCreated"), "json-ld", "ld-created")
    add(article.get("dateModified"), "json-ld", "ld-modified", is_update=True)
    for node in page.nodes:
        if node is article:
            continue
        kinds = types_of(node)
        if kinds & _PAGE_TYPES and _is_of_page(node, page):
            add(node.get("datePublished"), "json-ld", "ld-page")
            add(node.get("dateModified"), "json-ld", "ld-modified", is_update=True)
        elif not article and is_article_node(node) and _is_of_page(node, page):
            add(node.get("datePublished"), "json-ld", "ld-other")
        elif "VideoObject" in kinds and not article:
            add(node.get("uploadDate") or node.get("datePublished"), "json-ld", "ld-other")
    metas = page.metas
    for name in _PUBLISHED_METAS:
        if name in metas:
            values = metas[name]
            add(values[0], "meta", "meta" if name in _STRONG_METAS else "meta-odd")
            if len(values) > 2 and name == "datepublished":
                claims[-1].traits = ["meta-many"]
    for name in _DATE_METAS:
        if name in metas:
            add(metas[name][0], "meta", "meta-date")
    for name in _MODIFIED_METAS:
        if name in metas:
            add(metas[name][0], "meta", "meta-modified", is_update=True)
    if len({claim.reading.day for claim in claims if not claim.is_update}) != 1:
        add(_tag_stamp(page.source), "microdata", "microdata")
    return claims


_TAG = 'itemprop="datePublished"'
_TAG_STAMP = re.compile(r"""\scontent=["']([^"'>]+)["']""")


def _tag_stamp(source: str) -> str | None:
    """The content of the first element that is marked as the date of publication, and is neither shown nor a meta."""
    at = source.find(_TAG)
    if at < 0:
        return None
    start, end = source.rfind("<", 0, at), source.find(">", at)
    tag = source[start:end] if at - start < 500 and end - at < 500 else ""
    match = _TAG_STAMP.search(tag)
    return match[1] if match and not tag.startswith(("<meta", "<time")) else None


def _is_of_page(node: dict[str, object], page: Page) -> bool:
    address = node.get("url") or node.get("@id")
    if not isinstance(address, str) or not address.startswith("http"):
        return True
    return urlsplit(address).path.rstrip("/") == urlsplit(page.url).path.rstrip("/")


# --- the address -----------------------------------------------------------------------------------------------------

_URL_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?:(?P<s>[-_/.]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)|"
    r"/(?P<m2>\d{1,2})/(?P<d2>\d{1,2})(?=/|$)|[/-](?P<w>[a-z]{3,9})[/-](?P<d3>\d{1,2})(?=[/-]|$))"
)
_URL_COMPACT = re.compile(r"(?<!\d)(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])\d{4,6}(?!\d)")
_URL_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>0[1-9]|[12]\d|3[01])[-_/.](?P<m>0[1-9]|1[0-2])[-_/.](?P<y>(?:19|20)\d{2})(?!\d)"
)
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})[/-](0?[1-9]|1[0-2])(?=/)")


def url_claim(url: str) -> Claim | None:
    """The day in the page's address."""
    path = urlsplit(url).path
    query = urlsplit(url).query
    for text in (path, unquote(query)) if "20" in query else (path,):
        for pattern in (_URL_YEAR_FIRST, _URL_DAY_FIRST, _URL_COMPACT):
            for match in pattern.finditer(text):
                parts = match.groupdict()
                month = parts.get("m") or parts.get("m2")
                if month is None:
                    named = month_of(parts["w"])
                    month = str(named[1]) if named else "0"
                day = parts.get("d") or parts.get("d2") or parts.get("d3") or "0"
                on = to_gregorian(Calendar.GREGORIAN, int(parts["y"]), int(month), int(day))
                if on and on.year >= 1990:
                    in_folders = match.group().count("/") >= 2
                    return Claim(Reading(on), "url", traits=["url" if in_folders else "url-odd"])
    return None


def url_month(url: str) -> tuple[int, int] | None:
    """Year and month of the folders in the page's address."""
    match = _URL_MONTH.search(urlsplit(url).path + "/")
    return (int(match[1]), int(match[2])) if match else None


_TITLE_DATE = re.compile(r"[|–—•·:,-]\s*([^|–—•·]*\d[^|–—•·]*)$")


def title_claim(page: Page) -> Claim | None:
    """A day at the end of the page's title, as in `Harvest fails | The Outlet | 28.04.2023`."""
    for title in (page.meta("og:title"), page.head_title):
        match = _TITLE_DATE.search(title) if title else None
        if match is None or len(match[1]) > 30:
            continue
        readings = read_all(make_readable(match[1]), short=False)
        if len(readings) == 1 and len(match[1]) - (readings[0].end - readings[0].start) < 12:
            return Claim(readings[0], "title", traits=["title"])
    return None


_SCRIPT_NAMES = words_of(
    "datePublished date_published publishedAt published_at firstPublished firstPublishedAt firstPublicationDate "
    "publishDate publish_date publishedDate publicationDate pubDate dateCreated createdAt created_at"
)
_SCRIPT_STAMP = re.compile(r"""\\?["']?\s*[:=]\s*\\?["'](\d{4}-?\d\d-?\d\d[^"'\\]{0,22}|\d{10}(?:\d{3})?)\\?["']""")


def script_claims(page: Page) -> list[Claim]:
    """Dates that scripts carry: the first of each name. A page without news markup may yet be made from such data."""
    claims: list[Claim] = []
    source = page.source
    for name in _SCRIPT_NAMES:
        at = source.find(name)
        match = _SCRIPT_STAMP.match(source, at + len(name)) if at >= 0 else None
        reading = read_iso(match[1]) if match else None
        if reading is not None:
            claims.append(Claim(reading, "script", traits=["script-created" if "reat" in name else "script"]))
    return claims


def hint_claim(page: Page) -> Claim | None:
    """What the feed or sitemap said."""
    at = page.hint_published_at
    if at is None:
        return None
    at = at.astimezone(timezone.utc)
    clock = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    return Claim(Reading(at.date(), clock, Precision.SECOND, timezone.utc), "feed", traits=["feed"])


# --- what is to be seen ----------------------------------------------------------------------------------------------


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
_WORDS = (("published", _PUBLISHED_WORDS), ("updated", _MODIFIED_WORDS), ("other", _OTHER_WORDS))
_ELSEWHERE = Role.RELATED | Role.COMMENT | Role.ASIDE | Role.NAV | Role.ADVERT | Role.COOKIE | Role.NEWSLETTER
_MAYBE_ELSEWHERE = Role.TEASER | Role.WIDGET | Role.HIDDEN | Role.BIO | Role.TABLE | Role.FORM | Role.MEDIA
_STAMPS = ("datetime", "content", "data-datetime", "data-timestamp", "data-time", "data-date")
_CHANGE_NAME = re.compile("[Uu]pdated|[Mm]odified|lastmod|[Uu]pdate-?(?:date|time)")
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
) -> list[Claim]:
    """Dates in lines and `time` elements. A long line is read only where it begins the story, or if `far`."""
    claims: list[Claim] = []
    in_body = set(layout.body)
    fetched_at = page.fetched_at
    for block in blocks:
        text = block.text
        element = block.element
        before = len(claims)
        stamped: list[Mark] = []
        if block.marks:
            stamped = [
                m for m in block.marks if m.tag == "time" or "datetime" in m.attributes or "itemprop" in m.attributes
            ]
        if stamped or "datetime" in element.attributes:
            _add_stamps(claims, block, stamped)
        if len(text) > LONGEST_LINE:
            is_read = block.index == layout.first or (far and _speaks_of_publication(text[:LONGEST_LINE]))
            text = text[:LONGEST_LINE] if is_read else ""
        if len(text) > 5 and _TWO_DIGITS.search(text):
            _add_lines(claims, block, make_readable(text), page, month_first, language)
        if (
            fetched_at is not None
            and len(claims) == before
            and len(text) < 50
            and block.roles & (Role.DATE | Role.BYLINE)
        ):
            _add_ago(claims, block, fetched_at)
        for claim in claims[before:]:
            _describe(claim, block, layout, in_body, fetched_at)
        if len(claims) >= _MOST_CLAIMS:
            break
    return claims


def _add_stamps(claims: list[Claim], block: Block, marks: list[Mark]) -> None:
    holders = [(mark.attributes, mark.text) for mark in marks]
    if block.element.attributes.get("datetime"):
        holders.append((block.element.attributes, block.text))
    for attributes, text in holders:
        stamp = next((value for name in _STAMPS if (value := attributes.get(name))), None)
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
    words = f" {words.lower()} "
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


def _add_ago(claims: list[Claim], block: Block, fetched_at: datetime) -> None:
    moment = parse_ago(block.text, timezone.utc, fetched_at)
    if moment is None:
        return
    at = moment.at
    clock = None if moment.precision is Precision.DAY else timedelta(hours=at.hour, minutes=at.minute)
    reading = Reading(at.date(), clock, moment.precision, timezone.utc)
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

"""When it was published and last changed: stated dates first, then what is to be seen, then the address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from htmldate import find_date
from lxml import html

from crawler.clean.instants import Moment, parse_stamp, parse_words, zone_of
from crawler.clean.page import Node, Page, class_and_id, is_article_node, types_of, visible_text
from crawler.records import Precision

_PUBLISHED_METAS = (
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.created",
    "dc.date",
    "dc.created",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "article.published",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "og:pubdate",
    "rnews:datepublished",
    "date",
    "article.created",
    "last-publish",
    "article:post_date",
)
_MODIFIED_METAS = (
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "article:updated",
)
_DATE_ROLE = re.compile(
    r"(?:^|[\s_-])(?:entry-date|published?|pub-?date|post-?date|article-?date|date(?:line|time)?|posted-?on|"
    r"timestamp|"
    r"time|dateposted|news-?date|created|publish-?(?:date|time|ed-?on)|fecha|datum|byline|meta|info|"
    r"submitted)(?:$|[\s_-])"
)
_MODIFIED_WORD = re.compile(
    r"updat|modif|edited|revis|aktualis|actualis|aggiorn|güncel|обновл|изменен|تحديث|تعديل|محدث|oppdater|uppdater",
    re.IGNORECASE,
)
_PUBLISHED_WORD = re.compile(
    r"publish|posted|veröff|erstellt|publi[ée]|publicad|pubblicat|yayın|опублик|نشر|created", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"comment|related|sidebar|widget|footer|recommend|more-?news|latest|most-|popular|teaser|copyright|weather|"
    r"ticker|"
    r"archive|calendar|event|next|prev"
)
_URL_DATE = re.compile(r"/(?P<y>(?:19|20)\d{2})[/-]?(?P<m>0[1-9]|1[0-2])[/-]?(?P<d>0[1-9]|[12]\d|3[01])(?:/|[-_]|$)")
_URL_DATE_ALONE = re.compile(r"(?<!\d)(?P<y>20\d{2})[-_/]?(?P<m>0[1-9]|1[0-2])[-_/]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_ANY_STAMP = re.compile(
    r"(?<!\d)(?P<day>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d:\d\d:\d\d)(?:\.\d+)?(?P<offset>[+-]\d\d:?\d\d)?(?![\dZ.:+-])"
)
_FIRST_YEAR = 1990


@dataclass(frozen=True)
class Dates:
    published: Moment | None = None
    published_origin: str | None = None
    modified: Moment | None = None
    modified_origin: str | None = None


def find_dates(page: Page) -> Dates:
    """Both dates with their origins; nothing before 1990, nothing later than the fetch."""
    zone = zone_of(page.time_zone)
    latest = page.fetched_at
    published, origin = first_valid(_published(page, zone), latest)
    modified, modified_origin = first_valid(_modified(page, zone), latest)
    if modified and published and modified.at <= published.at:  # many systems state it for pages that never changed
        modified, modified_origin = None, None
    if published:
        published = Moment(_at_local_offset(published.at, page, zone), published.precision)
    return Dates(published, origin, modified, modified_origin)


def dates_of_lines(lines: Sequence[str], page: Page) -> Dates:
    """Both dates from the lines over a story."""
    zone = zone_of(page.time_zone)

    def first(of_updates: bool) -> tuple[Moment | None, str | None]:
        chosen = (line for line in lines if speaks_of_update(line) == of_updates)
        return first_valid(((parse_words(line, zone), "text-line") for line in chosen), page.fetched_at)

    (published, origin), (modified, modified_origin) = first(False), first(True)
    if published and modified and modified.at <= published.at:
        modified, modified_origin = None, None
    return Dates(published, origin, modified, modified_origin)


def speaks_of_update(line: str) -> bool:
    return bool(_MODIFIED_WORD.search(line)) and not _PUBLISHED_WORD.search(line)


def _at_local_offset(at: datetime, page: Page, zone: tzinfo) -> datetime:
    """The same instant with the outlet's offset, where the page states it in UTC.

    The day on which a story appeared is the outlet's. Its zone is known from the source file, or betrayed by the
    page: the same instant written a second time with another offset, or by a clock that is off by whole hours.
    """
    if at.utcoffset():
        return at
    if page.time_zone:
        return at.astimezone(zone)
    for match in _ANY_STAMP.finditer(page.source):
        try:
            other = datetime.fromisoformat(f"{match['day']}T{match['clock']}")
        except ValueError:
            continue
        ahead = other - at.replace(tzinfo=None)
        if ahead and abs(ahead) <= timedelta(hours=14) and ahead % timedelta(minutes=30) == timedelta(0):
            offset = match["offset"]
            if offset is None or _minutes(offset) == ahead // timedelta(minutes=1):
                return at.astimezone(timezone(ahead))
    return at


def _minutes(offset: str) -> int:
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return -minutes if offset[0] == "-" else minutes


def first_valid(
    candidates: Iterator[tuple[Moment | None, str]], latest: datetime | None
) -> tuple[Moment | None, str | None]:
    """The first plausible candidate; a later one of the same day that is more exact replaces a bare day."""
    day: tuple[Moment, str] | None = None
    for moment, origin in candidates:
        if moment is None or not is_plausible(moment, latest):
            continue
        if day is None:
            if moment.precision is not Precision.DAY:
                return moment, origin
            day = (moment, origin)
        elif moment.precision is not Precision.DAY and timedelta(0) <= moment.at - day[0].at < timedelta(days=1):
            return moment, origin
        if day and origin in ("url", "feed", "htmldate"):
            break
    return day or (None, None)


def is_plausible(moment: Moment, latest: datetime | None) -> bool:
    return moment.at.year >= _FIRST_YEAR and (latest is None or moment.at <= latest)


def date_of_url(url: str, zone: tzinfo) -> Moment | None:
    match = _URL_DATE.search(url) or _URL_DATE_ALONE.search(url.rsplit("/", 2)[-1])
    return parse_stamp(f"{match['y']}-{match['m']}-{match['d']}", zone) if match else None


def _published(page: Page, zone: tzinfo) -> Iterator[tuple[Moment | None, str]]:
    article = page.article
    stated = parse_stamp(article.get("datePublished"), zone)
    for value in _metas(page, _PUBLISHED_METAS[:4]):
        moment = parse_stamp(value, zone)
        # Where the two are days apart, JSON-LD tends to hold when the entry was made.
        if stated is None or (moment and abs(moment.at - stated.at) > timedelta(hours=12)):
            yield moment, "meta"
    yield stated, "json-ld"
    yield parse_stamp(article.get("dateCreated"), zone), "json-ld"
    for value in _metas(page, _PUBLISHED_METAS[4:5]):
        yield parse_stamp(value, zone), "meta"
    if not article:
        for node in page.nodes:
            if types_of(node) & {"WebPage", "ItemPage", "VideoObject"} or is_article_node(node):
                yield _node_date(node, page, zone), "json-ld"
    for value in _metas(page, _PUBLISHED_METAS[5:]):
        yield parse_stamp(value, zone), "meta"
    from_url = date_of_url(page.url, zone)
    yield from _visible(page.tree, zone, modified=False, near=from_url)
    yield from_url, "url"
    if page.hint_published_at:
        yield Moment(page.hint_published_at.astimezone(timezone.utc), Precision.SECOND), "feed"
    yield _from_htmldate(page, zone), "htmldate"


def _node_date(node: Node, page: Page, zone: tzinfo) -> Moment | None:
    address = node.get("url") or node.get("@id") or ""
    if isinstance(address, str) and address and page.url.rstrip("/") not in address and address.startswith("http"):
        path = address.split("#")[0].rstrip("/")
        if path and path != page.url.rstrip("/"):
            return None
    return parse_stamp(node.get("datePublished"), zone)


def _modified(page: Page, zone: tzinfo) -> Iterator[tuple[Moment | None, str]]:
    yield parse_stamp(page.article.get("dateModified"), zone), "json-ld"
    for value in _metas(page, _MODIFIED_METAS):
        yield parse_stamp(value, zone), "meta"
    yield from _visible(page.tree, zone, modified=True)


def _metas(page: Page, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from page.metas.get(name, ())


def _visible(
    tree: html.HtmlElement, zone: tzinfo, *, modified: bool, near: Moment | None = None
) -> Iterator[tuple[Moment | None, str]]:
    """`time` elements and date lines by role, in document order, leaving out those that date something else."""
    found: list[tuple[int, Moment, str]] = []
    for order, element in enumerate(
        tree.iter("time", "abbr", "span", "div", "p", "li", "td", "em", "small", "h4", "h5", "h6")
    ):
        role = class_and_id(element)
        is_time = element.tag == "time" or (element.tag == "abbr" and bool(element.get("title")))
        if not is_time and not _DATE_ROLE.search(role):
            continue
        if any(_is_elsewhere(a) for a in (element, *element.iterancestors())):
            continue
        text = visible_text(element)
        if len(text) > 160:
            continue
        around = f"{role} {text}"
        is_update = bool(_MODIFIED_WORD.search(around)) and not _PUBLISHED_WORD.search(around)
        if is_update != modified and not (modified and _MODIFIED_WORD.search(around)):
            continue
        stamp = element.get("datetime") or element.get("content") or (element.get("title") if is_time else None)
        moment = (parse_stamp(stamp, zone) if stamp else None) or parse_words(text, zone)
        if moment:
            strong = is_time or bool(_PUBLISHED_WORD.search(around)) or element.get("itemprop") is not None
            found.append((order, moment, "time-element" if is_time else "visible"))
            if near is None and strong:
                break
            if len(found) > 20:
                break
    if near is not None:
        for _, moment, origin in found:
            if abs(moment.at - near.at) <= timedelta(days=2):
                yield moment, origin
        return
    for _, moment, origin in found[-1:] if found and found[-1][2] == "time-element" else found[:1]:
        yield moment, origin


def _is_elsewhere(element: html.HtmlElement) -> bool:
    if element.tag in ("body", "html", "main"):
        return False
    return element.tag in ("aside", "footer", "nav") or bool(_ELSEWHERE.search(class_and_id(element)))


def _from_htmldate(page: Page, zone: tzinfo) -> Moment | None:
    latest = page.fetched_at
    try:
        found = find_date(
            html.fromstring(html.tostring(page.tree)),
            original_date=True,
            extensive_search=True,
            url=page.url or None,
            max_date=latest.date().isoformat() if latest else None,
        )
    except (ValueError, TypeError, OverflowError, AttributeError):
        return None  # htmldate gives up on some odd pages by raising; then there is no date to be found
    return parse_stamp(found, zone) if found else None

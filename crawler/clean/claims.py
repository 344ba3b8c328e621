"""What a page states of its dates in its head, address, title and scripts, before any of it is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from urllib.parse import unquote, urlsplit

from crawler.clean.calendars import Calendar, month_of, to_gregorian, words_of
from crawler.clean.instants import Reading, make_readable, read_all, read_iso
from crawler.clean.page import Page, is_article_node, types_of
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


_TAGS = ('itemprop="datePublished"', "itemprop='datePublished'")
_TAG_STAMP = re.compile(r"""\scontent=["']([^"'>]+)["']""")


def _tag_stamp(source: str) -> str | None:
    """The content of the first element that is marked as the date of publication, and is neither shown nor a meta."""
    at = next((at for tag in _TAGS if (at := source.find(tag)) >= 0), -1)
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


_LONGEST_TITLE_END = 40
_TITLE_DATE = re.compile(r"[|–—•·:,-]\s*([^|–—•·]*\d[^|–—•·]*)$")


def title_claim(page: Page) -> Claim | None:
    """A day at the end of the page's title, as in `Harvest fails | The Outlet | 28.04.2023`."""
    for title in (page.meta("og:title"), page.head_title):
        match = _TITLE_DATE.search(title[-_LONGEST_TITLE_END:]) if title else None
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

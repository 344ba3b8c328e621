"""What a faultless crawl of the sample site finds, from the same files that the pages are rendered from.

Texts are the clean paragraphs, subheads and list items, parted by blank lines: no headline, standfirst, caption, byline
or pull quote, and the first paragraph starts after its dateline.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.sample_site.article import Article, article_at, load_articles, version_count
from crawler.sample_site.boilerplate import BOILERPLATE_LINES
from crawler.sample_site.outlets import Outlet, build_outlets
from crawler.sample_site.outlets.marj_observer import GONE_PATH, SOFT_404_PATH, MarjObserver
from crawler.sample_site.outlets.zahim_incident_log import ZahimIncidentLog

# A word ends at white space, a dash, a slash or an ellipsis, and has a letter or digit.
_WORD_END = re.compile(r"[\s\u2012-\u2015/…|]+")

__all__ = [
    "BOILERPLATE_LINES",
    "ExpectedArticle",
    "expected_articles",
    "expected_other_outcomes",
    "expected_rejections",
]


@dataclass(frozen=True)
class ExpectedArticle:
    """One article as its page shows it. Fields that the page does not show are None or empty.

    `published_at` and `modified_at` are in UTC. `published_at` of the plain-text page stands in the sitemap alone.
    `captions` are without the photographer. `versions` counts what someone who crawled at every edition up to this one
    has seen, before and after the change of a developing article.
    """

    source_id: str
    url: str
    title: str
    authors: list[str]
    published_at: datetime
    modified_at: datetime | None
    language: str
    dateline_place: str | None
    section: str | None
    tags: list[str]
    text: str
    captions: list[str]
    word_count: int
    versions: int
    wire_group: str | None


def expected_articles(site_urls: Mapping[str, str], edition: int = 1, developed: bool = True) -> list[ExpectedArticle]:
    """The articles as they read at `edition`; `developed`: after the change of the developing one."""
    return [
        _expect(outlet, article, edition, developed)
        for outlet in build_outlets(site_urls)
        for article in _articles_of(outlet, edition)
        if article.kind in ("article", "text")
    ]


def expected_rejections(site_urls: Mapping[str, str]) -> dict[str, str]:
    """URL to reason, for pages that answer 200 and are no articles to keep."""
    reasons = {}
    for outlet in build_outlets(site_urls):
        if isinstance(outlet, MarjObserver):
            reasons[outlet.absolute(SOFT_404_PATH)] = "soft_404"
        for article in _articles_of(outlet, edition=1):
            if article.kind == "paywall":
                reasons[outlet.url_of(article)] = "paywall"
    return reasons


def expected_other_outcomes(site_urls: Mapping[str, str]) -> dict[str, str]:
    """URL to gone, redirect, robots or canonical_duplicate, for listed URLs that are no pages of their own."""
    outcomes = {}
    for outlet in build_outlets(site_urls):
        for article in _articles_of(outlet, edition=1):
            if article.kind == "private":
                outcomes[outlet.url_of(article)] = "robots"
            if isinstance(outlet, MarjObserver) and article.old_slug is not None:
                outcomes[outlet.absolute(outlet.old_path_of(article))] = "redirect"
            if isinstance(outlet, ZahimIncidentLog) and article.amp:
                outcomes[outlet.absolute(outlet.amp_path_of(article))] = "canonical_duplicate"
        if isinstance(outlet, MarjObserver):
            outcomes[outlet.absolute(GONE_PATH)] = "gone"
    return outcomes


def _articles_of(outlet: Outlet, edition: int) -> list[Article]:
    return [article for article in load_articles() if article.outlet == outlet.id and article.edition <= edition]


def _signature_of(outlet: Outlet, article: Article) -> list[str]:
    """Who signs a page that names nobody: one outlet credits a wire's reports to the wire, and its own to itself."""
    if not isinstance(outlet, MarjObserver) or article.kind == "text":
        return []
    return [article.wire_credit or outlet.name]


def _expect(outlet: Outlet, first: Article, edition: int, developed: bool) -> ExpectedArticle:
    article = article_at(first, edition, developed)
    is_text = article.kind == "text"
    return ExpectedArticle(
        source_id=outlet.id,
        url=outlet.url_of(article),
        title=article.title,
        authors=list(article.authors) or _signature_of(outlet, article),
        published_at=article.published,
        modified_at=None if is_text else article.modified,
        language=article.language,
        dateline_place=article.dateline_place,
        section=None if is_text else article.section,
        tags=list(article.tags) if outlet.shows_tags and not is_text else [],
        text=article.text,
        captions=[article.image.caption] if article.image else [],
        word_count=sum(1 for word in _WORD_END.split(article.text) if any(map(str.isalnum, word))),
        versions=version_count(first, edition, developed),
        wire_group=article.wire_group,
    )

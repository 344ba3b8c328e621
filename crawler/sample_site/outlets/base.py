"""What all outlets have in common: addresses, the usual pages, templates, photos."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlsplit

import jinja2

from crawler.sample_site.article import Article, load_articles
from crawler.sample_site.dates import format_arabic_date, format_english_date, format_iso, format_rfc822

TEMPLATES_DIRECTORY = Path(__file__).parent.parent / "templates"
# Pages that do not change carry the day the site was written.
UNCHANGED_SINCE = datetime(2025, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    status: int
    content_type: str
    body: bytes
    last_modified: datetime | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """The articles of one outlet as they read at one moment, newest first."""

    edition: int
    articles: tuple[Article, ...]

    @property
    def listed(self) -> tuple[Article, ...]:
        """What front pages and sections show: neither the paywalled nor the private."""
        return tuple(article for article in self.articles if article.kind in ("article", "text"))

    @property
    def last_modified(self) -> datetime:
        return max((article.changed for article in self.articles), default=UNCHANGED_SINCE)


class Outlet:
    """One outlet at `base_url` (which ends in a slash). Subclasses say how its addresses and feeds are made."""

    id: ClassVar[str]
    name: ClassVar[str]
    languages: ClassVar[tuple[str, ...]]
    kind: ClassVar[str] = "news"
    about: ClassVar[str]
    sections: ClassVar[dict[str, str]]
    shows_tags: ClassVar[bool] = True
    encoding: ClassVar[str] = "utf-8"
    html_type: ClassVar[str] = "text/html; charset=utf-8"

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def path_of(self, article: Article) -> str:
        raise NotImplementedError

    def special_page(self, path: str, query: dict[str, str], view: View) -> Page | None:
        """Feeds, sitemaps and whatever else only this outlet has."""
        raise NotImplementedError

    def source(self) -> dict[str, Any]:
        """The keys of the source file that are this outlet's own."""
        raise NotImplementedError

    def url_of(self, article: Article) -> str:
        return self.absolute(self.path_of(article))

    def absolute(self, path: str) -> str:
        return self.base_url + path.removeprefix("/")

    def section_path(self, section: str) -> str:
        return f"/section/{self.sections[section]}/"

    def photo_path(self, article: Article) -> str:
        return f"/media/{article.slug}.svg"

    def find_article(self, target: str, view: View) -> Article | None:
        """The article at a request target. Query parameters that the outlet does not know make no difference."""
        path, query = split_target(target)
        wanted = self.article_key(path, query)
        return next((article for article in view.articles if self.path_of(article) == wanted), None)

    def article_key(self, path: str, query: dict[str, str]) -> str:
        return path

    def respond(self, target: str, view: View) -> Page:
        path, query = split_target(target)
        article = self.find_article(target, view)
        if article is not None:
            return self.article_page(article, view)
        return self.special_page(path, query, view) or self.common_page(path, query, view) or self.not_found()

    def common_page(self, path: str, query: dict[str, str], view: View) -> Page | None:
        if path == "/":
            return self.list_page(self.name, view.listed, view)
        if path == "/about":
            return self.html("plain.html", UNCHANGED_SINCE, title="About", paragraphs=[self.about])
        if path == "/search":
            wanted = query.get("q", "").strip().lower()
            found = [article for article in view.listed if wanted and wanted in article.title.lower()]
            return self.list_page(f"“{wanted}”", found, view)
        if path == "/robots.txt":
            return Page(200, "text/plain; charset=utf-8", self.robots().encode(), UNCHANGED_SINCE)
        for section, slug in self.sections.items():
            if path == f"/section/{slug}/":
                return self.list_page(section, [item for item in view.listed if item.section == section], view)
        for article in view.articles:
            if article.image is not None and path == self.photo_path(article):
                return Page(200, "image/svg+xml", draw_photo(article.slug), article.published)
        return None

    def robots(self) -> str:
        return "User-agent: *\nDisallow: /search\n"

    def not_found(self) -> Page:
        page = self.html("plain.html", None, title="404", paragraphs=["Page not found."])
        return Page(404, page.content_type, page.body)

    def article_page(self, article: Article, view: View) -> Page:
        return self.html("article.html", article.changed, **self.article_context(article))

    def article_context(self, article: Article) -> dict[str, Any]:
        return {"article": article, "url": self.url_of(article), "related": self.related_to(article)}

    def list_page(self, title: str, articles: Sequence[Article], view: View, **context: Any) -> Page:
        return self.html("list.html", view.last_modified, title=title, articles=articles, **context)

    @functools.cached_property
    def first_articles(self) -> tuple[Article, ...]:
        """Those of edition 1 in their first form: links beside an article never change with other articles."""
        return tuple(
            article
            for article in load_articles()
            if article.outlet == self.id and article.edition == 1 and article.kind in ("article", "text")
        )

    def related_to(self, article: Article, count: int = 4) -> list[Article]:
        others = [
            item for item in self.first_articles if item.slug != article.slug and item.language == article.language
        ]
        start = _number_from(article.slug) % max(1, len(others))
        return (others[start:] + others[:start])[:count]

    def render(self, template: str, **context: Any) -> str:
        # Related articles and menus need the outlet for their addresses.
        return _environment().get_template(f"{self.id}/{template}").render(outlet=self, **context)

    def html(self, template: str, last_modified: datetime | None, **context: Any) -> Page:
        text = self.render(template, **context)
        return Page(200, self.html_type, text.encode(self.encoding, errors="xmlcharrefreplace"), last_modified)

    def document(self, template: str, content_type: str, articles: Iterable[Article], view: View) -> Page:
        """A feed or a sitemap of `articles`."""
        text = self.render(template, articles=list(articles), updated=view.last_modified)
        body = text.encode(self.encoding, errors="xmlcharrefreplace")
        return Page(200, content_type, body, view.last_modified)


def split_target(target: str) -> tuple[str, dict[str, str]]:
    """Path and first values of the query; a target that is no address has an empty path."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "", {}
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}


def draw_photo(slug: str) -> bytes:
    """A picture of hills under a sky: enough for a page to have a photo that is its own."""
    seed = _number_from(slug)
    sky, ridge = 190 + seed % 40, 90 + seed // 7 % 90
    hills = " ".join(f"{x},{180 + (seed >> (x // 80)) % ridge}" for x in range(0, 641, 80))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" viewBox="0 0 640 360">'
        f'<rect width="640" height="360" fill="hsl({sky},35%,70%)"/>'
        f'<circle cx="{80 + seed % 480}" cy="80" r="34" fill="#f6e3b4"/>'
        f'<polygon points="0,360 {hills} 640,360" fill="hsl({30 + seed % 30},25%,38%)"/></svg>'
    ).encode()


def _number_from(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def captcha_sum(slug: str) -> tuple[int, int]:
    seed = _number_from(slug)
    return 10 + seed % 11, 1 + seed // 11 % 9


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES_DIRECTORY),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(
        iso=format_iso,
        rfc822=format_rfc822,
        english_date=format_english_date,
        arabic_date=format_arabic_date,
        quote_url=quote,
    )
    return environment

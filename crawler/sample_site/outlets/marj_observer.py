"""A conflict news agency on a WordPress theme of 2016: RSS 2.0, and every kind of dead end in its feed."""

from __future__ import annotations

from typing import Any, ClassVar

from crawler.sample_site.article import Article
from crawler.sample_site.outlets.base import UNCHANGED_SINCE, Outlet, Page, View, captcha_sum

GONE_PATH = "/2025/08/withdrawn-report-on-barzina-grain-convoy/"
SOFT_404_PATH = "/2025/08/interactive-map-of-front-lines/"
TRACKING = "utm_source=rss&utm_medium=feed&utm_campaign=marj-daily"


class MarjObserver(Outlet):
    id = "marj-observer"
    name = "Marj Observer"
    languages = ("en",)
    about = (
        "Marj Observer is an invented news agency. Its country, towns, people and events are all invented; the pages "
        "exist so that a crawler can be tried out and tested."
    )
    sections: ClassVar[dict[str, str]] = {
        "Conflict": "conflict",
        "Humanitarian": "humanitarian",
        "Politics": "politics",
        "Economy": "economy",
    }

    def path_of(self, article: Article) -> str:
        if article.kind == "private":
            return f"/private/{article.slug}/"
        return f"/{article.published:%Y/%m}/{article.slug}/"

    def old_path_of(self, article: Article) -> str:
        return f"/{article.published:%Y/%m}/{article.old_slug}/"

    def listed_url(self, article: Article) -> str:
        """The address in the feed, which for some articles carries tracking parameters."""
        return self.url_of(article) + (f"?{TRACKING}" if article.tracked else "")

    def special_page(self, path: str, query: dict[str, str], view: View) -> Page | None:
        if path == "/feed/":
            return self.document("feed.xml", "application/rss+xml; charset=UTF-8", view.articles, view)
        if path == GONE_PATH:
            page = self.html("plain.html", None, title="Gone", paragraphs=["This report has been withdrawn."])
            return Page(410, page.content_type, page.body)
        if path == SOFT_404_PATH:
            lines = ["Sorry, the page you are looking for could not be found.", "Try the search box or the home page."]
            return self.html("plain.html", UNCHANGED_SINCE, title="Page not found", paragraphs=lines)
        for article in view.articles:
            if article.old_slug is not None and path == self.old_path_of(article):
                return Page(301, self.html_type, b"", headers={"Location": self.url_of(article)})
        return None

    def dead_ends(self, articles: list[Article]) -> list[tuple[str, str]]:
        """Title and URL of what the feed lists beside articles."""
        moved = [(article.title, self.absolute(self.old_path_of(article))) for article in articles if article.old_slug]
        return [
            *moved,
            ("Withdrawn: report on the Barzina grain convoy", self.absolute(GONE_PATH)),
            ("Interactive map of the front lines", self.absolute(SOFT_404_PATH)),
        ]

    def robots(self) -> str:
        return "User-agent: *\nDisallow: /private/\nCrawl-delay: 0.2\n"

    def article_context(self, article: Article) -> dict[str, Any]:
        left, right = captcha_sum(article.slug)
        return {**super().article_context(article), "captcha": f"{left} − {right} ="}

    def source(self) -> dict[str, Any]:
        return {"feeds": [self.absolute("/feed/")]}

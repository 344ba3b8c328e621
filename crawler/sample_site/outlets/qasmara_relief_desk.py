"""A relief organisation in two languages that has no feeds: robots.txt, sitemap index, news sitemap, old pages."""

from __future__ import annotations

import gzip
from typing import Any, ClassVar

from crawler.sample_site.article import Article
from crawler.sample_site.outlets.base import Outlet, Page, View, captcha_sum

NEWS_SITEMAP_PATH = "/sitemaps/news.xml.gz"
OLDER_SITEMAP_PATH = "/sitemaps/archive.xml"


class QasmaraReliefDesk(Outlet):
    id = "qasmara-relief-desk"
    name = "Qasmara Relief Desk"
    languages = ("en", "ar")
    kind = "ngo"
    shows_tags = False
    about = (
        "Qasmara Relief Desk is an invented organisation. Its country, its people and every event that it reports are "
        "invented; it exists so that a crawler can be tried out and tested."
    )
    sections: ClassVar[dict[str, str]] = {
        "Updates": "updates",
        "Reports": "reports",
        "مستجدات": "updates-ar",
        "تقارير": "reports-ar",
    }

    def path_of(self, article: Article) -> str:
        if article.kind == "text":
            return f"/text/{article.slug}.txt"
        return f"/{article.language}/news/{article.slug}"

    def special_page(self, path: str, query: dict[str, str], view: View) -> Page | None:
        if path in ("/en/", "/ar/"):
            return self.list_page(self.name, [item for item in view.listed if item.language == path[1:3]], view)
        if path == "/sitemap.xml":
            return self.document("index.xml", "application/xml", (), view)
        if path == NEWS_SITEMAP_PATH:
            page = self.document("news.xml", "", (item for item in view.listed if not item.older), view)
            return Page(200, "application/gzip", gzip.compress(page.body, mtime=0), view.last_modified)
        if path == OLDER_SITEMAP_PATH:
            return self.document("archive.xml", "application/xml", (item for item in view.listed if item.older), view)
        return None

    def article_page(self, article: Article, view: View) -> Page:
        if article.kind != "text":
            return super().article_page(article, view)
        left, right = captcha_sum(article.slug)
        text = self.render("article.txt", **self.article_context(article), captcha=f"{left} − {right} =")
        return Page(200, "text/plain; charset=utf-8", text.encode(), article.changed)

    def robots(self) -> str:
        return f"User-agent: *\nDisallow: /search\n\nSitemap: {self.absolute('/sitemap.xml')}\n"

    def source(self) -> dict[str, Any]:
        return {"sitemaps": [self.absolute("/sitemap.xml")]}

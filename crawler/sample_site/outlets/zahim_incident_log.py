"""A monitor of incidents: short dated entries in two languages, microdata and Dublin Core, AMP twins."""

from __future__ import annotations

from typing import Any, ClassVar

from crawler.sample_site.article import Article
from crawler.sample_site.outlets.base import Outlet, Page, View


class ZahimIncidentLog(Outlet):
    id = "zahim-incident-log"
    name = "Zahim Incident Log"
    languages = ("en", "ar")
    kind = "monitor"
    about = (
        "Zahim Incident Log is an invented monitor. The incidents, places and people in it are invented; it exists so "
        "that a crawler can be tried out and tested."
    )
    sections: ClassVar[dict[str, str]] = {
        "Incidents": "incidents",
        "Detentions": "detentions",
        "حوادث": "incidents-ar",
        "احتجاز": "detentions-ar",
    }

    def path_of(self, article: Article) -> str:
        return f"/log/{article.published:%Y-%m-%d}/{article.slug}"

    def amp_path_of(self, article: Article) -> str:
        return f"/amp{self.path_of(article)}"

    def special_page(self, path: str, query: dict[str, str], view: View) -> Page | None:
        if path == "/rss.xml":
            listed = [article for article in view.listed if article.in_feed]
            return self.document("rss.xml", "application/rss+xml; charset=utf-8", listed, view)
        for article in view.articles:
            if article.amp and path == self.amp_path_of(article):
                return self.html("amp.html", article.changed, **self.article_context(article))
        return None

    def source(self) -> dict[str, Any]:
        return {
            "feeds": [self.absolute("/rss.xml")],
            "section_pages": [self.absolute(f"/section/{slug}/") for slug in self.sections.values()],
            "include": [r"/log/\d{4}-\d{2}-\d{2}/"],
        }

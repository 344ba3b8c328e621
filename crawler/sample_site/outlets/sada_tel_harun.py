"""An Arabic outlet of the early web: nested tables, windows-1256, RDF feed, numbered section pages."""

from __future__ import annotations

from typing import Any, ClassVar

from crawler.sample_site.article import Article, load_articles
from crawler.sample_site.outlets.base import Outlet, Page, View

PAGE_LENGTH = 3
FEED_LENGTH = 8


class SadaTelHarun(Outlet):
    id = "sada-tel-harun"
    name = "صدى تل هارون"
    languages = ("ar",)
    about = (
        "صدى تل هارون موقع مُتخيَّل، والبلد والمدن والأشخاص والأحداث فيه كلها من نسج الخيال، وُضع لتجربة الزاحف واختباره."
    )
    sections: ClassVar[dict[str, str]] = {
        "أخبار محلية": "local",
        "سياسة": "politics",
        "إنسانيات": "relief",
        "اقتصاد": "economy",
    }
    shows_tags = False
    encoding = "windows-1256"
    # The charset stands in the page's meta element alone.
    html_type = "text/html"

    def path_of(self, article: Article) -> str:
        return f"/article.php?sid={article.number}"

    def article_key(self, path: str, query: dict[str, str]) -> str:
        return f"{path}?sid={query.get('sid', '')}"

    def section_path(self, section: str) -> str:
        return f"/section.php?cat={self.sections[section]}"

    def special_page(self, path: str, query: dict[str, str], view: View) -> Page | None:
        if path == "/backend.rdf":
            return self.document("feed.rdf", "text/xml", view.listed[:FEED_LENGTH], view)
        if path == "/section.php":
            for section, slug in self.sections.items():
                if slug == query.get("cat"):
                    return self.section_page(section, query.get("page", "1"), view)
        return None

    def section_page(self, section: str, number: str, view: View) -> Page | None:
        if not number.isdecimal() or int(number) < 1:
            return None
        articles = [article for article in view.listed if article.section == section]
        start = (int(number) - 1) * PAGE_LENGTH
        return self.list_page(
            section,
            articles[start : start + PAGE_LENGTH],
            view,
            page_path=self.section_path(section),
            page_number=int(number),
            page_count=max(1, -(-len(articles) // PAGE_LENGTH)),
        )

    def list_page(self, title: str, articles: Any, view: View, **context: Any) -> Page:
        pages = {"page_path": "", "page_number": 1, "page_count": 1}
        return super().list_page(title, articles, view, **{**pages, **context})

    def source(self) -> dict[str, Any]:
        pages = []
        for section in self.sections:
            count = sum(1 for item in load_articles() if item.outlet == self.id and item.section == section)
            first = self.absolute(self.section_path(section))
            pages += [first, *(f"{first}&page={number}" for number in range(2, -(-count // PAGE_LENGTH) + 1))]
        return {
            "feeds": [self.absolute("/backend.rdf")],
            "section_pages": pages,
            "include": [r"/article\.php\?sid=\d+$"],
        }

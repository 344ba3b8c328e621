"""A modern newspaper: Atom and JSON Feed, a JSON-LD graph, boxes and forms between the paragraphs."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from crawler.sample_site.article import Article
from crawler.sample_site.dates import format_iso
from crawler.sample_site.outlets.base import Outlet, Page, View


class KarsumaLedger(Outlet):
    id = "karsuma-ledger"
    name = "The Karsuma Ledger"
    languages = ("en",)
    about = (
        "The Karsuma Ledger is an invented newspaper. No place, person or event in it is real; it exists so that a "
        "crawler can be tried out and tested."
    )
    sections: ClassVar[dict[str, str]] = {
        "National": "national",
        "World": "world",
        "Business": "business",
        "Opinion": "opinion",
    }

    def path_of(self, article: Article) -> str:
        return f"/{self.sections[article.section]}/{article.published:%Y/%m/%d}/{article.slug}"

    def special_page(self, path: str, query: dict[str, str], view: View) -> Page | None:
        if path == "/atom.xml":
            return self.document("atom.xml", "application/atom+xml; charset=utf-8", view.listed, view)
        if path == "/feed.json":
            body = json.dumps(self.json_feed(view), ensure_ascii=False, indent=1).encode()
            return Page(200, "application/feed+json; charset=utf-8", body, view.last_modified)
        return None

    def json_feed(self, view: View) -> dict[str, Any]:
        items = [
            {
                "id": self.url_of(article),
                "url": self.url_of(article),
                "title": article.title,
                "summary": article.summary,
                "content_text": article.summary,
                "date_published": format_iso(article.published),
                "date_modified": format_iso(article.changed),
                "authors": [{"name": author} for author in article.authors],
                "tags": list(article.tags),
                "language": article.language,
            }
            for article in view.listed
        ]
        return {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.name,
            "home_page_url": self.base_url,
            "feed_url": self.absolute("/feed.json"),
            "language": "en",
            "items": items,
        }

    def article_context(self, article: Article) -> dict[str, Any]:
        return {**super().article_context(article), "graph": self.graph(article)}

    def graph(self, article: Article) -> dict[str, Any]:
        """The JSON-LD of an article page."""
        publisher = {"@id": self.absolute("/#organization")}
        news: dict[str, Any] = {
            "@type": "NewsArticle",
            "@id": self.url_of(article) + "#article",
            "mainEntityOfPage": self.url_of(article),
            "headline": article.title,
            "description": article.summary,
            "datePublished": format_iso(article.published),
            "dateModified": format_iso(article.changed),
            "author": [{"@type": "Person", "name": author} for author in article.authors],
            "publisher": publisher,
            "articleSection": article.section,
            "keywords": list(article.tags),
            "inLanguage": article.language,
            "isAccessibleForFree": True,
        }
        if article.dateline_place:
            news["dateline"] = article.dateline_place
        if article.image:
            news["image"] = {
                "@type": "ImageObject",
                "url": self.absolute(self.photo_path(article)),
                "caption": article.image.caption,
                "width": 640,
                "height": 360,
            }
        organization = {
            "@type": "NewsMediaOrganization",
            "@id": publisher["@id"],
            "name": self.name,
            "url": self.base_url,
        }
        trail = {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "Home", "item": self.base_url},
                {
                    "@type": "ListItem",
                    "position": 2,
                    "name": article.section,
                    "item": self.absolute(self.section_path(article.section)),
                },
            ],
        }
        return {"@context": "https://schema.org", "@graph": [organization, trail, news]}

    def source(self) -> dict[str, Any]:
        return {"feeds": [self.absolute("/atom.xml"), self.absolute("/feed.json")]}

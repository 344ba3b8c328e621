"""What a file `sources/pages/<id>.py` is written with: page objects for a site on which the extractor errs.

    from datetime import date
    from crawler.page_objects import ArticlePage, NotAnArticle, field

    class Layout2026(ArticlePage):
        valid_from = date(2026, 3, 1)

        @field(meta={"required": True})
        def published_at(self):
            return self.line("span.stamp")

Only the fields that a class has replace what the extractor found. docs/adding-a-source.md tells the rest.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import attrs
from parsel import Selector
from web_poet import WebPage, field

from crawler.records import ArticleFields

__all__ = ["ArticlePage", "NotAnArticle", "field"]


class NotAnArticle(Exception):  # noqa: N818 - not an error: a verdict
    """Raised in a page object for a page that is no article; the message says what it is."""


@attrs.define(slots=False, kw_only=True, eq=False)
class ArticlePage(WebPage[Any]):
    """The base of page objects: `response`, `css`, `xpath`, `urljoin` of web-poet, and what the extractor found.

    Methods under `@field` are named as the fields of `ArticleFields`. A date may be answered as a datetime (of the
    source's time zone where it has none), a date, or text with a date in it; `text` as paragraphs or as one string.
    An empty answer empties the field, and with `meta={"required": True}` leaves what the extractor found.
    """

    valid_from: ClassVar[date | None] = None
    """First and last day (UTC) of the fetch on which pages have this layout. None: without end."""
    valid_until: ClassVar[date | None] = None

    generic: ArticleFields | None = None
    """What the extractor found; None where it turned the page down."""
    fetched_at: datetime | None = None

    def is_article(self) -> bool | None:
        """Whether the page is an article; None leaves it to the extractor.

        With True a page that the extractor turned down is kept, where this class finds its title and text.
        """
        return None

    def line(self, query: str) -> str | None:
        """The text of the first that the CSS query finds, with what is inside it, on one line."""
        return next(iter(self.lines(query)), None)

    def lines(self, query: str) -> list[str]:
        """The texts of all that the CSS query finds (elements, `::text`, `::attr(name)`), without empty ones."""
        texts = (" ".join(_text_of(found).split()) for found in self.css(query))
        return [text for text in texts if text]


def _text_of(found: Selector) -> str:
    root: Any = found.root
    if isinstance(root, str):  # a `::text` or an attribute
        return root
    parts = []
    for node in root.iter():
        if node.tag == "br":
            parts.append(" ")
        elif isinstance(node.tag, str) and node.tag not in ("script", "style"):  # comments have no name
            parts.append(node.text or "")
        if node is not root:
            parts.append(node.tail or "")
    return "".join(parts)

"""Finds what the database has under an address or a number."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.database.asking import GREATEST_BIGINT, Ask, Row
from crawler.sources.model import Source
from crawler.urls import url_key


def find_known_urls(ask: Ask, asked: str, sources: Mapping[str, Source]) -> list[Row]:
    """The known URLs that an address or an article number means: `source_id`, `url_key`, `place`; the best come first.

    `place` is 1 for the URL itself, 2 for the one that its article is fetched by, 3 for one that redirects to it.
    """
    if asked.isdecimal():
        return ask("explain_article_urls", article_id=int(asked))[:1] if int(asked) <= GREATEST_BIGINT else []
    pairs = [(source.id, url_key(form)) for source in sources.values() if (form := canonical_form(source, asked))]
    return ask("explain_candidates", source_ids=[pair[0] for pair in pairs], url_keys=[pair[1] for pair in pairs])


def find_articles(ask: Ask, asked: str, sources: Mapping[str, Source]) -> list[Row]:
    """The articles of an address or a number, one for each source: `article_id`, `source_id`, `url`, `title`."""
    if asked.isdecimal():
        return ask("show_article_names", article_ids=[int(asked)]) if int(asked) <= GREATEST_BIGINT else []
    numbers: dict[int, int] = {}
    for row in find_known_urls(ask, asked, sources):
        for article in ask("explain_article", source_id=row["source_id"], url_key=row["url_key"]):
            numbers.setdefault(article["article_id"], row["place"])
    # An address that is an article's own is not also the end of another's redirect.
    best = min(numbers.values(), default=0)
    return ask("show_article_names", article_ids=[number for number, place in numbers.items() if place == best])


def canonical_form(source: Source, url: str) -> str | None:
    """What a source compares an address by; None for what is no address."""
    try:
        return source.canonicalize(url)
    except ValueError:
        return None

"""Stories as the pipeline would find them, put in by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Query = Callable[..., list[tuple]]


def tell_story(query: Query, urls: Sequence[str], *, family: int | None = None) -> int:
    """Make one story of the articles with these addresses, the first one first; its number."""
    found = dict(query("select url, article_id from news.article where url = any(%s)", list(urls)))
    articles = [found[url] for url in urls]
    story_id = min(articles)
    query(
        "insert into news.story (story_id, family_id, title, language, first_article_id, first_source_id, "
        "first_published_at, first_seen_at, last_seen_at, article_count, source_count, agencies) "
        "select %s, %s, title, language, article_id, source_id, published_at, seen.first, seen.last, %s, seen.sources, "
        "seen.agencies from news.article cross join (select min(first_fetched_at) as first, "
        "max(first_fetched_at) as last, count(distinct source_id) as sources, "
        "coalesce((select array_agg(distinct agency) from news.article as other, unnest(agencies) as agency "
        "where other.article_id = any(%s)), '{}') as agencies from news.article where article_id = any(%s)) as seen "
        "where article_id = %s returning 1",
        story_id, family or story_id, len(articles), articles, articles, articles[0],
    )  # fmt: skip
    for place, article_id in enumerate(articles):
        query(
            "insert into news.story_article (article_id, story_id, relation, similarity) values (%s, %s, %s, %s) "
            "returning 1", article_id, story_id, "copy" if place else "first", 1,
        )  # fmt: skip
    return story_id

"""Articles put straight into the database, and what became of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

START = datetime(2026, 11, 10, 8, 0, tzinfo=timezone.utc)
Query = Callable[..., list[tuple]]

_SOURCE = """
    insert into news.source (
        source_id, name, home_page, country, kind, languages, time_zone, is_enabled,
        articles_per_day_min, articles_per_day_max
    ) values (%s, %s, 'https://outlet.example/', 'SY', 'news', '{en}', 'UTC', true, 0, 9)
    on conflict do nothing
"""
_ARTICLE = """
    insert into news.article (
        article_id, source_id, url_key, url, canonical_url, title, text, language, authors, agencies, tags, captions,
        is_paywalled, word_count, origins, content_sha256, version_number, published_at, published_precision,
        first_fetched_at, fetched_at, checked_at, archive_file, archive_offset, archive_length, payload_sha256,
        extractor_version
    ) overriding system value values (
        %s, %s, %s, 'u', 'u', %s, %s, %s, '{}', %s, '{}', '{}', false, 1, '{}', %s, 1, %s, %s, %s, %s, %s,
        'f', 0, 1, %s, '1'
    )
"""
_QUEUE = "insert into ingest.story_pending (article_id) values (%s)"


@dataclass(frozen=True)
class Report:
    """An article of a test. `days` after START it was published and fetched."""

    text: str
    title: str = "Ferry service between the islands resumes"
    source: str = "alpha"
    language: str | None = "en"
    days: float = 0
    is_dated: bool = True
    agencies: tuple[str, ...] = ()


def store(query: Query, reports: Iterable[tuple[int, Report]]) -> None:
    """Put articles there, under numbers of the test's, and queue them."""
    for article_id, report in reports:
        query(_SOURCE, report.source, report.source)
        at = START + timedelta(days=report.days)
        key = sha(f"{article_id}")
        query(
            _ARTICLE,
            article_id,
            report.source,
            key,
            report.title,
            report.text,
            report.language,
            list(report.agencies),
            sha(f"{report.title}\n{report.text}"),
            at if report.is_dated else None,
            "minute" if report.is_dated else None,
            at,
            at,
            at,
            key,
        )
        query(_QUEUE, article_id)


def change(query: Query, article_id: int, report: Report) -> None:
    """Give an article another text, as a load does."""
    query(
        "update news.article set title = %s, text = %s, content_sha256 = %s where article_id = %s",
        report.title,
        report.text,
        sha(f"{report.title}\n{report.text}"),
        article_id,
    )
    query(_QUEUE, article_id)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def stories(query: Query) -> list[list[int]]:
    """The articles of each story."""
    rows = query(
        "select array_agg(article_id order by article_id) from news.story_article group by story_id order by 1"
    )
    return [articles for (articles,) in rows]


def relations(query: Query) -> dict[tuple[int, int], str]:
    rows = query("select story_id, other_story_id, relation from news.story_relation")
    return {(story_id, other): relation for story_id, other, relation in rows}


def everything(query: Query) -> list[list[tuple]]:
    """All that analysts read of stories, but for when it was written."""
    return [
        query(
            "select story_id, family_id, title, language, first_article_id, first_source_id, first_published_at, "
            "first_seen_at, last_seen_at, article_count, source_count, agencies from news.story order by 1"
        ),
        query("select article_id, story_id, relation, similarity from news.story_article order by 1"),
        query("select story_id, other_story_id, relation, similarity from news.story_relation order by 1, 2"),
    ]

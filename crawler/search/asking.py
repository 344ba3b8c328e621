"""Asking the database's search, with the rows as typed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError
from crawler.resources import read_sql

MARKS = ("\u27e6", "\u27e7")
"""What stands before and behind a word that was found."""


@dataclass(frozen=True)
class SearchHit:
    """One article that matches: a row of `news.search`."""

    article_id: int
    source_id: str
    published_at: datetime | None
    language: str | None
    title_marked: str
    snippet: str
    rank: float
    url: str
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class TitleHit:
    """One article whose title is like the query: a row of `news.search_titles`."""

    article_id: int
    source_id: str
    published_at: datetime | None
    language: str | None
    title: str
    similarity: float
    url: str
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Filters:
    """Which articles to search: all unless told. `since` is inclusive, `until` exclusive."""

    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sources: Sequence[str] | None = None


def search_articles(
    settings: Settings, query: str, filters: Filters, limit: int = 20
) -> tuple[list[SearchHit], list[str]]:
    """The best matches and what the database has to say of them. Raises DatabaseError as `connect`."""
    rows, notices = _ask(settings, "queries/search", query, filters, limit)
    return [SearchHit(*row) for row in rows], notices


def search_titles(
    settings: Settings, query: str, filters: Filters, limit: int = 20
) -> tuple[list[TitleHit], list[str]]:
    """Articles whose titles hold words spelt like the query's, and notices. Raises DatabaseError as `connect`."""
    rows, notices = _ask(settings, "queries/search_titles", query, filters, limit)
    return [TitleHit(*row) for row in rows], notices


def _ask(
    settings: Settings, name: str, query: str, filters: Filters, limit: int
) -> tuple[list[tuple[Any, ...]], list[str]]:
    database = connect(settings)
    try:
        with database, database.cursor() as cursor:
            cursor.execute("set transaction read only")
            cursor.execute(
                read_sql(name),
                {
                    "query": query.replace("\0", " "),
                    "language": filters.language,
                    "since": filters.since,
                    "until": filters.until,
                    "sources": list(filters.sources) if filters.sources else None,
                    "limit": limit,
                },
            )
            notices = [line.partition(":")[2].strip() for line in database.notices if line.startswith("NOTICE")]
            return cursor.fetchall(), notices
    except psycopg2.Error as error:
        raise DatabaseError(f"The search failed: {' '.join(str(error).split())}") from error
    finally:
        database.close()

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest

from crawler.config import Settings
from crawler.export import ExportReport, ExportRequest, Format, export
from crawler.progress import no_progress

ROOT = Path(__file__).resolve().parents[2]

ADD_SOURCE = """
    insert into news.source (
        source_id, name, home_page, country, kind, languages, time_zone, is_enabled, articles_per_day_min,
        articles_per_day_max
    )
    values (%s, 'Outlet', 'https://outlet.example/', 'SY', 'news', '{ar,en}', 'UTC', true, 0, 10)
    on conflict do nothing
"""
ADD_ARTICLES = """
    insert into news.article (
        source_id, url, canonical_url, url_key, title, authors, agencies, published_at, published_precision, language,
        tags, captions, is_paywalled, text, word_count, origins, content_sha256, version_number, first_fetched_at,
        fetched_at, checked_at, archive_file, archive_offset, archive_length, payload_sha256, extractor_version,
        updated_at
    )
    select
        %(source_id)s, url, url, encode(sha256(url::bytea), 'hex'), %(title)s, array['Mona Khoury'], '{}',
        %(published_at)s::timestamptz + (n - 1) * %(apart)s::interval,
        case when %(published_at)s::timestamptz is not null then 'minute' end,
        %(language)s, '{}', '{}', false,
        case when %(characters)s = 0 then %(text)s else (
            select string_agg(md5(random()::text || n || piece), '')
            from generate_series(1, %(characters)s / 32) as piece
        ) end,
        2, '{"title": "h1"}', repeat('a', 64), 1, now(), now(), now(), 'warc/0.warc.gz', n, 10, repeat('b', 64), '1',
        coalesce(%(updated_at)s, now())
    from generate_series(1, %(count)s) as n
    cross join lateral (
        select 'https://outlet.example/' || %(path)s || n || '-' || gen_random_uuid() as url
    ) as made
    returning article_id
"""
DEFAULTS = {
    "count": 1,
    "source_id": "alpha",
    "path": "news/",
    "title": "Bridge reopens",
    "text": "The bridge is open again.",
    "characters": 0,
    "published_at": "2026-11-01T10:00:00Z",
    "apart": "0",
    "language": "en",
    "updated_at": None,
}


@pytest.fixture
def add_articles(query: Callable[..., list[tuple]], database) -> Callable[..., list[int]]:
    """Insert articles; gives their numbers."""

    def add(**values: object) -> list[int]:
        values = {**DEFAULTS, **values}
        query(ADD_SOURCE, values["source_id"])
        session = psycopg2.connect(database.owner_url)
        with session, session.cursor() as cursor:
            cursor.execute(ADD_ARTICLES, values)
            made = [article_id for (article_id,) in cursor.fetchall()]
        session.close()
        return made

    return add


@pytest.fixture
def run_export(settings: Settings) -> Callable[..., ExportReport]:
    def run(target: Path, format_: Format = Format.JSONL, **values: object) -> ExportReport:
        return export(settings, ExportRequest(str(target), format_, **values), no_progress)  # type: ignore[arg-type]

    return run


@pytest.fixture
def exported(run_export, tmp_path: Path) -> Callable[..., list[dict]]:
    """Export as JSON Lines, and read that."""

    def run(**values: object) -> list[dict]:
        target = tmp_path / "exported.jsonl"
        run_export(target, Format.JSONL, **{"force": True, **values})
        return read_lines(target)

    return run


@pytest.fixture
def command(settings: Settings, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `dateline export` as a process of its own, as the loader."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command_line(*arguments), env=environment(settings), cwd=tmp_path, text=True, capture_output=True, **options
        )

    return run


def command_line(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "crawler", "export", *map(str, arguments)]


def environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATELINE_HOME": str(settings.home),
        "DATELINE_DATABASE_URL": settings.database_url or "",
    }


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def as_analyst(settings: Settings, url: str) -> Settings:
    return replace(settings, database_url=url)

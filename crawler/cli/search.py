"""`dateline search`: full-text search from a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timezone

import click
from rich.padding import Padding
from rich.text import Text

from crawler.config import load_settings
from crawler.local.session import ready_database
from crawler.search import MARKS, Filters, SearchHit, TitleHit, search_articles, search_titles
from crawler.tables import output_console, plain_text

_NOTHING_FOUND = 1


@click.command(short_help="Find articles by their words.")
@click.argument("query", nargs=-1, required=True)
@click.option("--language", metavar="CODE", help="Only articles in this language (ISO 639), as in ar.")
@click.option(
    "--since",
    type=click.DateTime(),
    metavar="DATE",
    help="Only articles published at or after this time (UTC), as in 2026-01-31 or 2026-01-31T06:00:00.",
)
@click.option("--until", type=click.DateTime(), metavar="DATE", help="Only articles published before this time (UTC).")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only articles of this source. Repeatable.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many articles.")
@click.option("--titles", is_flag=True, help="Look for titles whose words are spelt like these.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one article a line.")
def search(
    query: tuple[str, ...],
    language: str | None,
    since: datetime | None,
    until: datetime | None,
    sources: tuple[str, ...],
    limit: int,
    titles: bool,
    as_json: bool,
) -> None:
    """Find articles that hold the words of QUERY, the best first: titles before texts.

    "a phrase" in quotes (of your shell too: '"a phrase"'), begin*, -without, this OR that. Put -- before a QUERY that
    begins with a dash. Exit status 1 when nothing is found.
    """
    asked = " ".join(query)
    filters = Filters(language, _in_utc(since), _in_utc(until), sources or None)
    with ready_database(load_settings()) as settings:
        hits: list[SearchHit] | list[TitleHit]
        if titles:
            hits, notices = search_titles(settings, asked, filters, limit)
        else:
            hits, notices = search_articles(settings, asked, filters, limit)
    for notice in notices:
        click.echo(plain_text(notice).plain, err=True)
    if as_json:
        for hit in hits:
            click.echo(json.dumps(asdict(hit), ensure_ascii=False, default=_as_json))
    else:
        console = output_console()
        for hit in hits:
            for line in _lines(hit):
                console.print(line, soft_wrap=True, highlight=False)
    if not hits:
        if not notices:
            hint = "" if titles else ". `--titles` finds words that are spelt otherwise"
            click.echo(f"No articles{hint}.", err=True)
        raise SystemExit(_NOTHING_FOUND)


def _lines(hit: SearchHit | TitleHit) -> Iterator[Text | Padding]:
    yield _marked(hit.title_marked if isinstance(hit, SearchHit) else hit.title, "bold")
    published = f"{hit.published_at:%Y-%m-%d %H:%M}" if hit.published_at else "no date"
    told = [published, hit.source_id, hit.language or "language unknown", f"article {hit.article_id}"]
    if hit.withdrawn_at:
        told.append(f"withdrawn {hit.withdrawn_at:%Y-%m-%d %H:%M}")
    yield Text(f"  {', '.join(told)}", "dim")
    yield Text("  ") + plain_text(hit.url)
    if isinstance(hit, SearchHit):
        yield Padding(_marked(hit.snippet, ""), (0, 0, 0, 2))


def _marked(text: str, style: str) -> Text:
    """Marks become colour on a terminal; the marks stay where there is none."""
    shown = plain_text(" ".join(text.split()))
    shown.stylize(style)
    shown.highlight_regex(f"{MARKS[0]}[^{MARKS[1]}]*{MARKS[1]}", "yellow")
    return shown


def _in_utc(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=timezone.utc) if instant else None


def _as_json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

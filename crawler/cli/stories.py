"""`dateline stories`: which articles are copies of one report."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import Any

import click
import psycopg2
from psycopg2.extras import RealDictCursor

from crawler.cli.run import json_option, stage_progress
from crawler.config import Settings, load_settings
from crawler.database import connect
from crawler.errors import DatabaseError, RunError
from crawler.local.session import ready_database
from crawler.resources import read_sql
from crawler.stories import StoriesReport, rebuild_stories, update_stories
from crawler.tables import output_console, plain_text, rows_table

_MOST_ID = 2**63 - 1


@click.group("stories", short_help="Find which articles are copies of one report.")
def stories() -> None:
    """All copies of one report are one story: find them, or show one. docs/stories.md"""


@stories.command("update")
@click.option("--most", type=click.IntRange(1), help="Stop after this many articles.")
@json_option
def update_command(most: int | None, as_json: bool) -> None:
    """Find the stories of articles that are new or changed. Each load does this too."""
    with ready_database(load_settings()) as settings, stage_progress() as show:
        report = update_stories(settings, show("stories"), most=most)
    _tell(report, as_json)


@stories.command("rebuild")
@json_option
def rebuild_command(as_json: bool) -> None:
    """Find all stories anew. Until it ends, readers see them as they were; it comes to the same as `update`."""
    with ready_database(load_settings()) as settings, stage_progress() as show:
        report = rebuild_stories(settings, show("stories"))
    _tell(report, as_json)


@stories.command("show")
@click.argument("number", metavar="STORY_ID_OR_ARTICLE_ID", type=click.IntRange(1, _MOST_ID))
@json_option
def show_command(number: int, as_json: bool) -> None:
    """Show a story by its number or that of any of its articles: who carries it, and what it is related to."""
    with ready_database(load_settings()) as settings:
        story, articles, related = _read_story(settings, number)
    if as_json:
        click.echo(json.dumps({**story, "articles": articles, "related": related}, indent=2, default=str))
        return
    console = output_console()
    console.print(plain_text(f"Story {story['story_id']}: {story['title']}"), style="bold", soft_wrap=True)
    told = f"{story['article_count']} articles in {story['source_count']} sources, family {story['family_id']}"
    console.print(plain_text(f"{told}, first in {story['first_source_id']}"), soft_wrap=True)
    console.print(rows_table(articles, console.width))
    if related:
        console.print("\n[bold]Related[/]")
        console.print(rows_table(related, console.width))


def _read_story(settings: Settings, number: int) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    try:
        with closing(connect(settings)) as database, database.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            found = []
            for query in ("show_story", "show_story_articles", "show_story_relations"):
                cursor.execute(read_sql(f"stories/{query}"), {"article_id": number})
                found.append([dict(row) for row in cursor.fetchall()])
    except psycopg2.Error as error:
        raise DatabaseError(f"Story {number} could not be read: {' '.join(str(error).split())}") from error
    if not found[0]:
        raise RunError(
            f"No story has the article {number}: look its number up in news.article; "
            "if it is there, `dateline stories update` finds its story"
        )
    return found[0][0], found[1], found[2]


def _tell(report: StoriesReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2))
    else:
        click.echo(f"{report.articles} articles read, {report.waiting} wait")

"""`dateline explain`: the whole story of a URL."""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Iterator
from datetime import datetime, timezone

import click
from psycopg2.extras import RealDictCursor
from rich.console import Console

from crawler.archive.store import Store
from crawler.cli.explain_story import Absence, Story, Verdict, explain_absence, find_stories
from crawler.cli.known_sources import known_sources
from crawler.cli.sections import SectionPage
from crawler.config import load_settings
from crawler.database import connect
from crawler.database.asking import Row, ask_with
from crawler.local.session import ready_database
from crawler.tables import output_console

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


@click.command(short_help="Tell the story of a URL.")
@click.argument("url")
@click.option("--source", "source_id", metavar="ID", help="Tell only what this source knows of it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(url: str, source_id: str | None, as_json: bool) -> None:
    """Tell the story of URL: where it was found, what each run made of it and why, and when it is due again.

    URL is an address in any form (as a feed has it, canonical, or where redirects led), or the number of an article.
    Exit status 1 for one that is not known; then it says why that may be.
    """
    now = datetime.now(timezone.utc)
    asked = url.strip()
    if not asked.isdecimal() and "://" not in asked:
        asked = f"https://{asked}"
    absence = None
    with ready_database(load_settings()) as settings:
        connection = connect(settings)
        try:
            with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
                ask = ask_with(cursor)
                sources = known_sources(settings, ask, source_id)
                stories = find_stories(ask, asked, sources)
                stories = [story for story in stories if source_id in (None, story.source_id)]
                if not stories:
                    absence = explain_absence(ask, asked, sources)
        finally:
            connection.close()
    if as_json:
        told = {
            "asked": asked,
            "is_known": bool(stories),
            "archive_url": settings.archive_url,
            "stories": [dataclasses.asdict(story) for story in stories],
            "absence": absence and dataclasses.asdict(absence),
        }
        click.echo(json.dumps(told, indent=2, default=_as_json, ensure_ascii=False))
    else:
        _Page(output_console(), settings.archive_url, now).show(asked, stories, absence)
    if not stories:
        raise SystemExit(1)


def _as_json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


class _Page(SectionPage):
    """Shows stories to a person."""

    def __init__(self, console: Console, archive_url: str, now: datetime) -> None:
        super().__init__(console)
        self._archive_url = archive_url
        self._now = now

    def show(self, asked: str, stories: list[Story], absence: Absence | None) -> None:
        for number, story in enumerate(stories):
            if number:
                self.console.print()
            self._show_story(asked, story)
        if absence is not None:
            self._show_absence(asked, absence)

    def _show_story(self, asked: str, story: Story) -> None:
        self.line(_headline(story), "bold")
        self.line("Times are in UTC.", "dim")
        self.section("Address")
        shown = asked if not asked.isdecimal() else (story.url or story.article or {}).get("url", "")
        self.facts(self._address(shown, story))
        if story.url:
            self.section("Found")
            self.facts(self._discovery(story.url))
        self.section(f"Looks: {len(story.outcomes)}")
        self.lines(self._look(row) for row in story.outcomes)
        if story.captures:
            self.section(f"Responses kept: {len(story.captures)}")
            self.lines(self._capture(row) for row in story.captures)
            self.line(f"  {_how_to_read(self._archive_url, story.captures[-1])}")
        if story.article:
            self.section(f"Article {story.article['article_id']}")
            self.facts(self._article(story.article))
            self.section(f"Versions: {len(story.versions)}")
            self.lines(self._version(row) for row in story.versions)
        if story.events:
            self.section(f"Events: {len(story.events)}")
            self.lines(self._event(row) for row in story.events)
        if story.other_urls:
            self.section(f"Other addresses of the article: {len(story.other_urls)}")
            self.lines((f"{row['last_outcome']}: {row['last_reason']}", row["url"]) for row in story.other_urls)
        self.section("Next look")
        when = "now due" if story.next_look_at and story.next_look_at <= self._now else self._time(story.next_look_at)
        self.lines([(when if story.next_look_at else "none planned", story.next_look_why)])

    def _show_absence(self, asked: str, absence: Absence) -> None:
        self.line(f"{asked} is not known", "bold")
        self.section("Why that may be")
        self.lines((reason, "") for reason in absence.reasons)
        self.lines((f"{verdict.source_id} {_takes(verdict)}", verdict.why) for verdict in absence.verdicts)
        for verdict in absence.verdicts[:1]:
            self.lines(("compared as", verdict.canonical_url) for _ in verdict.folding[:1])
        if absence.similar:
            self.section("Known and much like it")
            self.lines((row["url"], f"{row['last_outcome']}: {row['last_reason']}") for row in absence.similar)

    # What the sections say

    def _address(self, asked: str, story: Story) -> Iterator[tuple[str, str]]:
        url = story.url
        yield "asked", asked
        if url and url["url"] != asked:
            yield "as found", url["url"]
        yield "canonical", url["canonical_url"] if url else (story.article or {}).get("url", "")
        for rule in story.verdict.folding if story.verdict else ():
            yield "", rule
        yield "key", story.url_key
        if story.matched_by != "this URL":
            yield "told of", story.matched_by
        if story.verdict:
            yield "source", f"{story.source_id} {_takes(story.verdict)}: {story.verdict.why}"
        else:
            yield "source", f"{story.source_id}, which has no file any more"

    def _discovery(self, url: Row) -> Iterator[tuple[str, str]]:
        yield "when", self._time(url["first_discovered_at"])
        yield "in", f"{url['discovered_via']} {url['discovered_from'] or ''}".strip()
        if url["hint_title"]:
            yield "said title", url["hint_title"]
        if url["hint_published_at"]:
            yield "said date", self._time(url["hint_published_at"])

    def _look(self, row: Row) -> tuple[str, str]:
        status = f" (HTTP {row['http_status']})" if row["http_status"] else ""
        kind = ", a reprocess" if row["kind"] == "reprocess" else ""
        detail = f" — {row['detail']}" if row["detail"] else ""
        return (
            self._time(row["decided_at"]),
            f"{row['outcome']}: {row['reason']}{status}. {row['meaning']}{detail} [run {row['run_id']}{kind}]",
        )

    def _capture(self, row: Row) -> tuple[str, str]:
        cleaned = f"read by extractor {row['extractor_version']}" if row["extractor_version"] else "not read"
        role = cleaned if row["is_page"] else "kept as evidence"
        kind = f" {row['content_type']}" if row["content_type"] else ""
        return (
            self._time(row["fetched_at"]),
            f"HTTP {row['http_status']}{kind}, {row['payload_bytes']:,} bytes from {row['final_url']}; {role}\n"
            + _pointer(row),
        )

    def _article(self, article: Row) -> Iterator[tuple[str, str]]:
        yield "title", article["title"]
        yield "address", article["url"]
        yield "published", self._time(article["published_at"]) if article["published_at"] else "the page does not say"
        yield "reads as", f"version {article['version_number']}, {article['word_count']} words"
        yield "last there", self._time(article["checked_at"])
        if article["withdrawn_at"]:
            yield "withdrawn", f"{self._time(article['withdrawn_at'])}: {article['withdrawn_reason']}"

    def _version(self, row: Row) -> tuple[str, str]:
        what = f"{row['version_number']}, {row['change_kind']}: {row['difference']}"
        return self._time(row["fetched_at"]), f"{what} [extractor {row['extractor_version']}]"

    def _event(self, row: Row) -> tuple[str, str]:
        since = f", missing since {row['missing_since']:%Y-%m-%d %H:%M}" if row["missing_since"] else ""
        detail = f" — {row['detail']}" if row["detail"] else ""
        return self._time(row["observed_at"]), f"{row['event']}: {row['reason']}{since}{detail}"

    def _time(self, value: datetime | None) -> str:
        if value is None:
            return ""
        return f"{value.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} ({relative_time(value, self._now)})"


def relative_time(value: datetime, now: datetime) -> str:
    """How far an instant is, in its largest unit: «3 hours ago», «in 2 days»."""
    seconds = abs((value - now).total_seconds())
    name, size = next(((name, size) for name, size in _UNITS if seconds >= size), _UNITS[-1])
    count = int(seconds // size)
    amount = f"{count} {name}{'' if count == 1 else 's'}"
    if not count:
        return "now"
    return f"in {amount}" if value > now else f"{amount} ago"


def _headline(story: Story) -> str:
    article = story.article
    where = f"in {story.source_id}"
    if story.url and story.url["duplicate_of"]:
        return f"Duplicate {where}: {story.url['last_reason']} to article {story.url['duplicate_of']}"
    if article and article["withdrawn_at"]:
        return f"Article {article['article_id']} {where}, withdrawn: {article['withdrawn_reason']}"
    if article:
        return f"Article {article['article_id']} {where}"
    last = story.url or {}
    return f"No article {where}: {last.get('last_outcome')}, {last.get('last_reason')}"


def _takes(verdict: Verdict) -> str:
    return "takes it" if verdict.takes else "does not take it"


def _pointer(row: Row) -> str:
    return f"{row['archive_file']} at {row['archive_offset']}, {row['archive_length']} bytes"


def _how_to_read(archive_url: str, row: Row) -> str:
    """How to see the newest response: a command where the archive is a folder."""
    store = Store(archive_url)
    if not store.is_local:
        return f"To read one: take the bytes at its offset from {archive_url}/<file>, and gunzip them"
    path = shlex.quote(str(store.local_path(row["archive_file"])))
    return f"To read the last: tail -c +{row['archive_offset'] + 1} {path} | head -c {row['archive_length']} | gunzip"

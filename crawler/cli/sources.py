"""`dateline sources`: list, check, add and show source files."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler import stages
from crawler.clean.overrides.snapshots import PagesCheck, renew_expectations, save_snapshot
from crawler.cli.sources_pages import archived_pages, check_pages, fetch_page
from crawler.cli.sources_template import describe_learned, describe_template
from crawler.config import Settings, load_settings
from crawler.errors import ConfigError
from crawler.local.session import ready_database
from crawler.resources import resource_dir
from crawler.sources import check_known
from crawler.sources.check import Level, SourceCheck, check_sources, record_verified
from crawler.sources.discovery import SiteOptions, Step, discover_site, write_found_site
from crawler.sources.explaining import one_line
from crawler.sources.loading import load_sources
from crawler.sources.model import Source, SourceKind, parse_duration
from crawler.sources.writing import dump_full_source, write_source_file

_STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}

_NEVER_WRAPPED = ("", "id", "source")
"""What a person scans for, or copies."""

_folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of source files. Default: DATELINE_SOURCES, or the catalogue that comes with Dateline.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def sources() -> None:
    """The outlets that are crawled: one YAML file each."""


@sources.command("list")
@_folder_option
@_json_option
def list_command(folder: Path | None, as_json: bool) -> None:
    """List the sources of the folder."""
    found = load_sources(_folder(folder, load_settings()))
    if as_json:
        _print_json([source.model_dump(mode="json") for source in found])
        return
    rows = [
        (
            source.id,
            source.name,
            source.country,
            " ".join(source.languages),
            source.kind.value,
            "on" if source.enabled else "off",
            source.verified_on or "never",
            str(source.schedule),
            f"{len(source.feeds)}/{len(source.sitemaps)}/{len(source.section_pages)}",
        )
        for source in found
    ]
    _print_table(
        ("id", "name", "country", "languages", "kind", "enabled", "verified", "asked", "feeds/ sitemaps/ sections"),
        rows,
    )
    enabled = sum(source.enabled for source in found)
    click.echo(f"{len(found)} sources, {enabled} enabled", err=True)


@sources.command("show")
@click.argument("source_id", metavar="ID")
@click.option("--template", "shows_template", is_flag=True, help="What was learned of its site, in place of its file.")
@_folder_option
@_json_option
def show_command(source_id: str, shows_template: bool, folder: Path | None, as_json: bool) -> None:
    """Print a source with every value that is in effect, defaults included."""
    (source,) = _select(load_sources(_folder(folder, load_settings())), (source_id,))
    if shows_template:
        _show_template(source.id, as_json)
        return
    if as_json:
        _print_json(source.model_dump(mode="json"))
    else:
        click.echo(dump_full_source(source), nl=False)


@sources.command("learn")
@click.argument("ids", metavar="[ID]…", nargs=-1)
@click.option("--pages", default=200, show_default=True, type=click.IntRange(min=1), help="Most pages of a source.")
@_json_option
def learn_command(ids: tuple[str, ...], pages: int, as_json: bool) -> None:
    """Learn from archived pages what the sites of sources are like: of those named, or of all that are enabled.

    Pages that are cleaned from the next plan on go by it. `dateline sources show ID --template` shows it.
    """
    with ready_database(load_settings()) as settings:
        learned = stages.learn_templates(settings, only=ids, most=pages, progress=_show_progress)
    if as_json:
        _print_json([one.model_dump(mode="json") for one in learned])
    else:
        _print_table(("source", "pages", "stories", "version", ""), list(describe_learned(learned)))


def _show_template(source_id: str, as_json: bool) -> None:
    with ready_database(load_settings()) as settings:
        template = stages.site_template(settings, source_id)
    if template is None:
        raise ConfigError(f"nothing is known of the site of {source_id} yet: `dateline sources learn {source_id}`")
    if as_json:
        _print_json(template.model_dump(mode="json"))
        return
    for line in describe_template(source_id, template):
        click.echo(line)


@sources.command("check")
@click.argument("ids", metavar="[ID]…", nargs=-1)
@click.option("--live", is_flag=True, help="Ask every feed, sitemap and section page once.")
@click.option("--record", is_flag=True, help="With --live: write today as verified_on where nothing failed.")
@_folder_option
@_json_option
def check_command(ids: tuple[str, ...], live: bool, record: bool, folder: Path | None, as_json: bool) -> None:
    """Check source files and the page objects beside them, and with --live what the sites answer.

    Exit status 1 if anything fails.
    """
    if record and not live:
        raise click.UsageError("--record writes down what --live finds: give both")
    settings = load_settings()
    directory = _writable_folder(folder, settings) if record else _folder(folder, settings)
    found = load_sources(directory)
    chosen = _select(found, ids)
    if live:
        _remind_of_contact(settings)
    pages = check_pages(directory, chosen, frozenset(source.id for source in found))
    checks = check_sources(chosen, live, settings, progress=_show_progress)
    if as_json:
        _print_json([_check_as_json(check, pages.get(check.source_id)) for check in checks])
    else:
        _print_checks(checks, pages, live)
    if record:
        today = datetime.now(timezone.utc).date().isoformat()
        for check in checks:
            if _level(check, pages) is not Level.FAIL:
                path = directory / f"{check.source_id}.yaml"
                write_source_file(path, record_verified(path, today), replace=True)
    if any(_level(check, pages) is Level.FAIL for check in checks):
        raise SystemExit(1)


@sources.command("add")
@click.argument("url")
@click.option("--id", "source_id", help="The source's id and file name. Default: from the host name.")
@click.option("--name", help="The outlet's name. Default: what the site calls itself.")
@click.option("--language", "languages", multiple=True, help="ISO 639 code, as in ar. Repeat it for several.")
@click.option("--country", help="ISO 3166 code of the country it reports from, as in SY.")
@click.option("--kind", type=click.Choice([kind.value for kind in SourceKind]), help="What sort of publisher it is.")
@click.option("--time-zone", help="IANA name, as in Asia/Damascus: for dates that state no zone.")
@click.option("--allow-private", is_flag=True, help="The site is in your own network: private addresses may be asked.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@_folder_option
@_json_option
def add_command(
    url: str,
    source_id: str | None,
    name: str | None,
    languages: tuple[str, ...],
    country: str | None,
    kind: str | None,
    time_zone: str | None,
    allow_private: bool,
    force: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Look at the site at URL, find its feeds and sitemaps, and write its source file."""
    settings = load_settings()
    options = SiteOptions(
        id=source_id,
        name=name,
        languages=languages or None,
        country=country,
        kind=SourceKind(kind) if kind else None,
        time_zone=time_zone,
    )
    directory = _writable_folder(folder, settings)
    _remind_of_contact(settings)
    site = discover_site(url, settings, options=options, allow_private=allow_private, report=_show_step)
    path = write_found_site(site, directory, replace=force)
    if as_json:
        _print_json({"file": str(path), "source": site.source.model_dump(mode="json"), "remains": site.remains})
        return
    click.echo(f"wrote {path}")
    for remark in site.remains:
        click.echo(f"to be looked at: {remark}")
    own_folder = "" if folder is None else f" --sources {shlex.quote(str(folder))}"
    click.echo(f"next: dateline run --source {site.source.id}{own_folder}")


@sources.command("snapshot", short_help="Save pages of a source as tests of its page objects.")
@click.argument("source_id", metavar="ID")
@click.argument("urls", metavar="[URL]…", nargs=-1)
@click.option("--archived", is_flag=True, help="Take the newest capture in the archive; ask no site.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="With --archived: the page of that day.")
@click.option("--force", is_flag=True, help="Replace expectations that are reviewed, too.")
@_folder_option
def snapshot_command(
    source_id: str, urls: tuple[str, ...], archived: bool, on: datetime | None, force: bool, folder: Path | None
) -> None:
    """Save the pages at URL with what is found on them now, for a person to review.

    Without a URL, write anew what is found on the saved pages that nobody has reviewed yet.
    """
    if on and not archived:
        raise click.UsageError("--on chooses among the pages in the archive: give --archived too")
    if archived and not urls:
        raise click.UsageError("--archived needs the addresses of the pages")
    settings = load_settings()
    directory = _writable_folder(folder, settings)
    (source,) = _select(load_sources(directory), (source_id,))
    if archived:
        pages = iter(archived_pages(settings, source, urls, on))
    else:
        pages = (fetch_page(settings, source, url) for url in urls)
    paths = [save_snapshot(directory, source, page.snapshot, page.payload, replace=force) for page in pages]
    paths = paths or renew_expectations(directory, source, replace=force)
    for path in paths:
        click.echo(f"wrote {path}")
    if paths:
        click.echo("next: compare each with its page, correct it, and set `reviewed` to true", err=True)
    else:
        click.echo(f"{source_id} has no saved page that waits for a review", err=True)


@sources.command("pause")
@click.argument("source_id", metavar="ID")
@click.option(
    "--until", type=click.DateTime(), metavar="DATE", help="Go on by itself at this time (UTC), as in 2026-01-31."
)
@click.option("--for", "duration", metavar="DURATION", help="Go on by itself after so long, as in 12h or 3d.")
@click.option("--because", required=True, metavar="TEXT", help="Why, for those who find it paused.")
def pause_command(source_id: str, until: datetime | None, duration: str | None, because: str) -> None:
    """Leave a source alone: until a date, or until it is resumed."""
    if until and duration:
        raise click.UsageError("--until and --for say the same: give one of them")
    end = until.replace(tzinfo=timezone.utc) if until else None
    if duration:
        try:
            end = datetime.now(timezone.utc) + parse_duration(duration)
        except (ValueError, TypeError, OverflowError) as error:
            raise click.BadParameter(f"{duration!r} {error}", param_hint="--for") from error
    with ready_database(load_settings()) as settings:
        stages.pause(settings, source_id, end, because)
    click.echo(f"{source_id} is paused " + (f"until {end:%Y-%m-%d %H:%M} UTC" if end else "until it is resumed"))


@sources.command("resume")
@click.argument("source_id", metavar="ID")
def resume_command(source_id: str) -> None:
    """End a pause. The source is crawled again when it is due."""
    with ready_database(load_settings()) as settings:
        standing = stages.resume(settings, source_id)
    click.echo(f"{source_id} is {standing.state}: {standing.reason}")


@sources.command("accept", short_help="Take how the pages of a source are filled now for its habit.")
@click.argument("source_id", metavar="ID")
def accept_command(source_id: str) -> None:
    """Take how the pages of a source are filled now for its habit: the outlet means it."""
    with ready_database(load_settings()) as settings:
        standing = stages.accept(settings, source_id)
    click.echo(f"{source_id} is taken as it is now; it is {standing.state}: {standing.reason}")


def _folder(folder: Path | None, settings: Settings) -> Path:
    return folder or settings.sources_dir or resource_dir("sources")


def _writable_folder(folder: Path | None, settings: Settings) -> Path:
    directory = _folder(folder, settings)
    if directory == resource_dir("sources") and directory.parent.name == "_resources":
        raise ConfigError(
            f"{directory} belongs to the installed package, and an upgrade would empty it: "
            "name a folder of yours with --folder or DATELINE_SOURCES"
        )
    return directory


def _select(found: list[Source], ids: tuple[str, ...]) -> list[Source]:
    by_id = {source.id: source for source in found}
    check_known(ids, by_id)
    return [by_id[source_id] for source_id in dict.fromkeys(ids)] if ids else found


def _remind_of_contact(settings: Settings) -> None:
    if settings.contact is None:
        click.echo(
            "DATELINE_CONTACT is not set: sites cannot tell who asks, and a crawl of public sites does not start",
            err=True,
        )


def _show_step(step: Step) -> None:
    click.echo(one_line(f"  {'+' if step.taken else '-'} {step.url}: {step.found}"), err=True)


def _show_progress(done: int, total: int | None, note: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{note}: {done}/{total}" + ("\n" if done == total else ""), err=True, nl=False)


def _level(check: SourceCheck, pages: Mapping[str, PagesCheck]) -> Level:
    found = pages.get(check.source_id)
    return Level.FAIL if found and found.problems else check.level


def _print_checks(checks: list[SourceCheck], pages: Mapping[str, PagesCheck], live: bool) -> None:
    rows = []
    for check in checks:
        found = pages.get(check.source_id)
        rows += [(check.level.value, check.source_id, "", "", "", "", message) for message in check.messages]
        for endpoint in check.endpoints:
            newest = f"{endpoint.newest_at:%Y-%m-%d %H:%M}" if endpoint.newest_at else ""
            remarks = list(endpoint.messages)
            if endpoint.crawl_delay_seconds:
                remarks.append(f"robots.txt asks for {endpoint.crawl_delay_seconds:g} s between requests")
            rows.append(
                (
                    endpoint.level.value,
                    check.source_id,
                    endpoint.url,
                    "" if endpoint.http_status is None else str(endpoint.http_status),
                    endpoint.recognised.value if endpoint.recognised else endpoint.kind.value,
                    "" if endpoint.entries is None else f"{endpoint.entries} {newest}".strip(),
                    "; ".join(remarks),
                )
            )
        if found:
            rows += [(Level.FAIL.value, check.source_id, "", "", "", "", problem) for problem in found.problems]
        if found and not found.problems:
            told = f"{found.page_objects} page objects, {found.snapshots} saved pages are as expected"
            rows.append((Level.OK.value, check.source_id, "", "", "", "", told))
        if not check.messages and not check.endpoints and not found:
            rows.append((check.level.value, check.source_id, "", "", "", "", "the file is in order"))
    _print_table(("", "source", "endpoint", "status", "type", "entries, newest (UTC)", "remarks"), rows)
    counts = {level: sum(_level(check, pages) is level for check in checks) for level in Level}
    asked = "" if live else " (files only; --live asks the sites)"
    click.echo(f"{counts[Level.OK]} ok, {counts[Level.WARN]} warn, {counts[Level.FAIL]} fail{asked}", err=True)


def _check_as_json(check: SourceCheck, pages: PagesCheck | None) -> dict[str, Any]:
    return {
        "source_id": check.source_id,
        "name": check.name,
        "level": (Level.FAIL if pages and pages.problems else check.level).value,
        "messages": check.messages,
        "pages": pages and dataclasses.asdict(pages),
        "endpoints": [
            {
                "url": endpoint.url,
                "kind": endpoint.kind.value,
                "level": endpoint.level.value,
                "messages": endpoint.messages,
                "http_status": endpoint.http_status,
                "reason": endpoint.reason.value if endpoint.reason else None,
                "recognised": endpoint.recognised.value if endpoint.recognised else None,
                "entries": endpoint.entries,
                "newest_at": endpoint.newest_at.isoformat() if endpoint.newest_at else None,
                "moved_to": endpoint.moved_to,
                "crawl_delay_seconds": endpoint.crawl_delay_seconds,
            }
            for endpoint in check.endpoints
        ],
    }


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """A table on a terminal, tab-separated lines elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(map(one_line, row)))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _NEVER_WRAPPED)
    for row in rows:
        style = _STYLES[Level(row[0])] if row[0] in {level.value for level in Level} else None
        table.add_row(*(Text(one_line(text)) for text in row), style=style)
    Console().print(table)

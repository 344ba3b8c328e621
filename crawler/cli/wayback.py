"""`dateline wayback`: sites out of the Wayback Machine."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table

from crawler import stages
from crawler.cli.imports import (
    as_utc,
    limit_option,
    meaning_of,
    private_option,
    since_option,
    until_option,
)
from crawler.cli.run import folder_option, json_option, run_stages, settings_with, stage_progress
from crawler.config import Settings
from crawler.imports import Captures, Selection, WaybackImport, WaybackState, check_prefixes, choose_sources, count_ends
from crawler.local.session import ready_database
from crawler.reports import read_run_report
from crawler.sources import read_catalogue
from crawler.sources.explaining import one_line
from crawler.tables import output_console, report_json, run_table

_STEPS = (("crawl", stages.crawl), ("clean", stages.clean), ("load", stages.load))


@click.command(short_help="Bring sources back from a web archive.")
@click.argument("only", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--url", "prefixes", multiple=True, metavar="PREFIX", help="Only addresses that begin so. Repeatable.")
@since_option
@until_option
@click.option(
    "--captures",
    type=click.Choice([one.value for one in Captures]),
    default=Captures.CHANGES.value,
    show_default=True,
    help="Which captures of one address: each whose bytes differ from the one before, the first, the last, one a day.",
)
@limit_option
@click.option("--endpoint", metavar="URL", help="Another web archive, in place of DATELINE_WAYBACK_URL.")
@click.option("--cdx", "cdx_url", metavar="URL", help="Its index, where that is not ENDPOINT/cdx/search/cdx.")
@click.option("--replay", "replay_url", metavar="URL", help="Its captures, where those are not below ENDPOINT/web.")
@click.option(
    "--delay", type=click.FloatRange(0, 600), default=2.0, show_default=True, help="Seconds between two requests."
)
@click.option("--dry-run", is_flag=True, help="Only ask the index how much there is.")
@click.option("--batch-captures", type=click.IntRange(1, 10_000), default=400, hidden=True)
@private_option
@folder_option
@json_option
def wayback(
    only: tuple[str, ...],
    prefixes: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    captures: str,
    limit: int | None,
    endpoint: str | None,
    cdx_url: str | None,
    replay_url: str | None,
    delay: float,
    dry_run: bool,
    batch_captures: int,
    allow_private: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Bring sources back from a web archive: what the Wayback Machine has of them, live or long gone.

    Asks its index (CDX), then fetches the captures as the site sent them, one request at a time, and cleans and loads
    them with the date of their capture. SOURCE may be disabled, as that of a dead outlet is. The same command again
    goes on where it was cut off. Exit status 1 if anything could not be had or loaded.
    """
    settings = settings_with(folder)
    selection = Selection(choose_sources(read_catalogue(settings), only), since=as_utc(since), until=as_utc(until))
    check_prefixes(prefixes, selection)
    base = (endpoint or settings.wayback_url).rstrip("/")
    wanted = WaybackImport(
        selection,
        cdx_url or f"{base}/cdx/search/cdx",
        (replay_url or f"{base}/web").rstrip("/"),
        prefixes,
        Captures(captures),
        limit,
        delay,
        batch_captures,
        allow_private,
    )
    is_whole = True
    if dry_run:
        with stage_progress() as show:
            state = stages.count_mementos(settings, wanted, show("index"))
        _finish(settings, state, as_json, is_whole=True, is_dry=True)
        return
    with ready_database(settings) as ready:
        with stage_progress() as show:
            for batch in stages.import_mementos(ready, wanted, show("index")):
                is_whole = run_stages(ready, batch, _STEPS, show) and is_whole
        found = stages.wayback_state(ready, wanted.run_id)
        if found is not None:
            _finish(ready, found, as_json, is_whole=is_whole)


def _finish(settings: Settings, state: WaybackState, as_json: bool, *, is_whole: bool, is_dry: bool = False) -> None:
    ends = count_ends(settings, state.run_id)
    report = None if is_dry else read_run_report(settings, state.run_id)
    problems = [*([state.problem] if state.problem else []), *(report.problems if report else ())]
    if as_json:
        value = {
            "run_id": state.run_id,
            "counts": state.counts,
            "captures": dict(ends),
            "problems": problems,
            "loaded": report_json(report) if report else None,
        }
        click.echo(json.dumps(value, indent=2))
    else:
        console = output_console()
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("captures", justify="right")
        table.add_column("")
        for name, count in state.counts.items():
            table.add_row(
                str(count), "in the index and wanted" if name == "listed" else f"left out: {meaning_of(name)}"
            )
        for name, count in sorted(ends.items()):
            table.add_row(str(count), name)
        console.print(table)
        if report is not None:
            console.print(run_table(report, if_empty="Nothing was there to load."))
        for problem in problems:
            click.echo(one_line(f"dateline: {problem}"), err=True)
    if problems or not is_whole:
        raise SystemExit(1)

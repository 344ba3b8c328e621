"""`dateline import`: pages out of WARC files."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from crawler import stages
from crawler.cli.run import folder_option, json_option, run_stages, settings_with, stage_progress
from crawler.config import Settings
from crawler.imports import TAKEN, FileImport, ImportState, LeftOut, Selection, choose_sources, find_inputs
from crawler.local.session import ready_database
from crawler.reports import read_run_report
from crawler.sources import read_catalogue
from crawler.sources.explaining import one_line
from crawler.tables import output_console, plain_text, report_json, run_table

_LOAD = (("clean", stages.clean), ("load", stages.load))

source_option = click.option(
    "--source", "only", multiple=True, metavar="ID", help="Take only pages of this source, enabled or not. Repeatable."
)
since_option = click.option(
    "--since",
    type=click.DateTime(),
    metavar="DATE",
    help="Only captures made at or after this time (UTC), as in 2026-01-31 or 2026-01-31T06:00:00.",
)
until_option = click.option(
    "--until", type=click.DateTime(), metavar="DATE", help="Only captures made before this time (UTC)."
)
limit_option = click.option(
    "--limit", type=click.IntRange(1), help="Stop after so many captures; another call goes on."
)
private_option = click.option(
    "--allow-private-addresses", "allow_private", is_flag=True, help="Let addresses be inside your own network."
)


@click.command("import", short_help="Load articles out of WARC files.")
@click.argument("inputs", nargs=-1, metavar="[PATH | URL | -]...")
@click.option("--list", "lists", multiple=True, metavar="FILE", help="Take what a file lists, one path or URL a line.")
@click.option("--base-url", metavar="URL", help="What the paths in lists are below.")
@source_option
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Take only pages of this host (or *.HOST).")
@since_option
@until_option
@limit_option
@click.option(
    "--dry-run", is_flag=True, help="Only count what would be taken, without asking the database what it has."
)
@click.option("--batch-captures", type=click.IntRange(1, 100_000), default=5000, show_default=True, hidden=True)
@private_option
@folder_option
@json_option
def import_command(
    inputs: tuple[str, ...],
    lists: tuple[str, ...],
    base_url: str | None,
    only: tuple[str, ...],
    hosts: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    dry_run: bool,
    batch_captures: int,
    allow_private: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Load articles out of WARC files: those of wget, Heritrix, Browsertrix, Common Crawl (CC-NEWS) and others.

    The files are read as streams, and what belongs to your sources is copied into the archive, cleaned and loaded. The
    same command again goes on where it was cut off. Exit status 1 if anything could not be read or loaded.
    """
    settings = settings_with(folder)
    selection = Selection(
        choose_sources(read_catalogue(settings), only),
        frozenset(host.lower() for host in hosts),
        as_utc(since),
        as_utc(until),
    )
    found = find_inputs(inputs, lists, base_url, settings.user_agent, allow_private=allow_private)
    wanted = FileImport(tuple(found), selection, limit, batch_captures, allow_private)
    if dry_run:
        with stage_progress() as show:
            state = stages.count_import(settings, wanted, show("count", in_bytes=True))
        finish_import(settings, state, as_json, is_whole=True, is_dry=True)
        return
    with ready_database(settings) as ready:
        is_whole, is_news = True, not _is_over(stages.import_state(ready, wanted.run_id))
        with stage_progress() as show:
            for batch in stages.import_files(ready, wanted, show("read", in_bytes=True)):
                is_whole, is_news = run_stages(ready, batch, _LOAD, show) and is_whole, True
        state = stages.import_state(ready, wanted.run_id) or ImportState(
            run_id=wanted.run_id, created_at=datetime.now(timezone.utc)
        )
        finish_import(ready, state, as_json, is_whole=is_whole, is_news=is_news)


def _is_over(state: ImportState | None) -> bool:
    """Whether an earlier call has read all inputs to their end, and something was in them."""
    return (
        state is not None
        and all(one.is_finished and not one.problem for one in state.inputs.values())
        and any(one.counts.get(TAKEN) for one in state.inputs.values())
    )


def finish_import(
    settings: Settings, state: ImportState, as_json: bool, *, is_whole: bool, is_dry: bool = False, is_news: bool = True
) -> None:
    """Print what was taken, what was left out and why, and what was loaded. Ends with status 1 after a problem.

    `is_news` is false when it was all taken and loaded before this call.
    """
    problems = [one.problem for one in state.inputs.values() if one.problem]
    damage = [text for one in state.inputs.values() for text in one.problems]
    counts: Counter[str] = Counter()
    for one in state.inputs.values():
        counts.update(one.counts)
    report = None if is_dry else read_run_report(settings, state.run_id)
    if as_json:
        value = {
            "run_id": state.run_id,
            "inputs": {
                name: {"is_finished": one.is_finished, "problem": one.problem, "counts": one.counts}
                for name, one in state.inputs.items()
            },
            "counts": dict(counts),
            "damage": damage,
            "problems": problems + (list(report.problems) if report else []),
            "loaded": report_json(report) if report else None,
        }
        click.echo(json.dumps(value, indent=2))
    else:
        console = output_console()
        console.print(_counts_table(counts))
        for text in damage:
            console.print(plain_text(text), style="yellow", soft_wrap=True)
        if report is not None:
            console.print(run_table(report, if_empty="Nothing was there to load."))
            if not is_news:
                console.print("An earlier call took all of it; this one found nothing to do.")
        for problem in (*problems, *(report.problems if report else ())):
            click.echo(one_line(f"dateline: {problem}"), err=True)
    if problems or not is_whole or (report and report.problems):
        raise SystemExit(1)


def _counts_table(counts: Counter[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("captures", justify="right")
    table.add_column("")
    table.add_row(str(counts[TAKEN]), Text("taken", style="bold"))
    for cause in LeftOut:
        if counts[cause]:
            table.add_row(str(counts[cause]), f"left out: {meaning_of(cause)}")
    return table


_MEANING = {
    LeftOut.OTHER_HOST: "the host is none of the sources'",
    LeftOut.OTHER_URL: "the source does not want the address",
    LeftOut.OTHER_DATE: "not of the time asked for",
    LeftOut.NOT_HTTP: "no HTTP response",
    LeftOut.REVISIT: "the archive only noted that nothing had changed",
    LeftOut.OTHER_STATUS: "the site did not answer with a page",
    LeftOut.OTHER_TYPE: "no HTML or text",
    LeftOut.TRUNCATED: "cut off when it was captured",
    LeftOut.TOO_LARGE: "larger than the source's limits.max_bytes",
    LeftOut.DUPLICATE: "the same capture twice",
    LeftOut.KNOWN: "imported before",
    LeftOut.DAMAGED: "damaged",
}


def meaning_of(cause: str) -> str:
    """A cause of leaving a capture out in words, and its name."""
    return f"{_MEANING[LeftOut(cause)]} ({cause})"


def as_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=timezone.utc)

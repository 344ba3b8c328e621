"""`dateline housekeeping`: what the database needs done once a day."""

from __future__ import annotations

import re

import click

from crawler import stages
from crawler.cli.run import stage_progress
from crawler.config import load_settings
from crawler.errors import ConfigError
from crawler.housekeeping import HouseReport, set_keep_months
from crawler.local.session import ready_database
from crawler.tables import output_console, plain_table


@click.command("housekeeping")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.option(
    "--keep",
    "policies",
    multiple=True,
    metavar="TABLE=MONTHS",
    help="From now on keep this many whole months of a table (`all`: all of them), as in ingest.outcome=24.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def housekeeping(dry_run: bool, policies: tuple[str, ...], as_json: bool) -> None:
    """Make the coming months of the tables that go by month, move months that are kept no longer to the schema
    `retired`, and refresh statistics. Nothing is dropped. The DAG dateline_housekeeping does it once a day.

    Exit status 1 when a month that is due could not be moved; the next round goes on with it.
    """
    wanted = [_read_policy(text) for text in policies]
    if wanted and dry_run:
        raise ConfigError("--keep with --dry-run: a policy holds from when it is set, so set it first")
    with ready_database(load_settings()) as settings:
        for table, months in wanted:
            set_keep_months(settings, table, months)
        with stage_progress() as show:
            report = stages.housekeeping(settings, dry_run=dry_run, progress=show("housekeeping"))
    if as_json:
        click.echo(report.model_dump_json(indent=2))
    else:
        _show(report)
    if report.waiting:
        raise SystemExit(1)


def _read_policy(text: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(?P<table>[a-z_]+\.[a-z_]+)=(?P<months>all|[1-9][0-9]{0,3})", text)
    if found is None:
        raise ConfigError(f"--keep {text}: write it as TABLE=MONTHS, as in ingest.outcome=24, or TABLE=all")
    return found["table"], None if found["months"] == "all" else int(found["months"])


def _show(report: HouseReport) -> None:
    would = "would be " if report.is_dry_run else ""
    for what, names in (("made", report.made), ("retired", report.retired), ("analyzed", report.analyzed)):
        for name in names:
            click.echo(f"{would}{what}: {name}")
    for line in report.waiting:
        click.echo(f"not retired: {line}", err=True)
    table = plain_table("table", "months", "from before", "until before", "MB", "kept")
    for one in report.tables:
        kept = f"{one.keep_months} months" if one.keep_months else "all"
        size = f"{one.size_bytes / 1_000_000:,.1f}"
        span = (str(one.first_ends_before), str(one.last_ends_before))
        table.add_row(one.table, str(one.months), *span, size, kept)
    for name, size_bytes in report.retired_bytes.items():
        table.add_row(f"retired.{name}", "", "", "", f"{size_bytes / 1_000_000:,.1f}", "yours to archive or drop")
    output_console().print(table)

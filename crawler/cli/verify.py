"""`dateline verify`: whether the archive still holds what the database says."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime

import click
from psycopg2.extensions import connection as Connection  # noqa: N812
from rich.console import Console
from rich.text import Text

from crawler.cli.imports import as_utc
from crawler.cli.run import stage_progress
from crawler.config import Settings, load_settings
from crawler.database import connect
from crawler.errors import ConfigError
from crawler.evidence.proof import Verdict
from crawler.evidence.verification import Finding, Report, Selection, verify
from crawler.local.session import ready_database
from crawler.tables import output_console, plain_text

_INTERRUPTED = 130
_TOLD_AT_MOST = 20
_OF_NO_ROW = ("unknown", "not_loaded")
_MEANING = {
    Verdict.OK: "the very bytes that were captured",
    Verdict.MISSING: "not in the archive: the file is gone, or ends before them",
    Verdict.DAMAGED: "bytes are there that are no whole record",
    Verdict.DIFFERING: "a whole record is there, and it is not the one that was captured",
    Verdict.UNREACHABLE: "the archive did not let us read them",
}


@click.command("verify", short_help="Check the archive against the database.")
@click.option(
    "--sample", type=click.IntRange(1), metavar="N", help="Check N versions chosen at random (default: 1000)."
)
@click.option("--all", "is_all", is_flag=True, help="Check every response that was kept; see below.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Another number chooses another sample; the same number chooses the same.",
)
@click.option("--source", "source_id", metavar="ID", help="Only what this source brought.")
@click.option(
    "--since", type=click.DateTime(), metavar="DAY", help="Only what was fetched at or after this time (UTC)."
)
@click.option("--until", type=click.DateTime(), metavar="DAY", help="Only what was fetched before this time (UTC).")
@click.option("-v", "--verbose", is_flag=True, help="List all findings, also responses that no row points at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify_command(
    sample: int | None,
    is_all: bool,
    seed: int,
    source_id: str | None,
    since: datetime | None,
    until: datetime | None,
    verbose: bool,
    as_json: bool,
) -> None:
    """Check the archive against the database: are the bytes of each version where its row says, and the same?

    Of each response are compared: file, place and length, the SHA-256 of its payload, its address, time and HTTP
    status, and the page that a browser drew, where one did. Nothing is changed, and loads may go on meanwhile.

    With --all and no other choice, files are searched for responses that no row points at, too: those of batches that
    are not loaded yet, and others. They are counted, and no reason for exit status 1.

    Exit status 1 when anything is missing, damaged or differing. After Ctrl-C (130) the report is of what was done.
    """
    if is_all and sample:
        raise ConfigError("--all and --sample are two answers to one question: give one of them")
    selection = Selection(None if is_all else sample or 1000, seed, source_id, since=as_utc(since), until=as_utc(until))
    report, told = Report(), _Told(None if verbose else _TOLD_AT_MOST, with_unknown=verbose)
    # The report says whether it is complete.
    with ready_database(load_settings()) as settings, suppress(KeyboardInterrupt):
        _verify(settings, selection, report, told.add)
    if as_json:
        click.echo(json.dumps(_as_json(report, told), indent=2, ensure_ascii=False))
    else:
        _print(output_console(), report, told, selection)
    if not report.is_complete:
        raise SystemExit(_INTERRUPTED)
    if not report.is_good:
        raise SystemExit(1)


def _verify(settings: Settings, selection: Selection, report: Report, tell: Callable[[Finding], None]) -> None:
    with closing(connect(settings)) as rows_from, closing(connect(settings)) as asks, stage_progress() as show:
        if selection.source_id is not None:
            _require_source(asks, selection.source_id)
        asks.autocommit = True
        verify(settings.archive_url, rows_from, asks, selection, report, tell, show("verify"))


class _Told:
    """The findings to show: the first ones, so that an archive that is gone does not fill the memory."""

    def __init__(self, limit: int | None, *, with_unknown: bool) -> None:
        self.findings: list[Finding] = []
        self.left_out = 0
        self._limit = limit
        self._with_unknown = with_unknown

    def add(self, finding: Finding) -> None:
        if finding.kind in _OF_NO_ROW and not self._with_unknown:
            return
        if self._limit is not None and len(self.findings) >= self._limit:
            self.left_out += 1
            return
        self.findings.append(finding)


def _as_json(report: Report, told: _Told) -> dict[str, object]:
    values = {name: value for name, value in vars(report).items() if name != "verdicts"}
    return {
        **values,
        "is_good": report.is_good,
        "verdicts": {verdict.value: report.verdicts[verdict] for verdict in Verdict},
        "findings": [dataclasses.asdict(finding) for finding in told.findings],
        "findings_left_out": told.left_out,
    }


def _print(console: Console, report: Report, told: _Told, selection: Selection) -> None:
    for finding in told.findings:
        of = f"article {finding.article_id}, version {finding.version_number}: " if finding.article_id else ""
        style = "yellow" if finding.kind in _OF_NO_ROW else "red"
        line = Text(f"{finding.kind}: ", style)
        console.print(line.append_text(plain_text(of + finding.text)), soft_wrap=True)
    if told.left_out:
        console.print(f"… and {told.left_out:,} more: --verbose lists them all", style="red")
    console.print(
        f"Checked {report.responses:,} responses ({report.payload_bytes:,} bytes) of {report.versions:,} versions in "
        f"{report.files:,} files"
    )
    for verdict in Verdict:
        if report.verdicts[verdict] or verdict is Verdict.OK:
            console.print(f"{report.verdicts[verdict]:>9,} {verdict}: {_MEANING[verdict]}")
    if selection.is_whole:
        _print_way_back(console, report)
    if not report.is_complete:
        console.print("Interrupted: this is what was checked until then.", style="bold yellow")
    elif report.is_good:
        console.print("The archive holds all of it.", style="bold green")
    else:
        console.print("The archive does NOT hold all of it.", style="bold red")


def _print_way_back(console: Console, report: Report) -> None:
    console.print("In these files, with no row that points at them:")
    told = (
        (report.endpoint_answers, "answers of feeds and lists, kept as evidence of their failure"),
        (report.not_loaded, "responses of batches that are not loaded yet"),
        (report.unknown, "other responses: --verbose lists them" if report.unknown else "other responses"),
        (report.damaged_parts, "parts that cannot be read"),
    )
    for count, what in told:
        console.print(f"{count:>9,} {what}")


def _require_source(connection: Connection, source_id: str) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute("select true from news.source where source_id = %s", (source_id,))
        if cursor.fetchone() is None:
            raise ConfigError(f"there is no source {source_id!r} in this database: `dateline status` lists them")

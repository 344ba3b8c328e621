"""`dateline run`, the whole pass without Airflow, and the commands for one stage of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic

import click
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from crawler import stages
from crawler.config import Settings, load_settings
from crawler.errors import DatelineError, StageError
from crawler.local.session import ready_database
from crawler.manifests import RunKind, RunManifest, StageReport
from crawler.progress import Progress as StageProgress
from crawler.reports import RunReport, read_run_report
from crawler.sources.explaining import one_line
from crawler.tables import output_console, report_json, run_table

_LOG_EVERY_SECONDS = 30.0

StageFunction = Callable[[Settings, str, StageProgress], StageReport | None]

source_option = click.option(
    "--source", "only", multiple=True, metavar="ID", help="Take this source now, due or not. May be repeated."
)
folder_option = click.option(
    "--sources",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of source files, in place of DATELINE_SOURCES.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@source_option
@folder_option
@json_option
def run(only: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """One pass: crawl the sources that are due, clean what came, load it. Exit status 1 if anything went wrong."""
    with ready_database(settings_with(folder)) as settings:
        manifest = stages.plan(settings, only=only)
        _tell_of_plan(manifest)
        report = _run_batches(settings, manifest)
    _finish(report, as_json)


@click.command()
@source_option
@folder_option
@click.option(
    "--since",
    type=click.DateTime(),
    metavar="DATE",
    help="Only captures fetched at or after this time (UTC), as in 2026-01-31 or 2026-01-31T06:00:00.",
)
@click.option("--until", type=click.DateTime(), metavar="DATE", help="Only captures fetched before this time (UTC).")
@click.option(
    "--other-than-extractor", metavar="VERSION", help="Leave out captures whose article has this extractor version."
)
@json_option
def reprocess(
    only: tuple[str, ...],
    folder: Path | None,
    since: datetime | None,
    until: datetime | None,
    other_than_extractor: str | None,
    as_json: bool,
) -> None:
    """Clean and load again what the archive holds. Nothing is fetched."""
    with ready_database(settings_with(folder)) as settings:
        manifest = stages.plan_reprocess(
            settings,
            since=_as_utc(since),
            until=_as_utc(until),
            only=only,
            other_than_extractor=other_than_extractor,
        )
        report = _run_batches(settings, manifest)
    _finish(report, as_json, if_empty="The archive holds nothing of that.")


@click.command()
@source_option
@folder_option
def plan(only: tuple[str, ...], folder: Path | None) -> None:
    """Take the sources that are due and print the batches made of them, one a line."""
    with ready_database(settings_with(folder)) as settings:
        manifest = stages.plan(settings, only=only)
    _tell_of_plan(manifest)
    for batch in manifest.batches:
        click.echo(batch)


def _stage_command(name: str, stage: StageFunction, help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @click.argument("batch", metavar="RUN/BATCH")
    @json_option
    def command(batch: str, as_json: bool) -> None:
        with ready_database(load_settings()) as settings, stage_progress() as show:
            report = stage(settings, batch, show(f"{name} {batch}"))
        if report is None:
            click.echo(f"{batch} has its captures already: go on with clean")
            return
        if as_json:
            click.echo(report.model_dump_json(indent=2))
        else:
            for source_id, counts in report.sources.items():
                click.echo(f"{source_id}: {counts.model_dump_json(exclude_defaults=True)}")
        if not report.is_complete:
            raise StageError(f"{batch}: {name} ended early: {report.problem}. Run the same command again to go on")

    return command


crawl = _stage_command("crawl", stages.crawl, "Fetch the pages of one batch into the archive.")
clean = _stage_command("clean", stages.clean, "Make articles of one batch's captures.")
load = _stage_command("load", stages.load, "Merge one batch's records into the database.")


@click.command(short_help="Let the next run take up a batch that failed.")
@click.argument("batch", metavar="RUN/BATCH")
def release(batch: str) -> None:
    """Let a batch go that failed: the next plan takes it up at once, and not when its lease has run out."""
    with ready_database(load_settings()) as settings:
        stages.release(settings, batch)
    click.echo(f"{batch} is free: the next `dateline run` or plan goes on with it")


def _tell_of_plan(manifest: RunManifest) -> None:
    for source_id in manifest.busy_sources:
        click.echo(f"dateline: {source_id} is in the hands of another run, and left to it", err=True)
    for batch in manifest.abandoned_batches:
        click.echo(f"dateline: {batch} was given up after too many tries; what it fetched is loaded now", err=True)


def _run_batches(settings: Settings, manifest: RunManifest) -> RunReport:
    """Take each batch through its stages. A batch that fails never keeps the others from being done."""
    steps: list[tuple[str, StageFunction]] = [("clean", stages.clean), ("load", stages.load)]
    if manifest.kind is RunKind.NEWS:
        steps.insert(0, ("crawl", stages.crawl))
    with stage_progress() as show:
        for batch in manifest.batches:
            run_stages(settings, batch, steps, show)
    return read_run_report(settings, manifest.run_id)


def run_stages(
    settings: Settings, batch: str, steps: Iterable[tuple[str, StageFunction]], show: Callable[..., StageProgress]
) -> bool:
    """Take one batch through stages, up to the first that fails; false then. The failure is told here."""
    for name, stage in steps:
        try:
            stage(settings, batch, show(f"{batch.rpartition('/')[2]} {name}"))
        except DatelineError as error:
            click.echo(one_line(f"dateline: {batch}: {name}: {error}"), err=True)
            return False
    return True


@contextmanager
def stage_progress() -> Iterator[Callable[..., StageProgress]]:
    """Bars on a terminal, a line now and then in a log: a function that makes the `Progress` of a named stage.

    With `in_bytes`, the stage counts bytes.
    """
    console = output_console(stderr=True)
    if not console.is_terminal:
        yield _log_lines
        return
    columns = (TextColumn("{task.description}"), BarColumn(), _AmountColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:

        def make(label: str, *, in_bytes: bool = False) -> StageProgress:
            task = bars.add_task(label, total=None, in_bytes=in_bytes)

            def show(done: int, total: int | None, note: str) -> None:
                bars.update(task, completed=done, total=total, description=f"{label}: {note}")

            return show

        yield make


class _AmountColumn(MofNCompleteColumn):
    """How much is done: a number of things, or of bytes."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = DownloadColumn()

    def render(self, task: Task) -> Text:
        return self._bytes.render(task) if task.fields.get("in_bytes") else super().render(task)


def _log_lines(label: str, *, in_bytes: bool = False) -> StageProgress:
    last = ""
    last_at = monotonic()

    def show(done: int, total: int | None, note: str) -> None:
        nonlocal last, last_at
        if in_bytes:
            if monotonic() - last_at < _LOG_EVERY_SECONDS:
                return
            last_at = monotonic()
        if note != last or (total is not None and done >= total):
            print(f"{label}: {note} {done}/{'?' if total is None else total}", file=sys.stderr)
        last = note

    return show


def _finish(report: RunReport, as_json: bool, if_empty: str = "No source was due.") -> None:
    if as_json:
        click.echo(json.dumps(report_json(report), indent=2))
    else:
        output_console().print(run_table(report, if_empty))
        for problem in report.problems:
            click.echo(one_line(f"dateline: {problem}"), err=True)
    if report.problems:
        raise SystemExit(1)


def settings_with(folder: Path | None) -> Settings:
    settings = load_settings()
    return settings if folder is None else replace(settings, sources_dir=folder.absolute())


def _as_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=timezone.utc)

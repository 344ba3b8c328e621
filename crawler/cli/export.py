"""`dateline export`: rows into files."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import click

from crawler.cli.run import json_option, stage_progress
from crawler.config import load_settings
from crawler.errors import ConfigError
from crawler.export import (
    STDOUT,
    SUBJECTS,
    Compression,
    ExportReport,
    ExportRequest,
    Format,
    Partition,
    export,
    guess_format,
)
from crawler.local.session import ready_database
from crawler.progress import no_progress


class _Moment(click.ParamType):  # type: ignore[type-arg]
    """An ISO 8601 date or time; without a zone it is in UTC."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no date or time: write 2026-01-31 or 2026-01-31T06:00:00+03:00", param, ctx)
        return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


_MOMENT = _Moment()


@click.command("export", short_help="Write articles into CSV, JSON Lines or Parquet.")
@click.argument("target", metavar="FILE_OR_FOLDER")
@click.option(
    "--format",
    "format_",
    type=click.Choice([one.value for one in Format]),
    help="Default: what the name of the file says.",
)
@click.option(
    "--compress",
    type=click.Choice([one.value for one in Compression]),
    help="Of CSV and JSON Lines: gzip or Zstandard.",
)
@click.option(
    "--what", type=click.Choice(list(SUBJECTS)), default="articles", show_default=True, help="Which table of `news`."
)
@click.option("--since", type=_MOMENT, metavar="MOMENT", help="Published (events: seen) at or after this; UTC.")
@click.option("--until", type=_MOMENT, metavar="MOMENT", help="Published (events: seen) before this; UTC.")
@click.option("--changed-since", type=_MOMENT, metavar="MOMENT", help="Only rows written at or after this moment.")
@click.option(
    "--state",
    "state_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Only what changed since the last export with this state file.",
)
@click.option("--source", "source_ids", multiple=True, metavar="ID", help="Only of this source. Repeatable.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only in this language (ar). Repeatable.")
@click.option("--query", metavar="WORDS", help="Only what a search for these words finds.")
@click.option(
    "--sql",
    "sql_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The rows of your own SELECT, in the place of all that chooses rows.",
)
@click.option("--columns", metavar="A,B,…", help="Only these columns, in this order. Default: all.")
@click.option("--by-day", "partition", flag_value=Partition.DAY.value, help="A folder with a file for each day (UTC).")
@click.option("--by-month", "partition", flag_value=Partition.MONTH.value, help="A folder with a file for each month.")
@click.option("--rows-per-file", type=click.IntRange(1), metavar="N", help="A folder with files of N rows.")
@click.option("--excel", is_flag=True, help="CSV that Excel reads as UTF-8: with a byte order mark.")
@click.option("--raw", is_flag=True, help="CSV without the apostrophe before what a spreadsheet takes for a formula.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@json_option
def export_command(
    target: str,
    format_: str | None,
    compress: str | None,
    what: str,
    since: datetime | None,
    until: datetime | None,
    changed_since: datetime | None,
    state_file: Path | None,
    source_ids: tuple[str, ...],
    languages: tuple[str, ...],
    query: str | None,
    sql_file: Path | None,
    columns: str | None,
    partition: str | None,
    rows_per_file: int | None,
    excel: bool,
    raw: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write rows of the database into a file, a folder of files, or (as -) to the standard output.

    \b
    dateline export articles.parquet --since 2026-01-01 --language ar
    dateline export articles.csv.gz --source alpha --columns published_at,title,url
    dateline export lake/2026-11-25 --format parquet --by-day --state lake/state.json

    All rows are of one moment. A folder whose export was cut off is gone on with by the same command.
    """
    guessed, packed = guess_format(target)
    if format_ is None and guessed is None:
        raise ConfigError(f"{target}: its name does not tell the format: say --format {', '.join(Format)}")
    if partition and rows_per_file:
        raise ConfigError("--by-day, --by-month and --rows-per-file exclude one another: give one of them")
    request = ExportRequest(
        target=target,
        format=Format(format_) if format_ else guessed or Format.CSV,
        compression=Compression(compress) if compress else packed,
        what=what,
        columns=tuple(name.strip() for name in columns.split(",")) if columns else (),
        since=since,
        until=until,
        changed_since=changed_since,
        state_file=state_file,
        source_ids=source_ids,
        languages=languages,
        query=query,
        sql=_read_query(sql_file) if sql_file else None,
        partition=Partition.ROWS if rows_per_file else Partition(partition) if partition else None,
        rows_per_file=rows_per_file,
        excel=excel,
        raw=raw,
        force=force,
    )
    is_watched = sys.stderr.isatty()
    with ready_database(load_settings()) as settings, stage_progress() as show:
        report = export(settings, request, show("export") if is_watched else no_progress, with_total=is_watched)
    click.echo(_as_json(report) if as_json else _as_words(report), err=target == STDOUT)


def _read_query(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text in UTF-8: {error}") from error
    if not text:
        raise ConfigError(f"{path} is empty: write one SELECT into it")
    return text


def _as_words(report: ExportReport) -> str:
    files = f", {report.files} files" if report.files != 1 else ""
    since = f", changed since {report.changed_since:%Y-%m-%d %H:%M:%S}" if report.changed_since else ""
    return (
        f"{report.rows} rows{since} in {report.target} ({report.format}{files}, {report.bytes:,} bytes), "
        f"as of {report.snapshot_at:%Y-%m-%d %H:%M:%S} UTC"
    )


def _as_json(report: ExportReport) -> str:
    return json.dumps(vars(report), indent=2, default=datetime.isoformat)

"""`dateline up`, and what it starts beside Airflow."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import click
from croniter import croniter

from crawler.config import load_settings
from crawler.errors import ConfigError
from crawler.local.airflow_env import task_slots
from crawler.local.up import UpOptions, run_up
from crawler.pools import airflow_pools
from crawler.tables import output_console


def _check_schedule(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not (re.fullmatch(r"\d+[smhd]", value) or croniter.is_valid(value)):
        raise ConfigError(
            f"the schedule {value!r} cannot be used: set DATELINE_SCHEDULE or --schedule to a duration as in 5m, or a "
            "cron expression as in '*/15 * * * *'"
        )
    return value


@click.command(short_help="Run everything on this machine.")
@click.option("--once", is_flag=True, help="Stop after the first completed run; exit status 0 only if it succeeded.")
@click.option(
    "--sources",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of source files to crawl, in place of the sample news site.",
)
@click.option("--airflow-port", envvar="DATELINE_AIRFLOW_PORT", type=click.IntRange(1, 65535), default=8080)
@click.option("--sample-port", envvar="DATELINE_SAMPLE_PORT", type=click.IntRange(1, 65530), default=8460)
@click.option(
    "--sample-edition-seconds",
    type=click.FloatRange(0),
    default=600.0,
    help="How often the sample site publishes and edits articles; 0: never by itself.",
)
@click.option(
    "--schedule",
    envvar="DATELINE_SCHEDULE",
    default="1m",
    show_default=True,
    callback=_check_schedule,
    help="How often due sources are looked for: a duration or a cron expression.",
)
@click.option("--first-run-seconds", type=float, default=1800.0, help="How long to wait for the first run to end.")
def up(
    once: bool,
    folder: Path | None,
    airflow_port: int,
    sample_port: int,
    sample_edition_seconds: float,
    schedule: str,
    first_run_seconds: float,
) -> None:
    """Run everything on this machine: PostgreSQL, Airflow and, without sources of your own, a sample news site.

    Stays up, on schedule, until Ctrl-C or SIGTERM.
    """
    settings = load_settings()
    if folder is not None:
        settings = dataclasses.replace(settings, sources_dir=folder.absolute())
    options = UpOptions(once, airflow_port, sample_port, sample_edition_seconds, schedule, first_run_seconds)
    raise SystemExit(run_up(settings, options, output_console()))


@click.command("airflow-pools")
@click.option("--tasks", type=click.IntRange(1), default=task_slots, help="Tasks that this Airflow runs at once.")
def airflow_pools_command(tasks: int) -> None:
    """Print the pools that the DAGs need, as `airflow pools import` reads them."""
    pools = airflow_pools(tasks).values()
    click.echo(json.dumps({p.name: {"slots": p.slots, "description": p.description} for p in pools}, indent=2))


@click.command("sample-site", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sample_site(arguments: tuple[str, ...]) -> None:
    """Serve the sample news site: invented outlets on loopback, to try a crawl on."""
    from crawler.sample_site.__main__ import main

    raise SystemExit(main(list(arguments)))

"""The command line put together, and errors turned into one message each."""

from __future__ import annotations

import os
import sys

import click
from rich.console import Console

from crawler import __version__
from crawler.cli.database import database
from crawler.cli.explain import explain
from crawler.cli.extract import extract
from crawler.cli.imports import import_command
from crawler.cli.local import airflow_pools_command, sample_site, up
from crawler.cli.run import clean, crawl, load, plan, release, reprocess, run
from crawler.cli.sources import sources
from crawler.cli.status import status
from crawler.cli.wayback import wayback
from crawler.errors import DatelineError
from crawler.tables import plain_text

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="dateline")
def dateline() -> None:
    """Dateline crawls news sites, keeps every byte it fetched, and loads clean articles into PostgreSQL."""


for _command in (
    up,
    run,
    status,
    explain,
    sources,
    extract,
    plan,
    crawl,
    clean,
    load,
    reprocess,
    import_command,
    wayback,
    release,
    database,
    airflow_pools_command,
    sample_site,
):
    dateline.add_command(_command)


def main() -> None:
    """Run the command line; an error that a person can act on is one message, not a traceback."""
    try:
        dateline.main(standalone_mode=False)
    except DatelineError as error:
        _complain(str(error))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has left (as `| head` does): nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _complain(message: str) -> None:
    Console(stderr=True, highlight=False).print("[bold red]dateline:[/]", plain_text(message), soft_wrap=True)

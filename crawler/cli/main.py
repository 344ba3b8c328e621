"""The command line put together, and errors turned into one message each."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from crawler import __version__
from crawler.errors import DatelineError

_INTERRUPTED = 130
_HOMES = {
    "up": "local",
    "run": "run",
    "status": "status",
    "explain": "explain",
    "search": "search",
    "show": "show",
    "verify": "verify:verify_command",
    "sources": "sources",
    "extract": "extract",
    "plan": "run",
    "crawl": "run",
    "clean": "run",
    "load": "run",
    "reprocess": "run",
    "import": "imports:import_command",
    "wayback": "wayback",
    "export": "export:export_command",
    "release": "run",
    "stories": "stories",
    "db": "database:database",
    "housekeeping": "housekeeping",
    "airflow-pools": "local:airflow_pools_command",
    "sample-site": "local:sample_site",
}
"""Commands in the order of the help: the module that each is in, and its name there where that is another."""


class _Commands(click.Group):
    """Loads a command when it is asked for: a filter should not wait for the database's libraries."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _HOMES:
            return None
        module, _, name = _HOMES[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"crawler.cli.{module}"), name or cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="dateline")
def dateline() -> None:
    """Dateline crawls news sites, keeps every byte it fetched, and loads clean articles into PostgreSQL."""


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
    from rich.console import Console

    from crawler.tables import plain_text

    Console(stderr=True, highlight=False).print("[bold red]dateline:[/]", plain_text(message), soft_wrap=True)

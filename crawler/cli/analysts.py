"""`dateline db add-analyst`, `remove-analyst` and `analysts`: who may read the database."""

from __future__ import annotations

import json
import os

import click

from crawler.config import load_settings
from crawler.database.analysts import CONNECTIONS, add_analyst, list_analysts, remove_analyst
from crawler.errors import ConfigError
from crawler.local.session import ready_database
from crawler.tables import output_console, plain_table, show_value


@click.command("add-analyst")
@click.argument("name")
@click.option("--password-env", required=True, metavar="NAME", help="Environment variable that holds the password.")
@click.option(
    "--connections",
    type=click.IntRange(1, 100),
    default=CONNECTIONS,
    show_default=True,
    help="At most so many at once.",
)
def add_analyst_command(name: str, password_env: str, connections: int) -> None:
    """Make a login that reads the schema `news` within limits (docs/database.md), or give it a new password."""
    password = os.environ.get(password_env)
    if not password:
        raise ConfigError(f"the environment variable {password_env} is empty: set it to the password of {name}")
    with ready_database(load_settings()) as settings:
        refused = add_analyst(settings, name, password, connections=connections)
    for limit in refused:
        click.echo(f"warning: {name} goes without {limit}: only a superuser may set it", err=True)
    click.echo(f"{name} can log in now")


@click.command("remove-analyst")
@click.argument("name")
def remove_analyst_command(name: str) -> None:
    """Drop the login of an analyst, and end its sessions."""
    with ready_database(load_settings()) as settings:
        ended = remove_analyst(settings, name)
    click.echo(f"{name} is gone; {ended} sessions ended")


@click.command("analysts")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def analysts_command(as_json: bool) -> None:
    """List the logins that read as analysts, with their limits."""
    with ready_database(load_settings()) as settings:
        analysts = list_analysts(settings)
    if as_json:
        rows = [{**vars(one), "missing": one.missing} for one in analysts]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = plain_table("login", "connections", "sessions now", "without")
    for one in analysts:
        most = str(one.connections) if one.connections >= 0 else "any number"
        table.add_row(show_value(one.name), most, str(one.sessions), ", ".join(one.missing))
    output_console().print(table)

"""`dateline db`: the schema and its roles."""

from __future__ import annotations

import json
import os

import click

from crawler.cli.analysts import add_analyst_command, analysts_command, remove_analyst_command
from crawler.cli.backup import backup_command, restore_command
from crawler.cli.run import stage_progress
from crawler.config import load_settings
from crawler.database import EmbeddedServer, migrate, migration_status, run_checks, set_role_password
from crawler.database.dictionary import data_dictionary
from crawler.database.migrations import WAIT_SECONDS
from crawler.errors import ConfigError
from crawler.local.session import ready_database
from crawler.search import reindex_search
from crawler.tables import output_console, plain_table, show_value

ROLES = ("dateline_owner", "dateline_loader", "dateline_analyst")


@click.group("db")
def database() -> None:
    """Migrate the database, back it up, and look after its roles."""


database.add_command(backup_command)
database.add_command(restore_command)


database.add_command(add_analyst_command)
database.add_command(analysts_command)
database.add_command(remove_analyst_command)


@database.command("migrate")
@click.option(
    "--wait",
    "wait_seconds",
    type=click.IntRange(min=0),
    default=int(WAIT_SECONDS),
    show_default=True,
    help="Seconds to wait for sessions that are in the way. They are named, and others go on meanwhile.",
)
def migrate_command(wait_seconds: int) -> None:
    """Bring the schema to this version. Safe to run twice, by two at once, and while others read and write."""

    def tell(message: str) -> None:
        click.echo(message, err=True)

    with ready_database(load_settings(), migrated=False) as settings:
        applied = migrate(settings, wait_seconds=wait_seconds, tell=tell)
    for migration in applied:
        click.echo(f"applied {migration.name}")
    click.echo(f"{len(applied)} migrations applied; the schema is up to date")


@database.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status_command(as_json: bool) -> None:
    """List the migrations, and which are applied. Exit status 1 when any is not."""
    with ready_database(load_settings(), migrated=False) as settings:
        migrations = migration_status(settings)
    if as_json:
        rows = [{"name": m.name, "applied_at": m.applied_at and m.applied_at.isoformat()} for m in migrations]
        click.echo(json.dumps(rows, indent=2))
    else:
        table = plain_table("migration", "applied at (UTC)")
        for m in migrations:
            table.add_row(m.name, show_value(m.applied_at) or "not yet")
        output_console().print(table)
    if any(m.applied_at is None for m in migrations):
        raise SystemExit(1)


@database.command("check")
def check_command() -> None:
    """Check the laws that the data keeps (each article has a version, outcomes add up, …). Exit status 1 if broken."""
    with ready_database(load_settings()) as settings:
        results = run_checks(settings)
    for result in results:
        click.echo(f"{'ok' if not result.failures else f'{result.failures} rows break it'}: {result.description}")
    if any(result.failures for result in results):
        raise SystemExit(1)


@database.command("reindex-search")
@click.option(
    "--all", "everything", is_flag=True, help="Look at every article anew, as after an upgrade of the server."
)
def reindex_search_command(everything: bool) -> None:
    """Make articles searchable that wait for it, newest first: those that were there before search was.

    Loads and searches go on meanwhile. Broken off, it goes on where it was.
    """
    with ready_database(load_settings()) as settings, stage_progress() as show:
        written = reindex_search(settings, show("search"), everything=everything)
    click.echo(f"{written} documents written; every article can be searched")


@database.command("dictionary")
def dictionary_command() -> None:
    """Print the data dictionary, made from the comments in the database, as Markdown."""
    with ready_database(load_settings()) as settings:
        click.echo(data_dictionary(settings), nl=False)


@database.command("stop")
def stop_command() -> None:
    """Stop the embedded PostgreSQL, should one have been left running."""
    EmbeddedServer(load_settings()).stop()


@database.command("set-password")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--password-env", required=True, metavar="NAME", help="Environment variable that holds the password.")
def set_password_command(role: str, password_env: str) -> None:
    """Let ROLE log in, with the password that the variable NAME holds (it never stands on a command line)."""
    password = os.environ.get(password_env)
    if not password:
        raise ConfigError(f"the environment variable {password_env} is empty: set it to the new password of {role}")
    with ready_database(load_settings(), migrated=False) as settings:
        set_role_password(settings, role, password)
    click.echo(f"{role} can log in now")

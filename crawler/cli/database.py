"""`dateline db`: the schema and its roles."""

from __future__ import annotations

import json
import os

import click

from crawler.cli.backup import backup_command, restore_command
from crawler.config import load_settings
from crawler.database import EmbeddedServer, migrate, migration_status, run_checks, set_role_password
from crawler.database.dictionary import data_dictionary
from crawler.errors import ConfigError
from crawler.local.session import ready_database
from crawler.tables import output_console, plain_table, show_value

ROLES = ("dateline_owner", "dateline_loader", "dateline_analyst")


@click.group("db")
def database() -> None:
    """Migrate the database, back it up, and look after its roles."""


database.add_command(backup_command)
database.add_command(restore_command)


@database.command("migrate")
def migrate_command() -> None:
    """Bring the schema to this version. Safe to run twice, and by two at once."""
    with ready_database(load_settings(), migrated=False) as settings:
        applied = migrate(settings)
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

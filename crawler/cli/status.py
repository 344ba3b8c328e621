"""`dateline status`: how the sources and the last runs are."""

from __future__ import annotations

import json
from typing import Any

import click
from psycopg2.extras import RealDictCursor

from crawler.config import load_settings
from crawler.database import connect
from crawler.local.session import ready_database
from crawler.resources import read_sql
from crawler.tables import output_console, rows_table

_QUERIES = {"sources": "queries/status_sources", "runs": "queries/status_runs"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--runs", "run_limit", type=click.IntRange(1), default=10, show_default=True, help="How many runs.")
def status(as_json: bool, run_limit: int) -> None:
    """Show each source with its last visit and what it brought, and the last runs."""
    with ready_database(load_settings()) as settings:
        found: dict[str, list[dict[str, Any]]] = {}
        connection = connect(settings)
        try:
            with connection.cursor(cursor_factory=RealDictCursor) as cursor:
                for name, query in _QUERIES.items():
                    cursor.execute(read_sql(query), {"run_limit": run_limit})
                    found[name] = [dict(row) for row in cursor.fetchall()]
        finally:
            connection.close()
    if as_json:
        click.echo(json.dumps(found, indent=2, default=str))
        return
    console = output_console()
    for name, rows in found.items():
        if not rows:
            console.print(f"No {name} yet.")
            continue
        console.print(f"[bold]{name.capitalize()}[/]")
        console.print(rows_table(rows))
        console.print()

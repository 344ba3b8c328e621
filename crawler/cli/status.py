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
from crawler.tables import output_console, plain_text, rows_table

_LONG = ("detail", "remedy", "evidence_url", "evidence_status", "evidence_file", "evidence_offset")
"""Told in a line below the table, and in JSON."""
_QUERIES = {"sources": "queries/status_sources", "runs": "queries/status_runs"}


@click.command(short_help="Show the sources and the last runs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--runs", "run_limit", type=click.IntRange(1), default=10, show_default=True, help="How many runs.")
def status(as_json: bool, run_limit: int) -> None:
    """Show where each source stands, those in trouble first, with its last visit, and the last runs."""
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
        console.print(rows_table([_for_table(row) for row in rows], console.width))
        for row in rows if name == "sources" else ():
            # Without a reason: as usual, or switched off in its file.
            if row["reason"] is not None:
                detail = f" ({row['detail']})" if row["detail"] else ""
                remedy = row["remedy"].replace(" ID`", f" {row['source']}`")
                console.print(plain_text(f"{row['source']}: {row['reason']}{detail}. {remedy}"), soft_wrap=True)
        console.print()


def _for_table(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _LONG}

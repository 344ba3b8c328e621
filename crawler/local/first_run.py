"""What `dateline up` prints when the first run has ended: what landed, how to ask for it, where to look."""

from __future__ import annotations

import re

import psycopg2
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from crawler.config import Settings
from crawler.errors import RunError
from crawler.local.airflow_api import DagRun
from crawler.local.airflow_env import LOGIN, AirflowHome
from crawler.reports import read_run_report
from crawler.resources import read_sql, resource_dir
from crawler.runs import safe_run_id
from crawler.tables import plain_table, plain_text, run_table, show_value

_TITLE = re.compile(r"\A--\s*(.+)$", re.MULTILINE)


def show_first_run(
    settings: Settings, run: DagRun, analyst_url: str | None, home: AirflowHome, console: Console
) -> None:
    """Print the run's table, the example queries with their results, and the ways in."""
    try:
        report = read_run_report(settings, safe_run_id(run.run_id))
    except RunError as error:
        console.print("[red]✗[/]", plain_text(str(error)))
    else:
        console.print()
        console.print(run_table(report))
        for problem in report.problems:
            console.print("[red]✗[/]", plain_text(problem))
    if analyst_url is not None:
        show_example_queries(analyst_url, console)
        console.print("\n[bold]Database[/] (read-only role of the analysts)")
        console.print(f"  psql '{escape(analyst_url)}'", soft_wrap=True, highlight=False)
    console.print("[bold]Airflow[/]")
    console.print(f"  {home.url}  login {LOGIN}, password {home.password}", soft_wrap=True, highlight=False)
    console.print(f"[bold]Archive[/]\n  {escape(settings.archive_url)}", soft_wrap=True, highlight=False)


def show_example_queries(analyst_url: str, console: Console) -> None:
    """Run the queries of `sql/queries/example_*.sql` as the analyst; print those with rows, and name the others."""
    without_rows = []
    with psycopg2.connect(analyst_url) as connection, connection.cursor() as cursor:
        for path in sorted((resource_dir("sql") / "queries").glob("example_*.sql")):
            text = read_sql(f"queries/{path.stem}")
            match = _TITLE.search(text)
            title = match[1] if match else path.stem
            query = _TITLE.sub("", text, count=1).strip()
            cursor.execute(query)
            table = plain_table(*(column.name for column in cursor.description or ()))
            for row in cursor.fetchall():
                table.add_row(*(show_value(value) for value in row))
            if not table.row_count:
                without_rows.append(title)
                continue
            console.print(Text(f"\n{title}"), style="bold")
            console.print(Text(query), style="dim", soft_wrap=True)
            console.print(table)
    if without_rows:
        console.print(Text("\nNo rows yet for these, in sql/queries:"), style="bold")
        for title in without_rows:
            console.print(Text(f"  {title}"))

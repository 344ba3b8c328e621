"""The data dictionary: the comments of the database as a page."""

from __future__ import annotations

from itertools import groupby

from crawler.config import Settings
from crawler.database.connection import connect
from crawler.resources import read_sql

_HEAD = """\
# Data dictionary

What each table and column holds: made from the comments in the database by `dateline db dictionary`, so that this page
and `\\d+ news.article` in psql say the same. All times are in UTC.
"""


def data_dictionary(settings: Settings) -> str:
    """The page, in Markdown. Raises DatabaseError as `connect`."""
    database = connect(settings, role="owner")
    try:
        with database.cursor() as cursor:
            cursor.execute(read_sql("queries/data_dictionary"))
            rows = cursor.fetchall()
            cursor.execute(read_sql("queries/select_indexes"))
            indexes = cursor.fetchall()
    finally:
        database.close()
    lines = [_HEAD]
    for (schema, schema_comment), schema_rows in groupby(rows, key=lambda row: row[:2]):
        lines += [f"## Schema `{schema}`", "", schema_comment or "", ""]
        for (table, kind, comment), columns in groupby(schema_rows, key=lambda row: row[2:5]):
            lines += [f"### {schema}.{table} ({kind})", "", comment or "", ""]
            lines += ["| column | type | null | meaning |", "|---|---|---|---|"]
            for *_, name, type_name, is_nullable, meaning in columns:
                lines.append(f"| {name} | {type_name} | {'yes' if is_nullable else ''} | {_cell(meaning)} |")
            lines.append("")
    lines += ["## Indexes", "", "| table | index | of | for |", "|---|---|---|---|"]
    for table, index, definition, reason in indexes:
        lines.append(f"| {table} | {index} | `{_cell(definition)}` | {_cell(reason)} |")
    lines.append("")
    return "\n".join(lines)


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")

"""The data dictionary: the comments of the database as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from crawler.config import Settings
from crawler.database.connection import connect
from crawler.resources import read_sql

_HEAD = """\
# Data dictionary

What each table, column and function holds: made from the comments in the database by `dateline db dictionary`, so that
this page and `\\d+ news.article` or `\\df+ news.*` in psql say the same. All times are in UTC.
"""

_Row = tuple[Any, ...]


def data_dictionary(settings: Settings) -> str:
    """The page, in Markdown. Raises DatabaseError as `connect`."""
    database = connect(settings, role="owner")
    try:
        with database.cursor() as cursor:
            cursor.execute(read_sql("queries/data_dictionary"))
            columns = cursor.fetchall()
            cursor.execute(read_sql("queries/data_dictionary_functions"))
            functions = cursor.fetchall()
            cursor.execute(read_sql("queries/select_indexes"))
            indexes = cursor.fetchall()
    finally:
        database.close()
    lines = [_HEAD]
    for (schema, comment), rows in groupby(columns, key=lambda row: row[:2]):
        lines += [f"## Schema `{schema}`", "", comment or "", ""]
        lines += _tables(schema, (row[2:] for row in rows))
        lines += _functions(schema, (row[1:] for row in functions if row[0] == schema))
    lines += ["## Indexes", "", "| table | index | of | for |", "|---|---|---|---|"]
    for table, index, definition, reason in indexes:
        lines.append(f"| {table} | {index} | `{_cell(definition)}` | {_cell(reason)} |")
    lines.append("")
    return "\n".join(lines)


def _tables(schema: str, rows: Iterable[_Row]) -> Iterator[str]:
    for (table, kind, comment), columns in groupby(rows, key=lambda row: row[:3]):
        yield from (f"### {schema}.{table} ({kind})", "", comment or "", "")
        yield from ("| column | type | null | meaning |", "|---|---|---|---|")
        for *_, name, type_name, is_nullable, meaning in columns:
            yield f"| {name} | {type_name} | {'yes' if is_nullable else ''} | {_cell(meaning)} |"
        yield ""


def _functions(schema: str, rows: Iterable[_Row]) -> Iterator[str]:
    for (name, arguments, result, comment), columns in groupby(rows, key=lambda row: row[:4]):
        yield from (f"### {schema}.{name}({arguments}) (function)", "", comment or "", "")
        results = [(column, type_name) for *_, column, type_name in columns if column]
        if results:
            yield from ("| result column | type |", "|---|---|")
            yield from (f"| {column} | {type_name} |" for column, type_name in results)
        else:
            yield f"Result: {result}."
        yield ""


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")

"""Runs the files of `sql/queries` by name, for commands that tell what the database knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crawler.resources import read_sql

Row = dict[str, Any]
Ask = Callable[..., list[Row]]
"""Runs a file of `sql/queries` with named values, and gives its rows."""

GREATEST_BIGINT = 2**63 - 1


def ask_with(cursor: Any) -> Ask:
    """The query runner on a cursor that gives rows as dicts."""

    def ask(name: str, **values: object) -> list[Row]:
        cursor.execute(read_sql(f"queries/{name}"), values)
        return [dict(row) for row in cursor.fetchall()]

    return ask

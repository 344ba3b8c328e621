"""The columns of what is exported, with their types, from the database's own catalogue."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.extensions import (
    new_array_type,
    new_type,
    register_type,
)

from crawler.errors import ConfigError, DatabaseError
from crawler.resources import read_sql

JSON_TYPES = frozenset({"json", "jsonb"})
_TEXT_TYPES = frozenset({"text", "varchar", "bpchar", "name"})
_AS_THEY_ARE = frozenset(
    {"bool", "int2", "int4", "int8", "float4", "float8", "numeric", "date", "timestamp", "timestamptz", *_TEXT_TYPES}
)
"""Types whose values come as Python's own; those of all others come as the text that PostgreSQL shows."""


@dataclass(frozen=True)
class Column:
    """A column of the result. `type_name` is PostgreSQL's name of the type, of an array's the elements'."""

    name: str
    type_name: str
    is_array: bool = False
    is_category: bool = False
    """Whether few values come again and again."""

    @property
    def is_text(self) -> bool:
        """Whether a single value is text that strangers may have written."""
        return not self.is_array and self.type_name not in _AS_THEY_ARE - _TEXT_TYPES and not self.is_json

    @property
    def is_json(self) -> bool:
        return not self.is_array and self.type_name in JSON_TYPES


@dataclass(frozen=True)
class Relation:
    """A table of the catalogue."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """Columns of the primary key."""
    categories: frozenset[str]


def read_relation(cursor: Cursor, name: str) -> Relation:
    """What the catalogue says of a table. Raises DatabaseError where there is none."""
    cursor.execute(read_sql("export/describe_relation"), {"relation": name})
    rows = cursor.fetchall()
    if not rows:
        raise DatabaseError(f"the database has no table {name}: run `dateline db migrate`")
    return Relation(
        name,
        tuple(column for column, _, _ in rows),
        tuple(column for column, is_key, _ in rows if is_key),
        frozenset(column for column, _, is_category in rows if is_category),
    )


def choose_columns(relation: Relation, chosen: Sequence[str]) -> tuple[str, ...]:
    """The chosen columns, or all of them. Raises ConfigError for one that the table does not have, or twice."""
    for name in chosen:
        if name not in relation.columns:
            near = difflib.get_close_matches(name, relation.columns, n=1)
            hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(relation.columns)}"
            raise ConfigError(f"{relation.name} has no column {name!r}: {hint}")
        if chosen.count(name) > 1:
            raise ConfigError(f"--columns names {name} twice: name it once")
    return tuple(chosen) or relation.columns


def describe_result(cursor: Cursor, categories: frozenset[str] = frozenset()) -> tuple[Column, ...]:
    """The columns that the cursor's last statement brings; its connection then gives their values as described here.

    Raises ConfigError where two have the same name, or one has none.
    """
    found = [(one.name, one.type_code) for one in cursor.description or ()]
    names = [name for name, _ in found]
    for name in names:
        if name == "?column?" or names.count(name) > 1:
            raise ConfigError(f"the query gives more than one column the name {name!r}, or none: name each with `as …`")
    cursor.execute(read_sql("export/describe_types"), {"oids": [oid for _, oid in found]})
    types = {oid: (type_name, is_array) for oid, type_name, is_array in cursor.fetchall()}
    for oid, (type_name, is_array) in types.items():
        if type_name not in _AS_THEY_ARE:
            as_text = (
                new_array_type((oid,), type_name, psycopg2.STRING)
                if is_array
                else new_type((oid,), type_name, psycopg2.STRING)
            )
            register_type(as_text, cursor.connection)
    return tuple(Column(name, *types[oid], is_category=name in categories) for name, oid in found)

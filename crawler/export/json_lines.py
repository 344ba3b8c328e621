"""JSON Lines: an object a row. Values of json columns are JSON inside it, numerics keep all their digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import orjson

from crawler.export.columns import JSON_TYPES, Column
from crawler.export.rows import Row, Sink


class JsonLinesWriter:
    """Rows as JSON Lines. What JSON has no number for (NaN, infinity) is null."""

    def __init__(self, sink: Sink, close: Callable[[], None], columns: Sequence[Column]) -> None:
        self._sink = sink
        self.close = close
        self._names = [column.name for column in columns]
        self._json = [(n, column.is_array) for n, column in enumerate(columns) if column.type_name in JSON_TYPES]

    def write(self, rows: Sequence[Row]) -> None:
        lines = []
        for row in rows:
            values = list(row)
            for place, is_array in self._json:
                values[place] = _fragments(values[place], is_array)
            value = dict(zip(self._names, values, strict=True))
            lines.append(orjson.dumps(value, default=_exact, option=orjson.OPT_APPEND_NEWLINE))
        self._sink.write(b"".join(lines))


def _fragments(value: Any, is_array: bool) -> Any:
    if value is None:
        return None
    return [_fragments(one, False) for one in value] if is_array else orjson.Fragment(value)


def _exact(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value)) if value.is_finite() else None
    raise TypeError(f"{type(value).__name__} has no place in JSON")

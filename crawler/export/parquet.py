"""Parquet with types: instants in UTC, lists, categories as dictionaries; JSON and exact numbers as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow
import pyarrow.parquet

from crawler.errors import ExportError
from crawler.export.columns import Column
from crawler.export.rows import Row, Sink

_GROUP_ROWS = 20_000
_GROUP_BYTES = 32 * 1024 * 1024
"""A row group is written when it has so many rows or bytes: it is what writer and reader hold in memory."""

_ARROW_TYPES = {
    "bool": pyarrow.bool_(),
    "int2": pyarrow.int16(),
    "int4": pyarrow.int32(),
    "int8": pyarrow.int64(),
    "float4": pyarrow.float32(),
    "float8": pyarrow.float64(),
    "date": pyarrow.date32(),
    "timestamp": pyarrow.timestamp("us"),
    "timestamptz": pyarrow.timestamp("us", tz="UTC"),
}


class ParquetWriter:
    """Rows as one Parquet file, compressed with Zstandard."""

    def __init__(self, sink: Sink, columns: Sequence[Column], metadata: str) -> None:
        self._columns = columns
        fields = [pyarrow.field(column.name, _arrow_type(column)) for column in columns]
        self._schema = pyarrow.schema(fields, metadata={"dateline": metadata})
        self._writer = pyarrow.parquet.ParquetWriter(sink, self._schema, compression="zstd", write_statistics=True)
        self._batches: list[pyarrow.RecordBatch] = []
        self._rows = 0
        self._bytes = 0

    def write(self, rows: Sequence[Row]) -> None:
        arrays = [
            _arrow_array(column, field.type, values)
            for column, field, values in zip(self._columns, self._schema, zip(*rows, strict=True), strict=True)
        ]
        batch = pyarrow.RecordBatch.from_arrays(arrays, schema=self._schema)
        self._batches.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= _GROUP_ROWS or self._bytes >= _GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._batches:
            table = pyarrow.Table.from_batches(self._batches).unify_dictionaries().combine_chunks()
            self._batches.clear()
            self._writer.write_table(table, row_group_size=table.num_rows)
        self._rows = self._bytes = 0


def _arrow_type(column: Column) -> pyarrow.DataType:
    kind = _ARROW_TYPES.get(column.type_name, pyarrow.string())
    if column.is_array:
        return pyarrow.list_(kind)
    return pyarrow.dictionary(pyarrow.int32(), kind) if column.is_category else kind


def _arrow_array(column: Column, kind: pyarrow.DataType, values: Sequence[Any]) -> pyarrow.Array:
    if column.type_name == "numeric":
        values = [_as_text(value) for value in values]
    try:
        return pyarrow.array(values, kind)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as error:
        raise ExportError(
            f"column {column.name} holds what Parquet has no place for ({error}): cast it to text"
        ) from error


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return None if value is None else str(value)

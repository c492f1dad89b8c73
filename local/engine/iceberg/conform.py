"""The rows of a query, in the types of a table's columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyiceberg.schema import Schema

from local.engine.errors import QueryError
from local.engine.tables.arrays import convert


def conform(columns: Sequence[Any], schema: Schema, places: Sequence[int]) -> pa.Table:
    """Columns of a query as rows of a table.

    Args:
        columns: Arrow values, of the columns' types.
        schema: of the table.
        places: the position in the table of each column; all others are NULL.

    Raises:
        QueryError: a required column has a NULL.
    """
    wanted = schema.as_arrow()
    count = len(columns[0]) if columns else 0
    arrays: list[Any] = [pa.nulls(count, column.type) for column in wanted]
    for values, place in zip(columns, places, strict=True):
        arrays[place] = convert(values, wanted.field(place).type)
    for values, column in zip(arrays, schema.fields, strict=True):
        if column.required and values.null_count:
            raise QueryError(f"CONSTRAINT_VIOLATION: NULL value not allowed for NOT NULL column: {column.name}")
    return pa.table(arrays, pa.schema([column.with_nullable(True) for column in wanted]))

"""The rows of a query, in the types of a table's columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyiceberg.schema import Schema

from local.engine.errors import QueryError
from local.engine.iceberg.arrays import convert
from local.engine.results.trino_types import TrinoType

_INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_WIDER = {
    "real": (*_INTEGERS, "decimal"),
    "double": (*_INTEGERS, "decimal", "real"),
}
_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}


def can_coerce(given: TrinoType, wanted: TrinoType) -> bool:
    """Whether Trino converts a value of one type to the other without a CAST."""
    if given == wanted or given.kind == "unknown":
        return True
    if given.kind in ("array", "map", "row"):
        same = given.kind == wanted.kind and len(given.inner) == len(wanted.inner)
        return same and all(can_coerce(one, other) for one, other in zip(given.inner, wanted.inner, strict=True))
    if wanted.kind in _INTEGERS:
        return given.kind in _INTEGERS[: _INTEGERS.index(wanted.kind)]
    if wanted.kind == "decimal":
        if given.kind in _DIGITS:
            return wanted.precision - wanted.scale >= _DIGITS[given.kind]
        whole = given.precision - given.scale <= wanted.precision - wanted.scale
        return given.kind == "decimal" and whole and given.scale <= wanted.scale
    if wanted.kind in _WIDER:
        return given.kind in _WIDER[wanted.kind]
    if wanted.kind.startswith("timestamp"):
        # The engine doesn't know the precision of timestamps.
        zoned = given.kind.endswith("time zone")
        return given.kind == "date" or (
            given.kind.startswith("timestamp") and (not zoned or wanted.kind.endswith("time zone"))
        )
    return wanted.kind == "varchar" and given.kind in ("varchar", "char")


def conform(columns: Sequence[Any], schema: Schema, places: Sequence[int]) -> pa.Table:
    """Columns of a query as rows of a table.

    Args:
        columns: Arrow values.
        schema: of the table.
        places: the position in the table of each column; all others are NULL.

    Raises:
        QueryError: a value doesn't fit, or a required column has a NULL.
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

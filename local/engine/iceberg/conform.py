"""The rows of a query, in the types of a table's columns."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyiceberg.schema import Schema

from local.engine.errors import QueryError
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
        arrays[place] = _convert(_whole(values), wanted.field(place).type)
    for values, column in zip(arrays, schema.fields, strict=True):
        if column.required and values.null_count:
            raise QueryError(f"CONSTRAINT_VIOLATION: NULL value not allowed for NOT NULL column: {column.name}")
    return pa.table(arrays, pa.schema([column.with_nullable(True) for column in wanted]))


def _whole(values: Any) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _convert(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    if values.type == wanted:
        return values
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), wanted)
    if values.offset:
        values = pa.concat_arrays([values, values[:0]])
    if pa.types.is_struct(wanted):
        inner = [_convert(one, wanted.field(place).type) for place, one in enumerate(values.flatten())]
        fields = [wanted.field(place) for place in range(wanted.num_fields)]
        return pa.StructArray.from_arrays(inner, fields=fields, mask=values.is_null())
    if pa.types.is_list(wanted) or pa.types.is_large_list(wanted):
        made = pa.LargeListArray if pa.types.is_large_list(wanted) else pa.ListArray
        kind = pa.int64() if pa.types.is_large_list(wanted) else pa.int32()
        inner = _convert(values.values, wanted.value_type)
        return made.from_arrays(values.offsets.cast(kind), inner, type=wanted, mask=values.is_null())
    if pa.types.is_map(wanted):
        keys, items = _convert(values.keys, wanted.key_type), _convert(values.items, wanted.item_type)
        return pa.MapArray.from_arrays(values.offsets, keys, items, type=wanted, mask=values.is_null())
    if isinstance(wanted, pa.UuidType):
        texts = [None if one is None else uuid.UUID(str(one)).bytes for one in values.to_pylist()]
        return pa.ExtensionArray.from_storage(wanted, pa.array(texts, pa.binary(16)))
    try:
        return values.cast(wanted)
    except pa.ArrowInvalid as error:
        raise QueryError(f"NUMERIC_VALUE_OUT_OF_RANGE: {error}") from error

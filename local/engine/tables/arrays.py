"""Conversions of Arrow values. Unlike Arrow's own, they match the fields of structs by position, as Trino does."""

from __future__ import annotations

import uuid
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from local.engine.errors import QueryError


def convert(values: Any, wanted: pa.DataType) -> pa.Array:
    """Values as another type.

    Raises:
        QueryError: one of them doesn't fit.
    """
    return _convert(values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values, wanted)


def _convert(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    if values.type == wanted:
        return values
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), wanted)
    if values.offset:
        values = pa.concat_arrays([values, values[:0]])
    if pa.types.is_timestamp(wanted) and pa.types.is_struct(values.type):
        # A timestamp with time zone, as `types.representation` has it.
        instants = values.flatten()[0]
        return pc.assume_timezone(instants, "UTC").cast(wanted)
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
    if isinstance(values.type, pa.UuidType):
        texts = [None if one is None else str(one) for one in values.to_pylist()]
        return _convert(pa.array(texts, pa.string()), wanted)
    if isinstance(wanted, pa.UuidType):
        stored = [None if one is None else uuid.UUID(str(one)).bytes for one in values.to_pylist()]
        return pa.ExtensionArray.from_storage(wanted, pa.array(stored, pa.binary(16)))
    try:
        return values.cast(wanted)
    except pa.ArrowInvalid as error:
        raise QueryError(f"NUMERIC_VALUE_OUT_OF_RANGE: {error}") from error

"""Whether the columns of a query can be stored as columns of a table, and their values as such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from local.engine.errors import QueryError, at
from local.engine.results.trino_types import TrinoType
from local.engine.tables.catalog_tables import trino_name
from local.engine.tables.columnar import conform
from local.engine.tables.hive_types import HiveType, from_trino

_NUMBERS = ("tinyint", "smallint", "int", "bigint", "decimal", "float", "double")
_TEXTS = ("string", "varchar", "char")


def hive_type(kind: TrinoType) -> HiveType:
    """The type of a column that CREATE TABLE ... AS creates. Raises QueryError if Hive has no such type."""
    if str(kind) == "unknown":
        raise at("COLUMN_TYPE_UNKNOWN", "Column type is unknown")
    try:
        found = from_trino(kind)
    except ValueError as error:
        raise QueryError(f"NOT_SUPPORTED: {error}") from error
    return HiveType("string") if found.kind == "varchar" and not found.numbers else found


def check_assignable(columns: Sequence[HiveType], found: Sequence[TrinoType]) -> None:
    """Raise QueryError unless a query's columns can be inserted into a table's."""
    if len(columns) == len(found) and all(map(_is_assignable, columns, found)):
        return
    raise at(
        "TYPE_MISMATCH",
        "Insert query has mismatched column types: "
        f"Table: [{', '.join(trino_name(kind) for kind in columns)}], Query: [{', '.join(map(str, found))}]",
    )


def assign(rows: pa.Table, kinds: Mapping[str, HiveType]) -> pa.Table:
    """The rows with the columns' names and types. Raises QueryError if a value doesn't fit."""
    arrays = []
    for column, (name, kind) in zip(rows.columns, kinds.items(), strict=True):
        try:
            arrays.append(_cast(column, kind))
        except pa.ArrowInvalid as error:
            raise QueryError(f"INVALID_CAST_ARGUMENT: a value of {name} can't be stored as {kind}: {error}") from error
    return pa.table(arrays, schema=pa.schema([(name, kind.arrow) for name, kind in kinds.items()]))


def _cast(column: pa.ChunkedArray, kind: HiveType) -> pa.ChunkedArray:
    wanted = kind.arrow
    if pa.types.is_decimal(column.type) and pa.types.is_float32(wanted):
        column = column.cast(pa.float64())  # Arrow's own conversion isn't exact
    try:
        found = conform(column, wanted)
    except TypeError:
        found = column.cast(wanted)
    return pa.chunked_array([found], wanted) if isinstance(found, pa.Array) else found


def _is_assignable(column: HiveType, found: TrinoType) -> bool:
    if found.kind == "unknown":
        return True
    try:
        kind = from_trino(found)
    except ValueError:
        return False
    if column.kind in _TEXTS and kind.kind in _TEXTS:
        return True
    if column.kind in _NUMBERS and kind.kind in _NUMBERS:
        return _NUMBERS.index(kind.kind) <= _NUMBERS.index(column.kind)
    if (kind.kind, column.kind) == ("date", "timestamp"):
        return True
    if column.inner:
        return (
            kind.kind == column.kind
            and len(kind.inner) == len(column.inner)
            and all(map(_is_assignable, column.inner, found.inner))
        )
    return kind.kind == column.kind

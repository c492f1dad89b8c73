"""The types as which a query's columns are stored in a Hive table, and their values as such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from local.engine.errors import QueryError, at
from local.engine.tables.arrays import convert
from local.engine.tables.hive_types import HiveType, from_trino, to_trino
from local.engine.types.coerce import can_store
from local.engine.types.model import VARCHAR, TrinoType

_MILLISECONDS = 3


def hive_type(name: str, kind: TrinoType) -> HiveType:
    """The type of a column that CREATE TABLE ... AS creates.

    Raises:
        QueryError: Hive has no such type, or NULL alone has none.
    """
    if kind.kind == "unknown":
        raise at("COLUMN_TYPE_UNKNOWN", f"Column type is unknown: {name}")
    if kind.kind == "timestamp" and kind.precision != _MILLISECONDS:
        raise QueryError(
            f"NOT_SUPPORTED: Incorrect timestamp precision for {kind}; the configured precision is MILLISECONDS; "
            f"column name: {name}"
        )
    try:
        return from_trino(kind)
    except ValueError as error:
        raise QueryError(f"NOT_SUPPORTED: {error}") from error


def check_assignable(columns: Sequence[HiveType], found: Sequence[TrinoType]) -> None:
    """Raise QueryError unless a query's columns can be inserted into a table's."""
    wanted = list(map(to_trino, columns))
    if len(wanted) == len(found) and all(map(can_store, found, wanted)):
        return
    table, query = (", ".join(map(str, kinds)) for kinds in (wanted, found))
    raise at("TYPE_MISMATCH", f"Insert query has mismatched column types: Table: [{table}], Query: [{query}]")


def stored_type(kind: HiveType) -> TrinoType:
    """The type to which a query's values are cast. The length of text is checked by ``assign``."""
    return VARCHAR if kind.kind in ("varchar", "char") else to_trino(kind)


def assign(rows: pa.Table, kinds: Mapping[str, HiveType], found: Sequence[TrinoType]) -> pa.Table:
    """The rows with the columns' names and types.

    Args:
        rows: the columns as ``stored_type``.
        kinds: the names and types of the columns.
        found: the types that the query had, for messages.

    Raises:
        QueryError: a text is too long.
    """
    arrays = [
        convert(_fitting(column, kind, given), kind.arrow)
        for column, kind, given in zip(rows.columns, kinds.values(), found, strict=True)
    ]
    return pa.table(arrays, schema=pa.schema([(name, kind.arrow) for name, kind in kinds.items()]))


def _fitting(column: pa.ChunkedArray, kind: HiveType, given: TrinoType) -> pa.ChunkedArray:
    """Text without the blanks at its end that a ``varchar(n)`` or ``char(n)`` has no room for."""
    if kind.kind not in ("varchar", "char") or not kind.numbers:
        return column
    trimmed = pc.utf8_rtrim(column, " ")
    if pc.any(pc.greater(pc.utf8_length(trimmed), kind.numbers[0])).as_py():
        raise QueryError(
            "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting from "
            f"{given} to {to_trino(kind)} on INSERT"
        )
    return trimmed if kind.kind == "char" else pc.utf8_slice_codeunits(column, 0, kind.numbers[0])

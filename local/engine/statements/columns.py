"""The columns of a table, with Trino's types."""

from __future__ import annotations

import pyarrow as pa

from local.engine.analysis.context import FoundColumn
from local.engine.errors import cannot_run
from local.engine.tables.hive_types import to_trino
from local.engine.tables.source import HIDDEN_COLUMNS, Partitioned, Source, TableSource
from local.engine.types import model
from local.engine.types.model import TrinoType

_ARROW = {
    pa.string(): model.VARCHAR,
    pa.int64(): model.BIGINT,
    pa.int32(): model.INTEGER,
    pa.bool_(): model.BOOLEAN,
    pa.float64(): model.DOUBLE,
    pa.float32(): model.REAL,
    pa.date32(): model.DATE,
    pa.binary(): model.VARBINARY,
}
#: Digits after the second in Hive's tables, and in all others.
_MILLISECONDS, _MICROSECONDS = 3, 6


def columns_of(source: Source) -> tuple[FoundColumn, ...]:
    """The columns of a table, hidden ones last."""
    if isinstance(source, TableSource):
        stored = source.columns
    elif isinstance(source, Partitioned):
        stored = (*source.table.columns, *source.keys)
    else:
        return tuple(
            FoundColumn(one.name, _of_arrow(one.type, _MICROSECONDS), one.name in source.hidden)
            for one in source.schema
        )
    names = {name for name, _ in stored}
    hidden = [
        FoundColumn(name, _of_arrow(kind, _MILLISECONDS), True)
        for name, kind in HIDDEN_COLUMNS.items()
        if name not in names
    ]
    return (*(FoundColumn(name, to_trino(kind)) for name, kind in stored), *hidden)


def _of_arrow(kind: pa.DataType, digits: int) -> TrinoType:
    """The Trino type of an Arrow column, whose times have so many digits after the second."""
    if kind in _ARROW:
        return _ARROW[kind]
    if pa.types.is_timestamp(kind):
        return model.timestamp_tz(digits) if kind.tz else model.timestamp(digits)
    if pa.types.is_time(kind):
        return model.time(digits)
    if pa.types.is_list(kind):
        return model.array(_of_arrow(kind.value_type, digits))
    if pa.types.is_map(kind):
        return model.map_of(_of_arrow(kind.key_type, digits), _of_arrow(kind.item_type, digits))
    if pa.types.is_struct(kind):
        fields = (kind.field(place) for place in range(kind.num_fields))
        return model.row(*((one.name, _of_arrow(one.type, digits)) for one in fields))
    if pa.types.is_decimal(kind):
        return model.decimal(kind.precision, kind.scale)
    raise cannot_run(f"columns of the type {kind}")

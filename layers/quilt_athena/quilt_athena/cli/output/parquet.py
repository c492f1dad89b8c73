"""Query results as Parquet files, which requires the extra `parquet` (pyarrow)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quilt_athena.cli import lazy

if TYPE_CHECKING:
    import pyarrow as pa

    from quilt_athena.client import QueryResult, ResultColumn

#: Rows in memory at a time; each batch is a row group.
BATCH_ROWS = 10_000


def write_parquet(result: QueryResult, path: Path) -> int:
    """Write all rows; returns their number.

    Raises:
        UsageError: pyarrow isn't installed.
    """
    pa = lazy.pa
    kinds = [_kind(column, pa) for column in result.columns]
    names = [column.name for column in result.columns]
    schema = pa.schema([(name, kind) for name, (kind, _) in zip(names, kinds, strict=True)])
    rows, count = iter(result), 0
    with lazy.pyarrow_parquet.ParquetWriter(path, schema) as writer:
        while batch := list(islice(rows, BATCH_ROWS)):
            arrays = [
                pa.array([None if row[name] is None else convert(row[name]) for row in batch], kind)
                for name, (kind, convert) in zip(names, kinds, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(batch)
    return count


def _kind(column: ResultColumn, arrow: Any) -> tuple[pa.DataType, Callable[[Any], Any]]:
    """The Arrow type of a column, and the conversion of its values."""
    name, _, arguments = column.type.lower().partition("(")
    match name:
        case "boolean":
            return arrow.bool_(), bool
        case "tinyint":
            return arrow.int8(), int
        case "smallint":
            return arrow.int16(), int
        case "integer" | "int":
            return arrow.int32(), int
        case "bigint":
            return arrow.int64(), int
        case "real" | "float":
            return arrow.float32(), float
        case "double":
            return arrow.float64(), float
        case "date":
            return arrow.date32(), date.fromisoformat
        case "timestamp" if "zone" not in arguments:
            return arrow.timestamp("ms"), datetime.fromisoformat
        case "time" if "zone" not in arguments:
            return arrow.time32("ms"), time.fromisoformat
        case "decimal" if arguments:
            precision, _, scale = arguments.rstrip(")").partition(",")
            return arrow.decimal128(int(precision), int(scale or 0)), Decimal
        case _:
            return arrow.string(), _text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

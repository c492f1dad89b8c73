"""Results as Arrow data and Parquet files, which requires pyarrow (the extra ``parquet``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quilt_athena.client.extras import extra
from quilt_athena.client.values import base_type, converter

if TYPE_CHECKING:
    import pyarrow as pa

    from quilt_athena.client.results import ResultColumn

#: Rows in memory at a time; each batch is a row group of a Parquet file.
BATCH_ROWS = 10_000

#: The largest precision of Athena's decimals, and of Arrow's decimal128.
_MAX_PRECISION = 38


class ArrowBatches:
    """A result's rows as Arrow record batches with the types of the columns (``docs/python.md``)."""

    def __init__(self, columns: Sequence[ResultColumn], rows: Iterable[Mapping[str, Any]], purpose: str) -> None:
        """Take a result's columns and JSON rows; ``purpose`` names the caller if pyarrow isn't installed.

        Raises:
            MissingExtraError: pyarrow isn't installed.
        """
        self._arrow = extra("pyarrow", purpose)
        self._purpose = purpose
        self._columns = columns
        self._rows = rows
        self.schema: pa.Schema = self._arrow.schema([(column.name, self._type(column.type)) for column in columns])

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        rows = iter(self._rows)
        while batch := list(islice(rows, BATCH_ROWS)):
            arrays = [
                self._array(column, [row[column.name] for row in batch], field.type)
                for column, field in zip(self._columns, self.schema, strict=True)
            ]
            yield self._arrow.RecordBatch.from_arrays(arrays, schema=self.schema)

    def table(self) -> pa.Table:
        """All rows, in memory."""
        return self._arrow.Table.from_batches(self, self.schema)

    def write_parquet(self, path: str | Path) -> int:
        """Write a Parquet file; returns the number of rows."""
        count = 0
        with extra("pyarrow.parquet", self._purpose).ParquetWriter(path, self.schema) as writer:
            for batch in self:
                writer.write_batch(batch)
                count += batch.num_rows
        return count

    def _type(self, kind: str) -> pa.DataType:
        arrow = self._arrow
        match base_type(kind):
            case "boolean":
                return arrow.bool_()
            case "tinyint":
                return arrow.int8()
            case "smallint":
                return arrow.int16()
            case "integer" | "int":
                return arrow.int32()
            case "bigint":
                return arrow.int64()
            case "real" | "float":
                return arrow.float32()
            case "double":
                return arrow.float64()
            case "date":
                return arrow.date32()
            case "time":
                return arrow.time64("us")
            case "timestamp":
                return arrow.timestamp("us")
            case "timestamp with time zone":
                return arrow.timestamp("us", "UTC")
            case "varbinary":
                return arrow.binary()
            case "decimal":
                return self._decimal(kind)
            case _:
                return arrow.string()

    def _decimal(self, kind: str) -> pa.DataType:
        precision, _, scale = kind.partition("(")[2].rstrip(")").partition(",")
        if not precision:  # a result of release 0.1, which doesn't have it
            return self._arrow.string()
        return self._arrow.decimal128(min(int(precision), _MAX_PRECISION), int(scale or 0))

    def _array(self, column: ResultColumn, values: list[Any], kind: pa.DataType) -> pa.Array:
        arrow = self._arrow
        if kind == arrow.string():
            return arrow.array([_text(value) for value in values], kind)
        convert = converter(column.name, column.type)
        if convert is None:
            return arrow.array(values, kind)
        if arrow.types.is_decimal(kind):
            # Arrow reads decimals itself, several times as fast.
            return arrow.array(values, arrow.string()).cast(kind)
        return arrow.array([None if value is None else convert(value) for value in values], kind)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)

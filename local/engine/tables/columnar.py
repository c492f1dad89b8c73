"""Parquet and ORC objects: only the columns that a query needs are read, and only their bytes count.

Columns of Parquet are found by name, those of ORC by position, which are Athena's defaults:
https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.orc as orc
import pyarrow.parquet as pq

from local.engine.errors import QueryError
from local.engine.tables.formats import ORC, PARQUET
from local.engine.tables.hive_types import HiveType

COLUMNAR = frozenset({PARQUET, ORC})
#: From narrow to wide: a column may be wider than the object's.
_INTEGERS = (pa.int8(), pa.int16(), pa.int32(), pa.int64())
_FLOATS = (pa.float32(), pa.float64())


class RangedObject(io.RawIOBase):
    """An object as a file, of which only what is needed is read."""

    def __init__(self, size: int, read_range: Callable[[int, int], bytes]) -> None:
        """``read_range`` reads some bytes: from where, and how many."""
        super().__init__()
        self._size = size
        self._read_range = read_range
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def read(self, size: int = -1) -> bytes:
        wanted = self._size - self._place if size is None or size < 0 else min(size, self._size - self._place)
        body = self._read_range(self._place, wanted) if wanted > 0 else b""
        self._place += len(body)
        return body


def read_object(
    serde: str,
    file: io.RawIOBase,
    columns: Mapping[str, HiveType],
    properties: Mapping[str, str],
    wanted: Collection[str],
) -> tuple[pa.Table, int]:
    """The wanted columns of an object, and the bytes that they take in it.

    Raises:
        QueryError: the object isn't of the format, or a column doesn't have its type.
    """
    try:
        if serde == PARQUET:
            found, size = _parquet(file, list(columns), wanted)
        else:
            found, size = _orc(file, list(columns), properties, wanted)
    except (pa.ArrowInvalid, OSError) as error:
        name = "Parquet" if serde == PARQUET else "ORC"
        raise QueryError(f"HIVE_BAD_DATA: Not a valid {name} file: {str(error).splitlines()[0][:200]}") from error
    arrays = []
    for name in columns:
        if name not in wanted:
            continue
        kind = columns[name].arrow
        column = found.get(name)
        try:
            arrays.append(pa.nulls(size[0], kind) if column is None else conform(column, kind))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError) as error:
            raise QueryError(
                f"HIVE_BAD_DATA: Field {name}'s type {column.type if column is not None else '?'} is incompatible with "
                f"type {columns[name]} defined in table schema"
            ) from error
    names = [name for name in columns if name in wanted]
    table = pa.table(arrays, schema=pa.schema([(name, columns[name].arrow) for name in names]))
    return (table if names else pa.table({"": pa.nulls(size[0])})), size[1]


Found = tuple[dict[str, pa.ChunkedArray], tuple[int, int]]


def _parquet(file: io.RawIOBase, names: list[str], wanted: Collection[str]) -> Found:
    parquet = pq.ParquetFile(pa.PythonFile(file, mode="r"), pre_buffer=False)
    stored = {field.name.lower(): field.name for field in parquet.schema_arrow}
    read = {name: stored[name] for name in names if name in wanted and name in stored}
    table = parquet.read(columns=list(read.values()), use_threads=False)
    metadata, size = parquet.metadata, 0
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(number)
            if chunk.path_in_schema.split(".")[0] in read.values():
                size += chunk.total_compressed_size
    return {name: table.column(column) for name, column in read.items()}, (metadata.num_rows, size)


def _orc(file: io.RawIOBase, names: list[str], properties: Mapping[str, str], wanted: Collection[str]) -> Found:
    body = file.read()
    found = orc.ORCFile(pa.BufferReader(body))
    stored = found.schema.names
    by_name = properties.get("orc.column.index.access", "true").lower() == "false"
    places = {name.lower(): number for number, name in enumerate(stored)} if by_name else {
        name: number for number, name in enumerate(names)
    }  # fmt: skip
    read = {
        name: stored[places[name]] for name in names if name in wanted and places.get(name, len(stored)) < len(stored)
    }
    table = found.read(columns=list(read.values())) if read else None
    # ORC's metadata doesn't show the bytes of a column here: the whole object counts if a column is read.
    arrays = {name: table.column(column) for name, column in read.items()} if table is not None else {}
    return arrays, (found.nrows, len(body) if read else 0)


def conform(column: Any, kind: pa.DataType) -> Any:
    """A column as the type that the table gives it. Raises ArrowInvalid or TypeError if Athena couldn't read it so."""
    given = column.type
    if given.equals(kind):
        return column
    if isinstance(column, pa.ChunkedArray):
        return pa.chunked_array([conform(chunk, kind) for chunk in column.chunks], kind)
    if pa.types.is_dictionary(given):
        return conform(column.dictionary_decode(), kind)
    if pa.types.is_struct(kind):
        return _struct(column, kind)
    if pa.types.is_list(kind):
        if not (pa.types.is_list(given) or pa.types.is_large_list(given)):
            raise TypeError(given)
        values = conform(column.flatten(), kind.value_type)
        lengths = pc.fill_null(pc.list_value_length(column), 0)
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths).cast(pa.int32())])
        return pa.ListArray.from_arrays(offsets, values, type=kind, mask=column.is_null())
    if pa.types.is_map(kind):
        if not pa.types.is_map(given):
            raise TypeError(given)
        pairs = column.to_pylist()
        return pa.array(pairs, kind)
    if pa.types.is_timestamp(kind) and pa.types.is_timestamp(given):
        # Timestamps have no zone in Athena; those in UTC are taken as they are.
        return column.cast(pa.timestamp(given.unit)).cast(kind, safe=False)
    if _is_wider(given, kind):
        return column.cast(kind)
    raise TypeError(given)


def _struct(column: Any, kind: pa.DataType) -> pa.Array:
    if not pa.types.is_struct(column.type):
        raise TypeError(column.type)
    stored = {field.name.lower(): number for number, field in enumerate(column.type)}
    fields = [
        conform(column.field(stored[field.name]), field.type)
        if field.name in stored
        else pa.nulls(len(column), field.type)
        for field in kind
    ]
    return pa.StructArray.from_arrays(fields, fields=list(kind), mask=column.is_null())


def _is_wider(given: pa.DataType, kind: pa.DataType) -> bool:
    for order in (_INTEGERS, _FLOATS):
        if given in order and kind in order:
            return order.index(given) <= order.index(kind)
    if pa.types.is_decimal(given) and pa.types.is_decimal(kind):
        return bool(kind.scale >= given.scale and kind.precision - kind.scale >= given.precision - given.scale)
    texts = (pa.string(), pa.large_string(), pa.binary(), pa.large_binary(), pa.string_view(), pa.binary_view())
    return given in texts and kind in texts

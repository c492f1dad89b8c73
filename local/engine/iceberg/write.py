"""Writes rows as data files, one or more for each partition."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyiceberg.io import FileIO
from pyiceberg.io.pyarrow import bin_pack_arrow_table, write_file
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionField, partition_record_value
from pyiceberg.schema import Schema
from pyiceberg.table import TableProperties, WriteTask
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.typedef import Record
from pyiceberg.types import PrimitiveType
from pyiceberg.utils.properties import property_as_int

from local.engine.errors import QueryError
from local.engine.interface import CancelToken

#: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html: the partitions that one statement may write.
MAX_OPEN_PARTITIONS = 100


@dataclass(frozen=True)
class _Partition:
    """What PyIceberg needs of its ``PartitionKey``, which rejects two transforms of one column."""

    partition: Record
    metadata: TableMetadata

    def to_path(self) -> str:
        """The part of a file's location that names the partition."""
        return self.metadata.spec().partition_to_path(self.partition, self.metadata.schema())


def write(files: FileIO, metadata: TableMetadata, rows: pa.Table, cancel: CancelToken) -> list[DataFile]:
    """Write rows. The files belong to no table until they are committed.

    Args:
        files: where to write.
        metadata: of the table.
        rows: in the table's columns, as ``conform`` returns them.
        cancel: stops it.

    Raises:
        QueryError: the rows have too many partitions.
    """
    if not rows.num_rows:
        return []
    schema = metadata.schema()
    target = property_as_int(
        metadata.properties,
        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT,
    )
    batch_id, numbers = uuid.uuid4(), itertools.count()

    def tasks() -> Iterator[WriteTask]:
        for key, part in _split(metadata, rows):
            for batches in bin_pack_arrow_table(
                part, int(target or TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT)
            ):
                cancel.check()
                yield WriteTask(batch_id, next(numbers), schema, batches, partition_key=key)  # type: ignore[arg-type]

    written = list(write_file(files, metadata, tasks()))
    for file in written:
        file.spec_id = metadata.default_spec_id
    return written


def _split(metadata: TableMetadata, rows: pa.Table) -> Iterable[tuple[_Partition | None, pa.Table]]:
    """The rows of each partition."""
    spec, schema = metadata.spec(), metadata.schema()
    if spec.is_unpartitioned():
        return [(None, rows)]
    names = [f"p{place}" for place in range(len(spec.fields))]
    numbered = []
    choices: list[list[Any]] = []
    for partition in spec.fields:
        numbers, values = _partition_values(partition, schema, rows)
        numbered.append(numbers)
        choices.append(values)
    keys = pa.table(dict(zip(names, numbered, strict=True))).append_column("row", pa.array(range(rows.num_rows)))
    grouped = keys.group_by(names).aggregate([("row", "list")])
    if grouped.num_rows > MAX_OPEN_PARTITIONS:
        raise QueryError(
            f"ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of {MAX_OPEN_PARTITIONS} open writers for partitions"
        )
    found = []
    for group in grouped.to_pylist():
        chosen = [values[group[name]] for name, values in zip(names, choices, strict=True)]
        stored = [
            partition_record_value(field, value, schema) for field, value in zip(spec.fields, chosen, strict=True)
        ]
        found.append((_Partition(Record(*stored), metadata), rows.take(pa.array(group["row_list"], pa.int64()))))
    return found


def _partition_values(partition: PartitionField, schema: Schema, rows: pa.Table) -> tuple[pa.Array, list[Any]]:
    """For each row the number of its value, and the partition's values by number."""
    name = schema.find_column_name(partition.source_id) or ""
    column: Any = rows
    for part in name.split("."):
        column = column.combine_chunks() if isinstance(column, pa.Table) else column
        column = column.column(part) if isinstance(column, pa.Table) else column.field(part)
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = schema.find_type(partition.source_id)
    assert isinstance(kind, PrimitiveType)  # noqa: S101 - Iceberg partitions by nothing else
    encoded = column.dictionary_encode(null_encoding="encode")
    transform = partition.transform.transform(kind)
    values = [transform(value) for value in encoded.dictionary.to_pylist()]
    # Several values of the column may be one of the partition.
    distinct = list(dict.fromkeys(values))
    number_of = {value: number for number, value in enumerate(distinct)}
    numbers = pa.array([number_of[value] for value in values], pa.int64()).take(encoded.indices)
    return numbers, distinct

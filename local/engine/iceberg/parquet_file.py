"""One Parquet file of an Iceberg table: its row groups and column chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.expressions.visitors import ROWS_MIGHT_NOT_MATCH, _InclusiveMetricsEvaluator
from pyiceberg.io import FileIO
from pyiceberg.io.pyarrow import (
    _to_requested_schema,
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
    pyarrow_to_schema,
)
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema, prune_columns
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.types import ListType, MapType

from local.engine.errors import QueryError


class ParquetFile:
    """A Parquet file whose footer was read."""

    def __init__(self, files: FileIO, file: DataFile, metadata: TableMetadata) -> None:
        try:
            self.parquet = pq.ParquetFile(files.new_input(file.file_path).open(), pre_buffer=True)
        except FileNotFoundError as error:
            raise missing_file(error) from error
        except pa.ArrowInvalid as error:
            raise QueryError(f"ICEBERG_BAD_DATA: Error reading Parquet file {file.file_path}: {error}") from error
        self._arrow = self.parquet.schema_arrow
        self.schema = pyarrow_to_schema(self._arrow, metadata.name_mapping(), downcast_ns_timestamp_to_us=True)
        self._properties = metadata.properties
        self._leaves: dict[int, list[int]] = {}
        leaf = 0
        for arrow_field, iceberg_field in zip(self._arrow, self.schema.fields, strict=True):
            count = _leaves(arrow_field.type)
            self._leaves[iceberg_field.field_id] = list(range(leaf, leaf + count))
            leaf += count

    def bytes(self, group: int, ids: set[int] | None) -> int:
        """The size of the column chunks of the columns with these IDs, or of all."""
        chunks = self.parquet.metadata.row_group(group)
        places = [leaf for one, leaves in self._leaves.items() if ids is None or one in ids for leaf in leaves]
        return sum(chunks.column(place).total_compressed_size for place in places)

    def matching(self, row_filter: BooleanExpression, columns: Schema) -> Iterator[int]:
        """The row groups that may have rows for which the filter holds, by their statistics."""
        metadata = self.parquet.metadata
        every = range(metadata.num_row_groups)
        if isinstance(row_filter, AlwaysTrue) or metadata.num_row_groups == 1 or not self._comparable(columns):
            # The manifest has the statistics of a file's only row group.
            yield from every
            return
        evaluate = _InclusiveMetricsEvaluator(columns, row_filter).eval
        plan = compute_statistics_plan(self.schema, {"write.metadata.metrics.default": "full"})
        paths = parquet_path_to_id_mapping(self.schema)
        for group in every:
            found = data_file_statistics_from_parquet_metadata(_OneGroup(metadata, group), plan, paths)
            summary = DataFile.from_args(record_count=metadata.row_group(group).num_rows, **_bounds(found))
            if evaluate(summary) != ROWS_MIGHT_NOT_MATCH:
                yield group

    def _comparable(self, columns: Schema) -> bool:
        """Whether the file's columns have the table's types, so that their bounds are encoded in the same way."""
        return all(
            columns.find_type(one.field_id) == one.field_type
            for one in self.schema.fields
            if one.field_id in columns.field_ids
        )

    def positions(self, groups: Iterable[int]) -> pa.Array:
        """The positions in the file of the rows of some row groups."""
        sizes = [self.parquet.metadata.row_group(group).num_rows for group in range(self.parquet.num_row_groups)]
        starts = [sum(sizes[:group]) for group in range(len(sizes))]
        parts = [pa.array(range(starts[group], starts[group] + sizes[group]), pa.int64()) for group in groups]
        return pa.concat_arrays(parts) if parts else pa.array([], pa.int64())

    def read(self, groups: list[int], columns: Schema, ids: set[int], missing: dict[int, Any]) -> pa.Table | None:
        """The columns with these IDs, in the table's order and types; None if there are none to read."""
        if not ids:
            return None
        wanted = Schema(*(one for one in columns.fields if one.field_id in ids), schema_id=columns.schema_id)
        inner = {one for one in wanted.field_ids if not isinstance(wanted.find_type(one), ListType | MapType)}
        stored = prune_columns(self.schema, inner, select_full_types=False)
        rows = sum(self.parquet.metadata.row_group(group).num_rows for group in groups)
        if stored.fields:
            table = self.parquet.read_row_groups(groups, columns=[one.name for one in stored.fields], use_threads=False)
            # A column whose name begins with another's and a dot is read with it.
            table = table.select([one.name for one in stored.fields])
        else:
            table = pa.table({"none": pa.nulls(rows)})
        batches = [
            _to_requested_schema(
                wanted,
                stored,
                batch,
                downcast_ns_timestamp_to_us=True,
                projected_missing_fields=missing,
                allow_timestamp_tz_mismatch=True,
            )
            for batch in table.combine_chunks().to_batches()
        ]
        return pa.Table.from_batches(batches) if batches else None


class _OneGroup:
    """The metadata of a Parquet file as if it had one row group."""

    num_row_groups = 1

    def __init__(self, metadata: Any, group: int) -> None:
        self.num_columns = metadata.num_columns
        self.num_rows = metadata.row_group(group).num_rows
        self._group = metadata.row_group(group)

    def row_group(self, _: int) -> Any:
        """The row group."""
        return self._group


def _bounds(statistics: Any) -> dict[str, Any]:
    found = statistics.to_serialized_dict()
    return {name: found[name] for name in found if name != "record_count"}


def _leaves(kind: pa.DataType) -> int:
    return sum(_leaves(kind.field(place).type) for place in range(kind.num_fields)) if kind.num_fields else 1


def missing_file(error: FileNotFoundError) -> QueryError:
    """The error of Athena for a file that doesn't exist."""
    return QueryError(f"ICEBERG_CANNOT_OPEN_SPLIT: Error opening Iceberg split {error} (it doesn't exist)")

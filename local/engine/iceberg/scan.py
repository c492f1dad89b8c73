"""Reads Iceberg tables: the files, row groups and column chunks that a query needs, without deleted rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.io.pyarrow import _get_column_projection_values, _read_deletes
from pyiceberg.manifest import DataFile, FileFormat
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, ManifestGroupPlanner, Table
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DateType, IcebergType, TimestampType, TimestamptzType, UUIDType
from pyiceberg.utils.datetime import days_to_date

from local.engine.errors import cannot_run
from local.engine.iceberg.filters import to_filter
from local.engine.iceberg.parquet_file import ParquetFile, missing_file
from local.engine.iceberg.types import arrow_schema, to_arrow
from local.engine.interface import CancelToken
from local.engine.tables.arrays import convert
from local.engine.tables.plan import Reading

#: Hidden columns: the URL of a row's file, when that was written, and the row's position in it.
PATH, MODIFIED, POSITION = "$path", "$file_modified_time", "$position"
HIDDEN = pa.schema([(PATH, pa.string()), (MODIFIED, pa.timestamp("ms", "UTC")), (POSITION, pa.int64())])


@dataclass(frozen=True, eq=False)
class IcebergSource:
    """An Iceberg table as one query reads it.

    Attributes:
        table: the table.
        snapshot: the version that is read; None if it has none.
        columns: its columns at that version.
        hidden: the names of the hidden columns.
    """

    table: Table
    snapshot: Snapshot | None
    columns: Schema
    hidden: tuple[str, ...] = tuple(HIDDEN.names)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the columns, followed by the hidden ones."""
        return pa.schema([*arrow_schema(self.columns), *HIDDEN])

    @property
    def metadata(self) -> TableMetadata:
        """The table's metadata, with the columns of the version that is read."""
        return self.table.metadata.model_copy(update={"current_schema_id": self.columns.schema_id})

    def read(
        self,
        readings: Sequence[Reading],
        times: int,
        paths: frozenset[str] | None,
        cancel: CancelToken,
        count: Callable[[int], None],
    ) -> pa.Table:
        """The rows that any of the readings needs: see ``OpenTable``."""
        return _Scan(self, cancel, count).read(readings, times, paths)

    def plan(self, row_filter: BooleanExpression) -> list[FileScanTask]:
        """The files that may have rows for which the filter holds, with the deletes that apply to them."""
        if self.snapshot is None:
            return []
        planner = ManifestGroupPlanner(self.metadata, self.table.io, row_filter)
        try:
            return list(planner.plan_files(self.snapshot.manifests(self.table.io)))
        except FileNotFoundError as error:
            raise missing_file(error) from error
        except ValueError as error:
            if "equality deletes" in str(error):
                raise cannot_run("queries of Iceberg tables with equality deletes") from error
            raise


@dataclass(frozen=True, eq=False)
class ChangedSource(IcebergSource):
    """A table whose rows a statement changes.

    If the statement's condition is on partitions only, a file is one row, for which the condition holds or doesn't.

    Attributes:
        whole_files: whether that is possible, because the query names the table once, and only to find rows.
        scans: what was read, once it was.
    """

    whole_files: bool = False
    scans: list[ChangedRows] = field(default_factory=list)

    def read(
        self,
        readings: Sequence[Reading],
        times: int,
        paths: frozenset[str] | None,
        cancel: CancelToken,
        count: Callable[[int], None],
    ) -> pa.Table:
        """The rows that any of the readings needs, or one row for each file: see ``OpenTable``."""
        scan = _Scan(self, cancel, count)
        row_filter = self._partition_filter(readings)
        by_file = self._rows_by_file(readings) if self.whole_files else None
        rows = scan.read(readings, times, paths) if by_file is None else by_file
        tasks = {task.file.file_path: task for task in self.plan(AlwaysTrue())}
        columns = [one.columns for one in readings]
        known = frozenset[int]().union(*(one for one in columns if one is not None))
        self.scans.append(ChangedRows(scan, tasks, row_filter, by_file is not None, None if None in columns else known))
        return rows

    def _identity_columns(self) -> dict[int, dict[int, int]]:
        """By partition spec: the positions of columns, and the place in the partition that has their values."""
        ids = [one.field_id for one in self.columns.fields]
        return {
            spec_id: {
                ids.index(one.source_id): place
                for place, one in enumerate(spec.fields)
                if isinstance(one.transform, IdentityTransform) and one.source_id in ids
            }
            for spec_id, spec in self.metadata.specs().items()
        }

    def _partition_filter(self, readings: Sequence[Reading]) -> BooleanExpression:
        """The condition on partitions that all rows meet that the statement reads."""
        columns = set.intersection(*(set(places) for places in self._identity_columns().values()))
        filters = [to_filter(reading.conditions, self.columns, columns) for reading in readings]
        return filters[0] if len(filters) == 1 else AlwaysTrue()

    def _rows_by_file(self, readings: Sequence[Reading]) -> pa.Table | None:
        """One row for each file, with the columns that its partition has; None if the query needs others."""
        width = len(self.columns.fields)
        allowed = {width + self.hidden.index(PATH), width + self.hidden.index(POSITION)}
        identity = self._identity_columns()
        columns = [reading.columns for reading in readings]
        if any(one is None or not one - allowed <= set(places) for one in columns for places in identity.values()):
            return None
        rows = []
        for task in self.plan(AlwaysTrue()):
            row: dict[str, Any] = dict.fromkeys(self.schema.names)
            row |= {PATH: task.file.file_path, POSITION: -1}
            for position, place in identity[task.file.spec_id].items():
                row[self.schema.names[position]] = _partition_value(
                    task, place, self.columns.fields[position].field_type
                )
            rows.append(row)
        return pa.Table.from_pylist(rows, self.schema)


@dataclass(frozen=True)
class ChangedRows:
    """What a statement read of the table that it changes.

    Attributes:
        scan: the reader.
        tasks: all files of the table, by path.
        row_filter: holds for all rows that were read.
        by_file: whether a row stands for a whole file.
        columns: the positions of the columns that the query reads, hidden ones included; None if they aren't known.
    """

    scan: _Scan
    tasks: Mapping[str, FileScanTask]
    row_filter: BooleanExpression
    by_file: bool
    columns: frozenset[int] | None


def _partition_value(task: FileScanTask, place: int, kind: IcebergType) -> Any:
    value = task.file.partition[place]
    if value is None:
        return None
    match kind:
        case DateType():
            return days_to_date(value)
        case TimestampType() | TimestamptzType():
            return pa.scalar(value, to_arrow(kind)).as_py()
        case UUIDType():
            return str(value)
    return value


def source(table: Table, snapshot: Snapshot | None) -> IcebergSource:
    """A table at one version."""
    known = table.metadata.schema_by_id(snapshot.schema_id) if snapshot and snapshot.schema_id is not None else None
    at_head = snapshot is None or snapshot.snapshot_id == table.metadata.current_snapshot_id
    return IcebergSource(table, snapshot, table.schema() if at_head or known is None else known)


@dataclass
class _Scan:
    """Reads one table for one query. Footers and delete files are read once."""

    source: IcebergSource
    cancel: CancelToken
    count: Callable[[int], None]
    _open: dict[str, ParquetFile] = field(default_factory=dict)
    _deletes: dict[str, dict[str, pa.ChunkedArray]] = field(default_factory=dict)

    def read(self, readings: Sequence[Reading], times: int, paths: frozenset[str] | None) -> pa.Table:
        width = len(self.source.schema)
        needed: set[int] = set()
        groups: dict[str, tuple[FileScanTask, set[int]]] = {}
        most = 0
        for reading in readings:
            columns = frozenset(range(width)) if reading.columns is None else reading.columns
            needed |= columns
            most = max(most, self._plan(to_filter(reading.conditions, self.source.columns), columns, paths, groups))
        for _ in range(times - len(readings)):
            self.count(most)
        parts = [self._rows(task, sorted(kept), needed) for task, kept in groups.values() if kept]
        return pa.concat_tables([self.source.schema.empty_table(), *parts])

    def _plan(
        self,
        row_filter: BooleanExpression,
        columns: frozenset[int],
        paths: frozenset[str] | None,
        groups: dict[str, tuple[FileScanTask, set[int]]],
    ) -> int:
        """Add the row groups that one reading needs, and count the bytes of its columns. Returns the bytes."""
        names = self._ids(columns)
        total = 0
        for task in self.source.plan(row_filter):
            self.cancel.check()
            path = task.file.file_path
            if paths is not None and path not in paths:
                continue
            size = sum(self._delete_bytes(one) for one in task.delete_files)
            kept = groups.setdefault(path, (task, set()))[1]
            opened = self._file(task.file)
            for group in opened.matching(row_filter, self.source.columns):
                kept.add(group)
                size += opened.bytes(group, names)
            total += size
            self.count(size)
        return total

    def _ids(self, columns: Iterable[int]) -> set[int]:
        """The IDs of the table's columns at these positions."""
        fields = self.source.columns.fields
        return {fields[position].field_id for position in columns if position < len(fields)}

    def live_rows(self, task: FileScanTask) -> int:
        """The number of rows of a file that aren't deleted."""
        deleted = {
            position
            for one in task.delete_files
            for position in self._deleted(one).get(task.file.file_path, pa.chunked_array([], pa.int64())).to_pylist()
        }
        return task.file.record_count - len(deleted)

    def _rows(self, task: FileScanTask, groups: list[int], needed: set[int]) -> pa.Table:
        self.cancel.check()
        path = task.file.file_path
        opened = self._file(task.file)
        positions = opened.positions(groups)
        deleted = [found[path] for one in task.delete_files if path in (found := self._deleted(one))]
        kept = _without(positions, deleted)
        ids = self._ids(needed)
        spec = self.source.metadata.specs().get(task.file.spec_id)
        missing = _get_column_projection_values(
            task.file, self.source.columns, self.source.columns, spec, opened.schema.field_ids
        )
        data = opened.read(groups, self.source.columns, ids, missing)
        if data is not None and kept is not None:
            data = data.take(kept)
        count = len(positions) if kept is None else len(kept)
        arrays: list[Any] = []
        for position, wanted in enumerate(self.source.schema):
            if position not in needed:
                arrays.append(pa.nulls(count, wanted.type))
            elif wanted.name == PATH and position >= len(self.source.columns.fields):
                arrays.append(pa.repeat(pa.scalar(path, wanted.type), count))
            elif wanted.name == MODIFIED and position >= len(self.source.columns.fields):
                modified = self.source.table.io.new_input(path).info.modified  # type: ignore[attr-defined]
                arrays.append(pa.repeat(pa.scalar(modified, wanted.type), count))
            elif wanted.name == POSITION and position >= len(self.source.columns.fields):
                arrays.append(positions if kept is None else positions.take(kept))
            else:
                assert data is not None  # noqa: S101 - a needed column of the table was read
                arrays.append(convert(data.column(self._place(position, ids)), wanted.type))
        return pa.table(arrays, self.source.schema)

    def _place(self, position: int, ids: set[int]) -> int:
        """The place of a table's column among those that were read."""
        return sum(1 for one in self.source.columns.fields[:position] if one.field_id in ids)

    def _file(self, file: DataFile) -> ParquetFile:
        if file.file_path not in self._open:
            if file.file_format != FileFormat.PARQUET:
                raise cannot_run(f"queries of Iceberg tables with {file.file_format.value} files")
            self._open[file.file_path] = ParquetFile(self.source.table.io, file, self.source.metadata)
        return self._open[file.file_path]

    def _deleted(self, file: DataFile) -> dict[str, pa.ChunkedArray]:
        """The positions that a delete file deletes, by data file."""
        if file.file_path not in self._deletes:
            try:
                self._deletes[file.file_path] = _read_deletes(self.source.table.io, file)
            except FileNotFoundError as error:
                raise missing_file(error) from error
        return self._deletes[file.file_path]

    def _delete_bytes(self, file: DataFile) -> int:
        opened = self._file(file)
        return sum(opened.bytes(group, None) for group in range(opened.parquet.num_row_groups))


def _without(positions: pa.Array, deleted: list[pa.ChunkedArray]) -> pa.Array | None:
    """The places of the positions that weren't deleted; None if that is all."""
    if not deleted:
        return None
    gone = {position for one in deleted for position in one.to_pylist()}
    return pa.array([place for place, position in enumerate(positions.to_pylist()) if position not in gone], pa.int64())

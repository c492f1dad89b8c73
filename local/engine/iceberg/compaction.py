"""OPTIMIZE: small data files, and those with many deletes, are written again as larger ones.

https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html, and Iceberg's ``BinPackStrategy``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask, Table, TableProperties
from pyiceberg.table.snapshots import Operation

from local.engine.iceberg.commit import committing, discard
from local.engine.iceberg.conform import conform
from local.engine.iceberg.row_changes import RowChanges
from local.engine.iceberg.scan import IcebergSource
from local.engine.iceberg.write import write
from local.engine.interface import CancelToken
from local.engine.tables.plan import Reading


@dataclass(frozen=True)
class Limits:
    """When files are written again; sizes are in bytes."""

    least_size: int
    most_size: int
    target_size: int
    files: int
    deletes: int

    @classmethod
    def of(cls, properties: Mapping[str, str]) -> Limits:
        """The limits of a table, with Athena's defaults."""
        target = _number(properties, TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, 512 * 1024 * 1024)
        return cls(
            least_size=_number(properties, "optimize_rewrite_min_data_file_size_bytes", target * 3 // 4),
            most_size=_number(properties, "optimize_rewrite_max_data_file_size_bytes", target * 9 // 5),
            target_size=target,
            files=_number(properties, "optimize_rewrite_data_file_threshold", 5),
            deletes=_number(properties, "optimize_rewrite_delete_file_threshold", 2),
        )


def compact(
    source: IcebergSource,
    tasks: Sequence[FileScanTask],
    chosen: Collection[str],
    cancel: CancelToken,
    count: Callable[[int], None],
) -> int:
    """Write files again, in one commit.

    Args:
        source: the table.
        tasks: all of its files.
        chosen: the paths of those that may be written again.
        cancel: stops it.
        count: called with the bytes that are read.

    Returns:
        The number of files that were written again.

    Raises:
        QueryError: the commit lost against another one.
    """
    table = source.table
    groups: dict[Any, list[FileScanTask]] = {}
    for task in tasks:
        if task.file.file_path in chosen:
            groups.setdefault((task.file.spec_id, task.file.partition), []).append(task)
    limits = Limits.of(table.properties)
    old: list[FileScanTask] = []
    new: list[DataFile] = []
    for group in groups.values():
        picked = _picked(group, limits)
        if picked:
            old += picked
            new += write(table.io, table.metadata, _rows(source, picked, cancel, count), cancel)
    if not old:
        return 0
    try:
        _commit(table, tasks, old, new, cancel)
    except BaseException:
        discard(table, new)
        raise
    return len(old)


def _picked(group: Sequence[FileScanTask], limits: Limits) -> list[FileScanTask]:
    """The files of a partition that are written again."""
    with_deletes = [task for task in group if len(task.delete_files) >= limits.deletes]
    wrong_size = [task for task in group if not limits.least_size <= task.file.file_size_in_bytes <= limits.most_size]
    total = sum(task.file.file_size_in_bytes for task in wrong_size)
    enough = len(wrong_size) >= limits.files or (len(wrong_size) > 1 and total > limits.target_size)
    too_large = any(task.file.file_size_in_bytes > limits.most_size for task in wrong_size)
    picked = {id(task) for task in (*with_deletes, *(wrong_size if enough or too_large else ()))}
    return [task for task in group if id(task) in picked]


def _rows(
    source: IcebergSource, tasks: Sequence[FileScanTask], cancel: CancelToken, count: Callable[[int], None]
) -> pa.Table:
    width = len(source.columns.fields)
    everything = Reading(frozenset(range(width)), ())
    paths = frozenset(task.file.file_path for task in tasks)
    rows = source.read([everything], 1, paths, cancel, count)
    return conform(rows.columns[:width], source.columns, range(width))


def _commit(
    table: Table, tasks: Sequence[FileScanTask], old: Sequence[FileScanTask], new: list[DataFile], cancel: CancelToken
) -> None:
    gone = {task.file.file_path for task in old}
    needed = {one for task in tasks if task.file.file_path not in gone for one in task.delete_files}
    unneeded = {one for task in old for one in task.delete_files} - needed
    with committing(table, [], cancel) as transaction:
        changes = RowChanges(transaction, operation=Operation.REPLACE, validates_rows=False)
        with changes:
            for task in old:
                changes.delete_data_file(task.file)
            for file in new:
                changes.append_data_file(file)
            for file in unneeded:
                changes.drop_delete_file(file)


def _number(properties: Mapping[str, str], name: str, default: int) -> int:
    return int(properties.get(name, default))

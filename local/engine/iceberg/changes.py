"""Writes and commits the changes of a DELETE, UPDATE or MERGE: position deletes and new rows, in one commit."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.manifest import DataFile
from pyiceberg.table.snapshots import Operation

from local.engine.iceberg.commit import add_files, committing
from local.engine.iceberg.position_deletes import write_position_deletes
from local.engine.iceberg.row_changes import RowChanges
from local.engine.iceberg.scan import ChangedRows, ChangedSource
from local.engine.iceberg.write import write
from local.engine.interface import CancelToken


def commit_changes(source: ChangedSource, paths: Any, positions: Any, new: pa.Table | None, cancel: CancelToken) -> int:
    """Commit the changes of a statement; nothing is committed if there are none.

    Args:
        source: the table, which was read.
        paths: the files of the deleted rows.
        positions: the positions of the deleted rows in them; ignored if the rows stand for files.
        new: the new rows, in the table's columns.
        cancel: stops it.

    Returns:
        The number of deleted rows.

    Raises:
        QueryError: the commit lost against another one.
    """
    read = source.scans[0] if source.scans else None
    metadata, files = source.table.metadata, source.table.io
    deleted: dict[str, set[int]] = defaultdict(set)
    for path, position in zip(paths.to_pylist(), positions.to_pylist(), strict=True):
        deleted[path].add(position)
    added = write(files, metadata, new, cancel) if new is not None else []
    if read is None or not deleted:
        if added:
            with committing(source.table, added, cancel) as transaction:
                add_files(transaction, added)
        return 0
    dropped, partly = _split(read, deleted)
    delete_files = write_position_deletes(files, metadata, partly, cancel)
    with committing(source.table, [*added, *delete_files], cancel) as transaction:
        only_drops = not added and not delete_files
        changes = RowChanges(transaction, operation=Operation.DELETE if only_drops else Operation.OVERWRITE)
        changes.conflict_filter = None if isinstance(read.row_filter, AlwaysTrue) else read.row_filter
        with changes:
            for file in added:
                changes.append_data_file(file)
            for file in delete_files:
                changes.add_delete_file(file)
            for file, _ in partly:
                changes.reference(file)
            for file in dropped:
                changes.delete_data_file(file)
    if read.by_file:
        return sum(read.scan.live_rows(read.tasks[path]) for path in deleted)
    return sum(map(len, deleted.values()))


def _split(read: ChangedRows, deleted: dict[str, set[int]]) -> tuple[list[DataFile], list[tuple[DataFile, set[int]]]]:
    """The files that are dropped, and those of which rows are deleted."""
    if read.by_file:
        return [read.tasks[path].file for path in deleted], []
    return [], [(read.tasks[path].file, positions) for path, positions in deleted.items()]

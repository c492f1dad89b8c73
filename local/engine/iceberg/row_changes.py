"""One commit that adds and removes rows: new data files, position deletes, and data files that are dropped."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping

from pyiceberg.exceptions import ValidationException
from pyiceberg.expressions import BooleanExpression
from pyiceberg.expressions.visitors import expression_evaluator, inclusive_projection
from pyiceberg.manifest import DataFile, ManifestContent, ManifestEntry, ManifestEntryStatus, ManifestFile
from pyiceberg.schema import Schema
from pyiceberg.table import TableProperties, Transaction
from pyiceberg.table.snapshots import (
    IsolationLevel,
    Operation,
    SnapshotSummaryCollector,
    Summary,
    update_snapshot_summaries,
)
from pyiceberg.table.update.snapshot import _ManifestMergeManager, _OverwriteFiles
from pyiceberg.table.update.validate import (
    _added_delete_files,
    _validate_added_data_files,
    _validate_data_files_exist,
    _validate_deleted_data_files,
)
from pyiceberg.typedef import EMPTY_DICT
from pyiceberg.utils.properties import property_as_bool, property_as_int

from local.engine.iceberg.position_deletes import DeleteManifestWriter


class RowChanges(_OverwriteFiles):
    """PyIceberg's overwrite, with delete files and merging of manifests, as Iceberg's ``RowDelta``.

    The commit is repeated on a newer version of the table only if nobody else added or deleted rows for which
    ``conflict_filter`` holds, unless ``validates_rows`` is false. That the data files whose
    rows are deleted are still there, without other deletes, is always required.
    """

    def __init__(self, transaction: Transaction, *, operation: Operation, validates_rows: bool = True) -> None:
        super().__init__(operation=operation, transaction=transaction, io=transaction._table.io)
        self._delete_files: list[DataFile] = []
        self._referenced: set[DataFile] = set()
        self._dropped_delete_files: set[DataFile] = set()
        self._validates_rows = validates_rows
        #: The rows that the statement may have read; None for all.
        self.conflict_filter: BooleanExpression | None = None

    def add_delete_file(self, file: DataFile) -> None:
        """Add a position delete file."""
        self._delete_files.append(file)

    def drop_delete_file(self, file: DataFile) -> None:
        """Remove a delete file."""
        self._dropped_delete_files.add(file)

    def reference(self, file: DataFile) -> None:
        """Require that a data file is still there, without more deletes, when this is committed."""
        self._referenced.add(file)

    def _manifests(self) -> list[ManifestFile]:
        return [*super()._manifests(), *self._delete_manifests()]

    def _delete_manifests(self) -> list[ManifestFile]:
        by_spec: dict[int, list[DataFile]] = defaultdict(list)
        for file in self._delete_files:
            by_spec[file.spec_id].append(file)
        manifests = []
        for spec_id, files in by_spec.items():
            with self._delete_manifest_writer(spec_id) as writer:
                for file in files:
                    writer.add_entry(self._entry(ManifestEntryStatus.ADDED, file))
            manifests.append(writer.to_manifest_file())
        return manifests

    def _delete_manifest_writer(self, spec_id: int) -> DeleteManifestWriter:
        return DeleteManifestWriter(
            self.spec(spec_id), self.schema(), self.new_manifest_output(), self._snapshot_id, self._compression
        )

    def _entry(self, status: ManifestEntryStatus, file: DataFile, entry: ManifestEntry | None = None) -> ManifestEntry:
        kept = entry is not None and status == ManifestEntryStatus.EXISTING
        return ManifestEntry.from_args(
            status=status,
            snapshot_id=entry.snapshot_id if entry is not None and kept else self._snapshot_id,
            sequence_number=None if entry is None else entry.sequence_number,
            file_sequence_number=None if entry is None else entry.file_sequence_number,
            data_file=file,
        )

    def _build_delete_files_partition_predicate(self) -> None:
        """Nothing: ``_build_manifest_evaluator`` goes by the dropped files' partition specs."""

    def _build_manifest_evaluator(self, spec_id: int) -> Callable[[ManifestFile], bool]:
        """Whether a manifest may have data files that are dropped."""
        dropped = any(file.spec_id == spec_id for file in self._deleted_data_files)
        return lambda manifest: dropped and manifest.content == ManifestContent.DATA

    def _existing_manifests(self) -> list[ManifestFile]:
        kept = [one for one in super()._existing_manifests() if _has_files(one)]
        if not self._dropped_delete_files:
            return kept
        return list(itertools.chain.from_iterable(self._without_dropped(manifest) for manifest in kept))

    def _without_dropped(self, manifest: ManifestFile) -> list[ManifestFile]:
        """A manifest, written again if it has delete files that are removed."""
        if manifest.content != ManifestContent.DELETES:
            return [manifest]
        entries = manifest.fetch_manifest_entry(self._io, discard_deleted=True)
        if not any(entry.data_file in self._dropped_delete_files for entry in entries):
            return [manifest]
        with self._delete_manifest_writer(manifest.partition_spec_id) as writer:
            for entry in entries:
                dropped = entry.data_file in self._dropped_delete_files
                status = ManifestEntryStatus.DELETED if dropped else ManifestEntryStatus.EXISTING
                writer.add_entry(self._entry(status, entry.data_file, entry))
        return [writer.to_manifest_file()]

    def _process_manifests(self, manifests: list[ManifestFile]) -> list[ManifestFile]:
        """Merge small manifests of data files, as Iceberg's Java library does by default."""
        properties = self._transaction.table_metadata.properties
        size, count = TableProperties.MANIFEST_TARGET_SIZE_BYTES, TableProperties.MANIFEST_MIN_MERGE_COUNT
        merging = _ManifestMergeManager(
            target_size_bytes=_number(properties, size, TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT),
            min_count_to_merge=_number(properties, count, TableProperties.MANIFEST_MIN_MERGE_COUNT_DEFAULT),
            merge_enabled=property_as_bool(properties, TableProperties.MANIFEST_MERGE_ENABLED, True),
            snapshot_producer=self,
        )
        data = [one for one in manifests if one.content == ManifestContent.DATA]
        return merging.merge_manifests(data) + [one for one in manifests if one.content != ManifestContent.DATA]

    def _summary(self, snapshot_properties: dict[str, str] = EMPTY_DICT) -> Summary:
        metadata = self._transaction.table_metadata
        schema, specs = metadata.schema(), metadata.specs()
        collector = SnapshotSummaryCollector(partition_summary_limit=0)
        for file in (*self._added_data_files, *self._delete_files):
            collector.add_file(data_file=file, partition_spec=specs[file.spec_id], schema=schema)
        for file in (*self._deleted_data_files, *self._dropped_delete_files):
            collector.remove_file(data_file=file, partition_spec=specs[file.spec_id], schema=schema)
        parent = metadata.snapshot_by_id(self._parent_snapshot_id) if self._parent_snapshot_id is not None else None
        summary = update_snapshot_summaries(
            # PyIceberg doesn't know the operation of a compaction here.
            summary=Summary(operation=Operation.OVERWRITE, **collector.build(), **snapshot_properties),
            previous_summary=parent.summary if parent is not None else None,
        )
        return Summary(operation=self._operation, **summary.additional_properties)

    def _validate_concurrency(self) -> None:
        window = self._commit_window
        if window is None or window.is_empty() or window.head is None:
            return
        table, head, base = self._transaction._table, window.head, window.base
        # PyIceberg's own checks of delete files consider neither partitions nor the oldest version's sequence number.
        deletes = _added_delete_files(table, head, None, None, base)
        if self._validates_rows:
            if table.metadata.isolation_level(Operation.DELETE) == IsolationLevel.SERIALIZABLE:
                _validate_added_data_files(table, head, self.conflict_filter, base)
            _validate_deleted_data_files(table, head, self.conflict_filter, base)
            if any(self._may_conflict(file) for file in deletes.referenced_delete_files()):
                raise ValidationException("Rows were deleted concurrently")
        touched = self._referenced | self._deleted_data_files
        _validate_data_files_exist(table, head, touched, base)
        since = base.sequence_number or 0 if base is not None else 0
        if any(deletes.for_data_file(since, file, file.partition) for file in touched):
            raise ValidationException("Rows of data files were deleted concurrently")

    def _may_conflict(self, file: DataFile) -> bool:
        """Whether the partition of a delete file may have rows that the statement read."""
        if self.conflict_filter is None:
            return True
        spec, schema = self.spec(file.spec_id), self.schema()
        partition_filter = inclusive_projection(schema, spec)(self.conflict_filter)
        partition_schema = Schema(*spec.partition_type(schema).fields)
        return bool(expression_evaluator(partition_schema, partition_filter, True)(file.partition))


def _has_files(manifest: ManifestFile) -> bool:
    return manifest.has_added_files() or manifest.has_existing_files()


def _number(properties: Mapping[str, str], name: str, default: int) -> int:
    return property_as_int(dict(properties), name, default) or default

"""Athena's metadata tables: ``"t$files"``, ``"t$history"``, ``"t$snapshots"`` and so on, with Trino's columns.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html,
https://trino.io/docs/435/connector/iceberg.html#metadata-tables
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyiceberg.conversions import from_bytes
from pyiceberg.manifest import DataFile, ManifestFile
from pyiceberg.table import Table
from pyiceberg.table.snapshots import ancestors_of
from pyiceberg.transforms import IdentityTransform, Transform
from pyiceberg.types import NestedField, PrimitiveType

from local.engine.iceberg.types import to_arrow
from local.engine.interface import CancelToken
from local.engine.tables.plan import Reading

_TIME = pa.timestamp("ms", "UTC")
_COUNTS = pa.map_(pa.int32(), pa.int64())
_BOUNDS = pa.map_(pa.int32(), pa.string())
_SNAPSHOTS = pa.schema([
    ("committed_at", _TIME), ("snapshot_id", pa.int64()), ("parent_id", pa.int64()), ("operation", pa.string()),
    ("manifest_list", pa.string()), ("summary", pa.map_(pa.string(), pa.string())),
])  # fmt: skip
_HISTORY = pa.schema([
    ("made_current_at", _TIME), ("snapshot_id", pa.int64()), ("parent_id", pa.int64()),
    ("is_current_ancestor", pa.bool_()),
])  # fmt: skip
_REFS = pa.schema([
    ("name", pa.string()), ("type", pa.string()), ("snapshot_id", pa.int64()), ("max_reference_age_in_ms", pa.int64()),
    ("min_snapshots_to_keep", pa.int32()), ("max_snapshot_age_in_ms", pa.int64()),
])  # fmt: skip
_MANIFESTS = pa.schema([
    ("path", pa.string()), ("length", pa.int64()), ("partition_spec_id", pa.int32()), ("added_snapshot_id", pa.int64()),
    ("added_data_files_count", pa.int32()), ("added_rows_count", pa.int64()), ("existing_data_files_count", pa.int32()),
    ("existing_rows_count", pa.int64()), ("deleted_data_files_count", pa.int32()), ("deleted_rows_count", pa.int64()),
    ("partition_summaries", pa.list_(pa.struct([
        ("contains_null", pa.bool_()), ("contains_nan", pa.bool_()), ("lower_bound", pa.string()),
        ("upper_bound", pa.string()),
    ]))),
])  # fmt: skip
_FILES = pa.schema([
    ("content", pa.int32()), ("file_path", pa.string()), ("file_format", pa.string()), ("record_count", pa.int64()),
    ("file_size_in_bytes", pa.int64()), ("column_sizes", _COUNTS), ("value_counts", _COUNTS),
    ("null_value_counts", _COUNTS), ("nan_value_counts", _COUNTS), ("lower_bounds", _BOUNDS), ("upper_bounds", _BOUNDS),
    ("key_metadata", pa.binary()), ("split_offsets", pa.list_(pa.int64())), ("equality_ids", pa.list_(pa.int32())),
])  # fmt: skip
_IDENTITY: Transform[Any, Any] = IdentityTransform()
_PROPERTIES = pa.schema([("key", pa.string()), ("value", pa.string())])


@dataclass(frozen=True, eq=False)
class MetadataTable:
    """A metadata table: its rows."""

    rows: pa.Table
    hidden: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns."""
        return self.rows.schema

    def read(
        self,
        readings: Sequence[Reading],  # noqa: ARG002 - all of it is there already, as are the following
        times: int,  # noqa: ARG002
        paths: frozenset[str] | None,  # noqa: ARG002
        cancel: CancelToken,  # noqa: ARG002
        count: Callable[[int], None],  # noqa: ARG002
    ) -> pa.Table:
        """The rows: see ``OpenTable``."""
        return self.rows


def metadata_table(table: Table, kind: str, files: Callable[[], Sequence[DataFile]]) -> MetadataTable | None:
    """A metadata table of the current version; None if there is no such kind.

    Args:
        table: the table.
        kind: such as ``files``.
        files: the table's data files.
    """
    rows: Mapping[str, Callable[[], tuple[pa.Schema, Iterator[Mapping[str, Any]]]]] = {
        "snapshots": lambda: (_SNAPSHOTS, _snapshots(table)),
        "history": lambda: (_HISTORY, _history(table)),
        "refs": lambda: (_REFS, _refs(table)),
        "manifests": lambda: (_MANIFESTS, _manifests(table)),
        "files": lambda: (_FILES, (_file(table, file) for file in files())),
        "partitions": lambda: _partitions(table, files()),
        "properties": lambda: (
            _PROPERTIES, ({"key": key, "value": value} for key, value in table.properties.items())
        ),
    }  # fmt: skip
    if kind not in rows:
        return None
    schema, found = rows[kind]()
    return MetadataTable(pa.Table.from_pylist(list(found), schema))


def _snapshots(table: Table) -> Iterator[Mapping[str, Any]]:
    for one in table.snapshots():
        summary = one.summary
        yield {
            "committed_at": one.timestamp_ms,
            "snapshot_id": one.snapshot_id,
            "parent_id": one.parent_snapshot_id,
            "operation": summary.operation.value if summary else None,
            "manifest_list": one.manifest_list,
            "summary": list(summary.additional_properties.items()) if summary else None,
        }


def _history(table: Table) -> Iterator[Mapping[str, Any]]:
    ancestors = {one.snapshot_id for one in ancestors_of(table.current_snapshot(), table.metadata)}
    for entry in table.history():
        found = table.snapshot_by_id(entry.snapshot_id)
        yield {
            "made_current_at": entry.timestamp_ms,
            "snapshot_id": entry.snapshot_id,
            "parent_id": found.parent_snapshot_id if found else None,
            "is_current_ancestor": entry.snapshot_id in ancestors,
        }


def _refs(table: Table) -> Iterator[Mapping[str, Any]]:
    for name, ref in table.refs().items():
        yield {
            "name": name,
            "type": str(ref.snapshot_ref_type.value).upper(),
            "snapshot_id": ref.snapshot_id,
            "max_reference_age_in_ms": ref.max_ref_age_ms,
            "min_snapshots_to_keep": ref.min_snapshots_to_keep,
            "max_snapshot_age_in_ms": ref.max_snapshot_age_ms,
        }


def _manifests(table: Table) -> Iterator[Mapping[str, Any]]:
    snapshot = table.current_snapshot()
    for one in snapshot.manifests(table.io) if snapshot else ():
        yield {
            "path": one.manifest_path,
            "length": one.manifest_length,
            "partition_spec_id": one.partition_spec_id,
            "added_snapshot_id": one.added_snapshot_id,
            "added_data_files_count": one.added_files_count,
            "added_rows_count": one.added_rows_count,
            "existing_data_files_count": one.existing_files_count,
            "existing_rows_count": one.existing_rows_count,
            "deleted_data_files_count": one.deleted_files_count,
            "deleted_rows_count": one.deleted_rows_count,
            "partition_summaries": list(_partition_summaries(table, one)),
        }


def _partition_summaries(table: Table, manifest: ManifestFile) -> Iterator[Mapping[str, Any]]:
    spec = table.specs()[manifest.partition_spec_id]
    kinds = [field.field_type for field in spec.partition_type(table.schema()).fields]
    for summary, kind, field in zip(manifest.partitions or (), kinds, spec.fields, strict=True):
        bounds = [
            None if bound is None else field.transform.to_human_string(kind, _value(kind, bound))
            for bound in (summary.lower_bound, summary.upper_bound)
        ]
        yield {
            "contains_null": summary.contains_null,
            "contains_nan": summary.contains_nan,
            "lower_bound": bounds[0],
            "upper_bound": bounds[1],
        }


def _file(table: Table, file: DataFile) -> Mapping[str, Any]:
    schema = table.schema()

    def bounds(values: Mapping[int, bytes] | None) -> list[tuple[int, str]] | None:
        known = {key: value for key, value in (values or {}).items() if key in schema.field_ids}
        kinds = {key: schema.find_type(key) for key in known}
        return [(key, _IDENTITY.to_human_string(kinds[key], _value(kinds[key], value))) for key, value in known.items()]

    counts = ("column_sizes", "value_counts", "null_value_counts", "nan_value_counts")
    return {
        "content": file.content.value,
        "file_path": file.file_path,
        "file_format": file.file_format.value,
        "record_count": file.record_count,
        "file_size_in_bytes": file.file_size_in_bytes,
        **{name: list(values.items()) if (values := getattr(file, name)) else None for name in counts},
        "lower_bounds": bounds(file.lower_bounds),
        "upper_bounds": bounds(file.upper_bounds),
        "key_metadata": file.key_metadata,
        "split_offsets": file.split_offsets,
        "equality_ids": file.equality_ids,
    }


def _partitions(table: Table, files: Sequence[DataFile]) -> tuple[pa.Schema, Iterator[Mapping[str, Any]]]:
    schema, specs = table.schema(), table.specs()
    partition_fields = {field.field_id: field for spec in specs.values() for field in spec.fields}
    kept = {key: one for key, one in partition_fields.items() if one.source_id in schema.field_ids}
    kinds = {key: to_arrow(one.transform.result_type(schema.find_type(one.source_id))) for key, one in kept.items()}
    identity = {one.source_id for one in table.spec().fields if isinstance(one.transform, IdentityTransform)}
    columns = [one for one in schema.fields if one.field_type.is_primitive and one.field_id not in identity]
    fields: list[tuple[str, pa.DataType]] = []
    if kept:
        fields.append(("partition", pa.struct([(one.name.lower(), kinds[key]) for key, one in kept.items()])))
    fields += [("record_count", pa.int64()), ("file_count", pa.int64()), ("total_size", pa.int64())]
    if columns:
        fields.append(("data", pa.struct([(one.name.lower(), _metrics_type(one)) for one in columns])))
    groups: dict[tuple[Any, ...], list[DataFile]] = {}
    for file in files:
        values = {one.field_id: file.partition[place] for place, one in enumerate(specs[file.spec_id].fields)}
        groups.setdefault(tuple(values.get(key) for key in kept), []).append(file)

    def rows() -> Iterator[Mapping[str, Any]]:
        for key, members in groups.items():
            yield {
                "partition": dict(zip((one.name.lower() for one in kept.values()), key, strict=True)),
                "record_count": sum(file.record_count for file in members),
                "file_count": len(members),
                "total_size": sum(file.file_size_in_bytes for file in members),
                "data": _metrics(columns, members),
            }

    return pa.schema(fields), rows()


def _metrics_type(column: NestedField) -> pa.DataType:
    kind = to_arrow(column.field_type)
    return pa.struct([("min", kind), ("max", kind), ("null_count", pa.int64()), ("nan_count", pa.int64())])


def _metrics(columns: Sequence[NestedField], files: Sequence[DataFile]) -> Mapping[str, Any] | None:
    """The metrics of each column; None if the files have none of one, as in Trino."""
    found: dict[str, Any] = {}
    for column in columns:
        key = column.field_id
        lower = [
            _value(column.field_type, file.lower_bounds[key]) for file in files if key in (file.lower_bounds or {})
        ]
        upper = [
            _value(column.field_type, file.upper_bounds[key]) for file in files if key in (file.upper_bounds or {})
        ]
        nulls = [file.null_value_counts[key] for file in files if key in (file.null_value_counts or {})]
        nans = [file.nan_value_counts[key] for file in files if key in (file.nan_value_counts or {})]
        if not lower and not upper and not nulls:
            return None
        found[column.name.lower()] = {
            "min": min(lower, default=None),
            "max": max(upper, default=None),
            "null_count": sum(nulls) if nulls else None,
            "nan_count": sum(nans) if nans else None,
        }
    return found


def _value(kind: Any, bound: bytes) -> Any:
    assert isinstance(kind, PrimitiveType)  # noqa: S101 - only these have bounds
    return from_bytes(kind, bound)

"""Position deletes: files that say which rows of data files are deleted, as Athena writes them (merge-on-read).

https://iceberg.apache.org/spec/#position-delete-files
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.conversions import to_bytes
from pyiceberg.io import FileIO
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.manifest import (
    POSITIONAL_DELETE_SCHEMA,
    DataFile,
    DataFileContent,
    FileFormat,
    ManifestContent,
    ManifestWriterV2,
)
from pyiceberg.table.locations import load_location_provider
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.typedef import Record
from pyiceberg.types import LongType, StringType

from local.engine.interface import CancelToken

_PATH_ID, _POSITION_ID = (field.field_id for field in POSITIONAL_DELETE_SCHEMA.fields)


@dataclass(frozen=True)
class _Partition:
    """What PyIceberg needs of its ``PartitionKey``, for a partition of any of the table's specs."""

    partition: Record
    spec_id: int
    metadata: TableMetadata

    def to_path(self) -> str:
        """The part of a file's location that names the partition."""
        return self.metadata.specs()[self.spec_id].partition_to_path(self.partition, self.metadata.schema())


class DeleteManifestWriter(ManifestWriterV2):
    """Writes a manifest of delete files, which PyIceberg only reads."""

    def content(self) -> ManifestContent:
        """Delete files."""
        return ManifestContent.DELETES

    @property
    def _meta(self) -> dict[str, str]:
        return {**super()._meta, "content": "deletes"}


def write_position_deletes(
    files: FileIO, metadata: TableMetadata, deleted: Iterable[tuple[DataFile, set[int]]], cancel: CancelToken
) -> list[DataFile]:
    """Write one delete file for each data file with the positions of its deleted rows."""
    provider = load_location_provider(metadata.location, metadata.properties)
    written = []
    for file, positions in deleted:
        cancel.check()
        unpartitioned = metadata.specs()[file.spec_id].is_unpartitioned()
        partition = None if unpartitioned else _Partition(file.partition, file.spec_id, metadata)
        name = f"{uuid.uuid4()}-deletes.parquet"
        location = provider.new_data_location(name, partition)  # type: ignore[arg-type]
        written.append(_write(files, location, file, sorted(positions)))
    return written


def _write(files: FileIO, location: str, file: DataFile, positions: list[int]) -> DataFile:
    schema = schema_to_pyarrow(POSITIONAL_DELETE_SCHEMA)
    values = ([file.file_path] * len(positions), positions)
    arrays = [pa.array(one, column.type) for one, column in zip(values, schema, strict=True)]
    output = files.new_output(location)
    with output.create() as stream:
        pq.write_table(pa.table(arrays, schema), stream, compression="zstd")
    path = to_bytes(StringType(), file.file_path)
    lowest, highest = (to_bytes(LongType(), positions[place]) for place in (0, -1))
    count = {_PATH_ID: len(positions), _POSITION_ID: len(positions)}
    written = DataFile.from_args(
        content=DataFileContent.POSITION_DELETES,
        file_path=location,
        file_format=FileFormat.PARQUET,
        partition=file.partition,
        record_count=len(positions),
        file_size_in_bytes=len(output),
        value_counts=count,
        null_value_counts=dict.fromkeys(count, 0),
        lower_bounds={_PATH_ID: path, _POSITION_ID: lowest},
        upper_bounds={_PATH_ID: path, _POSITION_ID: highest},
        equality_ids=None,
        sort_order_id=None,
        key_metadata=None,
    )
    written.spec_id = file.spec_id
    return written

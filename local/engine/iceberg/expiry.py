"""VACUUM: old snapshots expire, and the objects that no snapshot needs any more are deleted.

https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.io import FileIO
from pyiceberg.table import Table, TableProperties
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import ancestors_of

from local.engine.errors import QueryError
from local.engine.iceberg.files import parse_location
from local.engine.interface import CancelToken, ObjectStore


def vacuum(table: Table, objects: ObjectStore, now: dt.datetime, cancel: CancelToken) -> None:
    """Expire snapshots and delete objects.

    Objects that the statement's owner may not delete remain, and it is no error.

    Raises:
        QueryError: the table's location is a whole bucket, or the commit lost against another one.
    """
    bucket, key = parse_location(table.location())
    if not key.strip("/"):
        raise QueryError(f"GENERIC_INTERNAL_ERROR: Path missing in file system location: s3://{bucket}")
    age = int(table.properties.get(TableProperties.MAX_SNAPSHOT_AGE_MS, TableProperties.MAX_SNAPSHOT_AGE_MS_DEFAULT))
    oldest = now - dt.timedelta(milliseconds=age)
    expired = _expired(table.metadata, int(oldest.timestamp() * 1000))
    before = _referenced(table.metadata, table.io)
    if expired:
        try:
            table.maintenance.expire_snapshots().by_ids(expired).commit()
        except CommitFailedException as error:
            name = ".".join(table.name())
            raise QueryError(f"ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: {name}") from error
    metadata = table.metadata
    kept = _referenced(metadata, table.io) | _metadata_files(table, metadata)
    for info in list(objects.list(bucket, f"{key.rstrip('/')}/")):
        cancel.check()
        location = f"s3://{bucket}/{info.key}"
        # An orphan may belong to a statement that is about to commit, so it has to be old.
        if location not in kept and (location in before or info.modified < oldest):
            try:
                objects.delete(bucket, info.key)
            except QueryError:
                return


def _expired(metadata: TableMetadata, oldest: int) -> list[int]:
    """The snapshots that are too old, except the newest ones of each branch, and those that a tag names."""
    least = int(
        metadata.properties.get(TableProperties.MIN_SNAPSHOTS_TO_KEEP, TableProperties.MIN_SNAPSHOTS_TO_KEEP_DEFAULT)
    )
    kept: set[int] = {ref.snapshot_id for ref in metadata.refs.values()}
    for ref in metadata.refs.values():
        chain = list(ancestors_of(metadata.snapshot_by_id(ref.snapshot_id), metadata))
        kept |= {one.snapshot_id for one in chain[: max(least, 1)]}
    return [one.snapshot_id for one in metadata.snapshots if one.timestamp_ms < oldest and one.snapshot_id not in kept]


def _referenced(metadata: TableMetadata, files: FileIO) -> set[str]:
    """The files of all snapshots: manifest lists, manifests, data and delete files."""
    found: set[str] = set()
    for snapshot in metadata.snapshots:
        found.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(files):
            if manifest.manifest_path not in found:
                found.add(manifest.manifest_path)
                entries = manifest.fetch_manifest_entry(files, discard_deleted=True)
                found |= {entry.data_file.file_path for entry in entries}
    return found


def _metadata_files(table: Table, metadata: TableMetadata) -> set[str]:
    """The current metadata file, the former ones that are kept, and statistics."""
    properties: Mapping[str, str] = metadata.properties
    most = int(
        properties.get(
            TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, TableProperties.METADATA_PREVIOUS_VERSIONS_MAX_DEFAULT
        )
    )
    former = [entry.metadata_file for entry in metadata.metadata_log]
    statistics = [one.statistics_path for one in metadata.statistics]
    return {table.metadata_location, *former[max(0, len(former) - most) :], *statistics}

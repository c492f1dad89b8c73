"""The tables of the index: two Iceberg tables for all indexed buckets, and the staging table that they are loaded from.

Athena creates the Iceberg tables, because CloudFormation and Glue's UpdateTable would overwrite the parameter
``metadata_location`` that Iceberg commits to. Table properties:
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.catalog.declarations import MANIFESTS
from quilt_athena.catalog.views import Column
from quilt_athena.errors import UnmanagedTableError
from quilt_athena.names import sql_identifier

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

MANIFESTS_INDEX = "all_buckets_quilt_manifests_index"
PACKAGES_INDEX = "all_buckets_quilt_packages_index"
#: Created by template.yaml; a batch is a partition of it (by projection), so no statement reads another batch.
STAGING = "all_buckets_quilt_index_staging"

#: The values of the column ``kind``: markers and header lines; entries.
HEADER, ENTRY = "header", "entry"

#: What a line of a manifest has, with Hive types as in the manifests table.
LINE_COLUMNS: tuple[Column, ...] = MANIFESTS.columns

#: A marker is a row of kind `header` with an ``etag``: its manifest is in the index, as it was when it had this ETag
#: and this ``size`` in bytes. All other rows have neither ``etag`` nor ``indexed_at``.
MANIFESTS_INDEX_COLUMNS: tuple[Column, ...] = (
    Column("bucket", "string"),
    Column("kind", "string"),
    Column("tophash", "string"),
    *LINE_COLUMNS,
    Column("etag", "string"),
    Column("indexed_at", "timestamp"),
)

PACKAGES_INDEX_COLUMNS: tuple[Column, ...] = (
    Column("bucket", "string"),
    Column("user", "string"),
    Column("name", "string"),
    Column("timestamp", "string"),
    Column("hash", "string"),
    Column("etag", "string"),
)

#: Besides the lines of manifests, the staging table has the markers and pointers that a batch writes.
STAGING_COLUMNS: tuple[Column, ...] = (
    *LINE_COLUMNS,
    Column("bucket", "string"),
    Column("tophash", "string"),
    Column("etag", "string"),
    Column("user", "string"),
    Column("name", "string"),
    Column("timestamp", "string"),
)

#: Two days of snapshots for FOR TIMESTAMP AS OF, and few metadata files, so that planning stays fast.
SNAPSHOT_AGE = timedelta(days=2)
_PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        "table_type": "ICEBERG",
        "format": "parquet",
        "write_compression": "zstd",
        "vacuum_max_snapshot_age_seconds": f"{SNAPSHOT_AGE.total_seconds():.0f}",
        "vacuum_min_snapshots_to_keep": "1",
        "vacuum_max_metadata_files_to_keep": "10",
    }
)


@dataclass(frozen=True)
class IndexTable:
    """An Iceberg table; ``folder`` is its prefix in the index bucket."""

    name: str
    folder: str
    columns: tuple[Column, ...]
    partitioned_by: tuple[str, ...]

    def location(self, index_bucket: str) -> str:
        """The table's location: an S3 URL with a slash at its end."""
        return f"s3://{index_bucket}/{self.folder}/"

    def create_statement(self, database: str, index_bucket: str) -> str:
        """CREATE TABLE in Athena's DDL."""
        columns = ", ".join(f"`{column.name}` {column.type}" for column in self.columns)
        properties = ", ".join(f"'{name}'='{value}'" for name, value in _PROPERTIES.items())
        return (
            f"CREATE TABLE IF NOT EXISTS `{database}`.`{self.name}` ({columns})"
            f" PARTITIONED BY ({', '.join(f'`{name}`' for name in self.partitioned_by)})"
            f" LOCATION '{self.location(index_bucket)}' TBLPROPERTIES ({properties})"
        )


INDEX_TABLES = (
    IndexTable(MANIFESTS_INDEX, "manifests", MANIFESTS_INDEX_COLUMNS, ("bucket", "kind")),
    IndexTable(PACKAGES_INDEX, "packages", PACKAGES_INDEX_COLUMNS, ("bucket",)),
)


def qualified(database: str, table: str) -> str:
    """A table's name in queries."""
    return f"{sql_identifier(database)}.{sql_identifier(table)}"


@dataclass(frozen=True)
class IndexCatalog:
    """The index tables in the Glue catalog, which only Athena writes."""

    glue: GlueClient
    database: str
    index_bucket: str

    def has_tables(self) -> bool:
        """Whether both tables exist.

        Raises:
            UnmanagedTableError: a table with the name of one is something else.
            ServiceUnavailableError, ServiceRejectedError: Glue does not respond as expected.
        """
        return all(self._exists(table) for table in INDEX_TABLES)

    def delete_old_versions(self, table: str, kept: int = 10) -> int:
        """Delete all but the newest archived versions of a table: each commit adds one, and Glue limits their number.

        Returns how many were deleted.
        """
        arguments: dict[str, Any] = {"DatabaseName": self.database, "TableName": table}
        with calling("glue:GetTableVersions", f"{self.database}.{table}"):
            pages = self.glue.get_paginator("get_table_versions").paginate(**arguments)
            versions = [int(version["VersionId"]) for page in pages for version in page["TableVersions"]]
        old = sorted(versions)[:-kept]
        for start in range(0, len(old), 100):
            ids = [str(version) for version in old[start : start + 100]]
            with calling("glue:BatchDeleteTableVersion", f"{self.database}.{table}"):
                self.glue.batch_delete_table_version(**arguments, VersionIds=ids)
        return len(old)

    def _exists(self, table: IndexTable) -> bool:
        name = f"{self.database}.{table.name}"
        with calling("glue:GetTable", name, expected=["EntityNotFoundException"]) as call:
            found = self.glue.get_table(DatabaseName=self.database, Name=table.name)["Table"]
        if call.code:
            return False
        location = found.get("StorageDescriptor", {}).get("Location", "")
        kind = found.get("Parameters", {}).get("table_type", "")
        if kind.upper() != "ICEBERG" or location.rstrip("/") != table.location(self.index_bucket).rstrip("/"):
            raise UnmanagedTableError(
                f"{name} is not the index's table (an Iceberg table at {table.location(self.index_bucket)}): rename or"
                " drop it, and the index is created again"
            )
        return True

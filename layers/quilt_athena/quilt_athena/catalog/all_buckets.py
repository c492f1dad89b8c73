"""What spans all buckets: two tables with a partition for each registered bucket, and the views of a bucket over them.

A union of every bucket's views would have to be made anew with each bucket, and be too long for Athena at some hundred
of them. A partition is one call, and ``WHERE bucket = '…'`` reads that bucket only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from quilt_athena import names
from quilt_athena.catalog.tables import (
    BUCKET_PARAMETER,
    DECLARATIONS,
    MANIFESTS,
    OBJECTS_VIEW,
    PACKAGES,
    PACKAGES_VIEW,
    TableDeclaration,
    ViewDeclaration,
    location,
    sql_of,
    storage_descriptor,
)
from quilt_athena.catalog.views import Column, View, encode_view

#: Whose they are, in the place of a bucket's name: no bucket can be named so.
ALL_BUCKETS = "*"

#: Tables in the order in which they are made; each has a partition for each registered bucket.
TABLES: tuple[TableDeclaration, ...] = (MANIFESTS, PACKAGES)
VIEWS: tuple[ViewDeclaration, ...] = tuple(
    replace(view, sql_file=f"all_{view.sql_file}", columns=(Column("bucket", "varchar"), *view.columns))
    for view in (PACKAGES_VIEW, OBJECTS_VIEW)
)
_ID = "all_buckets"


@dataclass(frozen=True)
class Partition:
    """A bucket's partition of one of the tables: the table's name, and Glue's PartitionInput."""

    table: str
    bucket: str
    table_input: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name in lists of changes."""
        return f"{self.table}/bucket={self.bucket}"

    @property
    def location(self) -> str:
        """Where its objects lie."""
        return str(self.table_input["StorageDescriptor"]["Location"])


def all_buckets_name(kind: str) -> str:
    """The name of a table or all-buckets view: ``all_buckets_quilt_manifests``."""
    return f"{_ID}_{kind}"


def all_buckets_names() -> tuple[str, ...]:
    """The names of all of them, in the order in which they are made."""
    return tuple(all_buckets_name(declaration.kind) for declaration in DECLARATIONS)


def all_buckets_definitions(database: str, place: str) -> tuple[dict[str, Any], ...]:
    """The Glue ``TableInput`` of each table and all-buckets view.

    ``place`` (such as ``s3://results/all-buckets/``) is where the tables say that they lie: partitions have places of
    their own, and nothing else is read, but Athena wants a place that exists.
    """
    owner = {BUCKET_PARAMETER: ALL_BUCKETS}
    tables: list[dict[str, Any]] = [
        {
            "Name": all_buckets_name(table.kind),
            "Description": f"{table.description}; a partition for each bucket",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"EXTERNAL": "TRUE", "has_encrypted_data": "false", **owner},
            "PartitionKeys": [{"Name": "bucket", "Type": "string"}],
            "StorageDescriptor": storage_descriptor(table, f"{place}{table.kind}/"),
        }
        for table in TABLES
    ]
    views = [
        encode_view(
            all_buckets_name(view.kind), View(all_buckets_sql(view.sql_file, database), view.columns, database), owner
        )
        | {"Description": f"{view.description}; of all buckets"}
        for view in VIEWS
    ]
    return (*tables, *views)


def partitions(bucket: str) -> tuple[Partition, ...]:
    """A bucket's partitions, one of each table."""
    return tuple(
        Partition(
            all_buckets_name(table.kind),
            bucket,
            {"Values": [bucket], "StorageDescriptor": storage_descriptor(table, location(table, bucket))},
        )
        for table in TABLES
    )


def all_buckets_sql(file: str, database: str) -> str:
    """The SQL of ``sql/<file>`` with the names of the tables and all-buckets views filled in."""
    return sql_of(file, {kind: all_buckets_name(kind) for kind in names.KINDS}, database)

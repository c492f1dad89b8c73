"""What the Glue catalog should contain for a bucket, as one value: computed once, then compared, planned and applied.

``desired_state`` is a pure function of the bucket's name and the settings.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from quilt_athena.catalog.declaration_types import (
    ALL_BUCKETS,
    INDEX_TABLE_NAMES,
    INDEXED_BUCKETS,
    PLACEHOLDER,
    Declaration,
    LegacyViewDeclaration,
    Scope,
    TableDeclaration,
    ViewDeclaration,
)
from quilt_athena.catalog.declarations import DECLARATIONS, named
from quilt_athena.catalog.views import View, encode_view
from quilt_athena.names import sql_identifier, sql_string, validate_bucket_name

#: The table parameter that names the bucket of a table or view. Objects without it are not managed by quilt-athena.
BUCKET_PARAMETER = "quilt_athena.bucket"

TEXT_INPUT_FORMAT = "org.apache.hadoop.mapred.TextInputFormat"


class LegacyViews(StrEnum):
    """What happens to the views with the names of Quilt's platform."""

    #: Nothing: nobody looks for them.
    NONE = "none"
    CREATE = "create"
    #: Those that quilt-athena created are deleted.
    REMOVE = "remove"


@dataclass(frozen=True)
class CatalogSettings:
    """What a stack's parameters decide about its catalog.

    ``all_buckets_location`` (such as ``s3://results/all-buckets/``) is the location of the all-buckets tables; their
    partitions have locations of their own and nothing else is read, but Athena requires a location that exists. Empty:
    the catalog has no all-buckets tables.
    """

    database: str
    all_buckets_location: str = ""
    legacy_views: LegacyViews = LegacyViews.NONE
    declarations: tuple[Declaration, ...] = DECLARATIONS


@dataclass(frozen=True)
class DesiredTable:
    """A table or view of ``bucket``, with Glue's TableInput.

    ``names`` are those of all tables and views of the bucket by their placeholders, quoted nowhere.
    """

    bucket: str
    declaration: Declaration
    table_input: Mapping[str, Any]
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its name in the Glue catalog."""
        return str(self.table_input["Name"])


@dataclass(frozen=True)
class DesiredPartition:
    """A bucket's partition of an all-buckets table, with Glue's PartitionInput."""

    table: str
    bucket: str
    partition_input: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name in lists of changes."""
        return f"{self.table}/bucket={self.bucket}"


@dataclass(frozen=True)
class DesiredState:
    """What the catalog should contain for a registered bucket, or for ``ALL_BUCKETS``.

    ``tables`` are in the order of creation; ``unwanted`` are deleted if quilt-athena created them; ``fingerprint`` is
    64 hex digits that change whenever anything here does.
    """

    bucket: str
    database: str
    tables: tuple[DesiredTable, ...]
    unwanted: tuple[DesiredTable, ...]
    partitions: tuple[DesiredPartition, ...]
    fingerprint: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all tables and views that have to be looked at."""
        return tuple(table.name for table in (*self.tables, *self.unwanted))


def desired_state(bucket: str, settings: CatalogSettings, indexed: Collection[str] = ()) -> DesiredState:
    """The desired state of a bucket, or of ``ALL_BUCKETS``; of the buckets in ``indexed``, views read the index.

    Raises:
        InvalidBucketNameError: S3 does not allow such a bucket name.
    """
    declared = named(bucket, settings.declarations)
    names = {one.placeholder: name for name, one in declared.items() if one.placeholder}
    tables, unwanted = list[DesiredTable](), list[DesiredTable]()
    for name, declaration in _relevant(declared, settings).items():
        table = DesiredTable(
            bucket, declaration, _table_input(name, declaration, bucket, names, settings, indexed), names
        )
        (unwanted if _is_unwanted(declaration, settings) else tables).append(table)
    partitions = desired_partitions(bucket, settings)
    return DesiredState(
        bucket,
        settings.database,
        tuple(tables),
        tuple(unwanted),
        partitions,
        _fingerprint([table.table_input for table in tables], [table.name for table in unwanted], partitions),
    )


def expected_names(bucket: str, settings: CatalogSettings) -> Mapping[str, bool]:
    """The names of ``desired_state`` at a fraction of its cost, and whether each is wanted.

    Raises:
        InvalidBucketNameError: S3 does not allow such a bucket name.
    """
    relevant = _relevant(named(bucket, settings.declarations), settings)
    return {name: not _is_unwanted(declaration, settings) for name, declaration in relevant.items()}


def all_buckets_tables(settings: CatalogSettings) -> tuple[str, ...]:
    """The names of the tables that have a partition for each bucket; none in a catalog without them."""
    relevant = _relevant(named(ALL_BUCKETS, settings.declarations), settings)
    return tuple(name for name, declaration in relevant.items() if isinstance(declaration, TableDeclaration))


def desired_partitions(bucket: str, settings: CatalogSettings) -> tuple[DesiredPartition, ...]:
    """The partitions of a bucket, one of each all-buckets table; ``ALL_BUCKETS`` has none."""
    if bucket == ALL_BUCKETS:
        return ()
    relevant = _relevant(named(ALL_BUCKETS, settings.declarations), settings)
    return tuple(
        DesiredPartition(
            name,
            bucket,
            {"Values": [bucket], "StorageDescriptor": _storage_descriptor(declaration, location(declaration, bucket))},
        )
        for name, declaration in relevant.items()
        if isinstance(declaration, TableDeclaration)
    )


def columns_fingerprint(declarations: Iterable[Declaration] = DECLARATIONS) -> str:
    """64 hex digits that change whenever SQL that was written against these tables and views may have to change."""
    columns = [
        [
            declaration.scope.value,
            declaration.placeholder,
            [[column.name, column.type] for column in declaration.columns],
        ]
        for declaration in declarations
    ]
    return hashlib.sha256(json.dumps(columns).encode()).hexdigest()


def fill(sql: str, names: Mapping[str, str], database: str) -> str:
    """``sql`` with quoted names in place of its placeholders: ``{packages_view}``.

    Raises:
        ValueError: the SQL has a placeholder that is not among ``names``.
    """

    def qualified(match: re.Match[str]) -> str:
        name = names.get(match[1])
        if name is None:
            raise ValueError(f"{match[0]} is not one of the placeholders {', '.join(sorted(names))}")
        return f"{sql_identifier(database)}.{sql_identifier(name)}"

    return PLACEHOLDER.sub(qualified, sql)


def location(declaration: TableDeclaration, bucket: str) -> str:
    """The S3 location of a bucket's table, with the trailing slash that Athena requires."""
    return f"s3://{bucket}/{declaration.prefix}"


def _relevant(declared: Mapping[str, Declaration], settings: CatalogSettings) -> dict[str, Declaration]:
    """Those that the settings want to exist, or not to exist."""

    def is_relevant(declaration: Declaration) -> bool:
        if isinstance(declaration, LegacyViewDeclaration):
            return settings.legacy_views is not LegacyViews.NONE
        return declaration.scope is Scope.BUCKET or bool(settings.all_buckets_location)

    return {name: declaration for name, declaration in declared.items() if is_relevant(declaration)}


def _is_unwanted(declaration: Declaration, settings: CatalogSettings) -> bool:
    return isinstance(declaration, LegacyViewDeclaration) and settings.legacy_views is LegacyViews.REMOVE


def _table_input(
    name: str,
    declaration: Declaration,
    bucket: str,
    names: Mapping[str, str],
    settings: CatalogSettings,
    indexed: Collection[str],
) -> dict[str, Any]:
    owner = {BUCKET_PARAMETER: bucket}
    if isinstance(declaration, ViewDeclaration):
        # No Description: Trino recognises a view by the parameter `comment`, which a Description overrides.
        sql = fill(_select(declaration, bucket, indexed), {**names, **INDEX_TABLE_NAMES}, settings.database)
        return encode_view(name, View(sql, declaration.columns, settings.database), owner)
    all_buckets = declaration.scope is Scope.ALL_BUCKETS
    return {
        "Name": name,
        "Description": declaration.description,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "has_encrypted_data": "false", **owner},
        "PartitionKeys": [{"Name": "bucket", "Type": "string"}] if all_buckets else [],
        "StorageDescriptor": _storage_descriptor(
            declaration,
            f"{settings.all_buckets_location}{declaration.suffix}/" if all_buckets else location(declaration, bucket),
        ),
    }


def _select(declaration: ViewDeclaration, bucket: str, indexed: Collection[str]) -> str:
    """The view's SELECT, which reads the index if any of its buckets is indexed."""
    of_view = sorted(indexed) if bucket == ALL_BUCKETS else [one for one in indexed if one == bucket]
    if not (of_view and declaration.indexed_sql):
        return declaration.sql
    literals = ", ".join(sql_string(validate_bucket_name(one)) for one in of_view)
    return declaration.indexed_sql.replace(INDEXED_BUCKETS, literals)


def _storage_descriptor(declaration: TableDeclaration, place: str) -> dict[str, Any]:
    """Glue's ``StorageDescriptor`` of a table or partition."""
    return {
        "Columns": [{"Name": column.name, "Type": column.type} for column in declaration.columns],
        "Location": place,
        "InputFormat": TEXT_INPUT_FORMAT,
        "OutputFormat": declaration.output_format,
        "SerdeInfo": {
            "SerializationLibrary": declaration.serde,
            "Parameters": dict(declaration.serde_parameters),
        },
    }


def _fingerprint(
    table_inputs: Iterable[Mapping[str, Any]], unwanted: Iterable[str], partitions: Iterable[DesiredPartition]
) -> str:
    parts = [list(table_inputs), list(unwanted), [[one.table, one.partition_input] for one in partitions]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

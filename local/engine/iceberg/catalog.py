"""PyIceberg's catalog, over the engine's ``Catalog`` and ``CatalogWriter``.

The Glue table of an Iceberg table points to its metadata file; a commit replaces the pointer on condition that the
table's version is still the one that was read. The format is that of Iceberg's ``GlueTableOperations`` and
``IcebergToGlueConverter``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from pyiceberg.catalog import MetastoreCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError
from pyiceberg.io import FileIO
from pyiceberg.partitioning import PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import CommitTableResponse, CreateTableTransaction, StagedTable, Table
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.update import TableRequirement, TableUpdate
from pyiceberg.typedef import EMPTY_DICT, Identifier, Properties

from local.engine.errors import ConcurrentModification, QueryError, cannot_run
from local.engine.iceberg.files import ObjectFiles
from local.engine.iceberg.types import to_ddl
from local.engine.interface import Catalog, CatalogWriter, GlueTable
from local.engine.tables.source import is_iceberg

_METADATA_LOCATION = "metadata_location"
_PREVIOUS_METADATA_LOCATION = "previous_metadata_location"


class IcebergCatalog(MetastoreCatalog):
    """The Iceberg tables of the Glue catalog. Without a ``writer`` they can only be read."""

    def __init__(self, catalog: Catalog, writer: CatalogWriter | None, files: ObjectFiles) -> None:
        super().__init__("awsdatacatalog")
        self._catalog = catalog
        self._writer = writer
        self.files = files

    def table(self, database: str, name: str, glue_table: GlueTable) -> Table:
        """The Iceberg table that a Glue table points to.

        Raises:
            QueryError: its metadata is missing, or can't be read.
        """
        location = str((glue_table.get("Parameters") or {}).get(_METADATA_LOCATION) or "")
        if not location:
            raise QueryError(f"ICEBERG_INVALID_METADATA: Table is missing [{_METADATA_LOCATION}] property: {name}")
        try:
            metadata = FromInputFile.table_metadata(self.files.new_input(location))
        except FileNotFoundError as error:
            raise QueryError(
                f"ICEBERG_MISSING_METADATA: Metadata not found in metadata location for table {name}: {location}"
            ) from error
        except ValueError as error:
            raise QueryError(
                f"ICEBERG_INVALID_METADATA: Error processing metadata for table {name}: {error}"
            ) from error
        return Table((database, name), metadata, location, self.files, self)

    def load_table(self, identifier: str | Identifier) -> Table:
        """The current version of a table. Raises NoSuchTableError."""
        database, name = self.identifier_to_database_and_table(identifier, NoSuchTableError)
        return self.table(database, name, self._glue_table(database, name))

    def staged(
        self, database: str, name: str, schema: Schema, location: str, spec: PartitionSpec, properties: Properties
    ) -> CreateTableTransaction:
        """A new table, which exists once the transaction is committed."""
        staged = self._create_staged_table((database, name), schema, location, spec, properties=properties)
        return CreateTableTransaction(staged)

    def commit_table(
        self, table: Table, requirements: tuple[TableRequirement, ...], updates: tuple[TableUpdate, ...]
    ) -> CommitTableResponse:
        """Write a table's new metadata and point the Glue table to it.

        Raises:
            CommitFailedException: the table was changed meanwhile.
        """
        if self._writer is None:
            raise cannot_run("statements that write")
        database, name = self.identifier_to_database_and_table(table.name(), NoSuchTableError)
        glue_table = self._catalog.get_table(database, name)
        current = None if glue_table is None else self.table(database, name, glue_table)
        staged = self._update_and_stage_table(current, table.name(), requirements, updates)
        if current is not None and staged.metadata == current.metadata:
            return CommitTableResponse(metadata=current.metadata, metadata_location=current.metadata_location)
        self._write_metadata(staged.metadata, self.files, staged.metadata_location)
        if glue_table is None:
            self._writer.create_table(database, _table_input(name, staged, None))
        else:
            try:
                self._writer.update_table(
                    database, _table_input(name, staged, glue_table), str(glue_table.get("VersionId", "1"))
                )
            except ConcurrentModification as error:
                with contextlib.suppress(QueryError):
                    self.files.delete(staged.metadata_location)
                raise CommitFailedException(f"Cannot commit {database}.{name}: {error}") from error
        return CommitTableResponse(metadata=staged.metadata, metadata_location=staged.metadata_location)

    def _glue_table(self, database: str, name: str) -> GlueTable:
        found = self._catalog.get_table(database, name)
        if found is None or not is_iceberg(found):
            raise NoSuchTableError(f"Table does not exist: {database}.{name}")
        return found

    def _load_file_io(self, properties: Properties = EMPTY_DICT, location: str | None = None) -> FileIO:  # noqa: ARG002
        return self.files

    def load_namespace_properties(self, namespace: str | Identifier) -> Properties:
        """None: every table has a location of its own."""
        raise NotImplementedError

    create_table = register_table = drop_table = rename_table = load_namespace_properties  # type: ignore[assignment]
    create_namespace = drop_namespace = list_tables = list_namespaces = load_namespace_properties  # type: ignore[assignment]
    list_views = load_view = register_view = drop_view = load_namespace_properties  # type: ignore[assignment]
    view_exists = update_namespace_properties = load_namespace_properties  # type: ignore[assignment]


def _table_input(name: str, staged: StagedTable, current: GlueTable | None) -> dict[str, Any]:
    before: Mapping[str, Any] = current or {}
    parameters = dict(before.get("Parameters") or {})
    if current is not None:
        parameters[_PREVIOUS_METADATA_LOCATION] = parameters.get(_METADATA_LOCATION, "")
    parameters |= {"table_type": "ICEBERG", _METADATA_LOCATION: staged.metadata_location}
    storage = {"Columns": _columns(staged.metadata), "Location": staged.metadata.location}
    kept = {key: before[key] for key in ("Description", "Owner") if before.get(key)}
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": [],
        "StorageDescriptor": {**storage, "SerdeInfo": {}, "BucketColumns": [], "SortColumns": [], "Parameters": {}},
        **kept,
    }


def _columns(metadata: TableMetadata) -> list[dict[str, Any]]:
    """The current columns, then those that only former schemas have, as Iceberg's Glue catalog lists them."""
    current = metadata.schema()
    older = [schema for schema in metadata.schemas if schema.schema_id != current.schema_id]
    columns: dict[str, dict[str, Any]] = {}
    for schema in (current, *older):
        for field in schema.fields:
            column = {
                "Name": field.name,
                "Type": to_ddl(field.field_type),
                "Parameters": {
                    "iceberg.field.current": str(schema is current).lower(),
                    "iceberg.field.id": str(field.field_id),
                    "iceberg.field.optional": str(field.optional).lower(),
                },
                **({"Comment": field.doc} if field.doc else {}),
            }
            columns.setdefault(field.name, column)
    return list(columns.values())

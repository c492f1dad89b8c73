"""The tables and views of a bucket, as the Glue catalog has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quilt_athena.aws.calls import calling
from quilt_athena.catalog.column_types import hive_to_presto
from quilt_athena.catalog.declarations import named
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER
from quilt_athena.catalog.views import Column, decode_view, is_view
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidViewError


@dataclass(frozen=True)
class CatalogTable:
    """A table or view, its columns with the types of the query language.

    ``bucket`` is the bucket in whose name quilt-athena manages it; None for an unmanaged one.
    """

    name: str
    kind: str
    description: str
    columns: tuple[Column, ...]
    bucket: str | None


@dataclass(frozen=True)
class Catalog:
    """The stack's database in the Glue catalog."""

    stack: Stack

    def list(self) -> Sequence[CatalogTable]:
        """All tables and views of the database, by name: also those of no bucket, and unmanaged ones.

        Raises:
            ServiceUnavailableError: this caller can't read the catalog, or not now.
        """
        database = self.stack.output("DatabaseName")
        with calling("glue:GetTables", database):
            pages = self.stack.connections.glue.get_paginator("get_tables").paginate(DatabaseName=database)
            tables = [_from_glue(table, declared="") for page in pages for table in page["TableList"]]
        return sorted(tables, key=lambda table: table.name)

    def tables(self, bucket: str) -> Sequence[CatalogTable]:
        """The existing tables and views of a bucket, in the order of their declaration.

        Raises:
            InvalidBucketNameError: S3 doesn't allow such a name.
            ServiceUnavailableError: this caller can't read the catalog, or not now.
        """
        database, glue = self.stack.output("DatabaseName"), self.stack.connections.glue
        found = []
        for name, declaration in named(bucket).items():
            with calling("glue:GetTable", f"{database}.{name}", expected=["EntityNotFoundException"]) as call:
                table = glue.get_table(DatabaseName=database, Name=name)["Table"]
            if not call.code:
                found.append(_from_glue(table, declaration.description))
        return found

    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The names of all tables and views of the database, with those of their columns.

        Raises:
            ServiceUnavailableError: this caller can't read the catalog, or not now.
        """
        database = self.stack.output("DatabaseName")
        with calling("glue:GetTables", database):
            pages = self.stack.connections.glue.get_paginator("get_tables").paginate(DatabaseName=database)
            tables = [table for page in pages for table in page["TableList"]]
        found = {}
        for table in tables:
            columns = [*table.get("StorageDescriptor", {}).get("Columns", ()), *table.get("PartitionKeys", ())]
            found[table["Name"]] = tuple(column["Name"] for column in columns)
        return found


def _from_glue(table: Mapping[str, Any], declared: str) -> CatalogTable:
    bucket = (table.get("Parameters") or {}).get(BUCKET_PARAMETER)
    return CatalogTable(
        name=table["Name"],
        kind="view" if is_view(table) else "table",
        # A view has no Description in Glue, because Trino would take it for a table: its declaration describes it.
        description=table.get("Description") or (declared if is_view(table) and bucket else ""),
        columns=_columns(table),
        bucket=bucket,
    )


def _columns(table: Mapping[str, Any]) -> tuple[Column, ...]:
    if is_view(table):
        try:
            return decode_view(table).columns
        except InvalidViewError:
            pass  # a view that Athena can't read either: show the columns that Glue lists
    columns = [*table.get("StorageDescriptor", {}).get("Columns", []), *table.get("PartitionKeys", [])]
    return tuple(Column(column["Name"], _presto_type(column.get("Type", ""))) for column in columns)


def _presto_type(hive: str) -> str:
    try:
        return hive_to_presto(hive)
    except InvalidViewError:
        return hive

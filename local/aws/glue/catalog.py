"""MiniStack's Glue catalog for the engine, read and written in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack.services import glue

from local.aws.scope import Scope
from local.engine import ConcurrentModification


@dataclass(frozen=True)
class GlueCatalog:
    """The Glue catalog of a scope: the engine's Catalog and CatalogWriter."""

    scope: Scope

    def get_database(self, name: str) -> Mapping[str, Any] | None:
        """The Glue `Database`, or None."""
        with self.scope.entered():
            database: Mapping[str, Any] | None = glue._databases.get(name)
        return database

    def database_names(self) -> list[str]:
        """The names of all databases."""
        with self.scope.entered():
            return list(glue._databases)

    def get_table(self, database: str, name: str) -> Mapping[str, Any] | None:
        """The Glue `Table` (a table or a view), or None."""
        with self.scope.entered():
            table: Mapping[str, Any] | None = glue._tables.get(f"{database}/{name}")
        return table

    def tables(self, database: str) -> list[Mapping[str, Any]]:
        """All tables and views of a database."""
        with self.scope.entered():
            return [table for key, table in glue._tables.items() if key.startswith(f"{database}/")]

    def partitions(self, database: str, table: str) -> list[Mapping[str, Any]]:
        """The Glue `Partition`s of a table."""
        with self.scope.entered():
            return list(glue._partitions.get(f"{database}/{table}", []))

    def create_database(self, database_input: Mapping[str, Any]) -> None:
        """Create a database that doesn't exist."""
        self._call(glue._create_database, {"DatabaseInput": dict(database_input)})

    def delete_database(self, name: str) -> None:
        """Delete a database that exists, with its tables and views."""
        self._call(glue._delete_database, {"Name": name})

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Create a table or view that doesn't exist."""
        self._call(glue._create_table, {"DatabaseName": database, "TableInput": dict(table_input)})

    def update_table(self, database: str, table_input: Mapping[str, Any], version: str | None = None) -> None:
        """Replace a table or view that exists; with `version`, only if that is still its VersionId."""
        expected = {"VersionId": version} if version is not None else {}
        self._call(glue._update_table, {"DatabaseName": database, "TableInput": dict(table_input), **expected})

    def delete_table(self, database: str, name: str) -> None:
        """Delete a table or view that exists."""
        self._call(glue._delete_table, {"DatabaseName": database, "Name": name})

    def create_partitions(self, database: str, table: str, partition_inputs: Sequence[Mapping[str, Any]]) -> None:
        """Create partitions that don't exist."""
        for partition_input in partition_inputs:
            self._call(glue._create_partition, {**_named(database, table), "PartitionInput": dict(partition_input)})

    def update_partition(
        self, database: str, table: str, values: Sequence[str], partition_input: Mapping[str, Any]
    ) -> None:
        """Replace the partition that has these values. MiniStack has no UpdatePartition."""
        self.delete_partition(database, table, values)
        self.create_partitions(database, table, [partition_input])

    def delete_partition(self, database: str, table: str, values: Sequence[str]) -> None:
        """Delete the partition that has these values."""
        self._call(glue._delete_partition, {**_named(database, table), "PartitionValues": list(values)})

    def _call(self, function: Any, data: dict[str, Any]) -> None:
        with self.scope.entered():
            status, _, body = function(data)
        if status >= 400 and json.loads(body).get("__type") == "ConcurrentModificationException":
            raise ConcurrentModification(body)
        if status >= 400:
            raise RuntimeError(f"Glue rejected {data}: {body!r}")


def _named(database: str, table: str) -> dict[str, str]:
    return {"DatabaseName": database, "TableName": table}

"""ALTER TABLE: partitions, location, columns and properties.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from local.engine.errors import QueryError, cannot_run
from local.engine.interface import Catalog, CatalogWriter
from local.engine.statements.create_table import column, columns
from local.engine.statements.names import existing_table, failed_task, target
from local.engine.statements.tokens import Cursor
from local.engine.tables.partition_values import folder, spelled
from local.engine.tables.table_inputs import partition_input, table_input
from local.engine.tables.views import is_view


class AlterTable:
    """One ALTER TABLE."""

    def __init__(self, catalog: Catalog, writer: CatalogWriter, cursor: Cursor, database: str) -> None:
        """Read the table's name. ``cursor`` is before ALTER."""
        self._catalog = catalog
        self._writer = writer
        self._cursor = cursor
        cursor.expect("ALTER", "TABLE")
        self._database, self._name = target(cursor.names(), database)
        self._table = existing_table(catalog, self._database, self._name)
        if is_view(self._table):
            raise QueryError(
                f"FAILED: SemanticException [Error 10131]: To alter a view you need to use the ALTER VIEW command: "
                f"{self._database}.{self._name}"
            )
        self._keys = [key["Name"].lower() for key in self._table.get("PartitionKeys") or ()]
        self._types = {key["Name"].lower(): str(key["Type"]) for key in self._table.get("PartitionKeys") or ()}

    def run(self) -> str:
        """Change the table and return the kind of the statement. Raises QueryError."""
        cursor = self._cursor
        if cursor.accept("ADD", "COLUMNS"):
            return self._set_columns([*self._columns(), *columns(cursor)], "ALTER_TABLE_ADD_COLUMNS")
        if cursor.accept("REPLACE", "COLUMNS"):
            return self._set_columns(columns(cursor), "ALTER_TABLE_REPLACE_COLUMNS")
        if cursor.accept("CHANGE"):
            cursor.accept("COLUMN")
            return self._change_column()
        if cursor.accept("SET", "LOCATION"):
            return self._set_location(None)
        if cursor.accept("SET", "TBLPROPERTIES"):
            return self._set_properties()
        if cursor.accept("UNSET", "TBLPROPERTIES"):
            raise cannot_run("ALTER TABLE UNSET TBLPROPERTIES of a table that isn't an Iceberg table")
        if cursor.accept("ADD"):
            return self._add_partitions()
        if cursor.accept("DROP"):
            return self._drop_partitions()
        if cursor.at("PARTITION"):
            values = self._spec()
            if cursor.accept("RENAME", "TO"):
                return self._rename_partition(values)
            cursor.expect("SET", "LOCATION")
            return self._set_location(values)
        if cursor.at("RENAME"):
            raise cannot_run("ALTER TABLE RENAME of a table that isn't an Iceberg table, which Athena can't either,")
        raise cannot_run(f"ALTER TABLE {cursor.next.text.upper()}")

    def _columns(self) -> list[Mapping[str, str]]:
        return list(self._table.get("StorageDescriptor", {}).get("Columns") or ())

    def _update(self, storage: Mapping[str, Any], parameters: Mapping[str, str] | None = None) -> None:
        changed = table_input(self._table)
        changed["StorageDescriptor"] = {**changed.get("StorageDescriptor", {}), **storage}
        changed["Parameters"] = {**(changed.get("Parameters") or {}), **(parameters or {})}
        self._writer.update_table(self._database, changed)

    def _set_columns(self, changed: Sequence[Mapping[str, str]], kind: str) -> str:
        self._cursor.finish()
        names = [str(one["Name"]).lower() for one in changed] + self._keys
        if twice := [name for number, name in enumerate(names) if name in names[:number]]:
            raise failed_task(f"Duplicate column name: {twice[0]}")
        self._update({"Columns": [dict(one) for one in changed]})
        return kind

    def _change_column(self) -> str:
        cursor = self._cursor
        old, new = cursor.name(), column(cursor)
        kept = self._columns()
        place = next((number for number, one in enumerate(kept) if one["Name"].lower() == old), None)
        if place is None:
            raise failed_task(f"Invalid column reference {old}")
        kept.pop(place)
        if cursor.accept("FIRST"):
            place = 0
        elif cursor.accept("AFTER"):
            after = cursor.name()
            found = next((number for number, one in enumerate(kept) if one["Name"].lower() == after), None)
            if found is None:
                raise failed_task(f"Column {after} does not exist")
            place = found + 1
        return self._set_columns([*kept[:place], new, *kept[place:]], "ALTER_TABLE_CHANGE_COLUMN")

    def _set_properties(self) -> str:
        properties = self._cursor.properties()
        self._cursor.finish()
        self._update({}, properties)
        return "ALTER_TABLE_SET_TBLPROPERTIES"

    def _set_location(self, values: list[str] | None) -> str:
        location = self._cursor.string()
        self._cursor.finish()
        if not location.startswith("s3://"):
            raise failed_task(f"{location} is not absolute or has no scheme information. Please specify an S3 URL")
        if values is None:
            self._update({"Location": location})
        else:
            partition = copy.deepcopy(dict(self._partition(values)))
            storage = {**(partition.get("StorageDescriptor") or {}), "Location": location}
            self._writer.update_partition(
                self._database, self._name, values, partition_input({**partition, "StorageDescriptor": storage})
            )
        return "ALTER_TABLE_SET_LOCATION"

    def _add_partitions(self) -> str:
        cursor = self._cursor
        if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
        wanted: list[dict[str, Any]] = []
        while cursor.at("PARTITION"):
            values = self._spec()
            location = cursor.string() if cursor.accept("LOCATION") else self._default_location(values)
            wanted.append(self._new_partition(values, location))
        cursor.finish()
        if not wanted:
            raise cursor.error("expecting PARTITION")
        existing = {tuple(one["Values"]) for one in self._catalog.partitions(self._database, self._name)}
        new = [one for one in wanted if tuple(one["Values"]) not in existing]
        if len(new) != len(wanted) and not if_not_exists:
            raise failed_task("AlreadyExistsException(message:Partition already exists.)")
        self._writer.create_partitions(self._database, self._name, new)
        return "ALTER_TABLE_ADD_PARTITION"

    def _drop_partitions(self) -> str:
        cursor = self._cursor
        if_exists = cursor.accept("IF", "EXISTS")
        existing = [list(one["Values"]) for one in self._catalog.partitions(self._database, self._name)]
        dropped: list[list[str]] = []
        while True:
            spec = self._partial_spec()
            matching = [
                values
                for values in existing
                if all(values[self._keys.index(key)] == value for key, value in spec.items())
            ]
            if not matching and not if_exists:
                shown = "/".join(f"{key}={value}" for key, value in spec.items())
                raise QueryError(f"FAILED: SemanticException [Error 10006]: Partition not found ({shown})")
            dropped += [values for values in matching if values not in dropped]
            if not cursor.accept(","):
                break
        cursor.finish()
        for values in dropped:
            self._writer.delete_partition(self._database, self._name, values)
        return "ALTER_TABLE_DROP_PARTITION"

    def _rename_partition(self, old: list[str]) -> str:
        partition = self._partition(old)
        new = self._spec()
        self._cursor.finish()
        self._writer.update_partition(self._database, self._name, old, partition_input({**partition, "Values": new}))
        return "ALTER_TABLE_RENAME_PARTITION"

    def _spec(self) -> list[str]:
        """Read ``PARTITION (key = value, ...)`` with all keys, as values in the keys' order."""
        spec = self._partial_spec()
        if set(spec) != set(self._keys):
            raise QueryError(
                "FAILED: SemanticException [Error 10207]: "
                f"Partition spec {{{', '.join(f'{key}={value}' for key, value in spec.items())}}} "
                f"does not have the table's partition columns {', '.join(self._keys) or '(none)'}"
            )
        return [spec[key] for key in self._keys]

    def _partial_spec(self) -> dict[str, str]:
        cursor = self._cursor
        cursor.expect("PARTITION", "(")
        spec: dict[str, str] = {}
        while True:
            key = cursor.name()
            if key not in self._types:
                raise QueryError(
                    "FAILED: SemanticException [Error 10098]: Non-Partition column appears in the partition "
                    f"specification: {key}"
                )
            cursor.expect("=")
            value = cursor.literal()
            if value is None:
                raise QueryError(f"FAILED: SemanticException: the partition column {key} can't be NULL")
            spec[key] = spelled(value, self._types[key])
            if not cursor.accept(","):
                break
        cursor.expect(")")
        return spec

    def _partition(self, values: Sequence[str]) -> Mapping[str, Any]:
        found = next(
            (
                one
                for one in self._catalog.partitions(self._database, self._name)
                if list(one["Values"]) == list(values)
            ),
            None,
        )
        if found is None:
            shown = "/".join(f"{key}={value}" for key, value in zip(self._keys, values, strict=True))
            raise QueryError(f"FAILED: SemanticException [Error 10006]: Partition not found ({shown})")
        return found

    def _default_location(self, values: Sequence[str]) -> str:
        base = str(self._table.get("StorageDescriptor", {}).get("Location") or "").rstrip("/")
        return f"{base}/{folder(self._keys, values)}"

    def _new_partition(self, values: list[str], location: str) -> dict[str, Any]:
        storage = {**copy.deepcopy(dict(self._table.get("StorageDescriptor") or {})), "Location": location}
        return {"Values": values, "StorageDescriptor": storage, "Parameters": {}}

"""Tables about the catalog: ``information_schema``, and ``"t$partitions"`` of a table with partitions.

https://docs.aws.amazon.com/athena/latest/ug/querying-glue-catalog.html; ``columns`` has Athena's ``comment`` and
``extra_info`` too, which SQLAlchemy's dialect reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from local.engine.errors import QueryError
from local.engine.interface import CATALOG, Catalog, GlueTable
from local.engine.tables.hive_types import parse, to_trino
from local.engine.tables.source import Partitioned
from local.engine.tables.views import InvalidViewError, decode, is_view

INFORMATION_SCHEMA = "information_schema"

_TEXT = pa.string()
_SCHEMAS: Mapping[str, pa.Schema] = {
    "schemata": pa.schema([("catalog_name", _TEXT), ("schema_name", _TEXT)]),
    "tables": pa.schema([(f"table_{name}", _TEXT) for name in ("catalog", "schema", "name", "type")]),
    "views": pa.schema(
        [*((f"table_{name}", _TEXT) for name in ("catalog", "schema", "name")), ("view_definition", _TEXT)]
    ),
    "columns": pa.schema([
        *((name, _TEXT) for name in ("table_catalog", "table_schema", "table_name", "column_name")),
        ("ordinal_position", pa.int64()),
        *((name, _TEXT) for name in ("column_default", "is_nullable", "data_type", "comment", "extra_info")),
    ]),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class CatalogTable:
    """A table about the catalog, with its rows: an ``OpenTable``."""

    rows: pa.Table

    @property
    def hidden(self) -> Sequence[str]:
        """It has no hidden columns."""
        return ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns."""
        return self.rows.schema

    def read(self, *_: Any) -> pa.Table:
        """The rows: see ``OpenTable``."""
        return self.rows


def information_schema(catalog: Catalog, name: str) -> pa.Table | None:
    """The rows of a table of ``information_schema``; None if it has no such table."""
    if name not in _SCHEMAS:
        return None
    rows = _ROWS[name](catalog)
    return pa.Table.from_pylist([dict(zip(_SCHEMAS[name].names, row, strict=True)) for row in rows], _SCHEMAS[name])


def partitions_table(source: Partitioned) -> pa.Table:
    """The rows of ``"t$partitions"``: the values of the keys of each partition. Raises QueryError."""
    return pa.table(
        {
            key: pa.array([partition.values[number] for partition in source.partitions], kind.arrow)
            for number, (key, kind) in enumerate(source.keys)
        }
    )


def _schemata(catalog: Catalog) -> Iterator[tuple[Any, ...]]:
    yield from ((CATALOG, name) for name in sorted({*catalog.database_names(), INFORMATION_SCHEMA}))


def _each_table(catalog: Catalog) -> Iterator[tuple[str, GlueTable]]:
    for database in catalog.database_names():
        yield from ((database, table) for table in catalog.tables(database))


def _tables(catalog: Catalog) -> Iterator[tuple[Any, ...]]:
    for database, table in _each_table(catalog):
        yield CATALOG, database, table["Name"], "VIEW" if is_view(table) else "BASE TABLE"
    yield from ((CATALOG, INFORMATION_SCHEMA, name, "BASE TABLE") for name in _SCHEMAS)


def _views(catalog: Catalog) -> Iterator[tuple[Any, ...]]:
    for database, table in _each_table(catalog):
        if is_view(table):
            try:
                yield CATALOG, database, table["Name"], decode(table).sql
            except (InvalidViewError, QueryError):
                continue  # one broken view doesn't hide the others


def _columns(catalog: Catalog) -> Iterator[tuple[Any, ...]]:
    for database, table in _each_table(catalog):
        storage, keys = table.get("StorageDescriptor") or {}, table.get("PartitionKeys") or ()
        columns = [(one, None) for one in storage.get("Columns") or ()] + [(one, "partition key") for one in keys]
        for position, (column, extra) in enumerate(columns, start=1):
            yield (
                CATALOG, database, table["Name"], str(column["Name"]).lower(), position, None, "YES",
                _trino_type(str(column.get("Type"))), column.get("Comment") or None, extra,
            )  # fmt: skip


_ROWS = {"schemata": _schemata, "tables": _tables, "views": _views, "columns": _columns}


def _trino_type(text: str) -> str:
    try:
        return str(to_trino(parse(text)))
    except QueryError:
        return text

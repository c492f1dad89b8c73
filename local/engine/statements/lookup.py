"""The tables and views of a query, as the analysis sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from local.engine.analysis.context import FoundTable, FoundView
from local.engine.errors import QueryError, at
from local.engine.interface import CATALOG, Catalog, GlueTable
from local.engine.sql.places import position
from local.engine.statements.columns import columns_of
from local.engine.tables.catalog_tables import (
    INFORMATION_SCHEMA,
    CatalogTable,
    information_schema,
    partitions_table,
)
from local.engine.tables.source import (
    OpenTable,
    Partitioned,
    Source,
    TableSource,
    is_iceberg,
    partitioned,
    table_source,
)
from local.engine.tables.views import InvalidViewError, decode, is_hive_view, is_view

#: Opens an Iceberg table: by its database, name (which may end in ``$files`` and the like), Glue table, and version.
OpenIceberg = Callable[[str, str, GlueTable, exp.Version | None], OpenTable | None]


@dataclass(eq=False)
class Relation:
    """One table as one query reads it. ``paths`` are the only values of ``"$path"`` to read; None for any."""

    name: str
    source: Source
    paths: frozenset[str] | None = None

    @property
    def opened(self) -> OpenTable | None:
        """Its source, if that reads the rows itself."""
        return None if isinstance(self.source, TableSource | Partitioned) else self.source


@dataclass
class TableLookup:
    """Looks up tables and views for an analysis (``analysis.context.Tables``).

    Attributes:
        catalog: where they are looked up.
        add_relation: called with each new relation.
        open_iceberg: opens an Iceberg table.
        relations: the relations so far, by database, name and version.
    """

    catalog: Catalog
    add_relation: Callable[[Relation], None]
    open_iceberg: Callable[[str, str, GlueTable, exp.Version | None], OpenTable]
    relations: dict[tuple[str, str, exp.Version | None], Relation] = field(default_factory=dict)

    def look_up(self, node: exp.Table, database: str) -> FoundTable | FoundView:
        """The table or view with the name in ``node``, in ``database`` if the name has none.

        Raises:
            QueryError: there is none, or the engine can't read it.
        """
        name, schema = node.name.lower(), (node.db or database).lower()
        qualifier = (CATALOG, schema, name)
        about_catalog = self._about_catalog(schema, name)
        if about_catalog is not None:
            return FoundTable(qualifier, columns_of(about_catalog.source), about_catalog)
        table = self._glue_table(node, schema, name)
        version = node.args.get("version")
        if is_hive_view(table):
            raise QueryError(f"NOT_SUPPORTED: Hive views are not supported: '{schema}.{name}'")
        if is_view(table):
            if version is not None:
                raise QueryError("NOT_SUPPORTED: This connector does not support versioned tables")
            return _view(table, qualifier, node)
        relation = self._relation(schema, name, table, version)
        return FoundTable(qualifier, columns_of(relation.source), relation)

    def _about_catalog(self, schema: str, name: str) -> Relation | None:
        """The relation of a table about the catalog; None if the name isn't one's."""
        key = (schema, name, None)
        if key in self.relations:
            return self.relations[key] if isinstance(self.relations[key].source, CatalogTable) else None
        rows = information_schema(self.catalog, name) if schema == INFORMATION_SCHEMA else None
        base, _, kind = name.partition("$")
        if kind == "partitions" and schema:
            table = self.catalog.get_table(schema, base)
            if table is not None and table.get("PartitionKeys") and not is_iceberg(table):
                rows = partitions_table(partitioned(table, lambda: self.catalog.partitions(schema, base)))
        return None if rows is None else self._add(key, CatalogTable(rows))

    def _glue_table(self, node: exp.Table, schema: str, name: str) -> GlueTable:
        base = self.catalog.get_table(schema, name.partition("$")[0]) if schema and "$" in name else None
        if base is not None and is_iceberg(base):
            return base
        table = self.catalog.get_table(schema, name) if schema else None
        if table is not None:
            return table
        if not schema:
            raise at("MISSING_SCHEMA_NAME", "Schema must be specified when session schema is not set", *position(node))
        if self.catalog.get_database(schema) is None:
            raise at("SCHEMA_NOT_FOUND", f"Schema '{schema}' does not exist", *position(node))
        raise at("TABLE_NOT_FOUND", f"Table '{CATALOG}.{schema}.{name}' does not exist", *position(node))

    def _relation(self, schema: str, name: str, table: GlueTable, version: exp.Version | None) -> Relation:
        key = (schema, name, version)
        if key in self.relations:
            return self.relations[key]
        source: Source
        if is_iceberg(table):
            source = self.open_iceberg(schema, name, table, version)
        elif version is not None:
            raise QueryError("NOT_SUPPORTED: This connector does not support versioned tables")
        elif table.get("PartitionKeys"):
            source = partitioned(table, lambda: self.catalog.partitions(schema, name))
        else:
            source = table_source(table)
        return self._add(key, source)

    def _add(self, key: tuple[str, str, exp.Version | None], source: Source) -> Relation:
        relation = Relation(f"__table_{len(self.relations)}", source)
        self.add_relation(relation)
        self.relations[key] = relation
        return relation


def _view(table: GlueTable, qualifier: tuple[str, str, str], node: exp.Table) -> FoundView:
    try:
        view = decode(table)
    except InvalidViewError as error:
        raise at("INVALID_VIEW", f"View '{'.'.join(qualifier)}' can't be read: {error}", *position(node)) from error
    return FoundView(qualifier, view.sql, (view.schema or qualifier[1]).lower(), view.columns)

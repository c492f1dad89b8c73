"""Finds each table and view of a query in the catalog, and replaces it with a relation of the engine.

The query's tree is changed in place: a table becomes the name of a relation with its columns, which is empty at first;
a view becomes the name of a DuckDB view; ``database.table.column`` becomes ``table.column``. Names of WITH queries are
kept. A relation is listed each time it is named, because Athena reads, and counts the bytes of, a table each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from local.engine.errors import QueryError, at
from local.engine.interface import CATALOG, Catalog, GlueTable
from local.engine.sql.dialect import position
from local.engine.tables.catalog_tables import (
    INFORMATION_SCHEMA,
    CatalogTable,
    information_schema,
    partitions_table,
)
from local.engine.tables.source import (
    HIDDEN_COLUMNS,
    PATH,
    OpenTable,
    Partitioned,
    TableSource,
    is_iceberg,
    partitioned,
    table_source,
)
from local.engine.tables.views import is_hive_view, is_view

Source = TableSource | Partitioned | OpenTable


@dataclass(eq=False)
class Relation:
    """One table as one query reads it. ``paths`` are the only values of ``"$path"`` to read; None for any."""

    name: str
    source: Source
    paths: frozenset[str] | None

    @property
    def plain_name(self) -> str:
        """The same relation without hidden columns."""
        return f"{self.name}_plain"


@dataclass
class ResolvedView:
    """A view that was created in DuckDB, and the relations that a query of it reads."""

    name: str
    reads: list[Relation]


MakeView = Callable[[GlueTable, str, str], ResolvedView]
#: Opens an Iceberg table: by its database, name (which may end in ``$files`` and the like), Glue table, and version.
OpenIceberg = Callable[[str, str, GlueTable, exp.Version | None], OpenTable | None]


@dataclass
class Resolver:
    """Resolves the names of one query, including its views.

    Attributes:
        catalog: where tables and views are looked up.
        add_relation: called with each new relation, before anything is translated.
        make_view: creates a view in DuckDB.
        open_iceberg: opens an Iceberg table.
        relations: the relations so far.
        views: the views so far.
    """

    catalog: Catalog
    add_relation: Callable[[Relation], None]
    make_view: MakeView
    open_iceberg: Callable[[str, str, GlueTable, exp.Version | None], OpenTable]
    relations: dict[tuple[str, str, frozenset[str] | None, str], Relation] = field(default_factory=dict)
    views: dict[tuple[str, str], ResolvedView] = field(default_factory=dict)
    _stack: list[tuple[str, str]] = field(default_factory=list)

    def resolve(self, tree: exp.Query, database: str) -> list[Relation]:
        """Resolve ``tree`` in place; returns the relations that it reads, each as often as it reads it.

        Raises:
            QueryError: a table, view or database doesn't exist, or the engine can't read it.
        """
        reads: list[Relation] = []
        self._visit(tree, database, {}, reads, None)
        return reads

    def _visit(
        self,
        node: exp.Expr,
        database: str,
        named: dict[str, list[Relation]],
        reads: list[Relation],
        select: exp.Select | None,
    ) -> None:
        with_ = node.args.get("with_")
        if isinstance(with_, exp.With):
            named = dict(named)
            for cte in with_.expressions:
                inner: list[Relation] = []
                visible = {**named, cte.alias.lower(): []} if with_.args.get("recursive") else named
                self._visit(cte.this, database, visible, inner, None)
                named[cte.alias.lower()] = inner
        if isinstance(node, exp.Select):
            select = node
        children = [child for child in node.iter_expressions() if child is not with_]
        for child in children:
            self._visit(child, database, named, reads, select)
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            self._resolve_table(node, database, named, reads, select)

    def _resolve_table(
        self,
        node: exp.Table,
        database: str,
        named: dict[str, list[Relation]],
        reads: list[Relation],
        select: exp.Select | None,
    ) -> None:
        name, schema = node.name.lower(), node.db.lower()
        if not schema and name in named:
            reads.extend(named[name])
            return
        if node.catalog and node.catalog.lower() != CATALOG:
            raise at("CATALOG_NOT_FOUND", f"Catalog '{node.catalog.lower()}' does not exist", *position(node))
        schema = schema or database.lower()
        about_catalog = self._catalog_table(schema, name)
        if about_catalog is not None:
            reads.append(about_catalog)
            _replace(node, schema, name, about_catalog.plain_name, select, ())
            return
        table = self._look_up(node, schema, name)
        hidden: Sequence[str] = ()
        if is_hive_view(table):
            raise QueryError(f"NOT_SUPPORTED: Hive views are not supported: '{schema}.{name}'")
        if is_view(table):
            view = self._view(node, schema, name, table)
            reads.extend(view.reads)
            new_name = view.name
        else:
            paths = _pruned_paths(node, select)
            relation = self._relation(schema, name, table, paths, node.args.get("version"))
            reads.append(relation)
            hidden = _named_hidden_columns(select, relation.source)
            node.set("version", None)
            new_name = relation.name if hidden else relation.plain_name
        _replace(node, schema, name, new_name, select, hidden)

    def _catalog_table(self, schema: str, name: str) -> Relation | None:
        """The relation of a table about the catalog; None if the name isn't one's."""
        key = (schema, name, None, "")
        if key in self.relations:
            return self.relations[key] if isinstance(self.relations[key].source, CatalogTable) else None
        rows = information_schema(self.catalog, name) if schema == INFORMATION_SCHEMA else None
        base, _, kind = name.partition("$")
        if kind == "partitions" and schema:
            table = self.catalog.get_table(schema, base)
            if table is not None and table.get("PartitionKeys") and not is_iceberg(table):
                rows = partitions_table(partitioned(table, lambda: self.catalog.partitions(schema, base)))
        if rows is None:
            return None
        relation = Relation(f"__table_{len(self.relations)}", CatalogTable(rows), None)
        self.add_relation(relation)
        self.relations[key] = relation
        return relation

    def _look_up(self, node: exp.Table, schema: str, name: str) -> GlueTable:
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

    def _relation(
        self, schema: str, name: str, table: GlueTable, paths: frozenset[str] | None, version: exp.Version | None
    ) -> Relation:
        key = (schema, name, paths, version.sql() if version is not None else "")
        if key not in self.relations:
            source: Source
            if is_iceberg(table):
                source = self.open_iceberg(schema, name, table, version)
            elif version is not None:
                raise QueryError("NOT_SUPPORTED: This connector does not support versioned tables")
            elif table.get("PartitionKeys"):
                source = partitioned(table, lambda: self.catalog.partitions(schema, name))
            else:
                source = table_source(table)
            relation = Relation(f"__table_{len(self.relations)}", source, paths)
            self.add_relation(relation)
            self.relations[key] = relation
        return self.relations[key]

    def _view(self, node: exp.Table, schema: str, name: str, table: GlueTable) -> ResolvedView:
        key = (schema, name)
        if key in self._stack:
            raise at("VIEW_IS_RECURSIVE", f"View '{CATALOG}.{schema}.{name}' reads itself", *position(node))
        if key not in self.views:
            self._stack.append(key)
            try:
                self.views[key] = self.make_view(table, schema, f"__view_{len(self.views)}_{len(self._stack)}")
            except QueryError as error:
                raise _in_view(error, node, schema, name) from error
            finally:
                self._stack.pop()
        return self.views[key]


def _in_view(error: QueryError, node: exp.Table, schema: str, name: str) -> QueryError:
    if error.reason.startswith("VIEW_IS_STALE: line 1:1:"):
        line, column = position(node)
        return QueryError(error.reason.replace("line 1:1:", f"line {line}:{column}:", 1), error_type=error.error_type)
    if error.reason.startswith(("VIEW_IS_STALE", "INVALID_VIEW", "VIEW_IS_RECURSIVE", "NOT_SUPPORTED")):
        return error
    return at(
        "INVALID_VIEW", f"Failed analyzing stored view '{CATALOG}.{schema}.{name}': {error.reason}", *position(node)
    )


def _replace(
    node: exp.Table, schema: str, name: str, new_name: str, select: exp.Select | None, hidden: Sequence[str]
) -> None:
    """Replace the table's name with the relation's, and remove the database from the names of columns."""
    if not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
    alias = node.alias.lower()
    node.set("this", exp.to_identifier(new_name, quoted=True))
    node.set("db", None)
    node.set("catalog", None)
    if select is None:
        return
    for column in select.find_all(exp.Column):
        if column.table.lower() == name and alias == name and column.db.lower() == schema:
            column.set("db", None)
            column.set("catalog", None)
    if hidden:
        _hide_columns(select, alias, hidden)


def _named_hidden_columns(select: exp.Select | None, source: Source) -> Sequence[str]:
    """The table's hidden columns if the SELECT names one of them."""
    hidden: Sequence[str] = [*HIDDEN_COLUMNS] if isinstance(source, TableSource | Partitioned) else source.hidden
    columns = select.find_all(exp.Column) if select is not None else ()
    return hidden if any(column.name.lower() in hidden for column in columns) else ()


def _hide_columns(select: exp.Select, alias: str, hidden: Sequence[str]) -> None:
    """Exclude hidden columns such as ``"$path"`` from ``*``."""
    for item in select.expressions:
        star = item.this if isinstance(item, exp.Column) else item
        if isinstance(star, exp.Star) and (not isinstance(item, exp.Column) or item.table.lower() == alias):
            star.set("except_", [exp.to_identifier(name, quoted=True) for name in hidden])


def _pruned_paths(node: exp.Table, select: exp.Select | None) -> frozenset[str] | None:
    """The only paths that WHERE allows: ``"$path" = 's3://…'`` or ``"$path" IN ('s3://…', …)``."""
    where = select.args.get("where") if select is not None else None
    if select is None or where is None:
        return None
    paths: frozenset[str] | None = None
    for condition in where.this.flatten() if isinstance(where.this, exp.And) else [where.this]:
        found = _paths_of(condition.unnest(), node, select)
        if found is not None:
            paths = found if paths is None else paths & found
    return paths


def _paths_of(condition: exp.Expr, node: exp.Table, select: exp.Select) -> frozenset[str] | None:
    if isinstance(condition, exp.EQ):
        sides = (condition.left.unnest(), condition.right.unnest())
        column, values = sides if isinstance(sides[0], exp.Column) else sides[::-1]
        literals = [values]
    elif isinstance(condition, exp.In) and condition.expressions:
        column, literals = condition.this.unnest(), [value.unnest() for value in condition.expressions]
    else:
        return None
    if not isinstance(column, exp.Column) or column.name.lower() != PATH:
        return None
    if column.table:
        names = {(node.alias or node.name).lower()}
        if column.table.lower() not in names:
            return None
    elif select.args.get("joins"):
        # Only one of several tables can have the column, and only binding shows which.
        return None
    if not all(isinstance(value, exp.Literal) and value.is_string for value in literals):
        return None
    return frozenset(value.name for value in literals)

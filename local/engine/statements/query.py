"""Runs one query: resolves its names, translates it, binds it over empty tables, reads objects, fetches rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from local.engine.errors import QueryCancelled, at
from local.engine.interface import CATALOG, CancelToken, Catalog, Column, GlueTable, ObjectInfo
from local.engine.results.render import renderer
from local.engine.results.trino_types import TrinoType, from_duckdb
from local.engine.sql.duckdb_errors import translate_error
from local.engine.sql.parsing import parse_query
from local.engine.sql.resolve import OpenIceberg, Relation, ResolvedView, Resolver
from local.engine.sql.stale_views import check_not_stale, is_widened
from local.engine.sql.translate import UNNAMED, to_duckdb
from local.engine.sql.type_finder import TypeFinder
from local.engine.tables.needs import Plan
from local.engine.tables.parts import Part, needed_parts
from local.engine.tables.plan import COLUMN, readings
from local.engine.tables.scan import ByteCounter, Scanner
from local.engine.tables.source import HIDDEN_COLUMNS, OpenTable, Partitioned, TableSource
from local.engine.tables.views import InvalidViewError, decode

Row = tuple[str | None, ...]
_FETCHED_AT_ONCE = 5000


class QueryRun:
    """One query in its own DuckDB connection. Call ``analyse``, then ``scan``, then ``rows``.

    Attributes:
        columns: the names and types of the result's columns.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        catalog: Catalog,
        scanner: Scanner,
        cancel: CancelToken,
        open_iceberg: OpenIceberg | None = None,
    ) -> None:
        """``open_iceberg`` opens Iceberg tables; a statement that changes one has its own."""
        self._connection = connection
        self._scanner = scanner
        self._cancel = cancel
        self._open = open_iceberg
        self._catalog = catalog
        self._resolver = Resolver(catalog, self._add_relation, self._make_view, self._open_iceberg)
        self._reads: list[Relation] = []
        self._sql = ""
        self._original: exp.Expr | None = None
        self.columns: list[tuple[str, TrinoType]] = []

    def analyse(self, tree: exp.Query, database: str) -> None:
        """Resolve, translate and bind the query. No object is read.

        Raises:
            QueryError: a name doesn't exist, types don't match, or the engine can't run the SQL.
        """
        self._cancel.check()
        self._original = tree.copy()
        self._reads = self._resolver.resolve(tree, database)
        self._sql = to_duckdb(tree, TypeFinder(self._connection))
        self.columns = self._columns(self._sql, self._original)

    def scan(self, counter: ByteCounter) -> None:
        """Read what the query needs of the objects of its tables."""
        self._read_open_tables(counter)
        sources = {
            relation: relation.source
            for relation in dict.fromkeys(self._reads)
            if isinstance(relation.source, TableSource | Partitioned)
        }
        if not sources:
            return
        try:
            plan = Plan(self._connection, self._sql)
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error as error:
            # Constant expressions are evaluated while DuckDB plans.
            raise translate_error(error, self._original) from error
        parts = needed_parts(plan, {relation.name: source for relation, source in sources.items()})
        listed = {
            relation: [(part, self._scanner.listing(part.source, relation.paths)) for part in parts[relation.name]]
            for relation in sources
        }
        for relation in sources:
            before = counter.scanned
            self._load(relation, plan, listed[relation], counter)
            # Athena reads a table each time that it is named.
            if again := (counter.scanned - before) * (self._reads.count(relation) - 1):
                counter.add(again)

    def _load(
        self,
        relation: Relation,
        plan: Plan,
        listed: Sequence[tuple[Part, Sequence[ObjectInfo]]],
        counter: ByteCounter,
    ) -> None:
        """Replace the empty table of a relation by its rows. Columns that the query doesn't need are null."""
        schema = _with_hidden(relation.source.schema)
        wanted = plan.columns(relation.name, schema.names)
        tables = [
            part.with_keys(self._scanner.read(part.source, objects, wanted, self._cancel, counter.add), wanted)
            for part, objects in listed
        ]
        self._connection.execute(f"DESCRIBE {relation.name}")
        kinds = {name: kind for name, kind, *_ in self._connection.fetchall()}
        self._connection.execute(f"DROP TABLE {relation.name}")
        if not tables:
            self._connection.register(relation.name, schema.empty_table())
            return
        self._connection.register(f"{relation.name}_rows", pa.concat_tables(tables))
        found = set(tables[0].column_names)
        columns = [
            f"{_quoted(name)}::{kinds[name]} AS {_quoted(name)}"
            if name in found
            else f"NULL::{kinds[name]} AS {_quoted(name)}"
            for name in schema.names
        ]
        select = f"SELECT {', '.join(columns)} FROM {relation.name}_rows"  # noqa: S608 - names are quoted
        self._connection.execute(f"CREATE TEMP VIEW {relation.name} AS {select}")

    def _read_open_tables(self, counter: ByteCounter) -> None:
        """Read what the query needs of tables that read their rows themselves."""
        opened = {
            one: one.source
            for one in dict.fromkeys(self._reads)
            if not isinstance(one.source, TableSource | Partitioned)
        }
        planned = readings(self._connection, self._sql) if opened else {}
        for relation, source in opened.items():
            found = planned.get(f"{relation.name}_rows", [])
            rows = source.read(found, self._reads.count(relation), relation.paths, self._cancel, counter.add)
            numbered = rows.rename_columns([COLUMN.format(place) for place in range(rows.num_columns)])
            self._connection.execute(f"DROP TABLE {relation.name}_rows")
            self._connection.register(f"{relation.name}_rows", numbered)

    def plan(self) -> list[Row]:
        """DuckDB's plan of the query, one line per row. No object is read."""
        ((_, text),) = self._connection.execute(f"EXPLAIN {self._sql}").fetchall()
        return [(line,) for line in text.splitlines()]

    def rows(self) -> list[Row]:
        """Execute the query; the rows hold the text of Athena's results."""
        renderers = [renderer(kind) for _, kind in self.columns]
        rows: list[Row] = []
        try:
            cursor = self._connection.execute(self._sql)
            while batch := cursor.fetchmany(_FETCHED_AT_ONCE):
                self._cancel.check()
                rows += _render(batch, renderers)
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error as error:
            raise translate_error(error, self._original) from error
        return rows

    def arrow(self) -> pa.Table:
        """Execute the query; the rows as Arrow values."""
        try:
            return self._connection.sql(self._sql).to_arrow_table()
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error as error:
            raise translate_error(error, self._original) from error

    def _columns(self, sql: str, tree: exp.Expr) -> list[tuple[str, TrinoType]]:
        try:
            described = self._connection.execute(f"DESCRIBE {sql}").fetchall()
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error as error:
            raise translate_error(error, tree) from error
        return [
            (_result_name(name, number), from_duckdb(self._connection.sqltype(kind)))
            for number, (name, kind, *_) in enumerate(described)
        ]

    def _open_iceberg(self, database: str, name: str, table: GlueTable, version: exp.Version | None) -> OpenTable:
        # Importing PyIceberg takes a second, for which other queries need not wait.
        from local.engine.iceberg import IcebergCatalog, ObjectFiles, at_version

        opened = self._open(database, name, table, version) if self._open is not None else None
        if opened is not None:
            return opened
        iceberg = IcebergCatalog(self._catalog, None, ObjectFiles(self._scanner.small_objects))
        base, _, kind = name.partition("$")
        return at_version(iceberg.table(database, base, table), kind, version, self._constant)

    def _constant(self, expression: exp.Expr) -> tuple[Any, TrinoType]:
        """The value and the type of an expression without columns."""
        query = exp.select(expression.copy())
        to_run = to_duckdb(query, TypeFinder(self._connection))
        ((_, kind),) = self._columns(to_run, query)
        try:
            return self._connection.execute(to_run).fetchall()[0][0], kind
        except duckdb.Error as error:
            raise translate_error(error, query) from error

    def _add_open_table(self, relation: Relation, source: OpenTable) -> None:
        """A table with numbered columns, because plans show its name and the conditions; views have the real names."""
        schema = source.schema
        numbered = [(COLUMN.format(place), column.type) for place, column in enumerate(schema)]
        self._connection.register("__empty", pa.schema(numbered).empty_table())
        self._connection.execute(f"CREATE TEMP TABLE {relation.name}_rows AS FROM __empty")
        self._connection.unregister("__empty")
        quoted = ['"' + name.replace('"', '""') + '"' for name in schema.names]
        named = [f"{column} AS {name}" for (column, _), name in zip(numbered, quoted, strict=True)]
        for view, columns in ((relation.name, named), (relation.plain_name, named[: len(named) - len(source.hidden)])):
            self._connection.execute(
                f"CREATE TEMP VIEW {view} AS FROM {relation.name}_rows SELECT {', '.join(columns)}"
            )

    def _add_relation(self, relation: Relation) -> None:
        if not isinstance(relation.source, TableSource | Partitioned):
            self._add_open_table(relation, relation.source)
            return
        # A table of DuckDB's own, because plans show its name, columns, and the conditions on them.
        self._connection.register("__empty", _with_hidden(relation.source.schema).empty_table())
        self._connection.execute(f"CREATE TEMP TABLE {relation.name} AS FROM __empty")
        self._connection.unregister("__empty")
        hidden = ", ".join(map(_quoted, HIDDEN_COLUMNS))
        self._connection.execute(
            f"CREATE TEMP VIEW {relation.plain_name} AS FROM {relation.name} SELECT * EXCLUDE ({hidden})"
        )

    def _make_view(self, table: GlueTable, schema: str, name: str) -> ResolvedView:
        view_name = f"{CATALOG}.{schema}.{str(table.get('Name', '')).lower()}"
        try:
            view = decode(table)
        except InvalidViewError as error:
            raise at("INVALID_VIEW", f"View '{view_name}' can't be read: {error}") from error
        tree = parse_query(view.sql)
        original = tree.copy()
        reads = self._resolver.resolve(tree, (view.schema or schema).lower())
        sql = to_duckdb(tree, TypeFinder(self._connection))
        found = self._columns(sql, original)
        check_not_stale(view_name, found, view.columns)
        names = [_quoted(column) for column, _ in view.columns]
        # Trino widens a column to its stored type. It does so for numbers only, whose types have the same names here.
        values = [
            f"CAST({column} AS {stored})" if is_widened(kind, stored) else column
            for column, (_, kind), (_, stored) in zip(names, found, view.columns, strict=True)
        ]
        listed = ", ".join(names)
        self._connection.execute(
            f"CREATE TEMP VIEW {name}({listed}) AS FROM ({sql}) AS _view({listed}) SELECT {', '.join(values)}"
        )
        return ResolvedView(name, reads)


def result_columns(columns: list[tuple[str, TrinoType]]) -> tuple[Column, ...]:
    """The columns of a result as the engine returns them."""
    return tuple(Column(name, str(kind), kind.base, *kind.sizes) for name, kind in columns)


def _with_hidden(schema: pa.Schema) -> pa.Schema:
    return pa.schema([*schema, *HIDDEN_COLUMNS.items()])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _result_name(name: str, number: int) -> str:
    return f"_col{number}" if name.startswith(UNNAMED) else name.lower()


def _render(batch: list[tuple[Any, ...]], renderers: list[Callable[[Any], str] | None]) -> list[Row]:
    if not any(renderers):
        return batch
    return [
        tuple(
            [
                value if render is None or value is None else render(value)
                for value, render in zip(row, renderers, strict=True)
            ]
        )
        for row in batch
    ]

"""Runs one query: parsed and analysed, lowered to DuckDB's SQL over empty tables, then with the rows that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from local.engine.analysis.context import Context
from local.engine.analysis.implied import add_implied_conditions
from local.engine.analysis.queries import QueryAnalyzer
from local.engine.analysis.query_nodes import Query
from local.engine.analysis.scopes import Scope
from local.engine.analysis.trees import scans
from local.engine.errors import QueryCancelled
from local.engine.functions.catalogue import functions
from local.engine.interface import CancelToken, Catalog, Column, GlueTable
from local.engine.lowering.queries import lower
from local.engine.statements.duckdb_errors import translate_error
from local.engine.statements.loading import Loader
from local.engine.statements.lookup import OpenIceberg, Relation, TableLookup
from local.engine.statements.paths import Paths, allowed_paths, union
from local.engine.tables.plan import PlanNode, explain
from local.engine.tables.scan import ByteCounter, Scanner
from local.engine.tables.source import OpenTable
from local.engine.types.model import TrinoType
from local.engine.types.text import renderer

Row = tuple[str | None, ...]
_FETCHED_AT_ONCE = 5000


class QueryRun:
    """One query in its own DuckDB connection. Call ``analyse``, then ``scan``, then ``rows`` or ``arrow``.

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
        self._loader = Loader(connection, scanner, cancel)
        self._reads: list[tuple[Relation, Paths]] = []
        self._sql = ""
        self._plan: list[PlanNode] = []
        self.columns: list[tuple[str, TrinoType]] = []

    @property
    def result_columns(self) -> tuple[Column, ...]:
        """The columns as Athena's API describes them."""
        return tuple(Column(name, str(kind), kind.base, *kind.sizes) for name, kind in self.columns)

    def analyse(
        self,
        tree: exp.Expr,
        database: str,
        stored: Callable[[list[tuple[str, TrinoType]]], Sequence[TrinoType]] | None = None,
    ) -> None:
        """Find names and types, and plan the query. No object is read.

        Args:
            tree: the query, as ``sql.grammar`` reads it.
            database: of names that have none.
            stored: called with the names and types of the query's columns; returns the types that ``arrow`` has.

        Raises:
            QueryError: a name doesn't exist, types don't match, or the engine can't run the SQL.
        """
        self._cancel.check()
        lookup = TableLookup(self._catalog, self._loader.add, self._open_iceberg)
        analyzer = QueryAnalyzer(Context(lookup, functions(), database.lower()))
        query = analyzer.query(tree, Scope(()))
        self.columns = _columns(query)
        if stored is not None:
            query = analyzer.cast(query, stored(self.columns))
        add_implied_conditions(query)
        self._sql = lower(query, lambda relation: relation.name)
        allowed = allowed_paths(query)
        self._reads = [(one.table, allowed.get(one)) for one in scans(query)]
        for relation in {one for one, _ in self._reads}:
            relation.paths = union(paths for one, paths in self._reads if one is relation)
        with _athena_errors():
            self._plan = explain(self._connection, self._sql)

    def scan(self, counter: ByteCounter) -> None:
        """Read what the query needs of the objects of its tables."""
        with _athena_errors():
            self._sql = self._loader.load(self._reads, self._sql, self._plan, counter)

    def plan(self) -> list[Row]:
        """DuckDB's plan of the query, one line per row. No object is read."""
        ((_, text),) = self._connection.execute(f"EXPLAIN {self._sql}").fetchall()
        return [(line,) for line in text.splitlines()]

    def rows(self) -> list[Row]:
        """Execute the query; the rows hold the text of Athena's results."""
        renderers = [renderer(kind) for _, kind in self.columns]
        rows: list[Row] = []
        with _athena_errors():
            cursor = self._connection.execute(self._sql)
            while batch := cursor.fetchmany(_FETCHED_AT_ONCE):
                self._cancel.check()
                rows += _render(batch, renderers)
        return rows

    def arrow(self) -> pa.Table:
        """Execute the query; the rows as Arrow values, in the representations of their types."""
        with _athena_errors():
            return self._connection.sql(self._sql).to_arrow_table()

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
        run = QueryRun(self._connection, self._catalog, self._scanner, self._cancel)
        run.analyse(exp.Select(expressions=[expression]), "")
        ((_, kind),) = run.columns
        with _athena_errors():
            return self._connection.execute(run._sql).fetchall()[0][0], kind


@contextmanager
def _athena_errors() -> Iterator[None]:
    """Translate DuckDB's errors."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise QueryCancelled from error
    except duckdb.Error as error:
        raise translate_error(error) from error


def _columns(query: Query) -> list[tuple[str, TrinoType]]:
    return [(one.name or f"_col{number}", one.type) for number, one in enumerate(query.fields)]


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

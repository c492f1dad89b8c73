"""A query by way of the typed analysis: found, typed, lowered, run."""

from __future__ import annotations

import duckdb
from sqlglot import exp

from local.engine.analysis.context import Context
from local.engine.analysis.nodes import Query
from local.engine.analysis.queries import QueryAnalyzer
from local.engine.analysis.scopes import Scope
from local.engine.analysis.trees import scans
from local.engine.errors import QueryCancelled
from local.engine.functions.catalogue import functions
from local.engine.interface import Column
from local.engine.lowering.queries import QueryLowering
from local.engine.results.text import renderer
from local.engine.results.trino_types import TrinoType as PlainType
from local.engine.sql.dialect import AthenaSql
from local.engine.sql.grammar.parameters import parse_query
from local.engine.statements.duckdb_errors import translate_error
from local.engine.statements.lookup import TableLookup
from local.engine.statements.paths import allowed_paths
from local.engine.statements.query import _FETCHED_AT_ONCE, QueryRun, Row, _render
from local.engine.types.model import TrinoType


class TypedRun(QueryRun):
    """A ``QueryRun`` whose types and names are Trino's."""

    query: Query
    types: list[TrinoType]
    result_columns: tuple[Column, ...]

    def analyse(self, tree: exp.Expr, database: str) -> None:
        self._cancel.check()
        if tree.find(exp.Anonymous, exp.DataType) is not None:
            tree = parse_query(tree.sql(dialect=AthenaSql))
        context = Context(TableLookup(self._resolver), functions(), database.lower())
        self.query = QueryAnalyzer(context).query(tree, Scope(()))
        self._sql = QueryLowering(lambda relation: relation.name).query(self.query)
        self._reads = [one.table for one in scans(self.query)]
        for relation, paths in allowed_paths(self.query).items():
            relation.paths = paths
        self.types = [one.type for one in self.query.fields]
        names = [one.name or f"_col{number}" for number, one in enumerate(self.query.fields)]
        self.columns = [(name, _plain(kind)) for name, kind in zip(names, self.types, strict=True)]
        self.result_columns = tuple(
            Column(name, str(kind), kind.base, *kind.sizes) for name, kind in zip(names, self.types, strict=True)
        )
        try:
            self._connection.execute(f"EXPLAIN {self._sql}")
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error as error:
            raise translate_error(error) from error

    def rows(self) -> list[Row]:
        renderers = [renderer(kind) for kind in self.types]
        rows: list[Row] = []
        try:
            cursor = self._connection.execute(self._sql)
            while batch := cursor.fetchmany(_FETCHED_AT_ONCE):
                self._cancel.check()
                rows += _render(batch, renderers)
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error as error:
            raise translate_error(error) from error
        return rows


def _plain(kind: TrinoType) -> PlainType:
    """The type as the statements that write tables know it."""
    if kind.kind.startswith("time"):
        return PlainType(str(kind))
    return PlainType(kind.kind, kind.names, tuple(map(_plain, kind.inner)), kind.precision or 0, kind.scale)

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
from local.engine.lowering.queries import QueryLowering
from local.engine.results.text import renderer
from local.engine.results.trino_types import parse
from local.engine.sql.dialect import AthenaSql
from local.engine.sql.grammar.parameters import parse_query
from local.engine.statements.duckdb_errors import translate_error
from local.engine.statements.lookup import TableLookup
from local.engine.statements.query import _FETCHED_AT_ONCE, QueryRun, Row, _render
from local.engine.types.model import TrinoType


class TypedRun(QueryRun):
    """A ``QueryRun`` whose types and names are Trino's."""

    query: Query
    types: list[TrinoType]

    def analyse(self, tree: exp.Expr, database: str) -> None:
        self._cancel.check()
        if tree.find(exp.Anonymous, exp.DataType) is not None:
            tree = parse_query(tree.sql(dialect=AthenaSql))
        context = Context(TableLookup(self._resolver), functions(), database.lower())
        self.query = QueryAnalyzer(context).query(tree, Scope(()))
        self._sql = QueryLowering(lambda relation: relation.name).query(self.query)
        self._reads = [one.table for one in scans(self.query)]
        self.types = [one.type for one in self.query.fields]
        self.columns = [(one.name or f"_col{n}", parse(str(one.type))) for n, one in enumerate(self.query.fields)]
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

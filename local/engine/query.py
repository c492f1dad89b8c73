"""Runs one query: names resolved, translated, bound over empty tables, then the objects read and the rows fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from local.engine.duckdb_errors import translate_error
from local.engine.errors import QueryCancelled, at
from local.engine.partitions import Part, needed_partitions
from local.engine.probe import Probe
from local.engine.protocols import CancelToken, Catalog, Column, GlueTable
from local.engine.render import renderer
from local.engine.resolve import CATALOG, Relation, ResolvedView, Resolver
from local.engine.scan import PATH, ByteCounter, Partitioned, Scanner
from local.engine.statement import parse_query
from local.engine.translate import UNNAMED, to_duckdb
from local.engine.trino_types import TrinoType, from_duckdb
from quilt_athena.catalog.views import decode_view
from quilt_athena.errors import QuiltAthenaError

Row = tuple[str | None, ...]
_FETCHED_AT_ONCE = 5000
#: From narrow to wide: each can be coerced to those after it.
_NUMBERS = ("tinyint", "smallint", "integer", "bigint", "real", "double")


class QueryRun:
    """One query in a DuckDB connection of its own. ``analyse`` comes first, then ``scan``, then ``rows``.

    Attributes:
        columns: names and types of the result's columns.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, catalog: Catalog, scanner: Scanner, cancel: CancelToken
    ) -> None:
        self._connection = connection
        self._scanner = scanner
        self._cancel = cancel
        self._resolver = Resolver(catalog, self._add_relation, self._make_view)
        self._reads: list[Relation] = []
        self._sql = ""
        self._original: exp.Expr | None = None
        self.columns: list[tuple[str, TrinoType]] = []

    def analyse(self, tree: exp.Query, database: str) -> None:
        """Resolve, translate and bind; nothing is read.

        Raises:
            QueryError: a name that doesn't exist, types that don't fit, SQL that can't be run.
        """
        self._cancel.check()
        self._original = tree.copy()
        self._reads = self._resolver.resolve(tree, database)
        self._sql = to_duckdb(tree, Probe(self._connection))
        self.columns = self._columns(self._sql, self._original)

    def scan(self, counter: ByteCounter) -> None:
        """Read the objects of every table that the query reads."""
        parts = self._parts()
        listings = {
            relation: [(part, self._scanner.listing(part.source, relation.paths)) for part in parts[relation]]
            for relation in dict.fromkeys(self._reads)
        }
        read: set[Relation] = set()
        for relation in self._reads:
            if relation in read:
                for _, listing in listings[relation]:
                    for info in listing:
                        counter.add(info.size)
                continue
            tables = [
                part.with_keys(self._scanner.read(part.source, listing, self._cancel, counter.add))
                for part, listing in listings[relation]
            ]
            if isinstance(relation.source, Partitioned):
                self._connection.execute(f"DROP TABLE {relation.name}")
            empty = relation.source.schema.append(pa.field(PATH, pa.string())).empty_table()
            self._connection.register(relation.name, pa.concat_tables([empty, *tables]))
            read.add(relation)

    def _parts(self) -> dict[Relation, list[Part]]:
        """What is read of each relation: the whole table, or those of its partitions that the query may need."""
        split = {one.name: one.source for one in dict.fromkeys(self._reads) if isinstance(one.source, Partitioned)}
        kept = needed_partitions(self._connection, self._sql, split) if split else {}
        return {
            relation: kept[relation.name]
            if isinstance(relation.source, Partitioned)
            else [Part(relation.source, (), ())]
            for relation in dict.fromkeys(self._reads)
        }

    def plan(self) -> list[Row]:
        """DuckDB's plan of the query, a line a row; no object is read."""
        ((_, text),) = self._connection.execute(f"EXPLAIN {self._sql}").fetchall()
        return [(line,) for line in text.splitlines()]

    def rows(self) -> list[Row]:
        """Execute, and give the rows in Athena's texts."""
        renderers = [renderer(kind) for _, kind in self.columns]
        rows: list[Row] = []
        try:
            answer = self._connection.execute(self._sql)
            while batch := answer.fetchmany(_FETCHED_AT_ONCE):
                self._cancel.check()
                rows += _render(batch, renderers)
        except duckdb.InterruptException as error:
            raise QueryCancelled from error
        except duckdb.Error as error:
            raise translate_error(error, self._original) from error
        return rows

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

    def _add_relation(self, relation: Relation) -> None:
        schema = relation.source.schema.append(pa.field(PATH, pa.string()))
        if isinstance(relation.source, Partitioned):
            # A table of DuckDB's own: its plans name it, and what is asked of its columns.
            self._connection.register("__empty", schema.empty_table())
            self._connection.execute(f"CREATE TEMP TABLE {relation.name} AS FROM __empty")
            self._connection.unregister("__empty")
        else:
            self._connection.register(relation.name, schema.empty_table())
        self._connection.execute(
            f'CREATE TEMP VIEW {relation.plain_name} AS FROM {relation.name} SELECT * EXCLUDE ("{PATH}")'
        )

    def _make_view(self, table: GlueTable, schema: str, name: str) -> ResolvedView:
        view_name = f"{CATALOG}.{schema}.{str(table.get('Name', '')).lower()}"
        try:
            view = decode_view(table)
        except QuiltAthenaError as error:
            raise at("INVALID_VIEW", f"View '{view_name}' can't be read: {error}") from error
        tree = parse_query(view.sql)
        original = tree.copy()
        reads = self._resolver.resolve(tree, (view.schema or schema).lower())
        sql = to_duckdb(tree, Probe(self._connection))
        found = self._columns(sql, original)
        expected = [(column.name.lower(), column.type) for column in view.columns]
        _check_fresh(view_name, found, expected)
        names = ['"' + column.replace('"', '""') + '"' for column, _ in expected]
        # A column that Trino widens to its stored type; only numbers are, and their types have the same names.
        values = [
            column if str(kind) not in _NUMBERS or str(kind) == stored else f"CAST({column} AS {stored})"
            for column, (_, kind), (_, stored) in zip(names, found, expected, strict=True)
        ]
        listed = ", ".join(names)
        self._connection.execute(
            f"CREATE TEMP VIEW {name}({listed}) AS FROM ({sql}) AS _view({listed}) SELECT {', '.join(values)}"
        )
        return ResolvedView(name, reads)


def result_columns(columns: list[tuple[str, TrinoType]]) -> tuple[Column, ...]:
    """The columns of a result as the engine answers them."""
    return tuple(Column(name, str(kind), kind.base, *kind.sizes) for name, kind in columns)


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


def _check_fresh(view: str, found: list[tuple[str, TrinoType]], expected: list[tuple[str, str]]) -> None:
    """Refuse a view whose stored columns aren't what its SQL yields, as Trino's analyzer does."""
    prefix = f"View '{view}' is stale or in invalid state: "
    if len(found) != len(expected):
        raise at(
            "VIEW_IS_STALE",
            f"{prefix}stored view column count ({len(expected)}) does not match column count derived from the view "
            f"query analysis ({len(found)})",
        )
    for number, ((name, kind), (stored_name, stored)) in enumerate(zip(found, expected, strict=True)):
        if name != stored_name:
            raise at(
                "VIEW_IS_STALE",
                f"{prefix}column [{name}] of type {kind} projected from query view at position {number} has a "
                f"different name from column [{stored_name}] of type {stored} stored in view definition",
            )
        if not _coercible(str(kind), stored):
            raise at(
                "VIEW_IS_STALE",
                f"{prefix}column [{name}] of type {kind} projected from query view at position {number} cannot be "
                f"coerced to column [{stored_name}] of type {stored} stored in view definition",
            )


def _coercible(found: str, stored: str) -> bool:
    def plain(text: str) -> str:
        return "".join(text.lower().split()).replace("timestamp(3)", "timestamp").partition("varchar(")[0]

    one, other = plain(found), plain(stored)
    if one == other or one == "unknown" or (one == "varchar" and other in ("", "char")):
        return True
    return one in _NUMBERS and other in _NUMBERS and _NUMBERS.index(one) < _NUMBERS.index(other)

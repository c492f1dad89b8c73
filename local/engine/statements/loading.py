"""The tables of a query in DuckDB: empty while it is analysed and planned, then with the rows that it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import duckdb
import pyarrow as pa

from local.engine.functions.connection import new_connection
from local.engine.interface import CancelToken, ObjectInfo
from local.engine.statements.lookup import Relation
from local.engine.statements.paths import Paths
from local.engine.tables.needs import Plan
from local.engine.tables.parts import Part, needed_parts
from local.engine.tables.plan import COLUMN, PlanNode, readings
from local.engine.tables.scan import ByteCounter, CountBytes, Scanner
from local.engine.tables.source import HIDDEN_COLUMNS, OpenTable, Partitioned, TableSource
from local.engine.types.representation import quoted


class Loader:
    """The tables of one query in one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scanner: Scanner, cancel: CancelToken) -> None:
        self._connection = connection
        self._scanner = scanner
        self._cancel = cancel

    def add(self, relation: Relation) -> None:
        """Create the empty table."""
        if relation.opened is not None:
            self._add_open_table(relation, relation.opened)
            return
        # A table of DuckDB's own, because plans show its name, columns, and the conditions on them.
        self._create(relation.name, _with_hidden(relation.source.schema))

    def _add_open_table(self, relation: Relation, source: OpenTable) -> None:
        """A table with numbered columns, because plans show its name and the conditions; a view has the real names."""
        numbered = [(COLUMN.format(place), column.type) for place, column in enumerate(source.schema)]
        self._create(f"{relation.name}_rows", pa.schema(numbered))
        names = zip(numbered, source.schema.names, strict=True)
        columns = ", ".join(f"{column} AS {quoted(name)}" for (column, _), name in names)
        self._connection.execute(f"CREATE TEMP VIEW {relation.name} AS FROM {relation.name}_rows SELECT {columns}")

    def _create(self, name: str, schema: pa.Schema) -> None:
        columns = ", ".join(f"{quoted(column)} {kind}" for column, kind in _duckdb_types(schema).items())
        self._connection.execute(f"CREATE TEMP TABLE {name} ({columns})")

    def load(
        self, reads: Sequence[tuple[Relation, Paths]], sql: str, nodes: Sequence[PlanNode], counter: ByteCounter
    ) -> str:
        """Read what a query needs of the objects of its tables. Returns the query over what was read.

        Args:
            reads: the tables, each as often as the query names it, with the only paths that it needs there: Athena
                reads a table each time.
            sql: the query in DuckDB's SQL.
            nodes: its plan over the empty tables.
            counter: counts the bytes.
        """
        named = [relation for relation, _ in reads]
        self._load_open_tables(named, nodes, counter)
        relations = [one for one in dict.fromkeys(named) if one.opened is None]
        if not relations:
            return sql
        plan = Plan(self._connection, sql, nodes)
        sources: dict[str, TableSource | Partitioned] = {
            one.name: one.source for one in relations if isinstance(one.source, TableSource | Partitioned)
        }
        parts = needed_parts(plan, sources)
        listed = {
            one: [(part, self._scanner.listing(part.source, one.paths)) for part in parts[one.name]]
            for one in relations
        }
        queries = []
        for relation in relations:
            scans = [paths for one, paths in reads if one is relation]
            rows = self._rows(relation, plan, listed[relation], _of_each_scan(scans, counter))
            if rows is not None:
                # Part of the query, because to replace the empty table takes DuckDB longer than many a query.
                queries.append(f"{relation.name} AS NOT MATERIALIZED ({rows})")
        if not queries:
            return sql
        separator = ", " if sql.startswith("WITH ") else " "
        return f"WITH {', '.join(queries)}{separator}{sql.removeprefix('WITH ')}"

    def _rows(
        self,
        relation: Relation,
        plan: Plan,
        listed: Sequence[tuple[Part, Sequence[ObjectInfo]]],
        count: CountBytes,
    ) -> str | None:
        """A query of the rows of a relation, or None without rows. Columns that aren't needed are null."""
        schema = _with_hidden(relation.source.schema)
        wanted = plan.columns(relation.name, schema.names)
        tables = [
            part.with_keys(self._scanner.read(part.source, objects, wanted, self._cancel, count), wanted)
            for part, objects in listed
        ]
        if not tables:
            return None
        kinds = _duckdb_types(schema)
        self._connection.register(f"{relation.name}_rows", pa.concat_tables(tables))
        found = set(tables[0].column_names)
        columns = [
            f"{quoted(name)}::{kinds[name]} AS {quoted(name)}"
            if name in found
            else f"NULL::{kinds[name]} AS {quoted(name)}"
            for name in schema.names
        ]
        return f"SELECT {', '.join(columns)} FROM {relation.name}_rows"  # noqa: S608 - names are quoted

    def _load_open_tables(self, reads: Sequence[Relation], nodes: Sequence[PlanNode], counter: ByteCounter) -> None:
        """Read what the query needs of tables that read their rows themselves."""
        opened = {one: one.opened for one in dict.fromkeys(reads) if one.opened is not None}
        planned = readings(nodes)
        for relation, source in opened.items():
            found = planned.get(f"{relation.name}_rows", [])
            rows = source.read(found, reads.count(relation), relation.paths, self._cancel, counter.add)
            numbered = rows.rename_columns([COLUMN.format(place) for place in range(rows.num_columns)])
            self._connection.execute(f"DROP TABLE {relation.name}_rows")
            self._connection.register(f"{relation.name}_rows", numbered)


def _of_each_scan(scans: Sequence[Paths], counter: ByteCounter) -> CountBytes:
    """Counts the bytes of an object once for each scan of its table that needs it."""

    def count(path: str, size: int) -> None:
        counter.add(size * sum(paths is None or path in paths for paths in scans))

    return count


@lru_cache(maxsize=1024)
def _duckdb_types(schema: pa.Schema) -> Mapping[str, str]:
    """DuckDB's types of the columns of an Arrow schema. To ask DuckDB takes longer than planning many a query."""
    with new_connection() as connection:
        connection.register("__empty", schema.empty_table())
        return {name: kind for name, kind, *_ in connection.execute("DESCRIBE __empty").fetchall()}


def _with_hidden(schema: pa.Schema) -> pa.Schema:
    return pa.schema([*schema, *HIDDEN_COLUMNS.items()])

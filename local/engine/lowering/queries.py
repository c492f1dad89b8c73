"""Queries and relations. The columns of every query are named c1, c2, and so on."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace
from itertools import pairwise
from typing import Any

from local.engine.analysis.nodes import ColumnRef, Constant, Field, Output
from local.engine.analysis.query_nodes import (
    Aggregation,
    Cte,
    CteScan,
    Derived,
    Join,
    Nested,
    Query,
    Relation,
    Select,
    SetOperation,
    TableScan,
    Unnest,
    Values,
)
from local.engine.analysis.trees import expressions_of
from local.engine.errors import cannot_run
from local.engine.lowering.aggregates import lower_aggregate
from local.engine.lowering.comparisons import sort_value
from local.engine.lowering.expressions import ExpressionLowering
from local.engine.types.representation import field_names

#: Trino's limit of the depth of a recursive query, and its error.
_MAX_RECURSION = 10
_TOO_DEEP = "NOT_SUPPORTED: Recursion depth limit exceeded (10)"


def lower(query: Query, table_name: Callable[[Any], str]) -> str:
    """The DuckDB SQL of a query.

    Args:
        query: the query.
        table_name: gives the DuckDB name of a table's handle.

    Raises:
        QueryError: the engine can't run it.
    """
    used = {one.field for one in expressions_of(query) if isinstance(one, ColumnRef)}
    return QueryLowering(table_name, used).query(query)


class QueryLowering:
    """Writes queries. ``used`` are the columns of tables that appear in any expression."""

    def __init__(self, table_name: Callable[[Any], str], used: Container[Field]) -> None:
        self._table_name = table_name
        self._used = used
        self._expressions = ExpressionLowering(self)
        # The query that a recursive WITH query means inside its own step.
        self._levels_of: dict[str, str] = {}

    def query(self, query: Query) -> str:
        """The DuckDB SQL of a query.

        Raises:
            QueryError: the engine can't run it.
        """
        with_ = self._with(query.ctes)
        match query.body:
            case Select() if query.with_ties:
                return with_ + self._with_ties(query, query.body)
            case Select():
                text = self._select(query.body)
                if query.order:
                    text += f" ORDER BY {self._expressions.sort_keys(query.order)}"
            case _:
                text = self._body(query)
                if query.order or query.limit is not None or query.offset is not None:
                    text = f"SELECT * FROM ({text}) AS {query.alias}"
                if query.order:
                    text += f" ORDER BY {self._expressions.sort_keys(query.order)}"
        if query.with_ties:
            raise cannot_run("FETCH FIRST WITH TIES here")
        if query.limit is not None:
            text += f" LIMIT {query.limit}"
        if query.offset is not None:
            text += f" OFFSET {query.offset}"
        return with_ + text

    def _with_ties(self, query: Query, select: Select) -> str:
        """FETCH FIRST WITH TIES: the rows whose rank is within the limit."""
        if select.distinct or query.offset:
            raise cannot_run("FETCH FIRST WITH TIES with DISTINCT or OFFSET")
        keys = tuple(
            replace(key, value=select.items[key.value.index]) if isinstance(key.value, Output) else key
            for key in query.order
        )
        rank = f"rank() OVER (ORDER BY {self._expressions.sort_keys(keys)}) AS place"
        columns = ", ".join(f"c{number}" for number in range(1, len(select.items) + 1))
        ranked = self._select(select, rank)
        return f"SELECT {columns} FROM ({ranked}) WHERE place <= {query.limit} ORDER BY place"

    def _with(self, ctes: tuple[Cte, ...]) -> str:
        if not ctes:
            return ""
        parts = []
        for cte in ctes:
            columns = ", ".join(f"c{number}" for number in range(1, len(cte.columns) + 1))
            if cte.step is not None:
                parts += self._levels(cte, cte.step, columns)
            else:
                parts.append(f"{cte.name}({columns}) AS ({self.query(cte.query)})")
        return f"WITH {', '.join(parts)} "

    def _levels(self, cte: Cte, step: Query, columns: str) -> list[str]:
        """A recursive query as Trino runs it: one query after the other, up to its limit."""
        names = [f"{cte.name}_{level}" for level in range(_MAX_RECURSION + 2)]
        parts = [f"{names[0]}({columns}) AS MATERIALIZED ({self.query(cte.query)})"]
        for before, name in pairwise(names):
            self._levels_of[cte.name] = before
            parts.append(f"{name}({columns}) AS MATERIALIZED ({self.query(step)})")
        del self._levels_of[cte.name]
        # Rows of the last query mean that there would be more; it contributes none.
        last = f"SELECT * FROM {names[-1]} WHERE py_fail('{_TOO_DEEP}') IS NOT NULL"
        union = " UNION ALL ".join([*(f"SELECT * FROM {name}" for name in names[:-1]), last])
        return [*parts, f"{cte.name}({columns}) AS ({union})"]

    def _body(self, query: Query) -> str:
        body = query.body
        columns = ", ".join(f"c{number}" for number in range(1, len(query.fields) + 1))
        match body:
            case SetOperation():
                kind = body.kind + ("" if body.distinct else " ALL")
                return f"({self.query(body.left)}) {kind} ({self.query(body.right)})"
            case Nested():
                return f"SELECT * FROM ({self.query(body.query)}) AS {query.alias}_({columns})"
            case Values():
                rows = ", ".join(f"({', '.join(map(self._expressions.sql, row))})" for row in body.rows)
                return f"SELECT * FROM (VALUES {rows}) AS {query.alias}_({columns})"
        raise cannot_run(type(body).__name__)

    def _select(self, select: Select, *more: str) -> str:
        lower = self._expressions.sql
        items = ", ".join(
            [*(f"{lower(item)} AS c{number}" for number, item in enumerate(select.items, start=1)), *more]
        )
        text = f"SELECT {'DISTINCT ' if select.distinct else ''}{items}"
        source = "" if select.source is None else f" FROM {self._relation(select.source)}"
        where = "" if select.where is None else f" WHERE {lower(select.where)}"
        if select.aggregation is None:
            return text + source + where
        inner = self._aggregation(select.aggregation, source + where)
        having = "" if select.having is None else f" WHERE {lower(select.having)}"
        return f"{text} FROM ({inner}) AS {select.aggregation.alias}{having}"

    def _aggregation(self, aggregation: Aggregation, source: str) -> str:
        columns, groups = [], []
        for number, (key, _) in enumerate(aggregation.keys):
            sql = self._expressions.sql(key)
            group = sort_value(sql, key.type)
            if group != sql:
                # The first zone of the group, as all of its values are the same instant.
                sql = f"struct_pack(u := {group}, z := first(struct_extract({sql}, 'z')))"
            columns.append(f"{sql} AS k{number}")
            bare = isinstance(key, Constant)
            groups.append(f"({group} IS NULL)" if bare else group)
        for number, (call, _) in enumerate(aggregation.calls):
            columns.append(f"{lower_aggregate(self._expressions, call)} AS a{number}")
        text = f"SELECT {', '.join(columns) or 'count(*) AS a0'}{source}"
        if aggregation.sets is not None:
            sets = ", ".join(f"({', '.join(groups[key] for key in keys)})" for keys in aggregation.sets)
            return f"{text} GROUP BY GROUPING SETS ({sets})"
        return f"{text} GROUP BY {', '.join(groups)}" if groups else text

    def _relation(self, relation: Relation) -> str:
        match relation:
            case TableScan():
                return f"{self._scan(relation)} AS {relation.alias}"
            case CteScan():
                name = relation.cte.name
                return f"{self._levels_of.get(name, name)} AS {relation.alias}"
            case Derived():
                lateral = "LATERAL " if relation.lateral else ""
                columns = ", ".join(f"c{number}" for number in range(1, len(relation.fields) + 1))
                return f"{lateral}({self.query(relation.query)}) AS {relation.alias}({columns})"
            case Unnest():
                return f"LATERAL ({self._unnest(relation)}) AS {relation.alias}"
            case Join():
                return self._join(relation)
        raise cannot_run(type(relation).__name__)

    def _scan(self, scan: TableScan) -> str:
        """A table, with the columns that are used in the representations of their types."""
        name = self._table_name(scan.table)
        zoned = [one for one in scan.fields if one.type.kind == "timestamp with time zone" and one in self._used]
        if not zoned:
            return name
        columns = [one.sql.partition(".")[2] for one in zoned]
        converted = ", ".join(
            f"CASE WHEN {one} IS NOT NULL THEN struct_pack(u := timezone('UTC', {one}), z := 'UTC') END AS {one}"
            for one in columns
        )
        return f"(SELECT * REPLACE ({converted}) FROM {name})"

    def _join(self, join: Join) -> str:
        left, right = self._relation(join.left), self._relation(join.right)
        if isinstance(join.right, Join):
            right = f"({right})"
        if join.condition is None:
            return f"{left} CROSS JOIN {right}"
        return f"{left} {join.kind} JOIN {right} ON {self._expressions.sql(join.condition)}"

    def _unnest(self, unnest: Unnest) -> str:
        """Arrays and maps side by side; shorter ones are filled with NULL."""
        lists, outputs, lengths = [], [], []
        for number, argument in enumerate(unnest.arguments):
            sql, kind = self._expressions.sql(argument), argument.type
            if kind.kind == "map":
                lists.append(f"unnest(map_entries({sql})) AS u{number}")
                outputs += [f"struct_extract(u{number}, 'key')", f"struct_extract(u{number}, 'value')"]
                lengths.append(f"cardinality({sql})")
                continue
            lists.append(f"unnest({sql}) AS u{number}")
            lengths.append(f"len({sql})")
            if kind.inner[0].kind == "row":
                names = (name.replace("'", "''") for name in field_names(kind.inner[0]))
                outputs += [f"struct_extract(u{number}, '{name}')" for name in names]
            else:
                outputs.append(f"u{number}")
        if unnest.ordinality:
            longest = lengths[0] if len(lengths) == 1 else f"greatest({', '.join(lengths)})"
            lists.append(f"unnest(range(CAST(1 AS BIGINT), CAST({longest} AS BIGINT) + 1)) AS o")
            outputs.append("o")
        columns = ", ".join(f"{sql} AS c{number}" for number, sql in enumerate(outputs, start=1))
        return f"SELECT {columns} FROM (SELECT {', '.join(lists)})"

"""Finds the partitions that a query needs, from DuckDB's plan of the query over empty tables.

DuckDB pushes conditions through views and joins down to the tables, as Trino does. Conditions of a scan on a partition
key (``=``, ``IN``, and OR of them) rule partitions out; with any other condition all are read. Trino sometimes knows
more (it applies ``IN`` on one side of a join to the other side, DuckDB only ``=``); then more is read here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from local.engine.tables.source import PATH, Partitioned, TableSource

#: The values that a condition allows for each key; a key that is missing may have any value.
Allowed = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Part:
    """A partition to read, or a whole table; ``keys`` and ``values`` are the columns of the partition."""

    source: TableSource
    keys: tuple[str, ...]
    values: tuple[str, ...]

    def with_keys(self, table: pa.Table) -> pa.Table:
        """The rows with the partition's columns, before ``"$path"``."""
        for key, value in zip(self.keys, self.values, strict=True):
            place = table.schema.get_field_index(PATH)
            table = table.add_column(place, key, pa.repeat(pa.scalar(value, pa.string()), table.num_rows))
        return table


def needed_partitions(
    connection: duckdb.DuckDBPyConnection, sql: str, tables: Mapping[str, Partitioned]
) -> dict[str, list[Part]]:
    """The partitions of each table, by its name in ``sql``, whose rows the query may need."""
    scans: dict[str, list[Allowed]] = {name: [] for name in tables}
    ((_, text),) = connection.execute(f"EXPLAIN (FORMAT JSON) {sql}").fetchall()
    for name, conditions in _scans(json.loads(text), []):
        if name in scans:
            scans[name].append(_allowed(conditions, tables[name].keys))
    return {
        name: [
            Part(source, table.keys, values)
            for values, source in table.partitions
            if any(_allows(allowed, dict(zip(table.keys, values, strict=True))) for allowed in scans[name])
        ]
        for name, table in tables.items()
    }


def _scans(nodes: Sequence[Mapping[str, Any]], above: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each scan of a table in a plan: the table's name, and the conditions in it and directly above it."""
    for node in nodes:
        details = node.get("extra_info", {})
        if node["name"].strip() == "FILTER":
            yield from _scans(node["children"], [*above, *_texts(details.get("Expression"))])
        elif "Table" in details:
            yield str(details["Table"]).rpartition(".")[2], [*above, *_texts(details.get("Filters"))]
        else:
            yield from _scans(node["children"], [])


def _texts(value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else list(value or [])
    return [text.removeprefix("optional: ") for text in texts]


def _allowed(conditions: Sequence[str], keys: Sequence[str]) -> Allowed:
    allowed: Allowed = {}
    for text in conditions:
        try:
            tree = sqlglot.parse_one(text, read="duckdb")
        except SqlglotError:
            continue  # a condition that sqlglot can't parse rules nothing out
        _narrow(allowed, tree, keys)
    return allowed


def _narrow(allowed: Allowed, tree: exp.Expr, keys: Sequence[str]) -> None:
    """Narrow the allowed values by a condition and, if it is an AND, by each of its parts."""
    for part in tree.unnest().flatten() if isinstance(tree.unnest(), exp.And) else [tree]:
        key, values = _values(part.unnest())
        if key in keys:
            allowed[key] = allowed.get(key, values) & values


def _values(condition: exp.Expr) -> tuple[str, frozenset[str]]:
    """A column, and the values that a condition allows for it; the column is "" for other conditions."""
    match condition:
        case exp.EQ(this=exp.Column() as column, expression=exp.Literal(is_string=True) as literal):
            return column.name.lower(), frozenset({literal.name})
        case exp.In(this=exp.Column() as column) if all(
            isinstance(one, exp.Literal) and one.is_string for one in condition.expressions
        ):
            return column.name.lower(), frozenset(one.name for one in condition.expressions)
        case exp.Or():
            sides = [_values(part.unnest()) for part in condition.flatten()]
            if len({column for column, _ in sides}) == 1:
                return sides[0][0], frozenset().union(*(values for _, values in sides))
    return "", frozenset()


def _allows(allowed: Allowed, values: Mapping[str, str]) -> bool:
    return all(values[key] in wanted for key, wanted in allowed.items())

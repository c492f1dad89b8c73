"""What a query reads of each table: columns and conditions, from DuckDB's plan of the query over empty tables.

DuckDB pushes conditions through views and joins down to the tables, as Trino does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

#: A node of a plan in DuckDB's JSON: ``name``, ``children``, ``extra_info``.
PlanNode = Mapping[str, Any]
_OPTIONAL = "optional: "
#: In DuckDB the columns of such a table have these names, because plans don't quote names.
COLUMN = "c{}"
COLUMN_NAME = re.compile(r"c(\d+)")


@dataclass(frozen=True)
class Reading:
    """One scan of a table in a plan: the columns that it reads, and conditions that all needed rows meet.

    ``columns`` are positions; None if they can't be known.
    """

    columns: frozenset[int] | None
    conditions: tuple[exp.Expr, ...]


def explain(connection: duckdb.DuckDBPyConnection, sql: str) -> list[PlanNode]:
    """DuckDB's plan of a query."""
    ((_, text),) = connection.execute(f"EXPLAIN (FORMAT JSON) {sql}").fetchall()
    nodes: list[PlanNode] = json.loads(text)
    return nodes


def readings(nodes: Sequence[PlanNode]) -> dict[str, list[Reading]]:
    """The scans of each table in the plan of a query, by the name of the table in its SQL."""
    found: dict[str, list[Reading]] = {}
    for name, reading in _scans(nodes, []):
        found.setdefault(name, []).append(reading)
    return found


def _scans(nodes: Sequence[PlanNode], above: list[exp.Expr]) -> Iterator[tuple[str, Reading]]:
    for node in nodes:
        details = node.get("extra_info", {})
        if node["name"].strip() == "FILTER":
            trees = [tree for text in _texts(details.get("Expression")) if (tree := _parsed(text)) is not None]
            yield from _scans(node["children"], [*above, *trees])
        elif "Table" in details:
            yield str(details["Table"]).rpartition(".")[2], _reading(details, above)
        else:
            yield from _scans(node["children"], [])


def _reading(details: Mapping[str, Any], above: list[exp.Expr]) -> Reading:
    columns: set[int] | None = {
        int(found[1]) for text in _texts(details.get("Projections")) if (found := COLUMN_NAME.match(text))
    }
    conditions = list(above)
    for text in _texts(details.get("Filters")):
        tree = _parsed(text.removeprefix(_OPTIONAL))
        if tree is not None:
            conditions.append(tree)
            names = [COLUMN_NAME.fullmatch(column.parts[0].name) for column in tree.find_all(exp.Column)]
            if columns is not None:
                columns |= {int(name[1]) for name in names if name}
        elif not text.startswith(_OPTIONAL):
            # An optional filter is on columns that the query reads anyway.
            columns = None
    return Reading(None if columns is None else frozenset(columns), tuple(conditions))


def _texts(value: Any) -> list[str]:
    """The texts of a plan's detail, which DuckDB splits at line ends, also inside literals."""
    texts: list[str] = []
    open_literal = False
    for line in [value] if isinstance(value, str) else list(value or []):
        if open_literal:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
        open_literal ^= line.count("'") % 2 == 1
    return texts


def _parsed(text: str) -> exp.Expr | None:
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except SqlglotError:
        return None
    return tree if isinstance(tree, exp.Expr) else None

"""What a query needs of its tables, from DuckDB's plan of the query over empty tables.

DuckDB pushes columns and conditions through views and joins down to the tables, as Trino does. A condition of a scan on
partition keys alone, whatever its functions, is evaluated for each partition. Trino also applies a condition of one
side of a join to the other side if they are joined on that key. ``analysis.implied`` adds conditions that are inside
the sides; for one from above the join, such as WHERE on a view, DuckDB does so for ``=`` only, so it is turned into one
plan for each value that it allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from local.engine.tables.partition_values import text_of
from local.engine.tables.plan import PlanNode, explain

#: More values than these aren't tried one by one.
_TRIED_VALUES = 32
_MARKER = "__all"
_OPTIONAL = re.compile(r"\boptional: ")


@dataclass
class Scan:
    """One scan of a table in a plan.

    Attributes:
        columns: the columns that it reads.
        conditions: the conditions on them, as SQL.
    """

    columns: set[str] = field(default_factory=set)
    conditions: list[str] = field(default_factory=list)


class Plan:
    """The plan of one query."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, sql: str, nodes: Sequence[PlanNode]) -> None:
        """``nodes`` is the plan of ``sql``, whose tables must be tables of DuckDB: it doesn't show scans of others."""
        self._connection = connection
        self._sql = sql
        self.scans = _by_table(nodes)

    def columns(self, table: str, names: Sequence[str]) -> set[str]:
        """Those of a table's columns that the query needs."""
        wanted: set[str] = set()
        for scan in self.scans.get(table, ()):
            for text in scan.columns:
                # A field of a column is shown as `column.field`.
                found = [name for name in names if text == name or text.startswith(f"{name}.")]
                wanted |= set(found or names)
            # Conditions are applied inside the scan, to columns that it needn't return. Names in them aren't quoted.
            wanted |= {name for name in names for text in scan.conditions if name.lower() in text.lower()}
        return wanted

    def partitions(self, table: str, keys: pa.Table) -> list[bool]:
        """Whether each partition of a table may have rows that the query needs.

        Args:
            table: its name in the query.
            keys: a row for each partition, with the values of the keys.
        """
        return _any(self._kept(self.scans.get(table, ()), keys), keys.num_rows)

    def joined_partitions(self, table: str, keys: pa.Table, other: str, other_keys: pa.Table) -> list[bool]:
        """The same, knowing which partitions of another table the query needs: those whose values are joined."""
        kept = [self.partitions(table, keys)]
        scans = self.scans.get(other, ())
        if len(scans) != 1 or sum(kept[0]) <= 1:
            return kept[0]
        needed = other_keys.filter(pa.array(self.partitions(other, other_keys), pa.bool_()))
        for column in other_keys.column_names:
            values = needed.column(column).unique()
            if 0 < len(values) <= _TRIED_VALUES and len(values) < len(other_keys.column(column).unique()):
                kept.append(self._kept_with_values(table, keys, other, column, values))
        return [all(flags) for flags in zip(*kept, strict=True)]

    def key_conditions(self, table: str, key: str) -> list[list[str]]:
        """For each scan of a table, the conditions on one partition key alone."""
        return [list(_conditions_of(scan, [key])) for scan in self.scans.get(table, ())]

    def equal_values(self, table: str, key: str) -> list[str] | None:
        """The values of a key, if every scan of the table has a condition ``key = ...`` or ``key IN (...)``."""
        values: list[str] = []
        for scan in self.scans.get(table, ()):
            found = [literals for tree in _trees(scan) if (literals := _literals(tree, key)) is not None]
            if not found:
                return None
            values += [value for value in found[0] if value not in values]
        return values

    def _kept_with_values(
        self, table: str, keys: pa.Table, other: str, column: str, values: pa.ChunkedArray
    ) -> list[bool]:
        """The partitions that are needed if the other table has one of these values at a time."""
        flags = [False] * keys.num_rows
        name = f"{other}{_MARKER}"
        described = self._connection.execute(f"DESCRIBE {other}").fetchall()
        kind = next(kind for found, kind, *_ in described if found == column)
        self._connection.execute(f"ALTER TABLE {other} RENAME TO {name}")
        try:
            for value in values.to_pylist():
                if value is None:
                    return [True] * keys.num_rows
                literal = exp.Literal.string(text_of(value)).sql(dialect="duckdb")
                condition = f'"{column}" = CAST({literal} AS {kind})'
                view = f"CREATE OR REPLACE TEMP VIEW {other} AS FROM {name} WHERE {condition}"
                self._connection.execute(view)
                scans = _by_table(explain(self._connection, self._sql)).get(table, ())
                found = _any(self._kept(scans, keys), keys.num_rows)
                flags = [one or two for one, two in zip(flags, found, strict=True)]
        finally:
            self._connection.execute(f"DROP VIEW IF EXISTS {other}")
            self._connection.execute(f"ALTER TABLE {name} RENAME TO {other}")
        return flags

    def _kept(self, scans: Sequence[Scan], keys: pa.Table) -> Iterator[list[bool]]:
        for scan in scans:
            flags = [True] * keys.num_rows
            for text in _conditions_of(scan, keys.column_names):
                flags = [one and two for one, two in zip(flags, self._evaluate(text, keys), strict=True)]
            yield flags

    def _evaluate(self, condition: str, keys: pa.Table) -> list[bool]:
        self._connection.register("__keys", keys)
        try:
            sql = f"SELECT coalesce(({condition}), false) FROM __keys"  # noqa: S608 - DuckDB's own rendering
            found = self._connection.execute(sql).fetchall()
        except duckdb.Error:
            # A condition that isn't SQL as it is shown rules nothing out.
            return [True] * keys.num_rows
        finally:
            self._connection.unregister("__keys")
        return [bool(flag) for (flag,) in found]


def _by_table(nodes: Sequence[PlanNode]) -> dict[str, list[Scan]]:
    scans: dict[str, list[Scan]] = {}
    for name, scan in _scans(nodes, []):
        scans.setdefault(name.removesuffix(_MARKER), []).append(scan)
    return scans


def _any(flags: Iterator[list[bool]], size: int) -> list[bool]:
    result = [False] * size
    for one in flags:
        result = [a or b for a, b in zip(result, one, strict=True)]
    return result


def _scans(nodes: Sequence[PlanNode], above: list[str]) -> Iterator[tuple[str, Scan]]:
    """Each scan of a table in a plan: the table's name, and the conditions in it and directly above it."""
    for node in nodes:
        details = node.get("extra_info", {})
        if node["name"].strip() == "FILTER":
            yield from _scans(node["children"], [*above, *_texts(details.get("Expression"))])
        elif "Table" in details:
            conditions = [_without_optional(text) for text in [*above, *_texts(details.get("Filters"))]]
            name = str(details["Table"]).rpartition(".")[2].strip('"')
            yield name, Scan(set(_texts(details.get("Projections"))), conditions)
        else:
            yield from _scans(node["children"], [])


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) and value else list(value or [])


def _without_optional(text: str) -> str:
    """A condition without DuckDB's mark for conditions that it may skip. Strings keep it."""
    parts = text.split("'")
    return "'".join(_OPTIONAL.sub("", part) if number % 2 == 0 else part for number, part in enumerate(parts))


def _conditions_of(scan: Scan, names: Sequence[str]) -> Iterator[str]:
    """The conditions of a scan that are about these columns only."""
    for tree in _trees(scan):
        if tree.find(exp.Subquery, exp.Parameter, exp.Placeholder, exp.PositionalColumn):
            continue
        columns = {column.name.lower() for column in tree.find_all(exp.Column)}
        if columns and columns <= set(names):
            yield tree.sql(dialect="duckdb")


def _trees(scan: Scan) -> Iterator[exp.Expr]:
    """The conditions of a scan, all of which hold. One that sqlglot can't parse is left out."""
    for text in scan.conditions:
        try:
            tree = sqlglot.parse_one(text, read="duckdb").unnest()
        except SqlglotError:
            continue
        for part in tree.flatten() if isinstance(tree, exp.And) else [tree]:
            yield part.unnest()


def _literals(tree: exp.Expr, key: str) -> list[str] | None:
    """The values that a condition allows for a column; None if it isn't such a condition."""
    match tree:
        case exp.EQ(this=exp.Column() as column) if column.name.lower() == key:
            found = [tree.expression]
        case exp.In(this=exp.Column() as column) if column.name.lower() == key:
            found = tree.expressions
        case exp.Or():
            sides = [_literals(part.unnest(), key) for part in tree.flatten()]
            return None if None in sides else [value for side in sides if side for value in side]
        case _:
            return None
    plain = [one.this if isinstance(one, exp.Cast) else one for one in found]
    return [one.name for one in plain] if all(isinstance(one, exp.Literal) for one in plain) else None

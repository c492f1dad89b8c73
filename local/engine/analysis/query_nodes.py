"""The typed tree of a query: its relations, its clauses, and subqueries in expressions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from local.engine.analysis.nodes import Expression, Field, SortKey
from local.engine.types.model import TrinoType


@dataclass(frozen=True)
class SubqueryExpression(Expression):
    """``(SELECT ...)`` (kind "scalar" or "row"), ``EXISTS``, ``value IN``, ``value = ANY`` and ``ALL``.

    ``replaced`` has the columns of the query around it that are keys of its groups: (column, key).
    """

    kind: str
    query: Query
    value: Expression | None = None
    operator: str = "="
    replaced: tuple[tuple[Field, Field], ...] = ()


@dataclass(eq=False)
class Relation:
    """A relation. ``alias`` is its unique name in DuckDB's SQL, ``fields`` its columns."""

    alias: str
    fields: tuple[Field, ...]


@dataclass(eq=False)
class TableScan(Relation):
    """A table: ``table`` is what the caller's catalog returned for it."""

    table: Any


@dataclass(eq=False)
class Derived(Relation):
    """A subquery or view in FROM; ``lateral``: whether it sees the columns of the relations before it."""

    query: Query
    lateral: bool = False


@dataclass(eq=False)
class CteScan(Relation):
    """A reference to a WITH query."""

    cte: Cte


@dataclass(eq=False)
class Unnest(Relation):
    """UNNEST: arrays and maps side by side. ``fields`` are all columns, the ordinal number last."""

    arguments: tuple[Expression, ...]
    ordinality: bool


@dataclass(eq=False)
class Join(Relation):
    """A join. ``kind`` is CROSS, INNER, LEFT, RIGHT or FULL."""

    kind: str
    left: Relation
    right: Relation
    condition: Expression | None


@dataclass(eq=False)
class Cte:
    """A WITH query: ``name`` is unique in DuckDB's SQL. ``step`` is the second part of a recursive one."""

    name: str
    query: Query
    columns: tuple[str | None, ...]
    types: tuple[TrinoType, ...]
    recursive: bool = False
    step: Query | None = None


@dataclass(eq=False)
class Aggregation:
    """GROUP BY: ``keys`` and ``calls`` with the fields that hold their results.

    ``sets`` are the grouping sets as numbers of keys; None: one set with all keys.
    """

    alias: str
    keys: list[tuple[Expression, Field]] = field(default_factory=list)
    calls: list[tuple[Expression, Field]] = field(default_factory=list)
    sets: list[tuple[int, ...]] | None = None


@dataclass(eq=False)
class Select:
    """One SELECT: ``items`` are the columns of its result."""

    items: tuple[Expression, ...]
    source: Relation | None
    where: Expression | None
    aggregation: Aggregation | None
    having: Expression | None
    distinct: bool = False


@dataclass(eq=False)
class SetOperation:
    """UNION, INTERSECT or EXCEPT of two queries with the same types."""

    kind: str
    distinct: bool
    left: Query
    right: Query


@dataclass(eq=False)
class Values:
    """VALUES: rows of the same types."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(eq=False)
class Nested:
    """A query in brackets."""

    query: Query


@dataclass(eq=False)
class Query:
    """A query.

    Attributes:
        fields: the columns of its result; ``sql`` is the name of the column alone.
        body: what it consists of.
        ctes: its WITH queries.
        order: its ORDER BY; an item is a number of a column (from 0) or an expression over the SELECT's source.
        offset: rows to skip.
        limit: rows to return.
        with_ties: whether rows that equal the last one are returned too.
    """

    fields: tuple[Field, ...]
    body: Select | SetOperation | Values | Nested
    alias: str = ""
    ctes: tuple[Cte, ...] = ()
    order: tuple[SortKey, ...] = ()
    offset: int | None = None
    limit: int | None = None
    with_ties: bool = False

    @property
    def types(self) -> tuple[TrinoType, ...]:
        """The types of its columns."""
        return tuple(one.type for one in self.fields)

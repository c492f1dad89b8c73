"""The typed tree of an expression; subqueries are in ``query_nodes.py``.

Every expression has a Trino type, and coercions are ``Cast`` nodes. A ``Field`` is a column of one relation of the
query; its ``sql`` is unique in the whole statement, so lowering needs no scopes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from local.engine.functions.registry import Function
from local.engine.functions.signature import Bound
from local.engine.types.model import TrinoType


@dataclass(eq=False)
class Field:
    """A column of a relation.

    Attributes:
        name: its name as it was written; None if it has none.
        type: its type.
        sql: how DuckDB's SQL names it: ``r3."bucket"``.
        qualifier: the names of its relation that may come before its own, from catalog to table; empty: none.
        hidden: whether ``*`` leaves it out.
        value: what it stands for, if it is no column of the relation itself (a column of JOIN ... USING).
        origin: the table and the name of the column that it is, if it is one of a table.
    """

    name: str | None
    type: TrinoType
    sql: str
    qualifier: tuple[str, ...] = ()
    hidden: bool = False
    value: Expression | None = None
    origin: Any = None


@dataclass(frozen=True)
class Expression:
    """An expression of type ``type``."""

    type: TrinoType

    def children(self) -> Iterator[Expression]:
        """The expressions inside it, except those of subqueries."""
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Expression):
                yield value
            elif isinstance(value, tuple):
                for item in value:
                    if isinstance(item, Expression):
                        yield item
                    elif isinstance(item, SortKey):
                        yield item.value
                    elif isinstance(item, tuple):
                        yield from (inner for inner in item if isinstance(inner, Expression))

    def walk(self) -> Iterator[Expression]:
        """It and all expressions inside it, except those of subqueries."""
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True)
class Constant(Expression):
    """A literal: ``value`` is a Python object (None: NULL).

    bool, int, float, str (varchar, char, json), Decimal, bytes; a date, time or timestamp as ISO text; a timestamp with
    time zone as (ISO text in UTC, zone); an interval as a number of milliseconds or months.
    """

    value: Any


@dataclass(frozen=True)
class ColumnRef(Expression):
    """A column, a lambda's parameter, or the result of an aggregate function."""

    field: Field


@dataclass(frozen=True)
class Cast(Expression):
    """A cast or coercion to ``type``; ``safe``: NULL if it fails."""

    value: Expression
    safe: bool = False


@dataclass(frozen=True)
class FunctionCall(Expression):
    """A call of a scalar function; its arguments have the types of ``bound``."""

    function: Function
    bound: Bound = field(compare=False)
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Lambda(Expression):
    """A lambda."""

    parameters: tuple[Field, ...]
    body: Expression


@dataclass(frozen=True)
class Logical(Expression):
    """``AND`` or ``OR`` of two or more conditions."""

    operator: str
    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class Not(Expression):
    """``NOT``."""

    value: Expression


@dataclass(frozen=True)
class IsNull(Expression):
    """``IS NULL``."""

    value: Expression


@dataclass(frozen=True)
class Comparison(Expression):
    """``=``, ``<>``, ``<``, ``<=``, ``>``, ``>=`` or ``IS DISTINCT FROM`` of two values of the same type."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Between(Expression):
    """``BETWEEN``; all three have the same type."""

    value: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True)
class InList(Expression):
    """``IN (a, b)``; all have the same type."""

    value: Expression
    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Like(Expression):
    """``LIKE``."""

    value: Expression
    pattern: Expression
    escape: Expression | None = None


@dataclass(frozen=True)
class Case(Expression):
    """``CASE WHEN ... THEN ...``; ``operand`` has the type of the conditions, if there is one."""

    operand: Expression | None
    whens: tuple[tuple[Expression, Expression], ...]
    default: Expression


@dataclass(frozen=True)
class Coalesce(Expression):
    """``COALESCE``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class NullIf(Expression):
    """``NULLIF``: ``value``, or NULL if ``equal``."""

    value: Expression
    equal: Expression


@dataclass(frozen=True)
class Try(Expression):
    """``TRY``."""

    value: Expression


@dataclass(frozen=True)
class RowOf(Expression):
    """``ROW(a, b)``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class ArrayOf(Expression):
    """``ARRAY[a, b]``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class FieldOf(Expression):
    """A row's field; ``index`` counts from 0."""

    value: Expression
    index: int


@dataclass(frozen=True)
class Output(Expression):
    """A column of the SELECT's result, by its number from 0. Only ORDER BY names it so."""

    index: int


@dataclass(frozen=True)
class SortKey:
    """An item of ORDER BY."""

    value: Expression
    descending: bool
    nulls_first: bool


@dataclass(frozen=True)
class AggregateCall(Expression):
    """A call of an aggregate function."""

    function: Function
    bound: Bound = field(compare=False)
    arguments: tuple[Expression, ...]
    distinct: bool = False
    filter: Expression | None = None
    order: tuple[SortKey, ...] = ()


@dataclass(frozen=True)
class Grouping(Expression):
    """``GROUPING(a, b)``: ``keys`` are numbers of keys of the aggregation."""

    keys: tuple[Expression, ...]


@dataclass(frozen=True)
class WindowFrame:
    """``ROWS BETWEEN ... AND ...``; a bound is text and, for ``n PRECEDING``, a value."""

    unit: str
    start: str
    start_value: Expression | None
    end: str
    end_value: Expression | None


@dataclass(frozen=True)
class WindowCall(Expression):
    """A call with OVER."""

    function: Function
    bound: Bound = field(compare=False)
    arguments: tuple[Expression, ...]
    filter: Expression | None
    ignore_nulls: bool
    partition: tuple[Expression, ...]
    order: tuple[SortKey, ...]
    frame: WindowFrame | None

    def children(self) -> Iterator[Expression]:
        yield from super().children()
        if self.frame is not None:
            yield from (one for one in (self.frame.start_value, self.frame.end_value) if one is not None)

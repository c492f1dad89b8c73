"""The `Expression` of GetPartitions: which partitions are wanted, in SQL's syntax for conditions.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

_COMPARISONS: Mapping[type[exp.Expr], Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}
_NUMBERS = ("tinyint", "smallint", "int", "integer", "bigint", "long", "decimal")


class InvalidExpressionError(Exception):
    """The expression isn't one that Glue evaluates. The message says what is wrong."""


class PartitionFilter:
    """An expression over the partition columns of one table."""

    def __init__(self, expression: str, keys: Sequence[Mapping[str, str]]) -> None:
        """Parse the expression.

        Raises:
            InvalidExpressionError: it isn't a condition, or names something that isn't one of `keys`.
        """
        self._types = {key["Name"].lower(): key.get("Type", "string").lower() for key in keys}
        self._names = list(self._types)
        try:
            self._tree = parse_one(expression, read="athena")
        except SqlglotError as error:
            raise InvalidExpressionError(f"Expression can't be parsed: {expression}") from error
        for column in self._tree.find_all(exp.Column):
            if column.name.lower() not in self._types:
                raise InvalidExpressionError(f"Expression names {column.name}, which is no partition column")
        self._holds(self._tree, dict.fromkeys(self._names, "0"))

    def wants(self, values: Sequence[str]) -> bool:
        """Whether the expression is true of a partition's values."""
        return self._holds(self._tree, dict(zip(self._names, values, strict=False)))

    def _holds(self, tree: exp.Expr, row: Mapping[str, str]) -> bool:
        match tree:
            case exp.Paren():
                return self._holds(tree.this, row)
            case exp.And():
                return self._holds(tree.left, row) and self._holds(tree.right, row)
            case exp.Or():
                return self._holds(tree.left, row) or self._holds(tree.right, row)
            case exp.Not():
                return not self._holds(tree.this, row)
            case exp.Between():
                low, high = tree.args["low"], tree.args["high"]
                return self._compare(exp.GTE, tree.this, low, row) and self._compare(exp.LTE, tree.this, high, row)
            case exp.In():
                return any(self._compare(exp.EQ, tree.this, one, row) for one in tree.expressions)
            case exp.Like():
                value, pattern = (str(self._value(side, row)) for side in (tree.this, tree.expression))
                parts = (".*" if one == "%" else "." if one == "_" else re.escape(one) for one in pattern)
                return re.fullmatch("".join(parts), value, re.DOTALL) is not None
            case exp.Is(expression=exp.Null()):
                return self._value(tree.this, row) is None
        if type(tree) in _COMPARISONS:
            return self._compare(type(tree), tree.this, tree.args["expression"], row)
        raise InvalidExpressionError(f"Expression has an unsupported condition: {tree.sql('athena')}")

    def _compare(self, kind: type[exp.Expr], left: exp.Expr, right: exp.Expr, row: Mapping[str, str]) -> bool:
        number = any(self._is_number(side) for side in (left, right))
        one, other = self._value(left, row), self._value(right, row)
        if one is None or other is None:
            return False
        holds = _COMPARISONS[kind]
        return holds(_number(one), _number(other)) if number else holds(one, other)

    def _is_number(self, side: exp.Expr) -> bool:
        return isinstance(side, exp.Column) and self._types[side.name.lower()].startswith(_NUMBERS)

    def _value(self, side: exp.Expr, row: Mapping[str, str]) -> str | None:
        """The text of a column or constant. Dates and timestamps are compared as text too."""
        match side:
            case exp.Column():
                value = row.get(side.name.lower())
                return None if value == "__HIVE_DEFAULT_PARTITION__" else value
            case exp.Literal():
                return str(side.this)
            case exp.Neg(this=exp.Literal()):
                return f"-{side.this.this}"
            case exp.Cast() | exp.Paren():  # DATE '2024-01-01'
                return self._value(side.this, row)
        raise InvalidExpressionError(f"Expression has an unsupported value: {side.sql('athena')}")


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InvalidExpressionError(f"Expression compares a number with {text!r}") from error

"""Operators that are functions: arithmetic, concatenation, subscripts, AT TIME ZONE and EXTRACT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis import calls
from local.engine.analysis.context import error_at
from local.engine.analysis.nodes import Constant, Expression, FieldOf
from local.engine.types.model import BIGINT, INTEGER

if TYPE_CHECKING:
    from local.engine.analysis.expressions import Expressions

ARITHMETIC: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip
#: The fields of EXTRACT, and the functions that compute them.
_EXTRACTED = {
    "year": "year", "quarter": "quarter", "month": "month", "week": "week", "day": "day", "day_of_month": "day",
    "dow": "day_of_week", "day_of_week": "day_of_week", "doy": "day_of_year", "day_of_year": "day_of_year",
    "yow": "year_of_week", "year_of_week": "year_of_week", "hour": "hour", "minute": "minute", "second": "second",
    "timezone_hour": "timezone_hour", "timezone_minute": "timezone_minute",
}  # fmt: skip


def arithmetic(analyzer: Expressions, node: exp.Expr) -> Expression:
    """``+``, ``-``, ``*``, ``/`` and ``%``."""
    operator = ARITHMETIC[type(node)]
    arguments = [analyzer.analyse(node.this), analyzer.analyse(node.args["expression"])]
    return calls.operator(analyzer, operator, arguments, node)


def negate(analyzer: Expressions, node: exp.Neg) -> Expression:
    """``-value``."""
    if isinstance(node.this, exp.Literal) and node.this.name == str(2**31):
        return Constant(INTEGER, -(2**31))
    if isinstance(node.this, exp.Literal) and node.this.name == str(2**63):
        return Constant(BIGINT, -(2**63))
    value = analyzer.analyse(node.this)
    if isinstance(value, Constant) and value.value is not None and value.type.is_number and value.value >= 0:
        return Constant(value.type, -value.value)
    return calls.operator(analyzer, "negate", [value], node)


def concatenation(analyzer: Expressions, node: exp.DPipe) -> Expression:
    """``||``."""
    # A chain is one call, so that a long one isn't deep.
    items = [analyzer.analyse(one) for one in operands(node, exp.DPipe)]
    if len(items) > 2 and all(item.type.kind in ("varchar", "unknown") for item in items):
        return calls.call(analyzer, "concat", items, node)
    found = items[0]
    for item in items[1:]:
        found = calls.call(analyzer, "concat", [found, item], node)
    return found


def subscript(analyzer: Expressions, node: exp.Bracket) -> Expression:
    """``base[index]`` of an array, a map or a row."""
    base, index = analyzer.analyse(node.this), analyzer.analyse(node.expressions[0])
    if base.type.kind == "row":
        if not isinstance(index, Constant) or index.type != INTEGER or index.value is None:
            raise error_at("EXPRESSION_NOT_CONSTANT", "Subscript expression on ROW requires a constant index", node)
        if not 1 <= index.value <= len(base.type.inner):
            raise error_at(
                "INVALID_FUNCTION_ARGUMENT", f"Invalid subscript index: {index.value}. ROW indices start at 1", node
            )
        return FieldOf(base.type.inner[index.value - 1], base, index.value - 1)
    if base.type.kind not in ("array", "map"):
        raise error_at("TYPE_MISMATCH", f"Cannot use {index.type} for subscript of {base.type}", node)
    return calls.operator(analyzer, "[]", [base, index], node)


def at_time_zone(analyzer: Expressions, node: exp.AtTimeZone) -> Expression:
    """``AT TIME ZONE``."""
    value = analyzer.analyse(node.this)
    if not value.type.kind.startswith("time"):
        raise error_at(
            "TYPE_MISMATCH",
            f"Type of value must be a time or timestamp with or without time zone (actual {value.type})",
            node,
        )
    return calls.call(analyzer, "at_timezone", [value, analyzer.analyse(node.args["zone"])], node)


def extract(analyzer: Expressions, node: exp.Extract) -> Expression:
    """``EXTRACT(field FROM value)``."""
    field = str(node.this)
    if field not in _EXTRACTED:
        raise error_at("SYNTAX_ERROR", f"Invalid EXTRACT field: {field}", node)
    value = analyzer.analyse(node.args["expression"])
    if value.type.kind == "date" and field in ("hour", "minute", "second"):
        raise error_at("TYPE_MISMATCH", f"Cannot extract {field.upper()} from {value.type}", node.expression)
    return calls.call(analyzer, _EXTRACTED[field], [value], node)


def operands(node: exp.Expr, kind: type[exp.Expr]) -> list[exp.Expr]:
    """The operands of a chain of the same operator, from left to right."""
    found: list[exp.Expr] = []
    pending = [node]
    while pending:
        one = pending.pop()
        if type(one) is kind:
            pending += [one.args["expression"], one.this]
        else:
            found.append(one)
    return found

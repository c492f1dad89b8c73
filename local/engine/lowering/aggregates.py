"""Aggregate and window functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.engine.analysis.nodes import AggregateCall, Constant, Expression, Grouping, WindowCall, WindowFrame
from local.engine.errors import cannot_run
from local.engine.functions.registry import NOT_CONSTANT, Aggregation, Argument, Call
from local.engine.functions.templates import fill
from local.engine.lowering.comparisons import sort_value

if TYPE_CHECKING:
    from local.engine.lowering.expressions import ExpressionLowering


def _aggregation(lowering: ExpressionLowering, node: AggregateCall | WindowCall) -> tuple[Aggregation, Call]:
    arguments = tuple(
        Argument(lowering.sql(one), one.type, one.value if isinstance(one, Constant) else NOT_CONSTANT)
        for one in node.arguments
    )
    call = Call(arguments, node.type, node.bound.types, node.bound.numbers)
    found = node.function.lowering
    if isinstance(found, Aggregation):
        return found, call
    if isinstance(found, str) or not isinstance(built := found(call), Aggregation):
        raise cannot_run(f"{node.function.name} here")
    return built, call


def _parts(
    lowering: ExpressionLowering, found: Aggregation, call: Call, condition: Expression | None
) -> tuple[str, str]:
    """The arguments, and the FILTER clause."""
    types = [one.type for one in call.arguments]
    arguments = ", ".join(fill(one, call.sql, types, call.result) for one in found.arguments)
    conditions = [] if condition is None else [lowering.sql(condition)]
    if found.where:
        conditions.append(fill(found.where, call.sql, types, call.result))
    return arguments, f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""


def _finish(found: Aggregation, call: Call, computed: str) -> str:
    return fill(found.finish, call.sql, [one.type for one in call.arguments], call.result, computed)


def lower_aggregate(lowering: ExpressionLowering, node: Expression) -> str:
    """A call of an aggregate function, or GROUPING."""
    if isinstance(node, Grouping):
        keys = ", ".join(sort_value(lowering.sql(one), one.type) for one in node.keys)
        return f"CAST(GROUPING({keys}) AS {lowering.type_of(node)})"
    if not isinstance(node, AggregateCall):
        raise cannot_run(type(node).__name__)
    found, call = _aggregation(lowering, node)
    arguments, filter_ = _parts(lowering, found, call, node.filter)
    order = f" ORDER BY {lowering.sort_keys(node.order)}" if node.order else ""
    distinct = "DISTINCT " if node.distinct else ""
    return _finish(found, call, f"{found.function}({distinct}{arguments}{order}){filter_}")


def lower_window(lowering: ExpressionLowering, node: WindowCall) -> str:
    """A call with OVER."""
    found, call = _aggregation(lowering, node)
    arguments, filter_ = _parts(lowering, found, call, node.filter)
    nulls = " IGNORE NULLS" if node.ignore_nulls else ""
    clauses = []
    if node.partition:
        keys = ", ".join(sort_value(lowering.sql(one), one.type) for one in node.partition)
        clauses.append(f"PARTITION BY {keys}")
    if node.order:
        clauses.append(f"ORDER BY {lowering.sort_keys(node.order)}")
    if node.frame is not None:
        clauses.append(_frame(lowering, node.frame))
    computed = f"{found.function}({arguments}{nulls}){filter_} OVER ({' '.join(clauses)})"
    return _finish(found, call, computed)


def _frame(lowering: ExpressionLowering, frame: WindowFrame) -> str:
    start = _bound(lowering, frame.start, frame.start_value)
    return f"{frame.unit} BETWEEN {start} AND {_bound(lowering, frame.end, frame.end_value)}"


def _bound(lowering: ExpressionLowering, bound: str, value: Expression | None) -> str:
    if value is None:
        return bound
    sql = lowering.sql(value)
    if value.type.kind == "interval day to second":
        sql = f"to_milliseconds({sql})"
    elif value.type.kind == "interval year to month":
        sql = f"to_months({sql})"
    return f"{sql} {bound}"

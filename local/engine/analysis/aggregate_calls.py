"""Calls of aggregate and window functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis.arguments import coerced_arguments, result_of
from local.engine.analysis.context import error_at
from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import AggregateCall, Expression, SortKey, WindowCall, WindowFrame
from local.engine.errors import cannot_run
from local.engine.functions.registry import AGGREGATE, SCALAR, WINDOW, Function
from local.engine.functions.signature import Bound
from local.engine.sql.grammar.nodes import Frame
from local.engine.sql.grammar.nodes import FunctionCall as CallNode
from local.engine.types.coerce import can_coerce
from local.engine.types.model import BIGINT, BOOLEAN, UNKNOWN

if TYPE_CHECKING:
    from local.engine.analysis.expressions import Expressions

_NULL_TREATMENT = ("lag", "lead", "first_value", "last_value", "nth_value")
_FRAMED = ("first_value", "last_value", "nth_value")


def aggregate_call(
    analyzer: Expressions, found: Function, bound: Bound, arguments: Sequence[Expression], node: CallNode
) -> Expression:
    """A call of an aggregate function, whose arguments are analysed."""
    for one in arguments:
        for inner in one.walk():
            if isinstance(inner, AggregateCall | WindowCall):
                what = "aggregations" if isinstance(inner, AggregateCall) else "window functions"
                raise error_at(
                    "NESTED_AGGREGATION" if what == "aggregations" else "NESTED_WINDOW",
                    f"Cannot nest {what} inside aggregation '{found.name}'",
                    node,
                )
    values = coerced_arguments(bound, arguments)
    distinct = bool(node.args.get("distinct"))
    if distinct:
        for one in values:
            if not one.type.is_comparable:
                raise error_at(
                    "TYPE_MISMATCH", f"DISTINCT can only be applied to comparable types (actual: {one.type})", node
                )
    order = _sort_keys(analyzer, node.args.get("order"), "ORDER BY")
    if distinct and order and any(key.value not in arguments and key.value not in values for key in order):
        raise error_at(
            "EXPRESSION_NOT_IN_DISTINCT",
            "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments",
            node,
        )
    return AggregateCall(
        result_of(bound), found, bound, values, distinct, _condition(analyzer, node.args.get("filter")), order
    )


def window_call(
    analyzer: Expressions, found: Function, bound: Bound, arguments: Sequence[Expression], node: CallNode
) -> Expression:
    """A call with OVER, whose arguments are analysed."""
    if found.kind == SCALAR:
        raise error_at("FUNCTION_NOT_WINDOW", f"Not a window function: {found.name}", node)
    if node.args.get("distinct"):
        raise error_at("NOT_SUPPORTED", f"DISTINCT in window function parameters not yet supported: {found.name}", node)
    if node.args.get("order"):
        raise error_at("NOT_SUPPORTED", "Window function with ORDER BY is not supported", node)
    if node.args.get("filter") is not None:
        if found.kind != AGGREGATE:
            raise error_at(
                "FUNCTION_NOT_AGGREGATE", f"Filter is only valid for aggregation functions: {found.name}", node
            )
        raise error_at("NOT_SUPPORTED", "FILTER is not yet supported for window functions", node)
    if node.args.get("nulls") and found.name not in _NULL_TREATMENT:
        raise error_at("SYNTAX_ERROR", f"Cannot specify null treatment clause for {found.name} function", node)
    frame_node = _window(analyzer, node.args["over"])
    partition = tuple(analyzer.analyse(one) for one in frame_node.args.get("partition_by") or ())
    for one in partition:
        if not one.type.is_comparable:
            raise error_at(
                "TYPE_MISMATCH",
                f"{one.type} is not comparable, and therefore cannot be used in window function PARTITION BY",
                node,
            )
    order = _sort_keys(analyzer, frame_node.args.get("order"), "window function ORDER BY")
    if found.kind == WINDOW and frame_node.args.get("unit") and found.name not in _FRAMED:
        raise error_at("INVALID_WINDOW_FRAME", f"Cannot specify window frame for {found.name} function", node)
    if found.name in ("lag", "lead") and not order:
        raise error_at("MISSING_ORDER_BY", f"{found.name} function requires an ORDER BY window clause", node)
    values = coerced_arguments(bound, arguments)
    condition = _condition(analyzer, node.args.get("filter"))
    frame = _frame(analyzer, frame_node, order)
    result = WindowCall(
        result_of(bound), found, bound, values, condition, node.args.get("nulls") == "IGNORE", partition, order, frame
    )
    for child in result.children():
        if any(isinstance(one, WindowCall) for one in child.walk()):
            raise error_at(
                "NESTED_WINDOW", "Cannot nest window functions or row pattern measures inside window function", node
            )
    return result


def _window(analyzer: Expressions, over: exp.Expr) -> Frame:
    """The definition of a window, with what it inherits from a named one."""
    if isinstance(over, exp.Identifier):
        named = analyzer.windows.get(over.name.lower())
        if named is None:
            raise error_at("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {over.name}", over)
        return _window(analyzer, named)
    if not isinstance(over, Frame):
        raise cannot_run("this OVER clause")
    if over.this is None:
        return over
    base = _window(analyzer, over.this)
    if over.args.get("partition_by"):
        raise error_at(
            "INVALID_PARTITION_BY", "WINDOW specification with named WINDOW reference cannot specify PARTITION BY", over
        )
    if base.args.get("order") is not None and over.args.get("order") is not None:
        raise error_at(
            "INVALID_ORDER_BY", "Cannot specify ORDER BY if the referenced named WINDOW specifies ORDER BY", over
        )
    if base.args.get("unit"):
        raise error_at("INVALID_WINDOW_REFERENCE", "Cannot reference named WINDOW containing frame specification", over)
    merged = Frame(**{key: value for key, value in over.args.items() if key != "this"})
    merged.args["partition_by"] = base.args.get("partition_by")
    merged.args["order"] = over.args.get("order") or base.args.get("order")
    return merged


def _frame(analyzer: Expressions, node: Frame, order: Sequence[SortKey]) -> WindowFrame | None:
    unit = node.args.get("unit")
    if not unit:
        return None
    start, end = node.args["start"], node.args.get("end") or "CURRENT ROW"
    if start == "UNBOUNDED FOLLOWING" or end == "UNBOUNDED PRECEDING":
        raise error_at(
            "INVALID_WINDOW_FRAME",
            f"Window frame cannot start or end with {start if 'FOLLOWING' in start else end}",
            node,
        )
    if (start == "CURRENT ROW" and end == "PRECEDING") or (
        start == "FOLLOWING" and end in ("CURRENT ROW", "PRECEDING")
    ):
        raise error_at("INVALID_WINDOW_FRAME", f"Window frame starting from {start} cannot end with {end}", node)
    values: list[Expression | None] = []
    for key in ("start_value", "end_value"):
        one = node.args.get(key)
        value = None if one is None else analyzer.analyse(one)
        if value is not None and unit in ("ROWS", "GROUPS"):
            if not can_coerce(value.type, BIGINT):
                raise error_at(
                    "TYPE_MISMATCH", f"Window frame {unit} value type must be exact numeric (actual: {value.type})", one
                )
            value = coerce(value, BIGINT)
        if value is not None and unit == "RANGE":
            if len(order) != 1:
                raise error_at(
                    "INVALID_ORDER_BY" if order else "MISSING_ORDER_BY",
                    "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY",
                    node,
                )
            target = order[0].value.type
            if target.is_number and can_coerce(value.type, target):
                value = coerce(value, target)
            elif not (value.type.kind.startswith("interval") and target.kind in ("date", "timestamp")):
                raise error_at(
                    "TYPE_MISMATCH",
                    f"Window frame RANGE value type ({value.type}) not compatible with sort item type ({target})",
                    one,
                )
        values.append(value)
    if unit == "GROUPS" and not order:
        raise error_at("MISSING_ORDER_BY", "Window frame of type GROUPS requires ORDER BY", node)
    return WindowFrame(unit, start, values[0], end, values[1])


def _sort_keys(analyzer: Expressions, order: exp.Expr | None, what: str) -> tuple[SortKey, ...]:
    keys = []
    for item in order.expressions if order is not None else ():
        value = analyzer.analyse(item.this)
        if not value.type.is_orderable:
            raise error_at(
                "TYPE_MISMATCH", f"{what} can only be applied to orderable types (actual: {value.type})", item.this
            )
        keys.append(SortKey(value, bool(item.args.get("desc")), bool(item.args.get("nulls_first"))))
    return tuple(keys)


def _condition(analyzer: Expressions, node: exp.Expr | None) -> Expression | None:
    if node is None:
        return None
    found = analyzer.analyse(node)
    if found.type not in (BOOLEAN, UNKNOWN):
        raise error_at("TYPE_MISMATCH", f"Filter must evaluate to a boolean (actual: {found.type})", node)
    return coerce(found, BOOLEAN)

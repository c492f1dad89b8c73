"""Calls: overloads, lambdas, aggregate and window functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis.context import error_at
from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import (
    AggregateCall,
    Expression,
    Field,
    FunctionCall,
    Lambda,
    SortKey,
    WindowCall,
    WindowFrame,
)
from local.engine.errors import cannot_run
from local.engine.functions.registry import AGGREGATE, SCALAR, WINDOW, Function
from local.engine.functions.resolution import AmbiguousCall, resolve
from local.engine.functions.signature import Bound, Pattern, result_type, substitute
from local.engine.functions.unsupported import KNOWN_TO_TRINO, MISSING_OVERLOADS
from local.engine.sql.grammar.nodes import Frame
from local.engine.sql.grammar.nodes import FunctionCall as CallNode
from local.engine.types.coerce import can_coerce, common_type
from local.engine.types.model import BIGINT, BOOLEAN, UNKNOWN, TrinoType, function

if TYPE_CHECKING:
    from local.engine.analysis.expressions import Expressions

_MAX_ROUNDS = 4


def operator(analyzer: Expressions, name: str, arguments: Sequence[Expression], node: exp.Expr) -> Expression:
    """An operator, which is a function with a symbol for a name."""
    overloads = analyzer.context.functions.get(name, ())
    try:
        found = resolve(overloads, [one.type for one in arguments])
    except AmbiguousCall:
        found = None
    if found is None:
        types = (
            f" {name} ".join(str(one.type) for one in arguments)
            if len(arguments) > 1
            else f"{name} {arguments[0].type}"
        )
        if name == "[]":
            types = f"{arguments[0].type}[{arguments[1].type}]"
        raise error_at("TYPE_MISMATCH", f"Cannot apply operator: {types}", node)
    return _scalar(*found, arguments)


def call(analyzer: Expressions, name: str, arguments: Sequence[Expression], node: exp.Expr) -> Expression:
    """A call of a scalar function with arguments that are analysed already."""
    function_, bound = _resolve(analyzer, name, [one.type for one in arguments], node)
    return _scalar(function_, bound, arguments)


def analyse_call(analyzer: Expressions, node: CallNode) -> Expression:
    """A call as it is in the query."""
    name: str = node.this
    if not node.args.get("over"):
        special = analyzer.special(name, node)
        if special is not None:
            _only_scalar(node)
            return special
    overloads = analyzer.context.functions.get(name, ())
    if not overloads:
        _unknown_function(name, node)
    arguments = [None if isinstance(one, exp.Lambda) else analyzer.analyse(one) for one in node.expressions]
    if name == "listagg":
        _check_listagg(arguments[0], node.expressions[0])
    if node.args.get("star") and name != "count":
        raise error_at("FUNCTION_NOT_FOUND", f"Unexpected parameters (*) for function {name}", node)
    found, bound = _resolve(analyzer, name, [None if one is None else one.type for one in arguments], node)
    values: list[Expression]
    if None in arguments:
        bound, values = _with_lambdas(analyzer, found, bound, arguments, node)
    else:
        values = [one for one in arguments if one is not None]
    if node.args.get("over"):
        return _window_call(analyzer, found, bound, values, node)
    if found.kind == WINDOW:
        raise error_at("MISSING_OVER", f"Window function {name} requires an OVER clause", node)
    if found.kind == AGGREGATE:
        return _aggregate_call(analyzer, found, bound, values, node)
    _only_scalar(node)
    return _scalar(found, bound, values)


def _check_listagg(value: Expression | None, node: exp.Expr) -> None:
    """LISTAGG is part of the grammar, and so not found as functions are: its argument isn't coerced."""
    if value is not None and value.type.kind != "varchar":
        raise error_at("TYPE_MISMATCH", f"listagg expects an expression of varchar, not of {value.type}", node)


def _only_scalar(node: CallNode) -> None:
    name = node.this
    if node.args.get("distinct"):
        raise error_at(
            "FUNCTION_NOT_AGGREGATE", f"DISTINCT is not supported for non-aggregation functions: {name}", node
        )
    if node.args.get("order"):
        raise error_at(
            "FUNCTION_NOT_AGGREGATE", f"ORDER BY is not supported for non-aggregation functions: {name}", node
        )
    if node.args.get("filter"):
        raise error_at("FUNCTION_NOT_AGGREGATE", f"Filter is only valid for aggregation functions: {name}", node)


def _unknown_function(name: str, node: exp.Expr) -> None:
    if name in KNOWN_TO_TRINO:
        raise cannot_run(f"the function {name}")
    raise error_at("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", node)


def _resolve(
    analyzer: Expressions, name: str, types: Sequence[TrinoType | None], node: exp.Expr
) -> tuple[Function, Bound]:
    overloads = analyzer.context.functions.get(name, ())
    if not overloads:
        _unknown_function(name, node)
    try:
        found = resolve(overloads, types)
    except AmbiguousCall as error:
        raise error_at(
            "AMBIGUOUS_FUNCTION_CALL",
            f"Could not choose a best candidate for {name}. Explicit type casts must be added",
            node,
        ) from error
    if found is None:
        if len(types) in MISSING_OVERLOADS.get(name, ()):
            raise cannot_run(f"{name} with {len(types)} arguments")
        given = ", ".join("function" if kind is None else str(kind) for kind in types)
        expected = ", ".join(one.signature.text.partition(" ->")[0] for one in overloads)
        raise error_at(
            "FUNCTION_NOT_FOUND", f"Unexpected parameters ({given}) for function {name}. Expected: {expected}", node
        )
    return found


def _scalar(found: Function, bound: Bound, arguments: Sequence[Expression]) -> Expression:
    return FunctionCall(_result(bound), found, bound, _coerced(bound, arguments))


def _coerced(bound: Bound, arguments: Sequence[Expression]) -> tuple[Expression, ...]:
    return tuple(
        one if kind is None or isinstance(one, Lambda) else coerce(one, kind)
        for one, kind in zip(arguments, bound.arguments, strict=True)
    )


def _result(bound: Bound) -> TrinoType:
    return bound.result if bound.result is not None else UNKNOWN


def _with_lambdas(
    analyzer: Expressions,
    found: Function,
    bound: Bound,
    arguments: Sequence[Expression | None],
    node: CallNode,
) -> tuple[Bound, list[Expression]]:
    """Analyse the lambdas with the types that the other arguments decide, until their results change no type."""
    patterns = found.signature.expanded(len(arguments))
    types = dict(bound.types)
    for _ in range(_MAX_ROUNDS):
        before = dict(types)
        values: list[Expression] = []
        for pattern, argument, one in zip(patterns, arguments, node.expressions, strict=True):
            if argument is not None:
                values.append(argument)
                continue
            values.append(_lambda(analyzer, one, pattern, types, bound, node))
        if types == before:
            break
    else:
        raise error_at("TYPE_MISMATCH", "The types of the lambda's arguments can't be decided", node)
    substituted = tuple(substitute(pattern, types, bound.numbers) for pattern in patterns)
    result = result_type(found.signature, types, bound.numbers)
    return Bound(found.signature, substituted, result, types, bound.numbers), values


def _lambda(
    analyzer: Expressions,
    node: exp.Lambda,
    pattern: Pattern,
    types: dict[str, TrinoType],
    bound: Bound,
    call_node: CallNode,
) -> Lambda:
    *given, result = pattern.inner
    if len(given) != len(node.expressions):
        raise error_at(
            "INVALID_PARAMETER_USAGE",
            f"Expected a lambda that takes {len(given)} argument(s) but got {len(node.expressions)}",
            node,
        )
    parameters = {}
    for name, kind in zip(node.expressions, given, strict=True):
        found = substitute(kind, types, bound.numbers)
        parameters[name.name.lower()] = Field(
            name.name, found if found is not None else UNKNOWN, analyzer.context.unique("l")
        )
    analyzer.parameters.append(parameters)
    try:
        body = analyzer.analyse(node.this)
    finally:
        analyzer.parameters.pop()
    expected = substitute(result, types, bound.numbers)
    if expected is None or (result.is_variable and not can_coerce(body.type, expected)):
        common = body.type if expected is None else common_type(expected, body.type)
        if result.is_variable and common is not None:
            types[result.kind] = expected = common
        elif expected is None and _bind_result(result, body.type, types):
            expected = body.type
    if expected is None or not can_coerce(body.type, expected):
        raise error_at(
            "FUNCTION_NOT_FOUND",
            f"Unexpected parameters for function {call_node.this}: a lambda returns {body.type}, not {expected}",
            call_node,
        )
    body = coerce(body, expected)
    inner = (*(one.type for one in parameters.values()), body.type)
    return Lambda(function(*inner), tuple(parameters.values()), body)


def _bind_result(pattern: Pattern, kind: TrinoType, types: dict[str, TrinoType]) -> bool:
    """Decide the type variables inside a lambda's result, such as ``array(R)``."""
    if pattern.is_variable:
        types[pattern.kind] = kind
        return True
    return (
        pattern.kind == kind.kind
        and len(pattern.inner) == len(kind.inner)
        and all(_bind_result(one, inner, types) for one, inner in zip(pattern.inner, kind.inner, strict=True))
    )


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


def _aggregate_call(
    analyzer: Expressions, found: Function, bound: Bound, arguments: Sequence[Expression], node: CallNode
) -> Expression:
    for one in arguments:
        for inner in one.walk():
            if isinstance(inner, AggregateCall | WindowCall):
                what = "aggregations" if isinstance(inner, AggregateCall) else "window functions"
                raise error_at(
                    "NESTED_AGGREGATION" if what == "aggregations" else "NESTED_WINDOW",
                    f"Cannot nest {what} inside aggregation '{found.name}'",
                    node,
                )
    values = _coerced(bound, arguments)
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
        _result(bound), found, bound, values, distinct, _condition(analyzer, node.args.get("filter")), order
    )


def _window_call(
    analyzer: Expressions, found: Function, bound: Bound, arguments: Sequence[Expression], node: CallNode
) -> Expression:
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
    values = _coerced(bound, arguments)
    condition = _condition(analyzer, node.args.get("filter"))
    frame = _frame(analyzer, frame_node, order)
    result = WindowCall(
        _result(bound), found, bound, values, condition, node.args.get("nulls") == "IGNORE", partition, order, frame
    )
    for child in result.children():
        if any(isinstance(one, WindowCall) for one in child.walk()):
            raise error_at(
                "NESTED_WINDOW", "Cannot nest window functions or row pattern measures inside window function", node
            )
    return result


_NULL_TREATMENT = ("lag", "lead", "first_value", "last_value", "nth_value")
_FRAMED = ("first_value", "last_value", "nth_value")


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

"""Calls: overloads and lambdas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.analysis.aggregate_calls import aggregate_call, window_call
from local.engine.analysis.arguments import coerced_arguments, result_of
from local.engine.analysis.context import error_at
from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import Expression, Field, FunctionCall, Lambda
from local.engine.errors import cannot_run
from local.engine.functions.registry import AGGREGATE, WINDOW, Function
from local.engine.functions.resolution import AmbiguousCall, resolve
from local.engine.functions.signature import Bound, Pattern, result_type, substitute
from local.engine.functions.unsupported import KNOWN_TO_TRINO, MISSING_OVERLOADS
from local.engine.sql.grammar.nodes import FunctionCall as CallNode
from local.engine.types.coerce import can_coerce, common_type
from local.engine.types.model import UNKNOWN, TrinoType, function

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
        return window_call(analyzer, found, bound, values, node)
    if found.kind == WINDOW:
        raise error_at("MISSING_OVER", f"Window function {name} requires an OVER clause", node)
    if found.kind == AGGREGATE:
        return aggregate_call(analyzer, found, bound, values, node)
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
    return FunctionCall(result_of(bound), found, bound, coerced_arguments(bound, arguments))


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

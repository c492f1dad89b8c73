"""What has the syntax of a call, but isn't a function: ``if``, ``coalesce``, ``try``, ``typeof`` and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from local.engine.analysis import calls, literals
from local.engine.analysis.context import error_at
from local.engine.analysis.literals import coerce
from local.engine.analysis.nodes import ArrayOf, Case, Coalesce, ColumnRef, Constant, Expression, Grouping, NullIf, Try
from local.engine.errors import cannot_run
from local.engine.interface import CATALOG
from local.engine.sql.grammar.nodes import FunctionCall as CallNode
from local.engine.types.coerce import common_type
from local.engine.types.model import BIGINT, INTEGER, VARCHAR, TrinoType, array

if TYPE_CHECKING:
    from local.engine.analysis.expressions import Expressions


def _current_schema(analyzer: Expressions, _: CallNode) -> Expression:
    return Constant(VARCHAR, analyzer.context.database)


def _if(analyzer: Expressions, node: CallNode) -> Expression:
    if not 2 <= len(node.expressions) <= 3:
        raise error_at("SYNTAX_ERROR", "Invalid number of arguments for 'if' function", node)
    condition = analyzer.condition(node.expressions[0], "IF condition")
    items = [(one, analyzer.analyse(one)) for one in node.expressions[1:]]
    if len(items) == 1:
        items.append((node, literals.null()))
    true, false = analyzer.same_type(items, "Result types for IF must be the same: {} vs {}")
    return Case(true.type, None, ((condition, true),), false)


def _nullif(analyzer: Expressions, node: CallNode) -> Expression:
    if len(node.expressions) != 2:
        raise error_at("SYNTAX_ERROR", "Invalid number of arguments for 'nullif' function", node)
    first, second = (analyzer.analyse(one) for one in node.expressions)
    if common_type(first.type, second.type) is None:
        raise error_at("TYPE_MISMATCH", f"Types are not comparable with NULLIF: {first.type} vs {second.type}", node)
    return NullIf(first.type, first, analyzer.compare("=", first, second, node))


def _coalesce(analyzer: Expressions, node: CallNode) -> Expression:
    if len(node.expressions) < 2:
        raise error_at("SYNTAX_ERROR", "The 'coalesce' function must have at least two arguments", node)
    items = analyzer.same_type(
        [(one, analyzer.analyse(one)) for one in node.expressions],
        "All COALESCE operands must be the same type or coercible to a common type. Cannot find common type "
        "between {} and {}",
    )
    return Coalesce(items[0].type, items)


def _try(analyzer: Expressions, node: CallNode) -> Expression:
    if len(node.expressions) != 1:
        raise error_at("SYNTAX_ERROR", "The 'try' function must have exactly one argument", node)
    value = analyzer.analyse(node.expressions[0])
    return value if isinstance(value, Constant | ColumnRef) else Try(value.type, value)


def _now(analyzer: Expressions, node: CallNode) -> Expression | None:
    """``current_timestamp(p)`` and ``localtimestamp(p)``."""
    if not node.expressions:
        return None
    digits = int(node.expressions[0].name)
    value = calls.call(analyzer, node.this, [], node)
    if digits > (value.type.precision or 0):
        raise cannot_run(f"{node.this} with more than {value.type.precision} digits")
    return coerce(value, TrinoType(value.type.kind, precision=digits))


def _typeof(analyzer: Expressions, node: CallNode) -> Expression:
    if len(node.expressions) != 1:
        raise error_at("FUNCTION_NOT_FOUND", "Unexpected parameters for function typeof. Expected: typeof(T)", node)
    return Constant(VARCHAR, str(analyzer.analyse(node.expressions[0]).type))


def _format(analyzer: Expressions, node: CallNode) -> Expression:
    if len(node.expressions) < 2:
        raise error_at("SYNTAX_ERROR", "The 'format' function must have at least two arguments", node)
    pattern, *values = (analyzer.analyse(one) for one in node.expressions)
    for value in values:
        if not value.type.is_number and value.type.kind not in ("varchar", "boolean", "date", "unknown"):
            raise cannot_run(f"format of {value.type}")
    texts = tuple(calls.call(analyzer, "$format_value", [value], node) for value in values)
    return calls.call(analyzer, "$format", [pattern, ArrayOf(array(VARCHAR), texts)], node)


def _grouping(analyzer: Expressions, node: CallNode) -> Expression:
    keys = tuple(analyzer.analyse(one) for one in node.expressions)
    return Grouping(BIGINT if len(keys) > 31 else INTEGER, keys)


#: By name. A form returns None if it is the function of that name after all.
SPECIAL_FORMS: Mapping[str, Callable[[Expressions, CallNode], Expression | None]] = {
    "current_catalog": lambda *_: Constant(VARCHAR, CATALOG),
    "current_schema": _current_schema,
    "current_timestamp": _now,
    "localtimestamp": _now,
    "if": _if,
    "nullif": _nullif,
    "coalesce": _coalesce,
    "try": _try,
    "typeof": _typeof,
    "format": _format,
    "grouping": _grouping,
}

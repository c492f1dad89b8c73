"""Operators whose meaning depends on the types of their operands, and the check that Athena allows these types."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from local.engine.errors import at
from local.engine.functions.calls import call, cast
from local.engine.results.trino_types import TrinoType
from local.engine.sql.dialect import position

_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
_MAX_PRECISION = 38

_SYMBOLS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Mod: "%",
}  # fmt: skip

_FAMILIES = {
    **dict.fromkeys((*_DIGITS, "decimal", "double", "real"), "number"),
    **dict.fromkeys(("date", "timestamp(3)", "timestamp(3) with time zone"), "time"),
}


def divide(node: exp.Div, left: TrinoType | None, right: TrinoType | None) -> exp.Expr | None:
    """``/``: integers are truncated, decimals have Trino's scale, and a double can be divided by zero."""
    if left is None or right is None:
        return None
    kinds = {left.kind, right.kind}
    if kinds <= _DIGITS.keys():
        return exp.IntDiv(this=node.left, expression=node.right)
    if kinds & {"double", "real"}:
        if isinstance(node.right, exp.Literal) and float(node.right.name) != 0:
            return None
        return call("trino_divide_double", cast(node.left, "DOUBLE"), cast(node.right, "DOUBLE"))
    if "decimal" in kinds and kinds <= {"decimal", *_DIGITS}:
        (precision, scale), (_, right_scale) = _decimal(left), _decimal(right)
        result_scale = max(scale, right_scale)
        precision = min(_MAX_PRECISION, precision + right_scale + max(0, right_scale - scale))
        quotient = exp.Div(this=cast(node.left, "DOUBLE"), expression=cast(node.right, "DOUBLE"))
        return cast(quotient, f"DECIMAL({precision}, {result_scale})")
    return None


def shift_date(node: exp.Add | exp.Sub, left: TrinoType | None, right: TrinoType | None) -> exp.Expr | None:
    """A date plus or minus an interval is a date, not a timestamp."""
    if any(kind is not None and kind.kind == "date" for kind in (left, right)):
        return cast(exp.Paren(this=node.copy()), "DATE")
    return None


def decimal_literal(node: exp.Literal) -> exp.Expr | None:
    """``0.1`` is a decimal(1,1): the zero before the point isn't counted."""
    whole, point, fraction = node.name.partition(".")
    if node.is_string or not point or whole not in ("", "0") or not fraction.isdigit():
        return None
    return cast(exp.Literal.number(f"0.{fraction}"), f"DECIMAL({len(fraction)}, {len(fraction)})")


def _decimal(kind: TrinoType) -> tuple[int, int]:
    return (kind.precision, kind.scale) if kind.kind == "decimal" else (_DIGITS[kind.kind], 0)


def subscript(node: exp.Bracket, kind: TrinoType | None) -> exp.Expr | None:
    """``a[i]`` of an array or a map, which fails if there is no such element."""
    if kind is None or len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Slice):
        return None
    if kind.kind == "array":
        return call("trino_subscript", node.this, node.expressions[0])
    if kind.kind == "map":
        return call("trino_map_subscript", node.this, node.expressions[0])
    return None


def check_operators(select: exp.Select, types_of: Callable[[Sequence[exp.Expr]], list[TrinoType | None]]) -> None:
    """Reject operands that Athena rejects and DuckDB would cast: ``varchar > integer``, ``date = varchar``.

    Raises:
        QueryError: TYPE_MISMATCH, for the first such operator of this SELECT (not of the SELECTs inside it).
    """
    _check_conditions(select, types_of)
    places = [
        node
        for node in _own_nodes(select)
        if type(node) in _SYMBOLS or isinstance(node, exp.Between | exp.In | exp.DPipe)
    ]
    pairs = [(node, left, right) for node in places for left, right in _operands(node)]
    kinds = types_of([operand for _, left, right in pairs for operand in (left, right)])
    for number, (node, left, _) in enumerate(pairs):
        one, other = kinds[2 * number], kinds[2 * number + 1]
        if one is None or other is None:
            continue
        symbol = _SYMBOLS.get(type(node))
        if isinstance(node, exp.DPipe):
            if (
                {one.kind, other.kind} & {"varchar", "char"}
                and _family(one) != _family(other)
                and "unknown" not in (one.kind, other.kind)
            ):
                raise at(
                    "TYPE_MISMATCH", f"Unexpected parameters ({one}, {other}) for function concat", *position(node)
                )
        elif not _comparable(one, other, arithmetic=symbol in ("+", "-", "*", "%")):
            if isinstance(node, exp.Between):
                message = f"Cannot check if {one} is BETWEEN {other} and {other}"
            elif isinstance(node, exp.In):
                message = f"IN value and list items must be the same type: {one} and {other}"
            else:
                message = f"Cannot apply operator: {one} {symbol} {other}"
            raise at("TYPE_MISMATCH", message, *position(left))


def _check_conditions(select: exp.Select, types_of: Callable[[Sequence[exp.Expr]], list[TrinoType | None]]) -> None:
    for key in ("where", "having"):
        clause = select.args.get(key)
        kind = types_of([clause.this])[0] if isinstance(clause, exp.Expr) else None
        if isinstance(clause, exp.Expr) and kind is not None and kind.kind not in ("boolean", "unknown"):
            message = f"{key.upper()} clause must evaluate to a boolean: actual type {kind}"
            raise at("TYPE_MISMATCH", message, *position(clause.this))


def _own_nodes(select: exp.Select) -> list[exp.Expr]:
    nodes: list[exp.Expr] = []
    for node in select.walk(bfs=False, prune=lambda node: node is not select and isinstance(node, exp.Query)):
        if not isinstance(node, exp.Query) and node.find_ancestor(exp.Lambda, exp.Select) is not None:
            owner = node.find_ancestor(exp.Lambda, exp.Select)
            if owner is select:
                nodes.append(node)
    return nodes


def _operands(node: exp.Expr) -> list[tuple[exp.Expr, exp.Expr]]:
    if isinstance(node, exp.Between):
        return [(node.this, node.args["low"]), (node.this, node.args["high"])]
    if isinstance(node, exp.In):
        return [(node.this, value) for value in node.expressions]
    if isinstance(node.this, exp.Query) or isinstance(node.expression, exp.Query):
        return []
    return [(node.this, node.expression)]


def _family(kind: TrinoType) -> str:
    return _FAMILIES.get(kind.kind, kind.kind)


def _comparable(one: TrinoType, other: TrinoType, *, arithmetic: bool) -> bool:
    families = {_family(one), _family(other)}
    if "unknown" in families or (arithmetic and any(family.startswith("interval") for family in families)):
        return True
    if arithmetic:
        return families == {"number"}
    return len(families) == 1

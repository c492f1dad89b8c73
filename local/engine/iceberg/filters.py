"""The conditions of a query's plan as Iceberg expressions.

Those that Iceberg can express select partitions, files and row groups; DuckDB evaluates all of them again on the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

from pyiceberg.expressions import (
    AlwaysTrue,
    And,
    BooleanExpression,
    EqualTo,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    NotEqualTo,
    NotNull,
    Or,
)
from pyiceberg.expressions.visitors import bind
from pyiceberg.schema import Schema
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    IcebergType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
    TimestamptzType,
)
from sqlglot import exp

from local.engine.tables.plan import COLUMN_NAME

_COMPARISONS: dict[type[exp.Expr], tuple[Any, Any]] = {
    # An operator with the column on the left, and on the right.
    exp.EQ: (EqualTo, EqualTo),
    exp.NEQ: (NotEqualTo, NotEqualTo),
    exp.GT: (GreaterThan, LessThan),
    exp.GTE: (GreaterThanOrEqual, LessThanOrEqual),
    exp.LT: (LessThan, GreaterThan),
    exp.LTE: (LessThanOrEqual, GreaterThanOrEqual),
}


def to_filter(conditions: Sequence[exp.Expr], schema: Schema, only: Collection[int] | None = None) -> BooleanExpression:
    """The conditions as an Iceberg expression over ``schema``. What it can't express is left out.

    With ``only``, conditions on other columns than those at these positions are left out, too.
    """
    expression: BooleanExpression = AlwaysTrue()
    parts = [part.unnest() for tree in conditions for part in _conjuncts(tree)]
    for tree in parts:
        if only is None or _places(tree) <= set(only):
            expression = And(expression, _convert(tree, schema))
    return expression


# What PyIceberg's classes for predicates, which mypy takes for pydantic models, are called with.
_equal: Callable[[str, Any], BooleanExpression] = EqualTo  # type: ignore[assignment]
_in: Callable[[str, Any], BooleanExpression] = In  # type: ignore[assignment]
_is_null: Callable[[str], BooleanExpression] = IsNull  # type: ignore[assignment]
_not_null: Callable[[str], BooleanExpression] = NotNull  # type: ignore[assignment]


def _conjuncts(tree: exp.Expr) -> list[exp.Expr]:
    tree = tree.unnest()
    return [*_conjuncts(tree.left), *_conjuncts(tree.right)] if isinstance(tree, exp.And) else [tree]


def _places(tree: exp.Expr) -> set[int]:
    """The positions of the columns in a condition; -1 for a hidden one or a field of a struct."""
    names = [COLUMN_NAME.fullmatch(column.name) for column in tree.find_all(exp.Column) if len(column.parts) == 1]
    others = any(len(column.parts) > 1 for column in tree.find_all(exp.Column))
    return {int(name[1]) if name else -1 for name in names} | ({-1} if others else set())


def _convert(tree: exp.Expr, schema: Schema) -> BooleanExpression:
    """An expression that holds for every row for which ``tree`` is true."""
    tree = tree.unnest()
    match tree:
        case exp.And():
            return And(_convert(tree.left, schema), _convert(tree.right, schema))
        case exp.Or():
            return Or(_convert(tree.left, schema), _convert(tree.right, schema))
        case exp.Column():
            return _bound(_equal(_path(tree, schema), True), schema, tree, (BooleanType,))
        case exp.Not(this=exp.Column() as column):
            return _bound(_equal(_path(column, schema), False), schema, column, (BooleanType,))
        case exp.Is(this=exp.Column() as column, expression=exp.Null()):
            return _bound(_is_null(_path(column, schema)), schema, column, None)
        case exp.Not(this=exp.Is(this=exp.Column() as column, expression=exp.Null())):
            return _bound(_not_null(_path(column, schema)), schema, column, None)
        case exp.In(this=exp.Column() as column) if tree.expressions:
            values = [_literal(value, schema, column) for value in tree.expressions]
            return AlwaysTrue() if None in values else _bound(_in(_path(column, schema), values), schema, column, None)
        case exp.EQ() | exp.NEQ() | exp.GT() | exp.GTE() | exp.LT() | exp.LTE():
            left, right = tree.left.unnest(), tree.right.unnest()
            forward, backward = _COMPARISONS[type(tree)]
            if isinstance(left, exp.Column):
                return _comparison(forward, left, right, schema)
            if isinstance(right, exp.Column):
                return _comparison(backward, right, left, schema)
    return AlwaysTrue()


def _comparison(operator: Any, column: exp.Column, value: exp.Expr, schema: Schema) -> BooleanExpression:
    literal = _literal(value, schema, column)
    return AlwaysTrue() if literal is None else _bound(operator(_path(column, schema), literal), schema, column, None)


def _literal(node: exp.Expr, schema: Schema, column: exp.Column) -> Any:
    """The value of a constant in a plan, for a comparison with a column; None if Iceberg can't compare them."""
    kind = _type_of(schema, column)
    cast = node.this if isinstance(node, exp.Cast) else None
    negative = isinstance(node, exp.Neg)
    inner = (node.this if negative else cast or node).unnest()
    if isinstance(inner, exp.Boolean):
        return bool(inner.this) if isinstance(kind, BooleanType) else None
    if not isinstance(inner, exp.Literal):
        return None
    text = inner.name
    match kind:
        case StringType():
            return text if inner.is_string and cast is None else None
        case IntegerType() | LongType():
            if inner.is_string or not text.isdigit():
                return None
            return -int(text) if negative else int(text)
        case DecimalType():
            return None if inner.is_string else _decimal(("-" if negative else "") + text, kind)
        case DateType() if cast is not None and len(text) == 10:
            return text
        case TimestampType() if cast is not None and "+" not in text:
            return text.replace(" ", "T")
        case TimestamptzType() if cast is not None and text.endswith("+00"):
            return text.removesuffix("+00").replace(" ", "T") + "+00:00"
    return None


def _decimal(text: str, kind: DecimalType) -> Decimal | None:
    value = Decimal(text)
    scaled = value.quantize(Decimal(1).scaleb(-kind.scale))
    return scaled if scaled == value else None


def _bound(
    expression: BooleanExpression, schema: Schema, column: exp.Column, kinds: tuple[type[IcebergType], ...] | None
) -> BooleanExpression:
    """The expression if Iceberg accepts it for the type of the column."""
    kind = _type_of(schema, column)
    # Iceberg's bounds of floating-point columns leave NaN out.
    if kind is None or not kind.is_primitive or str(kind) in ("float", "double", "uuid"):
        return AlwaysTrue()
    if kinds is not None and not isinstance(kind, kinds):
        return AlwaysTrue()
    try:
        bind(schema, expression, case_sensitive=True)
    except (ValueError, TypeError, ArithmeticError):
        return AlwaysTrue()
    return expression


def _path(column: exp.Column, schema: Schema) -> str:
    found = _field(schema, column)
    return found.name if found is not None else ""


def _type_of(schema: Schema, column: exp.Column) -> IcebergType | None:
    found = _field(schema, column)
    return found.field_type if found is not None else None


def _field(schema: Schema, column: exp.Column) -> NestedField | None:
    """The column of the table; None for a field of a struct, and for a hidden column."""
    found = COLUMN_NAME.fullmatch(column.name)
    position = int(found[1]) if found and len(column.parts) == 1 else len(schema.fields)
    return schema.fields[position] if position < len(schema.fields) else None

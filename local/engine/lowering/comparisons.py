"""Comparisons: what DuckDB has to compare so that the result is Trino's."""

from __future__ import annotations

from local.engine.errors import cannot_run
from local.engine.types.model import TrinoType

_FLOATS = ("real", "double")


def sort_value(sql: str, kind: TrinoType) -> str:
    """What orders, groups and compares values of a type."""
    if kind.kind == "timestamp with time zone":
        return f"struct_extract({sql}, 'u')"
    if any(_holds_zone(one) for one in kind.inner):
        raise cannot_run(f"comparisons of {kind}")
    return sql


def _holds_zone(kind: TrinoType) -> bool:
    return kind.kind == "timestamp with time zone" or any(map(_holds_zone, kind.inner))


def compare(operator: str, left: str, right: str, kind: TrinoType, *, right_is_number: bool = False) -> str:
    """A comparison of two values of the same type; ``right_is_number``: it is a literal, and not NaN."""
    left, right = sort_value(left, kind), sort_value(right, kind)
    plain = f"({left} {operator} {right})"
    if kind.kind not in _FLOATS or operator == "IS DISTINCT FROM":
        return plain
    # DuckDB sorts NaN after all numbers and lets it equal itself; in Trino every comparison with it is false.
    if right_is_number:
        return f"({plain} AND NOT isnan({left}))" if operator in (">", ">=") else plain
    match operator:
        case "=":
            return f"({plain} AND NOT (isnan({left}) AND isnan({right})))"
        case "<>":
            return f"({plain} OR (isnan({left}) AND isnan({right})))"
        case "<" | "<=":
            return f"({plain} AND NOT (isnan({right}) AND {left} IS NOT NULL))"
    return f"({plain} AND NOT (isnan({left}) AND {right} IS NOT NULL))"

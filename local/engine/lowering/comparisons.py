"""Comparisons: what DuckDB has to compare so that the result is Trino's."""

from __future__ import annotations

from local.engine.errors import cannot_run
from local.engine.functions.templates import fail_if
from local.engine.types.model import TrinoType
from local.engine.types.representation import field_names

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
    if kind.kind in ("array", "map", "row") and operator != "IS DISTINCT FROM":
        return _compare_nested(operator, left, right, kind)
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


def _compare_nested(operator: str, left: str, right: str, kind: TrinoType) -> str:
    """Arrays, maps and rows: a NULL inside makes the result unknown, unless something else decides it."""
    if operator == "=":
        return _equal(left, right, kind, 1)
    if operator == "<>":
        return f"(NOT {_equal(left, right, kind, 1)})"
    left, right = sort_value(left, kind), sort_value(right, kind)
    # Trino compares items up to the first difference, and fails at a NULL.
    return fail_if(
        f"{_has_null(left, kind)} OR {_has_null(right, kind)}",
        "NOT_SUPPORTED",
        f"'{kind.kind.upper()} comparison not supported for values with null elements'",
        f"({left} {operator} {right})",
        "BOOLEAN",
    )


def _has_null(sql: str, kind: TrinoType) -> str:
    match kind.kind:
        case "array":
            inner = _has_null("n", kind.inner[0])
            return f"({sql} IS NOT NULL AND len(list_filter({sql}, lambda n: n IS NULL OR {inner})) > 0)"
        case "row":
            fields = [f"struct_extract({sql}, '{_escaped(name)}')" for name in field_names(kind)]
            parts = [
                f"{field} IS NULL OR {_has_null(field, inner)}" for field, inner in zip(fields, kind.inner, strict=True)
            ]
            return f"({sql} IS NOT NULL AND ({' OR '.join(parts)}))"
    return "FALSE"


def _equal(left: str, right: str, kind: TrinoType, depth: int) -> str:
    """Equality in three-valued logic."""
    match kind.kind:
        case "array":
            item = f"i{depth}"
            equal = _equal(f"{left}[{item}]", f"{right}[{item}]", kind.inner[0], depth + 1)
            found = f"list_transform(range(1, len({left}) + 1), lambda {item}: {equal})"
            return f"CASE WHEN len({left}) <> len({right}) THEN FALSE ELSE {_all(found, depth)} END"
        case "map":
            key = f"i{depth}"
            equal = _equal(f"{left}[{key}]", f"{right}[{key}]", kind.inner[1], depth + 1)
            both = f"CASE WHEN list_contains(map_keys({right}), {key}) THEN {equal} ELSE FALSE END"
            found = f"list_transform(map_keys({left}), lambda {key}: {both})"
            return f"CASE WHEN cardinality({left}) <> cardinality({right}) THEN FALSE ELSE {_all(found, depth)} END"
        case "row":
            parts = [
                _equal(
                    f"struct_extract({left}, '{_escaped(name)}')",
                    f"struct_extract({right}, '{_escaped(name)}')",
                    inner,
                    depth + 1,
                )
                for name, inner in zip(field_names(kind), kind.inner, strict=True)
            ]
            # The fields of a NULL row are NULL.
            return f"({' AND '.join(parts)})"
    return compare("=", left, right, kind)


def _all(list_: str, depth: int) -> str:
    """Whether all of a list is true: false if anything is, else NULL if anything is."""
    name = f"r{depth}"
    return (
        f"list_transform([{list_}], lambda {name}: CASE WHEN {name} IS NULL THEN NULL "
        f"WHEN list_contains({name}, FALSE) THEN FALSE "
        f"WHEN list_count({name}) < len({name}) THEN NULL ELSE TRUE END)[1]"
    )


def _escaped(name: str) -> str:
    return name.replace("'", "''")

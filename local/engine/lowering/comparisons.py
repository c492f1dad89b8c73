"""Comparisons: what DuckDB has to compare so that the result is Trino's."""

from __future__ import annotations

from local.engine.errors import cannot_run
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
    if kind.inner and operator != "IS DISTINCT FROM":
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


def is_one_of(value: str, items: list[str], kind: TrinoType) -> str:
    """``value IN (items)``. A float's value is named more than once."""
    if kind.inner:
        return "(" + " OR ".join(compare("=", value, one, kind) for one in items) + ")"
    value, items = sort_value(value, kind), [sort_value(one, kind) for one in items]
    plain = f"({value} IN ({', '.join(items)}))"
    if kind.kind not in _FLOATS:
        return plain
    nulls = " OR ".join(f"{one} IS NULL" for one in items)
    return f"CASE WHEN isnan({value}) THEN CASE WHEN {nulls} THEN NULL ELSE FALSE END ELSE {plain} END"


def _compare_nested(operator: str, left: str, right: str, kind: TrinoType) -> str:
    """Arrays, maps and rows: DuckDB lets a NULL inside them equal another one."""
    if operator == "=":
        return equal(left, right, kind)
    if operator == "<>":
        return f"(NOT {equal(left, right, kind)})"
    plain = f"({sort_value(left, kind)} {operator} {sort_value(right, kind)})"
    if _holds_float(kind):
        raise cannot_run(f"an order of {kind}")
    # Trino compares until two values differ, and fails at a NULL before that.
    message = f"NOT_SUPPORTED: {kind.kind.upper()} comparison not supported for values with null elements"
    nulls = f"coalesce({_holds_null(left, kind, 0)} OR {_holds_null(right, kind, 0)}, FALSE)"
    failed = f"CAST(py_fail(CASE WHEN {nulls} THEN '{message}' END) AS BOOLEAN)"
    return f"CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL WHEN {nulls} THEN {failed} ELSE {plain} END"


def equal(left: str, right: str, kind: TrinoType, depth: int = 0) -> str:
    """``left = right``, NULL if values inside are unknown and those that are known are equal."""
    if not kind.inner:
        return compare("=", left, right, kind)
    if kind.kind == "row":
        parts = (
            equal(f"struct_extract({left}, '{name}')", f"struct_extract({right}, '{name}')", inner, depth)
            for name, inner in zip(_escaped(kind), kind.inner, strict=True)
        )
        return f"CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL ELSE ({' AND '.join(parts)}) END"
    place = f"e{depth}"
    if kind.kind == "map":
        value = equal(f"map_extract_value({left}, {place})", f"map_extract_value({right}, {place})", kind.inner[1],
                      depth + 1)  # fmt: skip
        found = f"list_transform(map_keys({left}), lambda {place}: map_contains({right}, {place}) AND {value})"
        same = f"cardinality({left}) = cardinality({right})"
    else:
        value = equal(f"{left}[{place}]", f"{right}[{place}]", kind.inner[0], depth + 1)
        found = f"list_transform(range(1, len({left}) + 1), lambda {place}: {value})"
        same = f"len({left}) = len({right})"
    every = (
        f"CASE WHEN list_contains(m{depth}, FALSE) THEN FALSE WHEN list_count(m{depth}) < len(m{depth}) THEN NULL "
        "ELSE TRUE END"
    )
    whole = f"list_transform([{found}], lambda m{depth}: {every})[1]"
    return f"CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL WHEN NOT ({same}) THEN FALSE ELSE {whole} END"


def _holds_null(sql: str, kind: TrinoType, depth: int) -> str:
    if kind.kind == "row":
        fields = [f"struct_extract({sql}, '{name}')" for name in _escaped(kind)]
        parts = (
            f"{field} IS NULL OR {_holds_null(field, one, depth)}"
            for field, one in zip(fields, kind.inner, strict=True)
        )
        return f"({' OR '.join(parts)})"
    if kind.kind == "array":
        item = f"n{depth}"
        body = f"{item} IS NULL OR {_holds_null(item, kind.inner[0], depth + 1)}"
        return f"(len(list_filter({sql}, lambda {item}: {body})) > 0)"
    return "FALSE"


def _holds_float(kind: TrinoType) -> bool:
    return kind.kind in _FLOATS or any(map(_holds_float, kind.inner))


def _escaped(kind: TrinoType) -> list[str]:
    """The names of a row's fields inside a literal."""
    return [name.replace("'", "''") for name in field_names(kind)]

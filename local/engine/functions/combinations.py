"""Functions of arrays that make parts of them, and maps of what they hold.

https://trino.io/docs/current/functions/array.html
"""

from __future__ import annotations

from itertools import combinations

from local.engine.functions.registry import Call, invalid_argument, scalar, udf
from local.engine.functions.templates import fail_if, fill
from local.engine.types.representation import field_names

_MAX_SIZE = 5
_MAX_COMBINATIONS = 100_000


def positions(length: int, size: int) -> list[list[int]]:
    """The positions in an array of each combination of so many elements, in Trino's order."""
    if size < 0:
        raise invalid_argument(f"combination size must not be negative: {size}")
    if size > _MAX_SIZE:
        raise invalid_argument(f"combination size must not exceed {_MAX_SIZE}: {size}")
    # Trino moves the first element that can move, so the last elements are the slowest.
    found = sorted(combinations(range(1, length + 1), size), key=lambda one: one[::-1])
    if len(found) > _MAX_COMBINATIONS:
        raise invalid_argument(f"combinations exceed max size {_MAX_COMBINATIONS}")
    return [list(one) for one in found]


def _multimap(call: Call) -> str:
    key, value = field_names(call.arguments[0].type.inner[0])
    keys = f"list_distinct(list_transform({{0}}, lambda e: struct_extract(e, '{key}')))"
    values = (
        f"list_transform(list_filter({{0}}, lambda e: struct_extract(e, '{key}') = k), "
        f"lambda e: struct_extract(e, '{value}'))"
    )
    found = f"map_from_entries(list_transform({keys}, lambda k: struct_pack(key := k, value := {values})))"
    null = f"len(list_filter({{0}}, lambda e: e IS NULL OR struct_extract(e, '{key}') IS NULL)) > 0"
    checked = fail_if(null, "INVALID_FUNCTION_ARGUMENT", "'map key cannot be null'", found, "{type}")
    return fill(f"CASE WHEN {{0}} IS NOT NULL THEN {checked} END", call.sql, [call.arguments[0].type], call.result)


FUNCTIONS = (
    scalar(
        "combinations(array(T), bigint) -> array(array(T))",
        "list_transform(py_positions(len({0}), {1}), lambda c: list_transform(c, lambda p: {0}[p]))",
    ),
    scalar(
        "ngrams(array(T), bigint) -> array(array(T))",
        fail_if(
            "{1} <= 0",
            "INVALID_FUNCTION_ARGUMENT",
            "'N must be positive'",
            "CASE WHEN len({0}) <= {1} THEN [{0}] ELSE "
            "list_transform(range(1, len({0}) - {1} + 2), lambda i: {0}[i:i + {1} - 1]) END",
            "{type}",
        ),
        null_on_null=True,
    ),
    scalar(
        "contains_sequence(array(T), array(T)) -> boolean",
        "len({1}) = 0 OR len(list_filter(range(1, len({0}) - len({1}) + 2), "
        "lambda i: {0}[i:i + len({1}) - 1] = {1})) > 0",
        null_on_null=True,
        comparable="T",
    ),
    scalar(
        "array_histogram(array(T)) -> map(T, bigint)",
        "map_from_entries(list_transform(list_distinct({0}), lambda k: struct_pack(key := k, "
        "value := CAST(len(list_filter({0}, lambda e: e = k)) AS BIGINT))))",
        null_on_null=True,
        comparable="T",
    ),
    scalar("multimap_from_entries(array(row(K, V))) -> map(K, array(V))", _multimap, comparable="K"),
)

UDFS = (udf("positions", positions, "BIGINT, BIGINT", "BIGINT[][]"),)

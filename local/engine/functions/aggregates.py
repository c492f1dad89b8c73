"""Aggregate and window functions.

https://trino.io/docs/current/functions/aggregate.html, https://trino.io/docs/current/functions/window.html
"""

from __future__ import annotations

from local.engine.functions.registry import Aggregation, Call, aggregate, window
from local.engine.functions.templates import fail_if
from local.engine.types.representation import duckdb_type

_INTEGER_SUM = fail_if(
    "{r} NOT BETWEEN -9223372036854775808 AND 9223372036854775807",
    "NUMERIC_VALUE_OUT_OF_RANGE",
    "'bigint addition overflow'",
    "CAST({r} AS BIGINT)",
    "BIGINT",
)
_STATISTICS = ("stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp")
_TWO = ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept")
_PAIRS = "struct_pack(key := {0}, value := {1})"


def _by(name: str) -> object:
    """max_by and min_by: rows whose key is NULL are skipped, but not those whose value is."""

    def build(_: Call) -> Aggregation:
        return Aggregation(
            f"arg_{name}", ("struct_pack(v := {0})", "{1}"), "({1}) IS NOT NULL", "struct_extract({r}, 'v')"
        )

    return build


def _average(call: Call) -> Aggregation:
    """avg of decimals: the sum divided by the count, rounded half up."""
    scale = call.numbers["s"]
    finish = (
        "CASE WHEN {r}.n > 0 THEN CAST(py_decimal_divide(CAST({r}.s AS VARCHAR), CAST({r}.n AS VARCHAR), "
        f"{scale}) AS {duckdb_type(call.result)}) END"
    )
    kind = f"DECIMAL(38,{scale})"
    finish = finish.replace("{r}.n", "len({r})").replace(
        "{r}.s", f"list_reduce({{r}}, lambda a, b: a + b, CAST(0 AS {kind}))"
    )
    return Aggregation("list", (f"CAST({{0}} AS {kind})",), "({0}) IS NOT NULL", finish)


_DISTINCT_PAIRS = (
    "CASE WHEN len({r}) > 0 THEN map_from_entries(list_filter({r}, "
    "lambda e, i: list_position(list_transform({r}, lambda p: p.key), e.key) = i)) END"
)
_KEYS = "list_distinct(list_transform({r}, lambda p: p.key))"

FUNCTIONS = (
    aggregate("count() -> bigint", "count_star"),
    aggregate("count(T) -> bigint", "count"),
    aggregate("count_if(boolean) -> bigint", "count", "CASE WHEN {0} THEN 1 END"),
    aggregate("sum(bigint) -> bigint", "sum", finish=_INTEGER_SUM),
    aggregate("sum(real) -> real", "sum", finish="CAST({r} AS FLOAT)"),
    aggregate("sum(double) -> double", "sum"),
    aggregate("sum(decimal(p, s)) -> decimal(38, s)", "sum"),
    aggregate("avg(bigint) -> double", "avg"),
    aggregate("avg(double) -> double", "avg"),
    aggregate("avg(real) -> real", "avg", finish="CAST({r} AS FLOAT)"),
    aggregate("avg(decimal(p, s)) -> decimal(p, s)", _average),
    aggregate("min(T) -> T", "min", orderable="T"),
    aggregate("max(T) -> T", "max", orderable="T"),
    aggregate("max_by(V, K) -> V", _by("max"), orderable="K"),  # type: ignore[arg-type]  # a function
    aggregate("min_by(V, K) -> V", _by("min"), orderable="K"),  # type: ignore[arg-type]  # a function
    aggregate("array_agg(T) -> array(T)", "list"),
    aggregate("bool_and(boolean) -> boolean", "bool_and"),
    aggregate("every(boolean) -> boolean", "bool_and"),
    aggregate("bool_or(boolean) -> boolean", "bool_or"),
    aggregate("arbitrary(T) -> T", "any_value"),
    aggregate("any_value(T) -> T", "any_value"),
    aggregate("approx_distinct(T) -> bigint", "count", "DISTINCT {0}"),
    aggregate("approx_distinct(T, double) -> bigint", "count", "DISTINCT {0}"),
    aggregate("bitwise_and_agg(bigint) -> bigint", "bit_and"),
    aggregate("bitwise_or_agg(bigint) -> bigint", "bit_or"),
    aggregate("bitwise_xor_agg(bigint) -> bigint", "bit_xor"),
    aggregate("geometric_mean(double) -> double", "geometric_mean"),
    *(aggregate(f"{name}(double) -> double", name) for name in _STATISTICS),
    *(aggregate(f"{name}(double, double) -> double", name) for name in _TWO),
    aggregate("map_agg(K, V) -> map(K, V)", "list", _PAIRS, skip="{0} IS NULL", finish=_DISTINCT_PAIRS, comparable="K"),
    aggregate(
        "multimap_agg(K, V) -> map(K, array(V))",
        "list",
        _PAIRS,
        skip="{0} IS NULL",
        finish="CASE WHEN len({r}) > 0 THEN map_from_entries(list_transform("
        + _KEYS
        + ", lambda k: struct_pack(key := k, "
        "value := list_transform(list_filter({r}, lambda e: e.key = k), lambda e: e.value)))) END",
        comparable="K",
    ),
    aggregate(
        "histogram(K) -> map(K, bigint)",
        "list",
        "{0}",
        skip="{0} IS NULL",
        finish="CASE WHEN len({r}) > 0 THEN map_from_entries(list_transform(list_distinct({r}), lambda k: struct_pack(key := k, "  # noqa: E501 - one expression
        "value := CAST(len(list_filter({r}, lambda e: e = k)) AS BIGINT)))) END",
        comparable="K",
    ),
    aggregate(
        "map_union(map(K, V)) -> map(K, V)",
        "list",
        "map_entries({0})",
        skip="{0} IS NULL",
        finish="CASE WHEN len({r}) > 0 THEN list_transform([flatten({r})], lambda f: map_from_entries(list_filter(f, "
        "lambda e, i: list_position(list_transform(f, lambda p: p.key), e.key) = i)))[1] END",
    ),
    aggregate("listagg(varchar, varchar(x)) -> varchar", "string_agg", "{0}", "{1}"),
    window("row_number() -> bigint", "row_number"),
    window("rank() -> bigint", "rank"),
    window("dense_rank() -> bigint", "dense_rank"),
    window("percent_rank() -> double", "percent_rank"),
    window("cume_dist() -> double", "cume_dist"),
    window("ntile(bigint) -> bigint", "ntile"),
    window("first_value(T) -> T", "first_value"),
    window("last_value(T) -> T", "last_value"),
    window("nth_value(T, bigint) -> T", "nth_value"),
    *(window(f"{name}(T) -> T", name) for name in ("lag", "lead")),
    *(window(f"{name}(T, bigint) -> T", name, "{0}", "CAST({1} AS INTEGER)") for name in ("lag", "lead")),
    *(window(f"{name}(T, bigint, T) -> T", name, "{0}", "CAST({1} AS INTEGER)", "{2}") for name in ("lag", "lead")),
)

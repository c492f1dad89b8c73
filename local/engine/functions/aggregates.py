"""Aggregate and window functions.

https://trino.io/docs/current/functions/aggregate.html, https://trino.io/docs/current/functions/window.html
"""

from __future__ import annotations

from collections.abc import Callable

from local.engine.errors import QueryError, cannot_run
from local.engine.functions.registry import NOT_CONSTANT, Aggregation, Call, aggregate, window
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
_FLOATS = ("real", "double")
_INTERVALS = ("interval day to second", "interval year to month")
#: DuckDB returns NaN where the variance is zero, Trino NULL.
_NO_NAN = "CASE WHEN NOT isnan({r}) THEN CAST({r} AS TYPE) END"
_PAIRS = "struct_pack(key := {0}, value := {1})"


def _by(name: str) -> Callable[[Call], Aggregation]:
    """max_by and min_by: rows whose key is NULL are skipped, but not those whose value is."""

    def build(call: Call) -> Aggregation:
        # NaN is less than all numbers for max_by, and greater for min_by.
        is_float = name == "max" and call.types["K"].kind in _FLOATS
        key = "struct_pack(n := NOT isnan({1}), v := {1})" if is_float else "{1}"
        return Aggregation(
            f"arg_{name}", ("struct_pack(v := {0})", key), "({1}) IS NOT NULL", "struct_extract({r}, 'v')"
        )

    return build


def _maximum(call: Call) -> Aggregation:
    """max: NaN is less than all numbers."""
    if call.types["T"].kind not in _FLOATS:
        return Aggregation("max", ("{0}",))
    pair = "struct_pack(n := NOT isnan({0}), v := {0})"
    return Aggregation("max", (pair,), "({0}) IS NOT NULL", "struct_extract({r}, 'v')")


def _approximate(call: Call) -> Aggregation:
    """approx_distinct, which counts exactly here."""
    if len(call.arguments) > 1:
        error = call.arguments[1].constant
        if error is NOT_CONSTANT:
            raise cannot_run("approx_distinct with an error that isn't a literal")
        if error is not None and not 0.0040625 <= error <= 0.26:
            raise QueryError(f"INVALID_FUNCTION_ARGUMENT: Max standard error must be in [0.0040625, 0.26]: {error}")
    return Aggregation("count", ("DISTINCT {0}",))


def _several(name: str) -> Callable[[Call], Aggregation]:
    """max(x, n), min(x, n): the n largest or smallest values."""

    def build(call: Call) -> Aggregation:
        count = _count_of(call, 1, name)
        if call.types["T"].inner or call.types["T"].kind in (*_FLOATS, "timestamp with time zone"):
            raise cannot_run(f"{name} with a number of values of {call.types['T']}")
        return Aggregation(name, ("{0}", str(count)), "({0}) IS NOT NULL")

    return build


def _several_by(name: str) -> Callable[[Call], Aggregation]:
    """max_by(x, y, n), min_by(x, y, n)."""

    def build(call: Call) -> Aggregation:
        count = _count_of(call, 2, f"{name}_by")
        if call.types["K"].inner or call.types["K"].kind in (*_FLOATS, "timestamp with time zone"):
            raise cannot_run(f"{name}_by with a number of values by {call.types['K']}")
        return Aggregation(
            f"arg_{name}",
            ("struct_pack(v := {0})", "{1}", str(count)),
            "({1}) IS NOT NULL",
            "list_transform({r}, lambda s: struct_extract(s, 'v'))",
        )

    return build


def _count_of(call: Call, place: int, name: str) -> int:
    count = call.arguments[place].constant
    if not isinstance(count, int):
        raise cannot_run(f"{name} with a number of values that isn't a literal")
    if count <= 0:
        ordinal = "second" if place == 1 else "third"
        raise QueryError(f"INVALID_FUNCTION_ARGUMENT: {ordinal} argument of {name}_n must be positive")
    if count > 10_000:
        raise QueryError(
            f"INVALID_FUNCTION_ARGUMENT: number of values of {name} must be less than or equal to 10000; found {count}"
        )
    return count


def _offset(lowest: int, *, null: bool) -> str:
    """The offset of nth_value, lag and lead, which has to be at least ``lowest``."""
    message = f"CASE WHEN {{1}} IS NULL THEN 'Offset must not be null' ELSE 'Offset must be at least {lowest}' END"
    bad = f"{{1}} < {lowest}" + (" OR {1} IS NULL" if null else "")
    return fail_if(bad, "INVALID_FUNCTION_ARGUMENT", message, "{1}", "BIGINT")


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
    aggregate("max(T) -> T", _maximum, orderable="T"),
    *(aggregate(f"{name}(T, bigint) -> array(T)", _several(name), orderable="T") for name in ("min", "max")),
    *(aggregate(f"{name}_by(V, K, bigint) -> array(V)", _several_by(name), orderable="K") for name in ("min", "max")),
    *(aggregate(f"{name}({kind}) -> {kind}", name) for name in ("sum",) for kind in _INTERVALS),
    aggregate("max_by(V, K) -> V", _by("max"), orderable="K"),
    aggregate("min_by(V, K) -> V", _by("min"), orderable="K"),
    aggregate("array_agg(T) -> array(T)", "list"),
    aggregate("bool_and(boolean) -> boolean", "bool_and"),
    aggregate("every(boolean) -> boolean", "bool_and"),
    aggregate("bool_or(boolean) -> boolean", "bool_or"),
    aggregate("arbitrary(T) -> T", "any_value"),
    aggregate("any_value(T) -> T", "any_value"),
    aggregate("approx_distinct(T) -> bigint", _approximate),
    aggregate("approx_distinct(T, double) -> bigint", _approximate),
    aggregate("bitwise_and_agg(bigint) -> bigint", "bit_and"),
    aggregate("bitwise_or_agg(bigint) -> bigint", "bit_or"),
    aggregate("bitwise_xor_agg(bigint) -> bigint", "bit_xor"),
    aggregate("geometric_mean(double) -> double", "geometric_mean"),
    *(aggregate(f"{name}(double) -> double", name) for name in _STATISTICS),
    aggregate("geometric_mean(bigint) -> double", "geometric_mean"),
    aggregate("geometric_mean(real) -> real", "geometric_mean", finish="CAST({r} AS FLOAT)"),
    *(
        aggregate(f"{name}({kind}, {kind}) -> {kind}", name, finish=_NO_NAN.replace("TYPE", duckdb_kind))
        for name in _TWO
        for kind, duckdb_kind in (("double", "DOUBLE"), ("real", "FLOAT"))
    ),
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
    window("nth_value(T, bigint) -> T", "nth_value", "{0}", _offset(1, null=False)),
    *(window(f"{name}(T) -> T", name) for name in ("lag", "lead")),
    *(
        window(f"{name}(T, bigint) -> T", name, "{0}", f"CAST({_offset(0, null=True)} AS INTEGER)")
        for name in ("lag", "lead")
    ),
    *(
        window(f"{name}(T, bigint, T) -> T", name, "{0}", f"CAST({_offset(0, null=True)} AS INTEGER)", "{2}")
        for name in ("lag", "lead")
    ),
)

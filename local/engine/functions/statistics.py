"""Aggregate functions that need all values of a group: percentiles, moments and reductions.

https://trino.io/docs/current/functions/aggregate.html
"""

from __future__ import annotations

from local.engine.errors import cannot_run
from local.engine.functions.registry import NOT_CONSTANT, Aggregation, Call, aggregate
from local.engine.functions.templates import fail_if
from local.engine.types.representation import duckdb_type

_KINDS = ("bigint", "double", "real")


def _place(percentile: str) -> str:
    """The value at a percentile of the sorted list ``{r}``, exactly; Trino's digest is exact for few values too."""
    return f"list_sort({{r}})[least(len({{r}}), CAST(floor(len({{r}}) * {percentile}) AS BIGINT) + 1)]"


def _percentile(call: Call) -> Aggregation:
    if call.arguments[1].constant is NOT_CONSTANT:
        raise cannot_run("approx_percentile with a percentile that isn't a literal")
    finish = fail_if(
        "{1} NOT BETWEEN 0 AND 1",
        "INVALID_FUNCTION_ARGUMENT",
        "'Percentile must be between 0 and 1'",
        _place("{1}"),
        duckdb_type(call.result),
    )
    return Aggregation("list", ("{0}",), "({0}) IS NOT NULL", finish)


def _percentiles(call: Call) -> Aggregation:
    finish = fail_if(
        "len(list_filter({1}, lambda q: q NOT BETWEEN 0 AND 1)) > 0",
        "INVALID_FUNCTION_ARGUMENT",
        "'Percentile must be between 0 and 1'",
        f"list_transform({{1}}, lambda q: {_place('q')})",
        duckdb_type(call.result),
    )
    return Aggregation("list", ("{0}",), "({0}) IS NOT NULL", f"CASE WHEN len({{r}}) > 0 THEN {finish} END")


def _reduce(call: Call) -> Aggregation:
    kind = duckdb_type(call.result)
    finish = (
        "CASE WHEN len({r}) > 0 THEN "
        f"list_reduce({{r}}, {call.sql[2].replace('{', '{{').replace('}', '}}')}, CAST({{1}} AS {kind})) END"
    )
    if call.arguments[1].constant is NOT_CONSTANT:
        raise cannot_run("reduce_agg with a first state that isn't a literal")
    return Aggregation("list", ("{0}",), "({0}) IS NOT NULL", finish)


def _moment(power: int) -> str:
    return f"list_sum(list_transform(s.r, lambda x: pow(x - s.m, {power})))"


_SQUARES = _moment(2)
_N = "CAST(len(s.r) AS DOUBLE)"
_SKEWNESS = f"CASE WHEN len(s.r) >= 3 THEN sqrt({_N}) * {_moment(3)} / pow({_SQUARES}, 1.5) END"
_KURTOSIS = (
    f"CASE WHEN len(s.r) >= 4 THEN ({_N} - 1) * {_N} * ({_N} + 1) / (({_N} - 2) * ({_N} - 3)) * {_moment(4)} / "
    f"({_SQUARES} * {_SQUARES}) - 3 * pow({_N} - 1, 2) / (({_N} - 2) * ({_N} - 3)) END"
)


def _of_list(body: str) -> str:
    return f"list_transform([struct_pack(r := {{r}}, m := list_avg({{r}}))], lambda s: {body})[1]"


FUNCTIONS = (
    *(aggregate(f"approx_percentile({kind}, double) -> {kind}", _percentile) for kind in _KINDS),
    *(aggregate(f"approx_percentile({kind}, array(double)) -> array({kind})", _percentiles) for kind in _KINDS),
    *(
        aggregate(f"{name}(double) -> double", "list", "{0}", skip="{0} IS NULL", finish=_of_list(body))
        for name, body in (("skewness", _SKEWNESS), ("kurtosis", _KURTOSIS))
    ),
    aggregate("reduce_agg(T, S, function(S, T, S), function(S, S, S)) -> S", _reduce),
)

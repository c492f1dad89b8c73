"""Aggregate functions.

https://trino.io/docs/current/functions/aggregate.html
"""

from __future__ import annotations

from local.engine.functions.registry import aggregate, window
from local.engine.functions.templates import fail_if

_INTEGER_SUM = fail_if(
    "{r} NOT BETWEEN -9223372036854775808 AND 9223372036854775807",
    "NUMERIC_VALUE_OUT_OF_RANGE",
    "'bigint addition overflow'",
    "CAST({r} AS BIGINT)",
    "BIGINT",
)

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
    aggregate("min(T) -> T", "min", orderable="T"),
    aggregate("max(T) -> T", "max", orderable="T"),
    aggregate("array_agg(T) -> array(T)", "list"),
    aggregate("bool_and(boolean) -> boolean", "bool_and"),
    aggregate("bool_or(boolean) -> boolean", "bool_or"),
    window("row_number() -> bigint", "row_number"),
    window("rank() -> bigint", "rank"),
    window("dense_rank() -> bigint", "dense_rank"),
)

"""All functions that the engine runs, and the Python functions that they use.

A module of this package declares ``FUNCTIONS`` and, if it needs any, ``UDFS``. What isn't declared doesn't run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import duckdb
import pyarrow as pa
from duckdb.func import ARROW, NATIVE, SPECIAL

from local.engine.functions import (
    aggregates,
    arrays,
    binary,
    casts,
    combinations,
    datetime,
    datetime_casts,
    decimals,
    intervals,
    iso8601,
    java_format,
    json,
    json_casts,
    maps,
    math,
    operators,
    regexp,
    sql_json,
    statistics,
    strings,
    times,
)
from local.engine.functions.registry import Function, Udf

#: Modules that declare functions. Their order doesn't matter.
MODULES: tuple[ModuleType, ...] = (
    operators,
    casts,
    decimals,
    math,
    json,
    json_casts,
    sql_json,
    strings,
    regexp,
    binary,
    java_format,
    arrays,
    maps,
    combinations,
    datetime_casts,
    datetime,
    intervals,
    iso8601,
    times,
    aggregates,
    statistics,
)


_FLOATS = {"DOUBLE": pa.float64(), "FLOAT": pa.float32()}


@cache
def functions() -> Mapping[str, Sequence[Function]]:
    """The overloads of each function by its name in lower case; operators are named by their symbols."""
    found: dict[str, list[Function]] = {}
    for module in MODULES:
        for function in getattr(module, "FUNCTIONS", ()):
            found.setdefault(function.name, []).append(function)
    return found


def udfs() -> Sequence[Udf]:
    """All Python functions."""
    return [one for module in MODULES for one in getattr(module, "UDFS", ())]


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the Python functions in a connection's database."""
    for one in udfs():
        function = one.function
        if one.skips_null and not one.arrow:
            function = _skipping_null(function, len(one.arguments))
        floats = not one.arrow and one.result in _FLOATS
        if floats:
            function = _of_arrow(function, _FLOATS[one.result], len(one.arguments))
        connection.create_function(
            one.name,
            function,
            [duckdb.sqltype(kind) for kind in one.arguments],
            duckdb.sqltype(one.result),
            type=ARROW if one.arrow or floats else NATIVE,
            null_handling=SPECIAL,
        )


def _of_arrow(function: Callable[..., Any], kind: pa.DataType, count: int) -> Callable[..., Any]:
    """The function over Arrow arrays. DuckDB takes a NaN that a plain function returns for NULL."""

    def call(*columns: Any) -> pa.Array:
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        return pa.array([function(*row) for row in rows], kind)

    match count:
        case 1:
            return lambda a: call(a)
        case 2:
            return lambda a, b: call(a, b)
        case 3:
            return lambda a, b, c: call(a, b, c)
    return lambda a, b, c, d: call(a, b, c, d)


def _skipping_null(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """A function of ``count`` arguments that returns None if one of them is None."""
    # DuckDB's own null handling fails if a function returns NULL for arguments that aren't. It also wants to know the
    # number of arguments from the signature.
    match count:
        case 1:
            return lambda a: None if a is None else function(a)
        case 2:
            return lambda a, b: None if a is None or b is None else function(a, b)
        case 3:
            return lambda a, b, c: None if a is None or b is None or c is None else function(a, b, c)
    return lambda a, b, c, d: None if None in (a, b, c, d) else function(a, b, c, d)

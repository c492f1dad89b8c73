"""All functions that the engine runs, and the Python functions that they use.

A module of this package declares ``FUNCTIONS`` and, if it needs any, ``UDFS``. What isn't declared doesn't run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import duckdb
from duckdb.func import ARROW, NATIVE, SPECIAL

from local.engine.functions import aggregates, casts, operators, strings
from local.engine.functions.registry import Function, Udf

#: Modules that declare functions. Their order doesn't matter.
MODULES: tuple[ModuleType, ...] = (operators, casts, strings, aggregates)


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
        connection.create_function(
            one.name,
            _skipping_null(one.function) if one.skips_null and not one.arrow else one.function,
            [duckdb.sqltype(kind) for kind in one.arguments],
            duckdb.sqltype(one.result),
            type=ARROW if one.arrow else NATIVE,
            null_handling=SPECIAL,
        )


def _skipping_null(function: Callable[..., Any]) -> Callable[..., Any]:
    # DuckDB's own null handling fails if a function returns NULL for arguments that aren't.
    def call(*arguments: Any) -> Any:
        return None if None in arguments else function(*arguments)

    return call

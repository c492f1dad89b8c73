"""DuckDB's errors while it runs a lowered query, translated to Athena's.

The analysis has checked names and types, so an error of DuckDB's binder is SQL that the engine can't run.
"""

from __future__ import annotations

import re

import duckdb

from local.engine.errors import SYSTEM, QueryError, ResourcesExhausted, cannot_run

_ATHENA = re.compile(r"ATHENA\{(.*)\}", re.DOTALL)
_OVERFLOW = re.compile(r"Overflow in (\w+) of INT(\d+) \((.*?)\)!", re.DOTALL)
_TYPES = {"8": "tinyint", "16": "smallint", "32": "integer", "64": "bigint"}


def translate_error(error: duckdb.Error) -> QueryError:
    """The Athena error for a DuckDB error."""
    message = str(error)
    if found := _ATHENA.search(message):
        return QueryError(found[1])
    if found := _OVERFLOW.search(message):
        kind = _TYPES.get(found[2], f"INT{found[2]}")
        return QueryError(f"NUMERIC_VALUE_OUT_OF_RANGE: {kind} {found[1]} overflow: {found[3]}")
    if "ivision by zero" in message:
        return QueryError("DIVISION_BY_ZERO: Division by zero")
    if "PRECEDING expression cannot" in message or "FOLLOWING expression cannot" in message:
        return QueryError("INVALID_WINDOW_FRAME: Window frame offset value must not be negative or null")
    if "More than one row returned by a subquery" in message:
        return QueryError("SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows")
    if isinstance(error, duckdb.OutOfMemoryException):
        return ResourcesExhausted()
    if isinstance(error, duckdb.OutOfRangeException):
        return QueryError(f"NUMERIC_VALUE_OUT_OF_RANGE: {_first_line(message)}")
    if isinstance(error, duckdb.ConversionException):
        return QueryError(f"INVALID_CAST_ARGUMENT: {_first_line(message)}")
    if isinstance(error, duckdb.InvalidInputException) and "Python exception" not in message:
        return QueryError(f"INVALID_FUNCTION_ARGUMENT: {_first_line(message)}")
    if isinstance(
        error,
        duckdb.ParserException | duckdb.CatalogException | duckdb.NotImplementedException | duckdb.BinderException,
    ):
        return cannot_run(f"this query ({_first_line(message)})")
    return QueryError(f"GENERIC_INTERNAL_ERROR: {_first_line(message)}", category=SYSTEM, error_type=1)


def _first_line(message: str) -> str:
    return " ".join(message.partition("\n\n")[0].split())[:500]

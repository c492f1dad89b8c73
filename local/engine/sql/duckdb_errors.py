"""DuckDB's errors, translated to Athena's."""

from __future__ import annotations

import re

import duckdb
from sqlglot import exp

from local.engine.errors import SYSTEM, QueryError, ResourcesExhausted, at
from local.engine.sql.dialect import position

_ATHENA = re.compile(r"ATHENA\{(.*)\}", re.DOTALL)
_COLUMN = re.compile(
    r'Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"|Referenced table "([^"]+)" not found'
)
_GROUP_BY = re.compile(r'column "([^"]+)" must appear in the GROUP BY')
_FUNCTION = re.compile(r"No function matches the given name and argument types '([^(]+)\((.*?)\)'")
_CAST = re.compile(r"Could not convert string '(.*?)' to (\w+)", re.DOTALL)
_FORMAT = re.compile(r'Could not parse string "(.*?)" according to format', re.DOTALL)


def translate_error(error: duckdb.Error, tree: exp.Expr | None) -> QueryError:
    """The Athena error for a DuckDB error. Positions come from ``tree``, the statement as it was written."""
    message = str(error)
    if found := _ATHENA.search(message):
        return QueryError(found[1])
    if found := _COLUMN.search(message):
        return _unknown_column(tree, next(group for group in found.groups() if group))
    if found := _GROUP_BY.search(message):
        name = found[1]
        return at(
            "EXPRESSION_NOT_AGGREGATE",
            f"'{name}' must be an aggregate expression or appear in GROUP BY clause",
            *_where(tree, name),
        )
    if found := _FUNCTION.search(message):
        name = found[1].removeprefix("trino_").removeprefix("udf_")
        types = found[2].lower().replace("_literal", "")
        return at("FUNCTION_NOT_FOUND", f"Unexpected parameters ({types}) for function {name}", *_where(tree, name))
    if "Division by zero" in message or "division by zero" in message:
        return QueryError("DIVISION_BY_ZERO: Division by zero")
    if found := _CAST.search(message):
        kind = {"INT64": "bigint", "INT32": "integer", "INT16": "smallint", "INT8": "tinyint", "BOOL": "boolean"}.get(
            found[2], found[2].lower()
        )
        return QueryError(f"INVALID_CAST_ARGUMENT: Cannot cast '{found[1]}' to {kind.upper()}")
    if found := _FORMAT.search(message):
        return QueryError(f'INVALID_FUNCTION_ARGUMENT: Invalid format: "{found[1]}"')
    if isinstance(error, duckdb.ConversionException):
        return QueryError(f"INVALID_CAST_ARGUMENT: {_first_line(message)}")
    if isinstance(error, duckdb.OutOfRangeException):
        return QueryError(f"NUMERIC_VALUE_OUT_OF_RANGE: {_first_line(message)}")
    if isinstance(error, duckdb.OutOfMemoryException):
        return ResourcesExhausted()
    if "More than one row returned by a subquery" in message:
        return QueryError("SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows")
    if isinstance(error, duckdb.BinderException | duckdb.InvalidInputException):
        return QueryError(f"SYNTAX_ERROR: {_first_line(message)}", error_type=1006)
    if isinstance(error, duckdb.ParserException | duckdb.CatalogException | duckdb.NotImplementedException):
        return QueryError(f"NOT_SUPPORTED: the local engine can't run this statement yet: {_first_line(message)}")
    return QueryError(f"GENERIC_INTERNAL_ERROR: {_first_line(message)}", category=SYSTEM, error_type=1)


def _unknown_column(tree: exp.Expr | None, name: str) -> QueryError:
    """The error for an unknown column, or for an unknown table that qualifies a column."""
    where = (1, 1)
    for column in tree.find_all(exp.Column) if tree is not None else ():
        if name.lower() in (column.name.lower(), column.table.lower()):
            name, where = ".".join(part.name for part in column.parts), position(column)
            break
    message = f"Column '{name.lower()}' cannot be resolved or requester is not authorized to access requested resources"
    return at("COLUMN_NOT_FOUND", message, *where)


def _where(tree: exp.Expr | None, name: str) -> tuple[int, int]:
    for node in tree.walk(bfs=False) if tree is not None else ():
        if isinstance(node, exp.Column | exp.Anonymous) and node.name.lower() == name.lower():
            return position(node)
    return 1, 1


def _first_line(message: str) -> str:
    return " ".join(message.partition("\n\n")[0].split())[:500]

"""Queries in Athena's language, parsed; parameters are put in the place of ``?``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from local.engine.errors import QueryError, at
from local.engine.sql.dialect import AthenaSql

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def parse_query(text: str, parameters: Sequence[str] = ()) -> exp.Query:
    """The syntax tree of a query, with each ``?`` replaced by its parameter, an expression.

    Raises:
        QueryError: the query can't be parsed, or there are more or fewer parameters than ``?``.
    """
    tree = parse_statement(text, parameters)
    if isinstance(tree, exp.Values):
        tree = exp.select("*").from_(tree)
    if not isinstance(tree, exp.Query):
        raise at("SYNTAX_ERROR", f"mismatched input '{text.split()[0]}'. Expecting: a query")
    return tree


def parse_statement(text: str, parameters: Sequence[str] = ()) -> exp.Expr:
    """The syntax tree of a statement, with each ``?`` replaced by its parameter, an expression.

    Raises:
        QueryError: the statement can't be parsed, or there are more or fewer parameters than ``?``.
    """
    tree = parse_expression(text)
    placeholders = sorted(tree.find_all(exp.Placeholder), key=lambda node: int(node.name or 0))
    if len(placeholders) != len(parameters):
        raise at(
            "INVALID_PARAMETER_USAGE",
            f"Incorrect number of parameters: expected {len(placeholders)} but found {len(parameters)}",
        )
    for placeholder, parameter in zip(placeholders, parameters, strict=True):
        placeholder.replace(_parse_parameter(parameter))
    return tree


def parse_expression(text: str) -> exp.Expr:
    """The syntax tree of one statement in Athena's query language.

    Raises:
        QueryError: ``text`` can't be parsed.
    """
    try:
        tree = sqlglot.parse_one(text, read=AthenaSql)
    except ParseError as error:
        raise _syntax_error(error, text) from error
    except TokenError as error:
        raise at("SYNTAX_ERROR", _ANSI.sub("", str(error)).splitlines()[0]) from error
    except RecursionError as error:
        raise QueryError("SYNTAX_ERROR: the statement is nested too deeply") from error
    if not isinstance(tree, exp.Expr):
        raise at("SYNTAX_ERROR", f"mismatched input: {text[:60]!r}")
    return tree


def _parse_parameter(parameter: str) -> exp.Expr:
    try:
        tree = sqlglot.parse_one(f"SELECT {parameter}", read=AthenaSql)
    except (ParseError, TokenError) as error:
        raise QueryError(
            f"SYNTAX_ERROR: line 1:1: the execution parameter {parameter!r} is not an expression"
        ) from error
    if re.fullmatch(r"\s*[A-Za-z_]\w*\s*", parameter) and tree.find(exp.Column):
        return exp.Literal.string(parameter.strip())  # Athena takes one word without quotes for a string
    plain = isinstance(tree, exp.Select) and {key for key, value in tree.args.items() if value} == {"expressions"}
    if not plain or len(tree.expressions) != 1 or tree.find(exp.Subquery, exp.Star, exp.Column, exp.Alias):
        raise QueryError(
            f"SYNTAX_ERROR: line 1:1: the execution parameter {parameter!r} is not one constant expression "
            "(a string must be in single quotes)"
        )
    value: exp.Expr = tree.expressions[0]
    return value if isinstance(value, exp.Literal | exp.Boolean | exp.Null) else exp.Paren(this=value)


def _syntax_error(error: ParseError, text: str) -> QueryError:
    details = error.errors[0] if error.errors else {}
    line, column = details.get("line") or 1, details.get("col") or 1
    highlight = str(details.get("highlight") or "")
    column = max(1, column - max(0, len(highlight) - 1))
    near = f"mismatched input '{highlight}'" if highlight else f"mismatched input near {text[:40]!r}"
    description = str(details.get("description") or "").split("<")[0].strip().rstrip(".")
    return at("SYNTAX_ERROR", f"{near} ({description})" if description else near, line, column)

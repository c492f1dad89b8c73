"""Execution parameters in the place of ``?``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlglot import exp

from local.engine.errors import QueryError, at
from local.engine.sql.grammar.queries import read_expression, read_query

Tree = TypeVar("Tree", bound=exp.Expr)


def parse_query(text: str, parameters: Sequence[str] = ()) -> exp.Expr:
    """The tree of a query, with each ``?`` replaced by its parameter, an expression.

    Raises:
        QueryError: the query can't be parsed, or there are more or fewer parameters than ``?``.
    """
    return bind(read_query(text), text, parameters)


def bind(tree: Tree, text: str, parameters: Sequence[str]) -> Tree:
    """The tree of a statement, with each ``?`` replaced by its parameter.

    Raises:
        QueryError: a parameter isn't an expression, or there are more or fewer parameters than ``?``.
    """
    placeholders = sorted(tree.find_all(exp.Placeholder), key=lambda node: int(node.name or 0)) if "?" in text else []
    if len(placeholders) != len(parameters):
        raise at(
            "INVALID_PARAMETER_USAGE",
            f"Incorrect number of parameters: expected {len(placeholders)} but found {len(parameters)}",
        )
    for placeholder, parameter in zip(placeholders, parameters, strict=True):
        placeholder.replace(_read_parameter(parameter))
    return tree


def _read_parameter(parameter: str) -> exp.Expr:
    try:
        value = read_expression(parameter)
    except QueryError as error:
        raise QueryError(
            f"SYNTAX_ERROR: line 1:1: the execution parameter {parameter!r} is not an expression"
        ) from error
    if _is_word(value):
        return exp.Literal.string(parameter.strip())
    if value.find(exp.Subquery, exp.Star, exp.Column, exp.Exists, exp.Placeholder, exp.In):
        raise QueryError(
            f"SYNTAX_ERROR: line 1:1: the execution parameter {parameter!r} is not one constant expression "
            "(a string must be in single quotes)"
        )
    return value if isinstance(value, exp.Literal | exp.Boolean | exp.Null) else exp.Paren(this=value)


def _is_word(value: exp.Expr) -> bool:
    """Whether a parameter is one word without quotes, which Athena takes for a string, as awswrangler's tests show."""
    return isinstance(value, exp.Column) and not value.table and not value.this.quoted

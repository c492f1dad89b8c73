"""One statement: what kind it is, parsed, its parameters put in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from local.engine.dialect import AthenaSql
from local.engine.errors import QueryError, at, cannot_run

_SKIPPED = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+|\(")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")

_QUERY_WORDS = ("SELECT", "WITH", "VALUES", "TABLE", "(")
_KNOWN_WORDS = [
    "ALTER",
    "ANALYZE",
    "COMMENT",
    "DEALLOCATE",
    "DELETE",
    "EXECUTE",
    "GRANT",
    "INSERT",
    "MERGE",
    "MSCK",
    "OPTIMIZE",
    "PREPARE",
    "REVOKE",
    "TRUNCATE",
    "UNLOAD",
    "UPDATE",
    "USE",
    "VACUUM",
]


@dataclass(frozen=True)
class Statement:
    """One statement: its text without what stands around it, and its first words in upper case."""

    text: str
    words: tuple[str, ...]

    @property
    def is_query(self) -> bool:
        """Whether it is a SELECT, or what answers rows as a SELECT does."""
        return self.words[0] in _QUERY_WORDS


def read_statement(sql: str) -> Statement:
    """Find out what ``sql`` is.

    Raises:
        QueryError: it is empty, no SQL, or more than one statement.
    """
    text = _without_semicolon(sql)
    words = []
    offset = 0
    for _ in range(5):
        if skipped := _SKIPPED.match(text, offset):
            offset = skipped.end()
        word = _WORD.match(text, offset)
        if not word:
            break
        words.append(word[0].upper())
        offset = word.end()
    if not words:
        raise at("SYNTAX_ERROR", "mismatched input '<EOF>': expected a statement")
    statement = Statement(text, tuple(words))
    if statement.is_query or words[0] in ("SHOW", "DESCRIBE", "DESC", "CREATE", "DROP", "EXPLAIN"):
        return statement
    if words[0] in _KNOWN_WORDS:
        raise cannot_run(words[0])
    raise at(
        "SYNTAX_ERROR", f"mismatched input '{text.split()[0]}'. Expecting: 'ALTER', 'CREATE', 'SELECT', <query>, ..."
    )


def parse_query(text: str, parameters: Sequence[str] = ()) -> exp.Query:
    """The syntax tree of a query, each ``?`` replaced by the expression that is its parameter.

    Raises:
        QueryError: it can't be parsed, or the number of parameters isn't that of the ``?``.
    """
    tree = parse_expression(text)
    if isinstance(tree, exp.Values):
        tree = exp.select("*").from_(tree)
    if not isinstance(tree, exp.Query):
        raise at("SYNTAX_ERROR", f"mismatched input '{text.split()[0]}'. Expecting: a query")
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
        QueryError: it can't be parsed.
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
    plain = isinstance(tree, exp.Select) and {key for key, value in tree.args.items() if value} == {"expressions"}
    if not plain or len(tree.expressions) != 1 or tree.find(exp.Subquery, exp.Star, exp.Column, exp.Alias):
        raise QueryError(
            f"SYNTAX_ERROR: line 1:1: the execution parameter {parameter!r} is not one constant expression "
            "(a string brings its own single quotes)"
        )
    value: exp.Expr = tree.expressions[0]
    return value if isinstance(value, exp.Literal | exp.Boolean | exp.Null) else exp.Paren(this=value)


def _without_semicolon(sql: str) -> str:
    """The statement without the ``;`` at its end; a ``;`` in its midst is an error."""
    try:
        tokens = AthenaSql().tokenize(sql)
    except TokenError:
        # Not the query language: DDL in Hive's quoting, or an open quote, which the parser reports.
        return sql.strip().rstrip(";")
    semicolons = [number for number, token in enumerate(tokens) if token.token_type == TokenType.SEMICOLON]
    first = next(iter(semicolons), None)
    if first is None:
        return sql.strip()
    if any(token.token_type != TokenType.SEMICOLON for token in tokens[first:]):
        raise QueryError(f"Only one sql statement is allowed. Got: {sql[:200]}")
    return sql[: tokens[first].start].strip()


def _syntax_error(error: ParseError, text: str) -> QueryError:
    details = error.errors[0] if error.errors else {}
    line, column = details.get("line") or 1, details.get("col") or 1
    highlight = str(details.get("highlight") or "")
    column = max(1, column - max(0, len(highlight) - 1))
    near = f"mismatched input '{highlight}'" if highlight else f"mismatched input near {text[:40]!r}"
    description = str(details.get("description") or "").split("<")[0].strip().rstrip(".")
    return at("SYNTAX_ERROR", f"{near} ({description})" if description else near, line, column)

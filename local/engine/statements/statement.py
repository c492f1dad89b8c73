"""The text of one statement, and what kind of statement it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from local.engine.errors import QueryError, at, cannot_run
from local.engine.sql.dialect import AthenaSql

_SKIPPED = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+|\(")

_QUERY_WORDS = ("SELECT", "WITH", "VALUES", "TABLE", "(")
_OTHER_WORDS = (
    "SHOW", "DESCRIBE", "DESC", "CREATE", "DROP", "EXPLAIN",
    "ALTER", "DELETE", "INSERT", "MERGE", "OPTIMIZE", "UPDATE", "VACUUM",
)  # fmt: skip
#: Statements that Athena runs and this engine doesn't.
_NOT_SUPPORTED = frozenset({
    "ANALYZE", "COMMENT", "DEALLOCATE", "EXECUTE", "GRANT", "MSCK", "PREPARE", "REVOKE", "TRUNCATE", "UNLOAD", "USE",
})  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One statement: its text without surrounding blanks and semicolons, and its first words in upper case."""

    text: str
    words: tuple[str, ...]

    @property
    def is_query(self) -> bool:
        """Whether it is a SELECT, or a statement that returns rows as a SELECT does."""
        return self.words[0] in _QUERY_WORDS


def read_statement(sql: str) -> Statement:
    """Find out what kind of statement ``sql`` is.

    Raises:
        QueryError: it is empty, not SQL, more than one statement, or of a kind that the engine can't run.
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
    if statement.is_query or words[0] in _OTHER_WORDS:
        return statement
    if words[0] in _NOT_SUPPORTED:
        raise cannot_run(words[0])
    raise at(
        "SYNTAX_ERROR", f"mismatched input '{text.split()[0]}'. Expecting: 'ALTER', 'CREATE', 'SELECT', <query>, ..."
    )


def _without_semicolon(sql: str) -> str:
    """The statement without the ``;`` at its end; a ``;`` before the end is an error."""
    try:
        tokens = AthenaSql().tokenize(sql)
    except TokenError:
        # Not the query language: DDL with Hive's quotes, or an open quote, which the parser reports.
        return sql.strip().rstrip(";")
    semicolons = [number for number, token in enumerate(tokens) if token.token_type == TokenType.SEMICOLON]
    first = next(iter(semicolons), None)
    if first is None:
        return sql.strip()
    if any(token.token_type != TokenType.SEMICOLON for token in tokens[first:]):
        raise QueryError(f"Only one sql statement is allowed. Got: {sql[:200]}")
    return sql[: tokens[first].start].strip()

"""The text of one statement, and what kind of statement it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlglot
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from local.engine.errors import QueryError, at, cannot_run
from local.engine.statements.tokens import tokenize

_SKIPPED = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+|\(")

_QUERY_WORDS = ("SELECT", "WITH", "VALUES", "TABLE", "(")
_RUN = frozenset({
    "SHOW", "DESCRIBE", "DESC", "CREATE", "DROP", "EXPLAIN", "ALTER", "MSCK", "INSERT", "UNLOAD",
    "DELETE", "MERGE", "OPTIMIZE", "UPDATE", "VACUUM",
})  # fmt: skip
#: Statements that Athena runs and this engine doesn't.
_NOT_SUPPORTED = frozenset({
    "ANALYZE", "COMMENT", "DEALLOCATE", "EXECUTE", "GRANT", "PREPARE", "REVOKE", "TRUNCATE", "USE",
})  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One statement.

    Attributes:
        text: its text, without surrounding blanks and semicolons.
        words: its first words, in upper case.
        start: where its first word begins in ``text``, after comments.
    """

    text: str
    words: tuple[str, ...]
    start: int = 0

    @property
    def is_query(self) -> bool:
        """Whether it is a SELECT, or a statement that returns rows as a SELECT does."""
        return self.words[0] in _QUERY_WORDS

    @property
    def is_write(self) -> bool:
        """Whether it writes the rows of a query: INSERT, UNLOAD or CREATE TABLE ... AS."""
        return self.words[0] in ("INSERT", "UNLOAD") or self.is_ctas

    @property
    def is_ctas(self) -> bool:
        """Whether it is CREATE TABLE ... AS SELECT."""
        if self.words[:2] != ("CREATE", "TABLE"):
            return False
        depth = 0
        for token in tokenize(self.text):
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0 and token.kind == "word" and token.text.upper() == "AS":
                return True
        return False

    @property
    def body(self) -> str:
        """Its text from the first word on."""
        return self.text[self.start :]


def read_statement(sql: str) -> Statement:
    """Find out what kind of statement ``sql`` is.

    Raises:
        QueryError: it is empty, not SQL, more than one statement, or of a kind that the engine can't run.
    """
    text = _without_semicolon(sql)
    words: list[str] = []
    offset, start = 0, 0
    for _ in range(5):
        if skipped := _SKIPPED.match(text, offset):
            offset = skipped.end()
        word = _WORD.match(text, offset)
        if not word:
            break
        start = start if words else offset
        words.append(word[0].upper())
        offset = word.end()
    if not words:
        raise at("SYNTAX_ERROR", "mismatched input '<EOF>': expected a statement")
    statement = Statement(text, tuple(words), start)
    if statement.is_query or words[0] in _RUN:
        return statement
    if words[0] in _NOT_SUPPORTED:
        raise cannot_run(words[0])
    raise at(
        "SYNTAX_ERROR",
        f"mismatched input '{statement.body.split()[0]}'. Expecting: 'ALTER', 'CREATE', 'SELECT', <query>, ...",
    )


def _without_semicolon(sql: str) -> str:
    """The statement without the ``;`` at its end; a ``;`` before the end is an error."""
    try:
        tokens = [
            (token.token_type == TokenType.SEMICOLON, token.start) for token in sqlglot.tokenize(sql, read="trino")
        ]
    except TokenError:
        # Not the query language: DDL with Hive's quotes, or an open quote, which the parser reports.
        tokens = [(token.text == ";", token.start) for token in tokenize(sql)[:-1]]
    first = next((number for number, (semicolon, _) in enumerate(tokens) if semicolon), None)
    if first is None:
        return sql.strip()
    if not all(semicolon for semicolon, _ in tokens[first:]):
        raise QueryError(f"Only one sql statement is allowed. Got: {sql[:200]}")
    return sql[: tokens[first][1]].strip()

"""Names that a query gives to its columns and relations."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from local.engine.sql.grammar.tokens import Tokens

#: Words after a relation or an item of SELECT that Trino doesn't reserve, and that can't be read as its alias here.
_NOT_AN_ALIAS = ("TABLESAMPLE", "MATCH_RECOGNIZE", "LIMIT", "OFFSET", "FETCH", "WINDOW")


def implicit_alias(tokens: Tokens) -> exp.Identifier | None:
    """An alias without AS, if one is next."""
    token = tokens.here
    if token is None:
        return None
    if token.token_type != TokenType.IDENTIFIER and token.text.upper() in _NOT_AN_ALIAS:
        after_window = token.text.upper() == "WINDOW" and not tokens.is_after(2, "AS")
        if not after_window:
            return None
    return tokens.optional_name()


def column_names(tokens: Tokens) -> list[exp.Identifier]:
    """``(a, b)`` after an alias; none if no bracket is next."""
    if not tokens.skip("("):
        return []
    names = [tokens.name()]
    while tokens.skip(","):
        names.append(tokens.name())
    tokens.expect(")")
    return names

"""Literals."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from local.engine.errors import QueryError
from local.engine.sql.grammar.nodes import TypedLiteral
from local.engine.sql.grammar.tokens import Tokens

_INTERVAL_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")


def plain_literal(tokens: Tokens) -> exp.Expr | None:
    """A literal that is the whole expression: VALUES lists have thousands of them."""
    token = tokens.here
    if token is None or not (tokens.is_after(1, ",") or tokens.is_after(1, ")")):
        return None
    if token.token_type == TokenType.STRING and tokens.text[token.start] == "'":
        found: exp.Expr = exp.Literal(this=token.text, is_string=True)
    elif token.token_type == TokenType.NUMBER and token.text.isdigit():
        found = exp.Literal(this=token.text, is_string=False)
    elif token.token_type == TokenType.NULL:
        found = exp.Null()
    else:
        return None
    tokens.place += 1
    return tokens.node(found, token)


def typed_literal(tokens: Tokens, kind: str, token: Token) -> exp.Expr:
    """A literal of a type whose name was skipped, and began at ``token``."""
    text = tokens.string()
    return tokens.node(TypedLiteral(this=text, kind=kind.lower()), token)


def read_interval(tokens: Tokens) -> exp.Expr:
    """``INTERVAL '1-2' YEAR TO MONTH``."""
    token = tokens.expect("INTERVAL")
    negative = tokens.skip("-")
    if not negative:
        tokens.skip("+")
    text = tokens.string()
    if text is None:
        raise tokens.error("Expecting: <string>")
    first = _interval_field(tokens)
    if not first:
        raise QueryError("TYPE_NOT_FOUND: Unknown resolvedType: INTERVAL")
    last = _interval_field(tokens) if tokens.skip("TO") else ""
    if last == "" and tokens.previous.text.upper() == "TO":
        raise tokens.error(f"Expecting: {', '.join(repr(field) for field in _INTERVAL_FIELDS)}")
    return tokens.node(exp.Interval(this=("-" if negative else "") + text, unit=first, to=last), token)


def _interval_field(tokens: Tokens) -> str:
    """Skip a field, if it is next; otherwise empty."""
    for field in _INTERVAL_FIELDS:
        if tokens.skip(field):
            return field
    return ""

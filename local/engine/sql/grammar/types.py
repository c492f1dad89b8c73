"""Types in CAST: their text is found here and read by ``local.engine.types``."""

from __future__ import annotations

from sqlglot.tokenizer_core import TokenType

from local.engine.errors import QueryError, at, cannot_run
from local.engine.sql.grammar.tokens import Tokens, place_of
from local.engine.types.model import TrinoType
from local.engine.types.parse import InvalidType, UnknownType, parse

_CLOSING = {"(": ")", "<": ">"}


def read_type(tokens: Tokens) -> TrinoType:
    """Skip a type and return it.

    Raises:
        QueryError: it isn't a type, or Trino has no such type.
    """
    first = tokens.here
    if first is None or first.token_type == TokenType.STRING:
        raise tokens.error("Expecting: <type>")
    _skip(tokens)
    last = tokens.previous
    text = tokens.text[first.start : last.end + 1]
    try:
        return parse(text)
    except UnknownType as error:
        if first.text.lower() == "ipaddress":
            raise cannot_run("the type ipaddress") from error
        raise at("TYPE_MISMATCH", f"Unknown type: {text}", *place_of(first)) from error
    except InvalidType as error:
        raise QueryError(f"INVALID_FUNCTION_ARGUMENT: {error}") from error


def _skip(tokens: Tokens) -> None:
    if tokens.skip("DOUBLE", "PRECISION"):
        pass
    elif tokens.skip("INTERVAL"):
        tokens.name()
        tokens.expect("TO")
        tokens.name()
    else:
        tokens.name()
        if tokens.is_next("(") or tokens.is_next("<"):
            _skip_brackets(tokens)
        if tokens.is_next("WITH", "TIME", "ZONE") or tokens.is_next("WITHOUT", "TIME", "ZONE"):
            tokens.place += 3
    while tokens.skip("ARRAY"):
        pass


def _skip_brackets(tokens: Tokens) -> None:
    depth = 0
    while True:
        token = tokens.next()
        text = "" if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER) else token.text
        depth += text in _CLOSING
        depth -= text in _CLOSING.values()
        if depth == 0:
            return

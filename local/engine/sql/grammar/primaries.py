"""Operands of expressions: names, literals, brackets, constructors and special forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from local.engine.errors import at
from local.engine.sql.grammar.calls import SPECIAL_CALLS, read_call
from local.engine.sql.grammar.json import read_json_function
from local.engine.sql.grammar.literals import read_interval, typed_literal
from local.engine.sql.grammar.tokens import Tokens, place_of
from local.engine.sql.grammar.types import read_type

if TYPE_CHECKING:
    from local.engine.sql.grammar.expressions import Expressions


def read_primary(expressions: Expressions) -> exp.Expr:
    """An operand without its subscripts and fields."""
    tokens = expressions.tokens
    token = tokens.here
    if token is None:
        raise tokens.error("Expecting: <expression>")
    if (text := tokens.string()) is not None:
        return tokens.node(exp.Literal.string(text), token)
    if (digits := tokens.binary()) is not None:
        return tokens.node(exp.HexString(this=digits), token)
    if (number := tokens.number()) is not None:
        return tokens.node(exp.Literal.number(number), token)
    if tokens.skip("?"):
        return tokens.node(exp.Placeholder(this=str(token.start)), token)
    if tokens.is_next("("):
        return _brackets(expressions, token)
    word = "" if token.token_type == TokenType.IDENTIFIER else token.text.upper()
    special = _SPECIAL.get(word)
    if special is not None:
        found = special(expressions)
        if found is not None:
            return found
    return _named(expressions, token)


def _brackets(expressions: Expressions, token: Token) -> exp.Expr:
    """A lambda, a subquery, an expression in brackets or a row."""
    tokens = expressions.tokens
    start = tokens.place
    if (parameters := _parameters(expressions.tokens)) is not None:
        return tokens.node(exp.Lambda(this=expressions.expression(), expressions=parameters), token)
    tokens.place = start
    tokens.expect("(")
    if expressions.queries.is_subquery():
        query = expressions.queries.query()
        tokens.expect(")")
        return tokens.node(exp.Subquery(this=query), token)
    items = expressions.several()
    tokens.expect(")")
    if len(items) == 1:
        return tokens.node(exp.Paren(this=items[0]), token)
    return tokens.node(exp.Tuple(expressions=items), token)


def _parameters(tokens: Tokens) -> list[exp.Identifier] | None:
    """The names in ``(a, b) ->``, or None if no lambda is next."""
    tokens.expect("(")
    names: list[exp.Identifier] = []
    if not tokens.is_next(")"):
        while True:
            token = tokens.here
            if token is None or (name := tokens.optional_name()) is None:
                return None
            names.append(name)
            if not tokens.skip(","):
                break
    return names if tokens.skip(")") and tokens.skip("->") else None


def _named(expressions: Expressions, token: Token) -> exp.Expr:
    """A name, a call, a lambda with one parameter, or a literal such as ``DATE '2020-01-01'``."""
    tokens = expressions.tokens
    if token.token_type != TokenType.IDENTIFIER:
        if tokens.is_next("DOUBLE", "PRECISION") and tokens.is_string_after(2):
            tokens.place += 2
            return typed_literal(tokens, "double", token)
        if tokens.is_string_after(1) and tokens.optional_name() is not None:
            return typed_literal(tokens, token.text, token)
    name = tokens.name()
    if tokens.skip("->"):
        return tokens.node(exp.Lambda(this=expressions.expression(), expressions=[name]), token)
    if not tokens.is_next("(") and not tokens.is_next("."):
        return exp.Column(this=name)
    parts = [name]
    start = tokens.place
    while tokens.is_next(".") and not tokens.is_after(1, "*"):
        tokens.next()
        part = tokens.optional_name()
        if part is None:
            tokens.place = start
            return exp.Column(this=name)
        parts.append(part)
    if tokens.is_next("("):
        if len(parts) > 1:
            raise at(
                "FUNCTION_NOT_FOUND",
                f"Function '{'.'.join(part.name for part in parts)}' not registered",
                *place_of(token),
            )
        return read_call(expressions, name, token)
    tokens.place = start
    return exp.Column(this=name)


def _case(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.expect("CASE")
    operand = None if tokens.is_next("WHEN") else expressions.expression()
    ifs = []
    while tokens.skip("WHEN"):
        condition = expressions.expression()
        tokens.expect("THEN")
        ifs.append(exp.If(this=condition, true=expressions.expression()))
    if not ifs:
        raise tokens.error("Expecting: 'WHEN'")
    default = expressions.expression() if tokens.skip("ELSE") else None
    tokens.expect("END")
    return tokens.node(exp.Case(this=operand, ifs=ifs, default=default), token)


def _cast(expressions: Expressions, kind: type[exp.Cast]) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.next()
    tokens.expect("(")
    value = expressions.expression()
    tokens.expect("AS")
    target = read_type(tokens)
    tokens.expect(")")
    return tokens.node(kind(this=value, to=target), token)


def _array(expressions: Expressions) -> exp.Expr | None:
    tokens = expressions.tokens
    if not tokens.is_next("ARRAY", "["):
        return None
    token = tokens.next()
    tokens.next()
    items = [] if tokens.is_next("]") else expressions.several()
    tokens.expect("]")
    return tokens.node(exp.Array(expressions=items), token)


def _row(expressions: Expressions) -> exp.Expr | None:
    tokens = expressions.tokens
    if not tokens.is_next("ROW", "("):
        return None
    token = tokens.next()
    tokens.next()
    if tokens.is_next(")"):
        raise at("FUNCTION_NOT_FOUND", "Function 'row' not registered", *place_of(token))
    items = expressions.several()
    tokens.expect(")")
    return tokens.node(exp.Tuple(expressions=items), token)


def _exists(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.expect("EXISTS")
    tokens.expect("(")
    query = expressions.queries.query()
    tokens.expect(")")
    return tokens.node(exp.Exists(this=query), token)


_SPECIAL: dict[str, Callable[[Expressions], exp.Expr | None]] = {
    "NULL": lambda expressions: expressions.tokens.node(exp.Null(), expressions.tokens.next()),
    "TRUE": lambda expressions: expressions.tokens.node(exp.Boolean(this=True), expressions.tokens.next()),
    "FALSE": lambda expressions: expressions.tokens.node(exp.Boolean(this=False), expressions.tokens.next()),
    "CASE": _case,
    "CAST": lambda expressions: _cast(expressions, exp.Cast),
    "TRY_CAST": lambda expressions: _cast(expressions, exp.TryCast) if expressions.tokens.is_after(1, "(") else None,
    "ARRAY": _array,
    "ROW": _row,
    "EXISTS": _exists,
    "INTERVAL": lambda expressions: read_interval(expressions.tokens) if _is_interval(expressions.tokens) else None,
    **SPECIAL_CALLS,
    **dict.fromkeys(("JSON_VALUE", "JSON_QUERY", "JSON_EXISTS", "JSON_OBJECT", "JSON_ARRAY"), read_json_function),
}


def _is_interval(tokens: Tokens) -> bool:
    return tokens.is_string_after(1) or tokens.is_after(1, "-") or tokens.is_after(1, "+")

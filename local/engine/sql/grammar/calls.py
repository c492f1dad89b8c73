"""Calls of functions, and the functions whose arguments have a syntax of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from local.engine.errors import cannot_run
from local.engine.sql.grammar.clauses import read_order, read_window
from local.engine.sql.grammar.nodes import FunctionCall

if TYPE_CHECKING:
    from local.engine.sql.grammar.expressions import Expressions

#: Functions without brackets, which may have a precision.
_NO_BRACKETS = ("CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
_PLAIN = ("CURRENT_DATE", "CURRENT_USER", "CURRENT_CATALOG", "CURRENT_SCHEMA", "CURRENT_PATH")
_NORMAL_FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def read_call(expressions: Expressions, name: exp.Identifier, token: Token) -> exp.Expr:
    """A call of a function; its name has been read."""
    tokens = expressions.tokens
    tokens.expect("(")
    call = FunctionCall(this=name.name.lower(), expressions=[])
    if tokens.skip("*"):
        call.set("star", True)
    elif not tokens.is_next(")"):
        if tokens.skip("DISTINCT"):
            call.set("distinct", True)
        else:
            tokens.skip("ALL")
        if tokens.is_next("ORDER", "BY"):
            raise tokens.error("Expecting: <expression>")
        call.set("expressions", expressions.several())
    if tokens.is_next("ORDER", "BY"):
        call.set("order", read_order(expressions))
    tokens.expect(")")
    return _after_call(expressions, call, token)


def _after_call(expressions: Expressions, call: FunctionCall, token: Token) -> exp.Expr:
    tokens = expressions.tokens
    if tokens.skip("FILTER"):
        tokens.expect("(", "WHERE")
        call.set("filter", expressions.expression())
        tokens.expect(")")
    for word in ("IGNORE", "RESPECT"):
        if tokens.is_next(word, "NULLS"):
            tokens.place += 2
            call.set("nulls", word)
    if tokens.skip("OVER"):
        call.set("over", read_window(expressions))
    elif call.args.get("nulls"):
        raise tokens.error("Expecting: 'OVER'")
    return tokens.node(call, token)


def _call(expressions: Expressions, name: str, arguments: list[exp.Expr], token: Token) -> exp.Expr:
    return expressions.tokens.node(FunctionCall(this=name, expressions=arguments), token)


def _position(expressions: Expressions) -> exp.Expr | None:
    tokens = expressions.tokens
    if not tokens.is_next("POSITION", "("):
        return None
    token = tokens.next()
    tokens.next()
    part = expressions.value()
    tokens.expect("IN")
    text = expressions.value()
    tokens.expect(")")
    return _call(expressions, "strpos", [text, part], token)


def _extract(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.expect("EXTRACT")
    tokens.expect("(")
    field = tokens.name().name.lower()
    tokens.expect("FROM")
    value = expressions.value()
    tokens.expect(")")
    return tokens.node(exp.Extract(this=field, expression=value), token)


def _substring(expressions: Expressions) -> exp.Expr | None:
    tokens = expressions.tokens
    if not tokens.is_next("SUBSTRING", "("):
        return None
    start = tokens.place
    token = tokens.next()
    tokens.next()
    arguments = [expressions.value()]
    if not tokens.skip("FROM"):
        tokens.place = start
        return None
    arguments.append(expressions.value())
    if tokens.skip("FOR"):
        arguments.append(expressions.value())
    tokens.expect(")")
    return _call(expressions, "substring", arguments, token)


def _trim(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.expect("TRIM")
    tokens.expect("(")
    name, explicit = "trim", False
    for word, function in (("BOTH", "trim"), ("LEADING", "ltrim"), ("TRAILING", "rtrim")):
        if tokens.skip(word):
            name, explicit = function, True
            break
    if explicit and tokens.skip("FROM"):
        arguments = [expressions.value()]
    else:
        arguments = [expressions.value()]
        if tokens.skip("FROM"):
            arguments = [expressions.value(), arguments[0]]
        elif not explicit and tokens.skip(","):
            arguments.append(expressions.value())
        elif explicit:
            raise tokens.error("Expecting: 'FROM'")
    tokens.expect(")")
    return _call(expressions, name, arguments, token)


def _normalize(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.expect("NORMALIZE")
    tokens.expect("(")
    arguments = [expressions.value()]
    form = "NFC"
    if tokens.skip(","):
        form = next((one for one in _NORMAL_FORMS if tokens.skip(one)), "")
        if not form:
            raise tokens.error("Expecting: 'NFC', 'NFD', 'NFKC', 'NFKD'")
    tokens.expect(")")
    return _call(expressions, "normalize", [*arguments, exp.Literal.string(form)], token)


def _grouping(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.expect("GROUPING")
    tokens.expect("(")
    items = [] if tokens.is_next(")") else expressions.several(expressions.primary)
    tokens.expect(")")
    return tokens.node(FunctionCall(this="grouping", expressions=items), token)


def _listagg(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.expect("LISTAGG")
    tokens.expect("(")
    call = FunctionCall(this="listagg", expressions=[])
    if tokens.skip("DISTINCT"):
        call.set("distinct", True)
    arguments = [expressions.expression()]
    separator = ""
    if tokens.skip(","):
        found = tokens.string()
        if found is None:
            raise tokens.error("Expecting: <string>")
        separator = found
    if tokens.skip("ON", "OVERFLOW") and not tokens.skip("ERROR"):
        raise cannot_run("LISTAGG with ON OVERFLOW TRUNCATE")
    tokens.expect(")")
    tokens.expect("WITHIN", "GROUP")
    tokens.expect("(")
    call.set("order", read_order(expressions))
    tokens.expect(")")
    call.set("expressions", [*arguments, exp.Literal.string(separator)])
    return _after_call(expressions, call, token)


def _current(expressions: Expressions) -> exp.Expr:
    tokens = expressions.tokens
    token = tokens.next()
    name = token.text.lower()
    arguments: list[exp.Expr] = []
    if token.text.upper() in _NO_BRACKETS and tokens.skip("("):
        arguments.append(exp.Literal.number(str(tokens.integer())))
        tokens.expect(")")
    return _call(expressions, name, arguments, token)


#: Functions by the word that begins them; None from a function: it is an ordinary call, or a name.
SPECIAL_CALLS: dict[str, Callable[[Expressions], exp.Expr | None]] = {
    "POSITION": _position,
    "EXTRACT": _extract,
    "SUBSTRING": _substring,
    "TRIM": _trim,
    "NORMALIZE": _normalize,
    "GROUPING": _grouping,
    "LISTAGG": _listagg,
    **dict.fromkeys((*_NO_BRACKETS, *_PLAIN), _current),
}

"""SQL's JSON functions, which have a syntax of their own.

https://trino.io/docs/current/functions/json.html#json-query
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.engine.sql.grammar.nodes import JsonFunction
from local.engine.sql.grammar.types import read_type

if TYPE_CHECKING:
    from local.engine.sql.grammar.expressions import Expressions

_WRAPPERS = (
    ("WITHOUT", "ARRAY", "WRAPPER"), ("WITHOUT", "WRAPPER"), ("WITH", "CONDITIONAL", "ARRAY", "WRAPPER"),
    ("WITH", "CONDITIONAL", "WRAPPER"), ("WITH", "UNCONDITIONAL", "ARRAY", "WRAPPER"),
    ("WITH", "UNCONDITIONAL", "WRAPPER"), ("WITH", "ARRAY", "WRAPPER"), ("WITH", "WRAPPER"),
)  # fmt: skip
_EMPTY_OR_ERROR = {
    "json_value": ("ERROR", "NULL", "DEFAULT"),
    "json_query": ("ERROR", "NULL", "EMPTY ARRAY", "EMPTY OBJECT"),
    "json_exists": ("TRUE", "FALSE", "UNKNOWN", "ERROR"),
}


def read_json_function(expressions: Expressions) -> exp.Expr:
    """Skip a call and return it as a ``JsonFunction``."""
    tokens = expressions.tokens
    token = tokens.next()
    name = token.text.lower()
    call = tokens.node(JsonFunction(this=name), token)
    tokens.expect("(")
    if name == "json_object":
        _members(expressions, call)
    elif name == "json_array":
        _elements(expressions, call)
    else:
        _path_call(expressions, call, name)
    tokens.expect(")")
    return call


def _path_call(expressions: Expressions, call: JsonFunction, name: str) -> None:
    tokens = expressions.tokens
    call.set("format_json", [False])
    call.set("expressions", [_value(expressions, call, 0)])
    tokens.expect(",")
    path = tokens.string()
    if path is None:
        raise tokens.error("Expecting: <string>")
    call.set("path", path)
    if tokens.skip("PASSING"):
        passing = []
        while True:
            value = expressions.expression()
            _format_json(expressions)
            tokens.expect("AS")
            passing.append(exp.Alias(this=value, alias=tokens.name()))
            if not tokens.skip(","):
                break
        call.set("passing", passing)
    _returning(expressions, call)
    if name == "json_query":
        for words in _WRAPPERS:
            if tokens.skip(*words):
                call.set("options", [" ".join(word for word in words if word != "ARRAY")])
                break
        for word in ("KEEP", "OMIT"):
            if tokens.skip(word):
                tokens.expect("QUOTES")
                if tokens.skip("ON"):
                    tokens.expect("SCALAR")
                    if not tokens.skip("STRING"):
                        tokens.expect("TEXT")
                call.set("options", [*(call.args.get("options") or []), f"{word} QUOTES"])
    _behaviour(expressions, call, name)


def _behaviour(expressions: Expressions, call: JsonFunction, name: str) -> None:
    """``NULL ON EMPTY DEFAULT 1 ON ERROR``."""
    tokens = expressions.tokens
    for _ in range(2):
        found = next((words for words in _EMPTY_OR_ERROR[name] if tokens.skip(*words.split())), None)
        if found is None:
            return
        default = expressions.expression() if found == "DEFAULT" else None
        tokens.expect("ON")
        if name != "json_exists" and tokens.skip("EMPTY"):
            side = "empty"
        else:
            tokens.expect("ERROR")
            side = "error"
        call.set(side, found)
        if default is not None:
            call.set(f"default_{side}", default)


def _members(expressions: Expressions, call: JsonFunction) -> None:
    tokens = expressions.tokens
    keys: list[exp.Expr] = []
    values: list[exp.Expr] = []
    formats: list[bool] = []
    call.set("format_json", formats)
    ends = ((")",), ("RETURNING",), ("NULL", "ON"), ("ABSENT", "ON"), ("WITH",), ("WITHOUT",))
    if not any(tokens.is_next(*words) for words in ends):
        while True:
            with_key = tokens.skip("KEY")
            keys.append(expressions.value())
            if with_key or not tokens.skip(":"):
                tokens.expect("VALUE")
            formats.append(False)
            values.append(_value(expressions, call, len(values)))
            if not tokens.skip(","):
                break
    call.set("keys", keys)
    call.set("expressions", values)
    _null_handling(expressions, call)
    for words in (("WITH", "UNIQUE", "KEYS"), ("WITH", "UNIQUE"), ("WITHOUT", "UNIQUE", "KEYS"), ("WITHOUT", "UNIQUE")):
        if tokens.skip(*words):
            call.set("options", [*(call.args.get("options") or []), " ".join(words[:2])])
            break
    _returning(expressions, call)


def _elements(expressions: Expressions, call: JsonFunction) -> None:
    tokens = expressions.tokens
    values: list[exp.Expr] = []
    formats: list[bool] = []
    call.set("format_json", formats)
    if not any(tokens.is_next(word) for word in (")", "RETURNING")) and not tokens.is_next("ABSENT", "ON"):
        while True:
            formats.append(False)
            values.append(_value(expressions, call, len(values)))
            if not tokens.skip(","):
                break
    call.set("expressions", values)
    _null_handling(expressions, call)
    _returning(expressions, call)


def _value(expressions: Expressions, call: JsonFunction, number: int) -> exp.Expr:
    value = expressions.expression()
    if _format_json(expressions):
        call.args["format_json"][number] = True
    return value


def _format_json(expressions: Expressions) -> bool:
    tokens = expressions.tokens
    if not tokens.skip("FORMAT"):
        return False
    tokens.expect("JSON")
    if tokens.skip("ENCODING"):
        tokens.next()
    return True


def _null_handling(expressions: Expressions, call: JsonFunction) -> None:
    for word in ("NULL", "ABSENT"):
        if expressions.tokens.skip(word, "ON", "NULL"):
            call.set("options", [f"{word} ON NULL"])


def _returning(expressions: Expressions, call: JsonFunction) -> None:
    if expressions.tokens.skip("RETURNING"):
        call.set("returning", read_type(expressions.tokens))
        _format_json(expressions)

"""Arithmetic and subscripts. Operators are functions whose names are their symbols."""

from __future__ import annotations

from local.engine.errors import QueryError
from local.engine.functions.registry import Call, Function, scalar
from local.engine.functions.signature import Numbers
from local.engine.functions.templates import fail_if, fill
from local.engine.types.model import INTEGER_KINDS, MAX_PRECISION
from local.engine.types.representation import duckdb_type

_FLOATS = ("real", "double")
_INTERVALS = ("interval day to second", "interval year to month")
_SYMBOLS = ("+", "-", "*")


def _integers(symbol: str, kind: str) -> Function:
    return scalar(f"{symbol}({kind}, {kind}) -> {kind}", f"({{0}} {symbol} {{1}})")


def _floats(symbol: str, kind: str) -> Function:
    # DuckDB's `/` and `%` of doubles follow IEEE 754, as Java's.
    return scalar(f"{symbol}({kind}, {kind}) -> {kind}", f"({{0}} {symbol} {{1}})")


def _divided(symbol: str, duckdb_symbol: str, kind: str) -> Function:
    checked = fail_if("{1} = 0", "DIVISION_BY_ZERO", "'Division by zero'", f"({{0}} {duckdb_symbol} {{1}})", "{type}")
    return scalar(f"{symbol}({kind}, {kind}) -> {kind}", checked)


def _sum(numbers: Numbers) -> Numbers:
    p1, s1, p2, s2 = (numbers[name] for name in ("p1", "s1", "p2", "s2"))
    scale = max(s1, s2)
    return {"p": min(38, max(p1 - s1, p2 - s2) + scale + 1), "s": scale}


def _product(numbers: Numbers) -> Numbers:
    scale = numbers["s1"] + numbers["s2"]
    if scale > MAX_PRECISION:
        raise QueryError(f"INVALID_FUNCTION_ARGUMENT: DECIMAL scale must be in range [0, precision (38)]: {scale}")
    return {"p": min(MAX_PRECISION, numbers["p1"] + numbers["p2"]), "s": scale}


def _quotient(numbers: Numbers) -> Numbers:
    p1, s1, s2 = (numbers[name] for name in ("p1", "s1", "s2"))
    return {"p": min(38, p1 + s2 + max(s2 - s1, 0)), "s": max(s1, s2)}


def _remainder(numbers: Numbers) -> Numbers:
    p1, s1, p2, s2 = (numbers[name] for name in ("p1", "s1", "p2", "s2"))
    return {"p": min(p1 - s1, p2 - s2) + max(s1, s2), "s": max(s1, s2)}


_DECIMALS = "(decimal(p1, s1), decimal(p2, s2)) -> decimal(p, s)"


def _subscript(call: Call) -> str:
    length = "len({0})"
    message = (
        f"CASE WHEN {{1}} = 0 THEN 'SQL array indices start at 1' WHEN {{1}} < 0 THEN 'Array subscript is negative: "
        f"' || {{1}} "
        f"ELSE 'Array subscript must be less than or equal to array length: ' || {{1}} || ' > ' || {length} END"
    )
    checked = fail_if(
        f"{{1}} < 1 OR {{1}} > {length}", "INVALID_FUNCTION_ARGUMENT", message, "{0}[{1}]", duckdb_type(call.result)
    )
    return fill(checked, call.sql, [one.type for one in call.arguments], call.result)


FUNCTIONS = (
    *(_integers(symbol, kind) for symbol in _SYMBOLS for kind in INTEGER_KINDS),
    *(_floats(symbol, kind) for symbol in (*_SYMBOLS, "/", "%") for kind in _FLOATS),
    *(_divided("/", "//", kind) for kind in INTEGER_KINDS),
    *(_divided("%", "%", kind) for kind in INTEGER_KINDS),
    *(
        scalar(f"{symbol}{_DECIMALS}", f"CAST(({{0}} {symbol} {{1}}) AS {{type}})", where=where)
        for symbol, where in (("+", _sum), ("-", _sum), ("*", _product))
    ),
    scalar(f"negate(decimal(p, s)) -> decimal(p, s)", "CAST(-{0} AS {type})"),  # noqa: F541
    *(
        scalar(
            f"negate({kind}) -> {kind}",
            fail_if(
                f"{{0}} = -{2 ** (bits - 1)}",
                "NUMERIC_VALUE_OUT_OF_RANGE",
                f"'{kind} negation overflow: ' || {{0}}",
                "CAST(-{0} AS {type})",
                "{type}",
            ),
        )
        for kind, bits in zip(INTEGER_KINDS, (8, 16, 32, 64), strict=True)
    ),
    *(scalar(f"negate({kind}) -> {kind}", "(-{0})") for kind in (*_FLOATS, *_INTERVALS)),
    scalar("[](array(E), bigint) -> E", _subscript),
)

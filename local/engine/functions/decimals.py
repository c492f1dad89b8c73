"""Decimals: casts, division, and functions of them.

https://trino.io/docs/current/functions/decimal.html
"""

from __future__ import annotations

import decimal
import re
from decimal import Decimal

from local.engine.functions.casts import declare
from local.engine.functions.registry import Call, FunctionError, scalar, udf
from local.engine.functions.signature import Numbers
from local.engine.functions.templates import fail_if, fill
from local.engine.types.model import INTEGER_KINDS, TrinoType
from local.engine.types.numbers import java_double, java_real
from local.engine.types.representation import duckdb_type

_CONTEXT = decimal.Context(prec=120, rounding=decimal.ROUND_HALF_UP)
_LITERAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_BITS = {"tinyint": 7, "smallint": 15, "integer": 31, "bigint": 63}


def _fits(value: Decimal, precision: int, scale: int) -> Decimal | None:
    rounded = value.quantize(Decimal(1).scaleb(-scale), context=_CONTEXT)
    return rounded if abs(rounded) < Decimal(10) ** (precision - scale) else None


def of_text(text: str, precision: int, scale: int) -> str:
    """A decimal from text, rounded to the scale."""
    if not _LITERAL.fullmatch(text):
        raise FunctionError(
            "INVALID_CAST_ARGUMENT",
            f"Cannot cast VARCHAR '{text}' to DECIMAL({precision}, {scale}). Value is not a number.",
        )
    found = _fits(Decimal(text), precision, scale)
    if found is None:
        raise FunctionError(
            "INVALID_CAST_ARGUMENT", f"Cannot cast VARCHAR '{text}' to DECIMAL({precision}, {scale}). Value too large."
        )
    return f"{found:f}"


def of_double(value: float, precision: int, scale: int) -> str:
    """A decimal from a double, rounded to the scale."""
    if value != value or value in (float("inf"), float("-inf")):
        raise FunctionError(
            "INVALID_CAST_ARGUMENT", f"Cannot cast DOUBLE '{java_double(value)}' to DECIMAL({precision}, {scale})"
        )
    found = _fits(Decimal(java_double(value)), precision, scale)
    if found is None:
        raise FunctionError(
            "INVALID_CAST_ARGUMENT", f"Cannot cast DOUBLE '{java_double(value)}' to DECIMAL({precision}, {scale})"
        )
    return f"{found:f}"


def of_real(value: float, precision: int, scale: int) -> str:
    """A decimal from a real, rounded to the scale."""
    if value != value or value in (float("inf"), float("-inf")):
        raise FunctionError(
            "INVALID_CAST_ARGUMENT", f"Cannot cast REAL '{java_real(value)}' to DECIMAL({precision}, {scale})"
        )
    found = _fits(Decimal(java_real(value)), precision, scale)
    if found is None:
        raise FunctionError(
            "INVALID_CAST_ARGUMENT", f"Cannot cast REAL '{java_real(value)}' to DECIMAL({precision}, {scale})"
        )
    return f"{found:f}"


def rescale(text: str, precision: int, scale: int) -> str:
    """A decimal of another precision and scale."""
    found = _fits(Decimal(text), precision, scale)
    if found is None:
        raise FunctionError("INVALID_CAST_ARGUMENT", f"Cannot cast DECIMAL '{text}' to DECIMAL({precision}, {scale})")
    return f"{found:f}"


def divide(one: str, other: str, scale: int) -> str:
    """The quotient, rounded half up to the scale."""
    divisor = Decimal(other)
    if divisor == 0:
        raise FunctionError("DIVISION_BY_ZERO", "Division by zero")
    with decimal.localcontext(decimal.Context(prec=150)):
        quotient = Decimal(one) / divisor
        rounded = quotient.quantize(Decimal(1).scaleb(-scale), rounding=decimal.ROUND_HALF_UP)
    if abs(rounded) >= Decimal(10) ** (38 - scale):
        raise FunctionError("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow")
    return f"{rounded:f}"


def remainder(one: str, other: str) -> str:
    """The remainder, with the sign of the dividend."""
    if Decimal(other) == 0:
        raise FunctionError("DIVISION_BY_ZERO", "Division by zero")
    with decimal.localcontext(decimal.Context(prec=150)):
        return f"{Decimal(one) % Decimal(other):f}"


def _to_decimal(function: str) -> object:
    def lower(sql: str, _: TrinoType, target: TrinoType) -> str:
        return f"CAST(py_{function}({sql}, {target.precision}, {target.scale}) AS {duckdb_type(target)})"

    return lower


def _of_decimal(sql: str, source: TrinoType, target: TrinoType) -> str:
    widens = (target.precision or 0) - target.scale >= (source.precision or 0) - source.scale
    if widens and target.scale >= source.scale:
        return f"CAST({sql} AS {duckdb_type(target)})"
    return (
        f"CAST(py_decimal_rescale(CAST({sql} AS VARCHAR), {target.precision}, {target.scale}) AS {duckdb_type(target)})"
    )


def _of_integer(sql: str, source: TrinoType, target: TrinoType) -> str:
    digits = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}[source.kind]
    whole = (target.precision or 0) - target.scale
    cast = f"CAST({{0}} AS {duckdb_type(target)})"
    if whole >= digits:
        return fill(cast, (sql,), (source,), target)
    checked = fail_if(
        f"abs(CAST({{0}} AS HUGEINT)) >= {10**whole}",
        "INVALID_CAST_ARGUMENT",
        f"'Cannot cast {source.kind.upper()} ''' || {{0}} || ''' to DECIMAL({target.precision}, {target.scale})'",
        cast,
        duckdb_type(target),
    )
    return fill(checked, (sql,), (source,), target)


def _to_integer(sql: str, source: TrinoType, target: TrinoType) -> str:
    limit = 2 ** _BITS[target.kind]
    rounded = "CAST(round({0}, 0) AS HUGEINT)"
    checked = fail_if(
        f"{rounded} NOT BETWEEN -{limit} AND {limit - 1}",
        "INVALID_CAST_ARGUMENT",
        f"'Cannot cast ''' || {{0}} || ''' to {target.kind.upper()}'",
        f"CAST({rounded} AS {duckdb_type(target)})",
        duckdb_type(target),
    )
    return fill(checked, (sql,), (source,), target)


declare("varchar", "decimal", _to_decimal("decimal_of_text"))  # type: ignore[arg-type]  # a function
declare("double", "decimal", _to_decimal("decimal_of_double"))  # type: ignore[arg-type]  # a function
declare("real", "decimal", _to_decimal("decimal_of_real"))  # type: ignore[arg-type]  # a function
declare("decimal", "decimal", _of_decimal)
declare("boolean", "decimal", "CAST(CASE WHEN {0} THEN 1 WHEN NOT {0} THEN 0 END AS {type})")
for _kind in INTEGER_KINDS:
    declare(_kind, "decimal", _of_integer)
    declare("decimal", _kind, _to_integer)


def _quotient(numbers: Numbers) -> Numbers:
    p1, s1, s2 = (numbers[name] for name in ("p1", "s1", "s2"))
    return {"p": min(38, p1 + s2 + max(s2 - s1, 0)), "s": max(s1, s2)}


def _remainder(numbers: Numbers) -> Numbers:
    p1, s1, p2, s2 = (numbers[name] for name in ("p1", "s1", "p2", "s2"))
    return {"p": min(p1 - s1, p2 - s2) + max(s1, s2), "s": max(s1, s2)}


def _divide(call: Call) -> str:
    one, other = call.sql
    return (
        f"CAST(py_decimal_divide(CAST({one} AS VARCHAR), CAST({other} AS VARCHAR), {call.result.scale}) "
        f"AS {duckdb_type(call.result)})"
    )


def _modulo(call: Call) -> str:
    one, other = call.sql
    return f"CAST(py_decimal_remainder(CAST({one} AS VARCHAR), CAST({other} AS VARCHAR)) AS {duckdb_type(call.result)})"


_TWO = "(decimal(p1, s1), decimal(p2, s2)) -> decimal(p, s)"


def _round(numbers: Numbers) -> Numbers:
    p, s = numbers["p"], numbers["s"]
    return {"rp": min(38, p - s + min(1, s)) or 1}


def _round_to(numbers: Numbers) -> Numbers:
    return {"rp": min(38, numbers["p"] + 1)}


FUNCTIONS = (
    scalar(f"/{_TWO}", _divide, where=_quotient),
    scalar(f"%{_TWO}", _modulo, where=_remainder),
    scalar(f"mod{_TWO}", _modulo, where=_remainder),
    scalar("abs(decimal(p, s)) -> decimal(p, s)", "abs({0})"),
    scalar("sign(decimal(p, s)) -> decimal(1, 0)", "CAST(sign({0}) AS DECIMAL(1,0))"),
    scalar("round(decimal(p, s)) -> decimal(rp, 0)", "CAST(round({0}, 0) AS {type})", where=_round),
    scalar(
        "round(decimal(p, s), bigint) -> decimal(rp, s)",
        "CAST(py_decimal_round(CAST({0} AS VARCHAR), {1}) AS {type})",
        where=_round_to,
    ),
    scalar("ceil(decimal(p, s)) -> decimal(rp, 0)", "CAST(ceil({0}) AS {type})", where=_round),
    scalar("ceiling(decimal(p, s)) -> decimal(rp, 0)", "CAST(ceil({0}) AS {type})", where=_round),
    scalar("floor(decimal(p, s)) -> decimal(rp, 0)", "CAST(floor({0}) AS {type})", where=_round),
    scalar(
        "truncate(decimal(p, s)) -> decimal(rp, 0)",
        "CAST(trunc({0}) AS {type})",
        where=lambda n: {"rp": max(1, n["p"] - n["s"])},
    ),
    scalar(
        "truncate(decimal(p, s), bigint) -> decimal(p, s)",
        "CAST(py_decimal_truncate(CAST({0} AS VARCHAR), {1}) AS {type})",
    ),
)


def round_to(text: str, digits: int) -> str:
    """A decimal rounded half up to a number of digits after (or, if negative, before) the point."""
    value = Decimal(text)
    scale = max(0, -int(value.as_tuple().exponent))
    rounded = value.quantize(Decimal(1).scaleb(-min(digits, scale)), context=_CONTEXT)
    return f"{rounded.quantize(Decimal(1).scaleb(-scale), context=_CONTEXT):f}"


def truncate(text: str, digits: int) -> str:
    """A decimal cut off at a number of digits."""
    value = Decimal(text)
    scale = max(0, -int(value.as_tuple().exponent))
    with decimal.localcontext(decimal.Context(prec=120, rounding=decimal.ROUND_DOWN)):
        cut = value.quantize(Decimal(1).scaleb(-min(digits, scale)))
    return f"{cut.quantize(Decimal(1).scaleb(-scale), context=_CONTEXT):f}"


UDFS = (
    udf("decimal_of_text", of_text, "VARCHAR, INTEGER, INTEGER", "VARCHAR"),
    udf("decimal_of_double", of_double, "DOUBLE, INTEGER, INTEGER", "VARCHAR"),
    udf("decimal_of_real", of_real, "FLOAT, INTEGER, INTEGER", "VARCHAR"),
    udf("decimal_rescale", rescale, "VARCHAR, INTEGER, INTEGER", "VARCHAR"),
    udf("decimal_divide", divide, "VARCHAR, VARCHAR, INTEGER", "VARCHAR"),
    udf("decimal_remainder", remainder, "VARCHAR, VARCHAR", "VARCHAR"),
    udf("decimal_round", round_to, "VARCHAR, BIGINT", "VARCHAR"),
    udf("decimal_truncate", truncate, "VARCHAR, BIGINT", "VARCHAR"),
)

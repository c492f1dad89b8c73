"""Literals, and what is known of constants without running anything."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlglot import exp

from local.engine.analysis.context import error_at
from local.engine.analysis.nodes import Cast, Constant, Expression
from local.engine.errors import at, cannot_run
from local.engine.functions.datetime_casts import zoned_of_text
from local.engine.functions.math import is_double
from local.engine.functions.registry import FunctionError
from local.engine.sql.places import position
from local.engine.types import model
from local.engine.types.model import (
    BIGINT,
    BOOLEAN,
    DAY_TO_SECOND,
    DOUBLE,
    INTEGER,
    REAL,
    UNKNOWN,
    VARBINARY,
    YEAR_TO_MONTH,
    TrinoType,
    char,
    decimal,
    varchar,
)
from local.engine.types.parse import InvalidType, UnknownType, parse

_MICROSECONDS = 6
_INTEGER_MAX = 2**31 - 1
_BIGINT_MAX = 2**63 - 1
_RANGES = {"tinyint": 2**7, "smallint": 2**15, "integer": 2**31, "bigint": 2**63}
_DECIMAL = re.compile(r"[+-]?(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)")
_DATE = re.compile(r"\s*([+-]?\d{4,})-(\d{1,2})-(\d{1,2})\s*")
_ZONED_TIME = re.compile(r"(.*?)\s*[+-]\d\d:\d\d\s*")
_TIME = re.compile(r"\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?\s*")
_TIMESTAMP = re.compile(
    r"\s*([+-]?\d{4,}-\d{1,2}-\d{1,2})(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?\s*(\S.*?)?\s*"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MONTHS = {"YEAR": 12, "MONTH": 1}
_MILLISECONDS = {"DAY": 86_400_000, "HOUR": 3_600_000, "MINUTE": 60_000, "SECOND": 1000}
_UNITS = ("DAY", "HOUR", "MINUTE", "SECOND")


def number(node: exp.Literal) -> Constant:
    """An integer, or a double: Athena reads ``1.5`` as a double, where Trino itself reads a decimal."""
    text = node.name
    if text.isdigit():
        value = int(text)
        if value <= _INTEGER_MAX:
            return Constant(INTEGER, value)
        if value <= _BIGINT_MAX:
            return Constant(BIGINT, value)
        raise error_at("SYNTAX_ERROR", f"Invalid numeric literal: {text}", node)
    return Constant(DOUBLE, float(text))


def text(value: str) -> Constant:
    """A string literal."""
    return Constant(varchar(len(value)), value)


def binary(digits: str) -> Constant:
    """``X'65'``."""
    return Constant(VARBINARY, bytes.fromhex(digits))


def typed(node: exp.Expr) -> Expression:
    """``DATE '2020-01-01'`` and the like."""
    kind, value = node.args["kind"], node.this
    match kind:
        case "decimal":
            return _decimal(value, node)
        case "char":
            return Constant(char(len(value)), value.rstrip(" "))
        case "time" | "timestamp":
            return _moment(kind, value, node)
    try:
        found = parse(kind)
    except (UnknownType, InvalidType) as error:
        if kind.lower() == "ipaddress":
            raise cannot_run("the type ipaddress") from error
        raise error_at("TYPE_NOT_FOUND", f"Unknown type: {kind}", node) from error
    if found == BOOLEAN and value.strip().lower() in ("true", "false"):
        return Constant(BOOLEAN, value.strip().lower() == "true")
    if found.kind == "date":
        day = _date(value, node)
        if day.startswith(("-", "0000")):
            raise cannot_run("dates before the year 1")
        return Constant(found, day)
    if found.is_integer and re.fullmatch(r"[+-]?\d+", value.strip()):
        return integer(found, int(value), node)
    if found.kind == "varchar":
        return Constant(found, value)
    if not _is_valid(found, value):
        raise error_at("INVALID_LITERAL", f"'{value}' is not a valid {kind.upper()} literal", node)
    return Cast(found, Constant(varchar(len(value)), value))


def _is_valid(kind: TrinoType, value: str) -> bool:
    """Whether the text of a literal can be cast to its type."""
    if kind.is_integer:
        return False
    if kind == BOOLEAN:
        return value.lower() in ("t", "f", "1", "0", "true", "false")
    if kind in (DOUBLE, REAL):
        return is_double(value)
    return kind.kind != "uuid" or _UUID.fullmatch(value) is not None


def integer(kind: TrinoType, value: int, node: exp.Expr) -> Constant:
    """An integer of a type."""
    if not -_RANGES[kind.kind] <= value < _RANGES[kind.kind]:
        raise error_at("INVALID_LITERAL", f"'{value}' is not a valid {kind} literal", node)
    return Constant(kind, value)


def _decimal(value: str, node: exp.Expr) -> Constant:
    if not _DECIMAL.fullmatch(value):
        raise error_at("INVALID_LITERAL", f"'{value}' is not a valid decimal literal", node)
    plain = value.replace("_", "").lstrip("+-")
    whole, _, fraction = plain.partition(".")
    precision = len(whole.lstrip("0")) + len(fraction)
    if precision > model.MAX_PRECISION:
        raise error_at("INVALID_LITERAL", f"Decimal literal '{value}' has more than 38 digits", node)
    number = Decimal(plain)
    return Constant(decimal(max(1, precision), len(fraction)), -number if value.startswith("-") else number)


def _date(value: str, node: exp.Expr) -> str:
    match = _DATE.fullmatch(value)
    if match is None or not _is_date(int(match[1]), int(match[2]), int(match[3])):
        raise error_at("INVALID_LITERAL", f"'{value}' is not a valid date literal", node)
    return f"{match[1].lstrip('+')}-{int(match[2]):02d}-{int(match[3]):02d}"


def _is_date(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12 or day < 1:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _moment(kind: str, value: str, node: exp.Expr) -> Expression:
    """A time or timestamp, whose type follows from its digits and zone."""
    if kind == "time":
        if (zoned := _ZONED_TIME.fullmatch(value)) and _TIME.fullmatch(zoned[1]):
            raise cannot_run("literals of time with time zone")
        match = _TIME.fullmatch(value)
        if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
            raise error_at("INVALID_LITERAL", f"'{value}' is not a valid time literal", node)
        fraction = match[4] or ""
        spelled = f"{int(match[1]):02d}:{int(match[2]):02d}:{int(match[3] or 0):02d}"
        return Constant(model.time(len(fraction)), spelled + (f".{fraction}" if fraction else ""))
    match = _TIMESTAMP.fullmatch(value)
    if match is None or int(match[2] or 0) > 23 or int(match[3] or 0) > 59 or int(match[4] or 0) > 59:
        raise error_at("INVALID_LITERAL", f"'{value}' is not a valid timestamp literal", node)
    fraction = match[5] or ""
    spelled = f"{_date(match[1], node)} {int(match[2] or 0):02d}:{int(match[3] or 0):02d}:{int(match[4] or 0):02d}"
    spelled += f".{fraction}" if fraction else ""
    if len(fraction) > _MICROSECONDS:
        raise cannot_run("timestamps with more than 6 digits of a second")
    if match[6]:
        try:
            zoned_of_text(f"{spelled} {match[6]}")
        except FunctionError:
            raise error_at("INVALID_LITERAL", f"'{value}' is not a valid timestamp literal", node) from None
        target = model.timestamp_tz(len(fraction))
        return Cast(target, Constant(varchar(len(value)), f"{spelled} {match[6]}"))
    return Constant(model.timestamp(len(fraction)), spelled)


def interval(node: exp.Interval) -> Constant:
    """``INTERVAL '1' DAY``, ``INTERVAL '1-2' YEAR TO MONTH``, ``INTERVAL '1 02:03:04.5' DAY TO SECOND``."""
    value, first, last = node.name.strip(), node.args["unit"], node.args.get("to") or ""
    first = str(first.name if isinstance(first, exp.Expr) else first)
    negative = value.startswith("-")
    plain = value.lstrip("+-").strip()
    if value.startswith("--"):
        negative = False
    units = (first,) if not last else _span(first, last, node)
    if first in _MONTHS:
        pattern = r"(\d+)" if len(units) == 1 else r"(\d+)(?:-(\d+))?"
        match = re.fullmatch(pattern, plain)
        if match is None:
            raise error_at("INVALID_LITERAL", f"'{value}' is not a valid INTERVAL literal", node)
        months = sum(int(part or 0) * _MONTHS[unit] for part, unit in zip(match.groups(), units, strict=True))
        return Constant(YEAR_TO_MONTH, -months if negative else months)
    pattern = r"(\d+)"
    for before in units[:-1]:
        pattern += rf"(?:{' ' if before == 'DAY' else ':'}(\d+)"
    pattern += ")?" * (len(units) - 1)
    if units[-1] == "SECOND":
        pattern = re.sub(r"\(\\d\+\)(?=(\)\?)*$)", r"(\\d+(?:\\.\\d{1,3})?)", pattern)
    match = re.fullmatch(pattern, plain)
    if match is None:
        raise error_at("INVALID_LITERAL", f"'{value}' is not a valid INTERVAL literal", node)
    milliseconds = sum(
        int(Decimal(part or 0) * _MILLISECONDS[unit]) for part, unit in zip(match.groups(), units, strict=True)
    )
    return Constant(DAY_TO_SECOND, -milliseconds if negative else milliseconds)


def _span(first: str, last: str, node: exp.Expr) -> tuple[str, ...]:
    if (first, last) == ("YEAR", "MONTH"):
        return first, last
    if first in _UNITS and last in _UNITS and _UNITS.index(first) < _UNITS.index(last):
        return _UNITS[_UNITS.index(first) : _UNITS.index(last) + 1]
    raise at("SYNTAX_ERROR", f"Invalid interval qualifier {first} TO {last}", *position(node))


def null() -> Constant:
    """``NULL``."""
    return Constant(UNKNOWN, None)


def coerce(value: Expression, target: TrinoType) -> Expression:
    """``value`` as ``target``, to which it can be coerced; literals change their type at once."""
    if value.type == target:
        return value
    if isinstance(value, Constant):
        folded = _fold(value, target)
        if folded is not None:
            return folded
    return Cast(target, value)


def _fold(value: Constant, target: TrinoType) -> Constant | None:
    if value.value is None:
        return Constant(target, None)
    if value.type.kind == "varchar" and target.kind == "varchar":
        return Constant(target, value.value)
    if value.type.is_integer and target.is_integer:
        return Constant(target, value.value)
    if value.type.is_integer and target in (DOUBLE, REAL):
        return Constant(target, float(value.value))
    return None

"""Values of a result as Python objects.

The contract has JSON values (``quilt_athena.query.results.convert``), in which a decimal or a date is Athena's text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quilt_athena.errors import ResultUnreadableError

Converter = Callable[[Any], Any]


def base_type(kind: str) -> str:
    """The name of an Athena type without its arguments: ``decimal`` of ``decimal(10,2)``."""
    name, parenthesis, rest = kind.lower().partition("(")
    return (name + rest.partition(")")[2]).strip() if parenthesis else name


def converter(column: str, kind: str) -> Converter | None:
    """The conversion of a column's JSON values, other than None, to Python objects; None if they already are.

    ``decimal`` becomes a Decimal, ``date`` a date, ``time`` a time, ``timestamp`` a datetime without zone, ``timestamp
    with time zone`` one with its zone, and ``varbinary`` bytes; NaN and infinities become floats. Strings, numbers,
    booleans and parsed ``json`` need no conversion. Arrays, maps and rows, whose element types Athena doesn't report,
    intervals, ``time with time zone`` and other types remain Athena's text.

    Raises (the conversion):
        ResultUnreadableError: Python has no such value, e.g. a date in the year 10000.
    """
    convert = _CONVERTERS.get(base_type(kind))
    if convert is None:
        return None

    def converted(value: Any) -> Any:
        try:
            return convert(value)
        except (ValueError, ArithmeticError, ZoneInfoNotFoundError) as error:
            raise ResultUnreadableError(
                f"column {column}: Python has no value for the {kind} {value!r} ({error}). Select CAST({column} AS "
                "varchar), or read the result's json_rows()"
            ) from error

    return converted


def _zoned(text: str) -> datetime:
    """``2026-01-02 03:04:05.678 Europe/Berlin``, or with ``UTC`` or ``+01:00``."""
    local, _, zone = text.rpartition(" ")
    if zone == "UTC":
        return datetime.fromisoformat(local).replace(tzinfo=UTC)
    if zone[:1] in ("+", "-"):
        return datetime.fromisoformat(local + zone)
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))


_CONVERTERS: dict[str, Converter] = {
    "date": date.fromisoformat,
    "decimal": Decimal,
    "double": float,
    "float": float,
    "real": float,
    "time": time.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamp with time zone": _zoned,
    "varbinary": bytes.fromhex,
}

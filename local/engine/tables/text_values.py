"""Values of delimited text, as Hive's LazySimpleSerDe reads them: what doesn't fit its column is null.

Numbers are those of Java's ``Double.parseDouble`` and ``BigDecimal``, dates those of its lenient ``Date.valueOf``, in
which 30 February is 1 March. The behaviour is that of Trino's ``io.trino.hive.formats.encodings.text``.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_INTEGER = re.compile(r"([+-]?)(?:([0-9]+)(?:\.[0-9]*)?|\.[0-9]*)")
_DOUBLE = re.compile(r"[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"\s*([0-9]{1,4})-([0-9]{1,2})-([0-9]{1,2})(?:\s.*)?")
_TIMESTAMP = re.compile(
    r"\s*([0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2})[T ]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]{1,9}))?\s*"
)


def integer(text: str, bits: int) -> int | None:
    """A whole number of so many bits; a fraction is cut off."""
    match = _INTEGER.fullmatch(text)
    if match is None:
        return None
    number = int(f"{match[1]}{match[2] or 0}")
    return number if -(1 << (bits - 1)) <= number < 1 << (bits - 1) else None


def double(text: str) -> float | None:
    """A floating-point number; Java ignores blanks around it, and a ``d`` or ``f`` after it."""
    text = text.strip()
    return float(text.rstrip("fFdD")) if _DOUBLE.fullmatch(text) else None


def decimal(text: str, precision: int, scale: int) -> Decimal | None:
    """A decimal with so many digits, rounded half up."""
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        number = Decimal(text).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    except InvalidOperation:
        return None
    return number if len(number.as_tuple().digits) <= precision else None


def date(text: str) -> dt.date | None:
    """``YYYY-MM-DD``, with anything after a blank."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    try:
        return dt.date(year, month, 1) + dt.timedelta(days=day - 1) if 1 <= day <= 31 else None
    except (ValueError, OverflowError):
        return None


def timestamp(text: str) -> dt.datetime | None:
    """``YYYY-MM-DD hh:mm:ss``, with up to nine digits of a fraction."""
    match = _TIMESTAMP.fullmatch(text)
    day = date(match[1]) if match else None
    if match is None or day is None:
        return None
    try:
        time = dt.time(int(match[2]), int(match[3]), int(match[4]), int((match[5] or "").ljust(6, "0")[:6]))
    except ValueError:
        return None
    return dt.datetime.combine(day, time)

"""Single values between text and Python: what the SerDes read, and how Java spells a double."""

from __future__ import annotations

import datetime as dt
import re
import struct

_DATE = re.compile(r"\s*(\d{1,4})-(\d{1,2})-(\d{1,2})(?:\s.*)?")
_TIMESTAMP = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?\s*"
)


def java_double(value: float) -> str:
    """A double as ``Double.toString`` spells it: ``1.0``, ``1.0E10``, ``NaN``, ``Infinity``."""
    return _java(repr(value), value)


def java_real(value: float) -> str:
    """A float of 32 bits as ``Float.toString`` spells it."""
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if struct.pack("f", float(text)) == struct.pack("f", value):
            return _java(repr(float(text)), value)
    return _java(repr(value), value)


def _java(text: str, value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return text
    mantissa, _, exponent = f"{text}e0".partition("e")
    power = int(exponent.removesuffix("e0") or 0)
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    power += len(whole) - 1
    digits = (whole + fraction).rstrip("0")
    stripped = digits.lstrip("0")
    power -= len(digits) - len(stripped)
    return f"{sign}{stripped[0]}.{stripped[1:] or '0'}E{power}"


def parse_date(text: str) -> dt.date | None:
    """``YYYY-MM-DD`` (with anything after a space), or None."""
    match = _DATE.fullmatch(text)
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def parse_timestamp(text: str) -> dt.datetime | None:
    """``YYYY-MM-DD hh:mm:ss.fff`` (or with a ``T``; a zone is turned into UTC), or None."""
    match = _TIMESTAMP.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(match[number] or 0) for number in range(1, 7))
    micros = int((match[7] or "").ljust(6, "0")[:6])
    try:
        value = dt.datetime(year, month, day, hour, minute, second, micros)  # noqa: DTZ001 - Athena's timestamp has no zone
    except ValueError:
        return None
    if (zone := match[8]) and zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        value -= dt.timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    return value

"""Numbers as Java spells them, and so Athena."""

from __future__ import annotations

import math
import struct
from decimal import Decimal


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


def scientific_double(value: float) -> str:
    """A double as CAST to varchar spells it: ``1.5E0``."""
    return _scientific(java_double(value), value)


def scientific_real(value: float) -> str:
    """A float of 32 bits as CAST to varchar spells it."""
    # Java's DecimalFormat has seven digits here.
    return _scientific(f"{value:.6e}" if math.isfinite(value) else java_real(value), value)


def _scientific(text: str, value: float) -> str:
    if not math.isfinite(value):
        return text
    if value == 0:
        return "-0E0" if text.startswith("-") else "0E0"
    sign, digits, exponent = Decimal(text).normalize().as_tuple()
    power = len(digits) - 1 + int(exponent)
    spelled = "".join(map(str, digits))
    return f"{'-' if sign else ''}{spelled[0]}.{spelled[1:] or '0'}E{power}"


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

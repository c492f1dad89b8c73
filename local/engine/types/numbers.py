"""Numbers as Java spells them, and so Athena."""

from __future__ import annotations

import struct


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

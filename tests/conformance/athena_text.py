"""Values as Trino's protocol returns them, as the text that Athena's results have for them.

It shares no code with the engine, so that both can't be wrong in the same way.
"""

from __future__ import annotations

import base64
import re
import struct
from typing import Any

from tests.conformance.types import TypeName


def athena_text(value: Any, kind: TypeName) -> str | None:
    """The text of a column's value; None for NULL."""
    return None if value is None else _text(value, kind)


def _text(value: Any, kind: TypeName) -> str:
    if value is None:
        return "null"
    if kind.name == "array":
        return "[" + ", ".join(_text(item, kind.inner[0]) for item in value) + "]"
    if kind.name == "map":
        # JSON's keys are strings whatever their type is.
        return "{" + ", ".join(f"{key}={_text(item, kind.inner[1])}" for key, item in value.items()) + "}"
    if kind.name == "row":
        fields = zip(value, kind.inner, kind.fields, strict=True)
        texts = [f"{name or f'field{at}'}={_text(item, inner)}" for at, (item, inner, name) in enumerate(fields)]
        return "{" + ", ".join(texts) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind.name == "varbinary":
        return base64.b64decode(value).hex(" ")
    if kind.name in ("double", "real") and not isinstance(value, str):
        return java_double(float(value))
    return str(value)


def java_double(value: float) -> str:
    """A number as Java's ``Double.toString`` writes it."""
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?", repr(value))
    assert match is not None, value
    sign, whole, fraction, exponent = match.group(1), match.group(2), match.group(3) or "", int(match.group(4) or 0)
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return f"{sign}0.0"
    # The value is 0.DIGITS times ten to the power of `point`.
    point = len(whole) + exponent - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if -3 < point <= 7:
        padded = digits.ljust(point, "0") if point > 0 else "0" * (1 - point) + digits
        at = max(point, 1)
        return f"{sign}{padded[:at]}.{padded[at:] or '0'}"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{point - 1}"


def same(actual: str | None, expected: str | None, kind: TypeName) -> bool:
    """Whether two texts of a value are equal, but for the last digits of doubles and the order of a map's entries."""
    if actual is None or expected is None or actual == expected:
        return actual == expected
    if kind.contains("double", "real"):
        is_real = not kind.contains("double")
        actual, expected = _rounded(actual, is_real), _rounded(expected, is_real)
    if kind.contains("map"):
        return sorted(re.split(r"[{}, ]+", actual)) == sorted(re.split(r"[{}, ]+", expected))
    return actual == expected


def _rounded(text: str, is_real: bool) -> str:
    """All numbers in Java's notation of doubles with fourteen digits: sums may differ in the last ones.

    Of a real, the number that its digits stand for: Java 17 spells some with more digits than needed (JDK-4511638).
    """

    def rounded(number: re.Match[str]) -> str:
        value = float(number.group())
        if is_real:
            (value,) = struct.unpack("f", struct.pack("f", value))
        return f"{value:.14g} {bool(number[1])}"

    return re.sub(r"-?\d+\.\d+(E-?\d+)?", rounded, text)

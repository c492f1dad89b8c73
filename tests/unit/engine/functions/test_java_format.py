"""``format``, with the values that Trino gives."""

from __future__ import annotations

import pytest

from local.engine.functions.java_format import format_text
from local.engine.functions.registry import FunctionError


@pytest.mark.parametrize(
    ("pattern", "values", "result"),
    [
        ("%5d|%-5d|%05d|%+d|% d|%(d|%,d", ["i1", "i2", "i3", "i4", "i5", "i-6", "i1234567"],
         "    1|2    |00003|+4| 5|(6)|1,234,567"),
        ("%f %.1f", ["n1.5", "n1.25"], "1.500000 1.3"),
        ("%.1f %.0f", ["f0.25", "f0.5"], "0.3 1"),
        ("%e %E", ["f0.0", "f123.0"], "0.000000e+00 1.230000E+02"),
        ("%2$s %1$S%%", ["sa", None], "null A%"),
    ],
)  # fmt: skip
def test_values_are_formatted_as_java_does(pattern: str, values: list[str | None], result: str) -> None:
    assert format_text(pattern, values) == result


@pytest.mark.parametrize(
    ("pattern", "value", "kind"),
    [
        ("%d", "sx", "INVALID_FUNCTION_ARGUMENT"),
        ("%q", "i1", "INVALID_FUNCTION_ARGUMENT"),
        ("%.2f", "i1", "INVALID_FUNCTION_ARGUMENT"),
        ("%s %s", "i1", "INVALID_FUNCTION_ARGUMENT"),
        ("%g", "f1.0", "NOT_SUPPORTED"),
    ],
)
def test_wrong_specifier_fails(pattern: str, value: str, kind: str) -> None:
    with pytest.raises(FunctionError, match=kind):
        format_text(pattern, [value])

"""Numbers as Java spells them."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.engine.types.numbers import java_double, java_real


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_java_double_is_read_back_as_the_same_number(value: float) -> None:
    text = java_double(value)
    assert float(text) == value
    assert ("E" in text) == (value != 0 and not 1e-3 <= abs(value) < 1e7)
    assert "." in text


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_java_real_is_read_back_as_the_same_number(value: float) -> None:
    assert struct.pack("f", float(java_real(value))) == struct.pack("f", value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.inf, "Infinity"), (-math.inf, "-Infinity"), (math.nan, "NaN"), (-0.0, "-0.0"), (1e7, "1.0E7"),
        (-1.5e-7, "-1.5E-7"), (1.7976931348623157e308, "1.7976931348623157E308"), (100.0, "100.0"),
    ],
)  # fmt: skip
def test_java_double_spells_special_values_as_java_does(value: float, text: str) -> None:
    assert java_double(value) == text

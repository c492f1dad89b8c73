"""The text of values in Athena's results."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.athena_text import athena_text, java_double, same
from tests.conformance.types import type_name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (100.0, "100.0"), (0.001, "0.001"), (0.00012, "1.2E-4"),
        (9999999.0, "9999999.0"), (1e7, "1.0E7"), (12345678.9, "1.23456789E7"), (1e-10, "1.0E-10"), (1e22, "1.0E22"),
        (-2.5e300, "-2.5E300"), (0.1, "0.1"),
    ],
)  # fmt: skip
def test_doubles_are_written_as_in_java(value: float, text: str) -> None:
    assert java_double(value) == text


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "integer", None),
        (True, "boolean", "true"),
        ("AP8=", "varbinary", "00 ff"),
        ("NaN", "double", "NaN"),
        ([1, None], "array(integer)", "[1, null]"),
        ({"1": "a", "2": None}, "map(integer, varchar(1))", "{1=a, 2=null}"),
        ([1, [2.0]], "row(a integer, array(double))", "{a=1, field1=[2.0]}"),
    ],
)
def test_values_are_written_as_in_athena(value: Any, kind: str, text: str | None) -> None:
    assert athena_text(value, type_name(kind)) == text


def test_same_allows_other_last_digits_of_doubles_and_other_orders_of_maps() -> None:
    assert same("[0.30000000000000004]", "[0.3]", type_name("array(double)"))
    assert not same("0.3001", "0.3", type_name("double"))
    assert same("1.2345679E8", "1.23456792E8", type_name("real"))
    assert not same("1.2345679E8", "1.2345680E8", type_name("real"))
    assert not same("0.30", "0.3", type_name("varchar"))
    assert same("{a=1, b=2}", "{b=2, a=1}", type_name("map(varchar, integer)"))
    assert not same("{a=1, b=2}", "{a=2, b=2}", type_name("map(varchar, integer)"))
    assert not same("{a=1, b=2}", "{b=2, a=1}", type_name("row(a integer, b integer)"))
    assert not same(None, "null", type_name("varchar"))

"""Values on the command line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.cli.values import parse_parameter


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-1.5e3", -1500.0),
        ("true", True),
        ("null", None),
        ('"5"', "5"),
        ('"null"', "null"),
        (".tiff", ".tiff"),
        ("%.tiff", "%.tiff"),
        ("", ""),
        ("007", "007"),
        ("O'Neill", "O'Neill"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e999", "1e999"),
        ("[1]", "[1]"),
        ('{"a": 1}', '{"a": 1}'),
        ("None", "None"),
        ('"open', '"open'),
    ],
)
def test_json_scalars_are_values_and_other_text_is_a_string(text: str, value: object) -> None:
    parsed = parse_parameter(text)
    assert parsed == value
    assert type(parsed) is type(value)


@given(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text())
def test_json_scalars_keep_their_values(value: object) -> None:
    assert parse_parameter(json.dumps(value)) == value


@given(st.text())
def test_any_text_can_be_written_as_json(text: str) -> None:
    assert parse_parameter(json.dumps(text)) == text

"""Numbers that JSON cannot carry exactly are found in values and in text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.contracts.json_numbers import MAX_SAFE_INTEGER, number_problem, parse_finite


@given(
    st.none()
    | st.booleans()
    | st.text()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
)
def test_number_problem_is_none_for_values_that_every_reader_keeps(value: object) -> None:
    assert number_problem(value) is None
    assert parse_finite(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (MAX_SAFE_INTEGER + 1, "expected a whole number within ±(2^53 - 1): larger numbers lose digits in JSON"),
        (-MAX_SAFE_INTEGER - 1, "expected a whole number within ±(2^53 - 1): larger numbers lose digits in JSON"),
        (float("nan"), "expected a finite number, got nan: JSON has no NaN or Infinity"),
        (float("-inf"), "expected a finite number, got -inf: JSON has no NaN or Infinity"),
    ],
)
def test_number_problem_names_what_json_cannot_carry(value: object, problem: str) -> None:
    assert number_problem(value) == problem


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "1e400", "[-1e999]", "{", ""])
def test_parse_finite_rejects_what_is_not_json_of_finite_numbers(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of json's own too
        parse_finite(text)


def test_parse_finite_reads_constants_as_the_caller_wants() -> None:
    assert parse_finite('[NaN, -Infinity, "NaN"]', constant=str) == ["NaN", "-Infinity", "NaN"]


def test_whole_numbers_are_safe_up_to_what_a_double_holds() -> None:
    # Number.MAX_SAFE_INTEGER of ECMAScript; the number after the next one is not a double.
    assert MAX_SAFE_INTEGER == 9_007_199_254_740_991
    assert float(MAX_SAFE_INTEGER + 2) != MAX_SAFE_INTEGER + 2


@pytest.mark.parametrize("text", ["1.8e308", "-1.8e308", "[1e309]"])
def test_parse_finite_names_a_number_that_a_double_cannot_hold(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a number that a double can hold, got -?1\.?\d*e30"):
        parse_finite(text)


@pytest.mark.parametrize(("text", "number"), [("1.7976931348623157e308", 1.7976931348623157e308), ("-2.5", -2.5)])
def test_parse_finite_reads_every_number_that_a_double_holds(text: str, number: float) -> None:
    assert parse_finite(text) == number


def test_parse_finite_shortens_a_long_number_in_its_message() -> None:
    with pytest.raises(ValueError, match=r"got 1{40}$"):
        parse_finite("1" * 400 + ".0")


def test_parse_finite_keeps_all_digits_of_whole_numbers() -> None:
    assert parse_finite("9007199254740993") == 9007199254740993

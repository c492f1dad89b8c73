"""A value becomes the literal that means it, whatever it holds."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from quilt_athena.errors import UnsupportedValueError
from quilt_athena.query.literals import MAX_LITERAL_LENGTH, MAX_SAFE_INTEGER, sql_literal

# What has ended, commented out or continued a statement somewhere.
AWKWARD = st.sampled_from(
    ["'", "''", "--", "/*", "*/", ";", "\\", "\\'", '"', "?", "\n", "\r\n", "\t", "$", "é", "𝄞", " "]
)
TEXT = st.lists(st.one_of(AWKWARD, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))).map(
    "".join
)


def fits(text: str) -> bool:
    """Whether a string's literal keeps Athena's limit."""
    return len(text) + text.count("'") + 2 <= MAX_LITERAL_LENGTH


@given(TEXT.filter(fits))
def test_a_string_is_one_literal_that_means_it(text: str) -> None:
    literal = sql_literal(text)
    assert re.fullmatch(r"'(?:[^']|'')*'", literal, re.DOTALL)
    assert literal[1:-1].replace("''", "'") == text


@given(TEXT.filter(fits))
def test_a_parser_of_the_language_reads_the_string_back(text: str) -> None:
    statement = sqlglot.parse_one(f"SELECT {sql_literal(text)}", dialect="trino")
    [value] = statement.expressions
    assert isinstance(value, exp.Literal)
    assert value.is_string
    assert value.this == text


@given(st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER))
def test_a_whole_number_is_its_digits(number: int) -> None:
    assert sql_literal(number) == str(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_fraction_is_a_double_that_equals_it(number: float) -> None:
    literal = sql_literal(number)
    # Without an exponent it would be a decimal.
    assert re.fullmatch(r"-?\d+(\.\d+)?E-?\d+", literal)
    assert float(literal) == number


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("", "''"),
        ("O'Neill", "'O''Neill'"),
        (True, "TRUE"),
        (False, "FALSE"),
        (None, "NULL"),
        (0, "0"),
        (-5, "-5"),
        (1.5, "1.5E0"),
        (1e22, "1E22"),
        (-2.5e-9, "-2.5E-9"),
    ],
)
def test_literals(value: object, literal: str) -> None:
    assert sql_literal(value) == literal


@pytest.mark.parametrize("number", [MAX_SAFE_INTEGER + 1, -MAX_SAFE_INTEGER - 1, 10**30])
def test_a_number_that_loses_digits_on_the_way_is_refused_with_advice(number: int) -> None:
    with pytest.raises(UnsupportedValueError, match=r"Give it as a string and write CAST\(\? AS bigint\)") as refused:
        sql_literal(number)
    assert str(number) not in str(refused.value)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_in_json_is_refused(number: float) -> None:
    with pytest.raises(UnsupportedValueError, match="expected a finite number"):
        sql_literal(number)


@pytest.mark.parametrize(
    ("value", "kind"), [(["secret"], "an array"), ({"key": "secret"}, "an object"), (b"secret", "bytes")]
)
def test_what_is_no_scalar_is_refused_with_advice(value: Any, kind: str) -> None:
    with pytest.raises(UnsupportedValueError, match=rf"got {kind}\. .*json_parse\(\?\)") as refused:
        sql_literal(value)
    assert "secret" not in str(refused.value)


def test_a_string_with_nul_is_refused() -> None:
    with pytest.raises(UnsupportedValueError, match="without NUL"):
        sql_literal("a\0b")


@pytest.mark.parametrize("text", ["x" * (MAX_LITERAL_LENGTH - 2), "'" * (MAX_LITERAL_LENGTH // 2 - 1)])
def test_the_longest_literal_is_taken_and_one_character_more_is_not(text: str) -> None:
    assert len(sql_literal(text)) == MAX_LITERAL_LENGTH
    with pytest.raises(UnsupportedValueError, match=r"at most 1024 characters .*, got 102[56]"):
        sql_literal(text + text[0])


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnsupportedValueError, match="surrogate"):
        sql_literal("a\ud800b")

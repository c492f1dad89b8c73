"""Any value becomes a literal that evaluates to it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from quilt_athena.contracts.json_numbers import MAX_SAFE_INTEGER
from quilt_athena.errors import UnsupportedValueError
from quilt_athena.query.literals import MAX_LITERAL_LENGTH, sql_literal

# Characters that end, comment out or continue a statement in some SQL dialect.
AWKWARD = st.sampled_from(
    ["'", "''", "--", "/*", "*/", ";", "\\", "\\'", '"', "?", "\n", "\r\n", "\t", "$", "é", "𝄞", " "]
)
TEXT = st.lists(st.one_of(AWKWARD, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))).map(
    "".join
)


def fits(text: str) -> bool:
    """Whether the literal of a string is within Athena's limit."""
    return len(text) + text.count("'") + 2 <= MAX_LITERAL_LENGTH


@given(TEXT.filter(fits))
def test_string_becomes_one_literal(text: str) -> None:
    literal = sql_literal(text)
    assert re.fullmatch(r"'(?:[^']|'')*'", literal, re.DOTALL)
    assert literal[1:-1].replace("''", "'") == text


@given(TEXT.filter(fits))
def test_string_literal_is_parsed_back_to_the_string(text: str) -> None:
    statement = sqlglot.parse_one(f"SELECT {sql_literal(text)}", dialect="trino")
    [value] = statement.expressions
    assert isinstance(value, exp.Literal)
    assert value.is_string
    assert value.this == text


@given(st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER))
def test_whole_number_becomes_its_digits(number: int) -> None:
    assert sql_literal(number) == str(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_float_becomes_an_equal_double(number: float) -> None:
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
def test_sql_literal_of_each_type(value: object, literal: str) -> None:
    assert sql_literal(value) == literal


@pytest.mark.parametrize("number", [MAX_SAFE_INTEGER + 1, -MAX_SAFE_INTEGER - 1, 10**30])
def test_number_that_would_lose_digits_is_rejected_with_a_hint(number: int) -> None:
    with pytest.raises(UnsupportedValueError, match=r"Pass a string and write CAST\(\? AS bigint\)") as caught:
        sql_literal(number)
    assert str(number) not in str(caught.value)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_number_that_json_does_not_have_is_rejected(number: float) -> None:
    with pytest.raises(UnsupportedValueError, match=r"expected a finite number.*CAST\(\? AS double\)"):
        sql_literal(number)


@pytest.mark.parametrize(
    ("value", "kind"), [(["secret"], "an array"), ({"key": "secret"}, "an object"), (b"secret", "bytes")]
)
def test_value_other_than_a_scalar_is_rejected_with_a_hint(value: Any, kind: str) -> None:
    with pytest.raises(UnsupportedValueError, match=rf"got {kind}\. .*json_parse\(\?\)") as caught:
        sql_literal(value)
    assert "secret" not in str(caught.value)


def test_string_with_nul_is_rejected() -> None:
    with pytest.raises(UnsupportedValueError, match="without NUL"):
        sql_literal("a\0b")


@pytest.mark.parametrize("text", ["x" * (MAX_LITERAL_LENGTH - 2), "'" * (MAX_LITERAL_LENGTH // 2 - 1)])
def test_literal_has_a_maximum_length(text: str) -> None:
    assert len(sql_literal(text)) == MAX_LITERAL_LENGTH
    with pytest.raises(UnsupportedValueError, match=r"at most 1024 characters, .*got 102[56]"):
        sql_literal(text + text[0])


@pytest.mark.parametrize("half", ["\ud800", "\udbff", "\udc00", "\udfff"])  # noqa: PT014 - they differ
def test_half_of_a_surrogate_pair_is_rejected(half: str) -> None:
    with pytest.raises(UnsupportedValueError, match="surrogate"):
        sql_literal(f"a{half}b")


@pytest.mark.parametrize("character", ["\ud7ff", "\ue000", "\U0010ffff"])
def test_characters_beside_surrogates_are_accepted(character: str) -> None:
    assert sql_literal(character) == f"'{character}'"

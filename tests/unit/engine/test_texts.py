"""Texts of single values, for all values."""

from __future__ import annotations

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.engine.functions.regular_expressions import compile_pattern, expand_replacement
from local.engine.results.numbers import java_double, java_real
from local.engine.tables.hive_types import HiveType
from local.engine.tables.serde_json import read_rows

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_the_number_that_its_text_says(value: float) -> None:
    text = java_double(value)
    assert float(text) == value
    assert ("E" in text) == (value != 0 and not 1e-3 <= abs(value) < 1e7)
    assert "." in text


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_real_is_the_number_that_its_text_says(value: float) -> None:
    assert struct.pack("f", float(java_real(value))) == struct.pack("f", value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.inf, "Infinity"), (-math.inf, "-Infinity"), (math.nan, "NaN"), (-0.0, "-0.0"), (1e7, "1.0E7"),
        (-1.5e-7, "-1.5E-7"), (1.7976931348623157e308, "1.7976931348623157E308"), (100.0, "100.0"),
    ],
)  # fmt: skip
def test_doubles_as_java_spells_them(value: float, text: str) -> None:
    assert java_double(value) == text


def lower_keys(value: object) -> object:
    if isinstance(value, dict):
        return {key.lower(): lower_keys(inner) for key, inner in value.items()}
    return [lower_keys(inner) for inner in value] if isinstance(value, list) else value


def has_double_keys(value: object) -> bool:
    if isinstance(value, dict):
        return len({key.lower() for key in value}) < len(value) or any(map(has_double_keys, value.values()))
    return isinstance(value, list) and any(map(has_double_keys, value))


@given(JSON, st.booleans())
def test_json_in_a_string_column_is_the_same_json_with_lower_case_keys(value: object, ascii_only: bool) -> None:
    line = json.dumps({"a": {"Inner": value}}, ensure_ascii=ascii_only)
    [(text,)] = read_rows([line], {"a": HiveType("string")}, {"ignore.malformed.json": "true"})
    if has_double_keys(value):
        assert text is None
    else:
        assert json.loads(text) == {"inner": lower_keys(value)}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\p{Alpha}+", "12ab", "ab"),
        (r"[\p{Digit}.]+", "a1.2", "1.2"),
        (r"\P{Digit}+", "12ab", "ab"),
        (r"\p{L}+", "1é2", "é"),
        (r"(?<word>\w+)-\k<word>", "b a-a", "a-a"),
        (r"a\z", "ba", "a"),
        (r"(?i)ABC", "xabc", "abc"),
        (r"a++b", "aab", "aab"),
        (r"\Qa", "a", None),
    ],
)
def test_java_patterns(pattern: str, text: str, found: str | None) -> None:
    if found is None:
        with pytest.raises(ValueError, match="the local engine can't run the regular expression"):
            compile_pattern(pattern)
    else:
        match = compile_pattern(pattern).search(text)
        assert match is not None
        assert match[0] == found


@pytest.mark.parametrize(
    ("pattern", "replacement", "result"),
    [
        ("(a)(b)", "$2$1", "ba!"),
        ("(a)(b)", "$10", "a0!"),
        ("(?<x>a)b", "[${x}]", "[a]!"),
        ("ab", r"\$1\\", "$1\\!"),
        ("(z)?ab", "<$1>", "<>!"),
    ],
)
def test_java_replacements(pattern: str, replacement: str, result: str) -> None:
    compiled = compile_pattern(pattern)
    assert compiled.sub(expand_replacement(compiled, replacement), "ab!") == result


@pytest.mark.parametrize("replacement", ["$9", "${nope}", "$"])
def test_replacements_that_java_refuses(replacement: str) -> None:
    with pytest.raises(ValueError, match="Illegal replacement sequence"):
        expand_replacement(compile_pattern("(a)"), replacement)

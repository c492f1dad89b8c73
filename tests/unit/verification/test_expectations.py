"""Comparing observations with expectations: strict about types, keys and lengths, and precise about where."""

from __future__ import annotations

from typing import Any

import pytest

from verification.expectations import AtLeast, AtMost, Matching, describe, differences, example, wrong_examples


@pytest.mark.parametrize(
    ("expected", "observed"),
    [
        (1, 1),
        ({"a": [1, None, "x"]}, {"a": [1, None, "x"]}),
        (Matching("^A: ", "A: x"), "A: reason"),
        (AtMost(0.5), 0.5),
        (AtLeast(3), 4),
    ],
)
def test_equal_values_do_not_differ(expected: Any, observed: Any) -> None:
    assert differences(expected, observed) == []


@pytest.mark.parametrize(
    ("expected", "observed", "where"),
    [
        (1, True, "expected 1, observed true"),
        (1, "1", 'expected 1, observed "1"'),
        (0, False, "expected 0, observed false"),
        (None, "", 'expected null, observed ""'),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1]: expected 2, observed 3"),
        ({"a": 1}, {"a": 1, "b": 2}, 'expected {"a": 1}, observed {"a": 1, "b": 2}'),
        ([1], [], "expected [1], observed []"),
        (AtMost(0.5), 0, "expected more than 0, at most 0.5, observed 0"),
        (AtMost(0.5), 0.51, "expected more than 0, at most 0.5, observed 0.51"),
        (AtLeast(3), True, "expected at least 3, observed true"),
        (Matching("^A: ", "A: x"), "B: A: ", 'expected text that matches /^A: /, observed "B: A: "'),
        ({"a": AtLeast(3)}, {"a": None}, "a: expected at least 3, observed null"),
    ],
)
def test_difference_names_the_place(expected: Any, observed: Any, where: str) -> None:
    assert differences(expected, observed) == [where]


def test_all_differences_are_reported() -> None:
    assert len(differences({"a": 1, "b": [2, 3]}, {"a": 0, "b": [2, 0]})) == 2


def test_wrong_examples_differ_in_every_part() -> None:
    expected = {"a": 1, "b": [AtLeast(3)], "c": {"d": Matching("x", "x")}}
    wrong = list(wrong_examples(expected))
    assert differences(expected, example(expected)) == []
    assert all(differences(expected, value) for value in wrong)
    assert {"a": 1, "b": [2], "c": {"d": "x"}} in wrong
    assert {"a": 1, "b": [3], "c": {"d": "\0"}} in wrong
    assert {"a": 1, "b": [3]} in wrong


def test_description_is_json_with_matchers_in_words() -> None:
    assert describe({"a": [1, AtLeast(3)]}) == '{"a": [1, "<at least 3>"]}'

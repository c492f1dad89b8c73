"""Paths of SQL/JSON. ``tests/conformance/cases/json/sql_json.sql`` compares whole statements with Trino."""

from __future__ import annotations

from typing import Any

import pytest

from local.engine.functions.json_evaluation import PathError, evaluate
from local.engine.functions.json_path import PathNotSupported, PathSyntaxError, read_path, variables
from local.engine.functions.json_stream import Members
from local.engine.functions.sql_json import json_object

DOCUMENT = Members((("a", [1, 2, Members((("b", "x"),))]), ("c", None)))


@pytest.mark.parametrize(
    ("path", "items"),
    [
        ("lax $.a[0, last].b", ["x"]),
        ("lax $.a[0 to 1]", [1, 2]),
        ("lax $.c[0]", [None]),
        ("lax $.a.size()", [3]),
        ("lax $.nope", []),
        ("lax $.a[*] ? (@ > 1 || @.b starts with \"x\")", [2, Members((("b", "x"),))]),
        ("lax $.a[*] ? ((@ > 1) is unknown)", [Members((("b", "x"),))]),
        ("strict $.a[1] * -2", [-4]),
        ("lax $x + 1", [8]),
    ],
)  # fmt: skip
def test_path_finds_items(path: str, items: list[Any]) -> None:
    assert evaluate(read_path(path), DOCUMENT, {"x": 7}) == items


@pytest.mark.parametrize("path", ["strict $.nope", "strict $.a.b", "strict $.c[0]", "strict $.a[9]", "lax $.a + 1"])
def test_path_that_does_not_fit_the_document_fails(path: str) -> None:
    with pytest.raises(PathError):
        evaluate(read_path(path), DOCUMENT, {})


@pytest.mark.parametrize("path", ["$.a", "lax", "lax $.", "lax $[", "lax $ ? (@)", "lax $ $", "lax $.a.foo()", "lax é"])
def test_path_that_is_none_is_rejected(path: str) -> None:
    with pytest.raises(PathSyntaxError):
        read_path(path)


def test_path_that_cannot_be_evaluated_is_rejected() -> None:
    with pytest.raises(PathNotSupported, match="like_regex"):
        read_path('lax $ ? (@ like_regex "x")')


def test_variables_of_a_path_are_found_everywhere() -> None:
    assert variables(read_path('lax $a + $.b[$c to 1] ? (@ == $"d e")').root) == {"a", "c", "d e"}


def test_members_of_an_object_are_in_the_order_of_javas_hash_map() -> None:
    keys = ["alpha", "beta", "gamma", "delta", "epsilon"]
    assert json_object(keys, ["1"] * 5, "") == '{"epsilon":1,"alpha":1,"delta":1,"beta":1,"gamma":1}'

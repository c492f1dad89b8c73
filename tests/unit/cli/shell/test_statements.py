"""Where a statement ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.cli.shell.statements import split


@pytest.mark.parametrize(
    ("text", "statements", "rest"),
    [
        ("", [], ""),
        ("SELECT 1", [], "SELECT 1"),
        ("SELECT 1;", ["SELECT 1"], ""),
        ("SELECT 1; SELECT\n2;\n", ["SELECT 1", "SELECT\n2"], ""),
        ("SELECT 1; SELECT 2", ["SELECT 1"], " SELECT 2"),
        ("SELECT ';', \"a;b\" -- why;\n/* ; */ FROM t;", ["SELECT ';', \"a;b\" -- why;\n/* ; */ FROM t"], ""),
        ("SELECT 'open;", [], "SELECT 'open;"),
        (";; SELECT 1;;", ["SELECT 1"], ""),
        ("-- only this\n", [], ""),
        ("SELECT 'it''s';", ["SELECT 'it''s'"], ""),
    ],
)
def test_statements_end_with_semicolons(text: str, statements: list[str], rest: str) -> None:
    assert split(text) == (statements, rest)


@given(st.lists(st.sampled_from(["SELECT 1", "SELECT ';'", "-- c;\nSELECT 2", 'SELECT ";"']), max_size=5))
def test_statements_are_found_again(statements: list[str]) -> None:
    assert split("".join(f"{statement};\n" for statement in statements)) == (statements, "")

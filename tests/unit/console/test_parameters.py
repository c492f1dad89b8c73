"""Parameters as they are typed."""

from __future__ import annotations

import pytest

from quilt_athena.client.saved_queries import parameter_count
from quilt_athena_console.parameters import parameter_names, parse_parameter


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("1.5", 1.5), ("true", True), ("null", None), ('"5"', "5"), (".tiff", ".tiff"), ("[1]", "[1]"),
     ("007", "007"), ("", "")],
)  # fmt: skip
def test_parameter_is_read_as_on_the_command_line(text: str, value: object) -> None:
    assert parse_parameter(text) == value


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("SELECT ?", 1),
        ("SELECT '?', \"a?\", ? -- ?\n, ?", 2),
        ("SELECT 'it''s ?' /* ?\n? */", 0),
        ("SELECT '?", 1),
    ],
)
def test_parameters_are_counted_outside_of_strings_names_and_comments(sql: str, count: int) -> None:
    assert parameter_count(sql) == count


def test_fields_are_named_as_in_the_saved_query_while_it_has_as_many() -> None:
    assert parameter_names("SELECT ?, ?", ["bucket", "value"]) == ["bucket", "value"]
    assert parameter_names("SELECT ?", ["bucket", "value"]) == ("Parameter 1",)

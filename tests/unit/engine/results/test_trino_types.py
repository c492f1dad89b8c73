"""Trino's types, parsed from their names."""

from __future__ import annotations

import pytest

from local.engine.results.trino_types import parse


@pytest.mark.parametrize(
    "text",
    [
        "boolean", "integer", "varchar", "varchar(10)", "char(3)", "decimal(10,2)", "timestamp(3)", "timestamp(6)",
        "timestamp(3) with time zone", "array(row(a map(varchar, integer)))", "row(varchar, integer)", "json", "uuid",
        "row(user varchar, timestamp varchar)", "time", "real", "varbinary", "date",
    ],
)  # fmt: skip
def test_trino_type_is_spelled_as_it_was_parsed(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize("text", ["", "string", "int8", "row(a", "row(a)", "array(varchar) x", "varchar, integer", "1"])
def test_trino_type_that_does_not_exist_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="Unknown type"):
        parse(text)

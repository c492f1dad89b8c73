"""Types from their names, and back."""

from __future__ import annotations

import pytest

from local.engine.types.parse import InvalidType, UnknownType, parse


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("int", "integer"),
        ("VARCHAR", "varchar"),
        ("varchar( 3 )", "varchar(3)"),
        ("char", "char(1)"),
        ("decimal", "decimal(38,0)"),
        ("decimal(5)", "decimal(5,0)"),
        ("decimal(5, 2)", "decimal(5,2)"),
        ("double precision", "double"),
        ("timestamp", "timestamp(3)"),
        ("timestamp(6) with time zone", "timestamp(6) with time zone"),
        ("timestamp without time zone", "timestamp(3)"),
        ("time(0)", "time(0)"),
        ("interval day to second", "interval day to second"),
        ("array<int>", "array(integer)"),
        ("integer array array", "array(array(integer))"),
        ("map(varchar(2), array(json))", "map(varchar(2), array(json))"),
        ('row(a int, "B c" varchar, date date)', 'row(a integer, "B c" varchar, date date)'),
        ("row(int, varchar(3))", "row(integer, varchar(3))"),
        ("row(x row(y double))", "row(x row(y double))"),
    ],
)
def test_type_is_spelled_as_trino_does(text: str, spelled: str) -> None:
    assert str(parse(text)) == spelled
    assert parse(spelled) == parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "string",
        "int64",
        "varchar(1,2)",
        "array",
        "array(int",
        "row()",
        "",
        "int)",
        "interval day",
        "dec",
        "timestamp(13)",
        "char(65537)",
    ],
)
def test_unknown_type_is_rejected(text: str) -> None:
    with pytest.raises(UnknownType):
        parse(text)


@pytest.mark.parametrize("text", ["decimal(39)", "decimal(5,6)"])
def test_impossible_parameter_is_rejected(text: str) -> None:
    with pytest.raises(InvalidType):
        parse(text)

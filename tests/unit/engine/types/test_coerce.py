"""Coercions and common types, as Trino's TypeCoercion has them."""

from __future__ import annotations

import pytest

from local.engine.types.coerce import can_coerce, common_type
from local.engine.types.parse import parse

COMMON = [
    ("integer", "bigint", "bigint"),
    ("bigint", "real", "real"),
    ("integer", "decimal(3,1)", "decimal(11,1)"),
    ("bigint", "decimal(38,10)", "decimal(38,10)"),
    ("decimal(5,2)", "decimal(4,4)", "decimal(7,4)"),
    ("decimal(5,2)", "real", "real"),
    ("varchar(2)", "varchar(5)", "varchar(5)"),
    ("varchar(2)", "varchar", "varchar"),
    ("varchar(2)", "char(5)", "char(5)"),
    ("date", "timestamp(3)", "timestamp(3)"),
    ("date", "timestamp(3) with time zone", "timestamp(3) with time zone"),
    ("timestamp(6)", "timestamp(3) with time zone", "timestamp(6) with time zone"),
    ("unknown", "array(integer)", "array(integer)"),
    ("array(integer)", "array(double)", "array(double)"),
    ("row(a integer, b unknown)", "row(a bigint, c varchar)", "row(a bigint, varchar)"),
]


@pytest.mark.parametrize(("one", "other", "common"), COMMON)
def test_common_type_is_symmetric(one: str, other: str, common: str) -> None:
    assert common_type(parse(one), parse(other)) == common_type(parse(other), parse(one)) == parse(common)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("integer", "varchar"),
        ("varchar", "date"),
        ("json", "varchar"),
        ("boolean", "integer"),
        ("array(integer)", "integer"),
    ],
)
def test_types_without_a_common_type(one: str, other: str) -> None:
    assert common_type(parse(one), parse(other)) is None


def test_coercion_never_narrows() -> None:
    assert can_coerce(parse("varchar(2)"), parse("varchar(3)"))
    assert not can_coerce(parse("varchar(3)"), parse("varchar(2)"))
    assert not can_coerce(parse("double"), parse("real"))
    assert not can_coerce(parse("bigint"), parse("integer"))
    assert not can_coerce(parse("decimal(5,2)"), parse("decimal(5,3)"))

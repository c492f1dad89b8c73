"""Hive's types in Glue."""

from __future__ import annotations

import pytest

from local.engine import QueryError
from local.engine.tables.hive_types import from_trino, parse
from local.engine.types.parse import parse as parse_trino


@pytest.mark.parametrize(
    ("text", "arrow"),
    [
        ("string", "string"),
        ("integer", "int32"),
        ("varchar(10)", "string"),
        ("decimal", "decimal128(10, 0)"),
        ("decimal(5)", "decimal128(5, 0)"),
        ("DECIMAL(10, 2)", "decimal128(10, 2)"),
        ("struct<type:string,value:string>", "struct<type: string, value: string>"),
        ("struct<select:int,timestamp:date>", "struct<select: int32, timestamp: date32[day]>"),
        ("struct<my-field:int,1st:int,a b:int,$x:int>", "struct<my-field: int32, 1st: int32, a b: int32, $x: int32>"),
        ("array<struct<a:map<string,array<double>>>>", "list<item: struct<a: map<string, list<item: double>>>>"),
        ("struct<integer:integer>", "struct<integer: int32>"),
        ("struct<Upper:string>", "struct<upper: string>"),
    ],
)
def test_hive_type_is_parsed(text: str, arrow: str) -> None:
    assert str(parse(text).arrow).replace("child 0, ", "").replace("element", "item") == arrow


@pytest.mark.parametrize(
    "text",
    [
        "", "nonsense", "array<string", "map<string>", "array<int,int>", "struct<a>", "struct<a int>", "struct<>",
        "struct<a:>", "string)", "string,int", "int unsigned", "array<string>[]", "text", "json",
        "uniontype<int,string>", "timestamp with local time zone", "decimal(a)", "decimal(10,2",
    ],
)  # fmt: skip
def test_hive_type_that_does_not_exist_is_rejected(text: str) -> None:
    with pytest.raises(QueryError, match="HIVE_INVALID_METADATA: the local engine doesn't know the column type"):
        parse(text)


@pytest.mark.parametrize(
    ("trino", "hive"),
    [
        ("varchar", "string"),
        ("integer", "int"),
        ("real", "float"),
        ("varbinary", "binary"),
        ("timestamp", "timestamp"),
        ("timestamp(3)", "timestamp"),
        ("char(3)", "char(3)"),
        ("decimal(10, 2)", "decimal(10,2)"),
        ("row(type varchar, value array(bigint))", "struct<type:string,value:array<bigint>>"),
        ('row("Select" map(varchar, date))', "struct<select:map<string,date>>"),
    ],
)
def test_trino_type_has_a_hive_type(trino: str, hive: str) -> None:
    assert str(from_trino(parse_trino(trino))) == hive
    assert from_trino(parse_trino(trino)) == parse(hive)

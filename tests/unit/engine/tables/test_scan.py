"""The objects of a table, their rows, and errors in them."""

from __future__ import annotations

import bz2
import gzip
from typing import Any

import pytest

from local.engine import QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import LAZY, Lake

# A line of JSON, the column's Hive type, the value of column `a` in Athena's text.
JSON_VALUES = [
    ('{"a": "x"}', "string", "x"),
    ('{"A": "x"}', "string", "x"),
    ('{"a": ""}', "string", ""),
    ('{"a": null}', "string", None),
    ('{"b": 1}', "string", None),
    ('{"a": 5}', "string", "5"),
    ('{"a": 12345678901234567890}', "string", "12345678901234567890"),
    ('{"a": 1.5}', "string", "1.5"),
    ('{"a": true}', "string", "true"),
    ('{"a": [1, "B"]}', "string", '[1,"B"]'),
    ('{"a": {"Big": {"Inner Key": "Value"}, "n": null}}', "string", '{"big":{"inner key":"Value"},"n":null}'),
    ('{"a": {"é": "ü/\\"q\\""}}', "string", '{"é":"ü/\\"q\\""}'),
    ('{"a": {}}', "string", "{}"),
    ('{"a": "abcdef"}', "varchar(3)", "abc"),
    ('{"a": 5}', "int", "5"),
    ('{"a": "5"}', "int", "5"),
    ('{"a": 5.9}', "bigint", "5"),
    ('{"a": 300}', "tinyint", None),
    ('{"a": "x"}', "bigint", None),
    ('{"a": 1}', "double", "1.0"),
    ('{"a": "1e3"}', "double", "1000.0"),
    ('{"a": 1.255}', "decimal(5,2)", "1.26"),
    ('{"a": 123456}', "decimal(5,2)", None),
    ('{"a": "TRUE"}', "boolean", "true"),
    ('{"a": "no"}', "boolean", "false"),
    ('{"a": "2020-01-31"}', "date", "2020-01-31"),
    ('{"a": "2020-01-31 10:00:00.5"}', "timestamp", "2020-01-31 10:00:00.500"),
    ('{"a": "2020-01-31T10:00:00+02:00"}', "timestamp", "2020-01-31 08:00:00.000"),
    ('{"a": 1700000000}', "timestamp", "2023-11-14 22:13:20.000"),
    ('{"a": 1700000000123}', "timestamp", "2023-11-14 22:13:20.123"),
    ('{"a": "aGk="}', "binary", "68 69"),
    ('{"a": ["x", null, "y"]}', "array<string>", "[x, null, y]"),
    ('{"a": "x"}', "array<string>", "[x]"),
    ('{"a": []}', "array<string>", "[]"),
    ('{"a": ""}', "array<string>", None),
    ('{"a": {"Type": "SHA256", "value": "ff"}}', "struct<type:string,value:string>", "{type=SHA256, value=ff}"),
    ('{"a": {"type": "SHA256"}}', "struct<type:string,value:string>", "{type=SHA256, value=null}"),
    ('{"a": {"K": 1}}', "map<string,int>", "{k=1}"),
    ('{"a": [{"x": [1]}]}', "array<struct<x:array<int>>>", "[{x=[1]}]"),
    ('["first"]', "string", "first"),
    ('{"a": "x"} and what follows', "string", "x"),
    ('  {"a": "x"}  \r', "string", "x"),
    ("", "string", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "kind", "text"), JSON_VALUES)
def test_openx_json_value_has_its_columns_type(lake: Lake, run: Run, line: str, kind: str, text: str | None) -> None:
    lake.add_json_table([line, '{"a": null}'], {"a": kind})
    assert run("SELECT a FROM t").rows == [(text,), (None,)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException"),
        (
            '{"Url": 1, "url": 2}',
            'HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key "url"',
        ),
        ('{"a": {"Url": 1, "url": 2}}', "HIVE_CURSOR_ERROR: Row is not a valid JSON Object"),
    ],
)
def test_malformed_line_fails_the_query_unless_the_serde_ignores_it(
    lake: Lake, run: Run, line: str, reason: str
) -> None:
    lake.add_json_table(['{"a": "x"}', line], {"a": "string", "b": "string"})
    with pytest.raises(QueryError) as caught:
        run("SELECT * FROM t")
    assert caught.value.reason.startswith(reason)
    assert caught.value.reason.endswith("(s3://data/t/lines.json)")
    lake.delete_table("quilt_query", "t")
    lake.add_json_table(['{"a": "x"}', line], {"a": "string", "b": "string"}, ignore_malformed_json="true")
    assert run("SELECT * FROM t").rows == [("x", None), (None, None)]


def test_openx_serde_maps_keys_as_its_properties_say(lake: Lake, run: Run) -> None:
    lake.add_table(
        "t", {"url1": "string", "url2": "string"},
        properties={"case.insensitive": "false", "mapping.url1": "URL", "mapping.url2": "Url"},
    )  # fmt: skip
    lake.put("data", "t/x", '{"URL": "one", "Url": "two"}')
    assert run("SELECT * FROM t").rows == [("one", "two")]


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "x"}\n{"a": "y"}\n',
        b'{"a": "x"}\n{"a": "y"}',
        b'{"a": "x"}\r\n{"a": "y"}\r\n',
        b'\xef\xbb\xbf{"a": "x"}\n{"a": "y"}',
    ],
)
def test_lines_end_as_in_hadoop_and_a_byte_order_mark_is_dropped(lake: Lake, run: Run, body: bytes) -> None:
    lake.add_table("t", {"a": "string"})
    lake.put("data", "t/x", body)
    assert run("SELECT a FROM t").rows == [("x",), ("y",)]


TEXT_VALUES = [
    ("x,y", {}, ("x", "y")),
    ("x", {}, ("x", None)),
    ("x,,z", {}, ("x", "")),
    ("\\N,", {}, (None, "")),
    ("", {}, ("", None)),
    ("a\\,b,c", {"escape.delim": "\\"}, ("a,b", "c")),
    ("-,x", {"serialization.null.format": "-"}, (None, "x")),
    ("a|b", {"field.delim": "|", "serialization.format": "|"}, ("a", "b")),
]


@pytest.mark.parametrize(("line", "properties", "row"), TEXT_VALUES)
def test_delimited_text_is_split_at_its_delimiters(
    lake: Lake, run: Run, line: str, properties: dict[str, str], row: tuple[str | None, ...]
) -> None:
    delimiters = {"field.delim": ",", "serialization.format": ","}
    lake.add_table("t", {"a": "string", "b": "string"}, serde=LAZY, properties=delimiters | properties)
    lake.put("data", "t/x", line + "\n")
    assert run("SELECT * FROM t").rows == [row]


def test_delimited_text_is_read_as_other_types(lake: Lake, run: Run) -> None:
    columns = {"i": "int", "d": "double", "b": "boolean", "t": "date", "a": "array<int>", "m": "map<string,int>"}
    lake.add_table(
        "t", columns, serde=LAZY, properties={"field.delim": ",", "collection.delim": "|", "mapkey.delim": ":"}
    )
    lake.put("data", "t/x", "1,2.5,true,2020-01-01,1|2,k:1|l:2\nx,x,x,x,x,k\n")
    assert run("SELECT * FROM t").rows == [
        ("1", "2.5", "true", "2020-01-01", "[1, 2]", "{k=1, l=2}"),
        (None, None, None, None, "[null]", "{k=null}"),
    ]


def test_objects_below_the_location_are_read_unless_hidden(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "string"}, location="s3://data/.hidden/t")
    for key in ("1", "deep/er/2", "_SUCCESS", "_temporary/3", ".crc", "deep/.x/4", "deep/_y", "deep/", "with space+ü"):
        lake.put("data", f".hidden/t/{key}", f'{{"a": "{key}"}}' if not key.endswith("/") else "")
    lake.put("data", ".hidden/t2/other", '{"a": "other"}')
    lake.put("data", ".hidden/t/empty", "")
    result = run('SELECT a, "$path" FROM t ORDER BY 1')
    assert result.rows == [(key, f"s3://data/.hidden/t/{key}") for key in ("1", "deep/er/2", "with space+ü")]
    assert set(lake.reads) == {".hidden/t/1", ".hidden/t/deep/er/2", ".hidden/t/with space+ü"}


def test_table_without_objects_is_empty(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "string", "b": "array<int>"})
    lake.buckets["data"] = {}
    result = run("SELECT * FROM t")
    assert (result.rows, result.data_scanned_bytes) == ([], 0)
    assert [column.type for column in result.columns] == ["varchar", "array(integer)"]


def test_table_in_a_missing_bucket_fails(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "string"}, location="s3://nowhere/t/")
    with pytest.raises(QueryError, match=r"The specified bucket does not exist .*Bucket: nowhere"):
        run("SELECT * FROM t")


@pytest.mark.parametrize(("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_compressed_objects_are_decompressed(lake: Lake, run: Run, suffix: str, compress: Any) -> None:
    lake.add_table("t", {"a": "string"})
    body = compress(b'{"a": "x"}\n' * 100)
    lake.put("data", f"t/x{suffix}", body)
    result = run("SELECT count(a) FROM t")
    assert (result.rows, result.data_scanned_bytes) == ([("100",)], len(body))


def test_object_that_only_looks_compressed_fails(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "string"})
    lake.put("data", "t/x.gz", "plain")
    with pytest.raises(QueryError, match=r"HIVE_CURSOR_ERROR: Failed to read file: s3://data/t/x.gz"):
        run("SELECT * FROM t")


def test_object_deleted_while_the_query_runs_fails(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "string"})
    lake.put("data", "t/1", '{"a": "x"}')
    lake.put("data", "t/2", '{"a": "y"}')
    with pytest.raises(QueryError, match="HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://data/t/2"):
        run("SELECT * FROM t", on_progress=lambda _: lake.buckets["data"].pop("t/2", None))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"PartitionKeys": [{"Name": "d", "Type": "array<int>"}]},
            "HIVE_INVALID_METADATA: Partition column d can't have the type",
        ),
        (
            {"Parameters": {"table_type": "ICEBERG"}},
            "ICEBERG_INVALID_METADATA: Table is missing .metadata_location.",
        ),
        (
            {"StorageDescriptor": {"SerdeInfo": {"SerializationLibrary": "x.Parquet"}}},
            "NOT_SUPPORTED: .*SerDe x.Parquet",
        ),
    ],
)
def test_table_that_the_engine_cannot_read_fails(lake: Lake, run: Run, change: dict[str, Any], reason: str) -> None:
    lake.add_table("t", {"a": "string"})
    lake.databases["quilt_query"]["t"].update(change)
    with pytest.raises(QueryError, match=reason):
        run("SELECT * FROM t")


@pytest.mark.parametrize("kind", ["strin", "array<string", "map<string>", "struct<a>", "array<>", "decimal(x)", "int)"])
def test_table_with_an_unknown_column_type_fails(lake: Lake, run: Run, kind: str) -> None:
    lake.add_table("t", {"a": kind})
    with pytest.raises(QueryError, match=r"HIVE_INVALID_METADATA: .*column type"):
        run("SELECT * FROM t")

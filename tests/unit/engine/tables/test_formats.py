"""Objects in formats other than OpenX JSON, and the columns that a query needs of them."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq
import pytest

from local.engine import QueryError
from local.engine.tables.serde_csv import split
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import LAZY, Lake

CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
ORC = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("a,b,c", ["a", "b", "c"]),
        ('"a,b",c', ["a,b", "c"]),
        ('"say ""hi""",x', ['say "hi"', "x"]),
        (r'"a\"b",x', ['a"b', "x"]),
        (r"C:\dir,x", ["C:dir", "x"]),
        ('   "a",b', ["a", "b"]),
        ('abc"d"e,f', ['abc"d"e', "f"]),
        ("", [""]),
        (",", ["", ""]),
    ],
)
def test_csv_line_is_split_as_opencsv_does(line: str, fields: list[str]) -> None:
    assert split(line, ",", '"', "\\") == fields


def test_csv_has_types_and_a_header(lake: Lake, run: Run) -> None:
    columns = {"s": "string", "n": "int", "f": "double", "b": "boolean", "d": "date", "t": "timestamp", "c": "string"}
    lake.add_table("t", columns, serde=CSV)
    lake.databases["quilt_query"]["t"]["Parameters"] = {"skip.header.line.count": "1"}
    lake.put("data", "t/x.csv", 's,n,f,b,d,t\n"a,b",1,0.5,TRUE,18292,1580464800500\n')
    assert run("SELECT * FROM t").rows == [
        ("a,b", "1", "0.5", "true", "2020-01-31", "2020-01-31 10:00:00.500", None),
    ]  # fmt: skip
    lake.put("data", "t/y.csv", "s,n\nx,\n")
    assert run("SELECT s FROM t ORDER BY 1").rows == [("a,b",), ("x",)]
    with pytest.raises(QueryError, match='HIVE_BAD_DATA: Error parsing field value "" for field n: int'):
        run("SELECT n FROM t")


def test_hive_json_is_strict_json_with_names_in_any_case(lake: Lake, run: Run) -> None:
    columns = {"a": "string", "n": "int", "s": "struct<x:int,y:array<date>>", "m": "map<string,double>", "b": "binary"}
    lake.add_table("t", columns, serde=HIVE_JSON)
    line = '{"A": "x", "n": "5", "S": {"X": 1, "y": ["2020-01-31", null]}, "m": {"K": 1}, "b": "aGk="}'
    lake.put("data", "t/x", line)
    assert run("SELECT * FROM t").rows == [("x", "5", "{x=1, y=[2020-01-31, null]}", "{K=1.0}", "68 69")]
    lake.put("data", "t/y", "{'a': 1}")
    with pytest.raises(QueryError, match=r"HIVE_CURSOR_ERROR: Row is not a valid JSON Object.*\(s3://data/t/y\)"):
        run("SELECT a FROM t")
    lake.put("data", "t/y", '{"a": {}}')
    with pytest.raises(QueryError, match="HIVE_BAD_DATA: Error Parsing a column in the table: a"):
        run("SELECT a FROM t")


def test_delimited_text_has_binary_values_in_base64(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "binary", "b": "string"}, serde=LAZY, properties={"field.delim": "\t"})
    lake.put("data", "t/x", "MTIz\tx\nMTI\ty\n?!\tz\n\\N\t\n")
    assert run("SELECT * FROM t").rows == [("31 32 33", "x"), ("31 32", "y"), ("3f 21", "z"), (None, "")]


def parquet(columns: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def test_parquet_columns_are_found_by_name_and_counted_if_they_are_read(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"b": "string", "a": "bigint", "missing": "int", "s": "struct<y:string,x:int>"}, serde=PARQUET)
    body = parquet({
        "A": pa.array([1, None], pa.int32()),
        "B": ["x" * 1000, "y"],
        "s": pa.array([{"X": 1, "z": 2}, None]).cast(pa.struct([("X", pa.int32()), ("z", pa.int64())])),
    })  # fmt: skip
    lake.put("data", "t/x", body)
    result = run("SELECT a, missing, s FROM t")
    assert result.rows == [("1", None, "{y=null, x=1}"), (None, None, None)]
    assert 0 < result.data_scanned_bytes < run("SELECT * FROM t").data_scanned_bytes < len(body)
    assert run("SELECT count(*) FROM t").data_scanned_bytes == 0
    lake.add_table("u", {"b": "int"}, serde=PARQUET)
    with pytest.raises(QueryError, match=r"HIVE_BAD_DATA: Field b's type .* is incompatible with type int"):
        run("SELECT b FROM u")
    lake.put("data", "t/y", "no parquet")
    with pytest.raises(QueryError, match=r"HIVE_BAD_DATA: Not a valid Parquet file.*\(s3://data/t/y\)"):
        run("SELECT a FROM t")


def test_orc_columns_are_found_by_position(lake: Lake, run: Run) -> None:
    file = io.BytesIO()
    orc.write_table(pa.table({"x": [1, 2], "y": ["a", "b"]}), file)
    lake.add_table("t", {"n": "bigint", "s": "string", "more": "date"}, serde=ORC)
    lake.put("data", "t/x", file.getvalue())
    assert run("SELECT * FROM t").rows == [("1", "a", None), ("2", "b", None)]


def test_only_the_columns_that_a_query_needs_are_decoded(lake: Lake, run: Run) -> None:
    columns = {"a": "string", "hash": "struct<type:string,value:string>"}
    lake.add_table("t", columns, properties={"ignore.malformed.json": "true"})
    lake.put("data", "t/x", '{"a": "x", "hash": "sha256:ff"}\n')
    assert run("SELECT count(*) FROM t").rows == [("1",)]
    assert run("SELECT a FROM t WHERE length(a) = 1").rows == [("x",)]
    with pytest.raises(QueryError, match="HIVE_CURSOR_ERROR: Data is not JSONObject"):
        run("SELECT hash FROM t")


def test_hidden_columns_describe_the_object(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "string"})
    lake.put("data", "t/x", '{"a": "x"}')
    assert run('SELECT "$path", "$file_size", "$file_modified_time" FROM t').rows == [
        ("s3://data/t/x", "10", "1970-01-01 00:00:00.000 UTC")
    ]
    assert [column.name for column in run('SELECT *, "$file_size" AS s FROM t').columns] == ["a", "s"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("{a: 'it'}", "it"),
        ("{'a' => \"x\"; b = 1}", "x"),
        ('{"a": 1.50}', "1.50"),
        ('{"a": 1e3}', "1E+3"),
        ('{"a": 0x1F}', "31"),
        ('{"a": 017}', "15"),
        ('{"a": TRUE}', "true"),
        ('{"a": [1,,x]}', '[1,null,"x"]'),
        ('{"a": {"B": 2.50, "c": [0x10]}} // comment', '{"b":2.50,"c":[16]}'),
        ('/* no */ {"a": 1}', None),
        ('{"a": "\t"}', "\t"),
        ('{"a": "\\ud800"}', "?"),
    ],
)
def test_openx_serde_reads_more_than_json(lake: Lake, run: Run, line: str, text: str | None) -> None:
    lake.add_json_table([line], {"a": "string"}, ignore_malformed_json="true")
    assert run("SELECT a FROM t").rows == [(text,)]


def test_object_is_read_once_for_all_columns(lake: Lake, run: Run) -> None:
    lake.add_table("t", {"a": "string", "b": "string"})
    lake.put("data", "t/x", '{"a": "x", "b": "y"}')
    for sql in ("SELECT a FROM t", "SELECT b FROM t", "SELECT * FROM t", "SELECT count(*) FROM t"):
        run(sql)
    assert lake.reads == ["t/x"]
    lake.put("data", "t/x", '{"a": "z"}')
    assert run("SELECT a FROM t").rows == [("z",)]
    assert lake.reads == ["t/x", "t/x"]

"""CREATE TABLE AS, INSERT and UNLOAD."""

from __future__ import annotations

import io
from typing import Any

import pyarrow.parquet as pq
import pytest

from local.engine import Engine, QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake

VALUES = """
SELECT * FROM (VALUES
  (1, 'a,b', DATE '2020-01-31', TIMESTAMP '2020-01-31 10:00:00.500', 1.5E0, true, ARRAY['x', NULL], DECIMAL '1.50',
   X'0102', MAP(ARRAY['k'], ARRAY[1]), CAST(ROW(1, 'r') AS ROW(n integer, t varchar))),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
AS t(i, s, d, ts, f, b, a, c, x, m, r)
"""


@pytest.fixture(autouse=True)
def _bucket(lake: Lake) -> None:
    lake.put("data", "other", "")


@pytest.mark.parametrize(
    "options",
    [
        "",
        "format = 'PARQUET', write_compression = 'ZSTD'",
        "format = 'ORC'",
        "format = 'JSON'",
        "format = 'textfile', write_compression = 'NONE'",
        "format = 'TEXTFILE', field_delimiter = ';'",
    ],
)
def test_create_table_as_reads_as_its_query_in_every_format(lake: Lake, run: Run, options: str) -> None:
    properties = f"WITH ({options}, external_location = 's3://data/t/')" if options else ""
    sql = f"-- a comment\nCREATE TABLE t {properties} AS {VALUES}"
    result = run(sql, output_location="s3://data/t/")
    assert (result.statement_type, result.substatement_type) == ("DDL", "CREATE_TABLE_AS_SELECT")
    assert ([column.name for column in result.columns], result.update_count) == (["rows"], 2)
    assert result.written is not None
    assert [url.startswith("s3://data/t/") for url in result.written] == [True]
    assert sorted(run("SELECT * FROM t").rows, key=str) == sorted(run(VALUES).rows, key=str)
    assert lake.databases["quilt_query"]["t"]["Parameters"]["EXTERNAL"] == "TRUE"


def test_create_table_as_writes_partitions(lake: Lake, run: Run) -> None:
    select = "SELECT * FROM (VALUES (1, 'x', 2020), (2, 'y/z', 2021), (3, 'x', 2020), (4, NULL, 2020)) AS v(n, k, y)"
    result = run(
        f"CREATE TABLE t WITH (format = 'PARQUET', partitioned_by = ARRAY['k', 'y'], "
        f"external_location = 's3://data/t') AS {select}"
    )
    assert result.update_count == 4
    assert run("SHOW PARTITIONS t").rows == [
        ("k=__HIVE_DEFAULT_PARTITION__/y=2020",),
        ("k=x/y=2020",),
        ("k=y%2Fz/y=2021",),
    ]
    assert any(key.startswith("t/k=y%2Fz/y=2021/") for key in lake.buckets["data"])
    assert sorted(run("SELECT n, k, y FROM t").rows, key=str) == sorted(run(select).rows, key=str)


def test_create_table_as_with_no_data_creates_an_empty_table(lake: Lake, run: Run) -> None:
    result = run("CREATE TABLE t AS SELECT 1 AS a WITH NO DATA", output_location="s3://data/tables/id/")
    assert (result.update_count, result.written) == (0, ())
    assert lake.databases["quilt_query"]["t"]["StorageDescriptor"]["Location"] == "s3://data/tables/id/"
    assert run("SELECT * FROM t").rows == []
    assert run("CREATE TABLE IF NOT EXISTS t AS SELECT 2 AS b").update_count == 0


def test_insert_appends_rows(run: Run) -> None:
    run("CREATE EXTERNAL TABLE t (a bigint, b string) PARTITIONED BY (p int) STORED AS PARQUET LOCATION 's3://data/t/'")
    result = run("INSERT INTO t VALUES (1, 'x', 7), (2, 'y', 8)")
    assert (result.statement_type, result.substatement_type, result.columns) == ("DML", "INSERT", ())
    assert result.update_count == 2
    run("INSERT INTO quilt_query.t (p, a) SELECT 7, cast(? AS tinyint)", ["3"])
    run("INSERT INTO t (SELECT 4, 'z', 7)")
    assert sorted(run("SELECT a, b, p FROM t").rows, key=str) == [
        ("1", "x", "7"),
        ("2", "y", "8"),
        ("3", None, "7"),
        ("4", "z", "7"),
    ]
    assert run("SHOW PARTITIONS t").rows == [("p=7",), ("p=8",)]


def test_insert_writes_delimited_text_as_the_table_says(run: Run) -> None:
    run(
        "CREATE EXTERNAL TABLE t (a int, b string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LOCATION 's3://data/t/'"
    )
    run("INSERT INTO t VALUES (1, 'x'), (2, NULL)")
    assert run("SELECT * FROM t ORDER BY 1").rows == [("1", "x"), ("2", None)]


ASSIGNMENTS = [
    ("i int", "BIGINT '7'", "7"),
    ("i smallint", "1.6", "2"),
    ("d decimal(5,2)", "DECIMAL '1.555'", "1.56"),
    ("d double", "DECIMAL '1.5'", "1.5"),
    ("v string", "CHAR 'ab'", "ab"),
    ("v varchar(3)", "'abc  '", "abc"),
    ("c char(3)", "'ab'", "ab "),
    ("t timestamp", "TIMESTAMP '2020-01-01 00:00:00.123456'", "2020-01-01 00:00:00.123"),
    ("t timestamp", "DATE '2020-01-01'", "2020-01-01 00:00:00.000"),
    ("d date", "TIMESTAMP '2020-01-01 10:00:00'", "2020-01-01"),
    ("a array<int>", "ARRAY[BIGINT '1', NULL]", "[1, null]"),
    ("r struct<x:int,y:string>", "ROW(SMALLINT '1', 'a')", "{x=1, y=a}"),
    ("m map<string,double>", "MAP(ARRAY['k'], ARRAY[1])", "{k=1.0}"),
    ("v array<varchar(3)>", "ARRAY['ab']", "[ab]"),
    ("i int", "NULL", None),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "text"), ASSIGNMENTS)
def test_insert_casts_values_to_the_columns_type(run: Run, column: str, value: str, text: str | None) -> None:
    run(f"CREATE EXTERNAL TABLE t ({column}) STORED AS PARQUET LOCATION 's3://data/t/'")
    run(f"INSERT INTO t SELECT {value}")
    assert run("SELECT * FROM t").rows == [(text,)]


REJECTED = [
    ("i int", "BIGINT '3000000000'", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 3000000000"),
    ("d decimal(5,2)", "DECIMAL '12345.1'", "INVALID_CAST_ARGUMENT: Cannot cast DECIMAL"),
    ("v varchar(3)", "'abcd'", "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting from varchar"),
    ("c char(3)", "'abcd'", r"INVALID_CAST_ARGUMENT: .*from varchar\(4\) to char\(3\) on INSERT"),
    ("d date", "'2020-01-01'", r"TYPE_MISMATCH: .*Table: \[date\], Query: \[varchar\(10\)\]"),
    ("v string", "1", r"TYPE_MISMATCH: .*Table: \[varchar\], Query: \[integer\]"),
    ("v string", "JSON '1'", r"TYPE_MISMATCH: .*Query: \[json\]"),
    ("d double", "true", r"TYPE_MISMATCH: .*Query: \[boolean\]"),
    ("r struct<x:int,y:string>", "ROW(1, 2)", r"TYPE_MISMATCH: .*Table: \[row\(x integer, y varchar\)\]"),
    ("v array<varchar(3)>", "ARRAY['abcd']", r"TYPE_MISMATCH: .*Query: \[array\(varchar\(4\)\)\]"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "reason"), REJECTED)
def test_insert_of_values_that_have_no_place_fails(lake: Lake, run: Run, column: str, value: str, reason: str) -> None:
    run(f"CREATE EXTERNAL TABLE t ({column}) STORED AS PARQUET LOCATION 's3://data/t/'")
    with pytest.raises(QueryError, match=reason):
        run(f"INSERT INTO t SELECT {value}")
    assert list(lake.buckets["data"]) == ["other"]


def test_error_in_the_query_of_a_statement_is_at_its_place_in_the_statement(run: Run) -> None:
    run("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://data/t/'")
    for sql, place in (
        ("CREATE TABLE u AS\nSELECT nope", "2:8"),
        ("INSERT INTO t\n SELECT nope", "2:9"),
        ("UNLOAD (\nSELECT nope AS a) TO 's3://data/u/' WITH (format = 'ORC')", "2:8"),
        ("CREATE VIEW v AS SELECT nope", "1:25"),
    ):
        with pytest.raises(QueryError, match=f"COLUMN_NOT_FOUND: line {place}:"):
            run(sql, output_location="s3://data/o/")


def test_unload_writes_objects_and_no_table(lake: Lake, run: Run) -> None:
    result = run(
        "UNLOAD (SELECT 1 AS a, 'x' AS k) TO 's3://data/u/' WITH (format = 'PARQUET', partitioned_by = ARRAY['k'])"
    )
    assert (result.statement_type, result.substatement_type, result.update_count) == ("DML", "UNLOAD", 1)
    assert result.written is not None
    (url,) = result.written
    assert url.startswith("s3://data/u/k=x/")
    body = lake.buckets["data"][url.removeprefix("s3://data/")]
    assert pq.read_table(io.BytesIO(body)).to_pylist() == [{"a": 1}]
    assert lake.databases["quilt_query"] == {}


FAILURES: list[tuple[str, str]] = [
    ("CREATE TABLE t AS SELECT 1", "MISSING_COLUMN_NAME"),
    ("CREATE TABLE t AS SELECT json_parse('1') AS j", "NOT_SUPPORTED: Unsupported Hive type: json"),
    ("CREATE TABLE t AS SELECT TIMESTAMP '2020-01-01 00:00:00.123456' AS a",
     "NOT_SUPPORTED: Incorrect timestamp precision for timestamp.6.; the configured precision is MILLISECONDS"),
    ("CREATE TABLE t AS SELECT 1 AS a, 2 AS A", "DUPLICATE_COLUMN_NAME"),
    ("CREATE TABLE e AS SELECT 1 AS a", "TABLE_ALREADY_EXISTS: .*'awsdatacatalog.quilt_query.e' already exists"),
    ("CREATE TABLE nowhere.t AS SELECT 1 AS a", "SCHEMA_NOT_FOUND"),
    ("CREATE TABLE t WITH (bucketed_by = ARRAY['a'], bucket_count = 2) AS SELECT 1 AS a", "NOT_SUPPORTED: .*bucketed"),
    ("CREATE TABLE t WITH (format = 'AVRO') AS SELECT 1 AS a", "NOT_SUPPORTED: .*Avro"),
    ("CREATE TABLE t WITH (format = 'X') AS SELECT 1 AS a", "INVALID_TABLE_PROPERTY"),
    ("CREATE TABLE t WITH (colour = 'red') AS SELECT 1 AS a", "INVALID_TABLE_PROPERTY: .*'colour' does not exist"),
    ("CREATE TABLE t WITH (write_compression = 'LZO') AS SELECT 1 AS a", "INVALID_TABLE_PROPERTY: the compression"),
    ("CREATE TABLE t WITH (partitioned_by = ARRAY['a']) AS SELECT 1 AS a, 2 AS b", "HIVE_COLUMN_ORDER_MISMATCH"),
    ("CREATE TABLE t WITH (external_location = 's3://full/') AS SELECT 1 AS a", "HIVE_PATH_ALREADY_EXISTS"),
    ("CREATE TABLE t WITH (external_location = 's3://missing/') AS SELECT 1 AS a", "HIVE_FILESYSTEM_ERROR"),
    ("CREATE TABLE t WITH (external_location = '/tmp/x') AS SELECT 1 AS a", "HIVE_INVALID_METADATA"),
    (
        "CREATE TABLE t WITH (partitioned_by = ARRAY['p']) AS SELECT 1 AS a, p FROM UNNEST(sequence(1, 101)) AS x(p)",
        "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100",
    ),
    ("INSERT INTO missing SELECT 1", "TABLE_NOT_FOUND"),
    ("INSERT INTO v SELECT 1", "NOT_SUPPORTED: .*Inserting into views"),
    ("INSERT INTO e SELECT 'x'", r"TYPE_MISMATCH: .*Table: \[integer\], Query: \[varchar"),
    ("INSERT INTO e SELECT 1, 2", "TYPE_MISMATCH: .*Insert query has mismatched column types"),
    ("INSERT INTO e (a, a) SELECT 1, 2", "DUPLICATE_COLUMN_NAME: .*more than once: a"),
    ("INSERT INTO e (b) SELECT 1", "COLUMN_NOT_FOUND: .*does not exist in target table: b"),
    ("INSERT INTO j SELECT 'x'", "NOT_SUPPORTED: .*openx"),
    ("UNLOAD (SELECT 1 AS a) TO 's3://data/u/'", "INVALID_TABLE_PROPERTY: UNLOAD requires the property format"),
    ("UNLOAD (SELECT 1 AS a) TO 's3://full/' WITH (format = 'ORC')", "HIVE_PATH_ALREADY_EXISTS"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "reason"), FAILURES)
def test_statement_that_cannot_be_written_writes_nothing(lake: Lake, run: Run, sql: str, reason: str) -> None:
    run("CREATE EXTERNAL TABLE e (a int) LOCATION 's3://data/e/'")
    run("CREATE VIEW v AS SELECT a FROM e")
    lake.add_table("j", {"a": "string"})
    lake.put("full", "object", "x")
    tables = set(lake.databases["quilt_query"])
    with pytest.raises(QueryError, match=reason):
        run(sql, output_location="s3://data/tables/id/")
    assert set(lake.databases["quilt_query"]) == tables


def test_create_table_as_without_a_place_fails(engine: Engine) -> None:
    with pytest.raises(QueryError, match="requires the property external_location"):
        engine.run("CREATE TABLE t AS SELECT 1 AS a", database="quilt_query")


def test_written_bytes_are_not_scanned_bytes(lake: Lake, run: Run) -> None:
    lake.add_json_table(['{"a": "x"}'], {"a": "string"})
    options: dict[str, Any] = {"output_location": "s3://data/tables/id/"}
    assert run("CREATE TABLE u AS SELECT a FROM t", **options).data_scanned_bytes == len('{"a": "x"}')

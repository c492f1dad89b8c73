"""CREATE TABLE, CREATE TABLE AS, INSERT INTO and SELECT."""

from __future__ import annotations

import pytest

from local.engine import QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.iceberg.tables import CREATE, metadata, parquet
from tests.unit.engine.lake import Lake

TAIL = "LOCATION 's3://data/u/' TBLPROPERTIES ('table_type'='ICEBERG')"
EVERY_TYPE = """CREATE TABLE every (
    a boolean, b int, c bigint, d float, e double, f decimal(10,2), g string, h binary, i date, j timestamp,
    k array<string>, l map<string,int>, m struct<x:int,y:array<struct<z:string>>>
) LOCATION 's3://data/every/' TBLPROPERTIES ('table_type'='ICEBERG')"""
VALUES = (
    "(true, 1, 2, REAL '1.5', 2.5E0, DECIMAL '1.25', 'ä', X'00ff', DATE '2024-02-29', "
    "TIMESTAMP '2024-02-29 01:02:03.004', ARRAY['p', NULL], MAP(ARRAY['q'], ARRAY[7]), "
    "CAST(ROW(1, ARRAY[CAST(ROW('r') AS ROW(other varchar))]) AS ROW(x integer, y array(row(other varchar)))))"
)


def test_insert_stores_every_type_and_null(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    assert run(EVERY_TYPE).substatement_type == "CREATE_TABLE"
    result = run(f"INSERT INTO every VALUES {VALUES}, ({', '.join(['NULL'] * 13)})")
    assert (result.statement_type, result.substatement_type, result.update_count) == ("DML", "INSERT", 2)
    assert (result.columns, result.rows) == ((), [])
    assert run("SELECT * FROM every ORDER BY a").rows == [
        ("true", "1", "2", "1.5", "2.5", "1.25", "ä", "00 ff", "2024-02-29", "2024-02-29 01:02:03.004000", "[p, null]",
         "{q=7}", "{x=1, y=[{z=r}]}"),
        (None,) * 13,
    ]  # fmt: skip


def test_create_writes_the_glue_table_and_the_metadata_as_athena_does(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    table = lake.databases["quilt_query"]["t"]
    assert table["TableType"] == "EXTERNAL_TABLE"
    assert set(table["Parameters"]) == {"table_type", "metadata_location"}
    assert table["StorageDescriptor"]["Location"] == "s3://data/t"
    assert table["StorageDescriptor"]["Columns"][0] == {
        "Name": "bucket",
        "Type": "string",
        "Comment": "where",
        "Parameters": {
            "iceberg.field.current": "true",
            "iceberg.field.id": "1",
            "iceberg.field.optional": "true",
        },
    }
    first = table["Parameters"]["metadata_location"]
    written = metadata(lake, "t")
    assert written["format-version"] == 2
    assert written["properties"] == {
        "write.format.default": "parquet",
        "write.parquet.compression-codec": "zstd",
        "write.object-storage.enabled": "true",
        "write.object-storage.path": "s3://data/t/data",
        "history.expire.max-snapshot-age-ms": "86400000",
    }
    assert [(field["name"], field["transform"]) for field in written["partition-specs"][0]["fields"]] == [
        ("bucket", "identity"),
        ("at_day", "day"),
        ("id_bucket", "bucket[4]"),
        ("name_trunc", "truncate[2]"),
    ]
    run("INSERT INTO t (bucket, id) VALUES ('b', 1)")
    assert lake.databases["quilt_query"]["t"]["Parameters"]["previous_metadata_location"] == first
    (path,) = parquet(lake, "t")
    # A hash comes before the partition.
    hashed, _, rest = path.removeprefix("t/data/").partition("/bucket=")
    assert [len(part) for part in hashed.split("/")] == [4, 4, 4, 8]
    assert rest.startswith("b/at_day=null/id_bucket=0/name_trunc=null/")


@pytest.mark.parametrize("value", ["a/b", "k=v", "ä ü", "100%", "it''s", "", "null", "a+b", "\n"])
def test_partition_values_are_kept(lake: Lake, run: Run, value: str) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    run(f"INSERT INTO t (bucket, id) VALUES ('{value}', 1), (NULL, 2), ('other', 3)")
    plain = value.replace("''", "'")
    assert run(f"SELECT bucket, id FROM t WHERE bucket = '{value}'").rows == [(plain, "1")]
    assert run("SELECT id FROM t WHERE bucket IS NULL").rows == [("2",)]
    assert len(parquet(lake, "t")) == 3


def test_select_prunes_partitions_files_and_columns(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    for number in (1, 2, 3):
        run(
            f"INSERT INTO t VALUES ('b', {number}, 'name {number}', TIMESTAMP '2024-01-0{number} 10:00:00'), "
            f"('c', {number + 10}, 'name {number}', TIMESTAMP '2024-01-0{number} 11:00:00')"
        )
    everything = run("SELECT * FROM t").data_scanned_bytes
    ids = run("SELECT id FROM t").data_scanned_bytes
    assert 0 < ids < everything / 3
    assert run("SELECT count(*) FROM t").data_scanned_bytes == 0
    one = run("SELECT id FROM t WHERE bucket = 'b' AND at = TIMESTAMP '2024-01-02 10:00:00'")
    assert one.rows == [("2",)]
    two_columns = run("SELECT id, bucket, at FROM t").data_scanned_bytes
    assert one.data_scanned_bytes * 6 == pytest.approx(two_columns, rel=0.1)
    # Hidden partitioning: the condition is on the column, the partition is its day.
    day = run("SELECT id FROM t WHERE at >= TIMESTAMP '2024-01-03 00:00:00' AND bucket IN ('b', 'x')")
    assert day.rows == [("3",)]
    assert day.data_scanned_bytes == pytest.approx(one.data_scanned_bytes, rel=0.1)
    # By the bounds of a column in the manifests.
    bounds = run("SELECT name FROM t WHERE id > 12")
    assert bounds.rows == [("name 3",)]
    assert bounds.data_scanned_bytes < run("SELECT name, id FROM t").data_scanned_bytes / 5
    none = run("SELECT * FROM t WHERE bucket = 'd'")
    assert (none.rows, none.data_scanned_bytes) == ([], 0)


def test_select_reads_a_table_as_often_as_it_is_named(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    run("INSERT INTO t (bucket, id) VALUES ('b', 1)")
    once = run("SELECT id FROM t").data_scanned_bytes
    assert run("SELECT x.id, y.id FROM t AS x JOIN t AS y ON x.id = y.id").data_scanned_bytes == 2 * once
    twice = run("WITH q AS (SELECT id FROM t) SELECT id FROM q UNION ALL SELECT id + 1 FROM q")
    assert (sorted(twice.rows), twice.data_scanned_bytes) == ([("1",), ("2",)], 2 * once)


def test_conditions_whose_text_looks_like_sql_prune_nothing_wrong(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    run("INSERT INTO t (bucket, id, name) VALUES ('b', 1, 'x\n(c1 = 5)\n')")
    run("INSERT INTO t (bucket, id, name) VALUES ('b', 5, 'other')")
    assert run("SELECT id FROM t WHERE name = 'x\n(c1 = 5)\n'").rows == [("1",)]
    assert run("SELECT id FROM t WHERE name = 'x\n(c1 = 5)\n' OR name = 'y'").rows == [("1",)]


def test_select_shows_the_hidden_column_path(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    run("INSERT INTO t (bucket, id) VALUES ('b', 1)")
    run("INSERT INTO t (bucket, id) VALUES ('c', 2)")
    paths = {row[0]: str(row[1]) for row in run('SELECT id, "$path" FROM t').rows}
    assert sorted(paths.values()) == [f"s3://data/{key}" for key in parquet(lake, "t")]
    one = run(f"SELECT *, \"$path\" = '{paths['1']}' AS same FROM t WHERE \"$path\" = '{paths['1']}'")
    assert one.rows == [("b", "1", None, None, "true")]
    assert [column.name for column in one.columns] == ["bucket", "id", "name", "at", "same"]


def test_insert_too_many_partitions_fails_and_writes_nothing(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    rows = ", ".join(f"('b{number}', 1)" for number in range(101))
    with pytest.raises(QueryError, match="ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers"):
        run(f"INSERT INTO t (bucket, id) VALUES {rows}")
    assert parquet(lake, "t") == []
    assert run("SELECT count(*) FROM t").rows == [("0",)]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("INSERT INTO t VALUES (1, 2)", r"TYPE_MISMATCH: .*Table: \[varchar, bigint, varchar, timestamp.6.\], Query"),
        ("INSERT INTO t (bucket, id) VALUES ('b', 'x')", r"TYPE_MISMATCH: .*Query: \[varchar\(1\), varchar\(1\)\]"),
        ("INSERT INTO t (id) VALUES (9e18 * 10)", "INVALID_CAST_ARGUMENT: Unable to cast 9.0E19 to bigint"),
        ("INSERT INTO t (nope) VALUES (1)", "COLUMN_NOT_FOUND: .*does not exist in target table: nope"),
        ("INSERT INTO t (id, ID) VALUES (1, 2)", "DUPLICATE_COLUMN_NAME: .*more than once: id"),
        ("INSERT INTO t (id) VALUES (?)", "INVALID_PARAMETER_USAGE"),
        ("INSERT INTO t SELECT * FROM missing", "TABLE_NOT_FOUND"),
        (f"CREATE TABLE t (a int) {TAIL}", "TABLE_ALREADY_EXISTS"),
        ("CREATE TABLE u (a int) TBLPROPERTIES ('table_type'='ICEBERG')", "No location was specified"),
        (f"CREATE EXTERNAL TABLE u (a int) {TAIL}",
         "External keyword not supported for table type ICEBERG"),
        (f"CREATE TABLE u (a tinyint) {TAIL}",
         "NOT_SUPPORTED: Type not supported for Iceberg: tinyint"),
        ("CREATE TABLE u (a int) LOCATION 's3://data/u/' TBLPROPERTIES ('table_type'='ICEBERG', 'mine'='1')",
         "Unsupported table property key: mine"),
        ("CREATE TABLE u (a int) LOCATION 's3://data/u/' TBLPROPERTIES ('table_type'='ICEBERG', 'format'='orc')",
         "NOT_SUPPORTED: .*orc"),
        (f"CREATE TABLE u (a int) PARTITIONED BY (b) {TAIL}",
         "COLUMN_NOT_FOUND: Partition column b"),
        (f"CREATE TABLE u (a int) PARTITIONED BY (day(a)) {TAIL}",
         "NOT_SUPPORTED: Partitioning by day.a."),
        (f"CREATE TABLE nowhere.u (a int) {TAIL}", "SCHEMA_NOT_F"),
        ("CREATE TABLE u WITH (table_type='ICEBERG', location='s3://data/u/') AS SELECT 1 AS a", "is_external = false"),
        ("CREATE TABLE u WITH (table_type='ICEBERG', is_external=false) AS SELECT 1 AS a", "No location was specified"),
        ("CREATE TABLE u WITH (table_type='ICEBERG', is_external=false, location='s3://data/t/') AS SELECT 1 AS a",
         "ICEBERG_FILESYSTEM_ERROR: Cannot create a table on a non-empty location"),
        ("CREATE TABLE u WITH (table_type='ICEBERG', is_external=false, location='s3://data/u/') AS SELECT 1",
         "MISSING_COLUMN_NAME"),
        ("CREATE TABLE u WITH (table_type='ICEBERG', is_external=false, location='s3://data/u/') AS "
         "SELECT TIMESTAMP '2024-01-01 00:00:00.123' AS a",
         r"NOT_SUPPORTED: Timestamp precision \(3\) not supported for Iceberg. Use \"timestamp\(6\)\" instead"),
    ],
)  # fmt: skip
def test_statement_that_fails_changes_nothing(lake: Lake, run: Run, sql: str, reason: str) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    before = (dict(lake.buckets["data"]), dict(lake.databases["quilt_query"]))
    with pytest.raises(QueryError, match=reason):
        run(sql)
    assert (lake.buckets["data"], lake.databases["quilt_query"]) == before


def test_create_as_creates_the_table_with_its_rows_in_one_commit(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    result = run(
        "CREATE TABLE u WITH (table_type = 'ICEBERG', is_external = false, location = 's3://data/u/', "
        "partitioning = ARRAY['bucket(a, 4)', 'month(at)'], write_compression = 'SNAPPY') AS "
        "SELECT ? AS a, TIMESTAMP '2024-03-04 05:06:07.000000' AS at, CAST(ROW(1) AS ROW(x bigint)) AS r",
        ["1"],
    )
    assert (result.substatement_type, result.update_count) == ("CREATE_TABLE_AS_SELECT", 1)
    assert run("SELECT * FROM u").rows == [("1", "2024-03-04 05:06:07.000000", "{x=1}")]
    written = metadata(lake, "u")
    assert (len(written["snapshots"]), written["metadata-log"]) == (1, [])
    assert [field["name"] for field in written["partition-specs"][0]["fields"]] == ["a_bucket", "at_month"]
    assert written["properties"]["write.parquet.compression-codec"] == "snappy"


def test_insert_of_no_rows_commits_nothing(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {}
    run(CREATE)
    assert run("INSERT INTO t (id) SELECT id FROM t").update_count == 0
    assert metadata(lake, "t")["snapshots"] == []


def test_drop_deletes_the_table_and_its_objects(lake: Lake, run: Run) -> None:
    lake.buckets["data"] = {"t2/other": b""}
    run(CREATE)
    run("INSERT INTO t (id) VALUES (1)")
    assert run("DROP TABLE t").substatement_type == "DROP_TABLE"
    assert lake.databases["quilt_query"] == {}
    assert set(lake.buckets["data"]) == {"t2/other"}

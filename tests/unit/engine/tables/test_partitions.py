"""Tables with partitions: rows have the partition's values, and only partitions that a query may need are read."""

from __future__ import annotations

import json

import pytest

from local.engine import Engine
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake

BUCKETS = ("one", "two", "three")


@pytest.fixture
def split(lake: Lake) -> Lake:
    """Tables `t` and `u` with a partition of one object for each bucket, and a view that joins them."""
    for table in ("t", "u"):
        lake.add_table(table, {"k": "string", "n": "int"}, location="s3://nowhere/")
        for bucket in BUCKETS:
            lake.add_partition(table, bucket, location=f"s3://{bucket}/{table}/")
            body = json.dumps({"k": f"{bucket:-<5}"[:5], "n": 1})
            lake.put(bucket, f"{table}/object", body)
    return lake


@pytest.fixture
def size(split: Lake) -> int:
    """The bytes of an object."""
    return len(split.buckets["one"]["t/object"])


@pytest.mark.parametrize(
    ("where", "parts"),
    [
        ("", 3),
        ("WHERE bucket = 'one'", 1),
        ("WHERE 'two' = bucket AND n > 0", 1),
        ("WHERE bucket IN ('one', 'three')", 2),
        ("WHERE bucket = 'one' OR bucket = 'two'", 2),
        ("WHERE bucket = 'one' OR n = 7", 3),
        ("WHERE bucket <> 'one'", 2),
        ("WHERE bucket LIKE 'o%'", 1),
        ("WHERE bucket = 'nowhere'", 0),
        ("WHERE bucket = 'one' AND bucket = 'two'", 0),
        ("WHERE lower(bucket) = 'one'", 1),
        ("WHERE bucket = k", 3),
    ],
)
def test_partitions_that_where_rules_out_are_not_read(run: Run, size: int, where: str, parts: int) -> None:
    assert run(f"SELECT * FROM t {where}").data_scanned_bytes == parts * size


def test_rows_have_the_values_of_their_partition(run: Run, split: Lake) -> None:
    assert split
    result = run("SELECT bucket, k FROM t ORDER BY bucket")
    assert result.rows == [("one", "one--"), ("three", "three"), ("two", "two--")]
    assert [column.name for column in run("SELECT * FROM t").columns] == ["k", "n", "bucket"]
    paths = run("SELECT \"$path\" FROM t WHERE bucket = 'two'").rows
    assert paths == [("s3://two/t/object",)]


def test_parameters_prune_partitions(run: Run, size: int) -> None:
    assert run("SELECT * FROM t WHERE bucket = ?", ["'one'"]).data_scanned_bytes == size


def test_conditions_prune_through_views_and_joins(run: Run, size: int) -> None:
    run(
        "CREATE VIEW v AS WITH a AS (SELECT bucket, max(k) AS k FROM t GROUP BY bucket) "
        "SELECT a.bucket, a.k, u.n FROM a JOIN u ON u.bucket = a.bucket"
    )
    result = run("SELECT bucket, k FROM v WHERE bucket = 'two'")
    assert (result.rows, result.data_scanned_bytes) == ([("two", "two--")], 2 * size)
    assert run("SELECT bucket FROM v").data_scanned_bytes == 6 * size


@pytest.mark.parametrize(
    ("where", "parts"),
    [("bucket IN ('one', 'two')", 2), ("bucket <> 'one'", 2), ("bucket LIKE 't%'", 2), ("bucket > 'two'", 0)],
)
def test_conditions_on_one_side_of_a_join_prune_the_other(run: Run, size: int, where: str, parts: int) -> None:
    run("CREATE VIEW v AS SELECT t.bucket, t.k, u.n FROM t JOIN u ON u.bucket = t.bucket")
    assert run(f"SELECT bucket, k, n FROM v WHERE {where}").data_scanned_bytes == 2 * parts * size
    outer = f"SELECT t.k FROM t LEFT JOIN u ON u.bucket = t.bucket AND u.{where}"
    assert run(outer).data_scanned_bytes == (3 + parts) * size


def test_table_read_twice_reads_what_either_needs(run: Run, size: int) -> None:
    sql = "SELECT * FROM t AS a, t AS b WHERE a.bucket = 'one' AND b.bucket = 'two'"
    # Both partitions count each time the table is named: more than Athena reads, never less.
    assert run(sql).data_scanned_bytes == 4 * size


def test_table_without_partitions_has_no_rows(run: Run, lake: Lake) -> None:
    lake.add_table("empty", {"k": "string"}, location="s3://nowhere/")
    lake.databases["quilt_query"]["empty"]["PartitionKeys"] = [{"Name": "bucket", "Type": "string"}]
    assert run("SELECT * FROM empty").rows == []
    assert run("SELECT count(*) FROM empty WHERE bucket = 'x'").rows == [("0",)]


def test_partition_in_a_missing_bucket_fails_only_queries_that_read_it(run: Run, split: Lake, engine: Engine) -> None:
    assert engine
    split.add_partition("t", "gone", location="s3://gone/t/")
    assert run("SELECT k FROM t WHERE bucket = 'one'").rows == [("one--",)]
    with pytest.raises(Exception, match="bucket does not exist"):
        run("SELECT k FROM t")

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


ONE = "(SELECT * FROM t WHERE bucket = 'one' ORDER BY k LIMIT 1) AS a"


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (f"{ONE} JOIN u ON u.bucket = a.bucket", 2),
        (f"{ONE} JOIN u USING (bucket)", 2),
        (f"{ONE}, u WHERE a.bucket = u.bucket AND u.n > 0", 2),
        (f"{ONE} LEFT JOIN u ON u.bucket = a.bucket", 2),
        (f"u RIGHT JOIN {ONE} ON u.bucket = a.bucket", 2),
        ("(SELECT * FROM t WHERE lower(bucket) = 'one' LIMIT 1) AS a JOIN u ON u.bucket = a.bucket", 2),
        ("(SELECT * FROM t WHERE bucket IN ('one', 'two') LIMIT 1) AS a JOIN u ON u.bucket = a.bucket", 4),
        ("(SELECT DISTINCT bucket AS b FROM t WHERE bucket > 'p' LIMIT 9) AS a JOIN u ON u.bucket = a.b", 4),
        ("(SELECT bucket FROM t WHERE bucket = 'one' GROUP BY bucket LIMIT 1) AS a JOIN u ON u.bucket = a.bucket", 2),
        ("(SELECT bucket FROM t GROUP BY 1 HAVING bucket = 'one' LIMIT 1) AS a JOIN u ON u.bucket = a.bucket", 2),
        ("(SELECT 'one' AS bucket, count(*) FROM t LIMIT 1) AS a JOIN u ON u.bucket = a.bucket", 4),
        ("(VALUES 'one', 'nowhere') AS a (bucket) JOIN u ON u.bucket = a.bucket", 1),
        ("u WHERE bucket IN (SELECT bucket FROM t WHERE bucket = 'one' LIMIT 1)", 2),
        # The condition passes through what is joined with both.
        (f"{ONE} JOIN v ON v.bucket = a.bucket JOIN u ON u.bucket = v.bucket", 4),
    ],
)
def test_conditions_of_limited_rows_prune_what_is_joined_with_them(
    run: Run, size: int, source: str, parts: int
) -> None:
    run("CREATE VIEW v AS SELECT t.bucket, u.n FROM t LEFT JOIN u ON u.bucket = t.bucket")
    result = run(f"SELECT 1 FROM {source}")
    assert (result.rows != [], result.data_scanned_bytes) == (True, parts * size)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        # Every row of u is in the result.
        (f"{ONE} RIGHT JOIN u ON u.bucket = a.bucket", 4),
        (f"{ONE} FULL JOIN u ON u.bucket = a.bucket", 4),
        (f"u LEFT JOIN {ONE} ON u.bucket = a.bucket", 4),
        # Other columns, or other values, are joined.
        (f"{ONE} JOIN u ON CAST(u.bucket AS varchar(3)) = a.bucket", 4),
        (f"{ONE} JOIN u ON u.k <> a.bucket", 4),
        (f"{ONE} JOIN u ON u.bucket = a.bucket OR u.n = 1", 4),
        (f"{ONE} JOIN u ON u.bucket <> a.bucket", 4),
        # Only some of the rows are known.
        ("(SELECT bucket FROM t WHERE bucket = 'one' OR n = 1 LIMIT 9) AS a JOIN u ON u.bucket = a.bucket", 6),
        ("(SELECT 'one' AS b UNION ALL SELECT bucket FROM t LIMIT 9) AS a JOIN u ON u.bucket = a.b", 6),
        ("(SELECT bucket FROM t WHERE n = 1 LIMIT 9) AS a JOIN u ON u.bucket = a.bucket", 6),
        ("(SELECT bucket FROM t GROUP BY GROUPING SETS ((bucket), ()) HAVING count(*) = 3) AS a, u", 6),
        # A limit is applied to all rows, and then the condition.
        ("(SELECT * FROM t ORDER BY bucket LIMIT 1) AS a JOIN u ON u.bucket = a.bucket WHERE a.bucket = 'one'", 4),
    ],
)
def test_rows_that_a_join_may_need_are_read(run: Run, size: int, source: str, parts: int) -> None:
    assert run(f"SELECT 1 FROM {source}").data_scanned_bytes == parts * size


def test_implied_condition_that_fails_for_other_values_rules_them_out(run: Run, split: Lake, size: int) -> None:
    split.add_table("numbers", {"n": "int"}, location="s3://nowhere/")
    split.add_partition("numbers", "17", location="s3://one/t/")
    numbers = "(SELECT bucket FROM numbers WHERE CAST(bucket AS integer) > 5 LIMIT 1)"
    result = run(f"SELECT n.bucket, u.k FROM {numbers} AS n LEFT JOIN u ON u.bucket = n.bucket")
    assert (result.rows, result.data_scanned_bytes) == ([("17", None)], size)


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

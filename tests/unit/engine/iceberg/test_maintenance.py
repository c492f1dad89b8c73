"""OPTIMIZE, VACUUM, ALTER TABLE, SHOW and DESCRIBE."""

from __future__ import annotations

from typing import Any

import pytest

from local.engine import QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.iceberg.tables import metadata, parquet
from tests.unit.engine.lake import Lake


@pytest.fixture(autouse=True)
def table(lake: Lake, run: Run) -> None:
    """A table with six small files in each of two partitions."""
    lake.buckets["data"] = {}
    run("CREATE TABLE t (id bigint COMMENT 'it\\'s', b string, n int, at timestamp) PARTITIONED BY (b, day(at)) "
        "LOCATION 's3://data/t/' TBLPROPERTIES ('table_type' = 'ICEBERG')")  # fmt: skip
    for number in range(6):
        run(
            f"INSERT INTO t VALUES ({number}, 'x', {number}, TIMESTAMP '2024-01-01 00:00:00'), "
            f"({number + 10}, 'y', {number}, TIMESTAMP '2024-01-02 00:00:00')"
        )


def files(run: Run) -> dict[str | None, int]:
    """The number of data files by partition."""
    rows = run('SELECT partition.b, file_count FROM "t$partitions"').rows
    return {row[0]: int(str(row[1])) for row in rows}


def test_optimize_writes_the_small_files_of_a_partition_again(lake: Lake, run: Run) -> None:
    before = run("SELECT * FROM t ORDER BY id").rows
    result = run("OPTIMIZE t REWRITE DATA USING BIN_PACK WHERE b = 'x'")
    assert (result.substatement_type, result.rows) == ("OPTIMIZE", [])
    assert result.data_scanned_bytes > 0
    assert files(run) == {"x": 1, "y": 6}
    commit: dict[str, Any] = metadata(lake, "t")["snapshots"][-1]["summary"]
    assert (commit["operation"], commit["added-data-files"], commit["deleted-data-files"]) == ("replace", "1", "6")
    assert (commit["total-records"], commit["total-data-files"]) == ("12", "7")
    assert run("SELECT * FROM t ORDER BY id").rows == before
    run("OPTIMIZE quilt_query.t REWRITE DATA USING BIN_PACK WHERE at >= TIMESTAMP '2024-01-02 00:00:00' AND b > 'x'")
    assert files(run) == {"x": 1, "y": 1}
    count = len(metadata(lake, "t")["snapshots"])
    run("OPTIMIZE t REWRITE DATA USING BIN_PACK")
    assert len(metadata(lake, "t")["snapshots"]) == count


def test_optimize_leaves_few_files_alone(run: Run) -> None:
    run("DELETE FROM t WHERE b = 'x'")
    run("INSERT INTO t VALUES (1, 'x', 1, TIMESTAMP '2024-01-01 00:00:00')")
    run("OPTIMIZE t REWRITE DATA USING BIN_PACK")
    assert files(run) == {"x": 1, "y": 1}


def test_optimize_removes_deleted_rows_and_their_delete_files(lake: Lake, run: Run) -> None:
    run("DELETE FROM t WHERE id IN (1, 12)")
    assert metadata(lake, "t")["snapshots"][-1]["summary"]["total-position-deletes"] == "2"
    run("OPTIMIZE t REWRITE DATA USING BIN_PACK WHERE b = 'x'")
    assert metadata(lake, "t")["snapshots"][-1]["summary"]["total-position-deletes"] == "1"
    run("OPTIMIZE t REWRITE DATA USING BIN_PACK")
    assert metadata(lake, "t")["snapshots"][-1]["summary"]["total-delete-files"] == "0"
    assert run("SELECT count(*) FROM t").rows == [("10",)]
    assert run('SELECT sum(record_count) FROM "t$files"').rows == [("10",)]


@pytest.mark.parametrize("where", ["n = 1", "b = 'x' AND n > 1", "b = 'x' OR id = 3"])
def test_optimize_accepts_conditions_on_the_partitioning_only(run: Run, where: str) -> None:
    with pytest.raises(QueryError, match="NOT_SUPPORTED: Unexpected FilterNode found in plan; probably connector was"):
        run(f"OPTIMIZE t REWRITE DATA USING BIN_PACK WHERE {where}")


def test_vacuum_deletes_the_objects_of_old_snapshots_and_old_orphans(lake: Lake, run: Run) -> None:
    run("OPTIMIZE t REWRITE DATA USING BIN_PACK")
    rows = run("SELECT * FROM t ORDER BY id").rows
    lake.put("data", "t/data/orphan.parquet", b"")
    lake.put("data", "t2/data/other.parquet", b"")
    run("VACUUM t")
    # Nothing is five days old, but the orphan is of 1970.
    assert len(parquet(lake, "t")) == 14
    run("ALTER TABLE t SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '0', "
        "'vacuum_max_metadata_files_to_keep' = '2')")  # fmt: skip
    assert run("VACUUM t").substatement_type == "VACUUM"
    assert len(parquet(lake, "t")) == 2
    assert len(metadata(lake, "t")["snapshots"]) == 1
    assert len([key for key in lake.buckets["data"] if key.endswith(".metadata.json")]) == 3
    assert len([key for key in lake.buckets["data"] if "/snap-" in key]) == 1
    assert run("SELECT * FROM t ORDER BY id").rows == rows
    assert "t2/data/other.parquet" in lake.buckets["data"]


def test_vacuum_keeps_the_newest_snapshots(lake: Lake, run: Run) -> None:
    properties = "'vacuum_max_snapshot_age_seconds' = '0', 'vacuum_min_snapshots_to_keep' = '3'"
    run(f"ALTER TABLE t SET TBLPROPERTIES ({properties})")
    run("VACUUM t")
    assert len(metadata(lake, "t")["snapshots"]) == 3
    assert run("SELECT count(*) FROM t").rows == [("12",)]


def test_vacuum_without_the_permission_to_delete_succeeds_and_deletes_nothing(lake: Lake, run: Run) -> None:
    run("ALTER TABLE t SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '0')")
    run("OPTIMIZE t REWRITE DATA USING BIN_PACK")
    before = set(lake.buckets["data"])

    def denied(bucket: str, key: str) -> None:
        raise QueryError(f"PERMISSION_DENIED: s3:DeleteObject {bucket}/{key}")

    lake.delete = denied  # type: ignore[method-assign]
    run("VACUUM t")
    assert before <= set(lake.buckets["data"])
    assert len(metadata(lake, "t")["snapshots"]) == 1


def test_vacuum_of_a_whole_bucket_fails(run: Run) -> None:
    run("CREATE TABLE u (id int) LOCATION 's3://data/' TBLPROPERTIES ('table_type' = 'ICEBERG')")
    with pytest.raises(QueryError, match="GENERIC_INTERNAL_ERROR: Path missing in file system location: s3://data"):
        run("VACUUM u")


def test_columns_are_added_changed_and_dropped(lake: Lake, run: Run) -> None:
    kinds = [
        run("ALTER TABLE t ADD COLUMNS (extra struct<a:int,b:string> COMMENT 'hi', z double)").substatement_type,
        run("ALTER TABLE t CHANGE COLUMN n num bigint COMMENT 'wider' FIRST").substatement_type,
        run("ALTER TABLE t DROP COLUMN z").substatement_type,
    ]
    assert kinds == ["ALTER_TABLE_ADD_COLUMNS", "ALTER_TABLE_CHANGE_COLUMN", "ALTER_TABLE_DROP_COLUMN"]
    run("INSERT INTO t (num, id, extra) VALUES (5000000000, 70, CAST(ROW(1, 'q') AS ROW(a integer, b varchar)))")
    assert run("SELECT * FROM t WHERE id IN (1, 70) ORDER BY id").rows == [
        ("1", "1", "x", "2024-01-01 00:00:00.000000", None), ("5000000000", "70", None, None, "{a=1, b=q}"),
    ]  # fmt: skip
    assert run("SELECT id FROM t WHERE num > 5000 OR num = 3 ORDER BY id").rows == [("3",), ("13",), ("70",)]
    columns = lake.databases["quilt_query"]["t"]["StorageDescriptor"]["Columns"]
    assert [(one["Name"], one["Type"], one["Parameters"]["iceberg.field.current"]) for one in columns] == [
        ("num", "bigint", "true"), ("id", "bigint", "true"), ("b", "string", "true"), ("at", "timestamp", "true"),
        ("extra", "struct<a:int,b:string>", "true"), ("n", "int", "false"), ("z", "double", "false"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("ALTER TABLE t CHANGE id id int", "Cannot change column type: id: long -> int"),
        ("ALTER TABLE t CHANGE nope nope int", "Invalid column reference nope"),
        ("ALTER TABLE t DROP COLUMN nope", "Invalid column reference nope"),
        ("ALTER TABLE t DROP COLUMN b", "partition field"),
        ("ALTER TABLE t ADD COLUMNS (id int)", "id"),
        ("ALTER TABLE t ADD COLUMNS (c smallint)", "NOT_SUPPORTED: Type not supported for Iceberg: smallint"),
        ("ALTER TABLE t SET TBLPROPERTIES ('mine' = '1')", "Unsupported table property key: mine"),
        ("ALTER TABLE t RENAME TO u", "NOT_SUPPORTED"),
        ("ALTER TABLE t ADD PARTITION (b = 'x')", "NOT_SUPPORTED"),
    ],
)
def test_alter_that_fails_changes_nothing(lake: Lake, run: Run, sql: str, reason: str) -> None:
    before = metadata(lake, "t")
    with pytest.raises(QueryError, match=reason):
        run(sql)
    assert metadata(lake, "t") == before


def test_properties_are_set_shown_and_unset(lake: Lake, run: Run) -> None:
    run("ALTER TABLE t SET TBLPROPERTIES ('write_compression' = 'snappy', 'vacuum_max_snapshot_age_seconds' = '60')")
    assert metadata(lake, "t")["properties"]["history.expire.max-snapshot-age-ms"] == "60000"
    assert run("SHOW TBLPROPERTIES t").rows == [
        ("format\tparquet",), ("table_type\ticeberg",), ("vacuum_max_snapshot_age_seconds\t60",),
        ("write_compression\tsnappy",),
    ]  # fmt: skip
    run("ALTER TABLE t UNSET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds')")
    assert run("SHOW TBLPROPERTIES t('vacuum_max_snapshot_age_seconds')").rows == [
        ("Table quilt_query.t does not have property: vacuum_max_snapshot_age_seconds",)
    ]


def test_show_and_describe(run: Run) -> None:
    assert [row[0] for row in run("SHOW CREATE TABLE t").rows] == [
        "CREATE TABLE `quilt_query.t`(", "  `id` bigint COMMENT 'it\\'s', ", "  `b` string, ", "  `n` int, ",
        "  `at` timestamp)", "PARTITIONED BY (", "  `b`, ", "  day(`at`))", "LOCATION", "  's3://data/t'",
        "TBLPROPERTIES (", "  'table_type'='iceberg', ", "  'format'='parquet', ", "  'write_compression'='zstd')",
    ]  # fmt: skip
    described = [str(row[0]).split("\t") for row in run("DESCRIBE t").rows]
    assert described[2:4] == [["id", "bigint", "it's"], ["b", "string", ""]]
    assert described[-2:] == [["b", "identity", "b"], ["at_day", "day", "at"]]
    assert [str(row[0]).strip() for row in run("SHOW COLUMNS IN t").rows] == ["id", "b", "n", "at"]


def test_shown_statement_creates_the_same_table(lake: Lake, run: Run) -> None:
    statement = "\n".join(str(row[0]) for row in run("SHOW CREATE TABLE t").rows)
    run(statement.replace("`quilt_query.t`", "u").replace("s3://data/t", "s3://data/u"))
    first, second = metadata(lake, "t"), metadata(lake, "u")
    assert second["schemas"][0]["fields"] == first["schemas"][0]["fields"]
    assert second["partition-specs"] == first["partition-specs"]

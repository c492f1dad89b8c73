"""Time travel and metadata tables."""

from __future__ import annotations

import pytest

from local.engine import QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.iceberg.tables import metadata, parquet
from tests.unit.engine.lake import Lake


@pytest.fixture(autouse=True)
def snapshots(lake: Lake, run: Run) -> list[tuple[int, int]]:
    """A table with three versions: their IDs and times in milliseconds."""
    lake.buckets["data"] = {}
    run("CREATE TABLE t (id bigint, b string, d date) PARTITIONED BY (b, month(d)) LOCATION 's3://data/t/' "
        "TBLPROPERTIES ('table_type' = 'ICEBERG')")  # fmt: skip
    run("INSERT INTO t VALUES (1, 'x', DATE '2024-01-31'), (2, NULL, NULL)")
    run("ALTER TABLE t CHANGE b c string")
    run("INSERT INTO t VALUES (3, 'y', NULL)")
    run("DELETE FROM t WHERE id = 2")
    return [(one["snapshot-id"], one["timestamp-ms"]) for one in metadata(lake, "t")["snapshots"]]


def test_version_has_its_rows_and_columns(run: Run, snapshots: list[tuple[int, int]]) -> None:
    first, second, third = (version for version, _ in snapshots)
    found = run(f"SELECT * FROM t FOR VERSION AS OF {first} ORDER BY id")
    assert [column.name for column in found.columns] == ["id", "b", "d"]
    assert [row[:2] for row in found.rows] == [("1", "x"), ("2", None)]
    assert run(f"SELECT id FROM t FOR VERSION AS OF {first} WHERE b = 'x'").rows == [("1",)]
    assert run(f"SELECT id, c FROM t FOR VERSION AS OF {second} ORDER BY id").rows == [
        ("1", "x"),
        ("2", None),
        ("3", "y"),
    ]
    assert run(f"SELECT id, c FROM t FOR VERSION AS OF {third} AS q WHERE q.c = 'x'").rows == [("1", "x")]
    both = f"t FOR VERSION AS OF {first} AS old LEFT JOIN t AS new ON new.id = old.id"
    assert run(f"SELECT old.id, new.id FROM {both} ORDER BY 1").rows == [("1", "1"), ("2", None)]


def test_time_has_the_rows_of_its_version(run: Run, snapshots: list[tuple[int, int]]) -> None:
    (_, first), (_, second), _ = snapshots
    at = "SELECT count(*) FROM t FOR TIMESTAMP AS OF from_unixtime({})"
    assert run(at.format(f"{second} / 1e3")).rows == [("3",)]
    assert run(at.format(f"{second - 1} / 1e3")).rows == [("2",)]
    assert run("SELECT count(*) FROM t FOR TIMESTAMP AS OF (current_timestamp + interval '1' day)").rows == [("2",)]
    with pytest.raises(QueryError, match="INVALID_ARGUMENTS: No version history table quilt_query"):
        run(at.format(f"{first - 1} / 1e3"))


def test_view_of_a_version_is_created_and_read(run: Run, snapshots: list[tuple[int, int]]) -> None:
    run(f"CREATE VIEW v AS SELECT id, b FROM t FOR VERSION AS OF {snapshots[0][0]}")
    assert run("SELECT id FROM v ORDER BY id").rows == [("1",), ("2",)]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT * FROM t FOR VERSION AS OF 1", "INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: 1"),
        ("SELECT * FROM t FOR VERSION AS OF 1.5", "NOT_SUPPORTED: Unsupported type for table version: double"),
        (
            "SELECT * FROM t FOR TIMESTAMP AS OF 'x'",
            "NOT_SUPPORTED: Unsupported type for temporal table",
        ),
        ('SELECT * FROM "t$nothing"', r"TABLE_NOT_FOUND: .*Table 'awsdatacatalog.quilt_query.t\$nothing' does not"),
    ],
)
def test_version_that_does_not_exist_fails(run: Run, sql: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        run(sql)


def test_metadata_tables_show_the_current_version(lake: Lake, run: Run, snapshots: list[tuple[int, int]]) -> None:
    ids = [str(version) for version, _ in snapshots]
    assert run('SELECT snapshot_id, parent_id, operation FROM "t$snapshots" ORDER BY committed_at').rows == [
        (ids[0], None, "append"), (ids[1], ids[0], "append"), (ids[2], ids[1], "overwrite"),
    ]  # fmt: skip
    assert run("SELECT summary['added-records'] FROM \"t$snapshots\" WHERE parent_id IS NULL").rows == [("2",)]
    assert run('SELECT snapshot_id, is_current_ancestor FROM quilt_query."t$history"').rows == [
        (version, "true") for version in ids
    ]
    assert run('SELECT name, type, snapshot_id FROM "t$refs"').rows == [("main", "BRANCH", ids[2])]
    files = run('SELECT content, file_path, record_count, lower_bounds[1], null_value_counts[1] FROM "t$files"').rows
    assert {row[1] for row in files} == {f"s3://data/{key}" for key in parquet(lake, "t") if "deletes" not in key}
    assert sorted((row[0], row[2], row[3], row[4]) for row in files) == [("0", "1", str(one), "0") for one in (1, 2, 3)]
    partitions = run('SELECT partition.b, partition.d_month, record_count, file_count, data.id.max FROM "t$partitions"')
    assert sorted(partitions.rows, key=str) == [
        ("x", "648", "1", "1", "1"), ("y", None, "1", "1", "3"), (None, None, "1", "1", "2"),
    ]  # fmt: skip
    manifests = run('SELECT added_data_files_count, partition_summaries[1].contains_null FROM "t$manifests"').rows
    assert sorted(manifests) == [("1", "false"), ("1", "true"), ("2", "true")]
    assert ("write.format.default", "parquet") in run('SELECT * FROM "t$properties"').rows
    assert run('SELECT * FROM "t$files"').data_scanned_bytes == 0


def test_metadata_tables_of_an_empty_table_are_empty(run: Run) -> None:
    run("CREATE TABLE u (id bigint) LOCATION 's3://data/u/' TBLPROPERTIES ('table_type' = 'ICEBERG')")
    for kind in ("snapshots", "history", "refs", "manifests", "files", "partitions"):
        assert run(f'SELECT * FROM "u${kind}"').rows == []
    assert run("SELECT * FROM u").rows == []

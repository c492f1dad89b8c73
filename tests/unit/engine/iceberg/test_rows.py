"""DELETE, UPDATE and MERGE."""

from __future__ import annotations

from typing import Any

import pytest

from local.engine import QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.iceberg.tables import metadata, parquet
from tests.unit.engine.lake import Lake

ROWS = "SELECT id, b, n FROM t ORDER BY id"


@pytest.fixture(autouse=True)
def table(lake: Lake, run: Run) -> None:
    """A table of five rows in three partitions."""
    lake.buckets["data"] = {}
    run("CREATE TABLE t (id bigint, b string, n int) PARTITIONED BY (b) LOCATION 's3://data/t/' "
        "TBLPROPERTIES ('table_type' = 'ICEBERG')")  # fmt: skip
    run("INSERT INTO t VALUES (1, 'x', 1), (2, 'x', 2), (3, 'y', 3), (4, 'y', 4), (5, NULL, 5)")


def summary(lake: Lake) -> dict[str, Any]:
    """What the last commit says of itself."""
    found: dict[str, Any] = metadata(lake, "t")["snapshots"][-1]["summary"]
    return found


def test_delete_writes_position_deletes_and_counts_rows(lake: Lake, run: Run) -> None:
    result = run("DELETE FROM t WHERE n IN (2, 4)")
    assert (result.statement_type, result.substatement_type, result.update_count) == ("DML", "DELETE", 2)
    assert (result.columns, result.rows) == ((), [])
    assert run(ROWS).rows == [("1", "x", "1"), ("3", "y", "3"), ("5", None, "5")]
    assert run("SELECT count(*), count(n) FROM t").rows == [("3", "3")]
    commit = summary(lake)
    assert (commit["operation"], commit["added-position-deletes"], commit["added-position-delete-files"]) == (
        "overwrite", "2", "2",
    )  # fmt: skip
    # A second delete applies to what is left.
    assert run("DELETE FROM t WHERE n <= 2").update_count == 1
    assert run("DELETE FROM t WHERE n <= 2").update_count == 0
    assert run("SELECT id FROM t").rows == [("3",), ("5",)]
    assert len(metadata(lake, "t")["snapshots"]) == 3


@pytest.mark.parametrize("where", ["WHERE b = 'x'", "WHERE b LIKE 'x%' AND b <> 'y'", "WHERE substr(b, 1, 1) = 'x'"])
def test_delete_of_partitions_drops_files_and_reads_none(lake: Lake, run: Run, where: str) -> None:
    run("DELETE FROM t WHERE id = 1")
    lake.reads.clear()
    result = run(f"DELETE FROM t {where}")
    assert (result.update_count, result.data_scanned_bytes) == (1, 0)
    commit = summary(lake)
    assert (commit["operation"], commit["deleted-data-files"], "added-delete-files" in commit) == ("delete", "1", False)
    assert run(ROWS).rows == [("3", "y", "3"), ("4", "y", "4"), ("5", None, "5")]


def test_delete_of_everything_drops_all_files(lake: Lake, run: Run) -> None:
    assert run("DELETE FROM t").update_count == 5
    assert (run(ROWS).rows, run("SELECT count(*) FROM t").rows) == ([], [("0",)])
    assert summary(lake)["total-data-files"] == "0"
    run("INSERT INTO t (id) VALUES (9)")
    assert run("SELECT id FROM t").rows == [("9",)]


def test_delete_with_a_subquery_on_the_same_table(run: Run) -> None:
    assert run("DELETE FROM t WHERE b IN (SELECT b FROM t WHERE n = 3)").update_count == 2
    assert run("DELETE FROM t WHERE EXISTS (SELECT 1 FROM t AS p WHERE p.n = t.n + 4)").update_count == 1
    assert run("SELECT id FROM t ORDER BY id").rows == [("2",), ("5",)]


def test_delete_reads_only_what_its_condition_needs(run: Run) -> None:
    scanned = run("DELETE FROM t WHERE b = 'x' AND n = 2").data_scanned_bytes
    # The column n of one of three files; its partition says what b is.
    assert 0 < scanned < run("SELECT n FROM t").data_scanned_bytes


def test_update_changes_rows_also_between_partitions(lake: Lake, run: Run) -> None:
    result = run("UPDATE t SET n = n * ?, b = 'z' WHERE n > 3", ["10"])
    assert (result.substatement_type, result.update_count) == ("UPDATE", 2)
    assert run(ROWS).rows == [("1", "x", "1"), ("2", "x", "2"), ("3", "y", "3"), ("4", "z", "40"), ("5", "z", "50")]
    commit = summary(lake)
    assert (commit["operation"], commit["added-records"], commit["added-position-deletes"]) == ("overwrite", "2", "2")
    assert run("UPDATE t SET b = NULL").update_count == 5
    assert run("SELECT DISTINCT b FROM t").rows == [(None,)]
    assert run("UPDATE t SET n = (SELECT max(n) FROM t AS p WHERE p.id < t.id) WHERE t.id = 3").update_count == 1
    assert run("SELECT n FROM t WHERE id = 3").rows == [("2",)]


MERGE = """MERGE INTO t USING (VALUES (1, 'del'), (2, 'up'), (9, 'new'), (10, 'skip'), (11, 'other')) AS s(id, op)
    ON t.id = s.id
    WHEN MATCHED AND s.op = 'del' THEN DELETE
    WHEN MATCHED THEN UPDATE SET n = t.n + 100, b = s.op
    WHEN NOT MATCHED AND op = 'new' THEN INSERT (id, b) VALUES (s.id, s.op)
    WHEN NOT MATCHED AND op = 'other' THEN INSERT VALUES (s.id, 'o', 1 / (s.id - 10))"""


def test_merge_applies_the_first_clause_that_holds_in_one_commit(lake: Lake, run: Run) -> None:
    result = run(MERGE)
    assert (result.statement_type, result.substatement_type, result.update_count) == ("DML", "MERGE", 4)
    assert run(ROWS).rows == [
        ("2", "up", "102"), ("3", "y", "3"), ("4", "y", "4"), ("5", None, "5"), ("9", "new", None), ("11", "o", "1"),
    ]  # fmt: skip
    assert len(metadata(lake, "t")["snapshots"]) == 2
    commit = summary(lake)
    assert (commit["added-records"], commit["added-position-deletes"]) == ("3", "2")


def test_merge_from_a_query_and_from_the_table_itself(run: Run) -> None:
    assert (
        run("MERGE INTO quilt_query.t AS q USING t AS s ON q.id = s.id + 1 WHEN MATCHED THEN DELETE").update_count == 4
    )
    assert run("SELECT id FROM t").rows == [("1",)]
    run(
        "MERGE INTO t USING (SELECT id + 1 AS x FROM t) AS s ON t.id = s.x WHEN NOT MATCHED THEN INSERT (id) VALUES (x)"
    )
    assert run("SELECT id FROM t ORDER BY id").rows == [("1",), ("2",)]


def test_merge_inserts_a_row_for_each_row_of_the_source(run: Run) -> None:
    result = run(
        "MERGE INTO t USING (VALUES 12, 12) AS s(id) ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)"
    )
    assert result.update_count == 2
    assert run("SELECT count(*) FROM t WHERE id = 12").rows == [("2",)]


@pytest.mark.parametrize(
    "clause",
    ["WHEN MATCHED THEN DELETE", "WHEN MATCHED THEN UPDATE SET n = 0", "WHEN NOT MATCHED THEN INSERT (id) VALUES (1)"],
)
def test_merge_fails_if_a_row_matches_several_rows_of_the_source(run: Run, clause: str) -> None:
    with pytest.raises(QueryError, match="MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more"):
        run(f"MERGE INTO t USING (VALUES 1, 1) AS s(id) ON t.id = s.id {clause}")
    assert len(run(ROWS).rows) == 5


def test_merge_accepts_several_matches_if_only_one_has_the_clause(run: Run) -> None:
    result = run(
        "MERGE INTO t USING (VALUES (1, true), (1, false)) AS s(x, y) ON t.id = s.x WHEN MATCHED AND y THEN DELETE"
    )
    assert result.update_count == 1
    assert len(run(ROWS).rows) == 4


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("DELETE FROM t WHERE nope = 1", "COLUMN_NOT_FOUND"),
        ("DELETE FROM t WHERE 1 / (id - 1) = 1", "DIVISION_BY_ZERO"),
        ("UPDATE t SET nope = 1", "COLUMN_NOT_FOUND: .*nope"),
        ("UPDATE t SET n = 'x'", r"TYPE_MISMATCH: .*Table: \[integer\], Expressions: \[varchar\(1\)\]"),
        ("UPDATE t AS q SET n = 1", "SYNTAX_ERROR: .*mismatched input 'AS'"),
        ("UPDATE t SET n = 1, n = 2", "SYNTAX_ERROR: .*Multiple assignments for column: n"),
        ("MERGE INTO t USING (VALUES 1) AS s(id) ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES ('x')",
         r"TYPE_MISMATCH: .*match for MERGE case 0, SET expressions: Table: \[bigint\], Expressions: \[varchar\(1\)\]"),
        ("MERGE INTO t USING (VALUES 1) AS s(id) ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = DATE '2024-01-01'",
         r"TYPE_MISMATCH: .*Table: \[integer\], Expressions: \[date\]"),
        ("MERGE INTO t USING (VALUES 1) AS s(id) ON t.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (1, 'a')",
         r"Number of merge columns \(3\) isn't equal to number of expressions \(2\)"),
        ("MERGE INTO t USING missing AS s ON t.id = s.id WHEN MATCHED THEN DELETE", "TABLE_NOT_FOUND: .*missing"),
        ("MERGE INTO t USING (VALUES 1) AS s(x) ON t.id = s.x WHEN NOT MATCHED BY SOURCE THEN DELETE", "NOT_SUPP"),
    ],
)  # fmt: skip
def test_statement_that_fails_changes_nothing(lake: Lake, run: Run, sql: str, reason: str) -> None:
    before = (parquet(lake, "t"), metadata(lake, "t"))
    with pytest.raises(QueryError, match=reason):
        run(sql)
    assert (parquet(lake, "t"), metadata(lake, "t")) == before


def test_rows_of_other_tables_cannot_be_changed(lake: Lake, run: Run) -> None:
    lake.add_table("hive", {"a": "string"})
    for sql in (
        "DELETE FROM hive",
        "UPDATE hive SET a = ''",
        "MERGE INTO hive USING t ON true WHEN MATCHED THEN DELETE",
    ):
        with pytest.raises(QueryError, match="NOT_SUPPORTED: Modifying Hive table rows is only supported for"):
            run(sql)

"""Commits that lose against others, and statements that end before their commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.engine import CancelToken, Engine, QueryCancelled, QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.iceberg.tables import metadata, parquet
from tests.unit.engine.lake import Lake

IDS = "SELECT id FROM t ORDER BY id"


class Writer:
    """The lake as a catalog's writer that does something else before its next update of a table."""

    def __init__(self, lake: Lake, before: Callable[[], object]) -> None:
        self._lake = lake
        self._before: Callable[[], object] | None = before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lake, name)

    def update_table(self, database: str, table_input: Mapping[str, Any], version: str | None = None) -> None:
        before, self._before = self._before, None
        if before is not None:
            before()
        self._lake.update_table(database, table_input, version)


@pytest.fixture
def race(lake: Lake, run: Run) -> Callable[..., None]:
    """Run a statement, and others just before it commits for the first time."""
    lake.buckets["data"] = {}
    run("CREATE TABLE t (id bigint, b string) PARTITIONED BY (b) LOCATION 's3://data/t/' "
        "TBLPROPERTIES ('table_type' = 'ICEBERG', 'optimize_rewrite_data_file_threshold' = '2')")  # fmt: skip
    run("INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    run("INSERT INTO t VALUES (3, 'x'), (4, 'y')")

    def run_both(statement: str, *others: str) -> None:
        writer = Writer(lake, lambda: [run(other) for other in others])
        Engine(lake, lake, writer).run(statement, database="quilt_query")

    return run_both


def rows(run: Run) -> list[str | None]:
    return [row[0] for row in run(IDS).rows]


def test_inserts_at_the_same_time_are_all_kept(race: Callable[..., None], lake: Lake, run: Run) -> None:
    race("INSERT INTO t VALUES (5, 'x')", "INSERT INTO t VALUES (6, 'x')", "INSERT INTO t VALUES (7, 'z')")
    assert rows(run) == ["1", "2", "3", "4", "5", "6", "7"]
    assert len(metadata(lake, "t")["snapshots"]) == 5


@pytest.mark.parametrize(
    "statement",
    [
        "MERGE INTO t USING (VALUES 5) AS s(id) ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)"
        " WHEN MATCHED THEN DELETE",
        "UPDATE t SET b = 'q' WHERE id > 2",
        "DELETE FROM t WHERE id = 1",
        "OPTIMIZE t REWRITE DATA USING BIN_PACK",
    ],
)
def test_change_of_rows_loses_against_a_change_of_the_same_rows(
    race: Callable[..., None], lake: Lake, run: Run, statement: str
) -> None:
    run("INSERT INTO t VALUES (5, 'z')")
    before = set(parquet(lake, "t"))
    with pytest.raises(QueryError, match="ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: quilt"):
        race(statement, "DELETE FROM t WHERE id IN (1, 3)", "INSERT INTO t VALUES (8, 'x')")
    assert rows(run) == ["2", "4", "5", "8"]
    added = set(parquet(lake, "t")) - before
    # Of the statement that lost nothing is left: two delete files and one data file are of the others.
    assert len(added) == 3


def test_change_of_rows_is_serializable(race: Callable[..., None], run: Run) -> None:
    with pytest.raises(QueryError, match="ICEBERG_COMMIT_ERROR"):
        race("UPDATE t SET id = id + 10 WHERE id > 2", "INSERT INTO t VALUES (5, 'x')")
    assert rows(run) == ["1", "2", "3", "4", "5"]


def test_changes_of_different_partitions_are_both_kept(race: Callable[..., None], run: Run) -> None:
    others = "INSERT INTO t VALUES (5, 'y')", "DELETE FROM t WHERE b = 'y' AND id = 2"
    race("UPDATE t SET id = id + 10 WHERE b = 'x'", *others)
    assert rows(run) == ["4", "5", "11", "13"]


def test_optimize_and_insert_are_both_kept(race: Callable[..., None], run: Run) -> None:
    race("OPTIMIZE t REWRITE DATA USING BIN_PACK", "INSERT INTO t VALUES (5, 'x')")
    assert rows(run) == ["1", "2", "3", "4", "5"]
    assert run('SELECT count(*) FROM "t$files"').rows == [("3",)]


@pytest.mark.usefixtures("race")
def test_statement_that_dies_before_its_commit_leaves_the_table_as_it_was(lake: Lake, run: Run) -> None:
    before = metadata(lake, "t")

    def die() -> None:
        raise RuntimeError("killed")

    for statement in ("INSERT INTO t VALUES (5, 'x')", "DELETE FROM t WHERE id = 1", "UPDATE t SET id = 0"):
        with pytest.raises(RuntimeError, match="killed"):
            Engine(lake, lake, Writer(lake, die)).run(statement, database="quilt_query")
        assert (metadata(lake, "t"), rows(run)) == (before, ["1", "2", "3", "4"])
    run("INSERT INTO t VALUES (6, 'x')")
    assert rows(run) == ["1", "2", "3", "4", "6"]


@pytest.mark.usefixtures("race")
def test_cancelled_statement_commits_nothing(lake: Lake, run: Run) -> None:
    before = metadata(lake, "t")
    token = CancelToken()
    put = lake.put

    def cancel_at_first_data(bucket: str, key: str, body: bytes | str) -> None:
        token.cancel()
        put(bucket, key, body)

    lake.put = cancel_at_first_data  # type: ignore[method-assign]
    with pytest.raises(QueryCancelled):
        run("INSERT INTO t VALUES (5, 'x')", cancel=token)
    assert (metadata(lake, "t"), rows(run)) == (before, ["1", "2", "3", "4"])

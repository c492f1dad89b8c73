"""EXPLAIN."""

from __future__ import annotations

import pytest

from local.engine import QueryError
from tests.unit.engine.conftest import Run
from tests.unit.engine.lake import Lake


@pytest.mark.parametrize(
    "sql", ["EXPLAIN SELECT b FROM t WHERE a = 'x'", "explain\nWITH w AS (SELECT 1) SELECT * FROM w"]
)
def test_explain_shows_a_plan_and_reads_nothing(lake: Lake, run: Run, sql: str) -> None:
    lake.add_json_table(['{"a": "x", "b": 1}'], {"a": "string", "b": "int"})
    result = run(sql)
    assert (result.statement_type, result.substatement_type) == ("UTILITY", "EXPLAIN")
    assert [column.name for column in result.columns] == ["Query Plan"]
    assert len(result.rows) > 1
    assert (result.data_scanned_bytes, lake.reads) == (0, [])


def test_explain_takes_parameters(run: Run) -> None:
    assert run("EXPLAIN SELECT ? AS n", ["1"]).rows


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("EXPLAIN SELECT a FROM missing", "TABLE_NOT_FOUND"),
        ("EXPLAIN ANALYZE SELECT 1", "NOT_SUPPORTED: the local engine can't run EXPLAIN ANALYZE"),
        ("EXPLAIN (FORMAT JSON) SELECT 1", "NOT_SUPPORTED: the local engine can't run EXPLAIN"),
        ("EXPLAIN CREATE VIEW v AS SELECT 1 AS a", "NOT_SUPPORTED: the local engine can't run EXPLAIN CREATE"),
    ],
)
def test_explain_fails_with_athenas_reason(run: Run, sql: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        run(sql)

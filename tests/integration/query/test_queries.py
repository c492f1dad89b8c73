"""Queries through the deployed state machines: parameters, results of every shape, timeouts, and idempotence."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.local.queries import SLOW
from tests.integration.query.machine import Machine
from tests.local_aws import Entry, LocalAws, Pushed

SAMPLES = sorted((Path(__file__).parents[3] / "events").glob("query-request[.-]*json"))
AWKWARD = [
    "O'Neill",
    "''",
    "'; DROP TABLE t; --",
    "/* not a comment */",
    "-- nor this",
    "line\nbreak\r\n\ttab",
    'a "quoted" word',
    "back\\slash\\'",
    "? and ${x} and {% y %}",
    "é 漢字 𝄞 \u202e",
    "",
]


def rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a result."""
    found: list[dict[str, Any]] = result["Rows"]
    return found


def succeeded(local_aws: LocalAws, sql: str, parameters: list[Any] | None = None, **request: Any) -> dict[str, Any]:
    """The result of a query, which must succeed."""
    ended = local_aws.run(sql, parameters, **request)
    assert ended.status == "SUCCEEDED", ended
    result: dict[str, Any] = ended.output
    return result


def numbers(count: int) -> str:
    """A query for the numbers from 1 to `count` (up to 10,000) in order."""
    return f"SELECT n FROM UNNEST(sequence(1, {count})) AS t(n) ORDER BY n"


@contextmanager
def busy_athena(local_aws: LocalAws, count: int) -> Iterator[None]:
    """Inside the block, `count` queries run that do not end by themselves."""
    ids = [local_aws.start(f"{SLOW} -- {uuid.uuid4()}") for _ in range(count)]
    try:
        yield
    finally:
        for query_id in ids:
            local_aws.athena.stop_query_execution(QueryExecutionId=query_id)
        for query_id in ids:
            local_aws.ended(query_id)


def test_any_string_is_passed_unchanged(local_aws: LocalAws) -> None:
    names = [f"s{number}" for number in range(len(AWKWARD))]
    sql = "SELECT " + ", ".join(f"? AS {name}" for name in names)
    assert rows(succeeded(local_aws, sql, AWKWARD)) == [dict(zip(names, AWKWARD, strict=True))]


@pytest.mark.main_path
def test_scalars_keep_their_types(local_aws: LocalAws) -> None:
    sql = "SELECT ? AS i, ? AS d, ? AS f, ? IS NULL AS missing, CAST(? AS bigint) AS big"
    result = succeeded(local_aws, sql, [-7, 1.5, False, None, "9007199254740993"])
    types = ["integer", "double", "boolean", "boolean", "bigint"]
    assert [column["Type"] for column in result["Columns"]] == types
    assert rows(result) == [{"i": -7, "d": 1.5, "f": False, "missing": True, "big": 9007199254740993}]


def test_execution_parameters_are_passed_unchanged(local_aws: LocalAws) -> None:
    result = succeeded(local_aws, "SELECT ? AS a, ? AS b", ExecutionParameters=["'it''s'", "DATE '2026-11-20'"])
    assert rows(result) == [{"a": "it's", "b": "2026-11-20"}]


def test_null_and_the_empty_string_differ(local_aws: LocalAws) -> None:
    sql = "SELECT * FROM (VALUES (1, ''), (2, CAST(NULL AS varchar)), (3, 'a,\"b\"\nc')) AS t(n, text) ORDER BY n"
    assert [row["text"] for row in rows(succeeded(local_aws, sql))] == ["", None, 'a,"b"\nc']


def test_repeated_column_names_are_numbered(local_aws: LocalAws) -> None:
    result = succeeded(local_aws, "SELECT 1 AS a, 'x' AS a, 3 AS a_2")
    assert [column["Name"] for column in result["Columns"]] == ["a", "a_3", "a_2"]
    assert rows(result) == [{"a": 1, "a_3": "x", "a_2": 3}]


@pytest.mark.parametrize(
    ("count", "max_rows", "given", "truncated"),
    [(1000, 1000, 1000, False), (1001, 1000, 1000, True), (1001, 1001, 1001, False), (5, 0, 0, True)],
)
def test_rows_stop_at_max_rows(local_aws: LocalAws, count: int, max_rows: int, given: int, truncated: bool) -> None:
    result = succeeded(local_aws, numbers(count), MaxRows=max_rows)
    assert rows(result) == [{"n": number + 1} for number in range(given)]
    assert (result["RowCount"], result["Truncated"]) == (given, truncated)


def test_empty_result_has_columns(local_aws: LocalAws) -> None:
    result = succeeded(local_aws, "SELECT 1 AS n WHERE false")
    assert (rows(result), result["RowCount"], result["Truncated"]) == ([], 0, False)
    assert result["Columns"] == [{"Name": "n", "Type": "integer"}]


def test_large_result_is_truncated_and_complete_in_its_file(local_aws: LocalAws) -> None:
    sql = (
        "SELECT a.n * 10000 + b.n AS n FROM UNNEST(sequence(0, 9)) AS a(n) "
        "CROSS JOIN UNNEST(sequence(0, 9999)) AS b(n) ORDER BY 1"
    )
    result = succeeded(local_aws, sql, MaxRows=100_000)
    assert result["Truncated"] is True
    assert rows(result) == [{"n": number} for number in range(result["RowCount"])]
    assert 100 * 1024 < len(json.dumps(result)) < 256 * 1024
    lines = local_aws.read(result["OutputLocation"]).decode().splitlines()
    assert (len(lines), lines[0], lines[-1]) == (100_001, '"n"', '"99999"')


def test_only_select_has_a_header_row(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    tables = [f"{prefix}_quilt_{name}" for name in ("manifests", "objects_view", "packages", "packages_view")]
    expected = {
        f"SHOW TABLES '{prefix}_*'": [{"tab_name": name} for name in tables],
        f"SHOW DATABASES '{local_aws.outputs['DatabaseName']}'": [{"database_name": local_aws.outputs["DatabaseName"]}],
        f"DESCRIBE {prefix}_quilt_packages": [{"col_name": "hash", "data_type": "string", "comment": ""}],
    }
    for sql, found in expected.items():
        result = succeeded(local_aws, sql)
        assert (result["StatementType"], sorted(rows(result), key=str)) == ("UTILITY", found)
    plan = succeeded(local_aws, f"EXPLAIN SELECT * FROM {prefix}_quilt_packages_view")
    assert (plan["StatementType"], plan["Statistics"]["DataScannedInBytes"]) == ("UTILITY", 0)
    assert all(row["Query Plan"] != "Query Plan" for row in rows(plan))
    assert plan["RowCount"] > 1


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_request_succeeds(local_aws: LocalAws, machine: Machine, bucket: str, path: Path) -> None:
    prefix = local_aws.onboard(bucket)
    finished = machine.run(json.loads(path.read_text().replace("my_bucket", prefix)))
    assert finished.ended.status == "SUCCEEDED", finished.ended
    assert finished.ended.output["Truncated"] is False


@pytest.mark.main_path
def test_express_execution_returns_the_result_in_the_same_call(local_aws: LocalAws) -> None:
    execution = local_aws.run_express("SELECT ? AS x", Parameters=["it's"])
    assert execution["status"] == "SUCCEEDED", execution
    result = json.loads(execution["output"])
    assert rows(result) == [{"x": "it's"}]
    assert result["Attempts"] == 1


def test_express_execution_reads_the_same_as_a_standard_one(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    local_aws.push(bucket, Pushed("a/package", {"file.txt": Entry()}))
    results = [
        json.loads(local_aws.run_express(sql)["output"])
        for sql in (
            f"SELECT logical_key FROM {prefix}_quilt_objects_view WHERE timestamp = 'latest'",
            f"SHOW TABLES LIKE '{prefix}_quilt_objects*'",
            "SHOW DATABASES",
        )
    ]
    assert [list(row.values()) for row in results[0]["Rows"]] == [["file.txt"]]
    assert [list(row.values()) for row in results[1]["Rows"]] == [[f"{prefix}_quilt_objects_view"]]
    assert ["quilt_query"] in [list(row.values()) for row in results[2]["Rows"]]


def test_express_execution_stops_its_query_at_the_deadline(local_aws: LocalAws) -> None:
    execution = local_aws.run_express(SLOW, TimeoutSeconds=1)
    assert (execution["status"], execution["error"]) == ("FAILED", "QueryTimedOut")
    query_id = json.loads(execution["cause"])["QueryExecutionId"]
    assert local_aws.execution(query_id)["Status"]["State"] == "CANCELLED"


def test_express_execution_has_at_most_four_minutes(local_aws: LocalAws) -> None:
    execution = local_aws.run_express("SELECT 1", TimeoutSeconds=241)
    assert (execution["status"], execution["error"]) == ("FAILED", "InvalidRequest")
    message = json.loads(execution["cause"])["Message"]
    assert message == "TimeoutSeconds: expected at most 240 in this state machine, got 241"


def test_timeout_includes_time_in_the_queue(local_aws: LocalAws, machine: Machine) -> None:
    # The local Athena runs four queries at once.
    with busy_athena(local_aws, 4):
        finished = machine.run({"QueryString": "SELECT 1 AS queued", "TimeoutSeconds": 1})
        assert finished.ended.error == "QueryTimedOut"
        [query_id] = finished.queries
        query = local_aws.execution(query_id)
    assert query["Status"]["State"] == "CANCELLED"
    assert "EngineExecutionTimeInMillis" not in query["Statistics"]


def test_executions_with_the_same_key_run_one_query(machine: Machine) -> None:
    request = {"QueryString": "SELECT 1 AS x", "IdempotencyKey": uuid.uuid4().hex}
    first, second, other = (
        machine.run(request),
        machine.run(request | {"MaxRows": 5}),
        machine.run(request | {"IdempotencyKey": uuid.uuid4().hex}),
    )
    assert first.queries == second.queries
    assert other.queries != first.queries
    assert rows(first.ended.output) == rows(second.ended.output) == [{"x": 1}]


def test_executions_without_a_key_run_a_query_each(machine: Machine) -> None:
    request = {"QueryString": "SELECT 1 AS x"}
    assert machine.run(request).queries != machine.run(request).queries


def test_largest_query_succeeds(local_aws: LocalAws) -> None:
    head = "SELECT 1 AS x --"
    room = 192 * 1024 - len(json.dumps({"QueryString": head}, separators=(",", ":")))
    assert rows(succeeded(local_aws, head + "y" * room)) == [{"x": 1}]
    ended = local_aws.run(head + "y" * (room + 1))
    assert ended.error == "InvalidRequest"
    assert ended.cause["Message"].startswith("request: expected at most 196,608 bytes")

"""`query`: what it asks for, what it prints where, and how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from botocore.exceptions import EndpointConnectionError

from quilt_athena.cli.output.progress import show_progress
from quilt_athena.cli.output.text import size
from quilt_athena.client import Progress
from tests.unit.cli.conftest import Run
from tests.unit.client.deployed import QUERY_ID, RUNNING, answer, failed, history, started, succeeded
from tests.unit.client.fake_aws import FakeAws, Refused

START = "stepfunctions:StartExecution"
DESCRIBE = "stepfunctions:DescribeExecution"
SYNC = "stepfunctions:StartSyncExecution"
TABLE = "n  t\n-  ----\n1  one\n2  NULL\n"


@pytest.fixture(autouse=True)
def answered(aws: FakeAws) -> None:
    """Every query succeeds."""
    aws.on(START, started).on(DESCRIBE, succeeded())


def asked(aws: FakeAws, operation: str = START) -> dict[str, Any]:
    """The request that the stack got."""
    request: dict[str, Any] = json.loads(aws.called(operation)[0]["input"])
    return request


def test_rows_go_out_and_everything_else_goes_to_standard_error(run: Run, aws: FakeAws) -> None:
    result = run("query", "SELECT 1;")
    assert (result.exit_code, result.stdout) == (0, TABLE)
    assert result.stderr == "2 rows, 2.0 KB scanned, 1.4 s (0.1 s queued), about 0.000048 USD\n"
    assert asked(aws) == {"QueryString": "SELECT 1"}


def test_all_options_reach_the_stack(run: Run, aws: FakeAws) -> None:
    parameters = ["--param", ".tiff", "--param", "5", "-p", "null"]
    options = [
        "--timeout",
        "60",
        "--max-rows",
        "5",
        "--database",
        "db",
        "--reuse-minutes",
        "9",
        "--idempotency-key",
        "k",
    ]
    assert run("query", "SELECT ?, ?, ?", *parameters, *options, "--quiet").stderr == ""
    assert asked(aws) == {
        "QueryString": "SELECT ?, ?, ?",
        "Parameters": [".tiff", 5, None],
        "TimeoutSeconds": 60,
        "MaxRows": 5,
        "Database": "db",
        "ResultReuseMaxAgeInMinutes": 9,
        "IdempotencyKey": "k",
    }


def test_express_is_one_call(run: Run, aws: FakeAws) -> None:
    aws.on(SYNC, succeeded())
    assert run("query", "SELECT 1", "--express").stdout == TABLE
    assert aws.names == ["ssm:GetParameters", SYNC]


@pytest.mark.parametrize("arguments", [["-"], ["--sql-file", "-"], ["-f", "report.sql"], ["--file", "report.sql"]])
def test_sql_comes_from_a_file_or_from_standard_input(
    run: Run, aws: FakeAws, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.sql").write_text("SELECT 'é' -- why\n;\n", encoding="utf-8")
    assert run("query", *arguments, stdin="SELECT 'é' -- why\n;\n").exit_code == 0
    assert asked(aws)["QueryString"] == "SELECT 'é' -- why"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query"], "expected one query"),
        (["query", "SELECT 1", "--sql-file", "-"], "expected one query"),
        (["query", " ; "], "the SQL is empty"),
        (["query", "SELECT 1", "--format", "parquet"], "requires an --output"),
        (["query", "SELECT 1", "--timeout", "0"], "--timeout"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(run: Run, aws: FakeAws, arguments: list[str], message: str) -> None:
    result = run(*arguments, stdin="SELECT 1")
    assert result.exit_code == 2
    assert message in result.stderr
    assert aws.calls == []


def test_the_whole_answer_is_for_machines(run: Run) -> None:
    result = run("--json", "query", "SELECT 1", "--quiet")
    whole = json.loads(result.stdout)
    assert whole["QueryExecutionId"] == QUERY_ID
    assert whole["Rows"] == answer()["Rows"]
    assert json.loads(run("--json", "query", "SELECT 1", "--format", "json").stdout) == answer()["Rows"]


def test_a_file_is_written_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    result = run("query", "SELECT 1", "--format", "csv", "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert path.read_bytes() == b"n,t\r\n1,one\r\n2,\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_breaks_off_leaves_the_old_one(run: Run, aws: FakeAws, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    aws.on(DESCRIBE, succeeded(answer(Truncated=True))).on("s3:GetObject", Refused("NoSuchKey", 404))
    result = run("query", "SELECT 1", "--format", "csv", "--output", str(path))
    assert result.exit_code == 3
    assert "ResultUnreadableError" in result.stderr
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])


def test_parquet_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    assert run("query", "SELECT 1", "--format", "parquet", "-o", str(path)).exit_code == 0
    assert pq.read_table(path).to_pylist() == answer()["Rows"]


def test_parquet_without_pyarrow_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = run("query", "SELECT 1", "--format", "parquet", "-o", str(tmp_path / "rows.parquet"))
    assert result.exit_code == 2
    assert "pip install 'quilt-athena[parquet]'" in result.stderr


@pytest.mark.parametrize(
    ("description", "code", "told"),
    [
        (failed("QueryFailed", '{"Message": "m", "StateChangeReason": "why", "QueryExecutionId": "id"}'), 1, "why"),
        (failed("QueryCancelled", '{"Message": "cancelled"}'), 1, "QueryCancelled: cancelled"),
        (failed("InvalidRequest", '{"Message": "MaxRows: no"}'), 2, "InvalidRequest: MaxRows: no"),
        (failed("States.Runtime", "broken"), 3, "QueryServiceError: States.Runtime: broken"),
        (failed("QueryTimedOut", '{"Message": "60 s"}'), 4, "QueryTimedOut: 60 s"),
        (Refused("AccessDeniedException"), 3, "states:DescribeExecution"),
    ],
)
def test_each_end_has_its_exit_code(run: Run, aws: FakeAws, description: Any, code: int, told: str) -> None:
    aws.on(DESCRIBE, description).on("stepfunctions:StopExecution", Refused("ExecutionDoesNotExist"))
    result = run("query", "SELECT 1")
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr


def test_errors_are_json_for_machines(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, failed("QueryFailed", '{"Message": "m", "QueryExecutionId": "id"}'))
    result = run("query", "SELECT 1", "--json")
    error = json.loads(result.stderr)
    assert (error["Error"], error["Message"], error["Cause"]["QueryExecutionId"]) == ("QueryFailed", "m", "id")
    assert error["ExecutionArn"].startswith("arn:aws:states:")
    aws.on(DESCRIBE, failed("States.Runtime", "broken"))
    assert json.loads(run("query", "SELECT 1", "--json").stderr)["Error"] == "States.Runtime"


def test_an_interruption_stops_the_query(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, KeyboardInterrupt()).on("stepfunctions:StopExecution", {"stopDate": "2026-11-20T12:00:00Z"})
    aws.on("stepfunctions:GetExecutionHistory", history({"QueryExecutionId": QUERY_ID})).on(
        "athena:StopQueryExecution", {}
    )
    result = run("query", "SELECT 1")
    assert (result.exit_code, result.stderr) == (130, "Interrupted\n")
    assert aws.called("athena:StopQueryExecution") == [{"QueryExecutionId": QUERY_ID}]


def test_a_stack_that_is_not_there_is_told(run: Run, aws: FakeAws) -> None:
    unreachable = EndpointConnectionError(endpoint_url="https://ssm")
    aws.on("ssm:GetParameters", unreachable).on("cloudformation:DescribeStacks", unreachable)
    result = run("query", "SELECT 1", "--stack", "theirs")
    assert result.exit_code == 3
    assert "StackNotFoundError: stack theirs not found" in result.stderr


def test_a_bug_is_not_hidden(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, {**RUNNING, "status": "SUCCEEDED", "output": "no JSON"})
    assert isinstance(run("query", "SELECT 1").exception, ValueError)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"Statistics": {"ReusedPreviousResult": True}}, "0 B scanned, no charge, reused an earlier result"),
        ({"Attempts": 2, "StatementType": "DDL"}, "no charge, 2 attempts"),
        ({"Rows": [{"n": 1, "t": "x"}]}, "1 row,"),
    ],
)
def test_the_summary_tells_what_is_special(run: Run, aws: FakeAws, fields: dict[str, Any], told: str) -> None:
    aws.on(DESCRIBE, succeeded(answer(**fields) if "Rows" not in fields else answer(fields["Rows"])))
    assert told in run("query", "SELECT 1").stderr


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (10 * 1024**2, "10.0 MB"), (3 * 1024**5, "3072.0 TB")],
)
def test_sizes_are_for_people(count: int, text: str) -> None:
    assert size(count) == text


def test_nobody_sees_progress_in_a_pipe() -> None:
    with show_progress("STARTING") as show:
        assert show is None


def test_a_terminal_sees_the_state_and_the_bytes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with show_progress("STARTING") as show:
        assert show is not None
        show(Progress("RUNNING", 3.0, 2048, QUERY_ID))
    shown = capsys.readouterr()
    assert shown.out == ""
    for part in ("STARTING", "RUNNING", "2.0 KB scanned"):
        assert part in shown.err

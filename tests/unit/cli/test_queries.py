"""`query`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, TokenRetrievalError

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
def succeeding(aws: FakeAws) -> None:
    """Every query succeeds."""
    aws.on(START, started).on(DESCRIBE, succeeded())


def request(aws: FakeAws, operation: str = START) -> dict[str, Any]:
    """The request that was sent to the stack."""
    sent: dict[str, Any] = json.loads(aws.called(operation)[0]["input"])
    return sent


def test_rows_and_summary_are_printed_separately(run: Run, aws: FakeAws) -> None:
    result = run("query", "SELECT 1;")
    assert (result.exit_code, result.stdout) == (0, TABLE)
    assert result.stderr == "2 rows, 2.0 KB scanned, 1.4 s (0.1 s queued), about 0.000048 USD\n"
    assert request(aws) == {"QueryString": "SELECT 1"}


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
    assert request(aws) == {
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


@pytest.mark.parametrize("arguments", [["-"], ["--file", "-"], ["-f", "report.sql"], ["--sql-file", "report.sql"]])
def test_sql_comes_from_a_file_or_from_standard_input(
    run: Run, aws: FakeAws, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.sql").write_text("\ufeffSELECT 'é' -- why\n;\n", encoding="utf-8")
    assert run("query", *arguments, stdin="SELECT 'é' -- why\n;\n").exit_code == 0
    assert request(aws)["QueryString"] == "SELECT 'é' -- why"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query"], "expected one query"),
        (["query", "SELECT 1", "--file", "-"], "expected one query"),
        (["query", " ; "], "the SQL is empty"),
        (["query", "SELECT 1", "--format", "parquet"], "requires an --output"),
        (["query", "SELECT 1", "--timeout", "0"], "--timeout"),
        (["query", "SELECT 1", "-o", "rows.xlsx"], "expected a file name that ends in .csv, .json, "),
        (["query", "--file", "/nowhere/report.sql"], "/nowhere/report.sql can't be read: no such file or directory"),
    ],
)
def test_invalid_usage_starts_nothing(run: Run, aws: FakeAws, arguments: list[str], message: str) -> None:
    result = run(*arguments, stdin="SELECT 1")
    assert result.exit_code == 2
    assert message in result.stderr
    assert aws.calls == []


def test_json_is_the_whole_result(run: Run) -> None:
    result = run("--json", "query", "SELECT 1", "--quiet")
    whole = json.loads(result.stdout)
    assert whole["QueryExecutionId"] == QUERY_ID
    assert whole["Rows"] == answer()["Rows"]
    assert json.loads(run("--json", "query", "SELECT 1", "--format", "json").stdout) == answer()["Rows"]


def test_output_file_is_complete(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    result = run("query", "SELECT 1", "--format", "csv", "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert path.read_bytes() == b"n,t\r\n1,one\r\n2,\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_failed_output_keeps_the_old_file(run: Run, aws: FakeAws, tmp_path: Path) -> None:
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


def test_parquet_without_pyarrow_shows_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = run("query", "SELECT 1", "--format", "parquet", "-o", str(tmp_path / "rows.parquet"))
    assert result.exit_code == 2
    assert "pip install 'quilt-athena[parquet]'" in result.stderr


@pytest.mark.parametrize(
    ("description", "code", "text"),
    [
        (failed("QueryFailed", '{"Message": "m", "StateChangeReason": "why", "QueryExecutionId": "id"}'), 1, "why"),
        (failed("QueryCancelled", '{"Message": "cancelled"}'), 1, "QueryCancelled: cancelled"),
        (failed("InvalidRequest", '{"Message": "MaxRows: no"}'), 2, "InvalidRequest: MaxRows: no"),
        (failed("States.Runtime", "broken"), 3, "QueryServiceError: States.Runtime: broken"),
        (failed("QueryTimedOut", '{"Message": "60 s"}'), 4, "QueryTimedOut: 60 s"),
        (failed("QueryNotStarted", '{"Message": "Full"}'), 4, "QueryNotStarted: Full"),
        (Refused("AccessDeniedException"), 3, "states:DescribeExecution"),
    ],
)
def test_errors_have_their_exit_codes(run: Run, aws: FakeAws, description: Any, code: int, text: str) -> None:
    aws.on(DESCRIBE, description).on("stepfunctions:StopExecution", Refused("ExecutionDoesNotExist"))
    result = run("query", "SELECT 1")
    assert (result.exit_code, result.stdout) == (code, "")
    assert text in result.stderr


def test_errors_as_json(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, failed("QueryFailed", '{"Message": "m", "QueryExecutionId": "id"}'))
    result = run("query", "SELECT 1", "--json")
    error = json.loads(result.stderr)
    assert (error["Error"], error["Message"], error["Cause"]["QueryExecutionId"]) == ("QueryFailed", "m", "id")
    assert error["ExecutionArn"].startswith("arn:aws:states:")
    aws.on(DESCRIBE, failed("States.Runtime", "broken"))
    assert json.loads(run("query", "SELECT 1", "--json").stderr)["Error"] == "States.Runtime"


def test_ctrl_c_stops_the_query(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, KeyboardInterrupt()).on("stepfunctions:StopExecution", {"stopDate": "2026-11-20T12:00:00Z"})
    aws.on("stepfunctions:GetExecutionHistory", history({"QueryExecutionId": QUERY_ID})).on(
        "athena:StopQueryExecution", {}
    )
    result = run("query", "SELECT 1")
    assert (result.exit_code, result.stderr) == (130, "Interrupted\n")
    assert aws.called("athena:StopQueryExecution") == [{"QueryExecutionId": QUERY_ID}]


def test_missing_stack_is_reported(run: Run, aws: FakeAws) -> None:
    unreachable = EndpointConnectionError(endpoint_url="https://ssm")
    aws.on("ssm:GetParameters", unreachable).on("cloudformation:DescribeStacks", unreachable)
    result = run("query", "SELECT 1", "--stack", "theirs")
    assert result.exit_code == 3
    assert "StackNotFoundError: stack theirs not found" in result.stderr


def test_unexpected_exceptions_are_one_line(run: Run, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.on(DESCRIBE, {**RUNNING, "status": "SUCCEEDED", "output": "no JSON"})
    result = run("query", "SELECT 1")
    assert result.exit_code == 3
    assert result.stderr.startswith("JSONDecodeError: Expecting value")
    assert "This is a bug: please report it, with what it shows when QUILT_ATHENA_DEBUG=1 is set" in result.stderr
    monkeypatch.setenv("QUILT_ATHENA_DEBUG", "1")
    assert isinstance(run("query", "SELECT 1").exception, ValueError)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (NoCredentialsError(), "AwsSettingsError: no AWS credentials: sign in again (aws sso login), or set other"),
        (Refused("ExpiredTokenException"), "AwsSettingsError: your AWS credentials have expired (ExpiredTokenExc"),
        (Refused("UnrecognizedClientException"), "AwsSettingsError: your AWS credentials are not valid (Unrecog"),
        (TokenRetrievalError(provider="sso", error_msg="too old"), "AwsSettingsError: no AWS credentials: Error"),
    ],
)
def test_credentials_are_reported_as_such(run: Run, aws: FakeAws, error: Any, text: str) -> None:
    aws.on("ssm:GetParameters", error)
    result = run("query", "SELECT 1")
    assert result.exit_code == 3
    assert result.stderr.startswith(text)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"Statistics": {"ReusedPreviousResult": True}}, "0 B scanned, no charge, reused an earlier result"),
        ({"Attempts": 2, "StatementType": "DDL"}, "no charge, 2 attempts"),
        ({"Rows": [{"n": 1, "t": "x"}]}, "1 row,"),
    ],
)
def test_summary_mentions_reuse_price_and_attempts(run: Run, aws: FakeAws, fields: dict[str, Any], text: str) -> None:
    aws.on(DESCRIBE, succeeded(answer(**fields) if "Rows" not in fields else answer(fields["Rows"])))
    assert text in run("query", "SELECT 1").stderr


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (10 * 1024**2, "10.0 MB"), (3 * 1024**5, "3072.0 TB")],
)
def test_sizes_are_readable(count: int, text: str) -> None:
    assert size(count) == text


def test_progress_in_a_log_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("STARTING") as show:
        for seconds in (1.0, 29.0, 31.0, 45.0, 62.0, 70.0):
            show(Progress("RUNNING", seconds, 2048 if seconds > 60 else None, QUERY_ID))
    assert capsys.readouterr().err == "RUNNING, 31 s\nRUNNING, 62 s, 2.0 KB scanned\n"


def test_progress_on_a_terminal_has_state_and_bytes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with show_progress("STARTING") as show:
        show(Progress("RUNNING", 3.0, 2048, QUERY_ID))
    shown = capsys.readouterr()
    assert shown.out == ""
    for part in ("STARTING", "RUNNING", "2.0 KB scanned"):
        assert part in shown.err

"""Executions of the Standard query machine: started once, awaited, and never left running."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from quilt_athena.client import (
    InvalidRequest,
    Progress,
    QueryCancelled,
    QueryError,
    QueryFailed,
    QueryNotStarted,
    QueryServiceError,
    QueryTimedOut,
    QuiltAthena,
    ServiceUnavailableError,
)
from tests.unit.client.deployed import MACHINE, QUERY_ID, RUNNING, answer, failed, history, started, succeeded
from tests.unit.client.fake_aws import FakeAws, FakeTime, Refused

START = "stepfunctions:StartExecution"
DESCRIBE = "stepfunctions:DescribeExecution"
STOP = "stepfunctions:StopExecution"
HISTORY = "stepfunctions:GetExecutionHistory"
STOP_QUERY = "athena:StopQueryExecution"
UNREACHABLE = EndpointConnectionError(endpoint_url="https://states")


@pytest.fixture(autouse=True)
def stoppable(aws: FakeAws) -> None:
    """An execution that starts, whose query is known, and that can be stopped."""
    aws.on(START, started).on(DESCRIBE, RUNNING, RUNNING, succeeded())
    aws.on(HISTORY, history({"QueryExecutionId": QUERY_ID})).on(STOP, {"stopDate": "2026-11-20T12:00:00Z"})
    aws.on(STOP_QUERY, {})


def stopped(aws: FakeAws) -> bool:
    """Whether execution and query were stopped, in this order: a running one may start its query again."""
    return [name for name in aws.names if name in (STOP, STOP_QUERY)] == [STOP, STOP_QUERY]


def test_query_is_started_with_the_request_and_returns_its_rows(aws: FakeAws, athena: QuiltAthena) -> None:
    result = athena.run_query("SELECT ?", [".tiff"], timeout_seconds=60, database="other")
    request = aws.called(START)[0]
    assert request["stateMachineArn"] == MACHINE
    expected = {"QueryString": "SELECT ?", "Parameters": [".tiff"], "Database": "other", "TimeoutSeconds": 60}
    assert json.loads(request["input"]) == expected
    assert result.to_list() == answer()["Rows"]
    assert not stopped(aws)


def test_pauses_grow_with_the_elapsed_time(aws: FakeAws, athena: QuiltAthena, fake_time: FakeTime) -> None:
    aws.on(DESCRIBE, *[RUNNING] * 120, succeeded())
    athena.run_query("SELECT 1")
    rejected, first_wait, *pauses = fake_time.pauses
    assert (rejected, round(first_wait, 6)) == (0.25, 0.8), "no query ends before the state machine's first wait"
    assert round(pauses[0], 6) == 0.105
    assert pauses == sorted(pauses)
    assert fake_time.pauses[-1] == 10


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("InvalidRequest", InvalidRequest),
        ("QueryFailed", QueryFailed),
        ("QueryCancelled", QueryCancelled),
        ("QueryTimedOut", QueryTimedOut),
        ("QueryNotStarted", QueryNotStarted),
    ],
)
def test_contract_errors_carry_their_cause(
    aws: FakeAws, athena: QuiltAthena, error: str, expected: type[QueryError]
) -> None:
    reason = "SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved"
    cause = {
        "Message": "the query failed: " + reason,
        "QueryExecutionId": QUERY_ID,
        "StateChangeReason": reason,
        "AthenaError": {"ErrorCategory": 2, "Retryable": False},
        "Statistics": {"DataScannedInBytes": 5},
    }
    aws.on(DESCRIBE, failed(error, json.dumps(cause)))
    with pytest.raises(QueryError) as raised:
        athena.run_query("SELECT x")
    assert type(raised.value) is expected
    assert str(raised.value) == cause["Message"]
    assert raised.value.query_execution_id == QUERY_ID
    assert raised.value.state_change_reason == reason
    assert raised.value.athena_error["ErrorCategory"] == 2
    assert raised.value.statistics == {"DataScannedInBytes": 5}
    assert raised.value.execution_arn is not None
    assert not stopped(aws)


@pytest.mark.parametrize(
    ("description", "expected", "message"),
    [
        (failed(None, None, "ABORTED"), QueryCancelled, "stopped by another caller"),
        (failed("States.Timeout", None, "TIMED_OUT"), QueryTimedOut, "exceeded the timeout of its state machine"),
        (failed("States.Runtime", "no such variable"), QueryServiceError, "States.Runtime: no such variable"),
        (failed("Lambda.Unknown", '["not", "an object"]'), QueryServiceError, "Lambda.Unknown"),
    ],
)
def test_other_failures_have_distinct_errors(
    aws: FakeAws, athena: QuiltAthena, description: dict[str, Any], expected: type[QueryError], message: str
) -> None:
    aws.on(DESCRIBE, description)
    with pytest.raises(expected, match=message) as raised:
        athena.run_query("SELECT 1")
    assert raised.value.query_execution_id is None
    assert raised.value.athena_error == {}


def test_interruption_stops_the_query(aws: FakeAws, athena: QuiltAthena, fake_time: FakeTime) -> None:
    fake_time.interrupt_after = 0.5
    with pytest.raises(KeyboardInterrupt):
        athena.run_query("SELECT 1")
    assert stopped(aws)
    assert aws.called(STOP_QUERY) == [{"QueryExecutionId": QUERY_ID}]


def test_stop_stops_the_newest_attempt(aws: FakeAws, athena: QuiltAthena) -> None:
    unrelated = {"QueryExecution": {"QueryExecutionId": "nested"}}
    aws.on(HISTORY, history(unrelated, {"QueryExecutionId": "second"}, {"QueryExecutionId": "first"}))
    athena.start_query("SELECT 1").stop()
    assert aws.called(STOP_QUERY) == [{"QueryExecutionId": "second"}]


def test_truncated_history_leaves_the_query_to_the_stack(aws: FakeAws, athena: QuiltAthena) -> None:
    cut = history({})
    cut["events"][0]["taskSucceededEventDetails"]["output"] = '{"QueryExecutionId": "0a'
    aws.on(HISTORY, cut)
    athena.start_query("SELECT 1").stop()
    assert STOP_QUERY not in aws.names


def test_stop_works_without_permission_for_the_history(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on(HISTORY, Refused("AccessDeniedException"))
    athena.start_query("SELECT 1").stop()
    assert STOP in aws.names
    assert STOP_QUERY not in aws.names


def test_failed_stop_is_logged_and_keeps_the_original_error(
    aws: FakeAws, athena: QuiltAthena, fake_time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    aws.on(STOP, Refused("AccessDeniedException"))
    fake_time.interrupt_after = 0.5
    with pytest.raises(KeyboardInterrupt):
        athena.run_query("SELECT 1")
    assert "could not be stopped and runs until its timeout" in caplog.text
    with pytest.raises(ServiceUnavailableError, match="states:StopExecution"):
        athena.start_query("SELECT 1").stop()


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), ReadTimeoutError(endpoint_url="https://states")])
def test_execution_with_a_lost_start_response_is_stopped(
    aws: FakeAws, athena: QuiltAthena, interruption: BaseException
) -> None:
    aws.on(START, interruption)
    with pytest.raises((KeyboardInterrupt, ServiceUnavailableError)):
        athena.run_query("SELECT 1")
    assert stopped(aws)
    arn = aws.called(STOP)[0]["executionArn"]
    assert arn == MACHINE.replace("stateMachine", "execution") + ":" + aws.called(START)[0]["name"]


def test_execution_that_did_not_start_needs_no_stop(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on(START, KeyboardInterrupt()).on(STOP, Refused("ExecutionDoesNotExist"))
    with pytest.raises(KeyboardInterrupt):
        athena.run_query("SELECT 1")
    assert HISTORY not in aws.names


def test_rejected_start_stops_nothing(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on(START, Refused("AccessDeniedException"))
    with pytest.raises(ServiceUnavailableError, match="states:StartExecution"):
        athena.run_query("SELECT 1")
    assert STOP not in aws.names


def test_leaving_the_block_stops_a_running_query(aws: FakeAws, athena: QuiltAthena) -> None:
    with athena.start_query("SELECT 1") as query:
        assert query.execution_arn.startswith("arn:aws:states")
    assert stopped(aws)


def test_leaving_the_block_after_the_end_stops_nothing(aws: FakeAws, athena: QuiltAthena) -> None:
    with athena, athena.start_query("SELECT 1") as query:
        query.result()
        query.stop()
    assert STOP not in aws.names


def test_leaving_the_client_stops_all_its_queries(aws: FakeAws, athena: QuiltAthena) -> None:
    with athena:
        athena.start_query("SELECT 1")
        athena.start_query("SELECT 2")
    assert len(aws.called(STOP)) == 2


def test_same_key_and_request_share_an_execution(aws: FakeAws, athena: QuiltAthena) -> None:
    for sql in ("SELECT 1", "SELECT 1", "SELECT 2"):
        aws.on(DESCRIBE, succeeded())
        athena.run_query(sql, idempotency_key="today")
    first, second, third = (call["name"] for call in aws.called(START))
    assert first == second != third
    assert len(first) <= 80, "Step Functions allows no longer names"
    assert all(json.loads(call["input"])["IdempotencyKey"] == "today" for call in aws.called(START))


def test_ended_execution_returns_its_result_again(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on(START, Refused("ExecutionAlreadyExists")).on(DESCRIBE, succeeded())
    assert athena.run_query("SELECT 1", idempotency_key="today").query_execution_id == QUERY_ID
    name = aws.called(START)[0]["name"]
    assert aws.called(DESCRIBE)[0]["executionArn"] == MACHINE.replace("stateMachine", "execution") + f":{name}"


def test_progress_reports_athenas_state(aws: FakeAws, athena: QuiltAthena) -> None:
    query = {"QueryExecution": {"Status": {"State": "RUNNING"}, "Statistics": {"DataScannedInBytes": 4096}}}
    aws.on("athena:GetQueryExecution", query).on(HISTORY, {"events": []}, history({"QueryExecutionId": QUERY_ID}))
    seen: list[Progress] = []
    athena.run_query("SELECT 1", on_progress=seen.append)
    assert [(progress.state, progress.scanned_bytes) for progress in seen] == [("STARTING", None), ("RUNNING", 4096)]
    assert seen[1].elapsed_seconds == 0.25


def test_progress_without_permission_to_observe_has_no_bytes(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on("athena:GetQueryExecution", Refused("AccessDeniedException"))
    seen: list[Progress] = []
    athena.run_query("SELECT 1", on_progress=seen.append)
    assert [progress.state for progress in seen] == ["RUNNING", "RUNNING"]
    assert len(aws.called("athena:GetQueryExecution")) == 1


def test_temporary_network_failures_are_retried(aws: FakeAws, athena: QuiltAthena) -> None:
    away: list[Any] = [UNREACHABLE, Refused("ThrottlingException"), Refused("ExecutionDoesNotExist")]
    aws.on(DESCRIBE, RUNNING, *away, RUNNING, succeeded())
    assert athena.run_query("SELECT 1").query_execution_id == QUERY_ID
    assert not stopped(aws)


def test_lasting_network_failure_is_raised(aws: FakeAws, athena: QuiltAthena, fake_time: FakeTime) -> None:
    aws.on(DESCRIBE, UNREACHABLE)
    with pytest.raises(ServiceUnavailableError, match="states:DescribeExecution"):
        athena.run_query("SELECT 1")
    assert 300 < fake_time.now - 1000 < 330
    assert stopped(aws)


def test_expired_credentials_are_raised_at_once(aws: FakeAws, athena: QuiltAthena, fake_time: FakeTime) -> None:
    aws.on(DESCRIBE, RUNNING, Refused("ExpiredTokenException"))
    with pytest.raises(ServiceUnavailableError, match="ExpiredTokenException"):
        athena.run_query("SELECT 1")
    assert fake_time.pauses == [0.25]


@pytest.mark.parametrize("value", [b"bytes", ["list"], {"a": 1}, float("nan"), float("inf"), object()])
def test_parameters_without_a_json_scalar_are_rejected(aws: FakeAws, athena: QuiltAthena, value: Any) -> None:
    with pytest.raises(InvalidRequest, match="parameter 2"):
        athena.run_query("SELECT ?, ?", ["fine", value])
    assert aws.calls == []

"""Packages from Python: the request, the result, and interruption."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from quilt_athena.client import (
    InvalidRequest,
    InvalidRow,
    PackageRejected,
    PackageTimedOut,
    Progress,
    QueryError,
    QueryFailed,
    QueryServiceError,
    QuiltAthena,
)
from tests.unit.client.deployed import (
    MACHINE,
    PACKAGE_MACHINE,
    QUERY_ID,
    RUNNING,
    failed,
    history,
    package,
    started,
    succeeded,
)
from tests.unit.client.fake_aws import FakeAws, FakeTime, Refused

START = "stepfunctions:StartExecution"
DESCRIBE = "stepfunctions:DescribeExecution"
STOP = "stepfunctions:StopExecution"
HISTORY = "stepfunctions:GetExecutionHistory"
STOP_QUERY = "athena:StopQueryExecution"
CHILD = f"{MACHINE.replace(':stateMachine:', ':execution:')}:one"


def histories(*states: str, child: bool = True) -> Any:
    """The history of the package machine that is in the last of these states, and of the query machine below it."""

    def answer(parameters: dict[str, Any]) -> dict[str, Any]:
        if parameters["executionArn"] == CHILD:
            return history({"QueryExecutionId": QUERY_ID})
        events: list[dict[str, Any]] = [
            {"id": number, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state}}
            for number, state in enumerate(states, start=1)
        ]
        if child:
            details = {"resourceType": "states", "resource": "startExecution.sync:2"}
            output = json.dumps({"ExecutionArn": CHILD})
            events.insert(-1, {"type": "TaskSubmitted", "taskSubmittedEventDetails": {**details, "output": output}})
        return {"events": events[::-1]}

    return answer


@pytest.fixture(autouse=True)
def deployed(aws: FakeAws) -> None:
    """A state machine that creates packages."""
    aws.on(START, started).on(DESCRIBE, RUNNING, RUNNING, succeeded(package()))
    aws.on(HISTORY, histories("RunQuery", "RunQuery")).on(STOP, {"stopDate": "2026-11-20T12:00:00Z"})
    aws.on(STOP_QUERY, {})
    running = {"Status": {"State": "RUNNING"}, "Statistics": {"DataScannedInBytes": 5}}
    aws.on("athena:GetQueryExecution", {"QueryExecution": running})


def test_package_request_follows_the_contract(aws: FakeAws, athena: QuiltAthena) -> None:
    result = athena.create_package(
        "lab/images",
        "SELECT ?",
        [".tiff"],
        bucket="my-bucket",
        package={"message": "First", "metadata": {"A": 1}, "workflow": None, "on_invalid_row": "skip"},
        timeout_seconds=60,
    )
    (call,) = aws.called(START)
    assert call["stateMachineArn"] == PACKAGE_MACHINE
    assert json.loads(call["input"]) == {
        "Query": {"QueryString": "SELECT ?", "Parameters": [".tiff"], "TimeoutSeconds": 60},
        "Package": {
            "Bucket": "my-bucket",
            "Name": "lab/images",
            "Message": "First",
            "Metadata": {"A": 1},
            "Workflow": None,
        },
        "OnInvalidRow": "skip",
    }
    assert (result.top_hash, result.revision, result.created) == ("ab" * 32, "1763640000", True)
    assert (result.entries, result.bytes, result.skipped, result.skipped_count) == (72, 1944, [], 0)
    assert result.other_objects == 0
    assert result.pushed_at == datetime(2025, 11, 20, 12, tzinfo=UTC)
    assert STOP not in aws.names


def test_package_request_omits_missing_options(aws: FakeAws, athena: QuiltAthena) -> None:
    athena.create_package("lab/images", "SELECT 1", bucket="my-bucket")
    assert json.loads(aws.called(START)[0]["input"]) == {
        "Query": {"QueryString": "SELECT 1"},
        "Package": {"Bucket": "my-bucket", "Name": "lab/images"},
    }


def test_progress_is_the_querys_then_the_push(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on(DESCRIBE, RUNNING, RUNNING, RUNNING, succeeded(package()))
    answers = [histories("PreparePackage", "CheckRequest", child=False), histories("RunQuery", "RunQuery")]
    seen: list[Progress] = []

    def answer(parameters: dict[str, Any]) -> Any:
        position = min(len(seen), 2)
        return (*answers, histories("RunQuery", "PushPackage"))[position](parameters)

    aws.on(HISTORY, answer)
    athena.create_package("lab/images", "SELECT 1", bucket="my-bucket", on_progress=seen.append)
    assert [(one.state, one.scanned_bytes) for one in seen] == [("STARTING", None), ("RUNNING", 5), ("PUSHING", None)]


def test_create_works_without_permission_to_observe(aws: FakeAws, athena: QuiltAthena) -> None:
    aws.on(HISTORY, Refused("AccessDeniedException"))
    seen: list[Progress] = []
    athena.create_package("lab/images", "SELECT 1", bucket="my-bucket", on_progress=seen.append)
    assert {one.state for one in seen} == {"STARTING"}
    assert len(aws.called(HISTORY)) == 1


def test_interruption_stops_the_package_and_its_query(aws: FakeAws, athena: QuiltAthena, fake_time: FakeTime) -> None:
    aws.on(DESCRIBE, RUNNING)
    fake_time.interrupt_after = 1.0
    with pytest.raises(KeyboardInterrupt):
        athena.create_package("lab/images", "SELECT 1", bucket="my-bucket")
    assert [call["executionArn"] for call in aws.called(STOP)][-1] == CHILD
    assert aws.called(STOP)[0]["executionArn"].startswith(PACKAGE_MACHINE.replace(":stateMachine:", ":execution:"))
    assert {call["QueryExecutionId"] for call in aws.called(STOP_QUERY)} == {QUERY_ID}


@pytest.mark.parametrize("states", [("RunQuery", "PushPackage"), ("PreparePackage", "RunQuery")])
def test_interrupted_push_is_logged(
    aws: FakeAws,
    athena: QuiltAthena,
    fake_time: FakeTime,
    caplog: pytest.LogCaptureFixture,
    states: tuple[str, ...],
) -> None:
    aws.on(DESCRIBE, RUNNING).on(HISTORY, histories(*states))
    fake_time.interrupt_after = 1.0
    with pytest.raises(KeyboardInterrupt):
        athena.create_package("lab/images", "SELECT 1", bucket="my-bucket")
    assert ("the revision may still be pushed" in caplog.text) == (states[-1] == "PushPackage")


def test_interruption_without_permissions_leaves_the_query_to_the_stack(
    aws: FakeAws, athena: QuiltAthena, fake_time: FakeTime
) -> None:
    aws.on(DESCRIBE, RUNNING).on(HISTORY, Refused("AccessDeniedException"))
    fake_time.interrupt_after = 1.0
    with pytest.raises(KeyboardInterrupt):
        athena.create_package("lab/images", "SELECT 1", bucket="my-bucket")
    assert len(aws.called(STOP)) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("InvalidRequest", InvalidRequest),
        ("InvalidRow", InvalidRow),
        ("PackageRejected", PackageRejected),
        ("PackageTimedOut", PackageTimedOut),
        ("QueryFailed", QueryFailed),
        ("Lambda.Unknown", QueryServiceError),
    ],
)
def test_package_errors_are_those_of_the_contract(
    aws: FakeAws, athena: QuiltAthena, error: str, kind: type[QueryError]
) -> None:
    rows = [{"Row": 3, "Reason": "size: expected a number"}]
    cause = {"Message": "row 3: size: expected a number", "QueryExecutionId": QUERY_ID, "Count": 1, "Rows": rows}
    aws.on(DESCRIBE, failed(error, json.dumps(cause)))
    with pytest.raises(kind, match="row 3") as raised:
        athena.create_package("lab/images", "SELECT 1", bucket="my-bucket")
    assert raised.value.query_execution_id == QUERY_ID
    assert raised.value.cause["Rows"] == rows

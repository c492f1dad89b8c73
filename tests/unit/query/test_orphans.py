"""The queries that ended executions left running are stopped, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.errors import InvalidEventError, ServiceUnavailableError
from quilt_athena.query.orphans import ERRORS_AFTER_THE_END, EndedExecution, OrphanStopper, parse_status_change
from tests.unit.aws_calls import AwsCalls, refusal, success
from tests.unit.query.test_histories import ABORTED, PREPARED, START, call, polled, started

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:quilt-athena-query"
EXECUTION = EndedExecution("arn:aws:states:us-east-1:123456789012:execution:quilt-athena-query:one", "ABORTED", None)
GET, START_QUERY, STOP = "athena:GetQueryExecution", "athena:StartQueryExecution", "athena:StopQueryExecution"
HISTORY = "states:GetExecutionHistory"


@dataclass
class Aws:
    """The responses of Step Functions and Athena, and the calls that were made."""

    stopper: OrphanStopper
    calls: AwsCalls
    responses: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def history(self, *events: dict[str, Any], page_size: int = 1000) -> None:
        """Set the history of every execution."""
        newest_first = [*reversed([*PREPARED, *events])]
        pages = iter(range(0, len(newest_first), page_size))

        def page() -> Any:
            begin = next(pages)
            more = {"nextToken": str(begin)} if begin + page_size < len(newest_first) else {}
            return success(events=newest_first[begin : begin + page_size], **more)

        self.responses["stepfunctions:GetExecutionHistory"] = page

    def query(self, state: str, workgroup: str = "quilt-query") -> None:
        """Set the state of every query."""
        query = {"QueryExecutionId": "one", "WorkGroup": workgroup, "Status": {"State": state}}
        self.responses[GET] = lambda: success(QueryExecution=query)

    def stop(self, execution: EndedExecution = EXECUTION) -> str | None:
        """Stop the query of an execution."""
        return self.stopper.stop_query_of(execution)

    @property
    def names(self) -> list[str]:
        """The names of the calls that were made."""
        return [name.replace("stepfunctions:", "states:") for name in self.calls.names]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Only the calls of a test have responses; stopping always succeeds."""
    stepfunctions = boto3.client("stepfunctions", config=CLIENT_CONFIG)
    athena = boto3.client("athena", config=CLIENT_CONFIG)
    with AwsCalls([stepfunctions, athena]) as calls:
        made = Aws(OrphanStopper(stepfunctions, athena, ["quilt-athena-standard", "quilt-query"]), calls)
        made.responses[STOP] = success
        monkeypatch.setattr(calls, "_before", lambda name: made.responses[name]())
        yield made


def test_running_query_is_stopped(aws: Aws) -> None:
    aws.history(*started("one"), *polled("one", "RUNNING"), ABORTED)
    aws.query("RUNNING")
    assert aws.stop() == "one"
    assert aws.names == [HISTORY, GET, STOP]


@pytest.mark.parametrize("state", ["SUCCEEDED", "FAILED", "CANCELLED"])
def test_ended_query_is_not_stopped(aws: Aws, state: str) -> None:
    aws.history(*started("one"), ABORTED)
    aws.query(state)
    assert aws.stop() is None
    assert STOP not in aws.names


def test_query_of_another_workgroup_is_not_stopped(aws: Aws) -> None:
    aws.history(*started("one"), ABORTED)
    aws.query("RUNNING", workgroup="primary")
    assert aws.stop() is None
    assert STOP not in aws.names
    aws.history(*call("startQueryExecution", START | {"WorkGroup": "primary"}, None), ABORTED)
    assert aws.stop() is None
    assert START_QUERY not in aws.names


def test_start_without_response_is_repeated_and_its_query_stopped(aws: Aws) -> None:
    aws.history(*call("startQueryExecution", START, None), ABORTED)
    aws.responses[START_QUERY] = lambda: success(QueryExecutionId="found")
    aws.query("QUEUED")
    assert aws.stop() == "found"
    assert aws.names == [HISTORY, START_QUERY, GET, STOP]


@pytest.mark.parametrize("name", [START_QUERY, GET])
def test_query_unknown_to_athena_is_no_orphan(aws: Aws, name: str) -> None:
    aws.history(*call("startQueryExecution", START, None), ABORTED)
    aws.responses |= {
        START_QUERY: lambda: success(QueryExecutionId="found"),
        name: lambda: refusal("InvalidRequestException"),
    }
    assert aws.stop() is None
    assert STOP not in aws.names


def test_long_history_is_read_page_by_page_until_the_query_is_found(aws: Aws) -> None:
    aws.history(*started("one"), *([PREPARED[1]] * 500), ABORTED, page_size=200)
    aws.query("RUNNING")
    assert aws.stop() == "one"
    assert aws.names.count(HISTORY) == 3


@pytest.mark.parametrize("error", sorted(ERRORS_AFTER_THE_END))
def test_execution_that_failed_after_its_query_ended_needs_no_call(aws: Aws, error: str) -> None:
    assert aws.stop(EndedExecution(EXECUTION.arn, "FAILED", error)) is None
    assert aws.names == []


@pytest.mark.parametrize("name", ["stepfunctions:GetExecutionHistory", GET, STOP])
def test_failed_call_is_retryable(aws: Aws, name: str) -> None:
    aws.history(*started("one"), ABORTED)
    aws.query("RUNNING")
    aws.responses[name] = lambda: refusal("ThrottlingException")
    with pytest.raises(ServiceUnavailableError, match="ThrottlingException"):
        aws.stop()


def test_sample_event_is_parsed(samples: Path) -> None:
    body = (samples / "execution-status-change-aborted.json").read_text()
    name = "arn:aws:states:us-east-1:123456789012:execution:quilt-athena-query:nightly-report"
    assert parse_status_change(body, [MACHINE]) == EndedExecution(name, "ABORTED", None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"stateMachineArn": MACHINE + "-2"}, "detail.stateMachineArn"),
        ({"status": "RUNNING"}, "detail.status"),
        ({"executionArn": None}, "detail.executionArn"),
    ],
)
def test_other_events_are_rejected_by_field(samples: Path, changed: dict[str, Any], field: str) -> None:
    event = json.loads((samples / "execution-status-change-aborted.json").read_text())
    with pytest.raises(InvalidEventError) as caught:
        parse_status_change(json.dumps(event | {"detail": event["detail"] | changed}), [MACHINE])
    assert caught.value.field == field

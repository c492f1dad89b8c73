"""Requested queries are started once, and their outcome is published as an event."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.query.events import Outcome, RequestedQuery, failed, succeeded
from quilt_athena.query.requested_queries import OutcomePublisher, RequestedQueryStarter
from tests.unit.aws_calls import AwsCalls, refusal, success

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:requested-query"
QUERY_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:query"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:query:event-1"
QUERY = RequestedQuery("quilt-athena", "mine", {"QueryString": "SELECT 1"})
RESULT = {"QueryExecutionId": "one", "Columns": [], "Rows": [], "RowCount": 0}
START, DESCRIBE, PUT = "stepfunctions:StartExecution", "stepfunctions:DescribeExecution", "events:PutEvents"


@dataclass(frozen=True)
class Aws:
    """The objects under test, and the calls of their clients."""

    starter: RequestedQueryStarter
    publisher: OutcomePublisher
    calls: AwsCalls


@pytest.fixture
def aws() -> Iterator[Aws]:
    stepfunctions = boto3.client("stepfunctions", config=CLIENT_CONFIG)
    events = boto3.client("events", config=CLIENT_CONFIG)
    with AwsCalls([stepfunctions, events]) as calls:
        publisher = OutcomePublisher(stepfunctions, events, "a-bus", QUERY_MACHINE)
        yield Aws(RequestedQueryStarter(stepfunctions, MACHINE, {"quilt-athena"}), publisher, calls)


def described(status: str, **fields: Any) -> Callable[[], Any]:
    """A response of DescribeExecution."""
    return lambda: success(executionArn=EXECUTION, status=status, **fields)


@pytest.mark.parametrize(
    ("response", "started"),
    [
        (lambda: success(executionArn=EXECUTION, startDate=0), True),
        (lambda: refusal("ExecutionAlreadyExists"), False),
    ],
)
def test_query_is_started_once(aws: Aws, response: Callable[[], Any], started: bool) -> None:
    with aws.calls.answering(START, response):
        assert aws.starter.start(QUERY) is started


def test_failed_start_is_retryable(aws: Aws) -> None:
    with (
        aws.calls.answering(START, lambda: refusal("ExecutionLimitExceeded")),
        pytest.raises(ServiceUnavailableError, match="ExecutionLimitExceeded"),
    ):
        aws.starter.start(QUERY)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (described("SUCCEEDED", output=json.dumps(RESULT)), succeeded("mine", RESULT)),
        (
            described("FAILED", error="QueryFailed", cause='{"Message": "no", "QueryExecutionId": "one"}'),
            failed("mine", "QueryFailed", '{"Message": "no", "QueryExecutionId": "one"}'),
        ),
        (described("ABORTED"), failed("mine", "QueryCancelled", "The execution was aborted")),
        (described("TIMED_OUT"), failed("mine", "QueryTimedOut", "The execution exceeded its timeout")),
    ],
)
def test_each_end_of_an_execution_has_its_outcome(aws: Aws, response: Callable[[], Any], expected: Outcome) -> None:
    with aws.calls.answering(DESCRIBE, response):
        assert aws.publisher.outcome("mine", "event-1", {"Error": "States.TaskFailed"}) == expected


def test_execution_that_could_not_be_started_has_the_error_of_its_start(aws: Aws) -> None:
    failure = {"Error": "StepFunctions.ExecutionLimitExceededException", "Cause": "too many"}
    with aws.calls.answering(DESCRIBE, lambda: refusal("ExecutionDoesNotExist")):
        detail = aws.publisher.outcome("mine", "event-1", failure).detail
    assert (detail["error"], detail["cause"]) == (
        failure["Error"],
        {"Message": "too many", "QueryExecutionId": None},
    )


@pytest.mark.parametrize("response", [described("RUNNING"), lambda: refusal("ExecutionDoesNotExist")])
def test_execution_that_has_not_ended_is_retryable(aws: Aws, response: Callable[[], Any]) -> None:
    with (
        aws.calls.answering(DESCRIBE, response),
        pytest.raises(ServiceUnavailableError, match="expected it to have ended"),
    ):
        aws.publisher.publish("mine", "event-1", {})
    assert aws.calls.count(PUT) == 0


def test_event_that_the_bus_rejects_is_retryable(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    rejected = success(FailedEntryCount=1, Entries=[{"ErrorCode": "InternalFailure", "ErrorMessage": "later"}])
    responses = {DESCRIBE: described("ABORTED")(), PUT: rejected}
    monkeypatch.setattr(aws.calls, "_before", responses.__getitem__)
    with pytest.raises(ServiceUnavailableError, match="events:PutEvents on a-bus failed: InternalFailure: later"):
        aws.publisher.publish("mine", "event-1", {})

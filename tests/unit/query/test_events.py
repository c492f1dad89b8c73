"""Questions that come as events, and the events that answer them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.errors import InvalidEventError, ServiceUnavailableError
from quilt_athena.query.events import (
    MAX_INLINE_BYTES,
    Outcome,
    RequestedQuery,
    failed,
    outcome_of,
    parse_query_requested,
    publish,
    start_requested_query,
    succeeded,
)
from tests.unit.aws_calls import AwsCalls, refusal, success

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:requested-query"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:query:event-1"
QUERY = RequestedQuery("quilt-athena", "mine", {"QueryString": "SELECT 1"})
STARTED: dict[str, Any] = {"executionArn": EXECUTION}
DESCRIBE = "stepfunctions:DescribeExecution"
Event = dict[str, Any]


@pytest.fixture
def event(samples: Path) -> Event:
    """The sample."""
    parsed: Event = json.loads((samples / "query-requested.json").read_text())
    return parsed


@pytest.fixture(scope="module")
def stepfunctions() -> Any:
    """A client whose calls tests answer."""
    return boto3.client("stepfunctions", region_name="us-east-1", config=CLIENT_CONFIG)


@pytest.fixture
def calls(stepfunctions: Any) -> Iterator[AwsCalls]:
    """The calls of Step Functions."""
    with AwsCalls([stepfunctions]) as log:
        yield log


def result(**changed: Any) -> dict[str, Any]:
    """A query result."""
    columns = [{"Name": "x", "Type": "bigint"}]
    return {"QueryExecutionId": "one", "Columns": columns, "Rows": [{"x": 1}], "RowCount": 1, **changed}


def test_the_sample_is_understood(event: Event) -> None:
    query = parse_query_requested(json.dumps(event))
    detail = event["detail"]
    assert query == RequestedQuery(event["source"], detail["correlationId"], detail["request"])
    assert json.loads(query.execution_input) == {
        "CorrelationId": detail["correlationId"],
        "Request": detail["request"],
    }


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"correlationId": ""}, "detail.correlationId"),
        ({"correlationId": "x" * 257}, "detail.correlationId"),
        ({"correlationId": 5}, "detail.correlationId"),
        ({"request": "SELECT 1"}, "detail.request"),
        ({"request": None}, "detail.request"),
        ({"version": "1.0"}, "detail.version"),
    ],
)
def test_what_breaks_the_contract_is_refused_by_its_field(event: Event, changed: Event, field: str) -> None:
    with pytest.raises(InvalidEventError) as refused:
        parse_query_requested(json.dumps(event | {"detail": event["detail"] | changed}))
    assert refused.value.field == field


def test_a_wrong_request_is_for_the_query_machine_to_answer(event: Event) -> None:
    event["detail"]["request"] = {"QueryString": 5}
    assert parse_query_requested(json.dumps(event)).request == {"QueryString": 5}


def test_no_json_is_refused() -> None:
    with pytest.raises(InvalidEventError):
        parse_query_requested("query-requested")


@given(st.text(max_size=256), st.dictionaries(st.text(), st.integers() | st.text()))
def test_a_name_is_one_that_step_functions_takes(correlation_id: str, request: dict[str, Any]) -> None:
    name = RequestedQuery("quilt-athena", correlation_id, request).execution_name
    assert 1 <= len(name) <= 80
    assert name.replace("-", "").isalnum()
    assert name.isascii()


@pytest.mark.parametrize(
    "other",
    [
        RequestedQuery("another", QUERY.correlation_id, QUERY.request),
        RequestedQuery(QUERY.source, "another", QUERY.request),
        RequestedQuery(QUERY.source, QUERY.correlation_id, {"QueryString": "SELECT 2"}),
    ],
)
def test_the_name_is_the_questions(other: RequestedQuery) -> None:
    assert QUERY.execution_name == RequestedQuery(QUERY.source, QUERY.correlation_id, QUERY.request).execution_name
    assert other.execution_name != QUERY.execution_name


@pytest.mark.parametrize(
    ("answer", "started"),
    [
        (lambda: success(executionArn=EXECUTION, startDate=0), True),
        (lambda: refusal("ExecutionAlreadyExists"), False),
    ],
)
def test_a_question_is_started_once(
    stepfunctions: Any, calls: AwsCalls, answer: Callable[[], Any], started: bool
) -> None:
    with calls.answering("stepfunctions:StartExecution", answer):
        assert start_requested_query(stepfunctions, MACHINE, QUERY) is started


def test_a_start_that_fails_comes_again(stepfunctions: Any, calls: AwsCalls) -> None:
    with (
        calls.answering("stepfunctions:StartExecution", lambda: refusal("ExecutionLimitExceeded")),
        pytest.raises(ServiceUnavailableError, match="ExecutionLimitExceeded"),
    ):
        start_requested_query(stepfunctions, MACHINE, QUERY)


def test_a_small_result_is_inline() -> None:
    assert succeeded("mine", result()) == Outcome(
        "query-succeeded", {"version": "0.1", "correlationId": "mine", "inline": True, "result": result()}
    )


@given(st.text(min_size=1, max_size=40), st.integers(1, 3000), st.integers(1, 3000))
def test_an_answer_is_small_and_inline_if_it_can_be(text: str, rows: int, columns: int) -> None:
    large = result(Rows=[{"x": text}] * rows, Columns=[{"Name": text, "Type": "varchar"}] * columns)
    whole = {"version": "0.1", "correlationId": "mine", "inline": True, "result": large}
    fits = len(json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()) <= MAX_INLINE_BYTES
    detail = succeeded("mine", large).detail
    assert len(json.dumps(detail, separators=(",", ":"), ensure_ascii=False).encode()) <= MAX_INLINE_BYTES
    assert detail["inline"] is fits is ("Rows" in detail["result"])
    assert detail["result"]["RowCount"] == 1
    assert "Rows" in large, "the caller's result is not changed"


def described(status: str, **fields: Any) -> Callable[[], Any]:
    """An answer of DescribeExecution."""
    return lambda: success(executionArn=EXECUTION, status=status, **fields)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (described("SUCCEEDED", output=json.dumps(result())), succeeded("mine", result())),
        (
            described("FAILED", error="QueryFailed", cause='{"Message": "no", "QueryExecutionId": "one"}'),
            failed("mine", "QueryFailed", '{"Message": "no", "QueryExecutionId": "one"}'),
        ),
        (described("ABORTED"), failed("mine", "QueryCancelled", "The execution was aborted")),
        (described("TIMED_OUT"), failed("mine", "QueryTimedOut", "The execution took longer than it may")),
    ],
)
def test_each_end_has_its_event(
    stepfunctions: Any, calls: AwsCalls, answer: Callable[[], Any], expected: Outcome
) -> None:
    with calls.answering(DESCRIBE, answer):
        assert outcome_of(stepfunctions, EXECUTION, "mine", {"Error": "States.TaskFailed"}) == expected


def test_what_could_not_even_be_started_is_told_as_its_starter_saw_it(stepfunctions: Any, calls: AwsCalls) -> None:
    failure = {"Error": "StepFunctions.ExecutionLimitExceededException", "Cause": "too many"}
    with calls.answering(DESCRIBE, lambda: refusal("ExecutionDoesNotExist")):
        detail = outcome_of(stepfunctions, EXECUTION, "mine", failure).detail
    assert (detail["error"], detail["cause"]) == (
        failure["Error"],
        {"Message": "too many", "QueryExecutionId": None},
    )


@pytest.mark.parametrize("answer", [described("RUNNING"), lambda: refusal("ExecutionDoesNotExist")])
def test_what_cannot_be_seen_yet_is_looked_at_again(
    stepfunctions: Any, calls: AwsCalls, answer: Callable[[], Any]
) -> None:
    with calls.answering(DESCRIBE, answer), pytest.raises(ServiceUnavailableError, match="expected to have ended"):
        outcome_of(stepfunctions, EXECUTION, "mine", {})


def test_an_outcome_without_a_cause_has_one() -> None:
    detail = failed("mine", None, None).detail
    assert (detail["error"], detail["cause"]["Message"]) == ("Unexpected", "No cause was given")


def test_an_event_that_the_bus_refuses_is_told_again() -> None:
    events = boto3.client("events", config=CLIENT_CONFIG)
    refused = success(FailedEntryCount=1, Entries=[{"ErrorCode": "InternalFailure", "ErrorMessage": "later"}])
    with (
        AwsCalls([events]) as calls,
        calls.answering("events:PutEvents", lambda: refused),
        pytest.raises(ServiceUnavailableError, match="events:PutEvents on a-bus failed: InternalFailure: later"),
    ):
        publish(events, "a-bus", failed("mine", None, None))

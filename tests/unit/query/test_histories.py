"""The last query of an execution, found in histories as Step Functions writes them, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from quilt_athena.errors import HistoryIncompleteError
from quilt_athena.query.histories import KnownQuery, StartWithoutResponse, last_query

Event = dict[str, Any]
START = {"QueryString": "SELECT 1", "WorkGroup": "quilt-query", "ClientRequestToken": "a" * 64}
ABORTED: Event = {"type": "ExecutionAborted", "executionAbortedEventDetails": {}}
FAILED: Event = {"type": "ExecutionFailed", "executionFailedEventDetails": {"error": "States.Runtime"}}


def call(action: str, arguments: dict[str, Any], response: dict[str, Any] | None, **failed: str) -> list[Event]:
    """The events of a call of Athena that succeeded, failed, or was pending when the execution ended."""
    call = {"resourceType": "aws-sdk:athena", "resource": action}
    scheduled = {**call, "region": "us-east-1", "parameters": json.dumps(arguments), "timeoutInSeconds": 15}
    events: list[Event] = [
        {"type": "TaskScheduled", "taskScheduledEventDetails": scheduled},
        {"type": "TaskStarted", "taskStartedEventDetails": call},
    ]
    if response is not None:
        details = {**call, "output": json.dumps(response), "outputDetails": {"truncated": False}}
        events.append({"type": "TaskSucceeded", "taskSucceededEventDetails": details})
    elif failed:
        events.append({"type": "TaskFailed", "taskFailedEventDetails": {**call, **failed}})
    return events


def entered(name: str, kind: str = "Task") -> Event:
    """The event of entering a state."""
    return {"type": f"{kind}StateEntered", "stateEnteredEventDetails": {"name": name, "input": "{}"}}


def started(query_id: str, **changed: str) -> list[Event]:
    """The events of StartQuery with a response."""
    response = {"QueryExecutionId": query_id}
    return [entered("StartQuery"), *call("startQueryExecution", START | changed, response)]


def polled(query_id: str, state: str) -> list[Event]:
    """The events of WaitForQuery, and of GetQuery with a response."""
    response = {"QueryExecution": {"QueryExecutionId": query_id, "Status": {"State": state}}}
    arguments = {"QueryExecutionId": query_id}
    return [entered("WaitForQuery", "Wait"), entered("GetQuery"), *call("getQueryExecution", arguments, response)]


PREPARED: list[Event] = [
    {"type": "ExecutionStarted", "executionStartedEventDetails": {"input": "{}"}},
    entered("PrepareQuery"),
    {"type": "TaskScheduled", "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke"}},
    {
        "type": "TaskSucceeded",
        "taskSucceededEventDetails": {"resourceType": "lambda", "resource": "invoke", "output": "{}"},
    },
]


def last_query_after(*events: Event) -> KnownQuery | StartWithoutResponse | None:
    """The last query of an execution with these events, oldest first."""
    return last_query(reversed([*PREPARED, *events]))


def test_no_query_before_the_start() -> None:
    assert last_query_after(ABORTED) is None
    assert last_query_after(entered("StartQuery"), ABORTED) is None


@pytest.mark.parametrize("end", [ABORTED, FAILED, {"type": "ExecutionTimedOut"}], ids=lambda end: end["type"])
def test_started_query_is_known_after_the_response(end: Event) -> None:
    assert last_query_after(*started("one"), end) == KnownQuery("one")
    assert last_query_after(*started("one"), entered("WaitForQuery", "Wait"), end) == KnownQuery("one")


def test_start_without_response_is_reported_with_its_arguments() -> None:
    assert last_query_after(*call("startQueryExecution", START, None), ABORTED) == StartWithoutResponse(START)


def test_start_being_retried_has_no_response() -> None:
    tried = call("startQueryExecution", START, None, error="States.Timeout", cause="")
    assert last_query_after(*tried, ABORTED) == StartWithoutResponse(START)
    assert last_query_after(*tried, *started("one"), ABORTED) == KnownQuery("one")


@pytest.mark.parametrize(
    "error", ["Athena.TooManyRequestsException", "Athena.ThrottlingException", "Athena.InvalidRequestException"]
)
def test_rejected_start_started_no_query(error: str) -> None:
    rejected = call("startQueryExecution", START, None, error=error, cause="")
    lost = call("startQueryExecution", START | {"ClientRequestToken": "b" * 64}, None, error="States.Timeout", cause="")
    assert last_query_after(*rejected * 3, ABORTED) is None
    # But an earlier start may have.
    earlier = StartWithoutResponse(START | {"ClientRequestToken": "b" * 64})
    assert last_query_after(*lost, *rejected * 2, ABORTED) == earlier
    assert last_query_after(*rejected, *lost, ABORTED) == earlier
    assert last_query_after(*started("one"), *polled("one", "FAILED"), *rejected, ABORTED) == KnownQuery("one")


def test_rejected_poll_still_names_the_query() -> None:
    rejected = call("getQueryExecution", {"QueryExecutionId": "one"}, None, error="Athena.TooManyRequestsException")
    assert last_query_after(*started("one"), *rejected, ABORTED) == KnownQuery("one")
    lost = call("startQueryExecution", START, None)
    assert last_query_after(*lost, *rejected, ABORTED) == KnownQuery("one")


def test_poll_or_stop_names_the_query() -> None:
    assert last_query_after(*started("one"), *polled("one", "RUNNING") * 3, ABORTED) == KnownQuery("one")
    stop = call("stopQueryExecution", {"QueryExecutionId": "one"}, None, error="Athena.InternalServerException")
    assert last_query_after(*started("one"), *polled("one", "RUNNING"), *stop, FAILED) == KnownQuery("one")


def test_last_attempt_counts() -> None:
    first = [*started("one"), *polled("one", "FAILED"), entered("WaitBeforeRestart", "Wait")]
    assert last_query_after(*first, ABORTED) == KnownQuery("one")
    second = START | {"ClientRequestToken": "b" * 64}
    assert last_query_after(*first, *call("startQueryExecution", second, None), ABORTED) == StartWithoutResponse(second)
    assert last_query_after(*first, *started("two"), ABORTED) == KnownQuery("two")


def test_history_is_read_only_until_the_query_is_found() -> None:
    def newest_first() -> Iterator[Event]:
        yield ABORTED
        yield from reversed(polled("one", "RUNNING"))
        raise AssertionError("read too much")

    assert last_query(newest_first()) == KnownQuery("one")


def test_redriven_execution_has_no_orphan() -> None:
    redriven = [*started("one"), ABORTED, {"type": "ExecutionRedriven"}, *started("two")]
    assert last_query_after(*redriven) is None
    assert last_query_after(*redriven, ABORTED) == KnownQuery("two")


def test_history_without_its_end_is_incomplete() -> None:
    with pytest.raises(HistoryIncompleteError):
        last_query_after(*started("one"))

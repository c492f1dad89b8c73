"""Which query an execution left: histories as Step Functions writes them, read newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from quilt_athena.errors import HistoryIncompleteError
from quilt_athena.query.histories import KnownQuery, UnansweredStart, last_query

Event = dict[str, Any]
START = {"QueryString": "SELECT 1", "WorkGroup": "quilt-query", "ClientRequestToken": "a" * 64}
ABORTED: Event = {"type": "ExecutionAborted", "executionAbortedEventDetails": {}}
FAILED: Event = {"type": "ExecutionFailed", "executionFailedEventDetails": {"error": "States.Runtime"}}


def call(action: str, arguments: dict[str, Any], answer: dict[str, Any] | None, **failed: str) -> list[Event]:
    """The events of a call of Athena: answered, failed, or neither when the execution ended."""
    about = {"resourceType": "aws-sdk:athena", "resource": action}
    scheduled = {**about, "region": "us-east-1", "parameters": json.dumps(arguments), "timeoutInSeconds": 15}
    events: list[Event] = [
        {"type": "TaskScheduled", "taskScheduledEventDetails": scheduled},
        {"type": "TaskStarted", "taskStartedEventDetails": about},
    ]
    if answer is not None:
        details = {**about, "output": json.dumps(answer), "outputDetails": {"truncated": False}}
        events.append({"type": "TaskSucceeded", "taskSucceededEventDetails": details})
    elif failed:
        events.append({"type": "TaskFailed", "taskFailedEventDetails": {**about, **failed}})
    return events


def entered(name: str, kind: str = "Task") -> Event:
    """A state is entered."""
    return {"type": f"{kind}StateEntered", "stateEnteredEventDetails": {"name": name, "input": "{}"}}


def started(query_id: str, **changed: str) -> list[Event]:
    """StartQuery, answered."""
    answer = {"QueryExecutionId": query_id}
    return [entered("StartQuery"), *call("startQueryExecution", START | changed, answer)]


def looked_at(query_id: str, state: str) -> list[Event]:
    """WaitForQuery and GetQuery, answered."""
    answer = {"QueryExecution": {"QueryExecutionId": query_id, "Status": {"State": state}}}
    arguments = {"QueryExecutionId": query_id}
    return [entered("WaitForQuery", "Wait"), entered("GetQuery"), *call("getQueryExecution", arguments, answer)]


PREPARED: list[Event] = [
    {"type": "ExecutionStarted", "executionStartedEventDetails": {"input": "{}"}},
    entered("PrepareQuery"),
    {"type": "TaskScheduled", "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke"}},
    {
        "type": "TaskSucceeded",
        "taskSucceededEventDetails": {"resourceType": "lambda", "resource": "invoke", "output": "{}"},
    },
]


def left(*events: Event) -> KnownQuery | UnansweredStart | None:
    """What an execution with these events, in their order, left."""
    return last_query(reversed([*PREPARED, *events]))


def test_before_the_start_there_is_none() -> None:
    assert left(ABORTED) is None
    assert left(entered("StartQuery"), ABORTED) is None


@pytest.mark.parametrize("end", [ABORTED, FAILED, {"type": "ExecutionTimedOut"}], ids=lambda end: end["type"])
def test_after_its_answer_it_is_the_started_one(end: Event) -> None:
    assert left(*started("one"), end) == KnownQuery("one")
    assert left(*started("one"), entered("WaitForQuery", "Wait"), end) == KnownQuery("one")


def test_between_call_and_answer_it_is_to_be_found() -> None:
    assert left(*call("startQueryExecution", START, None), ABORTED) == UnansweredStart(START)


def test_while_the_start_is_tried_again_it_is_to_be_found_too() -> None:
    tried = call("startQueryExecution", START, None, error="States.Timeout", cause="")
    assert left(*tried, ABORTED) == UnansweredStart(START)
    assert left(*tried, *started("one"), ABORTED) == KnownQuery("one")


def test_a_look_at_it_names_it() -> None:
    assert left(*started("one"), *looked_at("one", "RUNNING") * 3, ABORTED) == KnownQuery("one")
    asked = call("stopQueryExecution", {"QueryExecutionId": "one"}, None, error="Athena.InternalServerException")
    assert left(*started("one"), *looked_at("one", "RUNNING"), *asked, FAILED) == KnownQuery("one")


def test_the_last_attempt_counts() -> None:
    first = [*started("one"), *looked_at("one", "FAILED"), entered("WaitBeforeRestart", "Wait")]
    assert left(*first, ABORTED) == KnownQuery("one")
    second = START | {"ClientRequestToken": "b" * 64}
    assert left(*first, *call("startQueryExecution", second, None), ABORTED) == UnansweredStart(second)
    assert left(*first, *started("two"), ABORTED) == KnownQuery("two")


def test_no_more_is_read_than_must_be() -> None:
    def newest_first() -> Iterator[Event]:
        yield ABORTED
        yield from reversed(looked_at("one", "RUNNING"))
        raise AssertionError("it read on")

    assert last_query(newest_first()) == KnownQuery("one")


def test_an_execution_that_runs_again_is_left_alone() -> None:
    redriven = [*started("one"), ABORTED, {"type": "ExecutionRedriven"}, *started("two")]
    assert left(*redriven) is None
    assert left(*redriven, ABORTED) == KnownQuery("two")


def test_a_history_without_its_end_is_read_again_later() -> None:
    with pytest.raises(HistoryIncompleteError):
        left(*started("one"))

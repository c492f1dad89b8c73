"""What ended executions left running is stopped: once, if it is ours, and nothing else."""

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
from quilt_athena.query.orphans import ENDED_IN_ORDER, EndedExecution, OrphanStopper, parse_status_change
from tests.unit.aws_calls import AwsCalls, refusal, success
from tests.unit.query.test_histories import ABORTED, PREPARED, START, call, looked_at, started

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:quilt-athena-query"
EXECUTION = EndedExecution("arn:aws:states:us-east-1:123456789012:execution:quilt-athena-query:one", "ABORTED", None)
GET, START_QUERY, STOP = "athena:GetQueryExecution", "athena:StartQueryExecution", "athena:StopQueryExecution"
HISTORY = "states:GetExecutionHistory"


@dataclass
class Aws:
    """Step Functions and Athena as they answer; ``calls`` are those made, without the service's name twice."""

    stopper: OrphanStopper
    calls: AwsCalls
    answers: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def history(self, *events: dict[str, Any], page_size: int = 1000) -> None:
        """The history of every execution."""
        newest_first = [*reversed([*PREPARED, *events])]
        pages = iter(range(0, len(newest_first), page_size))

        def page() -> Any:
            begin = next(pages)
            more = {"nextToken": str(begin)} if begin + page_size < len(newest_first) else {}
            return success(events=newest_first[begin : begin + page_size], **more)

        self.answers["stepfunctions:GetExecutionHistory"] = page

    def query(self, state: str, workgroup: str = "quilt-query") -> None:
        """The state of every query."""
        query = {"QueryExecutionId": "one", "WorkGroup": workgroup, "Status": {"State": state}}
        self.answers[GET] = lambda: success(QueryExecution=query)

    def stop(self, execution: EndedExecution = EXECUTION) -> str | None:
        """What is stopped of an execution."""
        return self.stopper.stop_query_of(execution)

    @property
    def names(self) -> list[str]:
        """The calls that were made."""
        return [name.replace("stepfunctions:", "states:") for name in self.calls.names]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Nothing answers but what a test says; stopping always succeeds."""
    stepfunctions = boto3.client("stepfunctions", config=CLIENT_CONFIG)
    athena = boto3.client("athena", config=CLIENT_CONFIG)
    with AwsCalls([stepfunctions, athena]) as calls:
        made = Aws(OrphanStopper(stepfunctions, athena, "quilt-query"), calls)
        made.answers[STOP] = success
        monkeypatch.setattr(calls, "_before", lambda name: made.answers[name]())
        yield made


def test_a_running_query_is_stopped(aws: Aws) -> None:
    aws.history(*started("one"), *looked_at("one", "RUNNING"), ABORTED)
    aws.query("RUNNING")
    assert aws.stop() == "one"
    assert aws.names == [HISTORY, GET, STOP]


@pytest.mark.parametrize("state", ["SUCCEEDED", "FAILED", "CANCELLED"])
def test_what_has_ended_is_left(aws: Aws, state: str) -> None:
    aws.history(*started("one"), ABORTED)
    aws.query(state)
    assert aws.stop() is None
    assert STOP not in aws.names


def test_a_query_of_another_workgroup_is_not_touched(aws: Aws) -> None:
    aws.history(*started("one"), ABORTED)
    aws.query("RUNNING", workgroup="primary")
    assert aws.stop() is None
    assert STOP not in aws.names
    aws.history(*call("startQueryExecution", START | {"WorkGroup": "primary"}, None), ABORTED)
    assert aws.stop() is None
    assert START_QUERY not in aws.names


def test_a_start_without_an_answer_is_repeated_and_what_it_gives_stopped(aws: Aws) -> None:
    aws.history(*call("startQueryExecution", START, None), ABORTED)
    aws.answers[START_QUERY] = lambda: success(QueryExecutionId="found")
    aws.query("QUEUED")
    assert aws.stop() == "found"
    assert aws.names == [HISTORY, START_QUERY, GET, STOP]


@pytest.mark.parametrize("name", [START_QUERY, GET])
def test_what_athena_does_not_know_is_no_orphan(aws: Aws, name: str) -> None:
    aws.history(*call("startQueryExecution", START, None), ABORTED)
    aws.answers |= {
        START_QUERY: lambda: success(QueryExecutionId="found"),
        name: lambda: refusal("InvalidRequestException"),
    }
    assert aws.stop() is None
    assert STOP not in aws.names


def test_a_long_history_is_read_page_by_page_until_the_query_is_found(aws: Aws) -> None:
    aws.history(*started("one"), *([PREPARED[1]] * 500), ABORTED, page_size=200)
    aws.query("RUNNING")
    assert aws.stop() == "one"
    assert aws.names.count(HISTORY) == 3


@pytest.mark.parametrize("error", sorted(ENDED_IN_ORDER))
def test_who_knows_that_none_runs_is_not_asked(aws: Aws, error: str) -> None:
    assert aws.stop(EndedExecution(EXECUTION.arn, "FAILED", error)) is None
    assert aws.names == []


@pytest.mark.parametrize("name", ["stepfunctions:GetExecutionHistory", GET, STOP])
def test_what_fails_comes_again(aws: Aws, name: str) -> None:
    aws.history(*started("one"), ABORTED)
    aws.query("RUNNING")
    aws.answers[name] = lambda: refusal("ThrottlingException")
    with pytest.raises(ServiceUnavailableError, match="ThrottlingException"):
        aws.stop()


def test_a_sample_event_is_understood(samples: Path) -> None:
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
def test_another_machines_event_and_no_event_at_all_are_refused(
    samples: Path, changed: dict[str, Any], field: str
) -> None:
    event = json.loads((samples / "execution-status-change-aborted.json").read_text())
    with pytest.raises(InvalidEventError) as refused:
        parse_status_change(json.dumps(event | {"detail": event["detail"] | changed}), [MACHINE])
    assert refused.value.field == field

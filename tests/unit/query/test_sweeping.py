"""Orphaned queries that no event reported: searched for only while queries run, and stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest

from functions.sweep_queries import app
from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.errors import ServiceUnavailableError
from quilt_athena.query.orphans import OrphanStopper
from quilt_athena.query.sweeping import Sweeper
from tests.unit.aws_calls import AwsCalls, refusal, success
from tests.unit.functions.test_onboard_bucket import CONTEXT
from tests.unit.query.test_histories import ABORTED, PREPARED, polled, started

NOW = datetime(2025, 11, 20, 12, tzinfo=UTC)
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:quilt-athena-query"
ONE = "arn:aws:states:us-east-1:123456789012:execution:quilt-athena-query:one"


@dataclass
class Aws:
    """The responses of Athena and Step Functions."""

    sweeper: Sweeper
    calls: AwsCalls
    responses: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def queries(self, *pages: list[str]) -> None:
        """Set the states of the workgroup's queries, newest first, page by page."""
        rest, numbers = iter(pages), count()
        states: list[str] = []

        def listed() -> Any:
            states[:] = next(rest)
            ids = [f"query-{number}" for number in range(len(states))]
            return (
                success(QueryExecutionIds=ids, NextToken=f"page-{next(numbers)}")
                if states
                else success(QueryExecutionIds=[])
            )

        self.responses["athena:ListQueryExecutions"] = listed
        self.responses["athena:BatchGetQueryExecution"] = lambda: success(
            QueryExecutions=[{"Status": {"State": state}} for state in states]
        )

    def ended(self, **at: datetime) -> None:
        """Set when executions ended, by status."""
        statuses = iter(("ABORTED", "TIMED_OUT", "FAILED"))

        def listed() -> Any:
            time = at.get(next(statuses))
            return success(executions=[{"executionArn": ONE, "stopDate": time}] if time else [])

        self.responses["stepfunctions:ListExecutions"] = listed


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    stepfunctions = boto3.client("stepfunctions", config=CLIENT_CONFIG)
    athena = boto3.client("athena", config=CLIENT_CONFIG)
    with AwsCalls([stepfunctions, athena]) as calls:
        made = Aws(Sweeper(OrphanStopper(stepfunctions, athena, "quilt-query"), [MACHINE], lambda: NOW), calls)
        query = {"QueryExecutionId": "query-0", "WorkGroup": "quilt-query", "Status": {"State": "RUNNING"}}
        history = [*reversed([*PREPARED, *started("query-0"), *polled("query-0", "RUNNING"), ABORTED])]
        made.responses = {
            "stepfunctions:GetExecutionHistory": lambda: success(events=history),
            "stepfunctions:DescribeExecution": lambda: success(status="ABORTED"),
            "athena:GetQueryExecution": lambda: success(QueryExecution=query),
            "athena:StopQueryExecution": success,
        }
        monkeypatch.setattr(calls, "_before", lambda name: made.responses[name]())
        yield made


def test_sweep_without_running_queries_only_lists_them(aws: Aws) -> None:
    aws.queries(["SUCCEEDED", "FAILED"], [])
    assert aws.sweeper.sweep() == []
    assert aws.calls.names == [
        "athena:ListQueryExecutions",
        "athena:BatchGetQueryExecution",
        "athena:ListQueryExecutions",
    ]


@pytest.mark.parametrize("state", ["QUEUED", "RUNNING"])
def test_query_of_an_ended_execution_is_stopped(aws: Aws, state: str) -> None:
    aws.queries(["SUCCEEDED"], [state])
    aws.ended(ABORTED=NOW - timedelta(hours=1))
    assert aws.sweeper.sweep() == ["query-0"]
    assert aws.calls.count("athena:StopQueryExecution") == 1


def test_execution_whose_query_failed_is_ignored(aws: Aws) -> None:
    aws.queries(["RUNNING"])
    aws.ended(FAILED=NOW - timedelta(minutes=1))
    aws.responses["stepfunctions:DescribeExecution"] = lambda: success(status="FAILED", error="QueryFailed")
    assert aws.sweeper.sweep() == []
    assert aws.calls.count("stepfunctions:GetExecutionHistory") == 0


def test_execution_that_ended_before_any_running_query_started_is_ignored(aws: Aws) -> None:
    aws.queries(["RUNNING"])
    aws.ended(ABORTED=NOW - timedelta(hours=6))
    assert aws.sweeper.sweep() == []
    assert aws.calls.count("stepfunctions:DescribeExecution") == 0


def test_failure_for_one_execution_does_not_stop_the_others(aws: Aws) -> None:
    aws.queries(["RUNNING"])
    aws.ended(ABORTED=NOW, TIMED_OUT=NOW)
    responses = iter([refusal("ExecutionDoesNotExist"), success(status="TIMED_OUT")])
    aws.responses["stepfunctions:DescribeExecution"] = lambda: next(responses)
    assert aws.sweeper.sweep() == ["query-0"]


def test_queries_that_cannot_be_listed_are_an_error(aws: Aws) -> None:
    aws.responses["athena:ListQueryExecutions"] = lambda: refusal("AccessDeniedException")
    with pytest.raises(ServiceUnavailableError, match="athena:ListQueryExecutions on quilt-query"):
        aws.sweeper.sweep()


def test_sweep_queries_returns_the_stopped_queries(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.queries(["RUNNING"])
    aws.ended(ABORTED=NOW)
    monkeypatch.setattr(app, "compose", lambda: aws.sweeper)
    assert app.handler({}, CONTEXT) == {"Stopped": ["query-0"]}


def test_sweep_queries_is_composed_from_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKGROUP_NAME", "quilt-query")
    monkeypatch.setenv("QUERY_STATE_MACHINE_ARNS", f"{MACHINE},{MACHINE}-of-views")
    sweeper = app.compose()
    assert (sweeper.stopper.workgroup, sweeper.state_machine_arns) == ("quilt-query", (MACHINE, f"{MACHINE}-of-views"))

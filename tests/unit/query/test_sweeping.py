"""What no event told of: looked for only while something runs, and stopped only where it is an ended execution's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
from tests.unit.query.test_histories import ABORTED, PREPARED, looked_at, started

NOW = datetime(2025, 11, 20, 12, tzinfo=UTC)
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:quilt-athena-query"
ONE = "arn:aws:states:us-east-1:123456789012:execution:quilt-athena-query:one"


@dataclass
class Aws:
    """Athena and Step Functions as they answer."""

    sweeper: Sweeper
    calls: AwsCalls
    answers: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def queries(self, *pages: list[str]) -> None:
        """The states of the workgroup's queries, newest first, in pages."""
        rest = iter(pages)
        states: list[str] = []

        def listed() -> Any:
            states[:] = next(rest)
            ids = [f"query-{number}" for number in range(len(states))]
            return success(QueryExecutionIds=ids, NextToken="more") if states else success(QueryExecutionIds=[])

        self.answers["athena:ListQueryExecutions"] = listed
        self.answers["athena:BatchGetQueryExecution"] = lambda: success(
            QueryExecutions=[{"Status": {"State": state}} for state in states]
        )

    def ended(self, **at: datetime) -> None:
        """Executions that ended, by their status."""
        statuses = iter(("ABORTED", "TIMED_OUT", "FAILED"))

        def listed() -> Any:
            time = at.get(next(statuses))
            return success(executions=[{"executionArn": ONE, "stopDate": time}] if time else [])

        self.answers["stepfunctions:ListExecutions"] = listed


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    stepfunctions = boto3.client("stepfunctions", config=CLIENT_CONFIG)
    athena = boto3.client("athena", config=CLIENT_CONFIG)
    with AwsCalls([stepfunctions, athena]) as calls:
        made = Aws(Sweeper(OrphanStopper(stepfunctions, athena, "quilt-query"), [MACHINE], lambda: NOW), calls)
        query = {"QueryExecutionId": "query-0", "WorkGroup": "quilt-query", "Status": {"State": "RUNNING"}}
        history = [*reversed([*PREPARED, *started("query-0"), *looked_at("query-0", "RUNNING"), ABORTED])]
        made.answers = {
            "stepfunctions:GetExecutionHistory": lambda: success(events=history),
            "stepfunctions:DescribeExecution": lambda: success(status="ABORTED"),
            "athena:GetQueryExecution": lambda: success(QueryExecution=query),
            "athena:StopQueryExecution": success,
        }
        monkeypatch.setattr(calls, "_before", lambda name: made.answers[name]())
        yield made


def test_where_nothing_runs_two_calls_are_all(aws: Aws) -> None:
    aws.queries(["SUCCEEDED", "FAILED"], [])
    assert aws.sweeper.sweep() == []
    assert aws.calls.names == [
        "athena:ListQueryExecutions",
        "athena:BatchGetQueryExecution",
        "athena:ListQueryExecutions",
    ]


@pytest.mark.parametrize("state", ["QUEUED", "RUNNING"])
def test_a_query_of_an_ended_execution_is_stopped(aws: Aws, state: str) -> None:
    aws.queries(["SUCCEEDED"], [state])
    aws.ended(ABORTED=NOW - timedelta(hours=1))
    assert aws.sweeper.sweep() == ["query-0"]
    assert aws.calls.count("athena:StopQueryExecution") == 1


def test_one_that_ended_in_order_is_left_alone(aws: Aws) -> None:
    aws.queries(["RUNNING"])
    aws.ended(FAILED=NOW - timedelta(minutes=1))
    aws.answers["stepfunctions:DescribeExecution"] = lambda: success(status="FAILED", error="QueryFailed")
    assert aws.sweeper.sweep() == []
    assert aws.calls.count("stepfunctions:GetExecutionHistory") == 0


def test_what_ended_longer_ago_than_a_query_runs_is_left_alone(aws: Aws) -> None:
    aws.queries(["RUNNING"])
    aws.ended(ABORTED=NOW - timedelta(hours=6))
    assert aws.sweeper.sweep() == []
    assert aws.calls.count("stepfunctions:DescribeExecution") == 0


def test_one_that_fails_leaves_the_others(aws: Aws) -> None:
    aws.queries(["RUNNING"])
    aws.ended(ABORTED=NOW, TIMED_OUT=NOW)
    answers = iter([refusal("ExecutionDoesNotExist"), success(status="TIMED_OUT")])
    aws.answers["stepfunctions:DescribeExecution"] = lambda: next(answers)
    assert aws.sweeper.sweep() == ["query-0"]


def test_queries_that_cannot_be_listed_are_an_error(aws: Aws) -> None:
    aws.answers["athena:ListQueryExecutions"] = lambda: refusal("AccessDeniedException")
    with pytest.raises(ServiceUnavailableError, match="athena:ListQueryExecutions on quilt-query"):
        aws.sweeper.sweep()


def test_the_function_tells_what_it_stopped(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.queries(["RUNNING"])
    aws.ended(ABORTED=NOW)
    monkeypatch.setattr(app, "_sweeper", lambda: aws.sweeper)
    assert app.handler({}, CONTEXT) == {"Stopped": ["query-0"]}


def test_the_function_is_set_up_by_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKGROUP_NAME", "quilt-query")
    monkeypatch.setenv("QUERY_STATE_MACHINE_ARNS", f"{MACHINE},{MACHINE}-of-views")
    app._sweeper.cache_clear()
    sweeper = app._sweeper()
    assert (sweeper.stopper.workgroup, sweeper.state_machine_arns) == ("quilt-query", (MACHINE, f"{MACHINE}-of-views"))
    app._sweeper.cache_clear()

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
WORKGROUP = "quilt-athena-standard"
ONE = "arn:aws:states:us-east-1:123456789012:execution:quilt-athena-query:one"


@dataclass
class Aws:
    """The responses of Athena and Step Functions."""

    sweeper: Sweeper
    calls: AwsCalls
    responses: dict[str, Callable[[], Any]] = field(default_factory=dict)

    def queries(self, *pages: list[str], express: list[tuple[str, timedelta]] | None = None) -> None:
        """Set the states of the queries of executions, newest first, page by page; and states and ages of Express's."""
        rest, numbers = iter(pages), count()
        listed: list[tuple[str, timedelta]] = []

        def listing() -> Any:
            # After the pages that are read, those of Express are read next.
            states = next(rest, None)
            listed[:] = (express or []) if states is None else [(state, timedelta(0)) for state in states]
            kind = "express" if states is None else "query"
            ids = [f"{kind}-{number}" for number in range(len(listed))]
            more = {"NextToken": f"page-{next(numbers)}"} if states else {}
            return success(QueryExecutionIds=ids, **more)

        def described() -> Any:
            return success(
                QueryExecutions=[
                    {
                        "QueryExecutionId": f"express-{number}",
                        "Status": {"State": state, "SubmissionDateTime": NOW - age},
                    }
                    for number, (state, age) in enumerate(listed)
                ]
            )

        self.responses["athena:ListQueryExecutions"] = listing
        self.responses["athena:BatchGetQueryExecution"] = described

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
        made = Aws(Sweeper(OrphanStopper(stepfunctions, athena, [WORKGROUP]), [MACHINE], "express", lambda: NOW), calls)
        query = {"QueryExecutionId": "query-0", "WorkGroup": WORKGROUP, "Status": {"State": "RUNNING"}}
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
        "athena:ListQueryExecutions",
    ]


@pytest.mark.parametrize("state", ["QUEUED", "RUNNING"])
def test_query_of_an_ended_execution_is_stopped(aws: Aws, state: str) -> None:
    aws.queries(["SUCCEEDED"], [state])
    aws.ended(ABORTED=NOW - timedelta(hours=1))
    assert aws.sweeper.sweep() == ["query-0"]
    assert aws.calls.count("athena:StopQueryExecution") == 1


@pytest.mark.parametrize(
    ("state", "age", "swept"),
    [
        ("RUNNING", timedelta(minutes=5, seconds=1), True),
        ("QUEUED", timedelta(hours=3), True),
        ("RUNNING", timedelta(minutes=5), False),
        ("RUNNING", timedelta(0), False),
        ("SUCCEEDED", timedelta(hours=1), False),
    ],
)
def test_express_query_older_than_an_express_execution_can_be_is_stopped(
    aws: Aws, state: str, age: timedelta, swept: bool
) -> None:
    aws.queries([], express=[("SUCCEEDED", timedelta(0)), (state, age)])
    assert aws.sweeper.sweep() == (["express-1"] if swept else [])
    assert aws.calls.count("athena:StopQueryExecution") == swept
    assert aws.calls.count("stepfunctions:ListExecutions") == 0


def test_failure_to_stop_one_express_query_does_not_stop_the_others(aws: Aws) -> None:
    aws.queries([], express=[("RUNNING", timedelta(minutes=6)), ("RUNNING", timedelta(minutes=7))])
    responses = iter([refusal("TooManyRequestsException"), success()])
    aws.responses["athena:StopQueryExecution"] = lambda: next(responses)
    assert aws.sweeper.sweep() == ["express-1"]


def test_queries_older_than_any_that_runs_are_not_listed(aws: Aws) -> None:
    pages = iter(range(10))
    aws.responses["athena:ListQueryExecutions"] = lambda: success(
        QueryExecutionIds=["one"], NextToken=f"page-{next(pages)}"
    )
    ages = iter([timedelta(hours=1), timedelta(hours=6)] * 2)
    aws.responses["athena:BatchGetQueryExecution"] = lambda: success(
        QueryExecutions=[{"Status": {"State": "SUCCEEDED", "SubmissionDateTime": NOW - next(ages)}}]
    )
    assert aws.sweeper.sweep() == []
    assert aws.calls.count("athena:ListQueryExecutions") == 4


def test_orphan_is_found_however_many_queries_came_after_it(aws: Aws) -> None:
    pages = iter([["SUCCEEDED"] * 50] * 100 + [["RUNNING"]])
    numbers = count()

    def listed() -> Any:
        # The first is the other workgroup's, which has no queries.
        number = next(numbers)
        more = {"NextToken": f"page-{number}"} if 0 < number < 101 else {}
        return success(QueryExecutionIds=["one"] if number else [], **more)

    aws.responses["athena:ListQueryExecutions"] = listed
    aws.responses["athena:BatchGetQueryExecution"] = lambda: success(
        QueryExecutions=[
            {
                "QueryExecutionId": f"query-{state}",
                "Status": {"State": state, "SubmissionDateTime": NOW - timedelta(minutes=40)},
            }
            for state in next(pages)
        ]
    )
    assert aws.sweeper.sweep() == ["query-RUNNING"]


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
    with pytest.raises(ServiceUnavailableError, match="athena:ListQueryExecutions on quilt-athena-standard"):
        aws.sweeper.sweep()


def test_sweep_queries_returns_the_stopped_queries(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.queries(["RUNNING"])
    aws.ended(ABORTED=NOW)
    monkeypatch.setattr(app, "compose", lambda: aws.sweeper)
    assert app.handler({}, CONTEXT) == {"Stopped": ["query-0"]}


def test_sweep_queries_is_composed_from_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKGROUP_NAMES", f"{WORKGROUP},quilt-query")
    monkeypatch.setenv("EXPRESS_WORKGROUP_NAME", "quilt-athena-express")
    monkeypatch.setenv("QUERY_STATE_MACHINE_ARNS", f"{MACHINE},{MACHINE}-of-views")
    sweeper = app.compose()
    assert sweeper.stopper.workgroups == (WORKGROUP, "quilt-query")
    assert sweeper.state_machine_arns == (MACHINE, f"{MACHINE}-of-views")
    assert sweeper.express_workgroup == "quilt-athena-express"

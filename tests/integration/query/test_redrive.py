"""A redriven execution does not start its query again."""

from __future__ import annotations

import uuid

import pytest

from local.stack.waiting import until
from tests.faults import faults, unanswered_start
from tests.integration.local.queries import SLOW
from tests.integration.query.machine import Machine, States, altered
from tests.integration.query.test_orphans import queries_containing, state
from tests.local_aws import LocalAws


def redriven(machine: Machine, execution_arn: str) -> None:
    """Redrive an execution that has ended, and wait until it has ended again."""
    client = machine.local_aws.stepfunctions
    client.redrive_execution(executionArn=execution_arn)
    until(lambda: client.describe_execution(executionArn=execution_arn)["status"] != "RUNNING")


def without_catch(states: States) -> None:
    """Let fetching fail without a Catch, so that the execution ends there."""
    states["FetchResults"]["Resource"] += "-that-is-not-there"
    states["FetchResults"].pop("Catch")
    states["FetchResults"].pop("Retry")


def test_query_that_succeeded_is_not_started_again(local_aws: LocalAws) -> None:
    marker = f"-- {uuid.uuid4()}"
    with altered(local_aws, without_catch) as machine:
        finished = machine.run({"QueryString": f"SELECT 1 {marker}"})
        assert finished.ended.status == "FAILED"
        execution = f"{machine.arn.replace(':stateMachine:', ':execution:')}:"
        (arn,) = [
            found["executionArn"]
            for found in local_aws.stepfunctions.list_executions(stateMachineArn=machine.arn)["executions"]
        ]
        assert arn.startswith(execution)
        redriven(machine, arn)
        assert machine.queries(arn) == finished.queries
    assert [query["QueryExecutionId"] for query in queries_containing(local_aws, marker)] == finished.queries


@pytest.mark.parametrize("known", [True, False])
def test_query_of_an_aborted_execution_is_not_started_again(local_aws: LocalAws, machine: Machine, known: bool) -> None:
    marker = f"-- {uuid.uuid4()}"
    with faults(local_aws.stack.endpoint, *([] if known else [unanswered_start(marker)])):
        execution = machine.start({"QueryString": f"{SLOW} {marker}"})
        until(lambda: machine.queries(execution) if known else queries_containing(local_aws, marker))
        local_aws.stepfunctions.stop_execution(executionArn=execution)
        assert bool(machine.queries(execution)) is known
    (query,) = until(lambda: queries_containing(local_aws, marker))
    until(lambda: state(local_aws, query["QueryExecutionId"]), "CANCELLED".__eq__)
    redriven(machine, execution)
    assert [found["QueryExecutionId"] for found in queries_containing(local_aws, marker)] == [query["QueryExecutionId"]]
    described = local_aws.stepfunctions.describe_execution(executionArn=execution)
    assert (described["status"], described["error"]) == ("FAILED", "QueryCancelled")

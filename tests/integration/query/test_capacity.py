"""Queries that are started while Athena's queue is full."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

from local.aws.athena.quotas import MAX_ACTIVE_DML_QUERIES
from local.stack.waiting import until
from tests.integration.local.queries import SLOW
from tests.integration.query.machine import Machine
from tests.integration.query.outcomes import dead_letters
from tests.integration.query.test_orphans import queries_containing, wait_until_processed
from tests.local_aws import LocalAws


def start_too_many(local_aws: LocalAws, ids: list[str]) -> None:
    """Start more queries than the quota; their ids are added to `ids`."""
    for _ in range(MAX_ACTIVE_DML_QUERIES + 1):
        ids.append(local_aws.start(f"{SLOW} -- {uuid.uuid4()}"))


@contextmanager
def full_queue(local_aws: LocalAws) -> Iterator[None]:
    """Inside the block, Athena accepts no query."""
    ids: list[str] = []
    try:
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            start_too_many(local_aws, ids)
        yield
    finally:
        for query_id in ids:
            local_aws.athena.stop_query_execution(QueryExecutionId=query_id)
        for query_id in ids:
            local_aws.ended(query_id)


def waiting(machine: Machine, execution_arn: str) -> bool:
    """Whether an execution has begun to wait for capacity."""
    pages = machine.local_aws.stepfunctions.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    entered = [event.get("stateEnteredEventDetails", {}).get("name") for page in pages for event in page["events"]]
    return "DecideStart" in entered


def test_query_waits_while_the_queue_is_full(local_aws: LocalAws, machine: Machine) -> None:
    marker = f"-- {uuid.uuid4()}"
    with full_queue(local_aws):
        patient = machine.start({"QueryString": f"SELECT 1 AS x {marker}", "TimeoutSeconds": 120})
        aborted = machine.start({"QueryString": f"SELECT 2 AS x {marker}", "TimeoutSeconds": 120})
        late = machine.run({"QueryString": f"SELECT 3 AS x {marker}", "TimeoutSeconds": 3})
        assert (late.ended.error, late.queries) == ("QueryNotStarted", [])
        assert late.route[-3:] == ["WaitForCapacity", "DecideStart", "FailToStart"]
        assert late.cause["QueryExecutionId"] is None
        assert late.cause["Message"].startswith(
            "Athena had no capacity for the query within TimeoutSeconds (3): You have"
        )
        express = local_aws.run_express(f"SELECT 4 AS x {marker}", TimeoutSeconds=2)
        assert (express["status"], express["error"]) == ("FAILED", "QueryNotStarted")
        until(lambda: waiting(machine, patient) and waiting(machine, aborted))
        local_aws.stepfunctions.stop_execution(executionArn=aborted)
        # Nothing was started, so there is nothing to find or to stop, although the queue is still full.
        wait_until_processed(local_aws)
        assert dead_letters(local_aws, "EndedExecutionsDeadLetterQueueUrl", aborted) == []
    finished = machine.finished(patient)
    assert finished.ended.output["Rows"] == [{"x": 1}]
    assert finished.states.count("StartQuery") > 1
    started = [query["QueryExecutionId"] for query in queries_containing(local_aws, marker)]
    assert started == finished.queries == [finished.ended.output["QueryExecutionId"]]

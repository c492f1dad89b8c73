"""The deployed stack stops the queries that ended executions leave running."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from local.stack.waiting import until
from tests.faults import faults, unanswered_start
from tests.integration.local.queries import FINAL, SLOW
from tests.integration.query.machine import Machine, altered, view_query
from tests.integration.query.outcomes import dead_letters
from tests.local_aws import LocalAws

SAMPLE = Path(__file__).parents[3] / "events" / "execution-status-change-aborted.json"
COUNTS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


def state(local_aws: LocalAws, query_id: str) -> str:
    """The state of a query."""
    return str(local_aws.execution(query_id)["Status"]["State"])


def queries_containing(local_aws: LocalAws, text: str) -> list[dict[str, Any]]:
    """The queries of Standard executions whose SQL contains a text."""
    pages = local_aws.athena.get_paginator("list_query_executions").paginate(
        WorkGroup=local_aws.outputs["StandardWorkGroupName"]
    )
    found: list[dict[str, Any]] = []
    for page in pages:
        if ids := page["QueryExecutionIds"]:
            found += local_aws.athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
    return [query for query in found if text in query["Query"]]


def status_change(machine_arn: str, execution_arn: str) -> dict[str, Any]:
    """The event of an aborted execution."""
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    event["detail"] |= {"stateMachineArn": machine_arn, "executionArn": execution_arn}
    return event


def deliver(local_aws: LocalAws, event: dict[str, Any]) -> None:
    """Send a status change to the queue, as the rule does."""
    sqs = local_aws.stack.client("sqs")
    sqs.send_message(QueueUrl=local_aws.outputs["EndedExecutionsQueueUrl"], MessageBody=json.dumps(event))


def wait_until_processed(local_aws: LocalAws) -> None:
    """Wait until the queue of ended executions has been empty for longer than messages are delayed."""
    sqs = local_aws.stack.client("sqs")
    empty_since = time.monotonic()

    def quiet() -> bool:
        nonlocal empty_since
        url = local_aws.outputs["EndedExecutionsQueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=COUNTS)["Attributes"]
        if any(int(attributes.get(name, 0)) for name in COUNTS):
            empty_since = time.monotonic()
        return time.monotonic() - empty_since > 2

    until(quiet)


@pytest.mark.main_path
def test_query_of_an_aborted_execution_is_stopped(local_aws: LocalAws, machine: Machine) -> None:
    execution = machine.start({"QueryString": SLOW})
    [query_id] = until(lambda: machine.queries(execution))
    local_aws.stepfunctions.stop_execution(executionArn=execution)
    until(lambda: state(local_aws, query_id), "CANCELLED".__eq__)


def test_query_of_an_aborted_view_execution_is_stopped(local_aws: LocalAws) -> None:
    execution = view_query(local_aws).start({"QueryString": SLOW})
    [query_id] = until(lambda: view_query(local_aws).queries(execution))
    local_aws.stepfunctions.stop_execution(executionArn=execution)
    until(lambda: state(local_aws, query_id), "CANCELLED".__eq__)


def test_query_of_a_view_that_times_out_is_stopped(local_aws: LocalAws) -> None:
    finished = view_query(local_aws).run({"QueryString": SLOW, "TimeoutSeconds": 1})
    assert (finished.ended.status, finished.ended.error) == ("FAILED", "QueryTimedOut")
    assert [state(local_aws, query_id) for query_id in finished.queries] == ["CANCELLED"]


def test_query_is_stopped_whenever_the_execution_is_aborted(local_aws: LocalAws, machine: Machine) -> None:
    tag = f"-- {uuid.uuid4()}"
    executions = []
    # From before the first call, through the start and its response, to the first poll.
    for tenths in range(0, 14, 2):
        executions.append(machine.start({"QueryString": f"{SLOW} {tag}"}))
        time.sleep(tenths / 10)
        local_aws.stepfunctions.stop_execution(executionArn=executions[-1])
    wait_until_processed(local_aws)
    queries = until(
        lambda: queries_containing(local_aws, tag),
        lambda found: all(query["Status"]["State"] in FINAL for query in found),
    )
    assert {query["Status"]["State"] for query in queries} == {"CANCELLED"}
    # At most one per execution, however its start was found.
    assert 0 < len(queries) <= len(executions)


def test_start_without_response_is_found_by_its_token(local_aws: LocalAws, machine: Machine) -> None:
    tag = f"-- {uuid.uuid4()}"
    with faults(local_aws.stack.endpoint, unanswered_start(tag)):
        execution = machine.start({"QueryString": f"{SLOW} {tag}"})
        until(lambda: queries_containing(local_aws, tag))
        local_aws.stepfunctions.stop_execution(executionArn=execution)
        assert machine.queries(execution) == []
        until(lambda: [query["Status"]["State"] for query in queries_containing(local_aws, tag)], ["CANCELLED"].__eq__)


def test_status_change_delivered_twice_is_harmless(local_aws: LocalAws, machine: Machine) -> None:
    execution = machine.start({"QueryString": SLOW})
    [query_id] = until(lambda: machine.queries(execution))
    local_aws.stepfunctions.stop_execution(executionArn=execution)
    for _ in range(2):
        deliver(local_aws, status_change(machine.arn, execution))
    wait_until_processed(local_aws)
    assert state(local_aws, query_id) == "CANCELLED"
    assert dead_letters(local_aws, "EndedExecutionsDeadLetterQueueUrl", execution) == []


def test_succeeded_execution_is_ignored(local_aws: LocalAws, machine: Machine) -> None:
    execution = machine.start({"QueryString": "SELECT 1 AS x"})
    finished = machine.finished(execution)
    deliver(local_aws, status_change(machine.arn, execution))
    wait_until_processed(local_aws)
    assert [state(local_aws, query_id) for query_id in finished.queries] == ["SUCCEEDED"]


def test_query_of_another_state_machine_is_not_stopped(local_aws: LocalAws) -> None:
    with altered(local_aws, lambda _: None) as other:
        execution = other.start({"QueryString": SLOW})
        [query_id] = until(lambda: other.queries(execution))
        local_aws.stepfunctions.stop_execution(executionArn=execution)
        # Not even if its status change reaches the function.
        deliver(local_aws, status_change(other.arn, execution))
        [reason] = until(lambda: dead_letters(local_aws, "EndedExecutionsDeadLetterQueueUrl", execution))
        assert reason["Error"] == "InvalidEventError"
        assert reason["Reason"].startswith("detail.stateMachineArn: expected ")
        wait_until_processed(local_aws)
        assert state(local_aws, query_id) in ("QUEUED", "RUNNING")
        local_aws.athena.stop_query_execution(QueryExecutionId=query_id)


def test_invalid_status_change_becomes_a_dead_letter_with_its_reason(local_aws: LocalAws, machine: Machine) -> None:
    sqs = local_aws.stack.client("sqs")
    url = local_aws.outputs["EndedExecutionsDeadLetterQueueUrl"]
    unknown = machine.arn.replace(":stateMachine:", ":execution:") + ":never-started"
    event = status_change(machine.arn, unknown)
    event["detail"]["status"] = "STARTED"
    deliver(local_aws, event)
    [reason] = until(lambda: dead_letters(local_aws, "EndedExecutionsDeadLetterQueueUrl", unknown))
    assert reason["Error"] == "InvalidEventError"
    assert reason["Reason"].startswith("detail.status: ")
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])

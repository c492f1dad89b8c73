"""An execution that ends without an answer leaves no query running: the deployed stack notices, and stops it."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

from local.stack.waiting import until
from tests.integration.local.queries import FINAL, SLOW
from tests.integration.query.answers import dead_letters
from tests.integration.query.machine import Machine, altered, of_views
from tests.laptop import Laptop

SAMPLE = Path(__file__).parents[3] / "events" / "execution-status-change-aborted.json"
COUNTS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


def state(laptop: Laptop, query_id: str) -> str:
    """The state of a query."""
    return str(laptop.execution(query_id)["Status"]["State"])


def queries_that_say(laptop: Laptop, text: str) -> list[dict[str, Any]]:
    """The queries of the workgroup whose SQL holds a text."""
    pages = laptop.athena.get_paginator("list_query_executions").paginate(WorkGroup=laptop.outputs["WorkGroupName"])
    found: list[dict[str, Any]] = []
    for page in pages:
        if ids := page["QueryExecutionIds"]:
            found += laptop.athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]
    return [query for query in found if text in query["Query"]]


def status_change(machine_arn: str, execution_arn: str) -> dict[str, Any]:
    """The event that tells that an execution was aborted."""
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    event["detail"] |= {"stateMachineArn": machine_arn, "executionArn": execution_arn}
    return event


def deliver(laptop: Laptop, event: dict[str, Any]) -> None:
    """Put a status change where the rule would."""
    sqs = laptop.stack.client("sqs")
    sqs.send_message(QueueUrl=laptop.outputs["EndedExecutionsQueueUrl"], MessageBody=json.dumps(event))


def all_looked_at(laptop: Laptop) -> None:
    """Wait until the queue of ended executions is empty, and stays so for longer than a message is delayed."""
    sqs = laptop.stack.client("sqs")
    empty_since = time.monotonic()

    def quiet() -> bool:
        nonlocal empty_since
        url = laptop.outputs["EndedExecutionsQueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=COUNTS)["Attributes"]
        if any(int(attributes.get(name, 0)) for name in COUNTS):
            empty_since = time.monotonic()
        return time.monotonic() - empty_since > 2

    until(quiet, timeout=60)


def test_an_aborted_execution_has_its_query_stopped(laptop: Laptop, machine: Machine) -> None:
    execution = machine.start({"QueryString": SLOW})
    [query_id] = until(lambda: machine.queries(execution))
    laptop.stepfunctions.stop_execution(executionArn=execution)
    until(lambda: state(laptop, query_id), "CANCELLED".__eq__, timeout=15)


def test_so_has_one_that_makes_a_view(laptop: Laptop) -> None:
    execution = of_views(laptop).start({"QueryString": SLOW})
    [query_id] = until(lambda: of_views(laptop).queries(execution))
    laptop.stepfunctions.stop_execution(executionArn=execution)
    until(lambda: state(laptop, query_id), "CANCELLED".__eq__, timeout=15)


def test_a_view_that_takes_too_long_is_stopped(laptop: Laptop) -> None:
    told = of_views(laptop).run({"QueryString": SLOW, "TimeoutSeconds": 1})
    assert (told.ended.status, told.ended.error) == ("FAILED", "QueryTimedOut")
    assert [state(laptop, query_id) for query_id in told.queries] == ["CANCELLED"]


def test_it_makes_no_difference_when_it_was_aborted(laptop: Laptop, machine: Machine) -> None:
    tag = f"-- {uuid.uuid4()}"
    executions = []
    # From before anything is called, over the start and its answer, to the first look at the query.
    for tenths in range(0, 14, 2):
        executions.append(machine.start({"QueryString": f"{SLOW} {tag}"}))
        time.sleep(tenths / 10)
        laptop.stepfunctions.stop_execution(executionArn=executions[-1])
    all_looked_at(laptop)
    queries = until(
        lambda: queries_that_say(laptop, tag),
        lambda found: all(query["Status"]["State"] in FINAL for query in found),
        timeout=15,
    )
    assert {query["Status"]["State"] for query in queries} == {"CANCELLED"}
    # One for each at most, however its start was found.
    assert 0 < len(queries) <= len(executions)


def test_a_start_without_an_answer_is_found_by_its_token(laptop: Laptop, machine: Machine) -> None:
    tag = f"/* local: answer late */ -- {uuid.uuid4()}"
    execution = machine.start({"QueryString": f"{SLOW} {tag}"})
    until(lambda: scheduled(laptop, execution))
    laptop.stepfunctions.stop_execution(executionArn=execution)
    assert machine.queries(execution) == [], "the start was answered before the execution was aborted"
    until(
        lambda: [query["Status"]["State"] for query in queries_that_say(laptop, tag)],
        ["CANCELLED"].__eq__,
        timeout=20,
    )


def scheduled(laptop: Laptop, execution_arn: str) -> list[str]:
    """The arguments of the starts of a query that an execution has made."""
    pages = laptop.stepfunctions.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    details = [event.get("taskScheduledEventDetails", {}) for page in pages for event in page["events"]]
    return [detail["parameters"] for detail in details if detail.get("resource") == "startQueryExecution"]


def test_a_status_change_that_comes_twice_does_no_harm(laptop: Laptop, machine: Machine) -> None:
    execution = machine.start({"QueryString": SLOW})
    [query_id] = until(lambda: machine.queries(execution))
    laptop.stepfunctions.stop_execution(executionArn=execution)
    for _ in range(2):
        deliver(laptop, status_change(machine.arn, execution))
    all_looked_at(laptop)
    assert state(laptop, query_id) == "CANCELLED"
    assert dead_letters(laptop, "EndedExecutionsDeadLetterQueueUrl", execution) == []


def test_what_succeeded_is_left_alone(laptop: Laptop, machine: Machine) -> None:
    execution = machine.start({"QueryString": "SELECT 1 AS x"})
    told = machine.told(execution)
    deliver(laptop, status_change(machine.arn, execution))
    all_looked_at(laptop)
    assert [state(laptop, query_id) for query_id in told.queries] == ["SUCCEEDED"]


def test_another_state_machines_query_is_not_touched(laptop: Laptop) -> None:
    with altered(laptop, lambda _: None) as other:
        execution = other.start({"QueryString": SLOW})
        [query_id] = until(lambda: other.queries(execution))
        laptop.stepfunctions.stop_execution(executionArn=execution)
        # Not even if somebody hands it to the function.
        deliver(laptop, status_change(other.arn, execution))
        [reason] = until(lambda: dead_letters(laptop, "EndedExecutionsDeadLetterQueueUrl", execution))
        assert reason["Error"] == "InvalidEventError"
        assert reason["Reason"].startswith("detail.stateMachineArn: expected ")
        all_looked_at(laptop)
        assert state(laptop, query_id) in ("QUEUED", "RUNNING")
        laptop.athena.stop_query_execution(QueryExecutionId=query_id)


def test_an_execution_that_nobody_knows_is_kept_with_its_reason(laptop: Laptop, machine: Machine) -> None:
    sqs = laptop.stack.client("sqs")
    url = laptop.outputs["EndedExecutionsDeadLetterQueueUrl"]
    unknown = machine.arn.replace(":stateMachine:", ":execution:") + ":never-started"
    event = status_change(machine.arn, unknown)
    event["detail"]["status"] = "STARTED"
    deliver(laptop, event)
    [reason] = until(lambda: dead_letters(laptop, "EndedExecutionsDeadLetterQueueUrl", unknown))
    assert reason["Error"] == "InvalidEventError"
    assert reason["Reason"].startswith("detail.status: ")
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])

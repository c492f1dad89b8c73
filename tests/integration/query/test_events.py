"""Queries that events request of the deployed stack, and the outcomes that it publishes."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.executions import run, watch
from local.stack.waiting import until
from tests.integration.local.queries import SLOW
from tests.integration.query.machine import Machine
from tests.integration.query.outcomes import Outcomes, dead_letters
from tests.integration.query.test_orphans import queries_containing, state
from tests.local_aws import LocalAws

PAGE = (Path(__file__).parents[3] / "docs" / "contracts.md").read_text()


@pytest.fixture
def outcomes(local_aws: LocalAws) -> Iterator[Outcomes]:
    """The outcomes that the stack publishes."""
    with Outcomes(local_aws) as receiving:
        yield receiving


def requested_machine(local_aws: LocalAws) -> str:
    """The ARN of the state machine that runs a requested query and publishes its outcome."""
    resources = local_aws.stack.client("cloudformation").describe_stack_resources(StackName=local_aws.stack.stack_name)
    [arn] = [
        found["PhysicalResourceId"]
        for found in resources["StackResources"]
        if found["LogicalResourceId"] == "RequestedQueryStateMachine"
    ]
    return str(arn)


@pytest.mark.main_path
def test_outcome_has_the_rows(outcomes: Outcomes) -> None:
    correlation_id = outcomes.request({"QueryString": "SELECT ? AS x, 9007199254740993 AS big", "Parameters": ["it's"]})
    kind, detail = outcomes.of(correlation_id)
    assert (kind, detail["inline"]) == ("query-succeeded", True)
    # The last digit would differ if the result had been a double on the way.
    assert detail["result"]["Rows"] == [{"x": "it's", "big": 9007199254740993}]
    assert detail["result"]["Statistics"]["EstimatedPriceUSD"] > 0


def test_event_sent_twice_runs_one_query(local_aws: LocalAws, outcomes: Outcomes) -> None:
    tag = f"-- {uuid.uuid4()}"
    correlation_id = outcomes.request({"QueryString": f"SELECT 1 AS x {tag}"})
    outcomes.request({"QueryString": f"SELECT 1 AS x {tag}"}, correlation_id)
    outcomes.of(correlation_id)
    # Also after its end.
    outcomes.request({"QueryString": f"SELECT 1 AS x {tag}"}, correlation_id)
    outcomes.of(outcomes.request({"QueryString": "SELECT 'later' AS x"}))
    assert len(queries_containing(local_aws, tag)) == 1
    assert len(outcomes.all_of(correlation_id)) == 1


def test_another_request_with_the_same_correlation_id_runs_too(outcomes: Outcomes) -> None:
    correlation_id = outcomes.request({"QueryString": "SELECT 1 AS x"})
    outcomes.request({"QueryString": "SELECT 2 AS x"}, correlation_id)
    found = until(lambda: outcomes.all_of(correlation_id), lambda events: len(events) == 2)
    assert sorted(event["detail"]["result"]["Rows"][0]["x"] for event in found) == [1, 2]


def test_large_result_is_not_inline(local_aws: LocalAws, outcomes: Outcomes) -> None:
    sql = "SELECT rpad('', 100, 'x') AS text FROM UNNEST(sequence(1, 1000)) AS t(n)"
    kind, detail = outcomes.of(outcomes.request({"QueryString": sql}))
    assert (kind, detail["inline"], detail["result"]["RowCount"]) == ("query-succeeded", False, 1000)
    assert "Rows" not in detail["result"]
    lines = local_aws.read(detail["result"]["OutputLocation"]).decode().splitlines()
    assert len(lines) == 1001


def test_invalid_request_and_failed_query_are_reported(outcomes: Outcomes) -> None:
    request, sql = outcomes.request({"QueryString": ""}), outcomes.request({"QueryString": "SELECT * FROM nowhere"})
    kind, detail = outcomes.of(request)
    assert (kind, detail["error"]) == ("query-failed", "InvalidRequest")
    assert detail["cause"]["Message"].startswith("QueryString: ")
    kind, detail = outcomes.of(sql)
    assert (kind, detail["error"]) == ("query-failed", "QueryFailed")
    assert detail["cause"]["StateChangeReason"].startswith("TABLE_NOT_FOUND")


def test_aborted_query_is_stopped_and_reported(local_aws: LocalAws, outcomes: Outcomes, machine: Machine) -> None:
    tag = f"-- {uuid.uuid4()}"
    correlation_id = outcomes.request({"QueryString": f"{SLOW} {tag}"})
    [query] = until(lambda: queries_containing(local_aws, tag))
    running = local_aws.stepfunctions.list_executions(stateMachineArn=machine.arn, statusFilter="RUNNING")["executions"]
    [execution] = [
        found["executionArn"]
        for found in running
        if found["name"].startswith("event-") and query["QueryExecutionId"] in machine.queries(found["executionArn"])
    ]
    local_aws.stepfunctions.stop_execution(executionArn=execution)
    kind, detail = outcomes.of(correlation_id)
    assert (kind, detail["error"]) == ("query-failed", "QueryCancelled")
    until(lambda: state(local_aws, query["QueryExecutionId"]), "CANCELLED".__eq__)


def test_invalid_event_becomes_a_dead_letter_with_its_reason(local_aws: LocalAws) -> None:
    marker = uuid.uuid4().hex
    local_aws.send("query-requested", {"version": "0.1", "request": {"QueryString": f"SELECT '{marker}'"}})
    [reason] = until(lambda: dead_letters(local_aws, "QueryRequestsDeadLetterQueueUrl", marker))
    assert reason == {"Error": "InvalidEventError", "Reason": "detail.correlationId: Field required"}


def test_event_of_another_source_is_ignored(local_aws: LocalAws, outcomes: Outcomes) -> None:
    tag = f"-- {uuid.uuid4()}"
    detail = {"version": "0.1", "correlationId": tag, "request": {"QueryString": f"SELECT 1 AS x {tag}"}}
    local_aws.send("query-requested", detail, source="com.example.stranger")
    outcomes.of(outcomes.request({"QueryString": "SELECT 'later' AS x"}))
    assert queries_containing(local_aws, tag) == []


def test_message_that_passed_no_rule_is_rejected_by_its_source(local_aws: LocalAws) -> None:
    marker = uuid.uuid4().hex
    event = {
        "id": marker,
        "source": "com.example.stranger",
        "time": "2026-11-21T00:00:00Z",
        "detail-type": "query-requested",
        "detail": {"version": "0.1", "correlationId": marker, "request": {"QueryString": "SELECT 1"}},
    }
    queue = local_aws.outputs["QueryRequestsQueueUrl"]
    local_aws.stack.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    [reason] = until(lambda: dead_letters(local_aws, "QueryRequestsDeadLetterQueueUrl", marker))
    assert reason["Reason"] == "source: expected one of quilt-athena, got 'com.example.stranger'"


def test_outcome_that_cannot_be_published_fails_the_execution(local_aws: LocalAws) -> None:
    original = local_aws.stepfunctions.describe_state_machine(stateMachineArn=requested_machine(local_aws))
    definition = json.loads(original["definition"])
    definition["States"]["PublishOutcome"]["Arguments"].pop("ExecutionName")
    created = local_aws.stepfunctions.create_state_machine(
        name=f"test-{uuid.uuid4().hex[:12]}", definition=json.dumps(definition), roleArn=original["roleArn"]
    )["stateMachineArn"]
    request = {"CorrelationId": "test", "Request": {"QueryString": "SELECT 1"}}
    started = local_aws.stepfunctions.start_execution(stateMachineArn=created, input=json.dumps(request))
    *states, ended = watch(local_aws.stepfunctions, started["executionArn"])
    assert states == ["RunQuery", "PublishOutcome", "FailUnexpectedly"] == list(definition["States"])
    assert not isinstance(ended, str)
    assert ended.status == "FAILED"
    local_aws.stepfunctions.delete_state_machine(stateMachineArn=created)


def test_parent_state_of_the_contracts_page_gets_its_rows(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    [example] = re.findall(r"```json parent-state\n(.*?)```", PAGE, flags=re.DOTALL)
    parent: dict[str, Any] = json.loads(example.replace("my_bucket", prefix))
    parent["Arguments"]["StateMachineArn"] = local_aws.outputs["QueryStateMachineArn"]
    definition = {"QueryLanguage": "JSONata", "StartAt": "RunQuery", "States": {"RunQuery": parent}}
    role = local_aws.stepfunctions.describe_state_machine(stateMachineArn=requested_machine(local_aws))["roleArn"]
    created = local_aws.stepfunctions.create_state_machine(
        name=f"test-{uuid.uuid4().hex[:12]}", definition=json.dumps(definition), roleArn=role
    )["stateMachineArn"]
    ended = run(local_aws.stepfunctions, created, {})
    assert (ended.status, ended.output) == ("SUCCEEDED", [{"packages": 0}])
    local_aws.stepfunctions.delete_state_machine(stateMachineArn=created)

"""Questions that come as events to the deployed stack, and what answers them."""

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
from tests.integration.query.answers import Answers, dead_letters
from tests.integration.query.machine import Machine
from tests.integration.query.test_orphans import queries_that_say, state
from tests.local_aws import LocalAws

PAGE = (Path(__file__).parents[3] / "docs" / "contracts.md").read_text()


@pytest.fixture
def answers(local_aws: LocalAws) -> Iterator[Answers]:
    """Hears what the stack answers."""
    with Answers(local_aws) as listening:
        yield listening


def requested_machine(local_aws: LocalAws) -> str:
    """The ARN of the state machine between the events and the query machine."""
    resources = local_aws.stack.client("cloudformation").describe_stack_resources(StackName=local_aws.stack.stack_name)
    [arn] = [
        found["PhysicalResourceId"]
        for found in resources["StackResources"]
        if found["LogicalResourceId"] == "RequestedQueryStateMachine"
    ]
    return str(arn)


def test_a_question_is_answered_with_its_rows(answers: Answers) -> None:
    asked = answers.ask({"QueryString": "SELECT ? AS x, 9007199254740993 AS big", "Parameters": ["it's"]})
    kind, detail = answers.to(asked)
    assert (kind, detail["inline"]) == ("query-succeeded", True)
    # The last digit would be another if the answer had been a double on its way.
    assert detail["result"]["Rows"] == [{"x": "it's", "big": 9007199254740993}]
    assert detail["result"]["Statistics"]["EstimatedPriceUSD"] > 0


def test_a_question_that_comes_twice_is_asked_and_answered_once(local_aws: LocalAws, answers: Answers) -> None:
    tag = f"-- {uuid.uuid4()}"
    asked = answers.ask({"QueryString": f"SELECT 1 AS x {tag}"})
    answers.ask({"QueryString": f"SELECT 1 AS x {tag}"}, asked)
    answers.to(asked)
    # Now that it has ended, too.
    answers.ask({"QueryString": f"SELECT 1 AS x {tag}"}, asked)
    answers.to(answers.ask({"QueryString": "SELECT 'behind it' AS x"}))
    assert len(queries_that_say(local_aws, tag)) == 1
    assert len(answers.all_to(asked)) == 1


def test_the_same_name_for_another_question_is_another_question(answers: Answers) -> None:
    asked = answers.ask({"QueryString": "SELECT 1 AS x"})
    answers.ask({"QueryString": "SELECT 2 AS x"}, asked)
    found = until(lambda: answers.all_to(asked), lambda events: len(events) == 2, timeout=60)
    assert sorted(event["detail"]["result"]["Rows"][0]["x"] for event in found) == [1, 2]


def test_a_large_answer_is_a_pointer(local_aws: LocalAws, answers: Answers) -> None:
    sql = "SELECT rpad('', 100, 'x') AS text FROM UNNEST(sequence(1, 1000)) AS t(n)"
    kind, detail = answers.to(answers.ask({"QueryString": sql}))
    assert (kind, detail["inline"], detail["result"]["RowCount"]) == ("query-succeeded", False, 1000)
    assert "Rows" not in detail["result"]
    lines = local_aws.read(detail["result"]["OutputLocation"]).decode().splitlines()
    assert len(lines) == 1001


def test_a_wrong_request_and_a_wrong_query_are_answered(answers: Answers) -> None:
    request, sql = answers.ask({"QueryString": ""}), answers.ask({"QueryString": "SELECT * FROM nowhere"})
    kind, detail = answers.to(request)
    assert (kind, detail["error"]) == ("query-failed", "InvalidRequest")
    assert detail["cause"]["Message"].startswith("QueryString: ")
    kind, detail = answers.to(sql)
    assert (kind, detail["error"]) == ("query-failed", "QueryFailed")
    assert detail["cause"]["StateChangeReason"].startswith("TABLE_NOT_FOUND")


def test_an_aborted_question_is_answered_and_its_query_stopped(
    local_aws: LocalAws, answers: Answers, machine: Machine
) -> None:
    tag = f"-- {uuid.uuid4()}"
    asked = answers.ask({"QueryString": f"{SLOW} {tag}"})
    [query] = until(lambda: queries_that_say(local_aws, tag))
    running = local_aws.stepfunctions.list_executions(stateMachineArn=machine.arn, statusFilter="RUNNING")["executions"]
    [execution] = [
        found["executionArn"]
        for found in running
        if found["name"].startswith("event-") and query["QueryExecutionId"] in machine.queries(found["executionArn"])
    ]
    local_aws.stepfunctions.stop_execution(executionArn=execution)
    kind, detail = answers.to(asked)
    assert (kind, detail["error"]) == ("query-failed", "QueryCancelled")
    until(lambda: state(local_aws, query["QueryExecutionId"]), "CANCELLED".__eq__, timeout=15)


def test_an_event_that_breaks_its_contract_is_kept_with_its_reason(local_aws: LocalAws) -> None:
    marker = uuid.uuid4().hex
    local_aws.send("query-requested", {"version": "0.1", "request": {"QueryString": f"SELECT '{marker}'"}})
    [reason] = until(lambda: dead_letters(local_aws, "QueryRequestsDeadLetterQueueUrl", marker))
    assert reason == {"Error": "InvalidEventError", "Reason": "detail.correlationId: Field required"}


def test_events_of_others_are_not_taken(local_aws: LocalAws, answers: Answers) -> None:
    tag = f"-- {uuid.uuid4()}"
    detail = {"version": "0.1", "correlationId": tag, "request": {"QueryString": f"SELECT 1 AS x {tag}"}}
    local_aws.send("query-requested", detail, source="com.example.stranger")
    answers.to(answers.ask({"QueryString": "SELECT 'behind it' AS x"}))
    assert queries_that_say(local_aws, tag) == []


def test_an_answer_that_cannot_be_told_fails_the_execution(local_aws: LocalAws) -> None:
    original = local_aws.stepfunctions.describe_state_machine(stateMachineArn=requested_machine(local_aws))
    definition = json.loads(original["definition"])
    definition["States"]["PublishOutcome"]["Arguments"].pop("ExecutionName")
    made = local_aws.stepfunctions.create_state_machine(
        name=f"test-{uuid.uuid4().hex[:12]}", definition=json.dumps(definition), roleArn=original["roleArn"]
    )["stateMachineArn"]
    request = {"CorrelationId": "test", "Request": {"QueryString": "SELECT 1"}}
    started = local_aws.stepfunctions.start_execution(stateMachineArn=made, input=json.dumps(request))
    *states, ended = watch(local_aws.stepfunctions, started["executionArn"])
    assert states == ["RunQuery", "PublishOutcome", "FailUnexpectedly"] == list(definition["States"])
    assert not isinstance(ended, str)
    assert ended.status == "FAILED"
    local_aws.stepfunctions.delete_state_machine(stateMachineArn=made)


def test_the_parent_of_the_page_gets_its_rows(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    [example] = re.findall(r"```json parent-state\n(.*?)```", PAGE, flags=re.DOTALL)
    parent: dict[str, Any] = json.loads(example.replace("my_bucket", prefix))
    parent["Arguments"]["StateMachineArn"] = local_aws.outputs["QueryStateMachineArn"]
    definition = {"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": parent}}
    role = local_aws.stepfunctions.describe_state_machine(stateMachineArn=requested_machine(local_aws))["roleArn"]
    made = local_aws.stepfunctions.create_state_machine(
        name=f"test-{uuid.uuid4().hex[:12]}", definition=json.dumps(definition), roleArn=role
    )["stateMachineArn"]
    ended = run(local_aws.stepfunctions, made, {})
    assert (ended.status, ended.output) == ("SUCCEEDED", [{"packages": 0}])
    local_aws.stepfunctions.delete_state_machine(stateMachineArn=made)

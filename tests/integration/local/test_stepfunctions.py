"""Step Functions: the limits that end an execution."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.stack.executions import Ended, run

Aws = Callable[[str], Any]
LIMIT = 256 * 1024
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READS_ITEMS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}],
}
CAUGHT = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]


@contextmanager
def machine(aws: Aws, name: str, states: dict[str, Any], **definition: Any) -> Iterator[str]:
    """A JSONata state machine that begins with its first state."""
    definition |= {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    client, iam = aws("stepfunctions"), aws("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="items", PolicyDocument=json.dumps(READS_ITEMS))
    arn = client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)["stateMachineArn"]
    try:
        yield str(arn)
    finally:
        client.delete_state_machine(stateMachineArn=arn)
        iam.delete_role_policy(RoleName=name, PolicyName="items")
        iam.delete_role(RoleName=name)


def passed(aws: Aws, name: str, value: str, field: str = "Output") -> Ended:
    """The end of an execution whose only state has a field with this value."""
    given: Any = {"value": value} if field == "Assign" else value
    output: dict[str, Any] = {} if field == "Output" else {"Output": {}}
    with machine(aws, name, {"Pass": {"Type": "Pass", field: given, **output, "End": True}}) as arn:
        return run(aws("stepfunctions"), arn, {})


def test_execution_ends_at_its_timeout(aws: Aws, name: str) -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 3, "Next": "Pass"}, "Pass": {"Type": "Pass", "End": True}}
    with machine(aws, name, states, TimeoutSeconds=1) as arn:
        before = time.monotonic()
        ended = run(aws("stepfunctions"), arn, {})
        assert time.monotonic() - before >= 1
        assert (ended.status, ended.output) == ("TIMED_OUT", None)
        (execution,) = aws("stepfunctions").list_executions(stateMachineArn=arn, statusFilter="TIMED_OUT")["executions"]
        time.sleep(3)
        events = aws("stepfunctions").get_execution_history(executionArn=execution["executionArn"])["events"]
        assert events[-1]["type"] == "ExecutionTimedOut"


def test_execution_that_ends_in_time_succeeds(aws: Aws, name: str) -> None:
    with machine(aws, name, {"Pass": {"Type": "Pass", "End": True}}, TimeoutSeconds=1) as arn:
        assert run(aws("stepfunctions"), arn, {"x": 1}) == Ended("SUCCEEDED", {"x": 1})


@pytest.mark.parametrize("character", ["x", "é"])
@pytest.mark.parametrize("field", ["Output", "Assign"])
def test_state_passes_on_at_most_256_kib(aws: Aws, name: str, character: str, field: str) -> None:
    around = len(json.dumps({"value": ""}, separators=(",", ":"))) if field == "Assign" else len('""')
    most = (LIMIT - around) // len(character.encode())
    assert passed(aws, f"{name}-1", most * character, field).status == "SUCCEEDED"
    ended = passed(aws, f"{name}-2", (most + 1) * character, field)
    assert (ended.status, ended.error) == ("FAILED", "States.DataLimitExceeded")


def test_result_that_is_too_large_cannot_be_caught(aws: Aws, name: str) -> None:
    aws("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
    )
    item = {"key": {"S": "large"}, "value": {"S": "x" * LIMIT}}
    aws("dynamodb").put_item(TableName=name, Item=item)
    states = {
        "Call": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem",
            "Arguments": {"TableName": name, "Key": {"key": {"S": "large"}}},
            "Catch": CAUGHT,
            "End": True,
        },
        "Caught": {"Type": "Pass", "End": True},
    }
    with machine(aws, name, states) as arn:
        ended = run(aws("stepfunctions"), arn, {})
    assert (ended.status, ended.error) == ("FAILED", "States.DataLimitExceeded")

"""Finding the stack: in SSM, in CloudFormation, or not at all."""

from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError

from quilt_athena.client import QuiltAthena, StackNotFoundError
from quilt_athena.client.connections import Connections
from quilt_athena.client.stack import find_stack, stack_name
from tests.unit.client.deployed import MACHINE, OUTPUTS
from tests.unit.client.fake_aws import FakeAws, Refused

PARAMETERS = {"Parameters": [{"Name": f"/quilt-athena/{name}", "Value": value} for name, value in OUTPUTS.items()]}
STACKS = {
    "Stacks": [
        {"StackName": "quilt-athena", "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in OUTPUTS.items()]}
    ]
}
DENIED = Refused("AccessDeniedException", message="not authorized to perform: ssm:GetParameters")


def test_the_parameters_tell_in_one_call(aws: FakeAws) -> None:
    aws.on("ssm:GetParameters", PARAMETERS)
    athena = QuiltAthena(session=aws.session())
    assert athena.stack.outputs == OUTPUTS
    assert athena.stack.output("QueryStateMachineArn") == MACHINE
    assert aws.names == ["ssm:GetParameters"]
    assert len(aws.called("ssm:GetParameters")[0]["Names"]) <= 10, "more names are refused"


@pytest.mark.parametrize(
    "parameters", [DENIED, {"Parameters": []}, EndpointConnectionError(endpoint_url="https://ssm")]
)
def test_cloudformation_tells_where_the_parameters_do_not(aws: FakeAws, parameters: object) -> None:
    aws.on("ssm:GetParameters", parameters).on("cloudformation:DescribeStacks", STACKS)  # type: ignore[arg-type]  # any answer
    assert QuiltAthena("mine", session=aws.session()).stack.outputs == OUTPUTS
    assert aws.called("cloudformation:DescribeStacks") == [{"StackName": "mine"}]


def test_outputs_that_are_no_parameters_are_read_from_cloudformation(aws: FakeAws) -> None:
    needed = {"QueryStateMachineArn", "BucketEventsQueueUrl"}
    some = [one for one in PARAMETERS["Parameters"] if not one["Name"].endswith("Url")]
    aws.on("ssm:GetParameters", {"Parameters": some}).on("cloudformation:DescribeStacks", STACKS)
    found = find_stack(Connections(aws.session()), "quilt-athena", tuple(needed))
    assert {name: found.output(name) for name in needed} == {name: OUTPUTS[name] for name in needed}
    assert aws.names == ["ssm:GetParameters", "cloudformation:DescribeStacks"]


def test_parameters_suffice_for_a_caller_who_may_not_describe_the_stack(aws: FakeAws) -> None:
    some = [one for one in PARAMETERS["Parameters"] if not one["Name"].endswith("Url")]
    aws.on("ssm:GetParameters", {"Parameters": some}).on("cloudformation:DescribeStacks", Refused("AccessDenied"))
    found = find_stack(Connections(aws.session()), "quilt-athena", ("QueryStateMachineArn", "BucketEventsQueueUrl"))
    assert found.output("QueryStateMachineArn") == MACHINE
    with pytest.raises(StackNotFoundError, match="no output BucketEventsQueueUrl"):
        found.output("BucketEventsQueueUrl")


def test_a_stack_that_is_nowhere_is_said_to_be_in_neither(aws: FakeAws) -> None:
    missing = Refused("ValidationError", message="Stack with id mine does not exist")
    aws.on("ssm:GetParameters", DENIED).on("cloudformation:DescribeStacks", missing)
    with pytest.raises(StackNotFoundError) as error:
        _ = QuiltAthena("mine", session=aws.session()).stack
    for part in ("stack mine", "us-east-1", "ssm:GetParameters", "Stack with id mine does not exist", "--stack"):
        assert part in str(error.value)


def test_another_stack_of_that_name_is_not_taken_for_ours(aws: FakeAws) -> None:
    aws.on("ssm:GetParameters", {"Parameters": []}).on(
        "cloudformation:DescribeStacks", {"Stacks": [{"StackName": "x"}]}
    )
    with pytest.raises(StackNotFoundError, match="no output QueryStateMachineArn"):
        _ = QuiltAthena("x", session=aws.session()).stack


def test_an_output_that_an_old_stack_lacks_is_named(aws: FakeAws) -> None:
    athena = QuiltAthena("old", session=aws.session(), outputs={"QueryStateMachineArn": MACHINE})
    with pytest.raises(StackNotFoundError, match="stack old has no output EventBusName"):
        athena.stack.output("EventBusName")
    assert aws.calls == []


def test_the_name_comes_from_the_caller_then_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stack_name() == "quilt-athena"
    monkeypatch.setenv("QUILT_ATHENA_STACK", "theirs")
    assert stack_name() == "theirs"
    assert stack_name("mine") == "mine"

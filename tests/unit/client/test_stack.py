"""Finding the stack's outputs: in SSM, in CloudFormation, or not at all."""

from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError

from quilt_athena.client import QuiltAthena, StackNotFoundError
from quilt_athena.client.stack import PARAMETERS, stack_name
from tests.unit.client.deployed import MACHINE, OUTPUTS, described
from tests.unit.client.fake_aws import FakeAws, Refused

GET, DESCRIBE = "ssm:GetParameters", "cloudformation:DescribeStacks"
FOUND = {"Parameters": [{"Name": f"/quilt-athena/{name}", "Value": OUTPUTS[name]} for name in PARAMETERS]}
DENIED = Refused("AccessDeniedException", message="not authorized to perform: ssm:GetParameters")


def test_outputs_for_other_stacks_are_read_from_ssm_in_one_call(aws: FakeAws) -> None:
    aws.on(GET, FOUND)
    stack = QuiltAthena(session=aws.session()).stack
    assert {name: stack.output(name) for name in PARAMETERS} == {name: OUTPUTS[name] for name in PARAMETERS}
    assert aws.names == [GET]
    assert len(aws.called(GET)[0]["Names"]) <= 10, "AWS rejects more names"


def test_other_outputs_are_read_from_cloudformation(aws: FakeAws) -> None:
    aws.on(DESCRIBE, described(OUTPUTS))
    stack = QuiltAthena("mine", session=aws.session()).stack
    assert {name: stack.output(name) for name in sorted(OUTPUTS, key=PARAMETERS.__contains__)} == OUTPUTS
    assert aws.calls == [(DESCRIBE, {"StackName": "mine"})]


@pytest.mark.parametrize(
    "parameters",
    [
        DENIED,
        {"Parameters": []},
        {"Parameters": FOUND["Parameters"][-2:]},
        EndpointConnectionError(endpoint_url="https://ssm"),
    ],
)
def test_cloudformation_has_what_ssm_lacks(aws: FakeAws, parameters: object) -> None:
    aws.on(GET, parameters).on(DESCRIBE, described(OUTPUTS))  # type: ignore[arg-type]  # any response
    stack = QuiltAthena("mine", session=aws.session()).stack
    assert stack.output("DatabaseName") == OUTPUTS["DatabaseName"]
    assert stack.output("EventBusName") == OUTPUTS["EventBusName"]
    assert aws.names == [GET, DESCRIBE]


def test_a_stack_that_is_not_found_is_reported_with_both_reasons(aws: FakeAws) -> None:
    missing = Refused("ValidationError", message="Stack with id mine does not exist")
    aws.on(GET, DENIED).on(DESCRIBE, missing)
    with pytest.raises(StackNotFoundError) as error:
        QuiltAthena("mine", session=aws.session()).stack.output("QueryStateMachineArn")
    for part in ("stack mine", "us-east-1", "ssm:GetParameters", "Stack with id mine does not exist", "--stack"):
        assert part in str(error.value)


def test_an_unrelated_stack_of_that_name_is_not_found(aws: FakeAws) -> None:
    aws.on(GET, {"Parameters": []}).on(DESCRIBE, described({"EventBusName": "theirs"}))
    with pytest.raises(StackNotFoundError, match="CloudFormation: no output QueryStateMachineArn"):
        QuiltAthena("x", session=aws.session()).stack.output("EventBusName")


def test_an_output_that_an_older_stack_lacks_is_named(aws: FakeAws) -> None:
    athena = QuiltAthena("old", session=aws.session(), outputs={"QueryStateMachineArn": MACHINE})
    with pytest.raises(StackNotFoundError, match="stack old has no output EventBusName"):
        athena.stack.output("EventBusName")
    assert aws.calls == []
    aws.on(DESCRIBE, described({"QueryStateMachineArn": MACHINE}))
    with pytest.raises(StackNotFoundError, match="stack old has no output ViewsBucketName: deploy it again"):
        QuiltAthena("old", session=aws.session()).stack.output("ViewsBucketName")


def test_the_stack_name_is_the_callers_else_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stack_name() == "quilt-athena"
    monkeypatch.setenv("QUILT_ATHENA_STACK", "theirs")
    assert stack_name() == "theirs"
    assert stack_name("mine") == "mine"

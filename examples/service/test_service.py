"""The service on the local AWS: `pip install 'quilt-athena[local]' pytest && pytest`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import quilt3

from quilt_athena_local import Stack

BUCKET = "my-bucket"


@pytest.fixture
def service(quilt_athena_stack: Stack) -> Iterator[dict[str, str]]:
    """The outputs of the service's stack, and a registered bucket with a package."""
    quilt_athena_stack.register(BUCKET)
    quilt3.Package().set("hello.json", {"hello": "world"}).push("lab/first", f"s3://{BUCKET}", force=True)
    cloudformation = quilt_athena_stack.client("cloudformation")
    cloudformation.create_stack(
        StackName="my-service",
        TemplateBody=(Path(__file__).parent / "template.yaml").read_text(encoding="utf-8"),
        Parameters=[{"ParameterKey": "View", "ParameterValue": "my_bucket_quilt_packages_view"}],
        Capabilities=["CAPABILITY_IAM"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName="my-service", WaiterConfig={"Delay": 1})
    (stack,) = cloudformation.describe_stacks(StackName="my-service")["Stacks"]
    yield {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    cloudformation.delete_stack(StackName="my-service")


def test_function_and_rule_query_the_packages(quilt_athena_stack: Stack, service: dict[str, str]) -> None:
    invoked = quilt_athena_stack.client("lambda").invoke(
        FunctionName=service["CountPackagesName"], Payload=json.dumps({"user": "lab"})
    )
    assert json.load(invoked["Payload"]) == [{"packages": 1}]

    detail = {"version": "0.1", "type": "created", "bucket": BUCKET, "handle": "lab/first", "topHash": "0" * 64}
    event = {"Source": "com.quiltdata", "DetailType": "package-revision", "Detail": json.dumps(detail)}
    quilt_athena_stack.client("events").put_events(Entries=[event])
    execution = ended(quilt_athena_stack.client("stepfunctions"), service["ReportArn"])
    assert json.loads(execution["output"]) == {"Package": "lab/first", "Rows": [{"revisions": 2}]}


def ended(stepfunctions: Any, machine: str, seconds: float = 120) -> dict[str, Any]:
    """Wait for the end of the state machine's only execution."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for found in stepfunctions.list_executions(stateMachineArn=machine)["executions"]:
            if found["status"] != "RUNNING":
                execution: dict[str, Any] = stepfunctions.describe_execution(executionArn=found["executionArn"])
                assert found["status"] == "SUCCEEDED", execution
                return execution
        time.sleep(0.5)
    raise AssertionError(f"{machine} has no execution that ended within {seconds:g} s")

"""The template under other names and parameters, in one account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.stack import LocalStack
from local.waiting import until
from tests.laptop import Laptop


@pytest.fixture
def shared(stack: LocalStack) -> Iterator[LocalStack]:
    """The stack that all tests share; what is deployed beside it is gone afterwards."""
    yield stack
    cloudformation = stack.client("cloudformation")
    for name in ("third", "other"):
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def test_a_second_stack_and_one_over_what_exists(shared: LocalStack, laptop: Laptop) -> None:
    names = {"DatabaseName": "other_query", "WorkGroupName": "other-query"}
    other = shared.deploy("other", {**names, "EventSources": "other"})
    assert {name: other[name] for name in names} == names
    assert {other[name] for name in other if name.endswith(("Arn", "Url"))}.isdisjoint(shared.outputs.values())
    parameter = shared.client("ssm").get_parameter(Name="/other/QueryStateMachineArn")["Parameter"]
    assert parameter["Value"] == other["QueryStateMachineArn"]

    bucket = laptop.make_bucket()
    existing = {
        "DatabaseName": "other_query",
        "CreateDatabase": "false",
        "WorkGroupName": "other-query",
        "CreateWorkGroup": "false",
        "ExistingResultsBucketName": other["ResultsBucketName"],
        "EventBusName": "default",
        "EventSources": "third",
    }
    third = shared.deploy("third", existing)
    assert (third["DatabaseName"], third["WorkGroupName"]) == ("other_query", "other-query")
    laptop.send("bucket-registration", {"version": "0.1", "type": "added", "bucket": bucket}, source="third")
    prefix = bucket.replace("-", "_")
    tables = laptop.glue.get_paginator("get_tables")

    def found() -> list[str]:
        pages = tables.paginate(DatabaseName="other_query")
        return [table["Name"] for page in pages for table in page["TableList"] if table["Name"].startswith(prefix)]

    assert len(until(found, lambda names: len(names) == 4)) == 4
    # It was the third stack's event alone.
    assert laptop.tables(prefix) == []

"""Several stacks of the template in one account, with other names and parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.stack.stack import LocalStack
from local.stack.waiting import until
from tests.local_aws import LocalAws
from tests.unit.docs.test_second_stack import SECOND


@pytest.fixture
def shared(stack: LocalStack) -> Iterator[LocalStack]:
    """The stack of this file. Stacks deployed beside it are deleted afterwards."""
    yield stack
    cloudformation = stack.client("cloudformation")
    for name in ("third", "other", "second"):
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def put_event(aws: LocalAws, outputs: Mapping[str, str], source: str, kind: str, detail: Mapping[str, Any]) -> None:
    """Put an event on the bus of a stack."""
    entry = {"EventBusName": outputs["EventBusName"], "Source": source, "DetailType": kind}
    sent = aws.stack.client("events").put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])
    assert sent["FailedEntryCount"] == 0


def test_second_stack_of_the_readme_shares_no_event(shared: LocalStack, local_aws: LocalAws) -> None:
    second = shared.deploy("second", SECOND)
    stacks = {"first": shared.outputs, "second": second}
    buckets = {name: local_aws.make_bucket() for name in ("first", "second", "pushed")}

    def registered(outputs: Mapping[str, str]) -> set[str]:
        items = shared.client("dynamodb").scan(TableName=outputs["RegistryTableName"])["Items"]
        return {name for name, bucket in buckets.items() if bucket in [item["bucket"]["S"] for item in items]}

    def queries(outputs: Mapping[str, str]) -> list[str]:
        group = {"WorkGroup": outputs["StandardWorkGroupName"], "MaxResults": 50}
        ids = local_aws.athena.list_query_executions(**group)["QueryExecutionIds"]
        texts = [local_aws.execution(query)["Query"] for query in ids]
        return sorted(name for name, bucket in buckets.items() for text in texts if bucket in text)

    # Quilt publishes on the default bus only, which is the first stack's. The second's events are sent last.
    revision = {"version": "0.1", "type": "created", "handle": "lab/cells", "topHash": "0" * 64}
    put_event(local_aws, shared.outputs, "com.quiltdata", "package-revision", {**revision, "bucket": buckets["pushed"]})
    for name, outputs in stacks.items():
        request = {"version": "0.1", "correlationId": name, "request": {"QueryString": f"SELECT '{buckets[name]}'"}}
        put_event(local_aws, outputs, "quilt-athena", "query-requested", request)
        registration = {"version": "0.1", "type": "added", "bucket": buckets[name]}
        put_event(local_aws, outputs, "quilt-athena", "bucket-registration", registration)
    until(lambda: registered(shared.outputs), {"first", "pushed"}.__le__)
    until(lambda: registered(second), {"second"}.__le__)
    until(lambda: [queries(outputs) for outputs in stacks.values()], all)
    # What is processed twice has arrived by now.
    assert (registered(shared.outputs), registered(second)) == ({"first", "pushed"}, {"second"})
    assert (queries(shared.outputs), queries(second)) == (["first"], ["second"])


def test_second_stack_has_resources_of_its_own(shared: LocalStack) -> None:
    names = {"DatabaseName": "other_query", "WorkGroupName": "other-query"}
    other = shared.deploy("other", {**names, "EventSources": "other"})
    assert {name: other[name] for name in names} == names
    assert {other[name] for name in other if name.endswith(("Arn", "Url"))}.isdisjoint(shared.outputs.values())
    parameter = shared.client("ssm").get_parameter(Name="/other/QueryStateMachineArn")["Parameter"]
    assert parameter["Value"] == other["QueryStateMachineArn"]


def test_second_stack_uses_existing_resources(shared: LocalStack, local_aws: LocalAws) -> None:
    bucket = local_aws.make_bucket()
    # As the notebook leaves them.
    local_aws.glue.create_database(DatabaseInput={"Name": "notebook"})
    local_aws.athena.create_work_group(Name="notebook")
    existing = {
        "DatabaseName": "notebook",
        "CreateDatabase": "false",
        "WorkGroupName": "notebook",
        "CreateWorkGroup": "false",
        "ExistingResultsLocation": f"s3://{local_aws.make_bucket()}/",
        "EventBusName": "default",
        "EventSources": "third",
    }
    third = shared.deploy("third", existing)
    assert (third["DatabaseName"], third["WorkGroupName"]) == ("notebook", "notebook")
    local_aws.send("bucket-registration", {"version": "0.1", "type": "added", "bucket": bucket}, source="third")
    prefix = bucket.replace("-", "_")
    tables = local_aws.glue.get_paginator("get_tables")

    def found() -> list[str]:
        pages = tables.paginate(DatabaseName="notebook")
        return [table["Name"] for page in pages for table in page["TableList"] if table["Name"].startswith(prefix)]

    assert len(until(found, lambda names: len(names) == 4)) == 4
    # Only the third stack received the event.
    assert local_aws.tables(prefix) == []

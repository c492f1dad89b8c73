"""Several stacks of the template in one account, with other names and parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.stack import executions
from local.stack.stack import LocalStack
from local.stack.waiting import until
from tests.local_aws import Entry, LocalAws, Pushed
from tests.unit.docs.test_second_stack import SECOND


@pytest.fixture
def shared(stack: LocalStack) -> Iterator[LocalStack]:
    """The stack that all tests share. Stacks deployed beside it are deleted afterwards."""
    yield stack
    cloudformation = stack.client("cloudformation")
    for name in ("third", "other", "older", "second"):
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def test_legacy_views_follow_their_parameter(shared: LocalStack, local_aws: LocalAws) -> None:
    parameters = {"DatabaseName": "older", "WorkGroupName": "older", "EventSources": "older", "LegacyViews": "create"}
    older = shared.deploy("older", parameters)
    bucket = local_aws.make_bucket()
    file = Entry("pixels", meta={"NucMembSegmentationAlgorithmVersion": "1.3.1", "CellIndex": ["5"]})
    local_aws.push(bucket, Pushed("lab/cells", {"a.tiff": file}, meta={"study": "S-17"}))
    local_aws.send("bucket-registration", {"version": "0.1", "type": "added", "bucket": bucket}, source="older")
    names = {f"{bucket}_packages-view", f"{bucket}_objects-view"}

    def found() -> set[str]:
        tables = local_aws.glue.get_tables(DatabaseName="older")["TableList"]
        return {table["Name"] for table in tables if table["Name"].startswith(bucket)}

    until(found, names.__eq__)

    def asked(sql: str) -> list[list[str | None]]:
        database = {"Database": "older"}
        return local_aws.rows(sql.format(bucket=bucket), WorkGroup="older", QueryExecutionContext=database)

    # The query in Quilt's documentation of that time.
    meta = "json_extract_scalar(meta, '$.user_meta.{}')"
    version = meta.format("nucmembsegmentationalgorithmversion")
    cells = "json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '5')"
    objects = asked(
        f'SELECT pkg_name, "size" * 2, hash.type, physical_key FROM "{{bucket}}_objects-view" '
        f"WHERE substr(logical_key, -5) = '.tiff' AND {version} LIKE '1.3%' AND {cells} AND \"timestamp\" = 'latest'"
    )
    assert [row[:3] for row in objects] == [["lab/cells", "12", "sha2-256-chunked"]]
    assert str(objects[0][3]).startswith(f"s3://{bucket}/")
    # The query of an indexer that reads the platform's views.
    packages = "SELECT s.pkg_name, from_unixtime(CAST(s.timestamp AS bigint)) IS NULL, s.user_meta, "
    packages += meta.format("study") + " FROM \"{bucket}_packages-view\" s WHERE s.timestamp != 'latest'"
    assert asked(packages) == [["lab/cells", "false", '{"study":"S-17"}', "S-17"]]

    def known() -> Any:
        return local_aws.stack.client("dynamodb").scan(TableName=older["RegistryTableName"])["Items"]

    refresh(local_aws, older)
    before = known()
    assert refresh(local_aws, older)["Repaired"]["Count"] == 0
    assert known() == before, "a refresh writes nothing if nothing has changed"
    local_aws.glue.delete_table(DatabaseName="older", Name=f"{bucket}_objects-view")
    (repaired,) = refresh(local_aws, older)["Repaired"]["Buckets"]
    assert repaired["Changes"] == [{"Name": f"{bucket}_objects-view", "Action": "created"}]

    # The views of a bucket that was removed while they weren't managed are deleted, too.
    shared.deploy("older", {**parameters, "LegacyViews": "none"})
    local_aws.send("bucket-registration", {"version": "0.1", "type": "removed", "bucket": bucket}, source="older")
    until(lambda: [item["state"]["S"] for item in known()], ["removed"].__eq__)
    assert found() == names
    shared.deploy("older", {**parameters, "LegacyViews": "remove"})
    refresh(local_aws, older)
    assert found() == set()


def refresh(local_aws: LocalAws, outputs: Mapping[str, str]) -> Any:
    done = executions.run(local_aws.stepfunctions, outputs["RefreshStateMachineArn"], {})
    assert done.status == "SUCCEEDED", done
    return done.output


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


def test_second_stack_uses_existing_resources(shared: LocalStack, local_aws: LocalAws) -> None:
    names = {"DatabaseName": "other_query", "WorkGroupName": "other-query"}
    other = shared.deploy("other", {**names, "EventSources": "other"})
    assert {name: other[name] for name in names} == names
    assert {other[name] for name in other if name.endswith(("Arn", "Url"))}.isdisjoint(shared.outputs.values())
    parameter = shared.client("ssm").get_parameter(Name="/other/QueryStateMachineArn")["Parameter"]
    assert parameter["Value"] == other["QueryStateMachineArn"]

    bucket = local_aws.make_bucket()
    existing = {
        "DatabaseName": "other_query",
        "CreateDatabase": "false",
        "WorkGroupName": "other-query",
        "CreateWorkGroup": "false",
        "ExistingResultsLocation": f"s3://{other['ResultsBucketName']}/",
        "EventBusName": "default",
        "EventSources": "third",
    }
    third = shared.deploy("third", existing)
    assert (third["DatabaseName"], third["WorkGroupName"]) == ("other_query", "other-query")
    local_aws.send("bucket-registration", {"version": "0.1", "type": "added", "bucket": bucket}, source="third")
    prefix = bucket.replace("-", "_")
    tables = local_aws.glue.get_paginator("get_tables")

    def found() -> list[str]:
        pages = tables.paginate(DatabaseName="other_query")
        return [table["Name"] for page in pages for table in page["TableList"] if table["Name"].startswith(prefix)]

    assert len(until(found, lambda names: len(names) == 4)) == 4
    # Only the third stack received the event.
    assert local_aws.tables(prefix) == []

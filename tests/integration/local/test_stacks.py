"""The template under other names and parameters, in one account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local import executions
from local.stack import LocalStack
from local.waiting import until
from tests.laptop import Entry, Laptop, Pushed


@pytest.fixture
def shared(stack: LocalStack) -> Iterator[LocalStack]:
    """The stack that all tests share; what is deployed beside it is gone afterwards."""
    yield stack
    cloudformation = stack.client("cloudformation")
    for name in ("third", "other", "older"):
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def test_views_of_older_quilt_stacks_by_parameter(shared: LocalStack, laptop: Laptop) -> None:
    parameters = {"DatabaseName": "older", "WorkGroupName": "older", "EventSources": "older", "LegacyViews": "create"}
    older = shared.deploy("older", parameters)
    bucket = laptop.make_bucket()
    file = Entry("pixels", meta={"NucMembSegmentationAlgorithmVersion": "1.3.1", "CellIndex": ["5"]})
    laptop.push(bucket, Pushed("lab/cells", {"a.tiff": file}, meta={"study": "S-17"}))
    laptop.send("bucket-registration", {"version": "0.1", "type": "added", "bucket": bucket}, source="older")
    names = {f"{bucket}_packages-view", f"{bucket}_objects-view"}

    def found() -> set[str]:
        tables = laptop.glue.get_tables(DatabaseName="older")["TableList"]
        return {table["Name"] for table in tables if table["Name"].startswith(bucket)}

    until(found, names.__eq__)

    def asked(sql: str) -> list[list[str | None]]:
        database = {"Database": "older"}
        return laptop.rows(sql.format(bucket=bucket), WorkGroup="older", QueryExecutionContext=database)

    # As Quilt's documentation had it.
    meta = "json_extract_scalar(meta, '$.user_meta.{}')"
    version = meta.format("nucmembsegmentationalgorithmversion")
    cells = "json_array_contains(json_extract(meta, '$.user_meta.cellindex'), '5')"
    objects = asked(
        f'SELECT pkg_name, "size" * 2, hash.type, physical_key FROM "{{bucket}}_objects-view" '
        f"WHERE substr(logical_key, -5) = '.tiff' AND {version} LIKE '1.3%' AND {cells} AND \"timestamp\" = 'latest'"
    )
    assert [row[:3] for row in objects] == [["lab/cells", "12", "sha2-256-chunked"]]
    assert str(objects[0][3]).startswith(f"s3://{bucket}/")
    # As an indexer of the platform's views asks.
    packages = "SELECT s.pkg_name, from_unixtime(CAST(s.timestamp AS bigint)) IS NULL, s.user_meta, "
    packages += meta.format("study") + " FROM \"{bucket}_packages-view\" s WHERE s.timestamp != 'latest'"
    assert asked(packages) == [["lab/cells", "false", '{"study":"S-17"}', "S-17"]]

    def known() -> Any:
        return laptop.stack.client("dynamodb").scan(TableName=older["RegistryTableName"])["Items"]

    refresh(laptop, older)
    before = known()
    assert refresh(laptop, older)["Repaired"]["Count"] == 0
    assert known() == before, "nobody worked at what is as it should be"
    laptop.glue.delete_table(DatabaseName="older", Name=f"{bucket}_objects-view")
    (repaired,) = refresh(laptop, older)["Repaired"]["Buckets"]
    assert repaired["Changes"] == [{"Name": f"{bucket}_objects-view", "Action": "created"}]

    # Those of a bucket that went while nobody looked after them go, too.
    shared.deploy("older", {**parameters, "LegacyViews": "none"})
    laptop.send("bucket-registration", {"version": "0.1", "type": "removed", "bucket": bucket}, source="older")
    until(lambda: [item["state"]["S"] for item in known()], ["removed"].__eq__)
    assert found() == names
    shared.deploy("older", {**parameters, "LegacyViews": "remove"})
    refresh(laptop, older)
    assert found() == set()


def refresh(laptop: Laptop, outputs: Mapping[str, str]) -> Any:
    done = executions.run(laptop.stepfunctions, outputs["RefreshStateMachineArn"], {})
    assert done.status == "SUCCEEDED", done
    return done.output


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
        "ExistingResultsLocation": f"s3://{other['ResultsBucketName']}/",
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

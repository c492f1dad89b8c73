"""The refresh on the deployed stack: drift is found, repaired, checked and reported."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from local import executions
from local.server import ROOT
from local.waiting import until
from tests.integration.local.queries import SLOW
from tests.integration.query.machine import Machine, deployed, of_views
from tests.integration.refresh.listener import listening
from tests.laptop import Entry, Laptop, Pushed

SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "refresh-result.json").read_text()))


def refresh(laptop: Laptop, *buckets: str) -> dict[str, Any]:
    """Refresh everything, or some buckets, and wait for the result, which has to match its schema."""
    request = {"Buckets": list(buckets)} if buckets else {}
    ended = executions.run(laptop.stepfunctions, laptop.outputs["RefreshStateMachineArn"], request)
    assert ended.status == "SUCCEEDED", ended
    SCHEMA.validate(ended.output)
    output: dict[str, Any] = ended.output
    return output


def problems(laptop: Laptop, bucket: str) -> dict[str, str]:
    """The problems that the registry has for a bucket."""
    item = laptop.stack.client("dynamodb").get_item(
        TableName=laptop.outputs["RegistryTableName"], Key={"bucket": {"S": bucket}}, ConsistentRead=True
    )["Item"]
    return {name: item[name]["S"] for name in ("problem", "view_problem") if name in item}


def states(laptop: Laptop, prefix: str) -> dict[str, str]:
    """The states of the alarms of metrics whose names have a prefix."""
    alarms = laptop.stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["MetricName"]: alarm["StateValue"] for alarm in alarms if alarm["MetricName"].startswith(prefix)}


def test_a_broken_catalog_is_repaired_checked_and_reported(laptop: Laptop, bucket: str) -> None:
    prefix = laptop.onboard(bucket)
    laptop.push(bucket, Pushed("a/package", {"file.txt": Entry()}))
    database = laptop.outputs["DatabaseName"]
    laptop.glue.delete_table(DatabaseName=database, Name=f"{prefix}_quilt_objects_view")
    [manifests] = [table for table in laptop.tables(prefix) if table["Name"] == f"{prefix}_quilt_manifests"]
    kept = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    table_input = {key: manifests[key] for key in kept}
    table_input["StorageDescriptor"]["Location"] = "s3://elsewhere/"
    laptop.glue.update_table(DatabaseName=database, TableInput=table_input)

    with listening(laptop, "catalog-refreshed") as heard:
        machine = laptop.outputs["RefreshStateMachineArn"]
        started = laptop.stepfunctions.start_execution(stateMachineArn=machine, input="{}")
        *route, ended = executions.watch(laptop.stepfunctions, started["executionArn"])
        event = heard.of(started["executionArn"])
    assert isinstance(ended, executions.Ended)
    repaired = {entry["Bucket"]: entry["Changes"] for entry in ended.output["Repaired"]["Buckets"]}
    assert repaired[bucket] == [
        {"Name": f"{prefix}_quilt_manifests", "Action": "updated"},
        {"Name": f"{prefix}_quilt_objects_view", "Action": "created"},
    ]
    assert route[:5] == ["Begin", "RefreshCatalog", "CheckRound", "SweepQueries", "AttachAccessPolicy"]
    assert ended.output["ViewChecks"]["Checked"] >= 1
    assert ended.output["ViewChecks"]["Failed"]["Count"] == 0
    assert event["detail"] == {"version": "0.1", "execution": started["executionArn"], "result": ended.output}
    rows = laptop.rows(f"SELECT logical_key FROM {prefix}_quilt_objects_view WHERE timestamp = 'latest'")
    assert rows == [["file.txt"]]
    assert refresh(laptop)["Repaired"] == {"Count": 0, "Buckets": []}


def test_leftover_tables_of_a_removed_bucket_are_deleted(laptop: Laptop, bucket: str) -> None:
    prefix = laptop.onboard(bucket)
    database = laptop.outputs["DatabaseName"]
    [manifests] = [table for table in laptop.tables(prefix) if table["Name"] == f"{prefix}_quilt_manifests"]
    laptop.register(bucket, "removed")
    until(lambda: laptop.tables(prefix), lambda left: not left)
    kept = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    laptop.glue.create_table(DatabaseName=database, TableInput={key: manifests[key] for key in kept})
    repaired = {entry["Bucket"]: entry["Changes"] for entry in refresh(laptop)["Repaired"]["Buckets"]}
    assert repaired[bucket] == [{"Name": f"{prefix}_quilt_manifests", "Action": "deleted"}]
    assert laptop.tables(prefix) == []


def test_partitions_of_the_all_buckets_tables_are_repaired(laptop: Laptop, bucket: str) -> None:
    removed = laptop.make_bucket()
    for one in (bucket, removed):
        laptop.onboard(one)
    manifests, packages = (f"all_buckets_quilt_{kind}" for kind in ("manifests", "packages"))
    laptop.register(removed, "removed")
    until(lambda: laptop.partition(packages, removed) is None)
    laptop.move_partition(manifests, bucket, "s3://elsewhere/")
    laptop.drop_partition(packages, bucket)
    laptop.add_partition_like(manifests, bucket, removed)
    repaired = {entry["Bucket"]: entry["Changes"] for entry in refresh(laptop)["Repaired"]["Buckets"]}
    assert repaired[bucket] == [
        {"Name": f"{manifests}/bucket={bucket}", "Action": "updated"},
        {"Name": f"{packages}/bucket={bucket}", "Action": "created"},
    ]
    assert repaired[removed] == [{"Name": f"{manifests}/bucket={removed}", "Action": "deleted"}]
    assert laptop.partition(manifests, bucket) == f"s3://{bucket}/.quilt/packages/"
    assert laptop.partition(packages, bucket) == f"s3://{bucket}/.quilt/named_packages/"
    assert laptop.partition(manifests, removed) is None


def test_views_that_cannot_read_their_bucket_are_reported_with_the_reason(laptop: Laptop, bucket: str) -> None:
    laptop.onboard(bucket)
    laptop.s3.put_object(Bucket=bucket, Key=".quilt/named_packages/a/package/latest.gz", Body=b"no gzip at all")
    result = refresh(laptop, bucket)
    (failed,) = result["ViewChecks"]["Failed"]["Buckets"]
    assert (failed["Bucket"], failed["Error"]) == (bucket, "QueryFailed")
    assert f"s3://{bucket}/.quilt/named_packages/a/package/latest.gz" in failed["Reason"]
    assert problems(laptop, bucket)["view_problem"] == failed["Reason"]
    laptop.s3.delete_object(Bucket=bucket, Key=".quilt/named_packages/a/package/latest.gz")
    # A failed view check is repeated, although nothing was changed.
    assert refresh(laptop)["ViewChecks"]["Failed"]["Count"] == 0
    assert problems(laptop, bucket) == {}


def test_a_missing_bucket_is_reported_and_raises_its_alarm(laptop: Laptop) -> None:
    bucket = laptop.make_bucket()
    prefix = laptop.onboard(bucket)
    refresh(laptop)
    assert states(laptop, "BucketsFailed") == {"BucketsFailed": "OK"}
    laptop.s3.delete_bucket(Bucket=bucket)
    result = refresh(laptop)
    assert result["Missing"] == {"Count": 1, "Buckets": [{"Bucket": bucket, "Removed": False}]}
    assert problems(laptop, bucket)["problem"].startswith("BucketNotFoundError")
    assert len(laptop.tables(f"{prefix}_quilt_")) == 4
    assert states(laptop, "BucketsFailed") == {"BucketsFailed": "ALARM"}
    assert states(laptop, "RefreshesCompleted") == {"RefreshesCompleted": "OK"}
    laptop.register(bucket, "removed")
    until(lambda: laptop.tables(f"{prefix}_quilt_") == [])
    assert refresh(laptop)["Missing"]["Count"] == 0


@pytest.fixture
def deaf(laptop: Laptop) -> Iterator[None]:
    """Events about ended executions are lost."""
    events = laptop.stack.client("events")
    names = [rule["Name"] for rule in events.list_rules()["Rules"] if "EndedExecutionsRule" in rule["Name"]]
    assert len(names) == 1
    events.disable_rule(Name=names[0])
    yield
    events.enable_rule(Name=names[0])


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize(
    ("mark", "find"),
    [("", deployed), ("/* local: answer late */", deployed), ("", of_views)],
    ids=["started", "started without an answer", "of a view"],
)
def test_a_query_that_an_aborted_execution_left_running_is_stopped(
    laptop: Laptop, mark: str, find: Callable[[Laptop], Machine]
) -> None:
    machine = find(laptop).arn
    sql = f"{SLOW} {mark} -- {uuid.uuid4()}"
    request = json.dumps({"QueryString": sql})
    execution = laptop.stepfunctions.start_execution(stateMachineArn=machine, input=request)["executionArn"]
    asking = {"WorkGroup": laptop.outputs["WorkGroupName"], "MaxResults": 1}

    def running() -> list[str]:
        found: list[str] = laptop.athena.list_query_executions(**asking)["QueryExecutionIds"]
        return [query for query in found if laptop.execution(query)["Query"] == sql]

    (query,) = until(running)
    laptop.stepfunctions.stop_execution(executionArn=execution)
    time.sleep(1.5)  # longer than the event would take
    assert laptop.execution(query)["Status"]["State"] == "RUNNING"
    assert refresh(laptop)["OrphanedQueries"] == {"Stopped": [query]}
    assert laptop.ended(query)["Status"]["State"] == "CANCELLED"


def test_two_refreshes_at_the_same_time_repair_the_same(laptop: Laptop, bucket: str) -> None:
    prefix = laptop.onboard(bucket)
    for table in laptop.tables(f"{prefix}_quilt_"):
        laptop.glue.delete_table(DatabaseName=laptop.outputs["DatabaseName"], Name=table["Name"])
    machine = laptop.outputs["RefreshStateMachineArn"]
    both = [laptop.stepfunctions.start_execution(stateMachineArn=machine, input="{}")["executionArn"] for _ in range(2)]
    for execution in both:
        *_, ended = executions.watch(laptop.stepfunctions, execution)
        assert isinstance(ended, executions.Ended)
        assert ended.status == "SUCCEEDED"
        assert bucket not in [entry["Bucket"] for entry in ended.output["Failed"]["Buckets"]]
    assert len(laptop.tables(f"{prefix}_quilt_")) == 4
    assert problems(laptop, bucket) == {}


def test_an_invalid_request_is_rejected(laptop: Laptop) -> None:
    machine = laptop.outputs["RefreshStateMachineArn"]
    ended = executions.run(laptop.stepfunctions, machine, {"Buckets": ["no such..name"]})
    assert (ended.status, ended.error) == ("FAILED", "InvalidRequest")
    assert ended.cause["Message"].startswith("Buckets.0: 'no such..name' is not a legal S3 bucket name")


def test_the_schedule_starts_a_refresh(laptop: Laptop) -> None:
    scheduler = laptop.stack.client("scheduler")
    machine = laptop.outputs["RefreshStateMachineArn"]
    names = [found["Name"] for found in scheduler.list_schedules()["Schedules"] if found["Target"]["Arn"] == machine]
    assert len(names) == 1
    deployed = scheduler.get_schedule(Name=names[0])
    kept = ("Name", "FlexibleTimeWindow", "Target", "State", "ScheduleExpressionTimezone")
    schedule = {name: deployed[name] for name in kept}
    assert deployed["ScheduleExpression"] == "rate(1 hour)"
    before = {found["executionArn"] for found in runs(laptop)}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    scheduler.update_schedule(**schedule, ScheduleExpression=f"at({now})")
    try:
        until(lambda: {found["executionArn"] for found in runs(laptop) if found["status"] == "SUCCEEDED"} - before)
    finally:
        scheduler.update_schedule(**schedule, ScheduleExpression=deployed["ScheduleExpression"])


def runs(laptop: Laptop) -> list[dict[str, Any]]:
    """The executions of the refresh."""
    machine = laptop.outputs["RefreshStateMachineArn"]
    found: list[dict[str, Any]] = laptop.stepfunctions.list_executions(stateMachineArn=machine)["executions"]
    return found

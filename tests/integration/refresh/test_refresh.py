"""The refresh on the deployed stack: drift is found, repaired, checked and reported."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from functions.sweep_queries import app as sweep_queries
from local.stack import executions
from local.stack.paths import ROOT
from local.stack.waiting import until
from quilt_athena.query.orphans import OrphanStopper
from quilt_athena.query.sweeping import Sweeper
from quilt_athena.registration.registry import Registry
from tests.faults import faults, unanswered_start
from tests.integration.access.conftest import Person
from tests.integration.local.queries import SLOW
from tests.integration.query.machine import Machine, deployed, view_query
from tests.integration.refresh.listener import listening
from tests.local_aws import Entry, LocalAws, Pushed

SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "refresh-result.json").read_text()))


def refresh(local_aws: LocalAws, *buckets: str) -> dict[str, Any]:
    """Refresh everything, or some buckets, and wait for the result, which has to match its schema."""
    request = {"Buckets": list(buckets)} if buckets else {}
    ended = executions.run(local_aws.stepfunctions, local_aws.outputs["RefreshStateMachineArn"], request)
    assert ended.status == "SUCCEEDED", ended
    SCHEMA.validate(ended.output)
    output: dict[str, Any] = ended.output
    return output


def problems(local_aws: LocalAws, bucket: str) -> dict[str, str]:
    """The problems that the registry has for a bucket."""
    item = local_aws.stack.client("dynamodb").get_item(
        TableName=local_aws.outputs["RegistryTableName"], Key={"bucket": {"S": bucket}}, ConsistentRead=True
    )["Item"]
    return {name: item[name]["S"] for name in ("problem", "view_problem") if name in item}


def is_removed(local_aws: LocalAws, bucket: str) -> bool:
    """Whether the bucket's removal was applied and recorded: until then a refresh takes part in it."""
    registry = Registry(local_aws.stack.client("dynamodb"), local_aws.outputs["RegistryTableName"])
    known = registry.get(bucket)
    return known is not None and not known.registered and known.is_applied


def states(local_aws: LocalAws, prefix: str) -> dict[str, str]:
    """The states of the alarms of metrics whose names have a prefix."""
    alarms = local_aws.stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["MetricName"]: alarm["StateValue"] for alarm in alarms if alarm["MetricName"].startswith(prefix)}


@pytest.mark.main_path
def test_a_broken_catalog_is_repaired_checked_and_reported(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    local_aws.push(bucket, Pushed("a/package", {"file.txt": Entry()}))
    database = local_aws.outputs["DatabaseName"]
    local_aws.glue.delete_table(DatabaseName=database, Name=f"{prefix}_quilt_objects_view")
    [manifests] = [table for table in local_aws.tables(prefix) if table["Name"] == f"{prefix}_quilt_manifests"]
    kept = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    table_input = {key: manifests[key] for key in kept}
    table_input["StorageDescriptor"]["Location"] = "s3://elsewhere/"
    local_aws.glue.update_table(DatabaseName=database, TableInput=table_input)

    with listening(local_aws, "catalog-refreshed") as heard:
        machine = local_aws.outputs["RefreshStateMachineArn"]
        started = local_aws.stepfunctions.start_execution(stateMachineArn=machine, input="{}")
        *route, ended = executions.watch(local_aws.stepfunctions, started["executionArn"])
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
    rows = local_aws.rows(f"SELECT logical_key FROM {prefix}_quilt_objects_view WHERE timestamp = 'latest'")
    assert rows == [["file.txt"]]
    assert refresh(local_aws)["Repaired"] == {"Count": 0, "Buckets": []}


def test_views_that_a_statement_replaced_are_repaired(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    local_aws.push(bucket, Pushed("a/package", {"file.txt": Entry()}))
    replaced = {bucket: f"{prefix}_quilt_packages_view", "*": "all_buckets_quilt_objects_view"}
    for name in replaced.values():
        local_aws.rows(f"CREATE OR REPLACE VIEW {name} AS SELECT 1 AS one")
    local_aws.glue.delete_table(DatabaseName=local_aws.outputs["DatabaseName"], Name=f"{prefix}_quilt_objects_view")
    result = refresh(local_aws)
    repaired = {entry["Bucket"]: entry["Changes"] for entry in result["Repaired"]["Buckets"]}
    assert repaired["*"] == [{"Name": replaced["*"], "Action": "updated"}]
    assert repaired[bucket] == [
        {"Name": f"{prefix}_quilt_objects_view", "Action": "created"},
        {"Name": replaced[bucket], "Action": "updated"},
    ]
    assert (result["Failed"]["Count"], result["ViewChecks"]["Failed"]["Count"]) == (0, 0)
    objects = local_aws.rows(
        f"SELECT logical_key FROM {replaced['*']} WHERE bucket = '{bucket}' AND timestamp = 'latest'"
    )
    assert objects == [["file.txt"]]
    assert refresh(local_aws)["Repaired"] == {"Count": 0, "Buckets": []}


def test_leftover_tables_of_a_removed_bucket_are_deleted(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    database = local_aws.outputs["DatabaseName"]
    [manifests] = [table for table in local_aws.tables(prefix) if table["Name"] == f"{prefix}_quilt_manifests"]
    local_aws.register(bucket, "removed")
    until(lambda: is_removed(local_aws, bucket))
    kept = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    local_aws.glue.create_table(DatabaseName=database, TableInput={key: manifests[key] for key in kept})
    repaired = {entry["Bucket"]: entry["Changes"] for entry in refresh(local_aws)["Repaired"]["Buckets"]}
    assert repaired[bucket] == [{"Name": f"{prefix}_quilt_manifests", "Action": "deleted"}]
    assert local_aws.tables(prefix) == []


def test_partitions_of_the_all_buckets_tables_are_repaired(local_aws: LocalAws, bucket: str) -> None:
    removed = local_aws.make_bucket()
    for one in (bucket, removed):
        local_aws.onboard(one)
    manifests, packages = (f"all_buckets_quilt_{kind}" for kind in ("manifests", "packages"))
    local_aws.register(removed, "removed")
    until(lambda: is_removed(local_aws, removed))
    local_aws.move_partition(manifests, bucket, "s3://elsewhere/")
    local_aws.drop_partition(packages, bucket)
    local_aws.add_partition_like(manifests, bucket, removed)
    repaired = {entry["Bucket"]: entry["Changes"] for entry in refresh(local_aws)["Repaired"]["Buckets"]}
    assert repaired[bucket] == [
        {"Name": f"{manifests}/bucket={bucket}", "Action": "updated"},
        {"Name": f"{packages}/bucket={bucket}", "Action": "created"},
    ]
    assert repaired[removed] == [{"Name": f"{manifests}/bucket={removed}", "Action": "deleted"}]
    assert local_aws.partition(manifests, bucket) == f"s3://{bucket}/.quilt/packages/"
    assert local_aws.partition(packages, bucket) == f"s3://{bucket}/.quilt/named_packages/"
    assert local_aws.partition(manifests, removed) is None


def test_views_that_cannot_read_their_bucket_are_reported_with_the_reason(local_aws: LocalAws, bucket: str) -> None:
    local_aws.onboard(bucket)
    local_aws.s3.put_object(Bucket=bucket, Key=".quilt/named_packages/a/package/latest.gz", Body=b"no gzip at all")
    result = refresh(local_aws, bucket)
    (failed,) = result["ViewChecks"]["Failed"]["Buckets"]
    assert (failed["Bucket"], failed["Error"]) == (bucket, "QueryFailed")
    assert f"s3://{bucket}/.quilt/named_packages/a/package/latest.gz" in failed["Reason"]
    assert problems(local_aws, bucket)["view_problem"] == failed["Reason"]
    local_aws.s3.delete_object(Bucket=bucket, Key=".quilt/named_packages/a/package/latest.gz")
    # A failed view check is repeated, although nothing was changed.
    assert refresh(local_aws)["ViewChecks"]["Failed"]["Count"] == 0
    assert problems(local_aws, bucket) == {}


def test_a_missing_bucket_is_reported_and_raises_its_alarm(local_aws: LocalAws) -> None:
    bucket = local_aws.make_bucket()
    prefix = local_aws.onboard(bucket)
    refresh(local_aws)
    assert states(local_aws, "BucketsFailed") == {"BucketsFailed": "OK"}
    local_aws.s3.delete_bucket(Bucket=bucket)
    result = refresh(local_aws)
    assert result["Missing"] == {"Count": 1, "Buckets": [{"Bucket": bucket, "Removed": False}]}
    assert problems(local_aws, bucket)["problem"].startswith("BucketNotFoundError")
    assert len(local_aws.tables(f"{prefix}_quilt_")) == 4
    assert states(local_aws, "BucketsFailed") == {"BucketsFailed": "ALARM"}
    assert states(local_aws, "BucketsRegistered") == {"BucketsRegistered": "OK"}, "no refresh is overdue"
    assert states(local_aws, "RefreshStepsFailed") == {"RefreshStepsFailed": "OK"}
    local_aws.register(bucket, "removed")
    until(lambda: local_aws.tables(f"{prefix}_quilt_") == [])
    assert refresh(local_aws)["Missing"]["Count"] == 0


@pytest.fixture
def deaf(local_aws: LocalAws) -> Iterator[None]:
    """Events about ended executions are lost."""
    events = local_aws.stack.client("events")
    names = [rule["Name"] for rule in events.list_rules()["Rules"] if "EndedExecutionsRule" in rule["Name"]]
    assert len(names) == 1
    events.disable_rule(Name=names[0])
    yield
    events.enable_rule(Name=names[0])


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize(
    ("answered", "find"),
    [(True, deployed), (False, deployed), (True, view_query)],
    ids=["started", "started without an answer", "of a view"],
)
def test_a_query_that_an_aborted_execution_left_running_is_stopped(
    local_aws: LocalAws, answered: bool, find: Callable[[LocalAws], Machine]
) -> None:
    machine = find(local_aws).arn
    sql = f"{SLOW} -- {uuid.uuid4()}"
    request = json.dumps({"QueryString": sql})
    asking = {"WorkGroup": local_aws.outputs["StandardWorkGroupName"], "MaxResults": 1}

    def running() -> list[str]:
        found: list[str] = local_aws.athena.list_query_executions(**asking)["QueryExecutionIds"]
        return [query for query in found if local_aws.execution(query)["Query"] == sql]

    with faults(local_aws.stack.endpoint, *([] if answered else [unanswered_start(sql)])):
        execution = local_aws.stepfunctions.start_execution(stateMachineArn=machine, input=request)["executionArn"]
        (query,) = until(running)
        local_aws.stepfunctions.stop_execution(executionArn=execution)
    time.sleep(1.5)  # longer than the event would take
    assert local_aws.execution(query)["Status"]["State"] in ("QUEUED", "RUNNING")
    assert refresh(local_aws)["OrphanedQueries"] == {"Stopped": [query]}
    assert local_aws.ended(query)["Status"]["State"] == "CANCELLED"


def test_an_express_query_is_swept_when_it_is_older_than_an_express_execution_can_be(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    workgroup = local_aws.outputs["ExpressWorkGroupName"]
    started = local_aws.athena.start_query_execution(QueryString=f"{SLOW} -- {uuid.uuid4()}", WorkGroup=workgroup)
    query = started["QueryExecutionId"]
    assert query not in refresh(local_aws)["OrphanedQueries"]["Stopped"], "its execution may still be waiting for it"
    # What the function does five minutes later, with its settings and its role.
    functions = local_aws.stack.client("lambda").list_functions()["Functions"]
    (sweep,) = [function for function in functions if "SweepQueries" in function["FunctionName"]]
    for name, value in sweep["Environment"]["Variables"].items():
        monkeypatch.setenv(name, value)
    function = Person.with_role(local_aws.stack, sweep["Role"])
    settings = sweep_queries.Settings.from_environment()
    sweeper = Sweeper(
        OrphanStopper(function.client("stepfunctions"), function.client("athena"), settings.workgroup_names),
        settings.query_state_machine_arns,
        settings.express_workgroup_name,
        lambda: datetime.now(UTC) + timedelta(minutes=5),
    )
    assert query in sweeper.sweep()
    assert local_aws.ended(query)["Status"]["State"] == "CANCELLED"


def test_two_refreshes_at_the_same_time_repair_the_same(local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    for table in local_aws.tables(f"{prefix}_quilt_"):
        local_aws.glue.delete_table(DatabaseName=local_aws.outputs["DatabaseName"], Name=table["Name"])
    machine = local_aws.outputs["RefreshStateMachineArn"]
    both = [
        local_aws.stepfunctions.start_execution(stateMachineArn=machine, input="{}")["executionArn"] for _ in range(2)
    ]
    for execution in both:
        *_, ended = executions.watch(local_aws.stepfunctions, execution)
        assert isinstance(ended, executions.Ended)
        assert ended.status == "SUCCEEDED"
        assert bucket not in [entry["Bucket"] for entry in ended.output["Failed"]["Buckets"]]
    assert len(local_aws.tables(f"{prefix}_quilt_")) == 4
    assert problems(local_aws, bucket) == {}


def test_an_invalid_request_is_rejected(local_aws: LocalAws) -> None:
    machine = local_aws.outputs["RefreshStateMachineArn"]
    ended = executions.run(local_aws.stepfunctions, machine, {"Buckets": ["no such..name"]})
    assert (ended.status, ended.error) == ("FAILED", "InvalidRequest")
    assert ended.cause["Message"].startswith("Buckets.0: 'no such..name' is not a legal S3 bucket name")


def test_the_schedule_starts_a_refresh(local_aws: LocalAws) -> None:
    scheduler = local_aws.stack.client("scheduler")
    machine = local_aws.outputs["RefreshStateMachineArn"]
    names = [found["Name"] for found in scheduler.list_schedules()["Schedules"] if found["Target"]["Arn"] == machine]
    assert len(names) == 1
    deployed = scheduler.get_schedule(Name=names[0])
    kept = ("Name", "FlexibleTimeWindow", "Target", "State", "ScheduleExpressionTimezone")
    schedule = {name: deployed[name] for name in kept}
    assert deployed["ScheduleExpression"] == "rate(1 hour)"
    before = {found["executionArn"] for found in runs(local_aws)}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    scheduler.update_schedule(**schedule, ScheduleExpression=f"at({now})")
    try:
        until(lambda: {found["executionArn"] for found in runs(local_aws) if found["status"] == "SUCCEEDED"} - before)
    finally:
        scheduler.update_schedule(**schedule, ScheduleExpression=deployed["ScheduleExpression"])


def runs(local_aws: LocalAws) -> list[dict[str, Any]]:
    """The executions of the refresh."""
    machine = local_aws.outputs["RefreshStateMachineArn"]
    found: list[dict[str, Any]] = local_aws.stepfunctions.list_executions(stateMachineArn=machine)["executions"]
    return found

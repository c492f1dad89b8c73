"""A stack of release 0.1 is upgraded to this working tree while it is in use: it keeps everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.stack.waiting import until
from tests.integration.upgrade import scenario
from tests.integration.upgrade.deployment import STACK, Deployment
from tests.recorded import load

KEPT = load("kept")
#: What an event said of a bucket. The other attributes change with each processing.
EVENT_ATTRIBUTES = ("bucket", "state", "event_time", "event_ids")


@dataclass(frozen=True)
class State:
    """What a stack is and holds at one time."""

    resources: dict[str, str]
    outputs: dict[str, str]
    registry: dict[str, Any]
    tables: dict[str, Any]
    schedule: dict[str, Any]
    pending: dict[str, set[str]]
    dead_letters: dict[str, dict[str, str]]
    named_queries: set[str]
    rows: dict[str, Any]

    @classmethod
    def of(cls, stack: Deployment, rows: dict[str, Any]) -> State:
        """What it is now. `rows` are of an earlier time: Athena is busy."""
        outputs = stack.outputs()
        schedule = stack.client("scheduler").get_schedule(GroupName=STACK, Name=scenario.SCHEDULE)
        schedule.pop("ResponseMetadata")
        queries = stack.athena.list_named_queries(WorkGroup=outputs["WorkGroupName"])["NamedQueryIds"]
        return cls(
            resources=stack.resources(),
            outputs=outputs,
            registry=stack.registry(),
            tables=stack.tables(),
            schedule=schedule,
            pending={output: {one["Body"] for one in stack.messages(output)} for output in scenario.QUEUES},
            dead_letters=_dead_letters(stack),
            named_queries={stack.athena.get_named_query(NamedQueryId=query)["NamedQuery"]["Name"] for query in queries},
            rows=rows,
        )


@dataclass(frozen=True)
class Upgraded:
    """The upgraded stack, what it was right before and right after, and the executions that crossed the upgrade."""

    stack: Deployment
    before: State
    after: State
    running: scenario.Running
    crossed: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def upgraded() -> Iterator[Upgraded]:
    """Release 0.1 with data, pending messages and running executions, upgraded; then it goes on working."""
    with Deployment() as stack:
        scenario.fill(stack)
        rows = scenario.selected(stack)
        running = scenario.start_executions(stack)
        before = State.of(stack, rows)
        stack.upgrade()
        after = State.of(stack, rows)
        described = {
            name: stack.stepfunctions.describe_execution(executionArn=arn) for name, arn in running.executions.items()
        }
        assert {one["status"] for one in described.values()} == {"RUNNING"}, "they began before and end after"
        stack.consume(enabled=True)
        with suppress(TimeoutError):  # a test says so
            until(lambda: stack.query_status(running.orphan)["State"] == "CANCELLED")
        running.release(stack)
        crossed = {name: _described(stack, arn) for name, arn in running.executions.items()}
        yield Upgraded(stack, before, after, running, crossed)


def _described(stack: Deployment, execution_arn: str) -> dict[str, Any]:
    """The description of an execution when it has ended, or has had the time to."""
    with suppress(TimeoutError):
        stack.ended(execution_arn)
    found: dict[str, Any] = stack.stepfunctions.describe_execution(executionArn=execution_arn)
    return found


def _dead_letters(stack: Deployment) -> dict[str, dict[str, str]]:
    """The attributes of the dead letters of bucket events, by bucket."""
    found = stack.messages("BucketEventsDeadLetterQueueUrl")
    return {
        json.loads(one["Body"])["detail"]["bucket"]: {
            name: attribute["StringValue"] for name, attribute in one["MessageAttributes"].items()
        }
        for one in found
    }


def test_resources_that_hold_data_or_are_referred_to_are_the_same(upgraded: Upgraded) -> None:
    kept = [name for names in KEPT["resources"].values() for name in names]
    before = {name: upgraded.before.resources[name] for name in kept if name != "EventBus"}
    after = upgraded.after.resources
    assert {name: after.get(name) for name in before} == before


def test_outputs_keep_their_names_and_values(upgraded: Upgraded) -> None:
    before = {name: upgraded.before.outputs[name] for name in KEPT["outputs"]}
    assert {name: upgraded.after.outputs.get(name) for name in before} == before


def test_ssm_parameters_keep_their_names_and_values(upgraded: Upgraded) -> None:
    names = [f"/{STACK}/{name}" for name in KEPT["parameters"]]
    parameters = [
        found
        for start in range(0, len(names), 10)
        for found in upgraded.stack.client("ssm").get_parameters(Names=names[start : start + 10])["Parameters"]
    ]
    found = {parameter["Name"].removeprefix(f"/{STACK}/"): parameter["Value"] for parameter in parameters}
    assert found == {name: upgraded.before.outputs[name] for name in KEPT["parameters"]}


def test_log_groups_are_retained(upgraded: Upgraded) -> None:
    pages = upgraded.stack.client("logs").get_paginator("describe_log_groups").paginate()
    found = {group["logGroupName"] for page in pages for group in page["logGroups"]}
    assert set(KEPT["log_groups"]) - found == set()


def test_registry_items_are_kept_as_they_were(upgraded: Upgraded) -> None:
    assert len(upgraded.before.registry) == 6
    assert upgraded.after.registry == upgraded.before.registry


def test_tables_and_views_are_kept_as_they_were(upgraded: Upgraded) -> None:
    assert set(upgraded.before.tables) <= set(upgraded.after.tables)


def test_a_users_schedule_is_kept_and_starts_its_query(upgraded: Upgraded) -> None:
    stack, schedule = upgraded.stack, upgraded.after.schedule
    assert schedule == upgraded.before.schedule
    assert schedule["Target"]["Arn"] == upgraded.after.outputs["ScheduledQueryStateMachineArn"]
    earlier = set(stack.executions("ScheduledQueryStateMachine", "SUCCEEDED"))
    sooner = (datetime.now(UTC) + timedelta(seconds=1)).strftime("at(%Y-%m-%dT%H:%M:%S)")
    wanted = ("GroupName", "Name", "Description", "State", "FlexibleTimeWindow", "Target")
    again = {name: schedule[name] for name in wanted} | {"ScheduleExpression": sooner}
    stack.client("scheduler").update_schedule(**again)
    (run,) = until(lambda: set(stack.executions("ScheduledQueryStateMachine", "SUCCEEDED")) - earlier)
    assert stack.succeeded(run)["Schedule"] == scenario.SCHEDULE


def test_a_users_named_query_is_kept(upgraded: Upgraded) -> None:
    assert scenario.NAMED_QUERY in upgraded.after.named_queries


def processed(stack: Deployment) -> None:
    """Wait until the pending messages have been processed: the catalog is as the registry says."""
    wanted = {scenario.ADDED: "registered", scenario.PUSHED: "registered", scenario.LEAVING: "removed"}

    def states() -> dict[str, str]:
        items = stack.registry()
        done = [bucket for bucket in wanted if bucket in items and in_sync(items[bucket])]
        return {bucket: items[bucket]["state"]["S"] for bucket in done}

    until(states, wanted.__eq__)
    assert [name for name in stack.tables() if name.startswith("upgrade_leaving_quilt_objects")] == []


def in_sync(item: dict[str, Any]) -> bool:
    """Whether the catalog is as the newest event of the bucket says."""
    return bool(item.get("converged_revision") == item["revision"])


def test_pending_messages_are_kept_and_processed(upgraded: Upgraded) -> None:
    stack = upgraded.stack
    assert [len(upgraded.before.pending[queue]) for queue in scenario.QUEUES[:2]] == [3, 1]
    for queue in scenario.QUEUES:
        assert upgraded.before.pending[queue] <= upgraded.after.pending[queue]
    processed(stack)
    for bucket in ("added", "pushed"):
        assert stack.rows(f"SELECT count(*) FROM upgrade_{bucket}_quilt_objects_view") == [["4"]]
    (asked,) = [
        run
        for run in stack.executions("RequestedQueryStateMachine", "SUCCEEDED")
        if json.loads(stack.ended(run)["input"])["CorrelationId"] == scenario.CORRELATION_ID
    ]
    assert stack.succeeded(asked) == {"DetailType": "query-succeeded"}


def test_the_query_of_an_execution_aborted_before_is_stopped_after(upgraded: Upgraded) -> None:
    assert upgraded.before.pending["EndedExecutionsQueueUrl"]
    assert upgraded.stack.query_status(upgraded.running.orphan)["State"] == "CANCELLED"


def test_dead_letters_are_kept_and_can_be_redriven(upgraded: Upgraded) -> None:
    stack, letters = upgraded.stack, upgraded.after.dead_letters
    assert letters == upgraded.before.dead_letters
    assert {bucket: set(attributes) for bucket, attributes in letters.items()} == {
        scenario.LATE: {"Error", "Reason"},
        scenario.BLOCKED: {"Error", "Reason"},
    }
    stack.s3.create_bucket(Bucket=scenario.LATE)
    stack.glue.delete_table(DatabaseName=stack.outputs()["DatabaseName"], Name=scenario.UNMANAGED_TABLE)
    arns = [
        stack.sqs.get_queue_attributes(QueueUrl=stack.outputs()[output], AttributeNames=["QueueArn"])["Attributes"]
        for output in ("BucketEventsDeadLetterQueueUrl", "BucketEventsQueueUrl")
    ]
    source, destination = (attributes["QueueArn"] for attributes in arns)
    stack.sqs.start_message_move_task(SourceArn=source, DestinationArn=destination)
    until(lambda: {"upgrade_late_quilt_objects_view", "upgrade_blocked_quilt_objects_view"} <= set(stack.tables()))
    until(lambda: "problem" not in stack.registry()[scenario.BLOCKED])


@pytest.mark.parametrize("name", ["query", "requested query", "scheduled query", "package", "refresh"])
def test_an_execution_that_began_before_succeeds_after(upgraded: Upgraded, name: str) -> None:
    execution = upgraded.crossed[name]
    assert execution["status"] == "SUCCEEDED", (execution.get("error"), execution.get("cause"))


def test_results_of_executions_that_crossed_are_complete(upgraded: Upgraded) -> None:
    output = {name: json.loads(execution["output"]) for name, execution in upgraded.crossed.items()}
    assert output["query"]["Rows"] == [{"n": 3, "text": "it's"}]
    assert output["requested query"] == {"DetailType": "query-succeeded"}
    assert (output["scheduled query"]["Schedule"], output["scheduled query"]["RowCount"]) == (scenario.SCHEDULE, 1)
    assert (output["package"]["Created"], output["package"]["Entries"]) == (True, 2)
    refresh = output["refresh"]
    assert (refresh["Scope"], refresh["Checked"], refresh["Registered"]) == ("all", 6, 5)
    assert "all_buckets_quilt_late_names" in upgraded.stack.tables()


def test_executions_query_in_workgroups_of_their_own_from_then_on(upgraded: Upgraded) -> None:
    stack, outputs = upgraded.stack, upgraded.after.outputs
    result = stack.succeeded(stack.start("QueryStateMachine", {"QueryString": "SELECT 8 AS n"}))
    query = stack.athena.get_query_execution(QueryExecutionId=result["QueryExecutionId"])["QueryExecution"]
    assert query["WorkGroup"] == outputs["StandardWorkGroupName"]
    assert result["OutputLocation"].startswith(f"s3://{outputs['ServiceResultsBucketName']}/results/")
    # Those that crossed ended where they began.
    crossed = json.loads(upgraded.crossed["query"]["output"])
    assert crossed["OutputLocation"].startswith(f"s3://{outputs['ResultsBucketName']}/results/")
    assert crossed["OutputETag"]


def test_queries_return_the_same_rows(upgraded: Upgraded) -> None:
    assert all(upgraded.before.rows.values())
    assert scenario.selected(upgraded.stack) == upgraded.before.rows


@pytest.fixture(scope="module")
def refreshed(upgraded: Upgraded) -> dict[str, Any]:
    """The result of a refresh after the upgrade; the file of one custom view is deleted before."""
    stack = upgraded.stack
    processed(stack)
    bucket = upgraded.after.outputs["ViewsBucketName"]
    stack.s3.delete_object(Bucket=bucket, Key="views/short_lived.sql")
    result: dict[str, Any] = stack.succeeded(stack.start("RefreshStateMachine", {}))
    return result


def test_a_refresh_finds_nothing_wrong(upgraded: Upgraded, refreshed: dict[str, Any]) -> None:
    assert refreshed["Unregistered"]["Count"] == 0
    # Somebody else's table is in the way, unless another test has dropped it.
    assert {one["Bucket"] for one in refreshed["Failed"]["Buckets"]} <= {scenario.BLOCKED}
    assert refreshed["ViewChecks"]["Failed"]["Count"] == 0
    troubled = upgraded.stack.registry()[scenario.TROUBLED]
    assert troubled.keys() & {"pending", "problem", "view_problem"} == set()
    for bucket in (scenario.IMAGES, scenario.DOTTED, scenario.TROUBLED, scenario.REMOVED):
        before = upgraded.before.registry[bucket]
        after = upgraded.stack.registry()[bucket]
        assert {name: after.get(name) for name in EVENT_ATTRIBUTES} == {
            name: before.get(name) for name in EVENT_ATTRIBUTES
        }


@pytest.mark.usefixtures("refreshed")
def test_queries_return_the_same_rows_after_a_refresh(upgraded: Upgraded) -> None:
    assert scenario.selected(upgraded.stack) == upgraded.before.rows


@pytest.mark.usefixtures("refreshed")
@pytest.mark.parametrize("kind", ["manifests", "packages", "packages_view", "objects_view"])
def test_a_refresh_makes_tables_like_those_of_a_new_bucket(upgraded: Upgraded, kind: str) -> None:
    tables = upgraded.stack.tables()
    old, new = (_without_names(tables[f"upgrade_{bucket}_quilt_{kind}"], bucket) for bucket in ("images", "added"))
    assert old == new


def _without_names(table: dict[str, Any], bucket: str) -> dict[str, Any]:
    """The definition of a table, without what names its bucket."""
    given = ("Description", "TableType", "Parameters", "StorageDescriptor", "PartitionKeys", "ViewExpandedText")
    definition = {name: table.get(name) for name in given}
    text: dict[str, Any] = json.loads(json.dumps(definition).replace(bucket, "..."))
    return text


@pytest.mark.usefixtures("refreshed")
def test_custom_views_are_kept_and_those_without_a_file_deleted(upgraded: Upgraded) -> None:
    before, after = set(upgraded.before.tables), set(upgraded.stack.tables())
    assert {"upgrade_images_quilt_names", "upgrade_images_quilt_short_lived"} <= before
    assert {"upgrade_images_quilt_names", "all_buckets_quilt_all_names", "all_buckets_quilt_late_names"} <= after
    assert [name for name in after if name.endswith("_short_lived")] == []

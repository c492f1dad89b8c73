"""What release 0.1 stored in DynamoDB, Glue and S3 is read, and kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.recorded import load
from tests.unit.compatibility.world import DATABASE, VIEWS_BUCKET, World

ITEMS: dict[str, dict[str, Any]] = load("registry_items")
TABLES: dict[str, dict[str, Any]] = {table["Name"]: table for table in load("catalog")["Tables"]}
EVENT_ATTRIBUTES = ("bucket", "state", "event_time", "event_ids")

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")


@pytest.fixture
def refreshed(world: World) -> dict[str, Any]:
    """The only round of a refresh of everything."""
    world.answers["PutEvents"] = lambda _: {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    event = {"Request": {}, "Progress": {}, "ExecutionId": "arn:aws:states:us-east-1:1:execution:refresh:one"}
    output: dict[str, Any] = world.call("refresh_catalog", event)
    return output


def test_recordings_hold_every_attribute_of_a_registry_item() -> None:
    assert {name for item in ITEMS.values() for name in item} == {
        "bucket", "state", "revision", "updated_at", "event_time", "event_ids", "converged_revision", "fingerprint",
        "pending", "problem", "view_problem",
    }  # fmt: skip


def test_registry_items_are_read(refreshed: dict[str, Any]) -> None:
    report = refreshed["Progress"]["Report"]
    registered = [item for item in ITEMS.values() if item["state"]["S"] == "registered"]
    assert (report["Checked"], report["Registered"]) == (len(ITEMS), len(registered))
    assert [one["Bucket"] for one in report["Failed"]["Buckets"]] == ["upgrade-blocked"]


def test_registry_items_keep_what_an_event_said(world: World, refreshed: dict[str, Any]) -> None:
    assert refreshed["Valid"]
    found = world.registry()
    assert found.keys() == ITEMS.keys()
    for bucket, item in ITEMS.items():
        assert {name: found[bucket].get(name) for name in EVENT_ATTRIBUTES} == {
            name: item.get(name) for name in EVENT_ATTRIBUTES
        }
        if "fingerprint" in item:  # the bucket is in sync: what the registry calls that keeps its name
            assert found[bucket]["converged_revision"] == found[bucket]["revision"]


def test_a_change_that_was_never_announced_is_announced(world: World, refreshed: dict[str, Any]) -> None:
    assert refreshed["Valid"]
    (troubled,) = [item for item in ITEMS.values() if "pending" in item]
    events = [json.loads(entry["Detail"]) for put in world.parameters("PutEvents") for entry in put["Entries"]]
    (event,) = [event for event in events if event.get("bucket") == troubled["bucket"]["S"]]
    announced = {f"{change['action']} {change['name']}" for change in event["changes"]}
    assert set(troubled["pending"]["SS"]) <= announced
    assert "pending" not in world.registry()[troubled["bucket"]["S"]]


def test_a_view_problem_is_checked_again(refreshed: dict[str, Any]) -> None:
    (troubled,) = [item for item in ITEMS.values() if "view_problem" in item]
    assert (troubled["bucket"]["S"], True) in {
        (view_check["Bucket"], view_check["Noted"]) for view_check in refreshed["Probes"]
    }


def test_tables_are_recognized_as_managed(world: World, refreshed: dict[str, Any]) -> None:
    report = refreshed["Progress"]["Report"]
    assert report["Unregistered"]["Count"] == 0
    # What was pending is reported again, though it was done before.
    pending = {text for item in ITEMS.values() for text in item.get("pending", {}).get("SS", [])}
    changes = [change for bucket in report["Repaired"]["Buckets"] for change in bucket["Changes"]]
    changed = {f"{change['Action'].lower()} {change['Name']}" for change in changes}
    created = {text.partition(" ")[2] for text in changed - pending if not text.startswith("updated ")}
    # Release 0.1 had no views with the names of the platform's Iceberg tables.
    assert {name.rpartition("_package_")[2] for name in created} <= {"revision", "tag", "manifest", "entry"}
    found = world.tables()
    assert found.keys() == TABLES.keys() | created
    for name, table in TABLES.items():
        for parameter in ("quilt_athena.bucket", "quilt_athena.view"):
            expected = table.get("Parameters", {}).get(parameter)
            assert found[name].get("Parameters", {}).get(parameter) == expected


def test_a_table_of_somebody_else_is_left_as_it_was(world: World, refreshed: dict[str, Any]) -> None:
    assert refreshed["Valid"]
    name = "upgrade_blocked_quilt_manifests"
    assert world.tables()[name]["StorageDescriptor"]["Location"] == TABLES[name]["StorageDescriptor"]["Location"]


def test_partitions_are_kept(world: World, refreshed: dict[str, Any]) -> None:
    assert refreshed["Valid"]
    for recorded in load("catalog")["Partitions"]:
        where = {"DatabaseName": DATABASE, "TableName": recorded["TableName"], "PartitionValues": recorded["Values"]}
        found = world.glue.get_partition(**where)["Partition"]
        assert found["StorageDescriptor"]["Location"] == recorded["StorageDescriptor"]["Location"]


def test_custom_views_without_a_file_are_deleted_and_no_others(world: World) -> None:
    custom = {name for name, table in TABLES.items() if "quilt_athena.view" in table.get("Parameters", {})}
    assert custom
    listed = world.s3.list_objects_v2(Bucket=VIEWS_BUCKET, Prefix="views/")["Contents"]
    for found in listed:
        world.s3.delete_object(Bucket=VIEWS_BUCKET, Key=found["Key"])
    output = world.call("plan_views", {"Request": {}, "Progress": {}, "Results": [], "Execution": "one"})
    assert output["Done"]
    assert world.tables().keys() == TABLES.keys() - custom

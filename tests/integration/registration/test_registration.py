"""Registration on the deployed stack: EventBridge -> SQS -> function -> registry and Glue, and the published event."""

from __future__ import annotations

import json
import uuid

import pytest

from local.stack.waiting import until
from tests.desired import table_names
from tests.integration.registration.surroundings import Surroundings, reason
from tests.local_aws import Entry, LocalAws, Pushed


def changes(event: dict[str, dict[str, list[dict[str, str]]]]) -> set[tuple[str, str]]:
    """The changes in a `catalog-changed` event."""
    return {(change["name"], change["action"]) for change in event["detail"]["changes"]}


@pytest.mark.main_path
def test_an_added_bucket_gets_its_tables_and_views(
    local_aws: LocalAws, surroundings: Surroundings, bucket: str
) -> None:
    local_aws.register(bucket)
    known = surroundings.settled(bucket)
    assert known.registered
    surroundings.assert_as_registered(bucket, known)
    (event,) = surroundings.announcements(bucket, 1)
    assert event["source"] == "quilt-athena"
    assert event["resources"] == [f"arn:aws:s3:::{bucket}"]
    assert changes(event) == {(name, "created") for name in table_names(bucket)}


def test_an_update_repairs_altered_tables(local_aws: LocalAws, surroundings: Surroundings, bucket: str) -> None:
    local_aws.register(bucket)
    surroundings.settled(bucket)
    manifests, packages, packages_view, _ = table_names(bucket)
    local_aws.glue.delete_table(DatabaseName=surroundings.database, Name=packages_view)
    table = surroundings.tables(bucket)[packages]
    table_input = {key: table[key] for key in ("Name", "TableType", "Parameters", "StorageDescriptor", "PartitionKeys")}
    table_input["Parameters"]["skip.header.line.count"] = "1"
    local_aws.glue.update_table(DatabaseName=surroundings.database, TableInput=table_input)
    local_aws.register(bucket, "updated")
    created, repaired = surroundings.announcements(bucket, 2)
    assert changes(created) >= {(manifests, "created")}
    assert changes(repaired) == {(packages, "updated"), (packages_view, "created")}
    surroundings.assert_as_registered(bucket, surroundings.settled(bucket))


def test_an_update_repairs_a_moved_partition(local_aws: LocalAws, surroundings: Surroundings, bucket: str) -> None:
    local_aws.register(bucket)
    surroundings.settled(bucket)
    local_aws.move_partition("all_buckets_quilt_manifests", bucket, "s3://elsewhere/")
    local_aws.register(bucket, "updated")
    until(lambda: local_aws.partition("all_buckets_quilt_manifests", bucket) == f"s3://{bucket}/.quilt/packages/")
    surroundings.assert_as_registered(bucket, surroundings.settled(bucket))


@pytest.mark.main_path
def test_a_removal_deletes_only_the_tables_of_the_bucket(
    local_aws: LocalAws, surroundings: Surroundings, bucket: str
) -> None:
    neighbour = local_aws.make_bucket(f"{bucket}-quilt-packages")
    for name in (bucket, neighbour):
        local_aws.register(name)
        surroundings.settled(name)
    local_aws.register(bucket, "removed")
    _, removed = surroundings.announcements(bucket, 2)
    assert changes(removed) == {(name, "deleted") for name in table_names(bucket)}
    known = surroundings.settled(bucket)
    assert not known.registered
    surroundings.assert_as_registered(bucket, known)
    surroundings.assert_as_registered(neighbour, surroundings.settled(neighbour))


def test_a_pushed_package_registers_its_bucket(local_aws: LocalAws, surroundings: Surroundings, bucket: str) -> None:
    (top_hash,) = local_aws.push(bucket, Pushed("lab/cells", {"a.txt": Entry()}))
    detail = {"version": "0.1", "type": "created", "bucket": bucket, "handle": "lab/cells", "topHash": top_hash}
    local_aws.send("package-revision", detail, source="com.quiltdata")
    known = surroundings.settled(bucket)
    assert known.event_time is None
    surroundings.assert_as_registered(bucket, known)


def test_an_event_of_an_unknown_source_is_ignored(local_aws: LocalAws, surroundings: Surroundings, bucket: str) -> None:
    detail = {"version": "0.1", "type": "added", "bucket": bucket}
    local_aws.send("bucket-registration", detail, source="com.example")
    later = local_aws.make_bucket(f"{bucket}-2")
    local_aws.register(later)
    surroundings.settled(later)
    assert surroundings.registry.get(bucket) is None


@pytest.mark.main_path
def test_a_malformed_event_becomes_a_dead_letter_alone(
    local_aws: LocalAws, surroundings: Surroundings, bucket: str
) -> None:
    siblings = [local_aws.make_bucket(f"{bucket}-{number}") for number in range(3)]
    marker = uuid.uuid4().hex
    local_aws.register(siblings[0])
    local_aws.send("bucket-registration", {"version": "0.1", "type": "renamed", "bucket": bucket, "marker": marker})
    for sibling in siblings[1:]:
        local_aws.register(sibling)
    letter = surroundings.dead_letter(marker)
    error, why = reason(letter)
    assert error == "InvalidEventError"
    assert why == "detail.type: Input should be 'added', 'updated' or 'removed', got 'renamed'"
    assert json.loads(letter["Body"])["detail"]["bucket"] == bucket
    for sibling in siblings:
        surroundings.assert_as_registered(sibling, surroundings.settled(sibling))
    assert surroundings.registry.get(bucket) is None


@pytest.mark.parametrize(
    ("bucket_name", "error", "said"),
    [
        ("Not A Bucket", "InvalidEventError", "detail.bucket: 'Not A Bucket' is not a legal S3 bucket name"),
        ("no-such-bucket-anywhere", "BucketNotFoundError", "bucket no-such-bucket-anywhere doesn't exist (404)"),
    ],
)
def test_an_impossible_bucket_is_reported_in_the_dead_letter(
    local_aws: LocalAws, surroundings: Surroundings, bucket_name: str, error: str, said: str
) -> None:
    marker = uuid.uuid4().hex
    detail = {"version": "0.1", "type": "added", "bucket": bucket_name, "marker": marker}
    local_aws.send("bucket-registration", detail)
    found = reason(surroundings.dead_letter(marker))
    assert found[0] == error
    assert found[1].startswith(said)


def test_an_unmanaged_table_is_never_changed(local_aws: LocalAws, surroundings: Surroundings, bucket: str) -> None:
    name = table_names(bucket)[3]
    local_aws.glue.create_table(
        DatabaseName=surroundings.database,
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": {"Columns": [{"Name": "mine", "Type": "string"}], "Location": "s3://mine/"},
        },
    )
    before = surroundings.tables(bucket)
    local_aws.register(bucket)
    error, why = reason(surroundings.dead_letter(bucket))
    assert error == "UnmanagedTableError"
    assert why.startswith(f"{surroundings.database}.{name} already exists and isn't managed by quilt-athena")
    assert surroundings.tables(bucket) == before
    known = surroundings.registry.get(bucket)
    assert known
    assert known.problem
    local_aws.register(bucket, "removed")
    surroundings.settled(bucket)
    assert surroundings.tables(bucket) == before

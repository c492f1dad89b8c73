"""The all-buckets tables: a partition for each registered bucket, whatever happens on the way."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from quilt_athena.catalog.all_buckets import ALL_BUCKETS, all_buckets_definitions, all_buckets_names, partitions
from quilt_athena.catalog.tables import definition_names
from quilt_athena.catalog.views import decode_view
from quilt_athena.errors import RetryableError
from quilt_athena.names import bucket_id
from quilt_athena.refresh.refresher import Limits, Refresher, Round
from quilt_athena.refresh.reports import Report
from quilt_athena.registration.bucket_events import EventKind
from tests.unit.aws_calls import AwsCalls, Fault, Killed
from tests.unit.moto_stack import DATABASE, JOINED_PLACE, MotoStack, bucket_event

BUCKET = "my-bucket"
MANIFESTS, PACKAGES, PACKAGES_VIEW, OBJECTS_VIEW = all_buckets_names()
ADDED, REMOVED = EventKind.ADDED, EventKind.REMOVED


@pytest.fixture
def all_buckets(stack: MotoStack) -> MotoStack:
    """A stack as it is deployed, with a bucket that exists."""
    deployed = stack.all_buckets()
    for bucket in (BUCKET, "other"):
        deployed.make_bucket(bucket)
    return deployed


def places(*buckets: str) -> dict[tuple[str, str], str]:
    """Where the partitions of these buckets should lie."""
    return {(one.table, one.bucket): one.location for bucket in buckets for one in partitions(bucket)}


def add(stack: MotoStack, bucket: str = BUCKET, seconds: int = 0) -> set[tuple[str, str]]:
    """Register a bucket; what was changed."""
    changes = stack.registrar.process(bucket_event(bucket, ADDED, seconds))
    return {(change.name, change.action.value) for change in changes}


def refresh(stack: MotoStack) -> Round:
    """One round of a refresh over everything."""
    limits = Limits(existence_checks=0, workers=1, removes_missing=False)
    report = Report(scope="all")
    return Refresher(stack.registrar, limits).run(report, None, after="", seed="one", has_time=lambda: True)


def test_names_and_columns() -> None:
    assert all_buckets_names() == (
        "all_buckets_quilt_manifests",
        "all_buckets_quilt_packages",
        "all_buckets_quilt_packages_view",
        "all_buckets_quilt_objects_view",
    )
    tables = {one["Name"]: one for one in all_buckets_definitions(DATABASE, JOINED_PLACE)}
    assert tables[MANIFESTS]["PartitionKeys"] == [{"Name": "bucket", "Type": "string"}]
    columns = [column.name for column in decode_view(tables[OBJECTS_VIEW]).columns]
    assert columns[:3] == ["bucket", "user", "name"]
    assert decode_view(tables[PACKAGES_VIEW]).columns[0].name == "bucket"


def test_a_bucket_named_like_them_shares_no_name() -> None:
    assert not set(definition_names("all-buckets")) & set(all_buckets_names())
    assert bucket_id("all-buckets") != "all_buckets"


def test_the_first_bucket_makes_the_tables_and_each_adds_its_partitions(
    all_buckets: MotoStack, calls: AwsCalls
) -> None:
    assert add(all_buckets) > {(f"{MANIFESTS}/bucket={BUCKET}", "created"), (f"{PACKAGES}/bucket={BUCKET}", "created")}
    found = all_buckets.clients.glue.get_tables(DatabaseName=DATABASE)["TableList"]
    assert set(all_buckets_names()) <= {table["Name"] for table in found}
    assert all_buckets.partitions() == places(BUCKET)
    calls.clear()
    add(all_buckets, "other")
    assert [name for name in calls.names if name.startswith("glue:")] == [
        "glue:GetTables", *["glue:CreateTable"] * 4, *["glue:CreatePartition"] * 2,
    ]  # fmt: skip
    assert all_buckets.partitions() == places(BUCKET, "other")
    calls.clear()
    assert add(all_buckets, seconds=5) == set()
    glue_calls = [name for name in calls.names if name.startswith("glue:")]
    assert glue_calls == ["glue:GetTables", *["glue:GetPartition"] * 2]


def test_the_event_tells_of_tables_and_views_only(all_buckets: MotoStack) -> None:
    add(all_buckets)
    ((event,),) = [all_buckets.announcements()]
    assert {change["name"] for change in event["detail"]["changes"]} == set(definition_names(BUCKET))


def test_a_removed_bucket_loses_its_partitions(all_buckets: MotoStack) -> None:
    add(all_buckets)
    add(all_buckets, "other")
    all_buckets.registrar.process(bucket_event(BUCKET, REMOVED, 10))
    assert all_buckets.partitions() == places("other")


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", range(1, 22))
def test_a_fault_at_any_call_and_a_second_delivery_lose_nothing(
    all_buckets: MotoStack, calls: AwsCalls, fault: Fault, number: int
) -> None:
    with calls.fault(fault, number), suppress(RetryableError, Killed):
        add(all_buckets)
    add(all_buckets)
    assert all_buckets.partitions() == places(BUCKET)
    all_buckets.assert_agrees(BUCKET)


@pytest.mark.parametrize("number", range(1, 20))
def test_two_first_buckets_at_once_both_get_theirs(all_buckets: MotoStack, calls: AwsCalls, number: int) -> None:
    with calls.meanwhile(number, lambda: add(all_buckets, "other")) as interference:
        add(all_buckets)
    assert interference.happened or number > 17
    if interference.happened:
        assert all_buckets.partitions() == places(BUCKET, "other")


@pytest.mark.parametrize("number", range(1, 22))
def test_a_removal_at_the_same_time_ends_without_partitions(
    all_buckets: MotoStack, calls: AwsCalls, number: int
) -> None:
    def remove() -> None:
        all_buckets.registrar.process(bucket_event(BUCKET, REMOVED, 10))

    with calls.meanwhile(number, remove) as interference:
        add(all_buckets)
    if interference.happened:
        add(all_buckets)  # an older event again
        assert all_buckets.partitions() == {}
        all_buckets.assert_agrees(BUCKET)


def test_somebody_elses_table_of_that_name_harms_no_bucket(all_buckets: MotoStack) -> None:
    all_buckets.clients.glue.create_table(
        DatabaseName=DATABASE, TableInput={"Name": MANIFESTS, "TableType": "GOVERNED"}
    )
    add(all_buckets)
    all_buckets.assert_declared(BUCKET)
    report = refresh(all_buckets).report
    ((failed),) = [one for one in report.failed.buckets if one["Bucket"] == ALL_BUCKETS]
    assert failed["Error"] == "UnmanagedTableError"
    assert MANIFESTS in failed["Reason"]
    assert report.repaired.count == 0


def test_somebody_elses_partitions_are_left_as_they_are(all_buckets: MotoStack) -> None:
    theirs: Any = {"Values": [BUCKET], "StorageDescriptor": {"Location": "s3://somebody/else/"}}
    table: Any = {"Name": PACKAGES, "PartitionKeys": [{"Name": "day", "Type": "string"}]}
    all_buckets.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table)
    all_buckets.clients.glue.create_partition(DatabaseName=DATABASE, TableName=PACKAGES, PartitionInput=theirs)
    add(all_buckets)
    add(all_buckets, "other")
    refresh(all_buckets)
    all_buckets.registrar.process(bucket_event(BUCKET, REMOVED, 10))
    assert all_buckets.partitions() == {(PACKAGES, BUCKET): "s3://somebody/else/"}
    all_buckets.clients.glue.delete_table(DatabaseName=DATABASE, Name=PACKAGES)
    refresh(all_buckets)
    assert all_buckets.partitions() == places("other")


def test_tables_are_looked_at_again_after_a_while(all_buckets: MotoStack, monkeypatch: pytest.MonkeyPatch) -> None:
    add(all_buckets)
    all_buckets.clients.glue.batch_delete_table(DatabaseName=DATABASE, TablesToDelete=list(all_buckets_names()))
    all_buckets.clients.glue.create_table(DatabaseName=DATABASE, TableInput={"Name": PACKAGES})
    assert not all_buckets.registrar.catalog.all_buckets_is_unmanaged()
    monkeypatch.setattr("quilt_athena.catalog.glue._BELIEVED_SECONDS", 0)
    assert all_buckets.registrar.catalog.all_buckets_is_unmanaged()


def retyped(stack: MotoStack) -> None:
    """One partition has its columns of another type."""
    one = partitions(BUCKET)[0]
    storage = one.table_input["StorageDescriptor"]
    columns = [{**column, "Type": "bigint"} for column in storage["Columns"]]
    wrong: Any = {"Values": [BUCKET], "StorageDescriptor": {**storage, "Columns": columns}}
    stack.clients.glue.batch_update_partition(
        DatabaseName=DATABASE,
        TableName=one.table,
        Entries=[{"PartitionValueList": [BUCKET], "PartitionInput": wrong}],
    )


def moved(stack: MotoStack) -> None:
    """One partition lies elsewhere."""
    wrong: Any = {"Values": [BUCKET], "StorageDescriptor": {"Location": "s3://elsewhere/"}}
    stack.clients.glue.batch_update_partition(
        DatabaseName=DATABASE,
        TableName=MANIFESTS,
        Entries=[{"PartitionValueList": [BUCKET], "PartitionInput": wrong}],
    )


def dropped(stack: MotoStack) -> None:
    """One partition is gone."""
    stack.clients.glue.delete_partition(DatabaseName=DATABASE, TableName=MANIFESTS, PartitionValues=[BUCKET])


@pytest.mark.parametrize(("alteration", "action"), [(moved, "updated"), (retyped, "updated"), (dropped, "created")])
def test_a_refresh_puts_a_partition_right(all_buckets: MotoStack, alteration: Any, action: str) -> None:
    add(all_buckets)
    add(all_buckets, "other")
    alteration(all_buckets)
    report = refresh(all_buckets).report
    changes = [{"Name": f"{MANIFESTS}/bucket={BUCKET}", "Action": action}]
    assert report.repaired.buckets == [{"Bucket": BUCKET, "Changes": changes}]
    assert all_buckets.partitions() == places(BUCKET, "other")
    assert refresh(all_buckets).report.repaired.count == 0


def test_a_refresh_of_what_is_right_walks_the_partitions_and_writes_nothing(
    all_buckets: MotoStack, calls: AwsCalls
) -> None:
    add(all_buckets)
    add(all_buckets, "other")
    calls.clear()
    assert refresh(all_buckets).report.repaired.count == 0
    assert [name for name in calls.names if name.startswith("glue:")] == ["glue:GetTables", *["glue:GetPartitions"] * 2]


def test_a_refresh_makes_the_tables_over_all_buckets_again(all_buckets: MotoStack) -> None:
    add(all_buckets)
    all_buckets.clients.glue.batch_delete_table(DatabaseName=DATABASE, TablesToDelete=[PACKAGES, OBJECTS_VIEW])
    report = refresh(all_buckets).report
    shared = [one for one in report.repaired.buckets if one["Bucket"] == ALL_BUCKETS]
    assert shared == [
        {
            "Bucket": ALL_BUCKETS,
            "Changes": [{"Name": OBJECTS_VIEW, "Action": "created"}, {"Name": PACKAGES, "Action": "created"}],
        }
    ]
    assert refresh(all_buckets).report.failed.count == 0
    assert all_buckets.partitions() == places(BUCKET)


def test_what_is_left_of_a_removed_bucket_and_what_nobody_registered(all_buckets: MotoStack) -> None:
    add(all_buckets)
    all_buckets.registrar.process(bucket_event(BUCKET, REMOVED, 10))
    for bucket in (BUCKET, "nobodys"):
        for one in partitions(bucket):
            all_buckets.clients.glue.create_partition(
                DatabaseName=DATABASE,
                TableName=one.table,
                PartitionInput=one.table_input,  # type: ignore[arg-type]  # plain data
            )
    report = refresh(all_buckets).report
    assert all_buckets.partitions() == places("nobodys")
    assert report.unregistered.buckets == [{"Bucket": "nobodys"}]

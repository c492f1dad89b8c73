"""The all-buckets tables: they end with a partition for each registered bucket, whatever happens on the way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from quilt_athena.catalog.declaration_types import ALL_BUCKETS
from quilt_athena.catalog.desired_state import DesiredPartition
from quilt_athena.catalog.reconciler import TrustCache
from quilt_athena.catalog.views import decode_view
from quilt_athena.errors import RetryableError
from quilt_athena.names import bucket_id
from quilt_athena.refresh.limits import RefreshLimits
from quilt_athena.refresh.refresher import Refresher, Round
from quilt_athena.refresh.reports import Report
from quilt_athena.registration.bucket_events import EventKind
from tests.desired import DATABASE, all_buckets_inputs, all_buckets_names, partitions, table_names
from tests.unit.aws_calls import AwsCalls, Fault, Killed
from tests.unit.moto_stack import MotoStack, bucket_event

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


def location_of(partition: DesiredPartition) -> str:
    return str(partition.partition_input["StorageDescriptor"]["Location"])


def locations(*buckets: str) -> dict[tuple[str, str], str]:
    """The locations that the partitions of these buckets should have."""
    return {(one.table, one.bucket): location_of(one) for bucket in buckets for one in partitions(bucket)}


def add(stack: MotoStack, bucket: str = BUCKET, seconds: int = 0) -> set[tuple[str, str]]:
    """Register a bucket; the changes."""
    changes = stack.registrar.process(bucket_event(bucket, ADDED, seconds))
    return {(change.name, change.action.value) for change in changes}


def refresh(stack: MotoStack) -> Round:
    """One round of a refresh over everything."""
    refresher = Refresher(stack.registrar, False, RefreshLimits(existence_checks=0, workers=1))
    return refresher.run(Report(scope="all"), None, after="", seed="one", has_time=lambda: True)


def test_the_all_buckets_tables_have_the_bucket_as_partition_and_first_column() -> None:
    assert all_buckets_names() == (
        "all_buckets_quilt_manifests",
        "all_buckets_quilt_packages",
        "all_buckets_quilt_packages_view",
        "all_buckets_quilt_objects_view",
    )
    tables = {one["Name"]: one for one in all_buckets_inputs()}
    assert tables[MANIFESTS]["PartitionKeys"] == [{"Name": "bucket", "Type": "string"}]
    columns = [column.name for column in decode_view(tables[OBJECTS_VIEW]).columns]
    assert columns[:3] == ["bucket", "user", "name"]
    assert decode_view(tables[PACKAGES_VIEW]).columns[0].name == "bucket"


def test_a_bucket_named_all_buckets_shares_no_name() -> None:
    assert not set(table_names("all-buckets")) & set(all_buckets_names())
    assert bucket_id("all-buckets") != "all_buckets"


def test_the_first_bucket_creates_the_tables_and_each_bucket_its_partitions(
    all_buckets: MotoStack, calls: AwsCalls
) -> None:
    assert add(all_buckets) > {(f"{MANIFESTS}/bucket={BUCKET}", "created"), (f"{PACKAGES}/bucket={BUCKET}", "created")}
    found = all_buckets.clients.glue.get_tables(DatabaseName=DATABASE)["TableList"]
    assert set(all_buckets_names()) <= {table["Name"] for table in found}
    assert all_buckets.partitions() == locations(BUCKET)
    calls.clear()
    add(all_buckets, "other")
    assert [name for name in calls.names if name.startswith("glue:")] == [
        "glue:GetTables", *["glue:CreateTable"] * 4, *["glue:CreatePartition"] * 2,
    ]  # fmt: skip
    assert all_buckets.partitions() == locations(BUCKET, "other")
    calls.clear()
    assert add(all_buckets, seconds=5) == set()
    glue_calls = [name for name in calls.names if name.startswith("glue:")]
    assert glue_calls == ["glue:GetTables", *["glue:GetPartition"] * 2]


def test_the_event_reports_no_partitions(all_buckets: MotoStack) -> None:
    add(all_buckets)
    ((event,),) = [all_buckets.announcements()]
    assert {change["name"] for change in event["detail"]["changes"]} == set(table_names(BUCKET))


def test_the_partitions_of_a_removed_bucket_are_deleted(all_buckets: MotoStack) -> None:
    add(all_buckets)
    add(all_buckets, "other")
    all_buckets.registrar.process(bucket_event(BUCKET, REMOVED, 10))
    assert all_buckets.partitions() == locations("other")


@pytest.mark.exhaustive
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", range(1, 22))
def test_a_fault_at_any_call_is_repaired_by_a_second_delivery(
    all_buckets: MotoStack, calls: AwsCalls, fault: Fault, number: int
) -> None:
    with calls.fault(fault, number), suppress(RetryableError, Killed):
        add(all_buckets)
    add(all_buckets)
    assert all_buckets.partitions() == locations(BUCKET)
    all_buckets.assert_in_sync(BUCKET)


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(1, 20))
def test_two_first_buckets_at_the_same_time_both_get_partitions(
    all_buckets: MotoStack, calls: AwsCalls, number: int
) -> None:
    with calls.meanwhile(number, lambda: add(all_buckets, "other")) as interference:
        add(all_buckets)
    assert interference.happened or number > 17
    if interference.happened:
        assert all_buckets.partitions() == locations(BUCKET, "other")


@pytest.mark.exhaustive
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
        all_buckets.assert_in_sync(BUCKET)


def test_an_unmanaged_table_of_that_name_affects_no_bucket(all_buckets: MotoStack) -> None:
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


def test_partitions_of_an_unmanaged_table_are_kept(all_buckets: MotoStack) -> None:
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
    assert all_buckets.partitions() == locations("other")


def test_managed_tables_are_trusted_for_a_while(all_buckets: MotoStack) -> None:
    now = 0.0
    trust = TrustCache(seconds=60, clock=lambda: now)
    reconciler = replace(all_buckets.registrar.reconciler, trust=trust)
    add(replace(all_buckets, registrar=replace(all_buckets.registrar, reconciler=reconciler)))
    all_buckets.clients.glue.batch_delete_table(DatabaseName=DATABASE, TablesToDelete=list(all_buckets_names()))
    all_buckets.clients.glue.create_table(DatabaseName=DATABASE, TableInput={"Name": PACKAGES})
    assert reconciler.manages_all_buckets()
    now = 60.0
    assert not reconciler.manages_all_buckets()


def retyped(stack: MotoStack) -> None:
    """One partition has columns of another type."""
    one = partitions(BUCKET)[0]
    storage = one.partition_input["StorageDescriptor"]
    columns = [{**column, "Type": "bigint"} for column in storage["Columns"]]
    wrong: Any = {"Values": [BUCKET], "StorageDescriptor": {**storage, "Columns": columns}}
    stack.clients.glue.batch_update_partition(
        DatabaseName=DATABASE,
        TableName=one.table,
        Entries=[{"PartitionValueList": [BUCKET], "PartitionInput": wrong}],
    )


def moved(stack: MotoStack) -> None:
    """One partition has another location."""
    wrong: Any = {"Values": [BUCKET], "StorageDescriptor": {"Location": "s3://elsewhere/"}}
    stack.clients.glue.batch_update_partition(
        DatabaseName=DATABASE,
        TableName=MANIFESTS,
        Entries=[{"PartitionValueList": [BUCKET], "PartitionInput": wrong}],
    )


def dropped(stack: MotoStack) -> None:
    """One partition was deleted."""
    stack.clients.glue.delete_partition(DatabaseName=DATABASE, TableName=MANIFESTS, PartitionValues=[BUCKET])


@pytest.mark.parametrize(("alteration", "action"), [(moved, "updated"), (retyped, "updated"), (dropped, "created")])
def test_a_refresh_repairs_a_partition(all_buckets: MotoStack, alteration: Any, action: str) -> None:
    add(all_buckets)
    add(all_buckets, "other")
    alteration(all_buckets)
    report = refresh(all_buckets).report
    changes = [{"Name": f"{MANIFESTS}/bucket={BUCKET}", "Action": action}]
    assert report.repaired.buckets == [{"Bucket": BUCKET, "Changes": changes}]
    assert all_buckets.partitions() == locations(BUCKET, "other")
    assert refresh(all_buckets).report.repaired.count == 0


def test_a_refresh_without_drift_walks_the_partitions_and_writes_nothing(
    all_buckets: MotoStack, calls: AwsCalls
) -> None:
    add(all_buckets)
    add(all_buckets, "other")
    calls.clear()
    assert refresh(all_buckets).report.repaired.count == 0
    assert [name for name in calls.names if name.startswith("glue:")] == [
        *["glue:GetTable"] * 2,
        "glue:GetTables",
        *["glue:GetPartitions"] * 2,
    ]


def test_a_refresh_recreates_all_buckets_tables(all_buckets: MotoStack) -> None:
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
    assert all_buckets.partitions() == locations(BUCKET)


def test_partitions_of_removed_buckets_are_deleted_and_of_unregistered_ones_reported(all_buckets: MotoStack) -> None:
    add(all_buckets)
    all_buckets.registrar.process(bucket_event(BUCKET, REMOVED, 10))
    for bucket in (BUCKET, "unregistered"):
        for one in partitions(bucket):
            all_buckets.clients.glue.create_partition(
                DatabaseName=DATABASE,
                TableName=one.table,
                PartitionInput=one.partition_input,  # type: ignore[arg-type]  # plain data
            )
    report = refresh(all_buckets).report
    assert all_buckets.partitions() == locations("unregistered")
    assert report.unregistered.buckets == [{"Bucket": "unregistered"}]

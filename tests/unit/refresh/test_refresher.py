"""A round of a refresh on moto: drift is repaired, problems are reported, and nothing else is changed."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import pytest

from quilt_athena.catalog.declarations import DECLARATIONS
from quilt_athena.catalog.declarations import MANIFESTS as DECLARED_MANIFESTS
from quilt_athena.catalog.desired_state import BUCKET_PARAMETER
from quilt_athena.catalog.views import is_view
from quilt_athena.errors import InvalidRequest, ServiceUnavailableError
from quilt_athena.refresh.reports import Report
from quilt_athena.refresh.requests import parse_refresh_request
from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.registration.registration import BucketState
from tests.desired import DATABASE, table_names
from tests.unit.aws_calls import AwsCalls, Fault, Killed, refusal
from tests.unit.moto_stack import MotoStack, bucket_event
from tests.unit.refresh.conftest import Fleet

MANIFESTS, PACKAGES, PACKAGES_VIEW, OBJECTS_VIEW = table_names("one")


def alter(stack: MotoStack, table: str, **changed: Any) -> None:
    """Alter a table in Glue, as somebody else might."""
    found: dict[str, Any] = {**stack.clients.glue.get_table(DatabaseName=DATABASE, Name=table)["Table"]}
    kept = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    views = ("ViewOriginalText", "ViewExpandedText")
    table_input: Any = {key: found[key] for key in (*kept, *views) if key in found}
    table_input.update(changed)
    stack.clients.glue.update_table(DatabaseName=DATABASE, TableInput=table_input)


def names(report: Report, kind: str) -> list[str]:
    return [entry["Bucket"] for entry in getattr(report, kind).buckets]


def test_unchanged_buckets_are_read_and_not_written(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard("one", "two", "three")
    calls.clear()
    done = fleet.refresh()
    assert calls.names == ["dynamodb:Scan", "glue:GetTables", *["s3:HeadBucket"] * 3]
    assert (done.report.checked, done.report.registered, done.report.repaired.count) == (3, 3, 0)
    assert (done.cursor, done.due, sorted(done.others)) == (None, (), ["one", "three", "two"])


@pytest.mark.parametrize("table", [MANIFESTS, PACKAGES, PACKAGES_VIEW, OBJECTS_VIEW])
def test_a_missing_table_is_recreated(fleet: Fleet, table: str) -> None:
    fleet.onboard("one", "two")
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=table)
    done = fleet.refresh()
    assert done.report.repaired.buckets == [
        {"Bucket": "one", "Changes": [{"Name": table, "Action": "created"}]},
    ]
    assert done.due == ("one",)
    fleet.stack.assert_in_sync("one")
    (event,) = fleet.stack.announcements()
    assert event["detail"]["changes"] == [{"name": table, "action": "created"}]


def test_an_altered_table_is_repaired(fleet: Fleet) -> None:
    fleet.onboard("one")
    alter(fleet.stack, PACKAGES, Description="mine")
    assert names(fleet.refresh().report, "repaired") == ["one"]
    fleet.stack.assert_in_sync("one")


def test_tables_of_an_older_release_are_updated(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    newer = replace(DECLARED_MANIFESTS, description="of a newer release")
    declarations = tuple(newer if one is DECLARED_MANIFESTS else one for one in DECLARATIONS)
    fleet.stack = fleet.stack.with_settings(declarations=declarations)
    assert names(fleet.refresh().report, "repaired") == ["one", "two"]
    fleet.stack.assert_in_sync("one")
    fleet.stack.assert_in_sync("two")


def test_an_interrupted_registration_is_completed_and_published(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.stack.make_bucket("one")
    with calls.fault(Fault.KILLED_BEFORE, 7), pytest.raises(Killed):
        fleet.stack.registrar.process(bucket_event("one", EventKind.ADDED))
    assert 0 < len(fleet.stack.tables("one")) < 4
    assert names(fleet.refresh().report, "repaired") == ["one"]
    fleet.stack.assert_in_sync("one")
    (event,) = fleet.stack.announcements()
    assert {change["name"] for change in event["detail"]["changes"]} == set(table_names("one"))


def test_leftover_tables_of_a_removed_bucket_are_deleted(fleet: Fleet) -> None:
    fleet.onboard("one")
    kept = {name: fleet.stack.clients.glue.get_table(DatabaseName=DATABASE, Name=name)["Table"] for name in (PACKAGES,)}
    fleet.stack.registrar.process(bucket_event("one", EventKind.REMOVED, 10))
    table: Any = {key: kept[PACKAGES][key] for key in ("Name", "TableType", "Parameters", "StorageDescriptor")}
    fleet.stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table)
    done = fleet.refresh()
    assert done.report.repaired.buckets == [{"Bucket": "one", "Changes": [{"Name": PACKAGES, "Action": "deleted"}]}]
    assert fleet.stack.tables("one") == {}
    assert done.due == (), "there are no views to check any more"


def test_a_missing_bucket_is_reported_and_its_tables_are_kept(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard("one", "two")
    fleet.stack.clients.s3.delete_bucket(Bucket="one")
    done = fleet.refresh()
    assert done.report.missing.buckets == [{"Bucket": "one", "Removed": False}]
    assert done.others == ("two",)
    assert len(fleet.stack.tables("one")) == 4
    assert fleet.problem("one").startswith("BucketNotFoundError: bucket one doesn't exist (404)")
    calls.clear()
    assert fleet.refresh().report.missing.count == 1
    assert calls.count("dynamodb:UpdateItem") == 0, "the same problem is recorded once"


def test_a_missing_bucket_fails_no_all_buckets_query(fleet: Fleet) -> None:
    fleet.stack = fleet.stack.all_buckets()
    fleet.onboard("one", "two")
    fleet.stack.clients.s3.delete_bucket(Bucket="one")
    for _ in range(2):
        fleet.refresh()
        assert {bucket for _, bucket in fleet.stack.partitions()} == {"two"}
    fleet.stack.make_bucket("one")
    fleet.refresh()
    assert {bucket for _, bucket in fleet.stack.partitions()} == {"one", "two"}


def test_a_recreated_bucket_has_no_problem(fleet: Fleet) -> None:
    fleet.onboard("one")
    fleet.stack.clients.s3.delete_bucket(Bucket="one")
    fleet.refresh()
    fleet.stack.make_bucket("one")
    assert fleet.refresh().report.missing.count == 0
    fleet.stack.assert_in_sync("one")


def test_a_missing_bucket_is_removed_if_the_setting_asks_for_it(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    fleet.stack.clients.s3.delete_bucket(Bucket="one")
    fleet.removes_missing_buckets = True
    done = fleet.refresh()
    assert done.report.missing.buckets == [{"Bucket": "one", "Removed": True}]
    assert (done.report.repaired.count, done.due) == (0, ())
    assert fleet.stack.tables("one") == {}
    known = fleet.stack.registration("one")
    assert known
    assert known.state is BucketState.REMOVED
    assert fleet.refresh().report.missing.count == 0


def test_a_bucket_without_access_is_never_removed(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard("one")
    fleet.removes_missing_buckets = True
    with calls.answering("s3:HeadBucket", lambda: refusal("403", 403)):
        alter(fleet.stack, PACKAGES, Description="mine")
        report = fleet.refresh().report
        assert (names(report, "repaired"), names(report, "failed"), report.missing.count) == (["one"], ["one"], 0)
        assert report.failed.buckets[0]["Error"] == "BucketAccessDeniedError"
        assert fleet.problem("one").startswith("BucketAccessDeniedError")
        calls.clear()
        fleet.refresh()
        assert calls.count("dynamodb:UpdateItem") == 0
    assert fleet.refresh().report.failed.count == 0
    fleet.stack.assert_in_sync("one")


def test_a_failed_bucket_does_not_affect_the_others(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    alter(fleet.stack, PACKAGES, Parameters={BUCKET_PARAMETER: "somebody-else"})
    fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name="two_quilt_packages")
    done = fleet.refresh()
    assert names(done.report, "failed") == ["one"]
    assert done.report.failed.buckets[0]["Error"] == "UnmanagedTableError"
    assert "somebody-else" in done.report.failed.buckets[0]["Reason"]
    assert (names(done.report, "repaired"), done.due) == (["two"], ("two",))
    assert fleet.problem("one").startswith("UnmanagedTableError")


def test_an_unexpected_error_of_a_bucket_does_not_affect_the_others(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard("one", "two")
    answers = iter([None, refusal("InternalServiceException", 500)])

    def second_fails() -> Any:
        return next(answers, None)

    with calls.answering("s3:HeadBucket", second_fails):
        done = fleet.refresh()
    assert names(done.report, "failed") == ["two"]
    assert done.report.failed.buckets[0]["Error"] == "ServiceUnavailableError"
    assert fleet.problem("two") == "", "an error that may pass by itself is not recorded"


def test_a_catalog_that_cannot_be_listed_fails_the_round(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard("one")
    with (
        calls.answering("glue:GetTables", lambda: refusal("AccessDeniedException")),
        pytest.raises(ServiceUnavailableError, match="glue:GetTables on quilt_query"),
    ):
        fleet.refresh()


def test_only_the_buckets_of_the_request_are_checked(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard("one", "two")
    for bucket in ("one", "two"):
        fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=f"{bucket}_quilt_packages")
    calls.clear()
    done = fleet.refresh(["one", "never-heard-of"])
    assert (names(done.report, "repaired"), done.report.checked) == (["one"], 1)
    assert [(entry["Bucket"], entry["Error"]) for entry in done.report.failed.buckets] == [
        ("never-heard-of", "BucketNotRegisteredError")
    ]
    assert done.due == ("one",)
    assert calls.count("dynamodb:Scan") == 0
    assert len(fleet.stack.tables("two")) == 3


def test_tables_of_an_unregistered_bucket_are_reported(fleet: Fleet) -> None:
    fleet.onboard("one", "two")
    fleet.stack.clients.dynamodb.delete_item(TableName="registry", Key={"bucket": {"S": "one"}})
    assert names(fleet.refresh().report, "unregistered") == ["one"]
    assert len(fleet.stack.tables("one")) == 4


def test_a_bucket_registered_in_between_is_not_reported_as_unregistered(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard("one")

    def register() -> None:
        fleet.stack.make_bucket("two")
        fleet.stack.registrar.process(bucket_event("two", EventKind.ADDED))

    with calls.meanwhile(2, register):
        assert fleet.refresh().report.unregistered.count == 0


def test_a_round_without_time_is_continued_by_the_next(fleet: Fleet) -> None:
    buckets = [f"bucket-{number}" for number in range(9)]
    fleet.onboard(*buckets)
    for bucket in buckets:
        fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=table_names(bucket)[0])
    first = fleet.refresh(has_time=lambda: False)
    assert (first.cursor, len(first.due)) == ("bucket-3", 4)
    second = fleet.refresh(after=first.cursor or "", report=first.report, has_time=lambda: False)
    assert (second.cursor, second.due) == ("bucket-7", ("bucket-4", "bucket-5", "bucket-6", "bucket-7"))
    third = fleet.refresh(after=second.cursor or "", report=second.report, has_time=lambda: False)
    assert (third.cursor, third.due) == (None, ("bucket-8",))
    assert names(third.report, "repaired") == buckets


@pytest.mark.exhaustive
def test_a_refresh_killed_at_any_call_is_completed_by_the_next(fleet: Fleet, calls: AwsCalls) -> None:
    buckets = ["one", "two"]
    fleet.onboard(*buckets)
    for number in range(1, 40):
        for bucket in buckets:
            fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=table_names(bucket)[1])
        with calls.fault(Fault.KILLED_AFTER, number) as fault, contextlib.suppress(Killed):
            fleet.refresh()
        fleet.refresh()
        for bucket in buckets:
            fleet.stack.assert_in_sync(bucket)
        published = [change["name"] for event in fleet.stack.announcements() for change in event["detail"]["changes"]]
        assert {table_names(bucket)[1] for bucket in buckets} <= set(published)
        if fault.happened is None:
            break
    else:
        pytest.fail("the refresh never ended")


@pytest.mark.exhaustive
def test_two_refreshes_at_the_same_time_end_as_one(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard("one", "two")
    for number in range(1, 30):
        for bucket in ("one", "two"):
            fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=table_names(bucket)[2])
        with calls.meanwhile(number, fleet.refresh) as meanwhile:
            report = fleet.refresh().report
        assert report.failed.count == 0
        fleet.stack.assert_in_sync("one")
        fleet.stack.assert_in_sync("two")
        if meanwhile.happened is None:
            break
    else:
        pytest.fail("the refresh never ended")


def test_several_workers_repair_the_same_buckets(fleet: Fleet) -> None:
    buckets = [f"bucket-{number}" for number in range(6)]
    fleet.onboard(*buckets)
    for bucket in buckets:
        fleet.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=table_names(bucket)[3])
    fleet.limits = replace(fleet.limits, workers=4)
    assert names(fleet.refresh().report, "repaired") == buckets


def test_existence_checks_are_limited_and_include_buckets_with_a_problem_first(fleet: Fleet, calls: AwsCalls) -> None:
    fleet.onboard(*[f"bucket-{number}" for number in range(5)])
    fleet.stack.registrar.registry.note_problem("bucket-3", "BucketNotFoundError: it was deleted")
    fleet.limits = replace(fleet.limits, existence_checks=2)
    calls.clear()
    fleet.refresh()
    assert calls.count("s3:HeadBucket") == 2
    fleet.stack.assert_in_sync("bucket-3")


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"Buckets": []}, "Buckets: "),
        ({"Buckets": "one"}, "Buckets: "),
        ({"Buckets": ["one", "not a bucket"]}, "Buckets.1: 'not a bucket' is not a legal S3 bucket name"),
        ({"Buckets": ["one"] * 1001}, "Buckets: "),
        ([], "event: "),
        (None, "event: "),
    ],
)
def test_an_invalid_request_is_rejected_with_its_field(request_: object, message: str) -> None:
    with pytest.raises(InvalidRequest) as rejected:
        parse_refresh_request(request_)
    assert str(rejected.value).startswith(message)


def test_a_schedule_requests_all_buckets() -> None:
    assert parse_refresh_request({}).buckets is None
    assert parse_refresh_request({"version": "0", "source": "aws.scheduler"}).buckets is None


def test_views_as_release_0_1_wrote_them_lose_their_description_once(fleet: Fleet, calls: AwsCalls) -> None:
    """Trino treats a view with a Description as a table."""
    fleet.stack = fleet.stack.all_buckets()
    fleet.onboard("one", "two")
    views = [name for name, table in fleet.stack.all_tables().items() if is_view(table)]
    assert len(views) == 6
    for name in views:
        alter(fleet.stack, name, Description="One row for each revision of a package")
    for bucket in ("one", "two"):
        known = fleet.stack.registration(bucket)
        assert known
        fleet.stack.registrar.registry.mark_in_sync(known, "0" * 64, published=[])
    calls.clear()
    report = fleet.refresh().report
    assert names(report, "repaired") == ["*", "one", "two"]
    assert sorted(calls.table_writes) == sorted((name, "updated") for name in views)
    assert calls.count("glue:UpdateTable") == len(views)
    assert not any("Description" in table for table in fleet.stack.all_tables().values() if is_view(table))
    for bucket in ("one", "two"):
        fleet.stack.assert_in_sync(bucket)
    calls.clear()
    assert fleet.refresh().report.repaired.count == 0
    assert calls.table_writes == []
    assert calls.count("dynamodb:UpdateItem") == 0

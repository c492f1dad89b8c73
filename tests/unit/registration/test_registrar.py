"""BucketRegistrar on moto: one event at a time, without faults of AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quilt_athena.catalog.declarations import DECLARATIONS, PACKAGES
from quilt_athena.errors import (
    BucketAccessDeniedError,
    BucketNotFoundError,
    CatalogConflictError,
    ServiceUnavailableError,
    UnmanagedTableError,
)
from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.registration.registration import BucketState
from tests.desired import DATABASE, table_names
from tests.unit.aws_calls import AwsCalls, refusal, success
from tests.unit.catalog.notebook_catalog import notebook_catalog
from tests.unit.moto_stack import EVENT_BUS, REGISTRY_TABLE, MotoStack, bucket_event

BUCKET = "my-bucket"
NAMES = table_names(BUCKET)
ADDED, REMOVED = bucket_event(BUCKET, EventKind.ADDED, 0), bucket_event(BUCKET, EventKind.REMOVED, 10)
SEEN = bucket_event(BUCKET, EventKind.SEEN, 5)


@pytest.fixture(autouse=True)
def bucket(stack: MotoStack) -> str:
    """The bucket that the events are about."""
    return stack.make_bucket(BUCKET)


def published(stack: MotoStack) -> list[list[tuple[str, str]]]:
    """The changes of each `catalog-changed` event since the last look."""
    return [
        [(change["name"], change["action"]) for change in event["detail"]["changes"]] for event in stack.announcements()
    ]


def test_an_added_bucket_gets_its_tables_and_an_event_is_published(stack: MotoStack, calls: AwsCalls) -> None:
    changes = stack.registrar.process(ADDED)
    assert calls.count("glue:") <= 6
    assert calls.count("athena:") == 0
    assert {change.name for change in changes} == set(NAMES)
    stack.assert_in_sync(BUCKET)
    (event,) = stack.announcements()
    assert (event["source"], event["detail-type"]) == ("quilt-athena", "catalog-changed")
    assert event["resources"] == ["arn:aws:s3:::my-bucket"]
    assert event["detail"] == {
        "version": "0.1",
        "bucket": BUCKET,
        "changes": [{"name": name, "action": "created"} for name in sorted(NAMES)],
    }


@pytest.mark.parametrize("kind", [EventKind.UPDATED, EventKind.SEEN])
def test_an_unknown_bucket_is_registered_by_other_events_too(stack: MotoStack, kind: EventKind) -> None:
    stack.registrar.process(bucket_event(BUCKET, kind))
    assert stack.assert_in_sync(BUCKET).registered
    assert published(stack) == [[(name, "created") for name in sorted(NAMES)]]


def test_a_second_delivery_writes_no_table_and_publishes_nothing(stack: MotoStack, calls: AwsCalls) -> None:
    stack.registrar.process(ADDED)
    stack.announcements()
    calls.clear()
    assert stack.registrar.process(ADDED) == ()
    assert calls.names == ["dynamodb:GetItem", "glue:GetTables", "dynamodb:UpdateItem"]
    assert published(stack) == []


def test_a_pushed_package_in_a_known_bucket_costs_one_read(stack: MotoStack, calls: AwsCalls) -> None:
    stack.registrar.process(ADDED)
    calls.clear()
    assert stack.registrar.process(SEEN) == ()
    assert calls.names == ["dynamodb:GetItem"]


def test_a_removed_bucket_loses_its_tables_and_an_event_is_published(stack: MotoStack) -> None:
    stack.registrar.process(ADDED)
    stack.announcements()
    changes = stack.registrar.process(REMOVED)
    assert {(change.name, change.action.value) for change in changes} == {(name, "deleted") for name in NAMES}
    assert not stack.assert_in_sync(BUCKET).registered
    assert published(stack) == [[(name, "deleted") for name in sorted(NAMES)]]


def test_a_removal_does_not_access_the_bucket(stack: MotoStack, calls: AwsCalls) -> None:
    stack.registrar.process(ADDED)
    stack.clients.s3.delete_bucket(Bucket=BUCKET)
    calls.clear()
    stack.registrar.process(REMOVED)
    assert calls.count("s3:") == 0
    assert stack.tables(BUCKET) == {}


def test_a_removal_of_an_unknown_bucket_is_recorded(stack: MotoStack) -> None:
    assert stack.registrar.process(REMOVED) == ()
    assert published(stack) == []
    assert stack.registrar.process(ADDED) == ()  # it is older
    assert not stack.assert_in_sync(BUCKET).registered


def test_a_pushed_package_does_not_register_a_removed_bucket(stack: MotoStack, calls: AwsCalls) -> None:
    stack.registrar.process(ADDED)
    stack.registrar.process(REMOVED)
    calls.clear()
    assert stack.registrar.process(bucket_event(BUCKET, EventKind.SEEN, 99)) == ()
    assert calls.names == ["dynamodb:GetItem"]
    assert stack.tables(BUCKET) == {}


def test_a_removed_bucket_can_be_added_again(stack: MotoStack) -> None:
    for event in (ADDED, REMOVED, bucket_event(BUCKET, EventKind.ADDED, 20)):
        stack.registrar.process(event)
    assert stack.assert_in_sync(BUCKET).registered


def test_a_pushed_package_completes_an_interrupted_event(stack: MotoStack, calls: AwsCalls) -> None:
    with (
        calls.answering("glue:CreateTable", lambda: refusal("ThrottlingException")),
        pytest.raises(
            ServiceUnavailableError, match=r"glue:CreateTable on quilt_query\.my_bucket_quilt_manifests failed"
        ),
    ):
        stack.registrar.process(ADDED)
    stack.registrar.process(SEEN)
    stack.assert_in_sync(BUCKET)
    assert published(stack) == [[(name, "created") for name in sorted(NAMES)]]


def test_new_declarations_are_applied_with_the_next_pushed_package(
    stack: MotoStack,
) -> None:
    older = replace(PACKAGES, description="as of the release before")
    declarations = tuple(older if one is PACKAGES else one for one in DECLARATIONS)
    stack.with_settings(declarations=declarations).registrar.process(ADDED)
    stack.announcements()
    stack.registrar.process(SEEN)
    assert published(stack) == [[("my_bucket_quilt_packages", "updated")]]
    stack.assert_in_sync(BUCKET)


def put_notebook_tables(stack: MotoStack, **changes: Any) -> None:
    """The notebook's tables, the second of them changed."""
    for number, table in enumerate(notebook_catalog()):
        table_input = {**table, **(changes if number == 1 else {})}
        stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table_input)  # type: ignore[arg-type]  # data


def test_an_adoption_of_the_notebooks_tables_is_published(stack: MotoStack) -> None:
    put_notebook_tables(stack)
    stack.registrar.process(ADDED)
    stack.assert_in_sync(BUCKET)
    assert published(stack) == [[(name, "updated") for name in sorted(NAMES)]]


def test_an_unmanaged_table_is_a_problem_until_it_is_deleted(stack: MotoStack, calls: AwsCalls) -> None:
    put_notebook_tables(stack, TableType="MANAGED_TABLE")
    with pytest.raises(UnmanagedTableError, match=r"quilt_query\.my_bucket_quilt_packages already exists"):
        stack.registrar.process(ADDED)
    known = stack.registration(BUCKET)
    assert known
    assert known.state is BucketState.REGISTERED
    assert known.problem
    assert known.problem.startswith("UnmanagedTableError: quilt_query.my_bucket_quilt_packages already exists")
    assert published(stack) == []
    # Packages that are pushed in the meantime do not report it again.
    calls.clear()
    assert stack.registrar.process(SEEN) == ()
    assert calls.names == ["dynamodb:GetItem"]
    stack.clients.glue.delete_table(DatabaseName=DATABASE, Name="my_bucket_quilt_packages")
    stack.registrar.process(bucket_event(BUCKET, EventKind.UPDATED, 7))
    assert stack.assert_in_sync(BUCKET).problem is None


@pytest.mark.parametrize("kind", [EventKind.ADDED, EventKind.UPDATED, EventKind.SEEN])
def test_a_bucket_that_does_not_exist_is_not_registered(stack: MotoStack, calls: AwsCalls, kind: EventKind) -> None:
    stack.clients.s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(BucketNotFoundError, match=r"bucket my-bucket doesn't exist \(404\): correct the name"):
        stack.registrar.process(bucket_event(BUCKET, kind))
    assert stack.registration(BUCKET) is None
    assert calls.count("glue:") == 0 or stack.tables(BUCKET) == {}


@pytest.mark.parametrize("code", ["403", "AccessDenied"])
def test_a_bucket_without_access_is_distinguished_from_a_missing_one(
    stack: MotoStack, calls: AwsCalls, code: str
) -> None:
    with (
        calls.answering("s3:HeadBucket", lambda: refusal(code, 403, "Forbidden")),
        pytest.raises(BucketAccessDeniedError, match=r"bucket my-bucket exists, but can't be read \(403\): allow"),
    ):
        stack.registrar.process(ADDED)
    assert stack.registration(BUCKET) is None


@pytest.mark.parametrize(("code", "status"), [("500", 500), ("503", 503), ("SlowDown", 503), ("400", 400)])
def test_a_bucket_about_which_s3_fails_is_tried_again(
    stack: MotoStack, calls: AwsCalls, code: str, status: int
) -> None:
    with (
        calls.answering("s3:HeadBucket", lambda: refusal(code, status)),
        pytest.raises(ServiceUnavailableError, match=f"s3:HeadBucket on my-bucket failed: {code}"),
    ):
        stack.registrar.process(ADDED)
    stack.registrar.process(ADDED)
    stack.assert_in_sync(BUCKET)


def test_a_bucket_that_was_deleted_keeps_its_tables_and_gets_a_problem(stack: MotoStack) -> None:
    stack.registrar.process(ADDED)
    stack.clients.s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(BucketNotFoundError):
        stack.registrar.process(bucket_event(BUCKET, EventKind.UPDATED, 1))
    known = stack.registration(BUCKET)
    assert known
    assert known.problem
    assert known.problem.startswith("BucketNotFoundError: ")
    stack.assert_declared(BUCKET)


def test_an_event_that_the_bus_rejects_is_published_again(stack: MotoStack, calls: AwsCalls) -> None:
    failed = success(FailedEntryCount=1, Entries=[{"ErrorCode": "InternalFailure", "ErrorMessage": "busy"}])
    with (
        calls.answering("events:PutEvents", lambda: failed),
        pytest.raises(ServiceUnavailableError, match=f"events:PutEvents on {EVENT_BUS} failed: InternalFailure: busy"),
    ):
        stack.registrar.process(ADDED)
    stack.registrar.process(ADDED)
    assert published(stack) == [[(name, "created") for name in sorted(NAMES)]]
    stack.assert_in_sync(BUCKET)


def test_a_registration_deleted_in_between_is_recorded_again(stack: MotoStack, calls: AwsCalls) -> None:
    def drop() -> object:
        return stack.clients.dynamodb.delete_item(TableName=REGISTRY_TABLE, Key={"bucket": {"S": BUCKET}})

    with (
        calls.meanwhile(9, drop) as interference,
        pytest.raises(CatalogConflictError, match="the registration of bucket my-bucket was deleted while"),
    ):
        stack.registrar.process(ADDED)
    assert interference.happened
    stack.registrar.process(ADDED)
    stack.assert_in_sync(BUCKET)


def test_a_registration_that_keeps_changing_is_an_error(stack: MotoStack, calls: AwsCalls) -> None:
    known = stack.registrar.registry.record(ADDED, None)
    seconds = iter(range(1, 100))

    def move() -> None:
        now = stack.registration(BUCKET)
        stack.registrar.registry.record(bucket_event(BUCKET, EventKind.UPDATED, next(seconds)), now)

    busy = False

    def before_listing() -> None:
        nonlocal busy
        if not busy:
            busy = True
            move()
            busy = False

    with (
        calls.answering("glue:GetTables", before_listing),
        pytest.raises(CatalogConflictError, match="the registration of bucket my-bucket changed 5 times"),
    ):
        stack.registrar.synchronize(known)
    stack.registrar.process(ADDED)
    stack.assert_in_sync(BUCKET)

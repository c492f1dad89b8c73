"""The registry keeps what is known about buckets, also when several write at the same time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.errors import CatalogConflictError, ServiceUnavailableError
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from quilt_athena.registration.registration import BucketState, Registration
from tests.unit.aws_calls import AwsCalls, Fault, on_parameters, refusal
from tests.unit.moto_stack import REGISTRY_TABLE, MotoStack, bucket_event

BUCKET = "my-bucket"
CHANGE, OTHER_CHANGE = Change("a", Action.CREATED), Change("b", Action.DELETED)


def test_a_registration_is_read_as_it_was_written(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    assert registry.get(BUCKET) is None
    known = registry.record(bucket_event(BUCKET, EventKind.ADDED, 5), None)
    assert registry.get(BUCKET) == known
    registry.add_pending(BUCKET, [CHANGE, OTHER_CHANGE])
    registry.note_problem(BUCKET, "x" * 5000)
    assert registry.get(BUCKET) == replace(known, pending=frozenset({CHANGE, OTHER_CHANGE}), problem="x" * 1000)
    assert registry.mark_in_sync(known, "f" * 64, published=[CHANGE])
    after_marking = replace(known, synced_revision=1, fingerprint="f" * 64, pending=frozenset({OTHER_CHANGE}))
    assert registry.get(BUCKET) == after_marking
    assert registry.mark_in_sync(known, None, published=[])
    assert registry.get(BUCKET) == replace(after_marking, fingerprint=None)


def test_a_bucket_without_explicit_event_has_no_event_time(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    known = registry.record(bucket_event(BUCKET, EventKind.SEEN, 5), None)
    assert registry.get(BUCKET) == known == Registration(BUCKET, BucketState.REGISTERED, 1)


def test_pending_changes_survive_the_next_event(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    known = registry.record(bucket_event(BUCKET, EventKind.ADDED), None)
    registry.add_pending(BUCKET, [CHANGE])
    registry.record(bucket_event(BUCKET, EventKind.REMOVED, 1), known)
    now = registry.get(BUCKET)
    assert now
    assert (now.state, now.pending) == (BucketState.REMOVED, frozenset({CHANGE}))


def test_unknown_attributes_are_kept(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    known = registry.record(bucket_event(BUCKET, EventKind.ADDED), None)
    key = {"bucket": {"S": BUCKET}}
    stack.clients.dynamodb.update_item(
        TableName=REGISTRY_TABLE,
        Key=key,
        UpdateExpression="SET note = :note",
        ExpressionAttributeValues={":note": {"S": "mine"}},
    )
    registry.record(bucket_event(BUCKET, EventKind.UPDATED, 1), known)
    assert stack.clients.dynamodb.get_item(TableName=REGISTRY_TABLE, Key=key)["Item"]["note"] == {"S": "mine"}


@pytest.mark.parametrize("first", [None, bucket_event(BUCKET, EventKind.ADDED, 1)])
def test_an_outdated_writer_reads_again(stack: MotoStack, calls: AwsCalls, first: BucketEvent | None) -> None:
    registry = stack.registrar.registry
    known = registry.record(first, None) if first else None
    newest, late = bucket_event(BUCKET, EventKind.REMOVED, 3), bucket_event(BUCKET, EventKind.UPDATED, 2)
    with calls.meanwhile(1, lambda: registry.record(newest, known)):
        now = registry.record(late, known)
    assert now == registry.get(BUCKET)
    assert (now.state, now.event_time) == (BucketState.REMOVED, newest.time)


def test_a_newer_event_wins_over_one_recorded_in_between(stack: MotoStack, calls: AwsCalls) -> None:
    registry = stack.registrar.registry
    newest, earlier = bucket_event(BUCKET, EventKind.REMOVED, 3), bucket_event(BUCKET, EventKind.UPDATED, 2)
    with calls.meanwhile(1, lambda: registry.record(earlier, None)):
        now = registry.record(newest, None)
    assert now == registry.get(BUCKET)
    assert (now.state, now.revision) == (BucketState.REMOVED, 2)


def test_a_conflict_in_every_try_is_an_error(stack: MotoStack, calls: AwsCalls) -> None:
    with (
        calls.answering("dynamodb:UpdateItem", lambda: refusal("ConditionalCheckFailedException")),
        pytest.raises(
            CatalogConflictError,
            match="the registration of bucket my-bucket was changed by others 10 times while being written",
        ),
    ):
        stack.registrar.registry.record(bucket_event(BUCKET, EventKind.ADDED), None)


def test_a_repeated_event_after_a_lost_response_changes_nothing(stack: MotoStack, calls: AwsCalls) -> None:
    registry, event = stack.registrar.registry, bucket_event(BUCKET, EventKind.ADDED)
    with calls.fault(Fault.ANSWER_LOST, 1), pytest.raises(ServiceUnavailableError, match="registry/my-bucket failed"):
        registry.record(event, None)
    known = registry.record(event, None)
    assert known.revision == 1


def test_an_outdated_registration_cannot_be_marked_in_sync(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    known = registry.record(bucket_event(BUCKET, EventKind.ADDED), None)
    moved = registry.record(bucket_event(BUCKET, EventKind.REMOVED, 1), known)
    assert not registry.mark_in_sync(known, "f", published=[])
    assert registry.get(BUCKET) == moved


def test_a_problem_of_an_unknown_bucket_creates_no_item(stack: MotoStack) -> None:
    stack.registrar.registry.note_problem(BUCKET, "no such bucket")
    stack.registrar.registry.add_pending(BUCKET, [CHANGE])
    assert stack.registrar.registry.get(BUCKET) is None


def expiry(stack: MotoStack) -> int | None:
    """When the item expires, in Unix seconds."""
    item = stack.clients.dynamodb.get_item(TableName=REGISTRY_TABLE, Key={"bucket": {"S": BUCKET}})["Item"]
    return int(item["expires_at"]["N"]) if "expires_at" in item else None


def test_a_removal_of_an_unknown_bucket_is_remembered_for_thirty_days(stack: MotoStack) -> None:
    before = datetime.now(UTC)
    stack.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 10))
    expires_at = expiry(stack)
    assert expires_at
    assert 29.9 < (expires_at - before.timestamp()) / 86400 < 30.1
    stack.registrar.process(bucket_event(BUCKET, EventKind.ADDED, 5))
    stack.registrar.process(bucket_event(BUCKET, EventKind.SEEN, 11))
    known = stack.registration(BUCKET)
    assert known
    assert (known.state, expiry(stack)) == (BucketState.REMOVED, expires_at), "an older event changes nothing"
    stack.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 20))
    assert (expiry(stack) or 0) >= expires_at


def test_a_registered_bucket_is_remembered_without_limit(stack: MotoStack) -> None:
    stack.make_bucket(BUCKET)
    stack.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 0))
    stack.registrar.process(bucket_event(BUCKET, EventKind.ADDED, 1))
    assert expiry(stack) is None
    stack.registrar.process(bucket_event(BUCKET, EventKind.REMOVED, 2))
    assert expiry(stack) is None, "a pushed package must not register it again"


def test_walk_reads_every_page(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    assert list(registry.walk()) == []
    buckets = [f"bucket-{number}" for number in range(5)]
    for bucket in buckets:
        registry.record(bucket_event(bucket, EventKind.ADDED), None)
    pages: list[bool] = []

    def two_at_a_time(params: dict[str, Any]) -> None:
        pages.append("ExclusiveStartKey" in params)
        params["Limit"] = 2

    with on_parameters(stack.clients.dynamodb, "Scan", two_at_a_time):
        assert sorted(one.bucket for one in registry.walk()) == buckets
    assert pages == [False, True, True]


def test_registration_is_read_consistently(stack: MotoStack) -> None:
    requested: list[Any] = []
    with on_parameters(stack.clients.dynamodb, "GetItem", requested.append):
        stack.registrar.registry.get(BUCKET)
    assert [one["ConsistentRead"] for one in requested] == [True]


def test_a_view_problem_is_kept_until_the_views_can_be_read(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    registry.note_view_problem(BUCKET, "of an unknown bucket")
    registry.note_view_problem(BUCKET, None)
    assert registry.get(BUCKET) is None
    known = registry.record(bucket_event(BUCKET, EventKind.ADDED), None)
    registry.note_view_problem(BUCKET, "x" * 5000)
    assert registry.get(BUCKET) == replace(known, view_problem="x" * 1000)
    registry.note_view_problem(BUCKET, None)
    assert registry.get(BUCKET) == known


def test_index_and_progress_are_read_as_they_were_written(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    registry.record(bucket_event(BUCKET, EventKind.ADDED, 0, indexed=True), None)
    known = registry.get(BUCKET)
    assert known
    assert (known.indexed, known.index) == (True, None)

    progress = IndexProgress(IndexState.BACKFILLING, "cursor", 3, 1000)
    assert registry.set_index(known, progress)
    now = registry.get(BUCKET)
    assert now
    assert (now.index, now.revision) == (progress, known.revision)

    assert registry.set_index(now, replace(progress, state=IndexState.COMPLETE), changes_views=True)
    complete = registry.get(BUCKET)
    assert complete
    assert complete.reads_index
    assert complete.revision == known.revision + 1
    assert not complete.is_applied

    assert registry.set_index(complete, None)
    erased = registry.get(BUCKET)
    assert erased
    assert erased.index is None


def test_progress_of_an_outdated_registration_is_not_recorded(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    registry.record(bucket_event(BUCKET, EventKind.ADDED, 0, indexed=True), None)
    known = registry.get(BUCKET)
    assert known
    registry.record(bucket_event(BUCKET, EventKind.UPDATED, 1, indexed=False), known)
    assert not registry.set_index(known, IndexProgress(IndexState.COMPLETE), changes_views=True)
    now = registry.get(BUCKET)
    assert now
    assert (now.indexed, now.index) == (False, None)


def test_an_event_that_disables_the_index_records_that_it_is_erased(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    registry.record(bucket_event(BUCKET, EventKind.ADDED, 0, indexed=True), None)
    registry.set_index(_known(stack), IndexProgress(IndexState.COMPLETE, "cursor"), changes_views=True)
    registry.record(bucket_event(BUCKET, EventKind.UPDATED, 1, indexed=False), _known(stack))
    assert _known(stack).index == IndexProgress(IndexState.ERASING)


def test_another_event_keeps_the_progress_that_was_recorded_meanwhile(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    registry.record(bucket_event(BUCKET, EventKind.ADDED, 0, indexed=True), None)
    registry.set_index(_known(stack), IndexProgress(IndexState.BACKFILLING, "first"))
    known, later = _known(stack), IndexProgress(IndexState.BACKFILLING, "second", 3, 1000)
    registry.set_index(known, later)
    registry.record(bucket_event(BUCKET, EventKind.UPDATED, 1, indexed=True), known)
    assert _known(stack).index == later


def _known(stack: MotoStack) -> Registration:
    known = stack.registrar.registry.get(BUCKET)
    assert known
    return known

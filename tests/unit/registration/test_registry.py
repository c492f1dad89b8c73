"""The registry: in whatever order events arrive, the newest decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.errors import CatalogConflictError, ServiceUnavailableError
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from quilt_athena.registration.registration import BucketState, Registration, decide
from tests.unit.aws_calls import AwsCalls, Fault, on_parameters, refusal
from tests.unit.moto_stack import REGISTRY_TABLE, START, MotoStack, bucket_event

BUCKET = "my-bucket"
CHANGE, OTHER_CHANGE = Change("a", Action.CREATED), Change("b", Action.DELETED)

explicit_kinds = st.sampled_from([EventKind.ADDED, EventKind.UPDATED, EventKind.REMOVED])
#: Explicit events, each of its own second.
histories = st.lists(explicit_kinds, min_size=1, max_size=6).map(
    lambda kinds: [bucket_event(BUCKET, kind, seconds) for seconds, kind in enumerate(kinds)]
)
seen_events = st.integers(-3, 9).map(lambda seconds: bucket_event(BUCKET, EventKind.SEEN, seconds))


def after(events: Sequence[BucketEvent], known: Registration | None = None) -> Registration | None:
    """What is known after events that arrive in this order."""
    return reduce(lambda now, event: decide(now, event) or now, events, known)


def state_after(events: Sequence[BucketEvent]) -> BucketState | None:
    """Whether the bucket is registered then."""
    known = after(events)
    return known.state if known else None


def says(event: BucketEvent) -> BucketState:
    """What an explicit event says."""
    return BucketState.REMOVED if event.kind is EventKind.REMOVED else BucketState.REGISTERED


@given(histories, st.data())
def test_any_order_and_any_repetition_end_with_the_newest_event(
    history: list[BucketEvent], data: st.DataObject
) -> None:
    repeated = history + data.draw(st.lists(st.sampled_from(history), max_size=4))
    known = after(data.draw(st.permutations(repeated)))
    newest = history[-1]
    assert known
    assert (known.state, known.event_time, known.event_ids) == (says(newest), newest.time, frozenset({newest.id}))


@given(histories, st.lists(seen_events, max_size=3), st.data())
def test_pushed_packages_never_override_explicit_events(
    history: list[BucketEvent], seen: list[BucketEvent], data: st.DataObject
) -> None:
    assert state_after(data.draw(st.permutations(history + seen))) is says(history[-1])


@given(st.lists(seen_events, min_size=1, max_size=4))
def test_a_pushed_package_registers_an_unknown_bucket(seen: list[BucketEvent]) -> None:
    known = after(seen)
    assert known == Registration(BUCKET, BucketState.REGISTERED, revision=1)


@given(explicit_kinds, st.integers(-100, 100))
def test_an_explicit_event_overrides_a_pushed_package_whatever_its_time(kind: EventKind, seconds: int) -> None:
    event = bucket_event(BUCKET, kind, seconds)
    assert state_after([bucket_event(BUCKET, EventKind.SEEN), event]) is says(event)


@given(st.permutations([EventKind.ADDED, EventKind.UPDATED, EventKind.REMOVED]))
def test_the_later_arrival_of_one_second_applies(kinds: list[EventKind]) -> None:
    events = [bucket_event(BUCKET, kind, 7) for kind in kinds]
    assert state_after(events) is says(events[-1])
    # A second delivery of an earlier one is no later arrival.
    assert state_after([*events, *events[:-1]]) is says(events[-1])


def test_events_of_one_second_are_recorded_up_to_a_limit() -> None:
    events = [bucket_event(BUCKET, EventKind.UPDATED, 7, id=str(number)) for number in range(120)]
    known = after(events[:50])
    assert known
    assert known.event_ids == {event.id for event in events[:50]}
    known = after(events)
    assert known
    assert known.revision == 120
    assert len(known.event_ids) <= 50
    assert events[-1].id in known.event_ids
    # The fifty-first made the registry forget those before it.
    known = after(events[:51])
    assert known
    assert known.event_ids == {"50"}


@given(histories)
def test_revisions_count_changes(history: list[BucketEvent]) -> None:
    known = after(history)
    assert known
    assert known.revision == len(history)
    assert all(decide(known, event) is None for event in history)


def test_an_event_keeps_what_else_is_known() -> None:
    known = Registration(BUCKET, BucketState.REGISTERED, 3, START, frozenset({"x"}), 3, "f" * 64, frozenset({CHANGE}))
    new = decide(known, bucket_event(BUCKET, EventKind.REMOVED, 1))
    assert new == replace(
        known,
        state=BucketState.REMOVED,
        revision=4,
        event_time=START + timedelta(seconds=1),
        event_ids=frozenset({"removed-1"}),
    )


@pytest.mark.parametrize(
    ("registration", "is_in_sync"),
    [
        (Registration(BUCKET, BucketState.REGISTERED, 2, synced_revision=2, fingerprint="f"), True),
        (Registration(BUCKET, BucketState.REGISTERED, 2, synced_revision=2, fingerprint="old"), False),
        (Registration(BUCKET, BucketState.REGISTERED, 2, synced_revision=1, fingerprint="f"), False),
        (Registration(BUCKET, BucketState.REMOVED, 2, synced_revision=2), True),
        (Registration(BUCKET, BucketState.REMOVED, 2), False),
        (Registration(BUCKET, BucketState.REMOVED, 2, synced_revision=2, pending=frozenset({CHANGE})), False),
        (Registration(BUCKET, BucketState.REMOVED, 2, synced_revision=2, problem="p"), False),
    ],
)
def test_in_sync_means_applied_with_these_definitions_and_published(
    registration: Registration, is_in_sync: bool
) -> None:
    assert registration.is_in_sync("f") is is_in_sync


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


def test_a_new_registration_is_not_applied() -> None:
    known = Registration(BUCKET, BucketState.REGISTERED, revision=1)
    assert (known.synced_revision, known.is_applied, known.was_in_sync("f")) == (0, False, False)


def indexing(kind: EventKind, seconds: int, *, indexed: bool | None) -> BucketEvent:
    """An event that may ask for the bucket to be indexed, or not."""
    return replace(bucket_event(BUCKET, kind, seconds), indexed=indexed)


@pytest.mark.parametrize(
    ("asked", "indexed"),
    [
        ([True], True),
        ([None], False),
        ([True, None], True),
        ([True, False], False),
        ([True, False, True], True),
    ],
)
def test_a_bucket_is_indexed_as_the_newest_event_that_says_so(asked: list[bool | None], indexed: bool) -> None:
    known = after([indexing(EventKind.UPDATED, seconds, indexed=one) for seconds, one in enumerate(asked)])
    assert known
    assert known.indexed is indexed


def test_a_removed_bucket_is_not_indexed_not_even_after_it_is_added_again() -> None:
    added = indexing(EventKind.ADDED, 0, indexed=True)
    removed = indexing(EventKind.REMOVED, 1, indexed=True)
    known = after([added, removed])
    assert known
    assert not known.indexed
    again = after([indexing(EventKind.ADDED, 2, indexed=None)], known)
    assert again
    assert not again.indexed
    only_removed = after([removed])
    assert only_removed
    assert not only_removed.indexed


def test_an_older_event_does_not_change_whether_a_bucket_is_indexed() -> None:
    known = after([indexing(EventKind.UPDATED, 5, indexed=True), indexing(EventKind.UPDATED, 4, indexed=False)])
    assert known
    assert known.indexed


def test_a_pushed_package_keeps_a_bucket_indexed() -> None:
    known = after([indexing(EventKind.ADDED, 0, indexed=True), bucket_event(BUCKET, EventKind.SEEN, 1)])
    assert known
    assert known.indexed


@pytest.mark.parametrize("state", IndexState)
@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("registered", [True, False])
def test_views_read_the_index_of_a_registered_bucket_that_is_indexed_completely(
    state: IndexState, indexed: bool, registered: bool
) -> None:
    bucket_state = BucketState.REGISTERED if registered else BucketState.REMOVED
    known = Registration(BUCKET, bucket_state, 1, indexed=indexed, index=IndexProgress(state))
    assert known.reads_index is (registered and indexed and state is IndexState.COMPLETE)


def test_index_and_progress_are_read_as_they_were_written(stack: MotoStack) -> None:
    registry = stack.registrar.registry
    registry.record(indexing(EventKind.ADDED, 0, indexed=True), None)
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
    registry.record(indexing(EventKind.ADDED, 0, indexed=True), None)
    known = registry.get(BUCKET)
    assert known
    registry.record(indexing(EventKind.UPDATED, 1, indexed=False), known)
    assert not registry.set_index(known, IndexProgress(IndexState.COMPLETE), changes_views=True)
    now = registry.get(BUCKET)
    assert now
    assert (now.indexed, now.index) == (False, None)

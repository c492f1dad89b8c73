"""What is known about a bucket: in whatever order events arrive, the newest decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.index_progress import IndexProgress, IndexState
from quilt_athena.registration.registration import BucketState, Registration, decide
from tests.unit.moto_stack import START, bucket_event

BUCKET = "my-bucket"
CHANGE = Change("a", Action.CREATED)

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


def test_a_new_registration_is_not_applied() -> None:
    known = Registration(BUCKET, BucketState.REGISTERED, revision=1)
    assert (known.synced_revision, known.is_applied, known.was_in_sync("f")) == (0, False, False)


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
    known = after([bucket_event(BUCKET, EventKind.UPDATED, seconds, indexed=one) for seconds, one in enumerate(asked)])
    assert known
    assert known.indexed is indexed


def test_a_removed_bucket_is_not_indexed_not_even_after_it_is_added_again() -> None:
    added = bucket_event(BUCKET, EventKind.ADDED, 0, indexed=True)
    removed = bucket_event(BUCKET, EventKind.REMOVED, 1, indexed=True)
    known = after([added, removed])
    assert known
    assert not known.indexed
    again = after([bucket_event(BUCKET, EventKind.ADDED, 2, indexed=None)], known)
    assert again
    assert not again.indexed
    only_removed = after([removed])
    assert only_removed
    assert not only_removed.indexed


@pytest.mark.parametrize(
    ("kind", "indexed", "state", "expected"),
    [
        (EventKind.UPDATED, False, IndexState.COMPLETE, IndexState.ERASING),
        (EventKind.UPDATED, False, IndexState.BACKFILLING, IndexState.ERASING),
        (EventKind.REMOVED, None, IndexState.COMPLETE, IndexState.ERASING),
        (EventKind.UPDATED, True, IndexState.COMPLETE, IndexState.COMPLETE),
        (EventKind.UPDATED, None, IndexState.COMPLETE, IndexState.COMPLETE),
    ],
)
def test_a_bucket_that_is_not_indexed_any_more_is_to_be_erased(
    kind: EventKind, indexed: bool | None, state: IndexState, expected: IndexState
) -> None:
    known = Registration(BUCKET, BucketState.REGISTERED, 1, indexed=True, index=IndexProgress(state, manifests=5))
    new = decide(known, replace(bucket_event(BUCKET, kind), indexed=indexed))
    assert new is not None
    assert new.index == (IndexProgress(expected) if expected is not state else known.index)
    # How far erasing is, an event doesn't change.
    erased = replace(known, indexed=False, index=IndexProgress(IndexState.ERASING, erased_at=START))
    again = decide(erased, replace(bucket_event(BUCKET, kind), indexed=indexed))
    assert again is not None
    assert again.index == erased.index


def test_an_older_event_does_not_change_whether_a_bucket_is_indexed() -> None:
    known = after(
        [
            bucket_event(BUCKET, EventKind.UPDATED, 5, indexed=True),
            bucket_event(BUCKET, EventKind.UPDATED, 4, indexed=False),
        ]
    )
    assert known
    assert known.indexed


def test_a_pushed_package_keeps_a_bucket_indexed() -> None:
    known = after([bucket_event(BUCKET, EventKind.ADDED, 0, indexed=True), bucket_event(BUCKET, EventKind.SEEN, 1)])
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

"""Every call of a registration fails in every way, and two events interleave in every way: the catalog ends as the
newest event requires, and every change is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quilt_athena.errors import RetryableError
from quilt_athena.registration.bucket_events import BucketEvent, EventKind
from quilt_athena.registration.registration import BucketState
from tests.desired import DATABASE
from tests.unit.aws_calls import AwsCalls, Fault, Killed
from tests.unit.catalog.notebook_catalog import notebook_catalog
from tests.unit.moto_stack import MotoStack, bucket_event

pytestmark = pytest.mark.exhaustive

ADDED, UPDATED, REMOVED, SEEN = EventKind.ADDED, EventKind.UPDATED, EventKind.REMOVED, EventKind.SEEN
#: An event: (kind, seconds).
KindAndTime = tuple[EventKind, int]


def nothing(_stack: MotoStack, _bucket: str) -> None:
    """An unknown bucket."""


def added_before(stack: MotoStack, bucket: str) -> None:
    """A registered bucket."""
    stack.registrar.process(bucket_event(bucket, ADDED, -100))


def removed_before(stack: MotoStack, bucket: str) -> None:
    """A bucket that was registered, and removed."""
    added_before(stack, bucket)
    stack.registrar.process(bucket_event(bucket, REMOVED, -50))


def altered_before(stack: MotoStack, bucket: str) -> None:
    """A registered bucket whose tables somebody altered and deleted since."""
    added_before(stack, bucket)
    tables = stack.desired_state(bucket).names
    stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=tables[3])
    for name in (tables[0], tables[2]):
        table = {**stack.registrar.reconciler.catalog.read_exactly([name])[name], "Description": "mine"}
        table_input = {key: table[key] for key in ("Name", "Description", "Parameters", "StorageDescriptor")}
        stack.clients.glue.update_table(DatabaseName=DATABASE, TableInput=table_input)  # type: ignore[arg-type]  # data


def notebook_before(stack: MotoStack, bucket: str) -> None:
    """A bucket that somebody worked through the notebook with."""
    for table in notebook_catalog(bucket):
        stack.clients.glue.create_table(DatabaseName=DATABASE, TableInput=table)  # type: ignore[arg-type]  # plain data


Before = Callable[[MotoStack, str], None]


@contextmanager
def story(stack: MotoStack, calls: AwsCalls, bucket: str, before: Before) -> Iterator[None]:
    """The history of a bucket after ``before``; at its end, every change that Glue applied was published."""
    stack.make_bucket(bucket)
    before(stack, bucket)
    stack.announcements()
    calls.clear()
    yield
    published = {
        (change["name"], change["action"])
        for event in stack.announcements()
        for change in event["detail"]["changes"]
    }  # fmt: skip
    assert published >= set(calls.table_writes)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize(
    ("before", "kind", "least_calls"),
    [
        (nothing, ADDED, 10),
        (nothing, SEEN, 10),
        (altered_before, UPDATED, 9),
        (notebook_before, ADDED, 10),
        (added_before, REMOVED, 8),
        (removed_before, ADDED, 10),
    ],
)
def test_a_fault_at_any_call_is_repaired_by_a_second_delivery(
    stack: MotoStack, calls: AwsCalls, before: Before, kind: EventKind, least_calls: int, fault: Fault
) -> None:
    for number in count(1):
        bucket = f"bucket-{number}"
        event = bucket_event(bucket, kind)
        with story(stack, calls, bucket, before):
            with calls.fault(fault, number) as interference, suppress(RetryableError, Killed):
                stack.registrar.process(event)
            if interference.happened:
                stack.registrar.process(event)
            assert stack.assert_in_sync(bucket).registered == (kind is not REMOVED)
            calls.names.clear()
            assert stack.registrar.process(event) == ()
            assert calls.count("glue:Create") + calls.count("glue:Update") + calls.count("glue:Batch") == 0
        if not interference.happened:
            break
    assert number > least_calls


@pytest.mark.parametrize("fault", Fault)
def test_a_removal_after_an_interrupted_registration_deletes_everything(
    stack: MotoStack, calls: AwsCalls, fault: Fault
) -> None:
    for number in count(1):
        bucket = f"bucket-{number}"
        with story(stack, calls, bucket, nothing):
            with calls.fault(fault, number) as interference, suppress(RetryableError, Killed):
                stack.registrar.process(bucket_event(bucket, ADDED, 0))
            stack.registrar.process(bucket_event(bucket, REMOVED, 1))
            if interference.happened:
                stack.registrar.process(bucket_event(bucket, ADDED, 0))  # its second delivery, late
            assert not stack.assert_in_sync(bucket).registered
        if not interference.happened:
            break
    assert number > 10


@pytest.mark.parametrize("first_fault", [Fault.ANSWER_LOST, Fault.KILLED_BEFORE])
def test_two_consecutive_faults_are_repaired_by_a_third_delivery(
    stack: MotoStack, calls: AwsCalls, first_fault: Fault
) -> None:
    for first in range(1, 12):
        for second in (1, 4, 7):
            bucket = f"bucket-{first}-{second}"
            event = bucket_event(bucket, ADDED)
            with story(stack, calls, bucket, nothing):
                for fault, number in ((first_fault, first), (Fault.KILLED_AFTER, second)):
                    with calls.fault(fault, number), suppress(RetryableError, Killed):
                        stack.registrar.process(event)
                stack.registrar.process(event)
                stack.assert_in_sync(bucket)


INTERLEAVED = [
    pytest.param(nothing, (ADDED, 0), (REMOVED, 1), id="added, then removed"),
    pytest.param(nothing, (REMOVED, 1), (ADDED, 0), id="removed, then an older added"),
    pytest.param(nothing, (ADDED, 0), (ADDED, 0), id="added, twice at once"),
    pytest.param(nothing, (ADDED, 0), (REMOVED, 0), id="added and removed of one second"),
    pytest.param(nothing, (SEEN, 5), (REMOVED, 1), id="a package, then removed"),
    pytest.param(nothing, (SEEN, 5), (ADDED, 1), id="a package, then added"),
    pytest.param(added_before, (REMOVED, 0), (ADDED, 1), id="removed, then added again"),
    pytest.param(added_before, (UPDATED, 0), (REMOVED, 1), id="updated, then removed"),
    pytest.param(altered_before, (UPDATED, 0), (UPDATED, 1), id="updated, twice"),
    pytest.param(altered_before, (UPDATED, 0), (REMOVED, 1), id="repaired, then removed"),
    pytest.param(notebook_before, (ADDED, 0), (UPDATED, 1), id="adopted, twice at once"),
]


@pytest.mark.parametrize("killed", [False, True], ids=["finished", "killed"])
@pytest.mark.parametrize(("before", "paused", "meanwhile"), INTERLEAVED)
def test_two_events_at_the_same_time_end_as_the_newest_requires(
    stack: MotoStack, calls: AwsCalls, before: Before, paused: KindAndTime, meanwhile: KindAndTime, killed: bool
) -> None:
    """The first is paused at each of its calls while the second runs to its end, and goes on, or is killed."""
    for number in count(1):
        bucket = f"bucket-{number}"
        first, second = (bucket_event(bucket, *one) for one in (paused, meanwhile))
        with story(stack, calls, bucket, before):
            others = stack.registrar.process
            with (
                calls.meanwhile(number, lambda: others(second), then_kill=killed) as interference,  # noqa: B023 - run here
                suppress(Killed),
            ):
                stack.registrar.process(first)
            if not interference.happened:
                break
            if killed:
                stack.registrar.process(first)
            known = stack.assert_in_sync(bucket)
            if paused[1] != meanwhile[1]:
                newest = max((one for one in (paused, meanwhile) if one[0] is not SEEN), key=lambda one: one[1])
                assert known.registered == (newest[0] is not REMOVED)
    assert number > 3


kinds = st.sampled_from([ADDED, UPDATED, REMOVED, SEEN])
numbers = iter(range(1_000_000))


def state_said_by(events: Sequence[BucketEvent]) -> BucketState:
    """What the newest explicit event says; a bucket that was only seen is registered."""
    explicit = [event for event in events if event.kind is not SEEN]
    newest = max(explicit, key=lambda event: event.time, default=None)
    return BucketState.REMOVED if newest and newest.kind is REMOVED else BucketState.REGISTERED


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Every example has a bucket of its own in the one stack.
@given(st.lists(kinds, min_size=1, max_size=5), st.data())
def test_any_order_with_repetitions_and_faults_ends_as_the_newest_requires(
    stack: MotoStack, calls: AwsCalls, history: list[EventKind], data: st.DataObject
) -> None:
    bucket = f"bucket-{next(numbers)}"
    events = [bucket_event(bucket, kind, seconds) for seconds, kind in enumerate(history)]
    arrivals = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=2))))
    with story(stack, calls, bucket, nothing):
        for event in arrivals:
            with (
                calls.fault(data.draw(st.sampled_from(Fault)), data.draw(st.integers(1, 20))) as interference,
                suppress(RetryableError, Killed),
            ):
                stack.registrar.process(event)
            if interference.happened and data.draw(st.booleans()):
                stack.registrar.process(event)  # at once, or after all the others
        for event in arrivals:
            stack.registrar.process(event)
        assert stack.assert_in_sync(bucket).state is state_said_by(events)

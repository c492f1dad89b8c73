"""Buckets registered by events, and waited for: in moto, with the registry and the contract of the other side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.client.connections import Connections
from quilt_athena.client.executions import Clock
from quilt_athena.client.registrations import (
    EventType,
    RegisteredBucket,
    Sent,
    registered_bucket,
    registered_buckets,
    send_registrations,
    wait_until_settled,
)
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidBucketNameError
from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.registration.events import parse_event
from tests.desired import DATABASE
from tests.unit.client.fake_aws import FakeAws, FakeTime
from tests.unit.moto_stack import EVENT_BUS, REGISTRY_TABLE, START, Clients, MotoStack, bucket_event

PUT = "events:PutEvents"
STACK = Stack("test", {"EventBusName": EVENT_BUS, "RegistryTableName": REGISTRY_TABLE, "DatabaseName": DATABASE})


@pytest.fixture(scope="module")
def deployed(clients: Clients) -> Iterator[MotoStack]:
    """One stack for the tests here; each has buckets of its own."""
    with mock_aws():
        yield MotoStack.deploy(clients)


@pytest.fixture(scope="module")
def connections(deployed: MotoStack) -> Connections:
    """The client's connections to it."""
    assert deployed, "clients made before moto began would reach out"
    return Connections()


def taken(parameters: dict[str, Any]) -> dict[str, Any]:
    """What PutEvents answers when it takes all."""
    entries = [{"EventId": json.loads(entry["Detail"])["bucket"]} for entry in parameters["Entries"]]
    return {"FailedEntryCount": 0, "Entries": entries}


def sent(bucket: str, event_id: str = "added-0", time: str = START.isoformat()) -> Sent:
    """An event that was sent."""
    return Sent(bucket, time, event_id)


def test_the_events_keep_the_contract(aws: FakeAws) -> None:
    aws.on(PUT, taken)
    kinds: tuple[EventType, ...] = ("added", "updated", "removed")
    for kind in kinds:
        list(send_registrations(Connections(aws.session()), STACK, ["my-bucket"], kind))
        entry = aws.called(PUT)[-1]["Entries"][0]
        assert entry["EventBusName"] == EVENT_BUS
        delivered = {
            "id": "1",
            "source": entry["Source"],
            "detail-type": entry["DetailType"],
            "time": "2026-11-20T12:00:00Z",
            "resources": entry["Resources"],
            "detail": json.loads(entry["Detail"]),
        }
        event = parse_event(json.dumps(delivered), {"quilt-athena"})
        assert (event.bucket, event.kind) == ("my-bucket", EventKind(kind))


def test_ten_go_into_one_call(aws: FakeAws) -> None:
    aws.on(PUT, taken)
    names = [f"bucket-{number}" for number in range(23)]
    events = list(send_registrations(Connections(aws.session()), STACK, names))
    assert [event.event_id for event in events] == names
    assert [len(call["Entries"]) for call in aws.called(PUT)] == [10, 10, 3]


def test_an_illegal_name_sends_nothing(aws: FakeAws) -> None:
    with pytest.raises(InvalidBucketNameError):
        list(send_registrations(Connections(aws.session()), STACK, ["fine", "Not Fine"]))
    assert aws.calls == []


def test_entries_that_are_not_taken_are_sent_again_and_told_in_the_end(aws: FakeAws, fake_time: FakeTime) -> None:
    throttled = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
    aws.on(
        PUT,
        {"FailedEntryCount": 2, "Entries": [{"EventId": "1"}, throttled, throttled]},
        {"FailedEntryCount": 1, "Entries": [{"EventId": "2"}, throttled]},
        {"FailedEntryCount": 1, "Entries": [throttled]},
    )
    events = list(send_registrations(Connections(aws.session()), STACK, ["aaa", "bbb", "ccc"], sleep=fake_time.sleep))
    assert [(event.bucket, event.event_id, event.problem) for event in events] == [
        ("aaa", "1", None),
        ("bbb", "2", None),
        ("ccc", None, "ThrottlingException: slow down"),
    ]
    assert [len(call["Entries"]) for call in aws.called(PUT)] == [3, 2, 1, 1]
    assert len(fake_time.pauses) == 3


def test_the_registry_is_read_as_onboarding_writes_it(deployed: MotoStack, connections: Connections) -> None:
    deployed.make_bucket("read-it")
    deployed.registrar.process(bucket_event("read-it", EventKind.ADDED))
    known = registered_bucket(connections, STACK, "read-it")
    assert known is not None
    assert (known.state, known.settled, known.problem, known.event_ids) == (
        "registered",
        True,
        None,
        frozenset({"added-0"}),
    )
    assert known.since == START.isoformat(timespec="microseconds")
    assert known in registered_buckets(connections, STACK)
    assert registered_bucket(connections, STACK, "never-heard-of") is None


def test_changes_that_wait_to_be_told_are_not_settled(deployed: MotoStack, connections: Connections) -> None:
    registry = deployed.registrar.registry
    registry.record(bucket_event("half-done", EventKind.ADDED), None)
    registry.add_pending("half-done", [Change("half_done_quilt_manifests", Action.CREATED)])
    known = registered_bucket(connections, STACK, "half-done")
    assert known is not None
    assert not known.settled


def settle(
    connections: Connections, event: Sent, before: RegisteredBucket | None = None
) -> tuple[RegisteredBucket | None, float]:
    """What waiting gives, and how long it took."""
    fake_time = FakeTime()
    known = {event.bucket: before} if before else {}
    clock = Clock(fake_time.monotonic, fake_time.sleep)
    ((_, answer),) = wait_until_settled(connections, STACK, [event], known, 3, clock)
    return answer, fake_time.now - 1000


def test_waiting_ends_when_the_event_was_applied(deployed: MotoStack, connections: Connections) -> None:
    deployed.make_bucket("applied")
    assert settle(connections, sent("applied")) == (None, 3), "nothing happened yet"
    deployed.registrar.process(bucket_event("applied", EventKind.ADDED))
    known, waited = settle(connections, sent("applied"))
    assert known is not None
    assert (known.state, waited) == ("registered", 0)


def test_waiting_ends_when_a_later_event_was_applied(deployed: MotoStack, connections: Connections) -> None:
    deployed.make_bucket("overtaken")
    deployed.registrar.process(bucket_event("overtaken", EventKind.REMOVED, seconds=5))
    known, waited = settle(connections, sent("overtaken"))
    assert known is not None
    assert (known.state, waited) == ("removed", 0)


def test_waiting_ends_at_a_problem_that_is_new(deployed: MotoStack, connections: Connections) -> None:
    registry = deployed.registrar.registry
    registry.record(bucket_event("troubled", EventKind.ADDED), None)
    registry.note_problem("troubled", "UnmanagedTableError: someone else's")
    known, waited = settle(connections, sent("troubled", "another"))
    assert known is not None
    assert (known.problem, waited) == ("UnmanagedTableError: someone else's", 0)
    assert settle(connections, sent("troubled", "another"), before=known) == (None, 3)


def test_events_that_were_not_taken_are_not_waited_for(connections: Connections) -> None:
    refused = Sent("refused", START.isoformat(), None, "ThrottlingException: slow down")
    assert list(wait_until_settled(connections, STACK, [refused], {}, 60)) == []

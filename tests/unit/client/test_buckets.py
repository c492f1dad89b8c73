"""Buckets: registered by events that follow the contract, and read from a registry that onboarding writes (moto)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from moto import mock_aws

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.client.buckets import Buckets, EventType, SentEvent
from quilt_athena.client.clock import Clock
from quilt_athena.client.connections import Connections
from quilt_athena.client.stack import Stack
from quilt_athena.errors import InvalidBucketNameError
from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.registration.events import parse_event
from quilt_athena.registration.registration import Registration
from tests.desired import DATABASE
from tests.unit.client.fake_aws import FakeAws, FakeTime
from tests.unit.moto_stack import EVENT_BUS, REGISTRY_TABLE, START, Clients, MotoStack, bucket_event

PUT = "events:PutEvents"
OUTPUTS = {"EventBusName": EVENT_BUS, "RegistryTableName": REGISTRY_TABLE, "DatabaseName": DATABASE}


@pytest.fixture(scope="module")
def deployed(clients: Clients) -> Iterator[MotoStack]:
    """One stack for the tests here; each has buckets of its own."""
    with mock_aws():
        yield MotoStack.deploy(clients)


@pytest.fixture(scope="module")
def buckets(deployed: MotoStack) -> Buckets:
    """The client of that stack's buckets."""
    assert deployed, "clients created before moto started would call AWS"
    return Buckets(Stack(Connections(), "test", OUTPUTS), Clock())


def buckets_in(aws: FakeAws, time: FakeTime | None = None) -> Buckets:
    """The client before AWS as it responds here."""
    time = time or FakeTime()
    return Buckets(Stack(Connections(aws.session()), "test", OUTPUTS), Clock(time.monotonic, time.sleep))


def taken(parameters: dict[str, Any]) -> dict[str, Any]:
    """What PutEvents answers when it takes all."""
    entries = [{"EventId": json.loads(entry["Detail"])["bucket"]} for entry in parameters["Entries"]]
    return {"FailedEntryCount": 0, "Entries": entries}


def sent(bucket: str, event_id: str = "added-0", time: datetime = START) -> SentEvent:
    """An event that was sent."""
    return SentEvent(bucket, time, event_id)


def test_registration_events_follow_the_contract(aws: FakeAws) -> None:
    aws.on(PUT, taken)
    kinds: tuple[EventType, ...] = ("added", "updated", "removed")
    for kind in kinds:
        list(buckets_in(aws).send(["my-bucket"], kind))
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


def test_registrations_are_sent_ten_per_call(aws: FakeAws) -> None:
    aws.on(PUT, taken)
    names = [f"bucket-{number}" for number in range(23)]
    events = list(buckets_in(aws).send(names, "added"))
    assert [event.event_id for event in events] == names
    assert [len(call["Entries"]) for call in aws.called(PUT)] == [10, 10, 3]


def test_invalid_bucket_name_sends_nothing(aws: FakeAws) -> None:
    with pytest.raises(InvalidBucketNameError):
        list(buckets_in(aws).send(["fine", "Not Fine"], "added"))
    assert aws.calls == []


def test_rejected_entries_are_retried_then_reported(aws: FakeAws, fake_time: FakeTime) -> None:
    throttled = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
    aws.on(
        PUT,
        {"FailedEntryCount": 2, "Entries": [{"EventId": "1"}, throttled, throttled]},
        {"FailedEntryCount": 1, "Entries": [{"EventId": "2"}, throttled]},
        {"FailedEntryCount": 1, "Entries": [throttled]},
    )
    events = list(buckets_in(aws, fake_time).send(["aaa", "bbb", "ccc"], "added"))
    assert [(event.bucket, event.event_id, event.problem) for event in events] == [
        ("aaa", "1", None),
        ("bbb", "2", None),
        ("ccc", None, "ThrottlingException: slow down"),
    ]
    assert [len(call["Entries"]) for call in aws.called(PUT)] == [3, 2, 1, 1]
    assert len(fake_time.pauses) == 3


def test_registry_is_read_as_onboarding_writes_it(deployed: MotoStack, buckets: Buckets) -> None:
    deployed.make_bucket("read-it")
    deployed.registrar.process(bucket_event("read-it", EventKind.ADDED))
    known = buckets.get("read-it")
    assert known is not None
    assert (known.state, known.is_applied, known.problem, known.event_ids) == (
        "registered",
        True,
        None,
        frozenset({"added-0"}),
    )
    assert known.event_time == START
    assert known.updated_at is not None
    assert known in buckets.list()
    assert buckets.get("never-heard-of") is None


def test_bucket_with_unpublished_changes_is_not_applied(deployed: MotoStack, buckets: Buckets) -> None:
    registry = deployed.registrar.registry
    registry.record(bucket_event("half-done", EventKind.ADDED), None)
    registry.add_pending("half-done", [Change("half_done_quilt_manifests", Action.CREATED)])
    known = buckets.get("half-done")
    assert known is not None
    assert not known.is_applied


def wait(buckets: Buckets, event: SentEvent, before: Registration | None = None) -> tuple[Registration | None, float]:
    """What waiting returns, and how long it took."""
    fake_time = FakeTime()
    known = {event.bucket: before} if before else {}
    client = Buckets(buckets.stack, Clock(fake_time.monotonic, fake_time.sleep))
    ((_, registration),) = client.wait([event], known, 3)
    return registration, fake_time.now - 1000


def test_wait_ends_when_the_event_is_applied(deployed: MotoStack, buckets: Buckets) -> None:
    deployed.make_bucket("applied")
    assert wait(buckets, sent("applied")) == (None, 3), "nothing has happened yet"
    deployed.registrar.process(bucket_event("applied", EventKind.ADDED))
    known, waited = wait(buckets, sent("applied"))
    assert known is not None
    assert (known.state, waited) == ("registered", 0)


def test_wait_ends_when_a_later_event_is_applied(deployed: MotoStack, buckets: Buckets) -> None:
    deployed.make_bucket("overtaken")
    deployed.registrar.process(bucket_event("overtaken", EventKind.REMOVED, seconds=5))
    known, waited = wait(buckets, sent("overtaken"))
    assert known is not None
    assert (known.state, waited) == ("removed", 0)


def test_wait_ends_at_a_new_problem(deployed: MotoStack, buckets: Buckets) -> None:
    registry = deployed.registrar.registry
    registry.record(bucket_event("troubled", EventKind.ADDED), None)
    registry.note_problem("troubled", "UnmanagedTableError: someone else's")
    known, waited = wait(buckets, sent("troubled", "another"))
    assert known is not None
    assert (known.problem, waited) == ("UnmanagedTableError: someone else's", 0)
    assert wait(buckets, sent("troubled", "another"), before=known) == (None, 3)


def test_wait_ignores_rejected_events(buckets: Buckets) -> None:
    rejected = SentEvent("rejected", START, None, "ThrottlingException: slow down")
    assert list(buckets.wait([rejected], {}, 60)) == []


def applying(deployed: MotoStack, buckets: Buckets, kind: EventKind, bucket: str) -> Buckets:
    """A client that finds, when it looks again, that the bucket's event was applied."""
    time = FakeTime()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        deployed.registrar.process(bucket_event(bucket, kind, seconds=10**9 + int(time.now)))

    return Buckets(buckets.stack, Clock(time.monotonic, sleep))


def test_register_and_remove_wait_and_report_each_bucket(deployed: MotoStack, buckets: Buckets) -> None:
    deployed.make_bucket("at-once")
    deployed.make_bucket("not-yet")
    names = ["at-once", "nowhere", "not-yet", "at-once"]
    outcomes = applying(deployed, buckets, EventKind.ADDED, "at-once").register(names, timeout_seconds=3)
    assert [(outcome.bucket, outcome.problem) for outcome in outcomes] == [
        ("at-once", None),
        ("nowhere", "there is no such bucket"),
        ("not-yet", "its event was not processed in time; if it was rejected, the dead-letter queue has the reason"),
    ]
    assert outcomes[0].registration
    assert outcomes[0].registration.state == "registered"
    (removed,) = applying(deployed, buckets, EventKind.REMOVED, "not-yet").remove(["not-yet"])
    assert removed.registration
    assert (removed.registration.state, removed.problem) == ("removed", None)


def test_register_reports_what_was_not_sent(aws: FakeAws) -> None:
    aws.on("dynamodb:BatchGetItem", {"Responses": {}})
    aws.on(PUT, {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "later"}]})
    (outcome,) = buckets_in(aws).register(["aaa"])
    assert (outcome.registration, outcome.problem) == (None, "InternalFailure: later")

"""Buckets from the outside: registering and removing them by events, and what the registry says of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from quilt_athena.aws.backoff import retry_delay
from quilt_athena.aws.calls import calling
from quilt_athena.client.connections import Connections
from quilt_athena.client.executions import Clock
from quilt_athena.client.stack import Stack
from quilt_athena.names import validate_bucket_name

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

EventType = Literal["added", "updated", "removed"]

#: What EventBridge takes in one PutEvents.
BATCH = 10
_SOURCE = "quilt-athena"
_ATTEMPTS = 4
_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Sent:
    """A bucket's event: when it was sent (ISO 8601, UTC), its id at EventBridge, or why it wasn't taken."""

    bucket: str
    time: str
    event_id: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class RegisteredBucket:
    """What the registry says of a bucket. Times are ISO 8601, UTC.

    ``state`` is "registered" or "removed"; ``since`` the time of the newest explicit event, None for a bucket that only
    pushed packages told of; ``settled`` is whether the catalog agrees; ``problem`` why it can't; ``view_problem`` what
    Athena said when its views were last asked and didn't answer.
    """

    bucket: str
    state: str
    since: str | None
    updated: str | None
    settled: bool
    problem: str | None
    event_ids: frozenset[str] = frozenset()
    view_problem: str | None = None


def send_registrations(
    connections: Connections,
    stack: Stack,
    buckets: Sequence[str],
    event_type: EventType = "added",
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Sent]:
    """Send a ``bucket-registration`` event for each bucket, ten a call; what became of each, in order.

    Entries that EventBridge doesn't take are sent again a few times.

    Raises:
        InvalidBucketNameError: S3 doesn't allow such a name; nothing was sent then.
        ServiceUnavailableError, ServiceRejectedError: a call failed as a whole; those before it were sent.
    """
    for bucket in buckets:
        validate_bucket_name(bucket)
    bus = stack.output("EventBusName")
    for start in range(0, len(buckets), BATCH):
        yield from _send_batch(connections, bus, buckets[start : start + BATCH], event_type, sleep)


def registered_buckets(connections: Connections, stack: Stack) -> list[RegisteredBucket]:
    """All buckets that the registry knows, by name.

    Raises:
        ServiceUnavailableError: the table can't be read by this caller, or not now.
    """
    table = stack.output("RegistryTableName")
    with calling("dynamodb:Scan", table):
        pages = connections.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        items = [item for page in pages for item in page["Items"]]
    return sorted(map(_from_item, items), key=lambda bucket: bucket.bucket)


def registered_bucket(connections: Connections, stack: Stack, bucket: str) -> RegisteredBucket | None:
    """What the registry says of one bucket.

    Raises:
        ServiceUnavailableError: the table can't be read by this caller, or not now.
    """
    table = stack.output("RegistryTableName")
    with calling("dynamodb:GetItem", f"{table}/{bucket}"):
        answer = connections.dynamodb.get_item(TableName=table, Key={"bucket": {"S": bucket}}, ConsistentRead=True)
    return _from_item(answer["Item"]) if "Item" in answer else None


def wait_until_settled(
    connections: Connections,
    stack: Stack,
    sent: Iterable[Sent],
    before: Mapping[str, RegisteredBucket],
    timeout_seconds: float,
    clock: Clock | None = None,
) -> Iterator[tuple[str, RegisteredBucket | None]]:
    """Each bucket with what the registry says of it, once its event (or a later one) was applied or met a problem.

    ``before`` is what the registry said before the events were sent. Buckets of which nothing new was seen within the
    time come last, with None: their events may be late, or were refused and lie on the dead-letter queue.

    Raises:
        ServiceUnavailableError: the table can't be read by this caller, or not now.
    """
    clock = clock or Clock()
    deadline = clock.monotonic() + timeout_seconds
    waiting = {event.bucket: event for event in sent if event.event_id}
    while waiting:
        for event in list(waiting.values()):
            known = registered_bucket(connections, stack, event.bucket)
            if known and _has_answered(known, event, before.get(event.bucket)):
                del waiting[event.bucket]
                yield event.bucket, known
        if not waiting or clock.monotonic() >= deadline:
            break
        clock.sleep(_POLL_SECONDS)
    yield from ((bucket, None) for bucket in waiting)


def _has_answered(known: RegisteredBucket, event: Sent, before: RegisteredBucket | None) -> bool:
    if known.problem and known.problem != (before.problem if before else None):
        return True
    taken = event.event_id in known.event_ids or (known.since or "") > event.time
    return taken and known.settled


def _send_batch(
    connections: Connections,
    bus: str,
    buckets: Sequence[str],
    event_type: EventType,
    sleep: Callable[[float], None],
) -> list[Sent]:
    partition = connections.events.meta.partition
    done: dict[str, Sent] = {}
    left = list(buckets)
    for attempt in range(_ATTEMPTS):
        if attempt:
            sleep(retry_delay(attempt, first=0.75))
        entries = [_entry(bucket, bus, event_type, partition) for bucket in left]
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        with calling("events:PutEvents", bus):
            answers = connections.events.put_events(Entries=entries)["Entries"]
        for bucket, answer in zip(left, answers, strict=True):
            problem = f"{answer['ErrorCode']}: {answer.get('ErrorMessage', '')}" if "ErrorCode" in answer else None
            done[bucket] = Sent(bucket, now, answer.get("EventId"), problem)
        left = [bucket for bucket in left if done[bucket].problem]
        if not left:
            break
    return [done[bucket] for bucket in buckets]


def _entry(bucket: str, bus: str, event_type: EventType, partition: str) -> PutEventsRequestEntryTypeDef:
    return {
        "EventBusName": bus,
        "Source": _SOURCE,
        "DetailType": "bucket-registration",
        "Resources": [f"arn:{partition}:s3:::{bucket}"],
        "Detail": json.dumps({"version": "0.1", "type": event_type, "bucket": bucket}),
    }


def _from_item(item: Mapping[str, Any]) -> RegisteredBucket:
    """An item as ``quilt_athena.registry`` writes it."""

    def text(name: str) -> str | None:
        value: str | None = item.get(name, {}).get("S")
        return value

    revision, converged = (item.get(name, {}).get("N", "0") for name in ("revision", "converged_revision"))
    problem = text("problem")
    return RegisteredBucket(
        bucket=item["bucket"]["S"],
        state=text("state") or "unknown",
        since=text("event_time"),
        updated=text("updated_at"),
        settled=revision == converged and not problem and "pending" not in item,
        problem=problem,
        event_ids=frozenset(item.get("event_ids", {}).get("SS", ())),
        view_problem=text("view_problem"),
    )

"""Registering and removing buckets by events, and reading the registry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from quilt_athena.aws.backoff import retry_delay
from quilt_athena.aws.calls import calling
from quilt_athena.client.clock import Clock
from quilt_athena.client.stack import Stack
from quilt_athena.names import validate_bucket_name
from quilt_athena.registration.codec import registration_from_item, registration_key
from quilt_athena.registration.registration import Registration

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

EventType = Literal["added", "updated", "removed"]

#: PutEvents takes ten entries.
BATCH = 10
#: BatchGetItem takes a hundred keys.
_READ_BATCH = 100
#: Calls of S3 at a time; boto3's pool has ten connections.
_THREADS = 10
#: Where Quilt keeps the packages of a bucket.
_PACKAGES_PREFIX = ".quilt/"
_SOURCE = "quilt-athena"
_ATTEMPTS = 4
_POLL_SECONDS = 1.0
#: How long registering and removing buckets take at most, usually.
WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class SentEvent:
    """A bucket's event: when it was sent (UTC), its id at EventBridge, or why EventBridge rejected it."""

    bucket: str
    time: datetime
    event_id: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Discovered:
    """Buckets with packages that aren't registered, and those that this caller can't read."""

    buckets: Sequence[str]
    unreadable: Sequence[str]


@dataclass(frozen=True)
class BucketOutcome:
    """What ``register`` or ``remove`` did to a bucket: its entry in the registry, and why it failed.

    Without a problem, its tables and views are as requested. ``registration`` is None if nothing is known yet.
    """

    bucket: str
    registration: Registration | None
    problem: str | None = None


@dataclass(frozen=True)
class Buckets:
    """The buckets of a stack."""

    stack: Stack
    clock: Clock

    def list(self) -> Sequence[Registration]:
        """All buckets in the registry, by name.

        Raises:
            ServiceUnavailableError: this caller can't read the table, or not now.
        """
        table = self.stack.output("RegistryTableName")
        with calling("dynamodb:Scan", table):
            paginator = self.stack.connections.dynamodb.get_paginator("scan")
            items = [
                item for page in paginator.paginate(TableName=table, ConsistentRead=True) for item in page["Items"]
            ]
        return sorted(map(registration_from_item, items), key=lambda registration: registration.bucket)

    def get(self, bucket: str) -> Registration | None:
        """A bucket's entry in the registry; None if it has none.

        Raises:
            ServiceUnavailableError: this caller can't read the table, or not now.
        """
        table = self.stack.output("RegistryTableName")
        with calling("dynamodb:GetItem", f"{table}/{bucket}"):
            found = self.stack.connections.dynamodb.get_item(
                TableName=table, Key={"bucket": {"S": bucket}}, ConsistentRead=True
            )
        return registration_from_item(found["Item"]) if "Item" in found else None

    def entries(self, buckets: Sequence[str]) -> dict[str, Registration]:
        """The entries of buckets in the registry, read a hundred at a time; those without any are missing.

        Raises:
            ServiceUnavailableError: this caller can't read the table, or not now.
        """
        table = self.stack.output("RegistryTableName")
        found: dict[str, Registration] = {}
        left: list[Any] = [registration_key(bucket) for bucket in dict.fromkeys(buckets)]
        attempt = 0
        while left:
            keys, left = left[:_READ_BATCH], left[_READ_BATCH:]
            with calling("dynamodb:BatchGetItem", table):
                response = self.stack.connections.dynamodb.batch_get_item(
                    RequestItems={table: {"Keys": keys, "ConsistentRead": True}}
                )
            for item in response["Responses"].get(table, []):
                registration = registration_from_item(item)
                found[registration.bucket] = registration
            # DynamoDB leaves keys out when it throttles.
            if throttled := response.get("UnprocessedKeys", {}).get(table):
                left += throttled["Keys"]
                attempt += 1
                self.clock.sleep(retry_delay(attempt, first=0.5))
        return found

    def missing(self, buckets: Sequence[str]) -> set[str]:
        """Those of the buckets that S3 doesn't have.

        A bucket that this caller can't find out about isn't among them.
        """
        with ThreadPoolExecutor(_THREADS) as pool:
            return {bucket for bucket, gone in zip(buckets, pool.map(self.is_missing, buckets), strict=True) if gone}

    def discover(self) -> Discovered:
        """The account's buckets with packages that aren't registered: those that have keys below ``.quilt/``.

        Raises:
            ServiceUnavailableError: this caller can't list the buckets or the registry, or not now.
        """
        with calling("s3:ListBuckets", "the account's buckets"):
            every = [bucket["Name"] for bucket in self.stack.connections.s3.list_buckets()["Buckets"]]
        registered = {registration.bucket for registration in self.list() if registration.registered}
        candidates = sorted(set(every) - registered)
        with ThreadPoolExecutor(_THREADS) as pool:
            found = dict(zip(candidates, pool.map(self._has_packages, candidates), strict=True))
        return Discovered(
            [bucket for bucket, has_packages in found.items() if has_packages],
            [bucket for bucket, has_packages in found.items() if has_packages is None],
        )

    def register(self, buckets: Sequence[str], *, timeout_seconds: float = WAIT_SECONDS) -> Sequence[BucketOutcome]:
        """Have the buckets' tables and views created or repaired, and wait until they are, for so many seconds at most.

        Raises:
            InvalidBucketNameError: S3 doesn't allow such a name; nothing was sent.
            ServiceUnavailableError, ServiceRejectedError: a call failed; some buckets may be registered nevertheless.
        """
        return self._apply(buckets, "added", timeout_seconds)

    def remove(self, buckets: Sequence[str], *, timeout_seconds: float = WAIT_SECONDS) -> Sequence[BucketOutcome]:
        """Have the buckets' tables and views deleted, and wait until they are; as ``register``.

        The contents of the buckets are kept.
        """
        return self._apply(buckets, "removed", timeout_seconds)

    def send(
        self, buckets: Sequence[str], event_type: EventType, *, indexed: bool | None = None
    ) -> Iterator[SentEvent]:
        """Send a ``bucket-registration`` event for each bucket, ten per call, and yield them in order.

        ``indexed``: whether the buckets are to be indexed; None leaves that as it is.
        Entries that EventBridge rejects are sent again a few times.

        Raises:
            InvalidBucketNameError: S3 doesn't allow such a name; nothing was sent.
            ServiceUnavailableError, ServiceRejectedError: a whole call failed; the events before it were sent.
        """
        for bucket in buckets:
            validate_bucket_name(bucket)
        for start in range(0, len(buckets), BATCH):
            yield from self._send_batch(buckets[start : start + BATCH], event_type, indexed)

    def wait(
        self, sent: Iterable[SentEvent], before: Mapping[str, Registration], timeout_seconds: float
    ) -> Iterator[tuple[str, Registration | None]]:
        """Yield each bucket with its registry entry once its event, or a later one, was applied or met a problem.

        ``before`` has the entries from before the events were sent. Buckets without news when the time is up come
        last, with None: their events may be late, or were rejected and are in the dead-letter queue.

        Raises:
            ServiceUnavailableError: this caller can't read the table, or not now.
        """
        deadline = self.clock.monotonic() + timeout_seconds
        waiting = {event.bucket: event for event in sent if event.event_id}
        while waiting:
            entries = self.entries(list(waiting))
            for event in list(waiting.values()):
                registration = entries.get(event.bucket)
                if registration and _is_processed(registration, event, before.get(event.bucket)):
                    del waiting[event.bucket]
                    yield event.bucket, registration
            if not waiting or self.clock.monotonic() >= deadline:
                break
            self.clock.sleep(_POLL_SECONDS)
        yield from ((bucket, None) for bucket in waiting)

    def is_missing(self, bucket: str) -> bool:
        """Whether S3 reports that there is no such bucket; False also if this caller can't find out."""
        try:
            self.stack.connections.s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            return error.response.get("Error", {}).get("Code") in ("404", "NoSuchBucket")
        except BotoCoreError:
            return False
        return False

    def _has_packages(self, bucket: str) -> bool | None:
        """Whether it has keys below ``.quilt/``; None if this caller can't find out."""
        try:
            found = self.stack.connections.s3.list_objects_v2(Bucket=bucket, Prefix=_PACKAGES_PREFIX, MaxKeys=1)
        except (BotoCoreError, ClientError):
            return None
        return bool(found.get("Contents"))

    def _apply(self, buckets: Sequence[str], event_type: EventType, timeout_seconds: float) -> Sequence[BucketOutcome]:
        names = list(dict.fromkeys(buckets))
        before = self.entries(names)
        sent = list(self.send(names, event_type))
        entries = dict(self.wait(sent, before, timeout_seconds))
        return [
            BucketOutcome(event.bucket, entries.get(event.bucket), event.problem or self._problem(event, entries))
            for event in sent
        ]

    def _problem(self, event: SentEvent, entries: Mapping[str, Registration | None]) -> str | None:
        if entry := entries[event.bucket]:
            return entry.problem
        if self.is_missing(event.bucket):
            return "there is no such bucket"
        return "its event was not processed in time; if it was rejected, the dead-letter queue has the reason"

    def _send_batch(self, buckets: Sequence[str], event_type: EventType, indexed: bool | None) -> Sequence[SentEvent]:
        bus, events = self.stack.output("EventBusName"), self.stack.connections.events
        done: dict[str, SentEvent] = {}
        left = list(buckets)
        for attempt in range(_ATTEMPTS):
            if attempt:
                self.clock.sleep(retry_delay(attempt, first=0.75))
            entries = [_entry(bucket, bus, event_type, indexed, events.meta.partition) for bucket in left]
            now = datetime.now(UTC)
            with calling("events:PutEvents", bus):
                results = events.put_events(Entries=entries)["Entries"]
            for bucket, result in zip(left, results, strict=True):
                problem = f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}" if "ErrorCode" in result else None
                done[bucket] = SentEvent(bucket, now, result.get("EventId"), problem)
            left = [bucket for bucket in left if done[bucket].problem]
            if not left:
                break
        return [done[bucket] for bucket in buckets]


def _is_processed(registration: Registration, event: SentEvent, before: Registration | None) -> bool:
    if registration.problem and registration.problem != (before.problem if before else None):
        return True
    is_later = registration.event_time is not None and registration.event_time > event.time
    is_applied = registration.is_applied and not registration.problem
    return is_applied and (event.event_id in registration.event_ids or is_later)


def _entry(
    bucket: str, bus: str, event_type: EventType, indexed: bool | None, partition: str
) -> PutEventsRequestEntryTypeDef:
    detail = {"version": "0.1", "type": event_type, "bucket": bucket}
    return {
        "EventBusName": bus,
        "Source": _SOURCE,
        "DetailType": "bucket-registration",
        "Resources": [f"arn:{partition}:s3:::{bucket}"],
        "Detail": json.dumps(detail if indexed is None else {**detail, "indexed": indexed}),
    }

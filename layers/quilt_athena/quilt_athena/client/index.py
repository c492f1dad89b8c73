"""The index: what it would cost, which buckets are in it, and how far it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from quilt_athena.aws.calls import calling
from quilt_athena.client.buckets import Buckets, SentEvent
from quilt_athena.client.stack import Stack
from quilt_athena.index.limits import DEFAULT_LIMITS
from quilt_athena.index.object_keys import MANIFESTS_PREFIX, POINTERS_PREFIX, pointer_of, tophash_of
from quilt_athena.index.pending import PendingObjects

if TYPE_CHECKING:
    from quilt_athena.registration.registration import Registration

#: USD in us-east-1: https://aws.amazon.com/s3/pricing, https://aws.amazon.com/athena/pricing
_USD_PER_COPY = 0.005 / 1000
_USD_PER_READ = 0.0004 / 1000
_DEFAULT_PRICE_PER_TB = 5.0
#: Athena counts at least this for each query.
_MIN_BYTES = 10_000_000
#: Statements of a batch: INSERT, the check, MERGE.
_STATEMENTS = 3


@dataclass(frozen=True)
class IndexEstimate:
    """What indexing a bucket takes: ``bytes`` are those of its manifests, the price is that of the backfill."""

    bucket: str
    manifests: int
    revisions: int
    bytes: int
    estimated_price_usd: float


@dataclass(frozen=True)
class EventSources:
    """What reports a bucket's changes: S3's events through EventBridge, and SNS topics. None: it can't be seen."""

    bucket: str
    eventbridge: bool | None
    topics: tuple[str, ...] | None


@dataclass(frozen=True)
class IndexStatus:
    """How far a bucket is in the index.

    ``state`` is `waiting`, `backfilling`, `complete` or `erasing`. ``manifests`` and ``bytes`` are those in the index,
    ``pending`` are changed objects that are not, and ``unreadable`` those that can't be read, one with its ``reason``.
    ``differences`` are what the last comparison with the bucket, at ``compared_at`` (UTC), found and repaired.
    ``pending_since`` (UTC) is when the oldest pending change was reported: the index has everything from before.
    """

    bucket: str
    state: str
    manifests: int
    bytes: int
    pending: int
    unreadable: int
    reason: str
    compared_at: datetime | None
    differences: int
    pending_since: datetime | None = None


@dataclass(frozen=True)
class Index:
    """The index of a stack."""

    stack: Stack
    buckets: Buckets
    price_per_tb: float | None = None

    def estimate(self, bucket: str) -> IndexEstimate:
        """What indexing a bucket would take. Lists its ``.quilt/`` folder: 0.005 USD for a million objects.

        Raises:
            ServiceUnavailableError: this caller can't list the bucket, or not now.
        """
        manifests = [found["Size"] for found in self._list(bucket, MANIFESTS_PREFIX) if tophash_of(found["Key"])]
        revisions = sum(1 for found in self._list(bucket, POINTERS_PREFIX) if pointer_of(found["Key"]))
        size = sum(manifests)
        batches = max(1, -(-revisions // DEFAULT_LIMITS.objects), -(-size // DEFAULT_LIMITS.bytes))
        scanned = max(size, batches * _MIN_BYTES) + (_STATEMENTS - 1) * batches * _MIN_BYTES
        requests = len(manifests) * (_USD_PER_COPY + _USD_PER_READ) + revisions * _USD_PER_READ
        price_per_tb = _DEFAULT_PRICE_PER_TB if self.price_per_tb is None else self.price_per_tb
        price = scanned / 1e12 * price_per_tb + requests
        return IndexEstimate(bucket, len(manifests), revisions, size, round(price, 6))

    def sources(self, bucket: str) -> EventSources:
        """What reports the changes of a bucket besides Quilt's `package-revision` events and the refresh."""
        try:
            found = self.stack.connections.s3.get_bucket_notification_configuration(Bucket=bucket)
        except ClientError:
            return EventSources(bucket, None, None)
        topics = tuple(topic["TopicArn"] for topic in found.get("TopicConfigurations", []))
        return EventSources(bucket, "EventBridgeConfiguration" in found, topics)

    def enable(self, buckets: Sequence[str]) -> Sequence[SentEvent]:
        """Ask for buckets to be indexed, and registered if they are not; see ``Buckets.send``."""
        return list(self.buckets.send(buckets, "updated", indexed=True))

    def disable(self, buckets: Sequence[str]) -> Sequence[SentEvent]:
        """Ask for views to read the buckets again, and for rows of the index to be deleted; see ``Buckets.send``."""
        return list(self.buckets.send(buckets, "updated", indexed=False))

    def rebuild(self, buckets: Sequence[str]) -> str:
        """Erase buckets and index them again; until then their views read the buckets. The ARN of the execution.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: Step Functions does not start an execution.
        """
        machine = self.stack.output("IndexStateMachineArn")
        with calling("states:StartExecution", machine):
            return self.stack.connections.stepfunctions.start_execution(
                stateMachineArn=machine, input=json.dumps({"Rebuild": list(buckets)})
            )["executionArn"]

    def status(self) -> Sequence[IndexStatus]:
        """All buckets that are indexed, or of which the index still has something, by name.

        Raises:
            ServiceUnavailableError: this caller can't read the tables, or not now.
        """
        objects = PendingObjects(self.stack.connections.dynamodb, self.stack.output("IndexTableName"))
        pending, unreadable, oldest = objects.counts()
        reasons = {one.bucket: one.reason for one in objects.read_unreadable(1000)} if unreadable else {}
        return [
            _status(known, pending, unreadable, reasons.get(known.bucket, ""), oldest.get(known.bucket))
            for known in self.buckets.list()
            if known.indexed or known.index
        ]

    def _list(self, bucket: str, prefix: str) -> Iterator[Any]:
        with calling("s3:ListBucket", f"s3://{bucket}/{prefix}"):
            pages = self.stack.connections.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            for page in pages:
                yield from page.get("Contents", [])


def _status(
    known: Registration, pending: Counter[str], unreadable: Counter[str], reason: str, pending_since: datetime | None
) -> IndexStatus:
    progress = known.index
    return IndexStatus(
        known.bucket,
        progress.state.value if progress else "waiting",
        progress.manifests if progress else 0,
        progress.bytes if progress else 0,
        pending[known.bucket],
        unreadable[known.bucket],
        reason,
        progress.compared_at if progress else None,
        progress.differences if progress else 0,
        pending_since,
    )

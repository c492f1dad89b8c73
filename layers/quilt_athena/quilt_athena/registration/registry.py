"""The registry: which buckets are registered, one item for each in DynamoDB.

Writes are conditional on the ``revision`` that was read, so that of two writers one has to read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from quilt_athena.aws.calls import calling
from quilt_athena.catalog.changes import Change
from quilt_athena.errors import CatalogConflictError
from quilt_athena.registration.bucket_events import BucketEvent
from quilt_athena.registration.codec import (
    changes_attribute,
    index_progress_attribute,
    registration_from_item,
    registration_key,
    time_attribute,
)
from quilt_athena.registration.index_progress import IndexProgress
from quilt_athena.registration.registration import Registration, decide

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONDITION_FAILED = "ConditionalCheckFailedException"
_EXISTS = "attribute_exists(revision)"
_MAX_TRIES = 10
_MAX_PROBLEM_LENGTH = 1000
#: How long a removal is remembered of a bucket that was never registered. An older event may still come from the queue
#: and then from the dead-letter queue, which keep it for at most 14 days each.
_KEPT_UNREGISTERED = timedelta(days=30)


@dataclass(frozen=True)
class Registry:
    """The ``table`` of registrations; its partition key is ``bucket``.

    All methods raise ``ServiceUnavailableError`` if DynamoDB throttles a call or fails, and ``ServiceRejectedError`` if
    it rejects one.
    """

    dynamodb: DynamoDBClient
    table: str

    def get(self, bucket: str) -> Registration | None:
        """What is known about a bucket (a consistent read)."""
        with calling("dynamodb:GetItem", f"{self.table}/{bucket}"):
            response = self.dynamodb.get_item(TableName=self.table, Key=registration_key(bucket), ConsistentRead=True)
        item = response.get("Item")
        return registration_from_item(item) if item else None

    def walk(self) -> Iterator[Registration]:
        """All registrations, in no order; those written during the walk may be missing."""
        start: dict[str, Any] = {}
        while True:
            with calling("dynamodb:Scan", self.table):
                page = self.dynamodb.scan(TableName=self.table, **start)
            yield from map(registration_from_item, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def record(self, event: BucketEvent, known: Registration | None) -> Registration:
        """Record an event; ``known`` is what was read before it. Returns what is known after it.

        Raises:
            CatalogConflictError: others wrote the same item in each of ten tries.
        """
        for _ in range(_MAX_TRIES):
            new = decide(known, event)
            if new is None:
                return cast(Registration, known)  # only a known bucket can be left unchanged
            if self._put(new, known):
                return new
            known = self.get(event.bucket)
        raise CatalogConflictError(
            f"the registration of bucket {event.bucket} was changed by others {_MAX_TRIES} times while being written"
        )

    def _put(self, new: Registration, known: Registration | None) -> bool:
        """Write the item if it is still as ``known``, and keep its other attributes. Returns whether it was."""
        values: dict[str, Any] = {
            ":state": {"S": new.state.value},
            ":revision": {"N": str(new.revision)},
            ":now": time_attribute(datetime.now(UTC)),
        }
        sets = ["#state = :state", "revision = :revision", "updated_at = :now"]
        if new.event_time is not None:
            sets += ["event_time = :time", "event_ids = :ids"]
            values |= {":time": time_attribute(new.event_time), ":ids": {"SS": sorted(new.event_ids)}}
        removes = ""
        if new.indexed or (known and known.indexed):
            sets.append("index_wanted = :indexed")
            values[":indexed"] = {"BOOL": new.indexed}
        if new.index is not None and new.index != (known.index if known else None):
            sets.append("index_progress = :progress")
            values[":progress"] = index_progress_attribute(new.index)
        if new.never_registered:
            sets.append("expires_at = :expires")
            values[":expires"] = {"N": str(int((datetime.now(UTC) + _KEPT_UNREGISTERED).timestamp()))}
        else:
            removes = " REMOVE expires_at"
        # DynamoDB reserves the words `state` and `bucket`: expressions refer to them through placeholders.
        names = {"#state": "state"}
        if known is None:
            condition = "attribute_not_exists(#bucket)"
            names["#bucket"] = "bucket"
        else:
            condition = "revision = :known"
            values[":known"] = {"N": str(known.revision)}
        with calling("dynamodb:UpdateItem", f"{self.table}/{new.bucket}", expected=[_CONDITION_FAILED]) as call:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=registration_key(new.bucket),
                UpdateExpression="SET " + ", ".join(sets) + removes,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        return call.code is None

    def add_pending(self, bucket: str, changes: Iterable[Change]) -> None:
        """Record changes that are about to be made, so that they are published whatever happens in between."""
        values = {":changes": changes_attribute(changes)}
        self._update(bucket, "ADD pending :changes", values, condition=_EXISTS)

    def mark_in_sync(self, known: Registration, fingerprint: str | None, published: Iterable[Change]) -> bool:
        """Record that the catalog is as ``known`` requires, and which changes were published.

        ``fingerprint`` is that of the desired state, None for a removed bucket. Returns False, and records nothing, if
        ``known`` is out of date.
        """
        sets = "SET converged_revision = :revision, updated_at = :now"
        values: dict[str, Any] = {
            ":revision": {"N": str(known.revision)},
            ":now": time_attribute(datetime.now(UTC)),
        }
        removes = " REMOVE problem"
        if fingerprint is None:
            removes += ", fingerprint"
        else:
            sets += ", fingerprint = :fingerprint"
            values[":fingerprint"] = {"S": fingerprint}
        deletes = ""
        if changes := list(published):
            deletes = " DELETE pending :changes"
            values[":changes"] = changes_attribute(changes)
        return self._update(known.bucket, sets + removes + deletes, values, condition="revision = :revision")

    def note_problem(self, bucket: str, problem: str) -> None:
        """Record why the catalog is not in sync; does nothing for an unknown bucket."""
        values = {":problem": {"S": problem[:_MAX_PROBLEM_LENGTH]}}
        self._update(bucket, "SET problem = :problem", values, condition=_EXISTS)

    def note_view_problem(self, bucket: str, problem: str | None) -> None:
        """Record why the view check failed, or (None) that it succeeded; does nothing for an unknown bucket."""
        if problem is None:
            values = {":now": time_attribute(datetime.now(UTC))}
            self._update(bucket, "SET updated_at = :now REMOVE view_problem", values, condition=_EXISTS)
        else:
            values = {":problem": {"S": problem[:_MAX_PROBLEM_LENGTH]}}
            self._update(bucket, "SET view_problem = :problem", values, condition=_EXISTS)

    def set_index(self, known: Registration, progress: IndexProgress | None, *, changes_views: bool = False) -> bool:
        """Record how far a bucket is in the index. Returns False, and records nothing, if ``known`` is out of date.

        ``changes_views``: the catalog is not in sync until it was synchronized again.
        """
        values: dict[str, Any] = {":revision": {"N": str(known.revision)}}
        update = "REMOVE index_progress"
        if progress is not None:
            update = "SET index_progress = :progress"
            values[":progress"] = index_progress_attribute(progress)
        if changes_views:
            update += " ADD revision :one"
            values[":one"] = {"N": "1"}
        return self._update(known.bucket, update, values, condition="revision = :revision")

    def _update(self, bucket: str, update: str, values: dict[str, Any], condition: str) -> bool:
        with calling("dynamodb:UpdateItem", f"{self.table}/{bucket}", expected=[_CONDITION_FAILED]) as call:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=registration_key(bucket),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
            )
        return call.code is None

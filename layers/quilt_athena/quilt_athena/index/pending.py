"""The objects whose changes are not in the index yet, as items of the index's DynamoDB table.

An item only names an object: what is in S3 when the object is processed decides. So an event that arrives twice, late
or out of order does no harm. Each event gives the item a new version; a version that was processed is deleted only if
no other event has arrived since.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: The partition keys. Objects that cannot be read are kept apart, so that they do not delay the others.
_PENDING, _UNREADABLE = "pending", "unreadable"
#: DynamoDB's limit for BatchWriteItem.
_BATCH_ITEMS = 25
_MAX_TRIES = 5
#: DynamoDB's limit; a key of S3 alone can have as many.
_MAX_SORT_KEY_BYTES = 1024
_MAX_REASON_LENGTH = 500
_THREADS = 8


@dataclass(frozen=True)
class PendingObject:
    """An object of ``bucket`` to be indexed; with a ``/`` at the end of its key, a package, or ``.quilt/`` as a whole.

    ``reason`` is why it could not be read; ``since`` is when the event arrived (UTC).
    """

    bucket: str
    key: str
    version: str = ""
    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class PendingObjects:
    """The pending objects in ``table``. Every method raises ``ServiceUnavailableError`` or ``ServiceRejectedError``."""

    dynamodb: DynamoDBClient
    table: str

    def add(self, objects: Iterable[PendingObject]) -> None:
        """Record that objects changed."""
        now = datetime.now(UTC)
        unique = {(one.bucket, one.key): one for one in objects}
        self._put([_item(_PENDING, one, since=now, version=uuid.uuid4().hex) for one in unique.values()])

    def read(self, limit: int, max_buckets: int = 50) -> list[PendingObject]:
        """At most ``limit`` pending objects. The buckets take turns, so that a backlog of one doesn't delay the others.

        Those of the first ``max_buckets`` buckets that have any, in order of their names. Of each bucket those whose
        keys are last: manifests before the pointers that refer to them, which are in the same batch or a later one.
        """
        buckets = islice(self._buckets(), min(limit, max_buckets))
        turns = zip_longest(*(self._walk(_PENDING, limit, bucket, backwards=True) for bucket in buckets))
        return list(islice(filter(None, chain.from_iterable(turns)), limit))

    def read_unreadable(self, limit: int) -> list[PendingObject]:
        """At most ``limit`` of the objects that could not be read, with the reasons."""
        return list(self._walk(_UNREADABLE, limit))

    def remove(self, objects: Iterable[PendingObject]) -> None:
        """Forget objects that were processed, except those that changed since they were read."""
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(lambda one: self._delete(_PENDING, one), objects))

    def set_aside(self, objects: Iterable[PendingObject]) -> None:
        """Keep objects that cannot be read, with their ``reason``, until ``retry``."""
        kept = list(objects)
        self._put([_item(_UNREADABLE, one, since=one.since, version=one.version) for one in kept])
        self.remove(kept)

    def retry(self) -> int:
        """Make all objects pending again that could not be read. Returns how many there were."""
        count = 0
        for one in self._walk(_UNREADABLE, None):
            self._put([_item(_PENDING, one, since=one.since, version=uuid.uuid4().hex, reason="")])
            self._delete(_UNREADABLE, one)
            count += 1
        return count

    def forget_unreadable(self, one: PendingObject) -> None:
        """Forget an object that was set aside with this version."""
        self._delete(_UNREADABLE, one)

    def forget_bucket(self, bucket: str) -> None:
        """Forget all objects of a bucket."""
        for partition in (_PENDING, _UNREADABLE):
            for one in list(self._walk(partition, None, bucket)):
                self._delete(partition, one)

    def has(self, bucket: str) -> bool:
        """Whether any object of a bucket is pending or unreadable."""
        return any(next(self._walk(partition, 1, bucket), None) for partition in (_PENDING, _UNREADABLE))

    def counts(self) -> tuple[Counter[str], Counter[str], dict[str, datetime]]:
        """How many pending, and how many unreadable, objects each bucket has; and since when its oldest is pending."""
        pending, oldest = Counter[str](), dict[str, datetime]()
        for one in self._walk(_PENDING, None):
            pending[one.bucket] += 1
            if one.since is not None:
                oldest[one.bucket] = min(one.since, oldest.get(one.bucket, one.since))
        return pending, Counter(one.bucket for one in self._walk(_UNREADABLE, None)), oldest

    def _buckets(self) -> Iterator[str]:
        """The buckets that have pending objects: one query for each."""
        last = ""
        while found := next(self._walk(_PENDING, 1, after=last), None):
            yield (last := found.bucket)

    def _walk(
        self, partition: str, limit: int | None, bucket: str = "", *, after: str = "", backwards: bool = False
    ) -> Iterator[PendingObject]:
        """The items of a partition: of all buckets, of ``bucket``, or of the buckets that follow ``after``."""
        values: dict[str, Any] = {":partition": {"S": partition}}
        condition = "pk = :partition"
        if bucket:
            condition += " AND begins_with(sk, :bucket)"
            values[":bucket"] = {"S": f"{bucket}/"}
        elif after:
            condition += " AND sk > :after"
            values[":after"] = {"S": f"{after}0"}  # "0" is the character after "/"
        start: dict[str, Any] = {}
        left = limit
        while left is None or left > 0:
            page_limit = {} if left is None else {"Limit": left}
            with calling("dynamodb:Query", self.table):
                page = self.dynamodb.query(
                    TableName=self.table,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ConsistentRead=True,
                    ScanIndexForward=not backwards,
                    **page_limit,  # type: ignore[arg-type]  # keywords in a dict
                    **start,
                )
            yield from map(_object, page["Items"])
            if left is not None:
                left -= len(page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _put(self, items: list[dict[str, Any]]) -> None:
        for start in range(0, len(items), _BATCH_ITEMS):
            requests: Mapping[str, Any] = {
                self.table: [{"PutRequest": {"Item": item}} for item in items[start : start + _BATCH_ITEMS]]
            }
            for _ in range(_MAX_TRIES):
                with calling("dynamodb:BatchWriteItem", self.table):
                    requests = self.dynamodb.batch_write_item(RequestItems=requests).get("UnprocessedItems", {})
                if not requests:
                    break
            else:
                raise ServiceUnavailableError(
                    f"dynamodb:BatchWriteItem on {self.table} left items unwritten {_MAX_TRIES} times"
                )

    def _delete(self, partition: str, one: PendingObject) -> None:
        expected = ["ConditionalCheckFailedException"]
        with calling("dynamodb:DeleteItem", f"{self.table}/{one.bucket}/{one.key}", expected=expected):
            self.dynamodb.delete_item(
                TableName=self.table,
                Key=_key(partition, one),
                ConditionExpression="version = :version",
                ExpressionAttributeValues={":version": {"S": one.version}},
            )


def _key(partition: str, one: PendingObject) -> dict[str, Any]:
    name = f"{one.bucket}/{one.key}"
    if len(name.encode()) > _MAX_SORT_KEY_BYTES:
        name = f"{one.bucket}/{hashlib.sha256(one.key.encode()).hexdigest()}"
    return {"pk": {"S": partition}, "sk": {"S": name}}


def _item(
    partition: str, one: PendingObject, *, since: datetime | None, version: str, reason: str | None = None
) -> dict[str, Any]:
    item = _key(partition, one) | {"object_key": {"S": one.key}, "version": {"S": version}}
    if since is not None:
        item["since"] = {"S": since.isoformat(timespec="seconds")}
    if text := one.reason if reason is None else reason:
        item["reason"] = {"S": text[:_MAX_REASON_LENGTH]}
    return item


def _object(item: dict[str, Any]) -> PendingObject:
    since = item.get("since", {}).get("S")
    return PendingObject(
        item["sk"]["S"].partition("/")[0],
        item["object_key"]["S"],
        item["version"]["S"],
        datetime.fromisoformat(since) if since else None,
        item.get("reason", {}).get("S", ""),
    )

"""Which buckets are registered, as of which event: one item a bucket in DynamoDB.

An older event changes nothing, whatever order events arrive in; of events of the same second (EventBridge's ``time``
has no finer) the later arrival applies, and a second delivery of one that was taken already doesn't. Writes are
conditional on the ``revision`` that was read, so two writers can't both win.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from quilt_athena.aws.calls import calling
from quilt_athena.catalog.plan import Action, Change
from quilt_athena.errors import CatalogConflictError
from quilt_athena.registration.bucket_events import BucketEvent, EventKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONDITION_FAILED = "ConditionalCheckFailedException"
_EXISTS = "attribute_exists(revision)"
_MAX_TRIES = 10
#: Events of one second that are told from their duplicates; more than a bucket ever gets.
_MAX_EVENT_IDS = 50
_MAX_PROBLEM_LENGTH = 1000


class BucketState(StrEnum):
    """What the newest event says of a bucket."""

    REGISTERED = "registered"
    REMOVED = "removed"


@dataclass(frozen=True)
class Registration:
    """What is known of a bucket.

    ``event_time`` is that of the newest explicit event, None while only pushed packages told of the bucket;
    ``revision`` counts the writes that changed what should be; ``converged_revision`` is the one that the catalog was
    last made to agree with, by the definitions of ``fingerprint``; ``pending`` are changes of the catalog that may not
    have been announced; ``problem`` is why the catalog isn't what it should be, ``view_problem`` what came of asking
    its views when they last didn't answer.
    """

    bucket: str
    state: BucketState
    revision: int
    event_time: datetime | None = None
    event_ids: frozenset[str] = frozenset()
    converged_revision: int = 0
    fingerprint: str | None = None
    pending: frozenset[Change] = field(default=frozenset())
    problem: str | None = None
    view_problem: str | None = None
    #: When the item was last written; two registrations that differ in nothing else are equal.
    updated_at: datetime | None = field(default=None, compare=False)

    @property
    def registered(self) -> bool:
        """Whether the bucket's tables should exist."""
        return self.state is BucketState.REGISTERED

    @property
    def is_applied(self) -> bool:
        """Whether the catalog is as the newest event wants it, by the definitions that were last applied."""
        return self.is_in_sync(self.fingerprint or "")

    def is_in_sync(self, fingerprint: str) -> bool:
        """Whether the catalog was made to agree with this, by these definitions, and everybody was told."""
        return self.was_in_sync(fingerprint) and not self.problem

    def was_in_sync(self, fingerprint: str) -> bool:
        """Whether it was once, whatever was found to be wrong since."""
        agreed = self.converged_revision == self.revision and not self.pending
        return agreed and (not self.registered or self.fingerprint == fingerprint)


def decide(known: Registration | None, event: BucketEvent) -> Registration | None:
    """What is known of the bucket after ``event``, or None if the event changes nothing.

    A package pushed to a bucket only tells that there is such a bucket: it registers one that nothing else is known
    of, and has no say against an explicit event, earlier or later.
    """
    if event.kind is EventKind.SEEN:
        return None if known else Registration(event.bucket, BucketState.REGISTERED, revision=1)
    state = BucketState.REMOVED if event.kind is EventKind.REMOVED else BucketState.REGISTERED
    if known is None:
        return Registration(event.bucket, state, 1, event.time, frozenset({event.id}))
    event_ids = frozenset({event.id})
    if known.event_time is not None:
        if event.time < known.event_time or event.id in known.event_ids:
            return None
        if event.time == known.event_time and len(known.event_ids) < _MAX_EVENT_IDS:
            event_ids |= known.event_ids
    return replace(known, state=state, revision=known.revision + 1, event_time=event.time, event_ids=event_ids)


def registration_from_item(item: Mapping[str, Any]) -> Registration:
    """Decode an item of the registry, as boto3's DynamoDB client returns it."""
    pending = (text.split(" ", 1) for text in item.get("pending", {}).get("SS", []))
    return Registration(
        bucket=item["bucket"]["S"],
        state=BucketState(item["state"]["S"]),
        revision=int(item["revision"]["N"]),
        event_time=datetime.fromisoformat(item["event_time"]["S"]) if "event_time" in item else None,
        event_ids=frozenset(item.get("event_ids", {}).get("SS", [])),
        converged_revision=int(item.get("converged_revision", {}).get("N", "0")),
        fingerprint=item.get("fingerprint", {}).get("S"),
        pending=frozenset(Change(name, Action(action)) for action, name in pending),
        problem=item.get("problem", {}).get("S"),
        view_problem=item.get("view_problem", {}).get("S"),
        updated_at=datetime.fromisoformat(item["updated_at"]["S"]) if "updated_at" in item else None,
    )


@dataclass(frozen=True)
class Registry:
    """The table of registrations; its partition key is ``bucket``."""

    dynamodb: DynamoDBClient
    table: str

    def get(self, bucket: str) -> Registration | None:
        """What is known of a bucket, as of now (a consistent read)."""
        with calling("dynamodb:GetItem", f"{self.table}/{bucket}"):
            answer = self.dynamodb.get_item(TableName=self.table, Key=_key(bucket), ConsistentRead=True)
        item = answer.get("Item")
        return registration_from_item(item) if item else None

    def walk(self) -> Iterator[Registration]:
        """All registrations, page by page, in no order; what is written meanwhile may be missing."""
        start: dict[str, Any] = {}
        while True:
            with calling("dynamodb:Scan", self.table):
                page = self.dynamodb.scan(TableName=self.table, **start)
            yield from map(registration_from_item, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def record(self, event: BucketEvent, known: Registration | None) -> Registration:
        """Take in an event, ``known`` being what was read before; what is known then.

        Raises:
            CatalogConflictError: others wrote the same item again and again.
        """
        for _ in range(_MAX_TRIES):
            new = decide(known, event)
            if new is None:
                return cast(Registration, known)  # only what is known can stay as it is
            if self._put(new, known):
                return new
            known = self.get(event.bucket)
        raise CatalogConflictError(f"the registration of bucket {event.bucket} moved {_MAX_TRIES} times meanwhile")

    def _put(self, new: Registration, known: Registration | None) -> bool:
        """Whether the item still was as known. What others keep in it stays."""
        values: dict[str, Any] = {
            ":state": {"S": new.state.value},
            ":revision": {"N": str(new.revision)},
            ":now": {"S": _text(datetime.now(UTC))},
        }
        sets = ["#state = :state", "revision = :revision", "updated_at = :now"]
        if new.event_time is not None:
            sets += ["event_time = :time", "event_ids = :ids"]
            values |= {":time": {"S": _text(new.event_time)}, ":ids": {"SS": sorted(new.event_ids)}}
        # `state` and `bucket` are words of DynamoDB's own: expressions name them through a placeholder.
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
                Key=_key(new.bucket),
                UpdateExpression="SET " + ", ".join(sets),
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        return call.code is None

    def add_pending(self, bucket: str, changes: Iterable[Change]) -> None:
        """Remember changes that are about to be made, so that they are announced whatever happens meanwhile."""
        values = {":changes": _change_set(changes)}
        self._update(bucket, "ADD pending :changes", values, condition=_EXISTS)

    def mark_in_sync(self, known: Registration, fingerprint: str | None, announced: Iterable[Change]) -> bool:
        """Note that the catalog agrees with ``known``, and what was announced; False if ``known`` is out of date."""
        sets = "SET converged_revision = :revision, updated_at = :now"
        values: dict[str, Any] = {
            ":revision": {"N": str(known.revision)},
            ":now": {"S": _text(datetime.now(UTC))},
        }
        removes = " REMOVE problem"
        if fingerprint is None:
            removes += ", fingerprint"
        else:
            sets += ", fingerprint = :fingerprint"
            values[":fingerprint"] = {"S": fingerprint}
        deletes = ""
        if changes := list(announced):
            deletes = " DELETE pending :changes"
            values[":changes"] = _change_set(changes)
        return self._update(known.bucket, sets + removes + deletes, values, condition="revision = :revision")

    def note_problem(self, bucket: str, problem: str) -> None:
        """Remember why the bucket's catalog isn't what it should be; nothing if the bucket isn't known."""
        values = {":problem": {"S": problem[:_MAX_PROBLEM_LENGTH]}}
        self._update(bucket, "SET problem = :problem", values, condition=_EXISTS)

    def note_view_problem(self, bucket: str, problem: str | None) -> None:
        """Remember that the bucket's views didn't answer, or (None) that they do; nothing if it isn't known."""
        if problem is None:
            values = {":now": {"S": _text(datetime.now(UTC))}}
            self._update(bucket, "SET updated_at = :now REMOVE view_problem", values, condition=_EXISTS)
        else:
            values = {":problem": {"S": problem[:_MAX_PROBLEM_LENGTH]}}
            self._update(bucket, "SET view_problem = :problem", values, condition=_EXISTS)

    def _update(self, bucket: str, update: str, values: dict[str, Any], condition: str) -> bool:
        with calling("dynamodb:UpdateItem", f"{self.table}/{bucket}", expected=[_CONDITION_FAILED]) as call:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=_key(bucket),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
            )
        return call.code is None


def _key(bucket: str) -> dict[str, Any]:
    return {"bucket": {"S": bucket}}


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _change_set(changes: Iterable[Change]) -> dict[str, Any]:
    return {"SS": sorted(f"{change.action.value} {change.name}" for change in changes)}

"""Incoming and outgoing events of buckets; `docs/contracts.md` has a sample of each.

An incoming event is an EventBridge event
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html) in the body of an SQS message: a
`bucket-registration`, or Quilt's own `package-revision`
(https://docs.quiltdata.com/quilt-platform-administrator/advanced/events).
Unknown fields are ignored, wrong ones rejected with their path.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from quilt_athena.catalog.changes import Change
from quilt_athena.contracts.limits import CONTRACT_VERSION
from quilt_athena.contracts.models import BucketName, Contract, ContractVersion, Envelope, parse_json_event
from quilt_athena.errors import InvalidEventError
from quilt_athena.registration.bucket_events import BucketEvent, EventKind

BUCKET_REGISTRATION = "bucket-registration"
CATALOG_CHANGED = "catalog-changed"

#: How far a sender's clock may be ahead. An event of the distant future would outrank all events until then.
MAX_AHEAD = timedelta(days=1)


class BucketRegistration(Contract):
    """The ``detail`` of a `bucket-registration` event."""

    version: ContractVersion
    type: Literal["added", "updated", "removed"]
    bucket: BucketName
    indexed: Annotated[
        bool | None,
        Field(strict=True, description="Whether the bucket is to be indexed; without it that stays as it is"),
    ] = None


class PackageRevision(Contract):
    """The ``detail`` of Quilt's `package-revision` event."""

    version: ContractVersion
    type: Literal["created"]
    bucket: BucketName
    handle: str
    top_hash: Annotated[str, Field(alias="topHash")]


class BucketRegistrationEvent(Envelope):
    """A `bucket-registration` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["bucket-registration"], Field(alias="detail-type")]
    detail: BucketRegistration


class PackageRevisionEvent(Envelope):
    """Quilt's `package-revision` event as EventBridge delivers it."""

    detail_type: Annotated[Literal["package-revision"], Field(alias="detail-type")]
    detail: PackageRevision


class _AnyEvent(Contract):
    detail_type: Annotated[Literal["bucket-registration", "package-revision"], Field(alias="detail-type")]


def parse_event(body: str, sources: Collection[str]) -> BucketEvent:
    """The event of a bucket in an EventBridge event, ``body`` (JSON); ``sources`` are the accepted senders.

    Raises:
        InvalidEventError: it breaks its contract; the error's ``field`` is the first that is wrong.
    """
    kind = parse_json_event(_AnyEvent, body).detail_type
    event: BucketRegistrationEvent | PackageRevisionEvent = (
        parse_json_event(BucketRegistrationEvent, body)
        if kind == BUCKET_REGISTRATION
        else parse_json_event(PackageRevisionEvent, body)
    )
    if event.time > datetime.now(UTC) + MAX_AHEAD:
        raise InvalidEventError("time", f"expected a time at most a day ahead, got {event.time.isoformat()}")
    event.check_source(sources)
    detail = event.detail
    if isinstance(detail, PackageRevision):
        return BucketEvent(detail.bucket, EventKind.SEEN, event.time, event.id)
    if event.resources and not any(_is_arn_of(resource, detail.bucket) for resource in event.resources):
        raise InvalidEventError("resources", f"expected the ARN of bucket {detail.bucket}, which detail.bucket names")
    return BucketEvent(detail.bucket, EventKind(detail.type), event.time, event.id, detail.indexed)


def catalog_changed(bucket: str, changes: Iterable[Change]) -> dict[str, Any]:
    """The ``detail`` of a `catalog-changed` event."""
    return {
        "version": CONTRACT_VERSION,
        "bucket": bucket,
        "changes": [{"name": change.name, "action": change.action.value} for change in sorted(changes)],
    }


def _is_arn_of(resource: str, bucket: str) -> bool:
    # arn:aws:s3:::bucket, in any partition (aws-cn, aws-us-gov).
    return resource.startswith("arn:") and resource.split(":", 2)[-1] == f"s3:::{bucket}"

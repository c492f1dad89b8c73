"""The events that come in and go out; `docs/contracts.md` shows each with a sample.

What comes in is an EventBridge event
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html) in the body of an SQS message: a
`bucket-registration`, or Quilt's own `package-revision`
(https://docs.quiltdata.com/quilt-platform-administrator/advanced/events).
Unknown fields are ignored, wrong ones refused with their path.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from quilt_athena.errors import InvalidEventError, InvalidRequestError
from quilt_athena.names import LEGAL_PATTERN, validate_bucket_name
from quilt_athena.plans import Change

BUCKET_REGISTRATION = "bucket-registration"
CATALOG_CHANGED = "catalog-changed"
SOURCE = "quilt-athena"

#: So many buckets a request names at most.
MAX_BUCKETS = 1000

#: The contracts are of version 0.x: what is added to one keeps the old readers working.
CONTRACT_VERSION = "0.1"

#: A sender's clock may be wrong. Farther ahead an event is refused: it would outrank all that come before its time.
MAX_AHEAD = timedelta(days=1)


def _to_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:  # pydantic takes no such error for a refusal
        raise ValueError("expected a time in the years 1 to 9999 of UTC, it is out of range") from None


UtcTime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
BucketName = Annotated[
    str,
    AfterValidator(validate_bucket_name),
    # The validator tells more, and better, than a pattern; readers of the schema get the pattern.
    Field(description="Name of an S3 bucket", json_schema_extra={"pattern": f"^{LEGAL_PATTERN}$"}),
]
ContractVersion = Annotated[str, Field(pattern=r"^0\.\d+$", description="Version of the contract: 0.x")]


class EventKind(StrEnum):
    """What an event says of a bucket."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    #: A package was pushed to it: it is in use, whoever registered it or not.
    SEEN = "seen"


@dataclass(frozen=True)
class BucketEvent:
    """What an event says of a bucket, whichever contract it came by. ``time`` is UTC."""

    bucket: str
    kind: EventKind
    time: datetime
    id: str


class Contract(BaseModel):
    """What every model of an event is: strict in what it knows, and blind to what it doesn't."""

    # A model is built when it is first needed: a function that starts for one kind of event waits for no other.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", defer_build=True)


class BucketRegistration(Contract):
    """The ``detail`` of a `bucket-registration` event."""

    version: ContractVersion
    type: Literal["added", "updated", "removed"]
    bucket: BucketName


class PackageRevision(Contract):
    """The ``detail`` of Quilt's `package-revision` event."""

    version: ContractVersion
    type: Literal["created"]
    bucket: BucketName
    handle: str
    top_hash: Annotated[str, Field(alias="topHash")]


class Envelope(Contract):
    """What EventBridge puts around the detail of an event."""

    id: Annotated[str, Field(min_length=1, max_length=256)]
    source: str
    time: UtcTime
    resources: tuple[str, ...] = ()


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
    """What the EventBridge event in ``body`` (JSON) says; ``sources`` are the senders that are listened to.

    Raises:
        InvalidEventError: it doesn't keep its contract; the error's ``field`` is the first that is wrong.
    """
    try:
        kind = _AnyEvent.model_validate_json(body).detail_type
        model = BucketRegistrationEvent if kind == BUCKET_REGISTRATION else PackageRevisionEvent
        event = model.model_validate_json(body)
    except ValidationError as error:
        raise invalid_event(error) from None
    if event.time > datetime.now(UTC) + MAX_AHEAD:
        raise InvalidEventError("time", f"expected a time at most a day ahead, got {event.time.isoformat()}")
    if event.source not in sources:
        raise InvalidEventError("source", f"expected one of {', '.join(sorted(sources))}, got {event.source[:80]!r}")
    detail = event.detail
    if isinstance(detail, PackageRevision):
        return BucketEvent(detail.bucket, EventKind.SEEN, event.time, event.id)
    if event.resources and not any(_is_arn_of(resource, detail.bucket) for resource in event.resources):
        raise InvalidEventError("resources", f"expected the ARN of bucket {detail.bucket}, as detail.bucket says")
    return BucketEvent(detail.bucket, EventKind(detail.type), event.time, event.id)


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


Request = TypeVar("Request", bound=Contract)


def parse_as(contract: type[Request], request: object) -> Request:
    """A request that keeps its contract.

    Raises:
        InvalidRequestError: it doesn't; the message begins with the path of the field.
    """
    try:
        return contract.model_validate(request)
    except ValidationError as error:
        raise InvalidRequestError(str(invalid_event(error))) from None


def invalid_event(error: ValidationError) -> InvalidEventError:
    """All that is wrong, in one sentence: each field's path, and what was expected of it."""
    problems = [
        (".".join(map(str, problem["loc"])) or "event", problem["msg"].removeprefix("Value error, "), problem)
        for problem in error.errors(include_url=False, include_context=False)
    ]
    texts = []
    for field, message, problem in problems:
        got = problem.get("input")
        shown = (
            f", got {got[:80]!r}"
            if isinstance(got, str) and problem["type"] in ("literal_error", "string_pattern_mismatch")
            else ""
        )
        texts.append((field, message + shown))
    first, problem_text = texts[0]
    more = "".join(f"; {field}: {text}" for field, text in texts[1:])
    return InvalidEventError(first, problem_text + more)

"""Events that report changes of a bucket's packages; each only names objects that are to be looked at.

Three kinds arrive in the queue: Quilt's `package-revision`; S3's events through EventBridge
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html); and S3's notifications
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html), as they are or in the
envelope of the SNS topic that Quilt's platform sets up for a bucket.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from quilt_athena.contracts.nesting import check_nesting
from quilt_athena.errors import InvalidEventError, InvalidRequest
from quilt_athena.index.object_keys import POINTERS_PREFIX, is_indexed, manifest_key
from quilt_athena.index.pending import PendingObject
from quilt_athena.names import validate_bucket_name


def changed_objects(body: str, sources: Collection[str]) -> list[PendingObject]:
    """The objects that an event names and that the index depends on; none of an event that concerns others.

    Args:
        body: the body of an SQS message: JSON.
        sources: the accepted senders of `package-revision` events.

    Raises:
        InvalidEventError: the body is none of these events.
    """
    try:
        event = json.loads(body)
        check_nesting(event)
    except (ValueError, RecursionError, InvalidRequest) as error:
        raise InvalidEventError("body", f"expected an event in JSON: {error}") from None
    if not isinstance(event, Mapping):
        raise InvalidEventError("body", f"expected a JSON object, got {type(event).__name__}")
    if event.get("Type") == "Notification" and "TopicArn" in event:
        # The envelope of SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
        return changed_objects(_text(event, "Message"), ())
    if "Records" in event:
        return list(_objects(_notified(event["Records"])))
    if event.get("Event") == "s3:TestEvent":
        return []
    kind = event.get("detail-type")
    detail = event.get("detail")
    if not isinstance(detail, Mapping):
        raise InvalidEventError("detail", "expected an object")
    if event.get("source") == "aws.s3":
        bucket, key = _text(detail, "bucket", "name"), _text(detail, "object", "key")
        return list(_objects([(bucket, key)]))
    if kind != "package-revision":
        raise InvalidEventError("detail-type", f"expected package-revision or an event of S3, got {str(kind)[:80]!r}")
    if event.get("source") not in sources:
        raise InvalidEventError("source", f"expected one of {', '.join(sorted(sources))}")
    bucket, handle, tophash = (_text(detail, name) for name in ("bucket", "handle", "topHash"))
    # It does not have the revision's timestamp: all pointers of the package are looked at.
    return list(_objects([(bucket, manifest_key(tophash)), (bucket, f"{POINTERS_PREFIX}{handle}/")]))


def _notified(records: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(records, list):
        raise InvalidEventError("Records", "expected a list")
    for record in records:
        if not isinstance(record, Mapping) or not isinstance(record.get("s3"), Mapping):
            raise InvalidEventError("Records", "expected notifications of S3")
        yield _text(record["s3"], "bucket", "name"), unquote_plus(_text(record["s3"], "object", "key"))


def _objects(named: Iterable[tuple[str, str]]) -> Iterator[PendingObject]:
    for bucket, key in named:
        validate_bucket_name(bucket)
        if is_indexed(key):
            yield PendingObject(bucket, key)


def _text(value: Mapping[str, Any], *path: str) -> str:
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, str) or not found:
        raise InvalidEventError(".".join(path), "expected a string")
    try:
        found.encode()
    except UnicodeEncodeError:
        # JSON can have half of a surrogate pair, and nothing that is stored can: it would fail the whole batch.
        raise InvalidEventError(".".join(path), "expected Unicode text") from None
    return found

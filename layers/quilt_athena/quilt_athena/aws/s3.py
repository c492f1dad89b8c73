"""Objects in S3 read in chunks, one request each: no connection stays open while the caller processes a chunk."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import (
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from quilt_athena.aws.calls import calling
from quilt_athena.errors import ObjectUnreadableError, ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK_BYTES = 4 * 1024 * 1024
_READ_ATTEMPTS = 4
# boto3 does not retry a response whose body ends early.
_ENDED_EARLY = (ConnectionClosedError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
_MISSING_OR_CHANGED = ("NoSuchKey", "NoSuchBucket", "PreconditionFailed", "InvalidRange", "404", "412", "416")


def read_chunks(
    s3: S3Client,
    bucket: str,
    key: str,
    *,
    etag: str = "",
    chunk_bytes: int = CHUNK_BYTES,
    expected: Collection[str] = (),
) -> Iterator[bytes]:
    """The chunks of an object, all of the same version: that with ``etag``, or by default that of the first chunk.

    Raises:
        ObjectUnreadableError: the object is missing, was overwritten, or S3 returns a code in ``expected``.
        ServiceUnavailableError: S3 denied the read, or cannot be reached.
    """
    start, size = 0, 1
    while start < size:
        body, size, etag = _read_range(s3, bucket, key, start, start + chunk_bytes - 1, etag, expected)
        start += len(body)
        yield body


def _read_range(
    s3: S3Client, bucket: str, key: str, first: int, last: int, etag: str, expected: Collection[str]
) -> tuple[bytes, int, str]:
    """Bytes of an object, its size and its ETag, which must be ``etag`` unless that is empty."""
    location = f"s3://{bucket}/{key}"
    unchanged = {"IfMatch": etag} if etag else {}
    failure: Exception | None = None
    for _ in range(_READ_ATTEMPTS):
        try:
            with calling("s3:GetObject", location, expected=[*_MISSING_OR_CHANGED, *expected]) as call:
                response = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{last}", **unchanged)  # type: ignore[arg-type]  # keywords in a dict
                body = response["Body"].read()
        except ServiceUnavailableError as error:
            if not isinstance(error.__cause__, _ENDED_EARLY):
                raise
            failure = error
            continue
        if call.code in ("416", "InvalidRange") and first == 0:
            return b"", 0, ""  # an empty object has no first byte
        if call.code:
            raise ObjectUnreadableError(location, call.code)
        total = int(response.get("ContentRange", "").rpartition("/")[2] or len(body))
        return body, total, response["ETag"]
    raise ServiceUnavailableError(f"reading {location} ended early {_READ_ATTEMPTS} times: {failure}") from failure

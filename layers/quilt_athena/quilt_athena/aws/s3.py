"""Objects in S3 read in pieces, each its own request: no connection stays open while somebody looks at what came."""

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
# What boto3 doesn't retry: the answer began well, and its body broke off.
_BROKEN_OFF = (ConnectionClosedError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
_GONE = ("NoSuchKey", "NoSuchBucket", "PreconditionFailed", "InvalidRange", "404", "412", "416")


def read_chunks(
    s3: S3Client, bucket: str, key: str, *, chunk_bytes: int = CHUNK_BYTES, expected: Collection[str] = ()
) -> Iterator[bytes]:
    """The object in pieces, all of one version, which its ETag tells.

    Raises:
        ObjectUnreadableError: it isn't there, was written anew meanwhile, or S3 answers a code that is ``expected``.
        ServiceUnavailableError: S3 doesn't give it to this caller, or can't be reached.
    """
    start, size, etag = 0, 1, ""
    while start < size:
        body, size, etag = _read_range(s3, bucket, key, start, start + chunk_bytes - 1, etag, expected)
        start += len(body)
        yield body


def _read_range(
    s3: S3Client, bucket: str, key: str, first: int, last: int, etag: str, expected: Collection[str]
) -> tuple[bytes, int, str]:
    """Bytes of an object, its whole size and its ETag, which must still be ``etag`` unless that is empty."""
    location = f"s3://{bucket}/{key}"
    unchanged = {"IfMatch": etag} if etag else {}
    broken: Exception | None = None
    for _ in range(_READ_ATTEMPTS):
        try:
            with calling("s3:GetObject", location, expected=[*_GONE, *expected]) as call:
                answer = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{last}", **unchanged)  # type: ignore[arg-type]  # keywords in a dict
                body = answer["Body"].read()
        except ServiceUnavailableError as error:
            if not isinstance(error.__cause__, _BROKEN_OFF):
                raise
            broken = error
            continue
        if call.code in ("416", "InvalidRange") and first == 0:
            return b"", 0, ""  # an empty object has no first byte
        if call.code:
            raise ObjectUnreadableError(location, call.code)
        total = int(answer.get("ContentRange", "").rpartition("/")[2] or len(body))
        return body, total, answer["ETag"]
    raise ServiceUnavailableError(f"reading {location} broke off {_READ_ATTEMPTS} times: {broken}") from broken

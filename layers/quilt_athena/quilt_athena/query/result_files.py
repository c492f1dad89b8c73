"""The file that Athena wrote for a query, identified by its ETag.

Athena does not verify a result file when it reads it. The ETag is recorded when the query has ended, travels in the
query result, and is compared whenever the file is read later: a file that replaced it is not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling
from quilt_athena.errors import ResultUnreadableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = ("404", "NoSuchKey", "NoSuchBucket")
_CHANGED = ("412", "PreconditionFailed")


def bucket_and_key(location: str) -> tuple[str, str]:
    """The bucket and the key of an s3:// URL."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key


def current_etag(s3: S3Client, location: str) -> str | None:
    """The ETag of the file at ``location`` (an s3:// URL); None if there is none, as for some DDL statements.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: S3 denied or throttled the call, or failed.
    """
    bucket, key = bucket_and_key(location)
    with calling("s3:HeadObject", location, expected=_MISSING) as call:
        response = s3.head_object(Bucket=bucket, Key=key)
    return None if call.code else response["ETag"]


def check_unchanged(s3: S3Client, location: str, etag: str) -> None:
    """Check that the file at ``location`` still has its ETag.

    Raises:
        ResultUnreadableError: it was overwritten or deleted.
        ServiceUnavailableError, ServiceRejectedError: S3 denied or throttled the call, or failed.
    """
    bucket, key = bucket_and_key(location)
    with calling("s3:HeadObject", location, expected=[*_MISSING, *_CHANGED]) as call:
        s3.head_object(Bucket=bucket, Key=key, IfMatch=etag)
    if call.code:
        raise unreadable(location, call.code)


def unreadable(location: str, code: str) -> ResultUnreadableError:
    """The error for a result file that cannot be read, by S3's error code."""
    if code in _CHANGED:
        return ResultUnreadableError(
            f"{location} is not the file that Athena wrote for this query: it was overwritten. Nothing in it is used: "
            "run the query again"
        )
    return ResultUnreadableError(
        f"{location} cannot be read completely: {code}. It was deleted meanwhile (results expire): run the query again"
    )

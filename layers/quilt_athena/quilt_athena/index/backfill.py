"""A slice of a backfill: the next pointers of a bucket, in the order in which S3 lists them.

So a batch has whole histories of packages, whose revisions share most entries and compress well together.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from quilt_athena.index.listing import list_objects
from quilt_athena.index.object_keys import POINTERS_PREFIX, pointer_of
from quilt_athena.index.pending import PendingObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def next_pointers(s3: S3Client, bucket: str, cursor: str, limit: int) -> list[PendingObject]:
    """At most ``limit`` pointers of ``bucket`` after the key ``cursor``; none at the end.

    Raises:
        BucketNotFoundError, BucketAccessDeniedError: the bucket cannot be listed.
        ServiceUnavailableError: S3 does not respond as expected.
    """
    keys = (found["Key"] for found in list_objects(s3, bucket, POINTERS_PREFIX, cursor))
    return [PendingObject(bucket, key) for key in islice(filter(pointer_of, keys), limit)]

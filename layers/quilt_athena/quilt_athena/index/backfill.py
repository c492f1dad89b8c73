"""A slice of a backfill: the next pointers of a bucket, in the order in which S3 lists them.

So a batch has whole histories of packages, whose revisions share most entries and compress well together.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling
from quilt_athena.index.object_keys import POINTERS_PREFIX, pointer_of
from quilt_athena.index.pending import PendingObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def next_pointers(s3: S3Client, bucket: str, cursor: str, limit: int) -> list[PendingObject]:
    """At most ``limit`` pointers of ``bucket`` after the key ``cursor``; none at the end.

    Raises:
        ServiceUnavailableError: S3 does not respond as expected, or the bucket cannot be listed.
    """
    with calling("s3:ListBucket", f"s3://{bucket}/{POINTERS_PREFIX}"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=POINTERS_PREFIX, StartAfter=cursor)
        keys = (found["Key"] for page in pages for found in page.get("Contents", []))
        return [PendingObject(bucket, key) for key in islice(filter(pointer_of, keys), limit)]

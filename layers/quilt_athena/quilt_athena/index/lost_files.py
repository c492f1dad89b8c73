"""Data files of the index that others deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quilt_athena.index.listing import list_objects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PARTITION = re.compile(r"/bucket=([^/]+)/")


def bucket_of_lost_file(s3: S3Client, index_bucket: str, reason: str) -> str | None:
    """The bucket whose rows were in a file that doesn't exist; ``reason``, why Athena failed, has the path of the file.

    What Athena says of such a file isn't documented, nor when else it names one. So S3 decides.

    Raises:
        BucketNotFoundError, BucketAccessDeniedError, ServiceUnavailableError: the index bucket cannot be listed.
    """
    path = re.search(rf"s3://{re.escape(index_bucket)}/(\S+?\.parquet)", reason)
    partition = path and _PARTITION.search(path[1])
    if not (path and partition):
        return None
    found = [one["Key"] for one in list_objects(s3, index_bucket, path[1], max_keys=1)]
    return None if found == [path[1]] else partition[1]

"""Listing a bucket, which may be gone or denied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from quilt_athena.aws.calls import calling
from quilt_athena.errors import BucketAccessDeniedError, BucketNotFoundError
from quilt_athena.index.object_keys import MANIFESTS_PREFIX, POINTERS_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

_MISSING, _DENIED = ("NoSuchBucket", "404"), ("AccessDenied", "403")


def list_objects(
    s3: S3Client, bucket: str, prefix: str, after: str = "", *, max_keys: int | None = None
) -> Iterator[ObjectTypeDef]:
    """The objects of ``bucket`` whose keys begin with ``prefix``, in order, from the first one after the key ``after``.

    Raises:
        BucketNotFoundError, BucketAccessDeniedError: the bucket cannot be listed, for whatever reason S3 gives.
        ServiceUnavailableError: S3 does not respond as expected.
    """
    with calling("s3:ListBucket", f"s3://{bucket}/{prefix}", may_be_denied=True) as call:
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket,
            Prefix=prefix,
            StartAfter=after,
            PaginationConfig={} if max_keys is None else {"MaxItems": max_keys, "PageSize": max_keys},
        )
        for page in pages:
            yield from page.get("Contents", [])
    if call.code in _MISSING:
        raise BucketNotFoundError(f"bucket {bucket} doesn't exist ({call.code})")
    if call.code:
        advice = ": allow s3:ListBucket to the index's writer" if call.code in _DENIED else ""
        raise BucketAccessDeniedError(f"s3://{bucket}/{prefix} can't be listed ({call.code}){advice}")


def check_listable(s3: S3Client, bucket: str) -> None:
    """Do nothing if the manifests and pointers of ``bucket`` can be listed.

    Raises:
        BucketNotFoundError, BucketAccessDeniedError: they cannot.
        ServiceUnavailableError: S3 does not respond as expected.
    """
    for prefix in (MANIFESTS_PREFIX, POINTERS_PREFIX):
        list(list_objects(s3, bucket, prefix, max_keys=1))


def buckets_with_objects(s3: S3Client, index_bucket: str, buckets: set[str]) -> set[str]:
    """Those of ``buckets`` of which ``index_bucket`` still has data files or staged manifests.

    Athena puts a hash before the partitions of a data file, so all files are listed, until each bucket was found.

    Raises:
        BucketNotFoundError, BucketAccessDeniedError, ServiceUnavailableError: the index bucket cannot be listed.
    """
    found: set[str] = set()
    for one in list_objects(s3, index_bucket, ""):
        if found >= buckets:
            break
        for folder in one["Key"].split("/"):
            names = [folder.removeprefix("bucket=")] if folder.startswith("bucket=") else folder.split("~")[-2:-1]
            found |= buckets.intersection(names)
    return found

"""The comparison of a bucket with the index: what S3 lists against what queries of the index returned.

Both sides are read in the same order and at the same time, so memory does not grow with the bucket. A difference only
names an object: processing it decides what is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quilt_athena.index.listing import list_objects
from quilt_athena.index.object_keys import MANIFESTS_PREFIX, POINTERS_PREFIX, manifest_key, pointer_of, tophash_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass
class Totals:
    """What a bucket has: manifests and their size, as S3 lists them."""

    manifests: int = 0
    bytes: int = 0


def differences(
    s3: S3Client,
    bucket: str,
    markers: Iterable[list[str | None]],
    pointers: Iterable[list[str | None]],
    totals: Totals,
) -> Iterator[str]:
    """The keys of the objects of which the index differs from the bucket; ``totals`` are counted on the way.

    Args:
        s3: reads the bucket.
        bucket: its name.
        markers: rows of ``list_markers``: top hash, ETag, size, copies and time.
        pointers: rows of ``list_pointers``: ``user/name/timestamp``, top hash and ETag.
        totals: is filled in.

    Raises:
        BucketNotFoundError, BucketAccessDeniedError: the bucket cannot be listed.
        ServiceUnavailableError: S3 does not respond as expected.
    """
    indexed = ((manifest_key(row[0] or ""), (row[1], row[2], row[3])) for row in markers)
    yield from _merge(_counted(list_objects(s3, bucket, MANIFESTS_PREFIX), totals), indexed)
    indexed_pointers = ((POINTERS_PREFIX + (row[0] or ""), (row[2],)) for row in pointers)
    yield from _merge(
        (
            (found["Key"], (_etag(found),))
            for found in list_objects(s3, bucket, POINTERS_PREFIX)
            # An empty pointer is no row.
            if found["Size"] and pointer_of(found["Key"])
        ),
        indexed_pointers,
    )


def _counted(listed: Iterable[Mapping[str, Any]], totals: Totals) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    for found in listed:
        if tophash_of(found["Key"]):
            totals.manifests += 1
            totals.bytes += found["Size"]
            yield found["Key"], (_etag(found), str(found["Size"]), "1")


def _merge(
    found: Iterator[tuple[str, tuple[str | None, ...]]], indexed: Iterator[tuple[str, tuple[str | None, ...]]]
) -> Iterator[str]:
    """The keys whose values differ, or that only one side has; both are sorted by the UTF-8 bytes of the keys."""
    left, right = next(found, None), next(indexed, None)
    while left or right:
        if right is None or (left is not None and left[0].encode() < right[0].encode()):
            yield left[0]  # type: ignore[index]  # one of them is not None
            left = next(found, None)
        elif left is None or left[0] != right[0]:
            yield right[0]
            right = next(indexed, None)
        else:
            key, values = left
            same = False
            # A manifest with two markers has two rows.
            rows = 0
            while right is not None and right[0] == key:
                rows, same = rows + 1, values == right[1]
                right = next(indexed, None)
            if rows > 1 or not same:
                yield key
            left = next(found, None)


def _etag(found: Mapping[str, Any]) -> str:
    etag: str = found["ETag"]
    return etag.strip('"')

"""MiniStack's S3 for the engine and for results, read and written in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ministack.services import s3

from local.aws.responses import Response
from local.aws.scope import Scope
from local.engine import NoSuchBucket, ObjectInfo


@dataclass(frozen=True)
class S3Objects:
    """The objects of a scope: the engine's ObjectStore, and where results are written."""

    scope: Scope

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`. Raises NoSuchBucket."""
        with self.scope.entered():
            found = s3._buckets.get(bucket)
        if found is None:
            raise NoSuchBucket(bucket)
        # A copy, because other requests change the dictionary meanwhile.
        for key, record in sorted(dict(found["objects"]).items()):
            if key.startswith(prefix):
                yield ObjectInfo(key=key, etag=record["etag"].strip('"'), size=record["size"])

    def read(self, bucket: str, key: str) -> bytes:
        """The bytes of an object. Raises KeyError if it doesn't exist."""
        with self.scope.entered():
            body: bytes | None = s3._get_object_data(bucket, key)
        if body is None:
            raise KeyError(f"s3://{bucket}/{key}")
        return body

    def has_bucket(self, bucket: str) -> bool:
        """Whether the bucket exists."""
        with self.scope.entered():
            return bucket in s3._buckets

    def has(self, bucket: str, key: str) -> bool:
        """Whether the object exists."""
        with self.scope.entered():
            found = s3._buckets.get(bucket)
        return found is not None and key in found["objects"]

    def write(self, bucket: str, key: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Put an object as PutObject does, with header names in lower case. Returns S3's response, even an error."""
        with self.scope.entered():
            response: Response = s3._put_object(bucket, key, body, dict(headers))
        return response

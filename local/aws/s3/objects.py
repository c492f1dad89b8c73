"""MiniStack's S3 for the engine and for results, read and written in this process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import s3

from local.aws.responses import Response
from local.aws.scope import Scope
from local.engine import NoSuchBucket, ObjectInfo, QueryError


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
                yield _info(key, record)

    def info(self, bucket: str, key: str) -> ObjectInfo:
        """What a listing says of an object. Raises KeyError if it doesn't exist, NoSuchBucket if its bucket doesn't."""
        with self.scope.entered():
            found = s3._buckets.get(bucket)
        if found is None:
            raise NoSuchBucket(bucket)
        if key not in found["objects"]:
            raise KeyError(f"s3://{bucket}/{key}")
        return _info(key, found["objects"][key])

    def read(self, bucket: str, key: str) -> bytes:
        """The bytes of an object. Raises KeyError if it doesn't exist."""
        with self.scope.entered():
            body: bytes | None = s3._get_object_data(bucket, key)
        if body is None:
            raise KeyError(f"s3://{bucket}/{key}")
        return body

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Some bytes of an object. Raises KeyError if it doesn't exist."""
        return S3Objects.read(self, bucket, key)[start : start + length]

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object. Raises NoSuchBucket, and QueryError if S3 rejects it."""
        if not self.has_bucket(bucket):
            raise NoSuchBucket(bucket)
        status, _, response = self.write(bucket, key, body, {"content-type": "application/octet-stream"})
        if status >= 400:
            raise QueryError(f"ICEBERG_FILESYSTEM_ERROR: s3://{bucket}/{key}: {response.decode(errors='replace')}")

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object, if it exists. Raises NoSuchBucket."""
        if not self.has_bucket(bucket):
            raise NoSuchBucket(bucket)
        with self.scope.entered():
            s3._delete_object(bucket, key)

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


def _info(key: str, record: Mapping[str, Any]) -> ObjectInfo:
    modified = dt.datetime.fromisoformat(record["last_modified"])
    return ObjectInfo(key=key, etag=record["etag"].strip('"'), size=record["size"], modified=modified)

"""A revision in a bucket: a manifest under its top hash, and the package's pointers to it.

A top hash does not depend on where objects are, so packages with the same content share one manifest. quilt3 overwrites
it with each push, which makes all older revisions, of any package, refer to other objects. Here an existing manifest is
never overwritten, nor is an existing pointer of the same second.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from quilt_athena.errors import ObjectUnreadableError, PackageRejected, ServiceUnavailableError
from quilt_athena.packages.manifests import manifest_key, read_lines
from quilt_athena.packages.physical_keys import parse_physical_key
from quilt_athena.packages.s3_errors import s3_error_code

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = ("NoSuchKey", "NoSuchBucket", "404")
#: S3's codes for an object that changed while it was being read.
_CHANGED = ("PreconditionFailed", "InvalidRange", "412", "416")
_EXISTS = ("PreconditionFailed", "412")
_REMEDY = "With another message or metadata the package gets a manifest of its own"


@dataclass(frozen=True)
class Manifest:
    """A manifest to write, with ``count`` entries."""

    top_hash: str
    count: int
    #: Finds the entry of a logical key, with ``physical_key``, ``size`` and ``hash``; None if there is none.
    find: Callable[[str], Any]
    #: Renders its text, only if it is needed.
    text: Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Revision:
    """A revision that exists; ``created`` if anything had to be written for it."""

    #: The name of its pointer, in Unix seconds.
    pointer: str
    created: bool
    #: Entries that refer to other objects than requested, with the same content.
    other_objects: int


def write_revision(s3: S3Client, bucket: str, name: str, manifest: Manifest) -> Revision:
    """Make a manifest the package's newest revision. Whatever already exists, and is intact, is not written again.

    The manifest is written first and ``latest`` last. A revision that failed before ``latest`` is completed: if the
    newest numeric pointer already refers to the manifest, only ``latest`` is written.

    Raises:
        PackageRejected: an object under the manifest's key cannot be read, or is not the manifest of this top hash.
        ServiceUnavailableError: another revision was pushed in the same second; or S3 throttled or failed.
        ClientError, BotoCoreError: any other error of S3 or of the connection.
    """
    others, written = _count_other_objects(s3, bucket, manifest), False
    if others is None:
        written = _write_if_missing(s3, bucket, manifest_key(manifest.top_hash), manifest.text())
        others = 0 if written else _count_other_objects(s3, bucket, manifest)
    if others is None:
        raise ServiceUnavailableError(
            f"the manifest {manifest.top_hash} in s3://{bucket} was deleted while the revision was being pushed"
        )
    if _pointer_target(s3, bucket, name, "latest") == manifest.top_hash:
        pointer = find_revision(s3, bucket, name, manifest.top_hash)
        if pointer is not None:
            return Revision(pointer, written, others)
    return Revision(_write_pointers(s3, bucket, name, manifest.top_hash), True, others)


def find_revision(s3: S3Client, bucket: str, name: str, top_hash: str) -> str | None:
    """The newest numeric pointer of a package to a manifest; None if there is none.

    Raises:
        ClientError: S3 rejects a call.
    """
    return next(
        (one for one in _revisions(s3, bucket, name) if _pointer_target(s3, bucket, name, one) == top_hash), None
    )


def _revisions(s3: S3Client, bucket: str, name: str) -> list[str]:
    """The numeric pointers of a package, newest first."""
    prefix = _pointer_key(name, "")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = [content["Key"].removeprefix(prefix) for page in pages for content in page.get("Contents", [])]
    return sorted((one for one in found if one.isascii() and one.isdigit()), key=int, reverse=True)


def _count_other_objects(s3: S3Client, bucket: str, manifest: Manifest) -> int | None:
    """Number of entries of the existing manifest that refer to other objects; None if there is no manifest."""
    location = f"s3://{bucket}/{manifest_key(manifest.top_hash)}"
    count = others = 0
    try:
        for line in read_lines(s3, bucket, manifest.top_hash):
            fields = json.loads(line)
            # The header and folders have no object.
            if not isinstance(fields, dict) or not fields.get("physical_keys"):
                continue
            known = manifest.find(str(fields.get("logical_key")))
            if known is None or (known.size, known.hash) != (fields.get("size"), fields.get("hash")):
                raise ValueError(f"it has a different entry {str(fields.get('logical_key'))[:100]!r}")
            count += 1
            others += not _is_same_object(str(fields["physical_keys"][0]), str(known.physical_key))
    except ObjectUnreadableError as error:
        if error.code in _MISSING:
            return None
        if error.code in _CHANGED:
            raise ServiceUnavailableError(str(error)) from error
        raise PackageRejected(
            f"{location}, the manifest of the same content, cannot be read: {error.code}. Give the stack access (the "
            f"bucket's policy, or that of its KMS key). {_REMEDY}"
        ) from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _not_the_manifest(location, str(error)) from error
    if count != manifest.count:
        raise _not_the_manifest(location, f"it has {count:,} entries instead of {manifest.count:,}")
    return others


def _not_the_manifest(location: str, why: str) -> PackageRejected:
    return PackageRejected(
        f"{location} already exists and is not the manifest with this top hash: {why[:500]}. It is not overwritten: "
        f"delete it if nobody needs it. {_REMEDY}"
    )


def _is_same_object(text: str, other: str) -> bool:
    """Whether two physical keys refer to the same object, however they are quoted."""
    if text == other:
        return True
    try:
        return parse_physical_key(text) == parse_physical_key(other)
    except ValueError:
        return False


def _write_pointers(s3: S3Client, bucket: str, name: str, top_hash: str) -> str:
    """Write the pointers; the name of the numeric one. quilt3 names pointers in seconds, so there is one per second."""
    newest = _revisions(s3, bucket, name)[:1]
    begun = [one for one in newest if _pointer_target(s3, bucket, name, one) == top_hash]
    (pointer,) = begun or [str(int(time.time()))]

    def check() -> None:
        # quilt3 overwrites pointers. If it does so here, before or after `latest`, the history lacks this revision.
        if _pointer_target(s3, bucket, name, pointer) != top_hash:
            raise ServiceUnavailableError(
                f"another revision of {name} in s3://{bucket} was pushed in the same second, {pointer}"
            )

    _write_if_missing(s3, bucket, _pointer_key(name, pointer), top_hash.encode())
    check()
    s3.put_object(Bucket=bucket, Key=_pointer_key(name, "latest"), Body=top_hash.encode())
    check()
    return pointer


def _write_if_missing(s3: S3Client, bucket: str, key: str, body: IO[bytes] | bytes) -> bool:
    """Write an object unless it exists; whether it was written."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*")
    except ClientError as error:
        if s3_error_code(error) not in _EXISTS:
            raise
        return False
    return True


def _pointer_target(s3: S3Client, bucket: str, name: str, pointer: str) -> str | None:
    """The top hash in a pointer; None if there is no such pointer."""
    try:
        content = s3.get_object(Bucket=bucket, Key=_pointer_key(name, pointer))["Body"].read()
    except ClientError as error:
        if s3_error_code(error) not in _MISSING:
            raise
        return None
    return content.decode(errors="replace").strip()


def _pointer_key(name: str, pointer: str) -> str:
    return f".quilt/named_packages/{name}/{pointer}"

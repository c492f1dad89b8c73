"""A revision as it lies in a bucket: a manifest by its top hash, and the package's pointers to it.

A top hash leaves out where objects are: packages of the same contents share it, and with it one manifest. quilt3 writes
that anew each time, so that the older revisions, of whatever package, refer to other objects from then on. Here a
manifest that exists stays as it is, and the same goes for the pointer of a second that has one.
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
from quilt_athena.packages.s3_refusals import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = ("NoSuchKey", "NoSuchBucket", "404")
#: While it was read.
_CHANGED = ("PreconditionFailed", "InvalidRange", "412", "416")
_EXISTS = ("PreconditionFailed", "412")
_REMEDY = "Give another message or metadata, to have a manifest of its own"


@dataclass(frozen=True)
class Manifest:
    """A manifest to be, of ``count`` entries."""

    top_hash: str
    count: int
    #: The entry of a logical key, with ``physical_key``, ``size`` and ``hash``; None where there is none.
    find: Callable[[str], Any]
    #: Its text, which is made only if it is needed.
    text: Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Revision:
    """A revision that is there now; ``created`` where something had to be written for it."""

    #: The name of its pointer, unix seconds.
    pointer: str
    created: bool
    #: Entries that refer to other objects than those asked for, of the same contents.
    other_objects: int


def write_revision(s3: S3Client, bucket: str, name: str, manifest: Manifest) -> Revision:
    """Make the manifest the package's newest revision. What is there already, and whole, isn't written again.

    The manifest comes first and ``latest`` last: what fails before has made no revision.

    Raises:
        PackageRejected: what lies in the manifest's place can't be read, or isn't a manifest of this top hash.
        ServiceUnavailableError: another revision was pushed in the same second; or S3 throttled or failed.
        ClientError, BotoCoreError: as S3 or the way to it has it, where that isn't known to be one of these.
    """
    others, written = _count_other_objects(s3, bucket, manifest), False
    if others is None:
        written = _is_new(s3, bucket, manifest_key(manifest.top_hash), manifest.text())
        others = 0 if written else _count_other_objects(s3, bucket, manifest)
    if others is None:
        raise ServiceUnavailableError(f"the manifest {manifest.top_hash} in s3://{bucket} came and went meanwhile")
    if _pointed_to(s3, bucket, name, "latest") == manifest.top_hash:
        pointer = find_revision(s3, bucket, name, manifest.top_hash)
        if pointer is not None:
            return Revision(pointer, written, others)
    return Revision(_point(s3, bucket, name, manifest.top_hash), True, others)


def find_revision(s3: S3Client, bucket: str, name: str, top_hash: str) -> str | None:
    """The newest numeric pointer of a package to a manifest; None if there is none.

    Raises:
        ClientError: S3 refuses a call.
    """
    prefix = _pointer_key(name, "")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = [content["Key"].removeprefix(prefix) for page in pages for content in page.get("Contents", [])]
    for pointer in sorted((one for one in found if one.isascii() and one.isdigit()), key=int, reverse=True):
        if _pointed_to(s3, bucket, name, pointer) == top_hash:
            return pointer
    return None


def _count_other_objects(s3: S3Client, bucket: str, manifest: Manifest) -> int | None:
    """Entries of the manifest that is there which refer to other objects; None where there is no manifest."""
    place = f"s3://{bucket}/{manifest_key(manifest.top_hash)}"
    count = others = 0
    try:
        for line in read_lines(s3, bucket, manifest.top_hash):
            fields = json.loads(line)
            # The header has no logical key, and a folder no object.
            if not isinstance(fields, dict) or not fields.get("physical_keys"):
                continue
            known = manifest.find(str(fields.get("logical_key")))
            if known is None or (known.size, known.hash) != (fields.get("size"), fields.get("hash")):
                raise ValueError(f"it has another entry {str(fields.get('logical_key'))[:100]!r}")
            count += 1
            others += not _same(str(fields["physical_keys"][0]), str(known.physical_key))
    except ObjectUnreadableError as error:
        if error.code in _MISSING:
            return None
        if error.code in _CHANGED:
            raise ServiceUnavailableError(str(error)) from error
        raise PackageRejected(
            f"{place}, the manifest of the same contents, may not be read: {error.code}. Allow the stack to (the "
            f"bucket's policy, the key that it is encrypted with). {_REMEDY}"
        ) from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _broken(place, str(error)) from error
    if count != manifest.count:
        raise _broken(place, f"it has {count:,} entries of {manifest.count:,}")
    return others


def _broken(place: str, why: str) -> PackageRejected:
    return PackageRejected(
        f"{place} lies where the manifest belongs, and isn't it: {why[:500]}. It isn't overwritten: delete it if it is "
        f"of no use. {_REMEDY}"
    )


def _same(text: str, other: str) -> bool:
    """Whether two physical keys mean one object, however they are quoted."""
    if text == other:
        return True
    try:
        return parse_physical_key(text) == parse_physical_key(other)
    except ValueError:
        return False


def _point(s3: S3Client, bucket: str, name: str, top_hash: str) -> str:
    """Write the pointers; the name of the new one. quilt3 names them by the second, so one a second is all there is."""
    pointer = str(int(time.time()))

    def check() -> None:
        # quilt3 would write over it, before `latest` is ours and after that: then the history lacks this revision.
        if _pointed_to(s3, bucket, name, pointer) != top_hash:
            raise ServiceUnavailableError(
                f"another revision of {name} in s3://{bucket} was pushed in the same second, {pointer}"
            )

    _is_new(s3, bucket, _pointer_key(name, pointer), top_hash.encode())
    check()
    s3.put_object(Bucket=bucket, Key=_pointer_key(name, "latest"), Body=top_hash.encode())
    check()
    return pointer


def _is_new(s3: S3Client, bucket: str, key: str, body: IO[bytes] | bytes) -> bool:
    """Write an object unless there is one; whether it was written."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*")
    except ClientError as error:
        if code_of(error) not in _EXISTS:
            raise
        return False
    return True


def _pointed_to(s3: S3Client, bucket: str, name: str, pointer: str) -> str | None:
    """The top hash that a pointer has; None where there is no such pointer."""
    try:
        content = s3.get_object(Bucket=bucket, Key=_pointer_key(name, pointer))["Body"].read()
    except ClientError as error:
        if code_of(error) not in _MISSING:
            raise
        return None
    return content.decode(errors="replace").strip()


def _pointer_key(name: str, pointer: str) -> str:
    return f".quilt/named_packages/{name}/{pointer}"

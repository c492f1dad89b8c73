"""Manifests in a bucket: JSON Lines, a header first and then entries (``docs/architecture.md``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from quilt_athena.aws.s3 import read_chunks
from quilt_athena.errors import ObjectUnreadableError, ServiceUnavailableError
from quilt_athena.packages.entries import Entry
from quilt_athena.packages.physical_keys import parse_physical_key
from quilt_athena.packages.s3_errors import is_permanent, s3_error_code

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Manifests are read in pieces of this size.
CHUNK_BYTES = 1024 * 1024


def manifest_key(top_hash: str) -> str:
    """The key of a manifest in its bucket."""
    return f".quilt/packages/{top_hash}"


def read_manifest(s3: S3Client, bucket: str, top_hash: str) -> Iterator[Entry]:
    """The entries of a manifest. Size, hash and metadata are not checked, since most entries are not used.

    Header, folders and malformed lines are left out, as in Athena's tables, and so are entries with objects outside S3.

    Raises:
        ObjectUnreadableError: the manifest does not exist, or must not be read.
        ServiceUnavailableError: S3 throttled or failed.
    """
    return filter(None, map(_parse_line, read_lines(s3, bucket, top_hash)))


def read_lines(s3: S3Client, bucket: str, top_hash: str) -> Iterator[bytes]:
    """The non-empty lines of a manifest.

    Raises:
        ObjectUnreadableError: the manifest does not exist, or must not be read.
        ServiceUnavailableError: S3 throttled or failed.
    """
    # The beginning of a line of several chunks, joined only at its end: a manifest may be a single line.
    begun: list[bytes] = []
    chunks = read_chunks(s3, bucket, manifest_key(top_hash), chunk_bytes=CHUNK_BYTES)
    try:
        for chunk in chunks:
            end, *lines = chunk.split(b"\n")
            begun.append(end)
            if lines:
                *lines, rest = b"".join(begun), *lines
                begun = [rest]
                yield from filter(bytes.strip, lines)
    except ServiceUnavailableError as error:
        if isinstance(error.__cause__, ClientError) and is_permanent(error.__cause__):
            location = f"s3://{bucket}/{manifest_key(top_hash)}"
            raise ObjectUnreadableError(location, s3_error_code(error.__cause__)) from error
        raise
    if (rest := b"".join(begun)).strip():
        yield rest


def _parse_line(line: bytes) -> Entry | None:
    """The entry in a line, with size, hash and metadata as they are; None if the line has none."""
    try:
        fields = json.loads(line)
        logical_key, keys = fields["logical_key"], fields["physical_keys"]
        # Fails for an object outside S3 (file://), which no row can refer to.
        physical_key = parse_physical_key(keys[0])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(logical_key, str):
        return None
    return Entry(logical_key, physical_key, fields.get("size"), fields.get("hash"), fields.get("meta"))

"""Entries as manifests have them: metadata in its own letters, which Athena's tables show in lower case.

A row that brings its ``tophash`` means an entry of that manifest. Which bucket the manifest lies in, a row of one
bucket's view doesn't say: a package may refer to objects of any bucket, and one top hash may lie in several, since it
doesn't depend on where objects are. So it is looked for in the row's ``bucket`` if it has such a column, then in the
object's own bucket, where most packages refer to, then in the bucket of the package to be; and only an entry of the
same physical key is the row's.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from quilt_athena.aws.s3 import read_chunks
from quilt_athena.errors import ObjectUnreadableError, ServiceUnavailableError
from quilt_athena.packages.physical_keys import PhysicalKey, parse_physical_key
from quilt_athena.packages.rows import Entry, Row, checked, record_bytes
from quilt_athena.packages.s3_refusals import code_of, lasts
from quilt_athena.packages.selection import MAX_CHARACTERS, Selection, too_large

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Manifests read at a time; each holds a piece of its object.
_READERS = 6
_CHUNK_BYTES = 1024 * 1024

Groups = dict[tuple[str, tuple[str, ...]], list[Row]]


def take_from_manifests(s3: S3Client, selection: Selection, package_bucket: str) -> int:
    """Put the manifests' entries in the place of the rows' that bring a top hash; how many there are.

    A row whose entry isn't found is refused. Memory holds what is taken, not the manifests.

    Raises:
        PackageRejected: the entries are more than fit the function's memory.
        ServiceUnavailableError: S3 throttled or failed.
    """
    groups = _grouped(selection.rows.values(), package_bucket)

    def look(group: tuple[str, tuple[str, ...]]) -> list[Row | _NotFound]:
        return list(_looked_up(s3, *group, groups[group]))

    taken = size = 0
    pool = ThreadPoolExecutor(_READERS)
    try:
        for outcomes in pool.map(look, list(groups)):
            for outcome in outcomes:
                if isinstance(outcome, _NotFound):
                    selection.refuse(outcome.row, outcome.reason)
                    continue
                selection.rows[outcome.entry.logical_key] = outcome
                taken += 1
                size += record_bytes(outcome.entry)
                if size > MAX_CHARACTERS:
                    raise too_large(f"the metadata of row {outcome.number:,}")
    finally:
        pool.shutdown(cancel_futures=True)
    return taken


@dataclass(frozen=True)
class _NotFound:
    row: Row
    reason: str


@dataclass
class _Match:
    """The best entry for a row so far: of its own logical key, else of another if that is clear."""

    entry: Entry
    same_logical_key: bool
    ambiguous: bool = False


def _grouped(rows: Iterable[Row], package_bucket: str) -> Groups:
    """Rows by manifest, and the buckets in which it may lie, in their order."""
    groups: Groups = defaultdict(list)
    for row in rows:
        if row.top_hash is not None:
            buckets = dict.fromkeys(filter(None, (row.bucket, row.entry.physical_key.bucket, package_bucket)))
            groups[row.top_hash, tuple(buckets)].append(row)
    return groups


def _looked_up(s3: S3Client, top_hash: str, buckets: Sequence[str], rows: Sequence[Row]) -> Iterator[Row | _NotFound]:
    left = list(rows)
    read: list[str] = []
    for bucket in buckets:
        try:
            matches = _matches(read_manifest(s3, bucket, top_hash), left)
        except ObjectUnreadableError:
            continue
        read.append(bucket)
        for row in left:
            if match := matches.get(row.number):
                yield _taken(row, match, bucket)
        left = [row for row in left if row.number not in matches]
        if not left:
            return
    where = ", ".join(f"s3://{bucket}" for bucket in (read or buckets))
    problem = (
        f"the manifest {top_hash} in {where} has no entry of this physical key"
        if read
        else f"the manifest {top_hash} isn't in {where}, or may not be read there"
    )
    remedy = (
        "Give the bucket that the view is of in a column named bucket; or leave tophash out, to take the entry as the "
        "row has it"
    )
    yield from (_NotFound(row, f"tophash: {problem}. {remedy}") for row in left)


def _taken(row: Row, match: _Match, bucket: str) -> Row | _NotFound:
    if match.ambiguous:
        return _NotFound(
            row,
            f"tophash: the manifest in s3://{bucket} has several entries of this physical key that differ, and none "
            "of this logical_key",
        )
    try:
        entry = checked(replace(match.entry, logical_key=row.entry.logical_key))
    except ValueError as error:
        return _NotFound(row, f"tophash: the entry in s3://{bucket} can't be used: {error}")
    return replace(row, entry=entry)


def _matches(entries: Iterable[Entry], rows: Iterable[Row]) -> dict[int, _Match]:
    """The entry of each row, by the row's number."""
    wanted: dict[PhysicalKey, list[Row]] = defaultdict(list)
    for row in rows:
        wanted[row.entry.physical_key].append(row)
    found: dict[int, _Match] = {}
    for entry in entries:
        for row in wanted.get(entry.physical_key, ()):
            same = entry.logical_key == row.entry.logical_key
            known = found.get(row.number)
            if known is None or (same and not known.same_logical_key):
                found[row.number] = _Match(entry, same)
            elif not known.same_logical_key and _content(entry) != _content(known.entry):
                known.ambiguous = True
    return found


def _content(entry: Entry) -> tuple[int, Any, Any]:
    return entry.size, entry.hash, entry.meta


def read_manifest(s3: S3Client, bucket: str, top_hash: str) -> Iterator[Entry]:
    """The entries of a manifest, one after the other: not checked, since most are nobody's.

    Lines that are no entry of an object in S3 are left out as Athena's tables do it: header, folders, broken ones.

    Raises:
        ObjectUnreadableError: there is none that may be read.
        ServiceUnavailableError: S3 throttled or failed.
    """
    return filter(None, map(_entry, read_lines(s3, bucket, top_hash)))


def read_lines(s3: S3Client, bucket: str, top_hash: str) -> Iterator[bytes]:
    """The lines of a manifest that aren't empty.

    Raises:
        ObjectUnreadableError: there is none that may be read.
        ServiceUnavailableError: S3 throttled or failed.
    """
    rest = b""
    chunks = read_chunks(s3, bucket, manifest_key(top_hash), chunk_bytes=_CHUNK_BYTES)
    try:
        for chunk in chunks:
            *lines, rest = (rest + chunk).split(b"\n")
            yield from filter(bytes.strip, lines)
    except ServiceUnavailableError as error:
        if isinstance(error.__cause__, ClientError) and lasts(error.__cause__):
            location = f"s3://{bucket}/{manifest_key(top_hash)}"
            raise ObjectUnreadableError(location, code_of(error.__cause__)) from error
        raise
    if rest.strip():
        yield rest


def manifest_key(top_hash: str) -> str:
    """Where a manifest lies in its bucket."""
    return f".quilt/packages/{top_hash}"


def _entry(line: bytes) -> Entry | None:
    """The entry of a line (``docs/architecture.md``), its size, hash and metadata as they are; None if it is none."""
    try:
        fields = json.loads(line)
        logical_key, keys = fields["logical_key"], fields["physical_keys"]
        # Of no object in S3 (file://): no row can mean it.
        physical_key = parse_physical_key(keys[0])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(logical_key, str):
        return None
    return Entry(logical_key, physical_key, fields.get("size"), fields.get("hash"), fields.get("meta"))

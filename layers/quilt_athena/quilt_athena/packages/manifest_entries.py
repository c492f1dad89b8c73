"""Entries from manifests, for rows with a top hash: Athena's tables show the keys of metadata in lower case only.

A row with a ``tophash`` stands for an entry of that manifest. The row of a bucket's view does not contain the bucket in
which the manifest is: a package may refer to objects in any bucket, and several buckets may have a manifest with the
same top hash, which does not depend on where the objects are. So the manifest is looked for in the row's ``bucket``, if
it has that column, then in the object's bucket, to which most packages refer, then in the bucket of the new package.
Only an entry with the same physical key matches the row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from quilt_athena.errors import ObjectUnreadableError
from quilt_athena.packages.entries import Entry, record_bytes, validated
from quilt_athena.packages.manifests import read_manifest
from quilt_athena.packages.physical_keys import PhysicalKey
from quilt_athena.packages.rows import Row
from quilt_athena.packages.selection import MAX_CHARACTERS, RowSelection, too_large

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Manifests read at the same time; each holds a chunk of its object.
_READERS = 6

#: Rows by top hash and by the buckets in which to look for the manifest, in this order.
_Groups = dict[tuple[str, tuple[str, ...]], list[Row]]


def use_manifest_entries(s3: S3Client, selection: RowSelection, package_bucket: str) -> int:
    """Replace the entries of rows with a top hash by those of the manifests. Returns how many were replaced.

    A row whose entry is not found is rejected. Memory holds the entries that are used, not the manifests.

    Raises:
        PackageRejected: the entries do not fit the function's memory.
        ServiceUnavailableError: S3 throttled or failed.
    """
    groups = _grouped(selection.rows.values(), package_bucket)

    def find(group: tuple[str, tuple[str, ...]]) -> list[Row | _NotFound]:
        return list(_find_entries(s3, *group, groups[group]))

    count = size = 0
    pool = ThreadPoolExecutor(_READERS)
    try:
        for results in pool.map(find, list(groups)):
            for result in results:
                if isinstance(result, _NotFound):
                    selection.reject(result.row, result.reason)
                    continue
                selection.rows[result.entry.logical_key] = result
                count += 1
                size += record_bytes(result.entry)
                if size > MAX_CHARACTERS:
                    raise too_large(f"the metadata of row {result.number:,}")
    finally:
        pool.shutdown(cancel_futures=True)
    return count


@dataclass(frozen=True)
class _NotFound:
    row: Row
    reason: str


@dataclass
class _Match:
    """The best entry for a row so far: one with the same logical key, otherwise another one if there is no choice."""

    entry: Entry
    same_logical_key: bool
    ambiguous: bool = False


def _grouped(rows: Iterable[Row], package_bucket: str) -> _Groups:
    groups: _Groups = defaultdict(list)
    for row in rows:
        if row.top_hash is not None:
            buckets = dict.fromkeys(filter(None, (row.bucket, row.entry.physical_key.bucket, package_bucket)))
            groups[row.top_hash, tuple(buckets)].append(row)
    return groups


def _find_entries(
    s3: S3Client, top_hash: str, buckets: Sequence[str], rows: Sequence[Row]
) -> Iterator[Row | _NotFound]:
    missing = list(rows)
    read: list[str] = []
    for bucket in buckets:
        try:
            matches = _matches(read_manifest(s3, bucket, top_hash), missing)
        except ObjectUnreadableError:
            continue
        read.append(bucket)
        for row in missing:
            if match := matches.get(row.number):
                yield _replaced(row, match, bucket)
        missing = [row for row in missing if row.number not in matches]
        if not missing:
            return
    where = ", ".join(f"s3://{bucket}" for bucket in (read or buckets))
    problem = (
        f"the manifest {top_hash} in {where} has no entry with this physical key"
        if read
        else f"the manifest {top_hash} does not exist in {where}, or the stack may not read it there"
    )
    remedy = (
        "Select the bucket whose view the row is from as a column named bucket, or leave out tophash to build the "
        "entry from the row alone"
    )
    yield from (_NotFound(row, f"tophash: {problem}. {remedy}") for row in missing)


def _replaced(row: Row, match: _Match, bucket: str) -> Row | _NotFound:
    if match.ambiguous:
        return _NotFound(
            row,
            f"tophash: the manifest in s3://{bucket} has several different entries with this physical key, and none "
            "with this logical_key",
        )
    try:
        entry = validated(replace(match.entry, logical_key=row.entry.logical_key))
    except ValueError as error:
        return _NotFound(row, f"tophash: the entry in s3://{bucket} is invalid: {error}")
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

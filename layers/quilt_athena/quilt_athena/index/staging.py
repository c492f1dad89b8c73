"""What a batch writes, staged in the index bucket: copies of manifests, and lists as JSON lines.

``staging/<batch>/`` has the files that the staging table reads: ``<place>~<bucket>~<top hash>`` is a copy of a
manifest, without a place if no pointer of the batch refers to it; ``markers``, ``pointers``, ``replaced`` and
``removed`` are lists (the statements in ``statements.py`` say of what). ``plans/<batch>.json`` has the objects that the
batch is made of.

A manifest is copied on condition of its ETag, so that the marker has the ETag of the bytes that are indexed. An object
that cannot be read is reported with the reason, and does not affect the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from quilt_athena.aws.calls import calling
from quilt_athena.index.object_keys import (
    MANIFESTS_PREFIX,
    Pointer,
    is_package,
    manifest_key,
    pointer_of,
    pointer_of_row,
    tophash_of,
)
from quilt_athena.index.pending import PendingObject
from quilt_athena.index.statements import MARKERS, POINTERS, REMOVED, REPLACED

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_THREADS = 16
_COPY_TRIES = 3
#: How long after a pointer was written its event may arrive. The daily comparison finds what comes later.
_MAX_EVENT_DELAY = timedelta(days=1)
#: CopyObject's limit in bytes.
_MAX_COPY_BYTES = 5 * 1024**3
#: More of a pointer's first line than a top hash has; the rest is never part of one.
_POINTER_BYTES = 1024
_MISSING = ("404", "NoSuchKey", "NoSuchBucket")
_CHANGED = ("412", "PreconditionFailed")
_NO_RANGE = ("416", "InvalidRange")


@dataclass(frozen=True)
class StagedManifest:
    """A manifest as it was copied; ``size`` in bytes."""

    bucket: str
    tophash: str
    etag: str
    size: int


@dataclass(frozen=True)
class StagedPointer:
    """A pointer as it was read; ``tophash`` None: it does not exist (any more)."""

    bucket: str
    pointer: Pointer
    tophash: str | None
    etag: str


@dataclass
class Contents:
    """What was found in S3 for pending objects. ``done`` are those of them that the other fields account for."""

    manifests: list[StagedManifest] = field(default_factory=list)
    pointers: list[StagedPointer] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    done: list[PendingObject] = field(default_factory=list)
    unreadable: list[PendingObject] = field(default_factory=list)

    def add(self, other: Contents) -> None:
        """Add what was found for other objects."""
        self.manifests += other.manifests
        self.pointers += other.pointers
        self.removed += other.removed
        self.done += other.done
        self.unreadable += other.unreadable

    @property
    def buckets(self) -> list[str]:
        """The buckets whose rows the batch changes."""
        named = [one.bucket for one in self.manifests] + [one.bucket for one in self.pointers]
        return sorted({*named, *(bucket for bucket, _ in self.removed)})


@dataclass(frozen=True)
class Staging:
    """The folders of batches in ``bucket``, the index bucket."""

    s3: S3Client
    bucket: str

    def choose(self, objects: Sequence[PendingObject], max_bytes: int) -> Contents:
        """Find out what each object is now; choose manifests of at most ``max_bytes`` in total, or a single larger one.

        Objects beyond that are in neither ``done`` nor ``unreadable`` of the result: they stay pending, and so do
        pointers that refer to such manifests.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: S3 does not respond as expected.
        """
        contents = Contents()
        left, later = max_bytes, set[tuple[str, str | None]]()
        examined = self._examine_all(objects)
        for one, (_, manifest) in zip(objects, examined, strict=True):
            if manifest is None:
                continue
            if manifest.size > left and contents.manifests:
                later.add((manifest.bucket, manifest.tophash))
                continue
            left -= manifest.size
            contents.manifests.append(manifest)
            contents.done.append(one)
        for found, _ in examined:
            if later.isdisjoint((pointer.bucket, pointer.tophash) for pointer in found.pointers):
                contents.add(found)
        return contents

    def choose_slice(self, pointers: Sequence[PendingObject], max_bytes: int) -> tuple[Contents, str]:
        """Choose the first of the ``pointers`` (at least one), with the manifests that they refer to.

        Returns what was chosen, and the key of its last pointer. Nothing of it was pending, so ``done`` is empty.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: S3 does not respond as expected.
        """
        read = [found for found, _ in self._examine_all(pointers)]
        hashes = {one.tophash: one.bucket for found in read for one in found.pointers if one.tophash}
        keys = {tophash: manifest_key(tophash) for tophash in hashes if tophash_of(manifest_key(tophash))}
        objects = [PendingObject(hashes[tophash], key) for tophash, key in keys.items()]
        examined = dict(zip(keys, self._examine_all(objects), strict=True))
        contents, cursor, left = Contents(), "", max_bytes
        for one, found in zip(pointers, read, strict=True):
            referred = {pointer.tophash for pointer in found.pointers if pointer.tophash}
            wanted = [examined[tophash] for tophash in referred if tophash in examined]
            size = sum(manifest.size for _, manifest in wanted if manifest)
            if size > left and cursor:
                break
            left, cursor = left - size, one.key
            contents.add(replace(found, done=[]))
            for tophash in referred & examined.keys():
                of_manifest, manifest = examined.pop(tophash)
                # A pointer to a manifest that doesn't exist is a row without a package, as in the live views.
                contents.unreadable.extend(of_manifest.unreadable)
                contents.manifests.extend([manifest] if manifest else [])
        return contents, cursor

    def stage(self, batch: str, contents: Contents) -> Contents:
        """Copy the manifests and write the lists. Returns the contents as they are staged: objects may have changed.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: S3 does not respond as expected; nothing refers to what was
                staged, and staging may be repeated.
        """
        copies = [f"{_folder(batch)}{name}" for name in _names(contents)]
        with ThreadPoolExecutor(_THREADS) as pool:
            copied = list(pool.map(self._copy, contents.manifests, copies))
        self._settle_copies(contents, copied)
        self.write_list(batch, MARKERS, map(_marker, contents.manifests))
        self.write_list(batch, POINTERS, map(_pointer_line, _unique(contents.pointers)))
        self.write_list(
            batch, REMOVED, ({"bucket": bucket, "tophash": tophash} for bucket, tophash in contents.removed)
        )
        self._write(f"plans/{batch}.json", json.dumps([[one.bucket, one.key, one.version] for one in contents.done]))
        return contents

    def write_replaced(self, batch: str, tophashes: set[tuple[str, str]]) -> None:
        """Write the list of the staged manifests that are to be replaced, given by bucket and top hash."""
        lines = [line for line in self._read_list(batch, MARKERS) if (line["bucket"], line["tophash"]) in tophashes]
        self.write_list(batch, REPLACED, lines)

    def write_list(self, batch: str, name: str, lines: Iterable[dict[str, Any]]) -> None:
        """Write one of the lists; an empty one too, so that a repeated batch has none of an earlier attempt."""
        self._write(f"{_folder(batch)}{name}", "".join(json.dumps(line) + "\n" for line in lines))

    def _read_list(self, batch: str, name: str) -> list[dict[str, Any]]:
        key = f"{_folder(batch)}{name}"
        with calling("s3:GetObject", f"s3://{self.bucket}/{key}"):
            text = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return [json.loads(line) for line in text.splitlines()]

    def objects(self, batch: str) -> list[PendingObject]:
        """The objects that a batch is made of; none if the batch was deleted, the last step of finishing it."""
        with calling("s3:GetObject", f"s3://{self.bucket}/plans/{batch}.json", expected=_MISSING) as call:
            body = self.s3.get_object(Bucket=self.bucket, Key=f"plans/{batch}.json")["Body"].read()
        if call.code:
            return []
        return [PendingObject(bucket, key, version) for bucket, key, version in json.loads(body)]

    def delete(self, batch: str) -> None:
        """Delete everything that was staged for a batch; what remains after a crash expires by the bucket's rules."""
        keys = [f"plans/{batch}.json", *(found["Key"] for found in self._list(self.bucket, _folder(batch)))]
        for start in range(0, len(keys), 1000):
            chunk = keys[start : start + 1000]
            with calling("s3:DeleteObjects", f"s3://{self.bucket}/{_folder(batch)}"):
                self.s3.delete_objects(
                    Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in chunk], "Quiet": True}
                )

    def _examine_all(self, objects: Sequence[PendingObject]) -> list[tuple[Contents, StagedManifest | None]]:
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(self._examine, objects))

    def _examine(self, one: PendingObject) -> tuple[Contents, StagedManifest | None]:
        """What is known without copying: the contents that ``one`` stands for, or the manifest that is to be copied."""
        if tophash := tophash_of(one.key):
            return self._examine_manifest(one, tophash)
        if pointer := pointer_of(one.key):
            return self._read_pointers(one, [pointer]), None
        if is_package(one.key):
            return self._read_package(one), None
        return _foreign_row(one), None

    def _examine_manifest(self, one: PendingObject, tophash: str) -> tuple[Contents, StagedManifest | None]:
        with calling("s3:HeadObject", f"s3://{one.bucket}/{one.key}", may_be_denied=True) as call:
            head = self.s3.head_object(Bucket=one.bucket, Key=one.key)
        if call.code in _MISSING:
            return Contents(removed=[(one.bucket, tophash)], done=[one]), None
        if call.code:
            return _unreadable(one, call.code), None
        if head["ContentLength"] > _MAX_COPY_BYTES:
            return _unreadable(
                one, f"it has {head['ContentLength']:,} bytes, and at most {_MAX_COPY_BYTES:,} can be copied"
            ), None
        return Contents(), StagedManifest(one.bucket, tophash, head["ETag"].strip('"'), head["ContentLength"])

    def _copy(self, manifest: StagedManifest, copy: str) -> StagedManifest | str:
        """The manifest as it was copied to the key ``copy``, or why it cannot be: ``missing`` if it was deleted."""
        key = manifest_key(manifest.tophash)
        for _ in range(_COPY_TRIES):
            with calling("s3:CopyObject", f"s3://{manifest.bucket}/{key}", may_be_denied=True) as call:
                self.s3.copy_object(
                    Bucket=self.bucket,
                    Key=copy,
                    CopySource={"Bucket": manifest.bucket, "Key": key},
                    CopySourceIfMatch=f'"{manifest.etag}"',
                    # Copying tags would need another permission.
                    TaggingDirective="REPLACE",
                )
            if call.code is None:
                return manifest
            if call.code not in _CHANGED:
                return "missing" if call.code in _MISSING else call.code
            with calling("s3:HeadObject", f"s3://{manifest.bucket}/{key}", may_be_denied=True) as call:
                head = self.s3.head_object(Bucket=manifest.bucket, Key=key)
            if call.code:
                return "missing" if call.code in _MISSING else call.code
            manifest = replace(manifest, etag=head["ETag"].strip('"'), size=head["ContentLength"])
        return "it kept changing while it was being copied"

    def _settle_copies(self, contents: Contents, copied: Iterable[StagedManifest | str]) -> None:
        """Keep the manifests that were copied; a deleted one is removed from the index, others are unreadable."""
        manifests = []
        for planned, result in zip(contents.manifests, copied, strict=True):
            if isinstance(result, StagedManifest):
                manifests.append(result)
                continue
            if result == "missing":
                contents.removed.append((planned.bucket, planned.tophash))
                continue
            one = PendingObject(planned.bucket, manifest_key(planned.tophash))
            pending = [done for done in contents.done if (done.bucket, done.key) == (one.bucket, one.key)]
            contents.done = [done for done in contents.done if done not in pending]
            contents.add(_unreadable(pending[0] if pending else one, result))
        contents.manifests = manifests

    def _read_package(self, one: PendingObject) -> Contents:
        """The pointers of a package that may be new: an event for each older one came when that was written."""
        oldest = (one.since or datetime.now(UTC)) - _MAX_EVENT_DELAY
        with calling("s3:ListBucket", f"s3://{one.bucket}/{one.key}", may_be_denied=True) as call:
            found = [(pointer_of(listed["Key"]), listed["LastModified"]) for listed in self._list(one.bucket, one.key)]
        if call.code and call.code not in _MISSING:
            return _unreadable(one, call.code)
        pointers = [
            pointer
            for pointer, modified in ([] if call.code else found)
            if pointer and (pointer.timestamp == "latest" or modified >= oldest)
        ]
        return self._read_pointers(one, pointers)

    def _read_pointers(self, one: PendingObject, pointers: Sequence[Pointer]) -> Contents:
        contents = Contents(done=[one])
        for pointer in pointers:
            location = f"s3://{one.bucket}/{pointer.key}"
            with calling("s3:GetObject", location, may_be_denied=True) as call:
                response = self.s3.get_object(Bucket=one.bucket, Key=pointer.key, Range=f"bytes=0-{_POINTER_BYTES - 1}")
                body = response["Body"].read()
            if call.code and call.code not in (*_MISSING, *_NO_RANGE):
                return _unreadable(one, call.code)
            etag = "" if call.code else response["ETag"].strip('"')
            tophash = None if call.code else pointer_value(body)
            contents.pointers.append(StagedPointer(one.bucket, pointer, tophash, etag))
        return contents

    def _list(self, bucket: str, prefix: str) -> Iterator[Any]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            yield from page.get("Contents", [])

    def _write(self, key: str, text: str) -> None:
        with calling("s3:PutObject", f"s3://{self.bucket}/{key}"):
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=text.encode())


def pointer_value(body: bytes) -> str | None:
    """A pointer's ``hash`` in the packages table: its first line, up to a comma. None if that is empty."""
    line = body.decode("utf-8", "replace").replace("\r", "\n").partition("\n")[0]
    return line.partition(",")[0] or None


def _folder(batch: str) -> str:
    return f"staging/{batch}/"


def _marker(manifest: StagedManifest) -> dict[str, Any]:
    return {"bucket": manifest.bucket, "tophash": manifest.tophash, "size": str(manifest.size), "etag": manifest.etag}


def _pointer_line(one: StagedPointer) -> dict[str, Any]:
    place = {
        "bucket": one.bucket,
        "user": one.pointer.user,
        "name": one.pointer.name,
        "timestamp": one.pointer.timestamp,
    }
    return place if one.tophash is None else place | {"tophash": one.tophash, "etag": one.etag}


def _unique(pointers: Iterable[StagedPointer]) -> Iterable[StagedPointer]:
    """Each pointer once, as MERGE requires: the object itself and its package may both have been pending."""
    return {(one.bucket, one.pointer): one for one in pointers}.values()


def _names(contents: Contents) -> list[str]:
    """The names of the copies of the manifests, which are read, more or less, in the order of their names.

    So they begin with the place of the first pointer to the manifest: revisions of a package have most of their lines
    in common, and compress to a fraction if they are written one after the other.
    """
    places: dict[tuple[str, str | None], str] = {}
    for place, one in enumerate(sorted(contents.pointers, key=lambda one: (one.bucket, one.pointer))):
        places.setdefault((one.bucket, one.tophash), f"{place:06}~")
    return [f"{places.get((one.bucket, one.tophash), '')}{one.bucket}~{one.tophash}" for one in contents.manifests]


def _foreign_row(one: PendingObject) -> Contents:
    """What removes the rows of a key that no manifest or pointer has: a comparison found that somebody wrote them."""
    contents = Contents(done=[one])
    if one.key.startswith(MANIFESTS_PREFIX):
        contents.removed.append((one.bucket, one.key.removeprefix(MANIFESTS_PREFIX)))
    elif pointer := pointer_of_row(one.key):
        contents.pointers.append(StagedPointer(one.bucket, pointer, None, ""))
    return contents


def _unreadable(one: PendingObject, reason: str) -> Contents:
    return Contents(unreadable=[replace(one, reason=f"s3://{one.bucket}/{one.key}: {reason}")])

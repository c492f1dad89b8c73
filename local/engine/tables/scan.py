"""Reads a table: lists its objects, reads them, and returns one Arrow table with a ``"$path"`` column.

A table's objects are those below its LOCATION, except where a name or folder name below it begins with ``_`` or ``.``.
Parsed objects are cached by ETag within the process, so that the next query need not read them again; their bytes
count as scanned each time, as Athena counts them.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

import pyarrow as pa

from local.engine.errors import BytesLimitExceeded, NoSuchBucket, QueryError
from local.engine.interface import CancelToken, ObjectInfo, ObjectStore
from local.engine.tables import serde_json, serde_text
from local.engine.tables.objects import ObjectCache
from local.engine.tables.source import LAZY_SIMPLE, OPENX_JSON, PATH, TableSource

_CACHE_BYTES = 256 * 1024 * 1024
_ROWS_BETWEEN_CHECKS = 2000

_SERDES: Mapping[str, Callable[..., Iterable[tuple[Any, ...]]]] = {
    OPENX_JSON: serde_json.read_rows,
    LAZY_SIMPLE: serde_text.read_rows,
}


class Scanner:
    """Reads the tables of one object store. All queries share it and its caches.

    Attributes:
        small_objects: the cache of objects that are read as they are.
    """

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self.small_objects = ObjectCache(objects)
        self._cache: OrderedDict[Any, pa.Table] = OrderedDict()
        self._cached_bytes = 0
        self._lock = Lock()

    def listing(self, source: TableSource, paths: frozenset[str] | None) -> list[ObjectInfo]:
        """The objects of a table that a query reads: all, or those whose ``"$path"`` is one of ``paths``."""
        try:
            found = list(self._objects.list(source.bucket, source.prefix))
        except NoSuchBucket as error:
            raise QueryError(
                f"HIVE_FILESYSTEM_ERROR: The specified bucket does not exist (Service: Amazon S3; Status Code: 404; "
                f"Error Code: NoSuchBucket; Bucket: {source.bucket})"
            ) from error
        return [
            info
            for info in found
            if not _is_hidden(info.key[len(source.prefix) :])
            and (paths is None or f"s3://{source.bucket}/{info.key}" in paths)
        ]

    def read(
        self, source: TableSource, objects: Iterable[ObjectInfo], cancel: CancelToken, count: Callable[[int], None]
    ) -> pa.Table:
        """The rows of the objects, with ``"$path"`` as the last column.

        ``count`` is called with the size of each object in bytes, before it is read.
        """
        parts = []
        for info in objects:
            cancel.check()
            count(info.size)
            if info.size == 0:
                continue
            rows = self._rows_of(source, info, cancel)
            path = pa.repeat(pa.scalar(f"s3://{source.bucket}/{info.key}", pa.string()), rows.num_rows)
            parts.append(rows.append_column(PATH, path))
        schema = source.schema.append(pa.field(PATH, pa.string()))
        return pa.concat_tables(parts) if parts else schema.empty_table()

    def _read(self, source: TableSource, key: str) -> bytes:
        try:
            return self._objects.read(source.bucket, key)
        except (KeyError, NoSuchBucket) as error:
            raise QueryError(
                f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://{source.bucket}/{key}: The specified key does "
                "not exist (it was deleted after it was listed)"
            ) from error

    def _rows_of(self, source: TableSource, info: ObjectInfo, cancel: CancelToken) -> pa.Table:
        key = (source, info.key, info.etag)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        rows = _parse_object(source, info.key, self._read(source, info.key), cancel)
        with self._lock:
            if key not in self._cache:
                self._cache[key] = rows
                self._cached_bytes += rows.nbytes
            while self._cached_bytes > _CACHE_BYTES:
                self._cached_bytes -= self._cache.popitem(last=False)[1].nbytes
        return rows


class ByteCounter:
    """The bytes that one query scanned; raises ``BytesLimitExceeded`` beyond ``limit``."""

    def __init__(self, limit: int | None, on_progress: Callable[[int], None] | None) -> None:
        self.scanned = 0
        self._limit = limit
        self._on_progress = on_progress

    def add(self, size: int) -> None:
        """Count ``size`` more bytes."""
        self.scanned += size
        if self._on_progress is not None:
            self._on_progress(self.scanned)
        if self._limit is not None and self.scanned > self._limit:
            raise BytesLimitExceeded(self.scanned)


def _is_hidden(relative: str) -> bool:
    return not relative or any(part[:1] in ("_", ".") for part in relative.split("/"))


def _parse_object(source: TableSource, key: str, body: bytes, cancel: CancelToken) -> pa.Table:
    try:
        if key.endswith(".gz"):
            body = gzip.decompress(body)
        elif key.endswith(".bz2"):
            body = bz2.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise QueryError(
            f"HIVE_CURSOR_ERROR: Failed to read file: s3://{source.bucket}/{key}: not a compressed file: {error}"
        ) from error
    # Hadoop's TextInputFormat drops a byte order mark, and ends a line at \n, \r or \r\n: as bytes.splitlines does.
    lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
    rows: list[tuple[Any, ...]] = []
    read_rows = _SERDES[source.serde]
    columns, properties = dict(source.columns), dict(source.properties)
    try:
        for row in read_rows((line.decode("utf-8", "replace") for line in lines), columns, properties):
            rows.append(row)
            if len(rows) % _ROWS_BETWEEN_CHECKS == 0:
                cancel.check()
    except QueryError as error:
        raise QueryError(f"{error.reason} (s3://{source.bucket}/{key})", error_type=error.error_type) from error
    schema = source.schema
    arrays = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table([pa.array(list(values), field.type) for values, field in zip(arrays, schema, strict=True)], schema)

"""Reading a table: its objects listed, read, and made into one Arrow table with a ``"$path"`` column.

Objects are everything below the LOCATION but those with a name (or folder name) that begins with ``_`` or ``.`` below
it. What was parsed is kept by ETag within the process, so that the next query needn't read it again; the bytes count as
scanned each time, as Athena counts them.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import pyarrow as pa

from local.engine import serde_json, serde_text
from local.engine.errors import BytesLimitExceeded, NoSuchBucket, QueryError, cannot_run
from local.engine.hive_types import HiveType, parse
from local.engine.protocols import CancelToken, GlueTable, ObjectInfo, ObjectStore

PATH = "$path"
_CACHE_BYTES = 256 * 1024 * 1024
_ROWS_BETWEEN_CHECKS = 2000

_SERDES: Mapping[str, Callable[..., Iterable[tuple[Any, ...]]]] = {
    "org.openx.data.jsonserde.jsonserde": serde_json.read_rows,
    "org.apache.hadoop.hive.serde2.lazy.lazysimpleserde": serde_text.read_rows,
}


@dataclass(frozen=True)
class TableSource:
    """What a Glue table says about where and how its rows lie."""

    bucket: str
    prefix: str
    serde: str
    columns: tuple[tuple[str, HiveType], ...]
    properties: tuple[tuple[str, str], ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns, without ``"$path"`` and the columns of partitions."""
        return pa.schema([(name, kind.arrow) for name, kind in self.columns])


@dataclass(frozen=True)
class Partitioned:
    """A table whose rows lie in partitions: their keys' names, and by the keys' values where each lies.

    Values are strings, as keys are: others can't be read here. Partitions are listed when rows are wanted: to check a
    query, or to make a view of it, the table is enough.
    """

    table: TableSource
    keys: tuple[str, ...]
    _listed: Callable[[], Iterable[tuple[tuple[str, ...], TableSource]]] = field(compare=False)

    @cached_property
    def partitions(self) -> tuple[tuple[tuple[str, ...], TableSource], ...]:
        """The keys' values, and what lies there."""
        return tuple(self._listed())

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns, the keys behind them, without ``"$path"``."""
        return pa.schema([*self.table.schema, *(pa.field(key, pa.string()) for key in self.keys)])


def partitioned(table: GlueTable, listed: Callable[[], Iterable[Mapping[str, Any]]]) -> Partitioned:
    """The source that a Glue table with partitions describes. Of a partition (``listed``) its location counts.

    Raises:
        QueryError: it is one that this engine can't read.
    """
    keys = [(key["Name"].lower(), str(key.get("Type", "")).lower()) for key in table["PartitionKeys"]]
    if wrong := [name for name, kind in keys if kind not in ("string", "varchar")]:
        raise cannot_run(f"partitions by a column that is no string ({table.get('Name', '?')}.{wrong[0]})")

    def sources() -> Iterator[tuple[tuple[str, ...], TableSource]]:
        for partition in listed():
            place = (partition.get("StorageDescriptor") or {}).get("Location")
            described = {**table, "StorageDescriptor": {**table.get("StorageDescriptor", {}), "Location": place}}
            yield tuple(partition["Values"]), table_source(described)

    return Partitioned(table_source(table), tuple(name for name, _ in keys), sources)


def table_source(table: GlueTable) -> TableSource:
    """The source that a Glue table describes, its partitions apart.

    Raises:
        QueryError: it is one that this engine can't read.
    """
    name = table.get("Name", "?")
    storage = table.get("StorageDescriptor") or {}
    serde_info = storage.get("SerdeInfo") or {}
    serde = str(serde_info.get("SerializationLibrary") or "")
    if str((table.get("Parameters") or {}).get("table_type", "")).upper() == "ICEBERG":
        raise cannot_run(f"queries of Iceberg tables ({name})")
    if serde.lower() not in _SERDES:
        raise cannot_run(f"queries of tables with the SerDe {serde or '(none)'} ({name})")
    location = str(storage.get("Location") or "")
    scheme, found, rest = location.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme not in ("s3", "s3a", "s3n") or not found or not bucket:
        raise QueryError(f"HIVE_INVALID_METADATA: Table '{name}' has no location in S3: {location!r}")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    return TableSource(
        bucket=bucket,
        prefix=prefix,
        serde=serde.lower(),
        columns=tuple((column["Name"].lower(), parse(column["Type"])) for column in storage.get("Columns") or ()),
        properties=tuple(sorted((serde_info.get("Parameters") or {}).items())),
    )


class Scanner:
    """Reads tables of one object store; shared by all queries, its cache too."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
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
        """The rows of the objects, ``"$path"`` as the last column; ``count`` is told the bytes of each beforehand."""
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
        """Count ``size`` bytes more."""
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

"""Reads a table: lists its objects, and returns the columns of their rows that a query needs.

A table's objects are those below its LOCATION, except where a name or folder name below it begins with ``_`` or ``.``.
What was read of an object is kept by its ETag (``cache.py``), so that the next query need not read it again; its bytes
count as scanned each time, as Athena counts them.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from local.engine.errors import BytesLimitExceeded, NoSuchBucket, QueryError
from local.engine.interface import CancelToken, ObjectInfo, ObjectStore
from local.engine.tables import formats, serde_csv, serde_hive_json, serde_json, serde_text
from local.engine.tables.cache import ColumnCache
from local.engine.tables.columnar import COLUMNAR, RangedObject, read_object
from local.engine.tables.objects import ObjectCache
from local.engine.tables.source import FILE_MODIFIED, FILE_SIZE, HIDDEN_COLUMNS, PATH, TableSource

_ROWS_BETWEEN_CHECKS = 2000
#: Objects are decoded together up to this size.
_BATCH_BYTES = 16 * 1024 * 1024

#: Called with the ``"$path"`` of an object, and how many bytes of it are read.
CountBytes = Callable[[str, int], None]

_SERDES: Mapping[str, Callable[..., Iterable[tuple[Any, ...]]]] = {
    formats.OPENX_JSON: serde_json.read_rows,
    formats.HIVE_JSON: serde_hive_json.read_rows,
    formats.HIVE_JSON_2: serde_hive_json.read_rows,
    formats.LAZY_SIMPLE: serde_text.read_rows,
    formats.OPEN_CSV: serde_csv.read_rows,
}


@dataclass(frozen=True, eq=False)
class _Object:
    """One object of a table. ``decoding`` is all that decides how its bytes become columns, as a key of the cache."""

    source: TableSource
    info: ObjectInfo
    decoding: str

    @property
    def url(self) -> str:
        return f"s3://{self.source.bucket}/{self.info.key}"


class Scanner:
    """Reads the tables of one object store. All queries of an owner share it.

    Attributes:
        small_objects: the cache of objects that are read as they are.
    """

    def __init__(self, objects: ObjectStore, cache: ColumnCache | None = None, owner: str = "") -> None:
        """What is in ``cache`` isn't shared with other owners, who may not be allowed to read it."""
        self._objects = objects
        self._cache = cache if cache is not None else ColumnCache()
        self._owner = owner
        self.small_objects = ObjectCache(objects)

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
        self,
        source: TableSource,
        objects: Iterable[ObjectInfo],
        wanted: Collection[str],
        cancel: CancelToken,
        count: CountBytes,
    ) -> pa.Table:
        """The wanted columns of the objects' rows: the table's in its order, then the hidden ones, always ``"$path"``.

        ``count`` is called for each object, before it is read if its number of bytes is known by then.
        """
        names = [name for name, _ in source.columns if name in wanted]
        hidden = [name for name in HIDDEN_COLUMNS if name == PATH or name in wanted]
        schema = pa.schema(
            [*(source.schema.field(name) for name in names), *((name, HIDDEN_COLUMNS[name]) for name in hidden)]
        )
        parts: list[pa.Table] = []
        batch: dict[_Object, bytes | None] = {}
        size = 0
        # A text, because Python computes its hash only once.
        decoding = repr((source.serde, source.columns, source.properties, source.skipped_lines))
        for info in objects:
            cancel.check()
            one = _Object(source, info, decoding)
            if source.serde in COLUMNAR:
                parts.append(self._with_hidden(one, self._columnar(one, names, count), schema, hidden))
                continue
            count(one.url, info.size)
            if info.size == 0:
                continue
            batch[one] = self._body(one) if self._lacking(one, names) is not None else None
            size += info.size
            if size >= _BATCH_BYTES:
                parts += self._lines(batch, names, schema, hidden, cancel)
                batch, size = {}, 0
        parts += self._lines(batch, names, schema, hidden, cancel)
        return pa.concat_tables(parts) if parts else _dictionaries(schema, hidden).empty_table()

    def _columnar(self, one: _Object, names: Sequence[str], count: CountBytes) -> pa.Table:
        key = (self._owner, one.source.bucket, one.info.key, one.info.etag, one.decoding, tuple(names))
        found = self._cache.get(key)
        if found is None:

            def read_range(start: int, length: int) -> bytes:
                return self._reading(
                    one, lambda: self._objects.read_range(one.source.bucket, one.info.key, start, length)
                )

            file = RangedObject(one.info.size, read_range)
            try:
                table, size = read_object(
                    one.source.serde, file, dict(one.source.columns), dict(one.source.properties), names
                )
            except QueryError as error:
                raise QueryError(f"{error.reason} ({one.url})", error_type=error.error_type) from error
            found = (table, size)
            self._cache.put(key, found, table.nbytes)
        table, size = found
        count(one.url, size)
        return table

    def _lines(
        self,
        batch: Mapping[_Object, bytes | None],
        names: Sequence[str],
        schema: pa.Schema,
        hidden: Sequence[str],
        cancel: CancelToken,
    ) -> list[pa.Table]:
        """The rows of objects whose lines are rows."""
        columns: dict[_Object, dict[str, Any]] = {}
        groups: dict[tuple[str, ...], dict[_Object, bytes]] = {}
        for one, body in batch.items():
            columns[one] = {name: self._cache.get(self._key(one, name)) for name in ["", *names]}
            lacking = tuple(name for name in names if columns[one][name] is None)
            if lacking or columns[one][""] is None:
                groups.setdefault(lacking, {})[one] = self._body(one) if body is None else body
        for lacking_names, objects in groups.items():
            for one, body in objects.items():
                table = _parse_lines(one, _raw_lines(one, body), lacking_names, cancel)
                columns[one][""] = table.num_rows
                self._cache.put(self._key(one, ""), table.num_rows, 64)
                for name in lacking_names:
                    columns[one][name] = table.column(name)
                    self._cache.put(self._key(one, name), table.column(name), table.column(name).nbytes)
        tables = []
        for one in batch:
            if names:
                table = pa.table({name: columns[one][name] for name in names})
            else:
                table = pa.table({"": pa.nulls(columns[one][""])})
            tables.append(self._with_hidden(one, table, schema, hidden))
        return tables

    def _lacking(self, one: _Object, names: Sequence[str]) -> list[str] | None:
        """The columns that aren't cached; None if all are, and the number of rows, which is kept like a column."""
        lacking = [name for name in names if self._cache.get(self._key(one, name)) is None]
        return lacking if lacking or self._cache.get(self._key(one, "")) is None else None

    def _body(self, one: _Object) -> bytes:
        key = (self._owner, one.source.bucket, one.info.key, one.info.etag)
        body = self._cache.get_body(key)
        if body is None:
            body = self._reading(one, lambda: self._objects.read(one.source.bucket, one.info.key))
            self._cache.put_body(key, body)
        return body

    def _reading(self, one: _Object, read: Callable[[], bytes]) -> bytes:
        try:
            return read()
        except (KeyError, NoSuchBucket) as error:
            raise QueryError(
                f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {one.url}: The specified key does "
                "not exist (it was deleted after it was listed)"
            ) from error

    def _key(self, one: _Object, column: str) -> tuple[Any, ...]:
        return (self._owner, one.source.bucket, one.info.key, one.info.etag, one.decoding, column)

    @staticmethod
    def _with_hidden(one: _Object, table: pa.Table, schema: pa.Schema, hidden: Sequence[str]) -> pa.Table:
        """The rows with their hidden columns. A dictionary holds the one value that all rows of an object have."""
        values = {PATH: one.url, FILE_SIZE: one.info.size, FILE_MODIFIED: one.info.modified}
        arrays = [table.column(name) for name in schema.names if name not in HIDDEN_COLUMNS]
        indexes = pa.array([0], pa.int8()).take(pa.nulls(0, pa.int8())) if table.num_rows == 0 else None
        for name in hidden:
            places = indexes if indexes is not None else pa.repeat(pa.scalar(0, pa.int8()), table.num_rows)
            arrays.append(pa.DictionaryArray.from_arrays(places, pa.array([values[name]], HIDDEN_COLUMNS[name])))
        return pa.table(arrays, schema=_dictionaries(schema, hidden))


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


def _dictionaries(schema: pa.Schema, hidden: Sequence[str]) -> pa.Schema:
    return pa.schema(
        [pa.field(one.name, pa.dictionary(pa.int8(), one.type)) if one.name in hidden else one for one in schema]
    )


def _is_hidden(relative: str) -> bool:
    return not relative or any(part[:1] in ("_", ".") for part in relative.split("/"))


def _raw_lines(one: _Object, body: bytes) -> list[bytes]:
    try:
        if one.info.key.endswith(".gz"):
            body = gzip.decompress(body)
        elif one.info.key.endswith(".bz2"):
            body = bz2.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise QueryError(
            f"HIVE_CURSOR_ERROR: Failed to read file: {one.url}: not a compressed file: {error}"
        ) from error
    # Hadoop's TextInputFormat drops a byte order mark, and ends a line at \n, \r or \r\n: as bytes.splitlines does.
    lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
    return lines[one.source.skipped_lines :]


def _parse_lines(one: _Object, lines: Sequence[bytes], names: Sequence[str], cancel: CancelToken) -> pa.Table:
    source = one.source
    rows: list[tuple[Any, ...]] = []
    read_rows = _SERDES[source.serde]
    try:
        texts = (line.decode("utf-8", "replace") for line in lines)
        for row in read_rows(texts, dict(source.columns), dict(source.properties), names):
            rows.append(row)
            if len(rows) % _ROWS_BETWEEN_CHECKS == 0:
                cancel.check()
    except QueryError as error:
        raise QueryError(f"{error.reason} ({one.url})", error_type=error.error_type) from error
    if not names:
        return pa.table({"": pa.nulls(len(rows))})
    schema = pa.schema([source.schema.field(name) for name in names])
    arrays = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table([pa.array(list(values), field.type) for values, field in zip(arrays, schema, strict=True)], schema)

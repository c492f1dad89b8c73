"""Where a Glue table's rows are and how they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import pyarrow as pa

from local.engine.errors import QueryError, cannot_run
from local.engine.interface import CancelToken, GlueTable
from local.engine.tables import formats, partition_values
from local.engine.tables.hive_types import HiveType, parse
from local.engine.tables.plan import Reading

#: The hidden column that holds the S3 URL of a row's object.
PATH = "$path"
#: The hidden column that holds the size of a row's object in bytes.
FILE_SIZE = "$file_size"
#: The hidden column that holds when a row's object was written.
FILE_MODIFIED = "$file_modified_time"
#: All hidden columns. ``*`` doesn't contain them.
HIDDEN_COLUMNS: Mapping[str, pa.DataType] = {
    PATH: pa.string(),
    FILE_SIZE: pa.int64(),
    FILE_MODIFIED: pa.timestamp("us", "UTC"),
}

_READ = frozenset({
    formats.OPENX_JSON, formats.HIVE_JSON, formats.HIVE_JSON_2, formats.LAZY_SIMPLE, formats.OPEN_CSV, formats.PARQUET,
    formats.ORC,
})  # fmt: skip


class OpenTable(Protocol):
    """A table of another format: it knows its columns and reads its rows itself."""

    @property
    def hidden(self) -> Sequence[str]:
        """The names of the hidden columns, which follow the others in ``schema``."""

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns, hidden ones included."""

    def read(
        self,
        readings: Sequence[Reading],
        times: int,
        paths: frozenset[str] | None,
        cancel: CancelToken,
        count: Callable[[int], None],
    ) -> pa.Table:
        """The rows that any of the readings needs, in ``schema``. Columns that none needs are NULL.

        Args:
            readings: the scans of the table in the query's plan.
            times: how often the query names the table. Athena reads it each time, DuckDB may do so less often.
            paths: the only files to read; None for all.
            cancel: stops it.
            count: called with the bytes that each reading needs, before they are read.
        """


def is_iceberg(table: GlueTable) -> bool:
    """Whether the Glue table is an Iceberg table."""
    return str((table.get("Parameters") or {}).get("table_type", "")).upper() == "ICEBERG"


@dataclass(frozen=True)
class TableSource:
    """Where the rows of a table (or partition) are, and their format.

    Attributes:
        bucket: the bucket.
        prefix: the prefix of the keys; it ends with ``/`` or is empty.
        serde: the SerDe's class in lower case.
        columns: names and types, without those of partitions.
        properties: the SerDe's parameters.
        skipped_lines: how many lines at the beginning of each object are a header.
    """

    bucket: str
    prefix: str
    serde: str
    columns: tuple[tuple[str, HiveType], ...]
    properties: tuple[tuple[str, str], ...]
    skipped_lines: int = 0

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns, without hidden columns and the columns of partitions."""
        return pa.schema([(name, kind.arrow) for name, kind in self.columns])


@dataclass(frozen=True)
class Partition:
    """One partition: the values of its keys for pyarrow, their text in the catalog, and where its rows are."""

    values: tuple[Any, ...]
    texts: tuple[str, ...]
    source: TableSource


@dataclass(frozen=True)
class Partitioned:
    """A table whose rows are in partitions.

    Partitions are listed only when rows are read: to check a query, or to create a view of it, the table is enough.

    Attributes:
        table: the table without its partitions.
        keys: names and types of the partition columns.
        name: its name in the catalog, for messages.
        projection: the table's properties, if they say how to compute its partitions.
    """

    table: TableSource
    keys: tuple[tuple[str, HiveType], ...]
    name: str
    projection: Mapping[str, str] | None
    _listed: Callable[[], Iterable[Mapping[str, Any]]] = field(compare=False)

    @cached_property
    def partitions(self) -> tuple[Partition, ...]:
        """The partitions that the catalog lists. Raises QueryError if a value isn't one of its column's type."""
        return tuple(self.partition(one["Values"], _location(one)) for one in self._listed())

    def partition(self, texts: Iterable[str], location: str | None) -> Partition:
        """A partition of this table. Raises QueryError if a value isn't one of its column's type."""
        texts = tuple(texts)
        where = f"{self.name} ({'/'.join(f'{key}={text}' for (key, _), text in zip(self.keys, texts, strict=True))})"
        values = tuple(
            partition_values.decode(text, kind, where) for text, (_, kind) in zip(texts, self.keys, strict=True)
        )
        bucket, prefix = split_location(location or "", where)
        source = TableSource(
            bucket, prefix, self.table.serde, self.table.columns, self.table.properties, self.table.skipped_lines
        )
        return Partition(values, texts, source)

    @property
    def key_names(self) -> tuple[str, ...]:
        """The names of the partition columns."""
        return tuple(name for name, _ in self.keys)

    @property
    def key_schema(self) -> pa.Schema:
        """The Arrow schema of the partition columns."""
        return pa.schema([(name, kind.arrow) for name, kind in self.keys])

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns, followed by the keys, without hidden columns."""
        return pa.schema([*self.table.schema, *self.key_schema])


#: What a query reads of a table.
Source = TableSource | Partitioned | OpenTable


def partitioned(table: GlueTable, listed: Callable[[], Iterable[Mapping[str, Any]]]) -> Partitioned:
    """The source that a Glue table with partitions describes.

    Args:
        table: the table. Its columns and SerDe apply to every partition.
        listed: lists Glue's ``Partition``s, of which only values and location are used.

    Raises:
        QueryError: the engine can't read such a table.
    """
    keys = tuple(
        (key["Name"].lower(), partition_values.key_type(str(key.get("Type", "")), key["Name"]))
        for key in table["PartitionKeys"]
    )
    parameters = table.get("Parameters") or {}
    computed = str(parameters.get("projection.enabled", "")).lower() == "true"
    return Partitioned(table_source(table), keys, str(table.get("Name", "?")), parameters if computed else None, listed)


def table_source(table: GlueTable) -> TableSource:
    """The source that a Glue table describes, without its partitions.

    Raises:
        QueryError: the engine can't read such a table.
    """
    name = table.get("Name", "?")
    storage = table.get("StorageDescriptor") or {}
    parameters = table.get("Parameters") or {}
    check_serde_info(storage)
    serde_info = storage["SerdeInfo"]
    serde = str(serde_info.get("SerializationLibrary") or "")
    if serde.lower() not in _READ:
        raise cannot_run(f"queries of tables with the SerDe {serde or '(none)'} ({name})")
    bucket, prefix = location_of(table)
    properties = dict(serde_info.get("Parameters") or {})
    header = str(parameters.get("skip.header.line.count") or properties.get("skip.header.line.count") or "0")
    return TableSource(
        bucket=bucket,
        prefix=prefix,
        serde=serde.lower(),
        columns=tuple((column["Name"].lower(), parse(column["Type"])) for column in storage.get("Columns") or ()),
        properties=tuple(sorted(properties.items())),
        skipped_lines=int(header) if header.isdecimal() else 0,
    )


def location_of(table: GlueTable) -> tuple[str, str]:
    """Bucket and prefix of a table's LOCATION. Raises QueryError if it isn't in S3."""
    return split_location(
        str((table.get("StorageDescriptor") or {}).get("Location") or ""), str(table.get("Name", "?"))
    )


def split_location(location: str, name: str) -> tuple[str, str]:
    """Bucket and prefix of an S3 URL. Raises QueryError, with the name of what is there, if it isn't one."""
    scheme, found, rest = location.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme not in ("s3", "s3a", "s3n") or not found or not bucket:
        raise QueryError(f"HIVE_INVALID_METADATA: Table '{name}' has no location in S3: {location!r}")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    return bucket, prefix


def _location(partition: Mapping[str, Any]) -> str | None:
    location: str | None = (partition.get("StorageDescriptor") or {}).get("Location")
    return location


def check_serde_info(storage: Mapping[str, Any]) -> None:
    """Fail as Athena does for a table or view whose ``StorageDescriptor`` has no ``SerdeInfo``.

    Raises:
        QueryError: it has none; an empty one is enough for a view.
    """
    if storage.get("SerdeInfo") is None:
        raise QueryError("HIVE_METASTORE_ERROR: Table storage descriptor is missing SerDe info")

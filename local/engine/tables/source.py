"""Where a Glue table's rows are and how they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from local.engine.errors import QueryError, cannot_run
from local.engine.interface import GlueTable
from local.engine.tables.hive_types import HiveType, parse

#: The hidden column that holds the S3 URL of a row's object.
PATH = "$path"
#: SerDes that the engine reads, in lower case.
OPENX_JSON = "org.openx.data.jsonserde.jsonserde"
LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.lazysimpleserde"


@dataclass(frozen=True)
class TableSource:
    """Where the rows of a table (or partition) are, and their format."""

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
    """A table whose rows are in partitions. Partition keys and their values are strings; the engine reads no others.

    Partitions are listed only when rows are read: to check a query, or to create a view of it, the table is enough.
    """

    table: TableSource
    keys: tuple[str, ...]
    _listed: Callable[[], Iterable[tuple[tuple[str, ...], TableSource]]] = field(compare=False)

    @cached_property
    def partitions(self) -> tuple[tuple[tuple[str, ...], TableSource], ...]:
        """The values of the keys of each partition, and where its rows are."""
        return tuple(self._listed())

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its columns, followed by the keys, without ``"$path"``."""
        return pa.schema([*self.table.schema, *(pa.field(key, pa.string()) for key in self.keys)])


def partitioned(table: GlueTable, listed: Callable[[], Iterable[Mapping[str, Any]]]) -> Partitioned:
    """The source that a Glue table with partitions describes.

    Args:
        table: the table. Its columns and SerDe apply to every partition.
        listed: lists Glue's ``Partition``s, of which only values and location are used.

    Raises:
        QueryError: the engine can't read such a table.
    """
    keys = [(key["Name"].lower(), str(key.get("Type", "")).lower()) for key in table["PartitionKeys"]]
    if wrong := [name for name, kind in keys if kind not in ("string", "varchar")]:
        raise cannot_run(f"partitions by a column that isn't a string ({table.get('Name', '?')}.{wrong[0]})")

    def sources() -> Iterator[tuple[tuple[str, ...], TableSource]]:
        for partition in listed():
            location = (partition.get("StorageDescriptor") or {}).get("Location")
            described = {**table, "StorageDescriptor": {**table.get("StorageDescriptor", {}), "Location": location}}
            yield tuple(partition["Values"]), table_source(described)

    return Partitioned(table_source(table), tuple(name for name, _ in keys), sources)


def table_source(table: GlueTable) -> TableSource:
    """The source that a Glue table describes, without its partitions.

    Raises:
        QueryError: the engine can't read such a table.
    """
    name = table.get("Name", "?")
    storage = table.get("StorageDescriptor") or {}
    check_serde_info(storage)
    serde_info = storage["SerdeInfo"]
    serde = str(serde_info.get("SerializationLibrary") or "")
    if serde.lower() not in (OPENX_JSON, LAZY_SIMPLE):
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


def check_serde_info(storage: Mapping[str, Any]) -> None:
    """Fail as Athena does for a table or view whose ``StorageDescriptor`` has no ``SerdeInfo``.

    Raises:
        QueryError: it has none; an empty one is enough for a view.
    """
    if storage.get("SerdeInfo") is None:
        raise QueryError("HIVE_METASTORE_ERROR: Table storage descriptor is missing SerDe info")

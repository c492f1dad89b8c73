"""The engine's interface: what it needs and what it returns. It uses no AWS client, no HTTP, and no MiniStack.

A statement, a ``Catalog`` and an ``ObjectStore`` go in; a ``QueryResult`` comes out, or one of the exceptions of
``errors.py``.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from local.engine.errors import QueryCancelled

#: A ``Table`` as Glue's GetTable returns it.
GlueTable = Mapping[str, Any]
#: The one catalog of all tables, as SQL names it.
CATALOG = "awsdatacatalog"


@dataclass(frozen=True)
class ObjectInfo:
    """One object in a listing; ``size`` is in bytes, ``modified`` is when it was written."""

    key: str
    etag: str
    size: int
    modified: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Catalog(Protocol):
    """Reads the Glue catalog. Names are in lower case."""

    def get_database(self, name: str) -> Mapping[str, Any] | None:
        """The Glue ``Database``, or None."""

    def database_names(self) -> Iterable[str]:
        """The names of all databases."""

    def get_table(self, database: str, name: str) -> GlueTable | None:
        """The Glue ``Table`` (a table or a view), or None."""

    def tables(self, database: str) -> Iterable[GlueTable]:
        """All Glue tables and views of a database."""

    def partitions(self, database: str, table: str) -> Iterable[Mapping[str, Any]]:
        """The Glue ``Partition``s of a table."""


class CatalogWriter(Protocol):
    """Writes the Glue catalog. Inputs are those of Glue's API."""

    def create_database(self, database_input: Mapping[str, Any]) -> None:
        """Create a database that doesn't exist."""

    def delete_database(self, name: str) -> None:
        """Delete a database that exists, with its tables and views."""

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Create a table or view that doesn't exist."""

    def update_table(self, database: str, table_input: Mapping[str, Any], version: str | None = None) -> None:
        """Replace a table or view that exists.

        With ``version``, only if that is still its ``VersionId``. Otherwise it raises ``ConcurrentModification``.
        """

    def delete_table(self, database: str, name: str) -> None:
        """Delete a table or view that exists."""

    def create_partitions(self, database: str, table: str, partition_inputs: Sequence[Mapping[str, Any]]) -> None:
        """Create partitions that don't exist."""

    def update_partition(
        self, database: str, table: str, values: Sequence[str], partition_input: Mapping[str, Any]
    ) -> None:
        """Replace the partition that has these values."""

    def delete_partition(self, database: str, table: str, values: Sequence[str]) -> None:
        """Delete the partition that has these values."""


class ObjectStore(Protocol):
    """Reads and writes S3. What the statement's owner isn't allowed raises ``QueryError``."""

    def list(self, bucket: str, prefix: str) -> Iterable[ObjectInfo]:
        """All objects whose key starts with ``prefix``. Raises ``NoSuchBucket``."""

    def read(self, bucket: str, key: str) -> bytes:
        """The bytes of one object. Raises ``KeyError`` if it doesn't exist, ``NoSuchBucket`` if its bucket doesn't."""

    def info(self, bucket: str, key: str) -> ObjectInfo:
        """What a listing says of one object. Raises as ``read`` does."""

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """``length`` bytes of one object, from ``start``. Raises as ``read`` does."""

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write one object. Raises ``NoSuchBucket``."""

    def delete(self, bucket: str, key: str) -> None:
        """Delete one object, if it exists. Raises ``NoSuchBucket``."""


class CancelToken:
    """Stops a running query from another thread."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._on_cancel: Callable[[], None] | None = None

    @property
    def cancelled(self) -> bool:
        """Whether ``cancel`` was called."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Stop the query. It raises ``QueryCancelled`` soon if it is running, at once if it hasn't started."""
        with self._lock:
            self._cancelled.set()
            if self._on_cancel is not None:
                self._on_cancel()

    def watch(self, on_cancel: Callable[[], None] | None) -> None:
        """Set what ``cancel`` calls (None: nothing). It is called at once if the token is already cancelled."""
        with self._lock:
            self._on_cancel = on_cancel
            if on_cancel is not None and self._cancelled.is_set():
                on_cancel()

    def check(self) -> None:
        """Raise ``QueryCancelled`` if ``cancel`` was called."""
        if self._cancelled.is_set():
            raise QueryCancelled


@dataclass(frozen=True)
class Column:
    """A column of a result.

    Attributes:
        name: its name.
        type: Trino's name of the whole type (``row(type varchar, value varchar)``).
        base_type: the name in Athena's ``ColumnInfo.Type`` (``row``; ``float`` for a ``real``).
        precision: as in Athena's ``ColumnInfo``.
        scale: as in Athena's ``ColumnInfo``.
    """

    name: str
    type: str
    base_type: str
    precision: int
    scale: int


@dataclass(frozen=True)
class QueryResult:
    """The result of a statement. Rows hold the text of Athena's results, and None for NULL.

    ``update_count`` is the number of rows that were written, and ``written`` are the S3 URLs of the objects that hold
    them; both are None for a statement that writes no rows.
    """

    columns: tuple[Column, ...]
    rows: list[tuple[str | None, ...]]
    statement_type: str
    substatement_type: str
    data_scanned_bytes: int = 0
    update_count: int | None = None
    written: tuple[str, ...] | None = None

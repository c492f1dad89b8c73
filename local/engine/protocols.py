"""What the engine asks of its surroundings, and what it answers: no AWS client, no HTTP, no MiniStack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from local.engine.errors import QueryCancelled

GlueTable = Mapping[str, Any]


@dataclass(frozen=True)
class ObjectInfo:
    """One object of a listing; ``size`` in bytes."""

    key: str
    etag: str
    size: int


class Catalog(Protocol):
    """The Glue catalog, read. Names come in lower case."""

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
    """The Glue catalog, written. Inputs are those of Glue's calls."""

    def create_database(self, name: str) -> None:
        """Create a database that doesn't exist."""

    def create_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Create a table or view that doesn't exist."""

    def update_table(self, database: str, table_input: Mapping[str, Any]) -> None:
        """Replace a table or view that exists."""

    def delete_table(self, database: str, name: str) -> None:
        """Delete a table or view that exists."""


class ObjectStore(Protocol):
    """S3, read."""

    def list(self, bucket: str, prefix: str) -> Iterable[ObjectInfo]:
        """All objects whose key begins with ``prefix``; raises ``NoSuchBucket``."""

    def read(self, bucket: str, key: str) -> bytes:
        """The bytes of one object; raises ``KeyError`` if it is gone, ``NoSuchBucket`` if its bucket is."""


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
        """Stop the query: a running one raises ``QueryCancelled`` soon, one that hasn't started raises it at once."""
        with self._lock:
            self._cancelled.set()
            if self._on_cancel is not None:
                self._on_cancel()

    def watch(self, on_cancel: Callable[[], None] | None) -> None:
        """What ``cancel`` calls (None: nothing); called at once if the token is cancelled already."""
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

    ``type`` is the whole type in Trino's words (``row(type varchar, value varchar)``), ``base_type`` the word that
    Athena's ``ColumnInfo.Type`` has for it (``row``; a ``real`` is a ``float`` there).
    """

    name: str
    type: str
    base_type: str
    precision: int
    scale: int


@dataclass(frozen=True)
class QueryResult:
    """What a statement answers: rows of Athena's texts, None for NULL."""

    columns: tuple[Column, ...]
    rows: list[tuple[str | None, ...]]
    statement_type: str
    substatement_type: str
    data_scanned_bytes: int = 0
    update_count: int | None = None

"""What one statement works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
from sqlglot import exp

from local.engine.errors import cannot_run
from local.engine.interface import CancelToken, Catalog, CatalogWriter
from local.engine.statements.lookup import OpenIceberg
from local.engine.statements.query import QueryRun
from local.engine.tables.scan import ByteCounter, Scanner
from local.engine.types.model import TrinoType

if TYPE_CHECKING:
    from local.engine.iceberg import IcebergCatalog


#: The names and types of a query's columns.
Types = list[tuple[str, TrinoType]]


@dataclass(frozen=True)
class Session:
    """The engine, and the statement's options.

    Attributes:
        catalog: reads the catalog.
        writer: writes it; None if it can't be written.
        scanner: reads objects.
        connect: a connection to DuckDB, which ``cancel`` interrupts.
        database: of names that have none.
        parameters: for each ``?``.
        cancel: stops the statement.
        counter: of the bytes that it scans.
    """

    catalog: Catalog
    writer: CatalogWriter | None
    scanner: Scanner
    connect: Callable[[CancelToken], AbstractContextManager[duckdb.DuckDBPyConnection]]
    database: str
    parameters: Sequence[str]
    cancel: CancelToken
    counter: ByteCounter

    @cached_property
    def iceberg(self) -> IcebergCatalog:
        """The Iceberg tables."""
        from local.engine.iceberg import IcebergCatalog, ObjectFiles  # slow: see dispatch.py

        return IcebergCatalog(self.catalog, self.writer, ObjectFiles(self.scanner.small_objects))

    def writable(self) -> CatalogWriter:
        """The catalog's writer. Raises QueryError if it can't be written."""
        if self.writer is None:
            raise cannot_run("statements that write")
        return self.writer

    def query(
        self,
        tree: exp.Expr,
        stored: Callable[[Types], Sequence[TrinoType]] | None = None,
        open_iceberg: OpenIceberg | None = None,
    ) -> pa.Table:
        """Run a query; its rows.

        Args:
            tree: the query.
            stored: called with the columns' names and types, before any object is read; returns the types that the
                rows have. None: their own.
            open_iceberg: opens a table in another way.
        """
        with self.connect(self.cancel) as connection:
            run = QueryRun(connection, self.catalog, self.scanner, self.cancel, open_iceberg)
            run.analyse(tree, self.database, stored)
            run.scan(self.counter)
            return run.arrow()

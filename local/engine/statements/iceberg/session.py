"""What one statement about an Iceberg table works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

import duckdb
import pyarrow as pa
from sqlglot import exp

from local.engine.errors import cannot_run
from local.engine.iceberg.catalog import IcebergCatalog
from local.engine.iceberg.files import ObjectFiles
from local.engine.interface import CancelToken, Catalog, CatalogWriter
from local.engine.results.trino_types import TrinoType
from local.engine.statements.query import QueryRun
from local.engine.tables.scan import ByteCounter, Scanner


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
    def files(self) -> ObjectFiles:
        """The files of tables."""
        return ObjectFiles(self.scanner.small_objects)

    @cached_property
    def iceberg(self) -> IcebergCatalog:
        """The Iceberg tables."""
        return IcebergCatalog(self.catalog, self.writer, self.files)

    def writable(self) -> CatalogWriter:
        """The catalog's writer. Raises QueryError if it can't be written."""
        if self.writer is None:
            raise cannot_run("statements that write")
        return self.writer

    def query(self, tree: exp.Query, check: Callable[[QueryRun], None]) -> tuple[list[tuple[str, TrinoType]], pa.Table]:
        """Run a query: its columns, and its rows.

        Args:
            tree: the query, which is changed.
            check: called before any object is read.
        """
        with self.connect(self.cancel) as connection:
            run = QueryRun(connection, self.catalog, self.scanner, self.cancel, self.iceberg)
            run.analyse(tree, self.database)
            check(run)
            run.scan(self.counter)
            return run.columns, run.arrow()

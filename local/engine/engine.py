"""The engine: runs one statement and returns its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

import duckdb

from local.engine.errors import QueryCancelled, QueryError, cannot_run
from local.engine.functions.connection import new_connection
from local.engine.interface import CancelToken, Catalog, CatalogWriter, Column, ObjectStore, QueryResult
from local.engine.sql.grammar.parameters import parse_query
from local.engine.statements.ddl import CatalogChange
from local.engine.statements.iceberg.dispatch import run as run_iceberg
from local.engine.statements.query import QueryRun
from local.engine.statements.session import Session
from local.engine.statements.show import show
from local.engine.statements.statement import Statement, read_statement
from local.engine.statements.write import Writing
from local.engine.tables.cache import ColumnCache
from local.engine.tables.scan import ByteCounter, Scanner
from local.engine.types.model import TrinoType

#: Only plain EXPLAIN: ANALYZE runs the query, and the formats and types of plans are Trino's own.
_EXPLAIN = re.compile(r"EXPLAIN\s+(?!ANALYZE\b|\(\s*(?:FORMAT|TYPE)\b)", re.I)

_SECONDS_BETWEEN_INTERRUPTS = 0.05


class Engine:
    """Runs Athena SQL over the tables that ``catalog`` describes and the objects that ``objects`` holds.

    Several threads may use it at once: each statement has its own DuckDB connection.
    """

    def __init__(
        self,
        catalog: Catalog,
        objects: ObjectStore,
        writer: CatalogWriter | None = None,
        *,
        cache: ColumnCache | None = None,
        owner: str = "",
    ) -> None:
        """Without ``writer``, statements that change the catalog fail. Owners share a cache, but nothing in it."""
        self._catalog = catalog
        self._objects = objects
        self._writer = writer
        self._scanner = Scanner(objects, cache, owner)

    def run(
        self,
        sql: str,
        *,
        database: str,
        parameters: Sequence[str] = (),
        cancel: CancelToken | None = None,
        bytes_limit: int | None = None,
        output_location: str = "",
        on_progress: Callable[[int], None] | None = None,
    ) -> QueryResult:
        """Run one statement to its end, in this thread.

        Args:
            sql: one statement; a ``;`` at its end is allowed.
            database: the database of names that have none.
            parameters: Athena's ``ExecutionParameters``: a SQL expression for each ``?``.
            cancel: stops the query from another thread.
            bytes_limit: the maximum number of bytes to scan.
            output_location: the S3 URL where CREATE TABLE ... AS stores a table for which it names no location.
            on_progress: called after each object with the number of bytes scanned so far.

        Raises:
            QueryError: the query failed.
            BytesLimitExceeded: it scanned more than ``bytes_limit`` (Athena cancels such a query).
            QueryCancelled: ``cancel`` was used.
        """
        cancel = cancel or CancelToken()
        cancel.check()
        counter = ByteCounter(bytes_limit, on_progress)
        database = database.strip('`"').lower()
        try:
            statement = read_statement(sql)
            if statement.is_query:
                return self._select(statement, database, parameters, cancel, counter)
            if statement.words[0] == "EXPLAIN":
                return self._explain(statement, database, parameters, cancel)
            session = Session(
                self._catalog,
                self._writer,
                self._scanner,
                self._connection,
                database,
                parameters,
                cancel,
                counter,
            )
            result = run_iceberg(statement, session)
            if result is not None:
                return result
            if statement.is_write:
                result = Writing(session, self._objects, output_location).run(statement)
                return replace(result, data_scanned_bytes=counter.scanned)
            if parameters:
                raise QueryError(f"NOT_SUPPORTED: Execution parameters can't be used in {statement.words[0]}")
            if statement.words[0] in ("SHOW", "DESCRIBE", "DESC"):
                return show(statement, self._catalog, database)
            describe = lambda query: self._describe(query, database, cancel)  # noqa: E731 - the arguments of this run
            return CatalogChange(self._catalog, self._objects, self._writer, describe).run(statement, database)
        except (QueryError, QueryCancelled) as error:
            error.data_scanned_bytes = counter.scanned
            raise

    def _select(
        self, statement: Statement, database: str, parameters: Sequence[str], cancel: CancelToken, counter: ByteCounter
    ) -> QueryResult:
        tree = parse_query(statement.text, parameters)
        with self._connection(cancel) as connection:
            query = QueryRun(connection, self._catalog, self._scanner, cancel)
            query.analyse(tree, database)
            query.scan(counter)
            rows = query.rows()
        return QueryResult(query.result_columns, rows, "DML", "SELECT", counter.scanned)

    def _explain(
        self, statement: Statement, database: str, parameters: Sequence[str], cancel: CancelToken
    ) -> QueryResult:
        explained = _EXPLAIN.match(statement.body)
        if explained is None or not read_statement(statement.body[explained.end() :]).is_query:
            raise cannot_run(" ".join(statement.words[:2]))
        with self._connection(cancel) as connection:
            query = QueryRun(connection, self._catalog, self._scanner, cancel)
            query.analyse(parse_query(statement.body[explained.end() :], parameters), database)
            rows = query.plan()
        return QueryResult((Column("Query Plan", "varchar", "varchar", 0, 0),), rows, "UTILITY", "EXPLAIN")

    def _describe(self, query: str, database: str, cancel: CancelToken) -> list[tuple[str, TrinoType]]:
        with self._connection(cancel) as connection:
            run = QueryRun(connection, self._catalog, self._scanner, cancel)
            run.analyse(parse_query(query), database)
            return run.columns

    @contextmanager
    def _connection(self, cancel: CancelToken) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = new_connection()
        done = Event()

        def interrupt() -> None:
            # Repeatedly, because an interrupt between two statements is lost.
            while not done.is_set():
                connection.interrupt()
                done.wait(_SECONDS_BETWEEN_INTERRUPTS)

        cancel.watch(lambda: Thread(target=interrupt, daemon=True).start())
        try:
            yield connection
        finally:
            cancel.watch(None)
            done.set()
            connection.close()

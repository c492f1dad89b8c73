"""The engine: one statement in, its rows out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Event, Lock, Thread

import duckdb

from local.engine import udfs
from local.engine.ddl import CatalogChange
from local.engine.errors import QueryCancelled, QueryError, cannot_run
from local.engine.protocols import CancelToken, Catalog, CatalogWriter, Column, ObjectStore, QueryResult
from local.engine.query import QueryRun, result_columns
from local.engine.scan import ByteCounter, Scanner
from local.engine.show import look
from local.engine.statement import Statement, parse_query, read_statement
from local.engine.trino_types import TrinoType

#: `EXPLAIN ANALYZE` runs the query, and formats and types of plans are Trino's own: only the plain one is known.
_EXPLAIN = re.compile(r"EXPLAIN\s+(?!ANALYZE\b|\(\s*(?:FORMAT|TYPE)\b)", re.I)

_SECONDS_BETWEEN_INTERRUPTS = 0.05
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A table of the query must never be a variable of this program.
    "python_enable_replacements": "false",
    "integer_division": "true",
    "memory_limit": "2GB",
    # Plans over empty tables tell which partitions are needed: not that there are no rows.
    "disabled_optimizers": "statistics_propagation",
}


_lock = Lock()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """The one DuckDB of this process: it holds functions alone, all tables being temporary ones of a connection."""
    database = duckdb.connect(":memory:", config=_SETTINGS)
    database.execute("SET GLOBAL TimeZone = 'UTC'")
    udfs.register(database)
    macros = (Path(__file__).parent / "macros.sql").read_text(encoding="utf-8")
    for macro in macros.split(";\n"):
        if macro.strip():
            database.execute(macro)
    return database


def new_connection() -> duckdb.DuckDBPyConnection:
    """A connection in which Athena's functions are known."""
    with _lock:
        return _database().cursor()


class Engine:
    """Runs Athena SQL over the tables that ``catalog`` describes and the objects that ``objects`` holds.

    It may be used by several threads at once: each statement has a DuckDB connection of its own.
    """

    def __init__(self, catalog: Catalog, objects: ObjectStore, writer: CatalogWriter | None = None) -> None:
        self._catalog = catalog
        self._writer = writer
        self._scanner = Scanner(objects)

    def run(
        self,
        sql: str,
        *,
        database: str,
        parameters: Sequence[str] = (),
        cancel: CancelToken | None = None,
        bytes_limit: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> QueryResult:
        """Run one statement to its end, in this thread.

        Args:
            sql: one statement, a ``;`` at its end allowed.
            database: where names without a database are looked up.
            parameters: Athena's ``ExecutionParameters``: an SQL expression for each ``?``.
            cancel: stops the query from another thread.
            bytes_limit: the most bytes that it may scan.
            on_progress: told the bytes scanned so far, after each object.

        Raises:
            QueryError: the query failed.
            BytesLimitExceeded: it scanned more than ``bytes_limit`` (Athena cancels it).
            QueryCancelled: ``cancel`` was used.
        """
        cancel = cancel or CancelToken()
        cancel.check()
        counter = ByteCounter(bytes_limit, on_progress)
        try:
            statement = read_statement(sql)
            if statement.is_query:
                return self._select(statement, database, parameters, cancel, counter)
            if statement.words[0] == "EXPLAIN":
                return self._explain(statement, database, parameters, cancel)
            if parameters:
                raise QueryError(f"NOT_SUPPORTED: Execution parameters can't be used in {statement.words[0]}")
            if statement.words[0] in ("SHOW", "DESCRIBE", "DESC"):
                return look(statement, self._catalog, database.lower())
            change = CatalogChange(self._catalog, self._writer, lambda query: self._describe(query, database, cancel))
            return QueryResult((), [], "DDL", change.run(statement, database.lower()))
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
        return QueryResult(result_columns(query.columns), rows, "DML", "SELECT", counter.scanned)

    def _explain(
        self, statement: Statement, database: str, parameters: Sequence[str], cancel: CancelToken
    ) -> QueryResult:
        explained = _EXPLAIN.match(statement.text)
        if explained is None or not read_statement(statement.text[explained.end() :]).is_query:
            raise cannot_run(" ".join(statement.words[:2]))
        with self._connection(cancel) as connection:
            query = QueryRun(connection, self._catalog, self._scanner, cancel)
            query.analyse(parse_query(statement.text[explained.end() :], parameters), database)
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
            # Again and again: an interrupt that comes between two statements is lost.
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

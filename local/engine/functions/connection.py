"""DuckDB connections in which Athena's functions are defined."""

from __future__ import annotations

from functools import cache
from threading import Lock

import duckdb

from local.engine.functions import catalogue

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A table name in the query must never resolve to a variable of this program.
    "python_enable_replacements": "false",
    "memory_limit": "1GB",
    # Plans over empty tables show which partitions and columns are needed. With statistics they would only show that no
    # row exists; late materialization reads a table twice.
    "disabled_optimizers": "statistics_propagation,late_materialization",
}

_lock = Lock()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """This process's DuckDB database. It holds functions only: all tables are temporary and belong to a connection."""
    database = duckdb.connect(":memory:", config=_SETTINGS)
    database.execute("SET GLOBAL TimeZone = 'UTC'")
    catalogue.register(database)
    # No statement can give itself access again.
    database.execute("SET lock_configuration = true")
    return database


def new_connection() -> duckdb.DuckDBPyConnection:
    """A connection of its own for one statement."""
    with _lock:
        return _database().cursor()

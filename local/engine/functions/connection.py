"""DuckDB connections in which Athena's functions are defined."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock

import duckdb

from local.engine.functions import catalogue, udfs

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
    udfs.register(database)
    catalogue.register(database)
    macros = (Path(__file__).parent / "macros.sql").read_text(encoding="utf-8")
    for macro in macros.split(";\n"):
        if macro.strip():
            database.execute(macro)
    # No statement can give itself access again.
    database.execute("SET lock_configuration = true")
    return database


def new_connection() -> duckdb.DuckDBPyConnection:
    """A connection of its own for one statement."""
    with _lock:
        return _database().cursor()

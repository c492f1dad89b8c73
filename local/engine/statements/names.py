"""Names of databases and tables in Hive's DDL."""

from __future__ import annotations

from collections.abc import Sequence

from local.engine.errors import QueryError, at
from local.engine.interface import CATALOG, Catalog, GlueTable


def target(parts: Sequence[str], default_database: str) -> tuple[str, str]:
    """Database and table of a name that was read as its parts.

    Raises:
        QueryError: it isn't the name of a table in a database.
    """
    parts = list(parts)
    if len(parts) == 3 and parts[0] == CATALOG:
        parts = parts[1:]
    if len(parts) > 2 or (len(parts) == 1 and not default_database):
        raise QueryError(f"FAILED: SemanticException: {'.'.join(parts)} is not the name of a table in a database")
    return (parts[0], parts[1]) if len(parts) == 2 else (default_database.lower(), parts[0])


def database_name(parts: Sequence[str]) -> str:
    """The database of a name that was read as its parts. Raises QueryError."""
    if len(parts) > 2 or (len(parts) == 2 and parts[0] != CATALOG):
        raise QueryError(f"FAILED: SemanticException: {'.'.join(parts)} is not the name of a database")
    return parts[-1]


def existing_table(catalog: Catalog, database: str, name: str) -> GlueTable:
    """The table or view. Raises QueryError with Hive's message if it doesn't exist."""
    table = catalog.get_table(database, name)
    if table is None:
        raise QueryError(f"FAILED: SemanticException [Error 10001]: Table not found {database}.{name}")
    return table


def check_database(catalog: Catalog, database: str) -> None:
    """Raise QueryError if the database doesn't exist."""
    if catalog.get_database(database) is None:
        raise at("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")


def failed_task(message: str) -> QueryError:
    """Hive's error for DDL that its metastore rejected."""
    return QueryError(f"FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. {message}")

"""CREATE DATABASE and DROP DATABASE.

https://docs.aws.amazon.com/athena/latest/ug/create-database.html and drop-database.html
"""

from __future__ import annotations

from typing import Any

from local.engine.errors import QueryError
from local.engine.interface import Catalog, CatalogWriter
from local.engine.statements.names import database_name, failed_task
from local.engine.statements.tokens import Cursor


def create_database(catalog: Catalog, writer: CatalogWriter, cursor: Cursor) -> str:
    """Run ``CREATE DATABASE|SCHEMA [IF NOT EXISTS] name [COMMENT] [LOCATION] [WITH DBPROPERTIES]``."""
    cursor.advance()
    cursor.advance()
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name = database_name(cursor.names())
    database: dict[str, Any] = {"Name": name}
    while not cursor.done:
        if cursor.accept("COMMENT"):
            database["Description"] = cursor.string()
        elif cursor.accept("LOCATION"):
            database["LocationUri"] = cursor.string()
        elif cursor.accept("WITH", "DBPROPERTIES"):
            database["Parameters"] = cursor.properties()
        else:
            raise cursor.error("expecting COMMENT, LOCATION or WITH DBPROPERTIES")
    if catalog.get_database(name) is None:
        writer.create_database(database)
    elif not if_not_exists:
        raise failed_task(f"Database {name} already exists")
    return "CREATE_DATABASE"


def drop_database(catalog: Catalog, writer: CatalogWriter, cursor: Cursor) -> str:
    """Run ``DROP DATABASE|SCHEMA [IF EXISTS] name [RESTRICT | CASCADE]``."""
    cursor.advance()
    cursor.advance()
    if_exists = cursor.accept("IF", "EXISTS")
    name = database_name(cursor.names())
    cascade = cursor.accept("CASCADE")
    if not cascade:
        cursor.accept("RESTRICT")
    cursor.finish()
    if catalog.get_database(name) is None:
        if not if_exists:
            raise QueryError(f"FAILED: SemanticException [Error 10072]: Database does not exist: {name}")
        return "DROP_DATABASE"
    if not cascade and any(True for _ in catalog.tables(name)):
        raise failed_task(f"InvalidOperationException(message:Database {name} is not empty. One or more tables exist.)")
    writer.delete_database(name)
    return "DROP_DATABASE"

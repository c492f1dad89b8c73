"""Finds out whether a statement is about an Iceberg table, and runs it."""

from __future__ import annotations

from local.engine.errors import QueryError, cannot_run
from local.engine.iceberg.catalog import is_iceberg
from local.engine.interface import QueryResult
from local.engine.statements.iceberg.create import create
from local.engine.statements.iceberg.drop import drop
from local.engine.statements.iceberg.insert import insert
from local.engine.statements.iceberg.session import Session
from local.engine.statements.iceberg.targets import target
from local.engine.statements.statement import Statement

#: Statements for which a table has to be an Iceberg table.
_ICEBERG_ONLY = frozenset({"DELETE", "UPDATE", "MERGE", "OPTIMIZE", "VACUUM"})


def run(statement: Statement, session: Session) -> QueryResult | None:
    """Run a statement about an Iceberg table; None if it is about anything else.

    Raises:
        QueryError: it failed.
    """
    word = statement.words[0]
    if word == "CREATE":
        return create(statement.text, session)
    name = target(statement.text, session.database)
    if name is None:
        return None
    glue_table = session.catalog.get_table(*name)
    if glue_table is None or not is_iceberg(glue_table):
        if glue_table is not None and word in _ICEBERG_ONLY:
            raise QueryError("NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables")
        return None
    if word == "DROP":
        return drop(name, glue_table, session)
    table = session.iceberg.table(*name, glue_table)
    if word == "INSERT":
        return insert(statement.text, table, session)
    if word in ("DESCRIBE", "DESC", "SHOW"):
        return None
    raise cannot_run(f"{word} of an Iceberg table")

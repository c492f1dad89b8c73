"""The statements about an Iceberg table that exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pyiceberg.table import Table

from local.engine.errors import cannot_run
from local.engine.interface import GlueTable, QueryResult
from local.engine.statements.iceberg.alter import alter
from local.engine.statements.iceberg.drop import drop
from local.engine.statements.iceberg.insert import insert
from local.engine.statements.iceberg.maintenance import optimize, vacuum
from local.engine.statements.iceberg.merge import merge
from local.engine.statements.iceberg.rows import delete, update
from local.engine.statements.iceberg.show import describe, show
from local.engine.statements.session import Session
from local.engine.statements.statement import Statement

_STATEMENTS: Mapping[str, Callable[[str, Table, Session], QueryResult]] = {
    "INSERT": insert,
    "DELETE": delete,
    "UPDATE": update,
    "MERGE": merge,
    "OPTIMIZE": optimize,
    "VACUUM": vacuum,
    "ALTER": alter,
    "SHOW": show,
    "DESC": describe,
    "DESCRIBE": describe,
}


def run_on_table(statement: Statement, name: tuple[str, str], glue_table: GlueTable, session: Session) -> QueryResult:
    """Run a statement.

    Raises:
        QueryError: it failed.
    """
    word = statement.words[0]
    if word == "DROP":
        return drop(name, glue_table, session)
    if word not in _STATEMENTS:
        raise cannot_run(f"{word} of an Iceberg table")
    return _STATEMENTS[word](statement.text, session.iceberg.table(*name, glue_table), session)

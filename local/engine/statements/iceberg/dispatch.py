"""Finds out whether a statement is about an Iceberg table, and runs it.

Importing PyIceberg takes a second, for which other statements need not wait: it is imported here, when it is needed.
"""

from __future__ import annotations

from local.engine.errors import QueryError
from local.engine.interface import QueryResult
from local.engine.statements.iceberg.targets import created, target
from local.engine.statements.session import Session
from local.engine.statements.statement import Statement
from local.engine.tables.source import is_iceberg

#: Statements for which a table has to be an Iceberg table.
_ICEBERG_ONLY = frozenset({"DELETE", "UPDATE", "MERGE", "OPTIMIZE", "VACUUM"})


def run(statement: Statement, session: Session) -> QueryResult | None:
    """Run a statement about an Iceberg table; None if it is about anything else.

    Raises:
        QueryError: it failed.
    """
    new = created(statement.text, session.database)
    if new is not None:
        from local.engine.statements.iceberg.create import create

        return create(statement.text, new, session)
    name = target(statement.text, session.database)
    if name is None:
        return None
    glue_table = session.catalog.get_table(*name)
    if glue_table is None or not is_iceberg(glue_table):
        if glue_table is not None and statement.words[0] in _ICEBERG_ONLY:
            raise QueryError("NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables")
        return None
    from local.engine.statements.iceberg.statements import run_on_table

    return run_on_table(statement, name, glue_table, session)

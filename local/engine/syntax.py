"""What can be said of a statement before it runs. Imports neither DuckDB nor Arrow, because a server needs it too."""

from __future__ import annotations

from local.engine.sql.grammar.queries import read_query
from local.engine.statements.statement import read_statement


def check_syntax(sql: str) -> None:
    """Check what Athena checks before it queues a statement; everything else is found while it runs.

    Raises:
        QueryError: ``sql`` is empty, not SQL, or more than one statement.
    """
    statement = read_statement(sql)
    if statement.is_query:
        read_query(statement.text)


def written_by(sql: str) -> str | None:
    """The first word of a statement that writes the rows of a query (CREATE, INSERT, UNLOAD); None for any other.

    Raises:
        QueryError: ``sql`` isn't a statement that the engine knows.
    """
    statement = read_statement(sql)
    return statement.words[0] if statement.is_write else None

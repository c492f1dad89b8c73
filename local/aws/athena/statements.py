"""What Athena checks of a statement before it queues it."""

from __future__ import annotations

import re

from local.aws.athena.errors import RequestError
from local.engine import QueryError, check_syntax, written_by

# Leading blanks, comments and parentheses.
_SKIPPED = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]*")
_DDL = frozenset({"CREATE", "DROP", "ALTER", "MSCK", "PREPARE", "DEALLOCATE", "COMMENT", "GRANT", "REVOKE", "TRUNCATE"})
_UTILITY = frozenset({"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "USE", "VACUUM", "OPTIMIZE", "ANALYZE"})
_SYNTAX_ERROR = "SYNTAX_ERROR: "


def statement_type(sql: str) -> str:
    """The StatementType, DML, DDL or UTILITY, by the first word."""
    skipped = _SKIPPED.match(sql)
    word = _WORD.match(sql, skipped.end() if skipped else 0)
    first = word[0].upper() if word else ""
    if first in _DDL:
        return "DDL"
    return "UTILITY" if first in _UTILITY else "DML"


def check_statement(sql: str) -> None:
    """Reject what isn't SQL. Athena parses a statement before it queues it, and finds everything else while it runs.

    Raises RequestError.
    """
    try:
        check_syntax(sql)
    except QueryError as error:
        if error.reason.startswith((_SYNTAX_ERROR, "Only one sql statement")):
            message = error.reason.removeprefix(_SYNTAX_ERROR)
            raise RequestError(message, reason="MALFORMED_QUERY") from error


def written_rows(sql: str) -> str | None:
    """The first word of a statement that writes the rows of a query (CREATE, INSERT, UNLOAD); None for any other."""
    try:
        return written_by(sql)
    except QueryError:
        return None

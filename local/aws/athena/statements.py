"""What kind of statement a query is, told by its first words, as Athena tells it when a query is started."""

from __future__ import annotations

import re

# Leading blanks, comments and parentheses.
_SKIPPED = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*", re.DOTALL)
_WORDS = re.compile(r"[A-Za-z_]+")
_TYPES = {
    "DML": {"SELECT", "WITH", "VALUES", "TABLE", "INSERT", "DELETE", "UPDATE", "MERGE", "UNLOAD", "EXECUTE"},
    "DDL": {"CREATE", "DROP", "ALTER", "MSCK", "PREPARE", "DEALLOCATE"},
    "UTILITY": {"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "USE", "VACUUM", "OPTIMIZE", "CALL", "ANALYZE"},
}
_TYPE_OF = {word: kind for kind, words in _TYPES.items() for word in words}


def statement_type(sql: str) -> str | None:
    """ "DML", "DDL" or "UTILITY"; None if no statement of Athena's begins so."""
    words = _WORDS.findall(sql[_start(sql) :][:200].upper())
    if not words:
        return None
    if (
        words[0] == "CREATE"
        and re.search(r"\bAS\s*\(?\s*(SELECT|WITH)\b", sql, re.IGNORECASE)
        and "VIEW" not in words[:4]
    ):
        return "DDL"
    return _TYPE_OF.get(words[0])


def position(sql: str) -> tuple[int, int, str]:
    """Line and column (from 1) of the first word, and the word."""
    start = _start(sql)
    line = sql.count("\n", 0, start) + 1
    column = start - (sql.rfind("\n", 0, start) + 1) + 1
    word = re.match(r"\S+", sql[start:])
    return line, column, word[0] if word else "<EOF>"


def _start(sql: str) -> int:
    match = _SKIPPED.match(sql)
    return match.end() if match else 0
